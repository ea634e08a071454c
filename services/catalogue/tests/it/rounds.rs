//! A collective round from opening to what was paid under it.

use std::{fmt::Write as _, time::Duration};

use muster_kit::clock;
use muster_proto::{
    catalogue::v1::{self as pb, Phase, Relation, act_on_round_request::Action},
    common::v1::PageRequest,
};
use muster_testkit::{TestDb, on_both_databases};
use tonic::Code;

use crate::node::{ITEMS, Node, PURCHASES};

on_both_databases!(muster_catalogue::Migrator;
    a_round_from_opening_to_what_was_paid, a_purchase_counts_for_one_contract_and_a_late_baseline_is_told
);

fn pledge(organisation: &str, lot: &str, quantity: i64) -> Action {
    Action::Pledge(pb::Pledge { organisation: organisation.into(), lot_id: lot.into(), quantity })
}

fn bid(id: &str, supplier: &str, lots: &[&str], price_pence: i64) -> Action {
    let lots = lots.iter().map(|it| (*it).to_owned()).collect();
    Action::Bid(pb::Bid {
        bid_id: id.into(),
        supplier: supplier.into(),
        lots,
        price_pence,
        ..Default::default()
    })
}

fn approve(organisation: &str) -> Action {
    Action::Decide(pb::DecideAward {
        organisation: organisation.into(),
        approve: true,
        reason: String::new(),
    })
}

/// Purchases of gloves by the box of a hundred in some months at pence a box.
fn purchases(organisation: &str, months: &[&str], boxes: i64, pence: i64, supplier: &str) -> String {
    let mut lines = PURCHASES.to_owned();
    for month in months {
        let net = boxes * pence;
        let _ = writeln!(
            lines,
            "{supplier}-{month},{organisation},{month}-10,{supplier},gloves,{boxes},BX,{}.{:02},{}.{:02},G,direct",
            pence / 100,
            pence % 100,
            net / 100,
            net % 100
        );
    }
    lines
}

async fn open(node: &Node, item: i64) -> pb::Round {
    let now = clock::now_micros();
    let lot = |id: &str, item: i64| pb::Lot {
        lot_id: id.into(),
        item,
        description: id.into(),
        estimated_unit_price_hundredths: 50_000,
        consumables: 100,
    };
    let partner = |it: &str| pb::Partner { organisation: it.into(), central: true };
    let request = pb::OpenRoundRequest {
        title: "Gloves and swabs".into(),
        subject: pb::Subject::Supplies.into(),
        partners: ["RJ1", "RJ2"].map(partner).to_vec(),
        lots: vec![lot("gloves", item), lot("swabs", 0)],
        pledge_by_micros: now + 1_500_000,
        bids_by_micros: now + 3_000_000,
        approve_by_micros: now + 600_000_000,
    };
    node.client().open_round(node.ask(request)).await.unwrap().into_inner().round.unwrap()
}

