//! The board's total is the sum of organisations and of attested claims, to the penny, whatever happens in whatever order and however
//! often; and what events propose does not depend on their order. Through the calls and the store.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::Event;
use muster_proto::backoffice::v1 as pb;
use muster_testkit::sqlite_db;
use proptest::{prelude::*, test_runner::TestCaseError};

use crate::node::{Node, spend};

const ORGANISATIONS: [&str; 3] = ["RJ1", "RJ2", "RJZ"];
const ACCOUNTS: [&str; 3] = ["A1", "A2", "A3"];

/// Something that people do, or that comes by the bus.
#[derive(Clone, Debug)]
enum Step {
    Ledger(Vec<i64>),
    Scheme(usize, usize, bool),
    Claim(usize, i64, usize),
    Attest(prop::sample::Index, usize, i64, usize),
    Reject(prop::sample::Index),
    Hear(prop::sample::Index),
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        1 => prop::collection::vec(-5_000_i64..5_000, 9).prop_map(Step::Ledger),
        1 => (0_usize..4, 0_usize..3, any::<bool>()).prop_map(|(it, of, above)| Step::Scheme(it, of, above)),
        3 => (0_usize..4, 1_i64..4_000, 0_usize..4).prop_map(|(it, pence, at)| Step::Claim(it, pence, at)),
        6 => (index(), 0_usize..4, 0_i64..4_000, 0_usize..4)
            .prop_map(|(it, at, pence, of)| Step::Attest(it, at, pence, of)),
        1 => index().prop_map(Step::Reject),
        2 => index().prop_map(Step::Hear),
    ]
}

/// Posted months, several versions of some.
fn heard() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((0_usize..3, 0_usize..3, 0_i64..300, 0_i64..300), 4..14).prop_map(|months| {
        let mut versions: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        let event = |(of, at, agency, bank): (usize, usize, i64, i64)| {
            let version = versions.entry((of, at)).or_default();
            *version += 1;
            spend(ORGANISATIONS[of], ["2016-10", "2017-10", "2018-10"][at], *version, agency, bank)
        };
        months.into_iter().map(event).collect()
    })
}

async fn take(node: &Node, finance: &Node, step: &Step, events: &[Event]) {
    let claims = node.claims().await;
    let account = |at: usize| ACCOUNTS.get(at).copied().unwrap_or_default();
    // what is refused changes nothing, which is what is looked at afterwards
    match step {
        Step::Ledger(pence) => {
            let lines: Vec<_> = pence
                .iter()
                .enumerate()
                .map(|(at, pence)| (ORGANISATIONS[at / 3], ACCOUNTS[at % 3], *pence))
                .collect();
            node.ledger(&lines).await;
        }
        Step::Scheme(it, of, above) => node.schemes(&[(&format!("S{it}"), ORGANISATIONS[*of], *above)]).await,
        Step::Claim(it, pence, at) => drop(node.claim(&format!("S{it}"), *pence, account(*at)).await),
        Step::Attest(it, at, pence, of) if !claims.is_empty() => {
            let claim = &claims[it.index(claims.len())];
            drop(finance.attest(&claim.claim_id, (account(*at), *pence, &format!("S{of}"))).await);
        }
        Step::Reject(it) if !claims.is_empty() => {
            drop(finance.reject(&claims[it.index(claims.len())].claim_id, "not found").await);
        }
        Step::Hear(it) => node.hear(&events[it.index(events.len())]).await,
        Step::Attest(..) | Step::Reject(_) => {}
    }
}

async fn adds_up(node: &Node) -> Result<(), TestCaseError> {
    let (board, claims) = (node.board().await, node.claims().await);
    let sum = |of: &[pb::BoardSum]| of.iter().map(|it| it.attested_pence).sum::<i64>();
    let counted: i64 = claims.iter().map(|it| it.headline_pence).sum();
    prop_assert_eq!(board.attested_pence, counted);
    prop_assert_eq!(board.attested_pence, sum(&board.organisations));
    prop_assert_eq!(board.attested_pence, sum(&board.months));
    prop_assert_eq!(board.attested_pence, sum(&board.schemes));
    let mut lines = BTreeSet::new();
    for claim in claims.iter().filter(|it| it.state() == pb::ClaimState::Attested) {
        let line = claim.line.clone().unwrap();
        prop_assert!(
            lines.insert((line.organisation, line.month, line.account, line.cost_centre)),
            "a line twice"
        );
        prop_assert!(claim.headline_pence == 0 || claim.held.is_empty());
        prop_assert!(claim.claimed_by != claim.decided_by);
    }
    for claim in claims.iter().filter(|it| it.state() != pb::ClaimState::Attested) {
        prop_assert_eq!(claim.headline_pence, 0);
    }
    Ok(())
}

/// What is proposed, without when.
async fn proposed(node: &Node) -> Vec<(String, i64, i32, Vec<String>)> {
    let mut claims = node.claims().await;
    claims.retain(|it| it.source != "owner" && it.state() != pb::ClaimState::Lapsed);
    let says = |it: &pb::Claim| it.evidence.iter().map(|it| it.event_id.clone()).collect();
    let mut claims: Vec<_> =
        claims.iter().map(|it| (it.claim_id.clone(), it.claimed_pence, it.state, says(it))).collect();
    claims.sort();
    claims
}

fn on_a_node<T>(run: impl AsyncFnOnce(Node) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = sqlite_db::<muster_backoffice::Migrator>("backoffice").await;
        run(Node::new(&db)).await
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_stored_board_adds_up_whatever_happens(
        steps in prop::collection::vec(step(), 10..50),
        events in heard(),
    ) {
        on_a_node(async |node: Node| {
            let finance = node.finance();
            node.schemes(&[("S0", "RJ1", true), ("S1", "RJ2", true), ("S2", "RJZ", true)]).await;
            node.ledger(&[("RJ1", "A1", -4_000), ("RJ2", "A2", -4_000), ("RJZ", "A3", 400_000)]).await;
            for step in &steps {
                take(&node, &finance, step, &events).await;
            }
            adds_up(&node).await
        })?;
    }

    #[test]
    fn proposals_do_not_depend_on_order_or_repetition(
        (events, again) in heard().prop_flat_map(|events| {
            let twice: Vec<Event> = events.iter().chain(&events).cloned().collect();
            (Just(events), Just(twice).prop_shuffle())
        }),
    ) {
        let hear = |events: Vec<Event>| on_a_node(async |node: Node| {
            for event in &events {
                node.hear(event).await;
            }
            proposed(&node).await
        });
        prop_assert_eq!(hear(events), hear(again));
    }
}
