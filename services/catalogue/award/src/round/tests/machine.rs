//! Commands in any order.

use proptest::prelude::*;

use super::{approve, bid, pledge, terms};
use crate::{
    Constraints, Steps,
    round::{CollectiveRound, Command, Computed, Phase, Verdict},
    solve,
};

/// Something that a user might try; `None` puts the best award forward.
fn any_command() -> impl Strategy<Value = Option<Command>> {
    let organisation = prop::sample::select(vec!["RJ1", "RJ2", "E09", "RX9"]);
    let lot = prop::sample::select(vec!["gloves", "gowns", "masks"]);
    let lots = prop::sample::subsequence(vec!["gloves", "gowns"], 0..=2);
    let reason = prop::sample::select(vec!["", "no"]);
    prop_oneof![
        1 => Just(Some(Command::Open(terms()))),
        4 => (organisation.clone(), lot, -1_i64..20).prop_map(|(of, lot, quantity)| Some(pledge(of, lot, quantity))),
        3 => Just(Some(Command::Close)),
        4 => (0..9_u8, 0..3_u8, lots, 0_i64..90).prop_map(|(id, of, lots, pence)| {
            Some(bid(&format!("b{id}"), &format!("s{of}"), &lots, pence))
        }),
        1 => (0..9_u8).prop_map(|id| Some(Command::Withdraw { bid: format!("b{id}") })),
        5 => Just(None),
        1 => Just(Some(Command::Compute(Computed {
            constraints: Constraints::default(), awards: vec!["b1".into()], cost_pence: 5,
        }))),
        8 => organisation.clone().prop_map(|of| Some(approve(of))),
        1 => (organisation, reason.clone()).prop_map(|(of, reason)| {
            Some(Command::Refuse { organisation: of.to_owned(), reason: reason.to_owned() })
        }),
        4 => Just(Some(Command::Award)),
        1 => prop::option::weighted(0.2, reason).prop_map(|it| {
            Some(Command::Cancel { reason: it.unwrap_or_default().to_owned() })
        }),
    ]
}

fn best(round: &CollectiveRound) -> Command {
    let outcome = solve(&round.document(Constraints::default()), &mut Steps::new(2_000));
    Command::Compute(Computed {
        constraints: Constraints::default(),
        awards: outcome.awards,
        cost_pence: outcome.cost_pence.unwrap_or(-1),
    })
}

/// Which phase may follow on which.
fn may_follow(from: Phase, to: Phase) -> bool {
    use Phase::{Awarded, Bidding, Cancelled, Computed, New, Pledging, Refused};
    from == to && !from.ended()
        || matches!(
            (from, to),
            (New, Pledging)
                | (Pledging, Bidding | Cancelled)
                | (Bidding | Refused, Computed | Cancelled)
                | (Computed, Refused | Awarded | Cancelled)
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_order_of_commands_reaches_what_may_not_be(steps in prop::collection::vec((any_command(), 0_i64..2), 1..90)) {
        let (mut round, mut at) = (CollectiveRound::default(), 1);
        let mut reached = std::collections::BTreeSet::new();
        for (command, later) in steps {
            at += later;
            let command = command.unwrap_or_else(|| best(&round));
            let (before, word) = (round.clone(), command.word());
            match before.decide(at, command) {
                Err(refusal) => {
                    prop_assert_eq!(&before, &round);
                    prop_assert!(!refusal.what.is_empty());
                    prop_assert!(before.phase().ended() == refusal.next.is_empty(), "{}", refusal);
                }
                Ok(event) => {
                    // what happens was announced as possible
                    prop_assert!(before.next(at).contains(&word), "{} of {:?}", word, before.next(at));
                    round.record(at, event);
                    prop_assert!(may_follow(before.phase(), round.phase()), "{:?} to {:?}", before.phase(), round.phase());
                    prop_assert_eq!(&round.history()[..before.history().len()], before.history());
                    prop_assert_eq!(round.history().len(), before.history().len() + 1);
                }
            }
            reached.insert(round.phase());
            let whole = round.pledging().iter().all(|of| round.verdicts().get(*of) == Some(&Verdict::Approved));
            prop_assert!(round.phase() != Phase::Awarded || whole);
            prop_assert!(round.pledges().values().all(|quantity| *quantity > 0));
        }
        prop_assert_eq!(CollectiveRound::replay(round.history().to_vec()), round.clone());
        let numbers: Vec<u64> = round.history().iter().map(|it| it.number).collect();
        prop_assert!(numbers.iter().copied().eq(1..=round.history().len() as u64));
        prop_assert!(round.history().windows(2).all(|two| two[0].at <= two[1].at));
    }
}