async fn wait_until(micros: i64) {
    while clock::now_micros() <= micros {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn a_round_from_opening_to_what_was_paid(db: TestDb) {
    let host = Node::new(&db);
    let (one, two, stranger) = (host.planner("RJ1"), host.planner("RJ2"), host.planner("RV5"));
    for node in [&one, &two] {
        let organisation = node.actor.organisation.as_str();
        node.import("items", &format!("{ITEMS}G,{organisation},Medical Ltd,nitrile gloves,BX,100,,,\n"))
            .await;
        node.import("purchases", &purchases(organisation, &["2019-06", "2019-07"], 10, 500, "Medical Ltd"))
            .await;
    }
    let (a, b) = (one.number("RJ1", "G").await, two.number("RJ2", "G").await);
    let same = host.decide((a, b), Relation::SameItem).await.unwrap();
    let round = open(&host, a).await;
    let id = round.round_id.as_str();
    let (pledge_by, bids_by) = (round.pledge_by_micros, round.bids_by_micros);
    let parties = Parties { host: &host, one: &one, two: &two, id };
    parties.pledge(&stranger, pledge_by).await;
    parties.bid(bids_by).await;
    parties.veto_and_refuse().await;
    parties.award().await;
    host.follow().await;
    let approved: Vec<pb::AwardApproved> = decoded(&host, "award.approved").await;
    let planned: Vec<(&str, i64, i64)> =
        approved.iter().map(|it| (it.organisation.as_str(), it.baseline_pence, it.award_pence)).collect();
    assert_eq!(
        planned,
        [("RJ1", 50_000, 40_000), ("RJ2", 50_000, 40_000)],
        "swabs were never bought, so no saving is planned for them"
    );
    paid(&host, &one, &two, id).await;
    an_item_that_is_another_counts_no_more(&host, &one, &two, &same).await;
}

/// Two rounds for the same item, the contract of the second begins within that of the first; nothing was bought before the awards, and
/// what had been bought comes in later.
async fn a_purchase_counts_for_one_contract_and_a_late_baseline_is_told(db: TestDb) {
    let host = Node::new(&db);
    let one = host.planner("RJ1");
    one.import("items", &format!("{ITEMS}G,RJ1,Medical Ltd,nitrile gloves,BX,100,,,\n")).await;
    let item = one.number("RJ1", "G").await;
    let rounds = two_contracts(&host, &one, item).await;
    let months = ["2019-06", "2020-03", "2020-08", "2021-02"];
    one.import("purchases", &purchases("RJ1", &months, 10, 500, "Medical Ltd")).await;
    host.follow().await;
    let first = rounds[0].round_id.as_str();
    let approved: Vec<pb::AwardApproved> = decoded(&host, "award.approved").await;
    let planned: Vec<i64> =
        approved.iter().filter(|it| it.round_id == first).map(|it| it.baseline_pence).collect();
    assert_eq!(planned, [0, 50_000], "what had been bought before is told when it is known");
    one.import("purchases", &purchases("RJ1", &["2019-07"], 10, 700, "Medical Ltd")).await;
    host.follow().await;
    let known: Vec<pb::AwardApproved> = decoded(&host, "award.approved").await;
    assert_eq!(known.len(), approved.len(), "a price before that is known stays as it was approved");
    let request = one.ask(pb::ListRealisedPricesRequest::default());
    let rows = one.client().list_realised_prices(request).await.unwrap().into_inner().rows;
    let mut counted: Vec<(&str, bool)> =
        rows.iter().map(|it| (it.month.as_str(), it.round_id == first)).collect();
    counted.sort_unstable();
    assert_eq!(counted, [("2020-03", true), ("2020-08", false), ("2021-02", false)]);
    let request = pb::ListPurchasesRequest { round_id: first.to_owned(), ..Default::default() };
    let lines = one.client().list_purchases(one.ask(request)).await.unwrap().into_inner().lines;
    assert_eq!(lines.iter().map(|it| it.date.as_str()).collect::<Vec<_>>(), ["2020-03-10"]);
}

/// Two awarded rounds of the same lot: the contract of the second begins in the middle of the first.
async fn two_contracts(host: &Node, one: &Node, item: i64) -> Vec<pb::Round> {
    let terms = [("2020-01-01", "2020-12-31"), ("2020-07-01", "2021-06-30")];
    let mut rounds = Vec::new();
    for _ in terms {
        rounds.push(open(host, item).await);
    }
    for round in &rounds {
        one.act(&round.round_id, pledge("RJ1", "gloves", 100)).await.unwrap();
    }
    wait_until(rounds[1].pledge_by_micros).await;
    for round in &rounds {
        host.act(&round.round_id, Action::Close(pb::ClosePledging {})).await.unwrap();
        host.act(&round.round_id, bid("a", "Medical Ltd", &["gloves"], 40_000)).await.unwrap();
    }
    wait_until(rounds[1].bids_by_micros).await;
    for (round, (from, until)) in rounds.iter().zip(terms) {
        let id = round.round_id.as_str();
        host.act(id, Action::Compute(pb::ComputeAward { constraints: None, seconds: 5 })).await.unwrap();
        one.act(id, approve("RJ1")).await.unwrap();
        host.act(id, Action::Award(pb::MakeAward { from: from.into(), until: until.into() })).await.unwrap();
    }
    host.follow().await;
    rounds
}

/// Host and partners of a round.
struct Parties<'a> {
    host: &'a Node,
    one: &'a Node,
    two: &'a Node,
    id: &'a str,
}

impl Parties<'_> {
    async fn pledge(&self, stranger: &Node, pledge_by: i64) {
        let Self { host, one, two, id } = *self;
        // each speaks for itself; the host's administrator may enter what a partner said; a stranger sees nothing
        assert_eq!(two.act(id, pledge("RJ1", "gloves", 5)).await.unwrap_err().code(), Code::PermissionDenied);
        assert_eq!(stranger.act(id, pledge("RV5", "gloves", 5)).await.unwrap_err().code(), Code::NotFound);
        one.act(id, pledge("RJ1", "gloves", 100)).await.unwrap();
        two.act(id, pledge("RJ2", "gloves", 100)).await.unwrap();
        host.act(id, pledge("RJ2", "swabs", 50)).await.unwrap();
        let early = host.act(id, Action::Close(pb::ClosePledging {})).await.unwrap_err();
        assert_eq!(
            early.message(),
            "pledges may still come until their deadline; possible now: pledge, cancel"
        );
        wait_until(pledge_by).await;
        assert_eq!(one.act(id, pledge("RJ1", "gloves", 1)).await.unwrap_err().code(), Code::InvalidArgument);
        let closed = host.act(id, Action::Close(pb::ClosePledging {})).await.unwrap();
        assert_eq!(closed.threshold.unwrap().sum_pence, 250 * 500);
        assert_eq!(
            one.act(id, bid("x", "A", &["gloves"], 1)).await.unwrap_err().code(),
            Code::PermissionDenied
        );
    }

    async fn bid(&self, bids_by: i64) {
        let Self { host, id, .. } = *self;
        // 800 and 300 alone, 1,000 for both
        host.act(id, bid("a", "MEDICAL LIMITED", &["gloves"], 80_000)).await.unwrap();
        host.act(id, bid("b", "Swab Ltd", &["swabs"], 30_000)).await.unwrap();
        let with = host.act(id, bid("c", "MEDICAL LIMITED", &["gloves", "swabs"], 100_000)).await.unwrap();
        assert_eq!((with.bids.len(), with.bid_count), (0, 3), "nobody reads bids before the deadline");
        assert!(with.history.iter().all(|it| !it.text.contains("MEDICAL")));
        wait_until(bids_by).await;
    }

    async fn veto_and_refuse(&self) {
        let Self { host, one, two, id } = *self;
        let veto =
            pb::Veto { organisation: "RJ2".into(), supplier: "Nobody Ltd".into(), lot_id: "swabs".into() };
        let constraints = Some(pb::Constraints { vetoes: vec![veto.clone()], ..Default::default() });
        let unknown =
            host.act(id, Action::Compute(pb::ComputeAward { constraints, seconds: 5 })).await.unwrap_err();
        assert!(unknown.message().contains("nobody called `Nobody Ltd`"), "{}", unknown.message());
        let constraints = Some(pb::Constraints {
            vetoes: vec![pb::Veto { supplier: "MEDICAL LIMITED".into(), ..veto }],
            ..Default::default()
        });
        let vetoed =
            host.act(id, Action::Compute(pb::ComputeAward { constraints, seconds: 5 })).await.unwrap();
        let award = vetoed.award.unwrap();
        assert_eq!((award.cost_pence, award.optimal), (110_000, true));
        assert_eq!(award.constraint_prices[0].price_pence, Some(10_000), "the veto costs 100 pounds");
        one.act(id, approve("RJ1")).await.unwrap();
        let refuse = Action::Decide(pb::DecideAward {
            organisation: "RJ2".into(),
            approve: false,
            reason: "the veto was an error".into(),
        });
        assert_eq!(two.act(id, refuse).await.unwrap().phase(), Phase::Refused);
    }

    async fn award(&self) {
        let Self { host, one, two, id } = *self;
        let free =
            host.act(id, Action::Compute(pb::ComputeAward { constraints: None, seconds: 5 })).await.unwrap();
        let award = free.award.unwrap();
        assert_eq!((award.cost_pence, award.runner_up_difference_pence), (100_000, 10_000));
        // the bundle is shared out by estimated value: 800 of 1,000 for 200 boxes of gloves
        assert_eq!(
            award.lots.iter().map(|it| it.unit_price_hundredths).collect::<Vec<_>>(),
            [40_000, 40_000]
        );
        let make = || Action::Award(pb::MakeAward { from: "2020-01-01".into(), until: "2020-12-31".into() });
        let missing = host.act(id, make()).await.unwrap_err();
        assert!(missing.message().contains("not approved yet by RJ1, RJ2"), "{}", missing.message());
        one.act(id, approve("RJ1")).await.unwrap();
        two.act(id, approve("RJ2")).await.unwrap();
        assert_eq!(host.act(id, make()).await.unwrap().phase(), Phase::Awarded);
    }
}

async fn paid(host: &Node, one: &Node, two: &Node, id: &str) {
    // RJ1 buys at the award, RJ2 half elsewhere
    one.import("purchases", &purchases("RJ1", &["2020-02", "2020-03"], 10, 400, "Medical Ltd")).await;
    two.import("purchases", &purchases("RJ2", &["2020-02"], 10, 450, "Other Ltd")).await;
    host.follow().await;
    let list = |node: &Node| {
        let request = node.ask(pb::ListRealisedPricesRequest { round_id: id.to_owned() });
        let mut client = node.client();
        async move { client.list_realised_prices(request).await.unwrap().into_inner() }
    };
    let rows = list(one).await.rows;
    let figures: Vec<(&str, Option<i64>, i64, i64, i64)> = rows
        .iter()
        .map(|it| (it.month.as_str(), it.baseline_pence, it.award_pence, it.paid_pence, it.off_award_pence))
        .collect();
    assert_eq!(
        figures,
        [("2020-02", Some(5_000), 4_000, 4_000, 0), ("2020-03", Some(5_000), 4_000, 4_000, 0)]
    );
    let rows = list(two).await;
    assert_eq!((rows.rows.len(), rows.rows[0].off_award_pence), (1, 4_500));
    // what was bought elsewhere keeps no pledge
    let short = &rows.shortfalls[0];
    assert_eq!((short.organisation.as_str(), short.pledged, short.bought), ("RJ2", 100, 0));
    assert_eq!(short.expected, 0);
    // RJ1 bought 20 boxes in three months of twelve: at that pace 80 of 100
    let of_one = list(one).await.shortfalls;
    assert_eq!((of_one[0].organisation.as_str(), of_one[0].bought), ("RJ1", 20));
    assert!((78..=82).contains(&of_one[0].expected), "{}", of_one[0].expected);
    assert_eq!(list(host).await.rows, [], "the host keeps no records of theirs");
    lines_behind(one, two, id).await;
    let realised: Vec<pb::PriceRealised> = decoded(host, "price.realised").await;
    let told: Vec<(&str, &str, i64, i64)> = realised
        .iter()
        .map(|it| (it.organisation.as_str(), it.month.as_str(), it.realised_pence, it.version))
        .collect();
    assert_eq!(
        told,
        [("RJ1", "2020-02", 1_000, 1), ("RJ1", "2020-03", 1_000, 1), ("RJ2", "2020-02", 500, 1)]
    );
    // heard twice, nothing is told twice
    let events = host.events().await;
    for event in &events {
        host.hear(event).await;
    }
    assert_eq!(host.events().await.len(), events.len());
}

/// The host says that the items are not the same after all: what the other partner paid for its own is no price of the lot, and that
/// partner is told, although the decision was not its own.
async fn an_item_that_is_another_counts_no_more(host: &Node, one: &Node, two: &Node, same: &pb::Decision) {
    let request = pb::RevokeEquivalenceRequest {
        decision_id: same.decision_id.clone(),
        reason: "another label".into(),
    };
    host.client().revoke_equivalence(host.ask(request)).await.unwrap();
    host.follow().await;
    let rows = |node: &Node| {
        let request = node.ask(pb::ListRealisedPricesRequest::default());
        let mut client = node.client();
        async move { client.list_realised_prices(request).await.unwrap().into_inner().rows }
    };
    assert_eq!((rows(one).await.len(), rows(two).await.len()), (2, 0));
    let realised: Vec<pb::PriceRealised> = decoded(host, "price.realised").await;
    let last = realised.last().unwrap();
    let told = (last.organisation.as_str(), last.month.as_str(), last.lots.len(), last.version);
    assert_eq!(told, ("RJ2", "2020-02", 0, 2));
}

/// The lines that a realised price rests on: nobody else's, each with its line in the file.
async fn lines_behind(one: &Node, two: &Node, id: &str) {
    let ask = |node: &Node, baseline: bool, (from, token): (&str, &str)| {
        let request = node.ask(pb::ListPurchasesRequest {
            round_id: id.to_owned(),
            baseline,
            from: from.to_owned(),
            page: Some(PageRequest { size: 1, token: token.to_owned() }),
            ..pb::ListPurchasesRequest::default()
        });
        let mut client = node.client();
        async move { client.list_purchases(request).await.unwrap().into_inner() }
    };
    let first = ask(one, false, ("", "")).await;
    let second = ask(one, false, ("", &first.page.unwrap().next_token)).await;
    let of = |it: &pb::PurchaseLine| (it.date.clone(), it.lot_id.clone(), it.net_pence, it.line);
    assert_eq!(of(&first.lines[0]), ("2020-02-10".into(), "gloves".into(), 4_000, 2));
    assert_eq!(of(&second.lines[0]), ("2020-03-10".into(), "gloves".into(), 4_000, 3));
    assert_eq!(second.page.unwrap().next_token, "");
    assert_eq!(ask(one, false, ("2020-04-01", "")).await.lines, []);
    let before = ask(one, true, ("", "")).await;
    assert!(before.lines[0].date.as_str() < "2020-02-01" && before.lines[0].organisation == "RJ1");
    assert!(ask(two, false, ("", "")).await.lines.iter().all(|it| it.organisation == "RJ2"));
}

async fn decoded<M: prost::Message + Default>(node: &Node, kind: &str) -> Vec<M> {
    let events = node.events().await;
    events.into_iter().filter(|it| it.kind.contains(kind)).map(|it| M::decode(it.payload).unwrap()).collect()
}
