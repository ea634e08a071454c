//! Thresholds and claims.

use jiff::civil::date;
use proptest::prelude::*;

use super::{pledge, terms};
use crate::{
    Kind, Tier,
    round::{
        CollectiveRound, Command,
        clawback::{Buying, forecast},
        threshold::{Body, Subject, THRESHOLDS, check, in_force},
    },
};

fn pledged(of: &[(&str, i64)]) -> CollectiveRound {
    let mut round = CollectiveRound::default();
    let commands = of.iter().map(|(organisation, quantity)| pledge(organisation, "gloves", *quantity));
    for command in [Command::Open(terms())].into_iter().chain(commands) {
        let event = round.decide(1, command).unwrap();
        round.record(1, event);
    }
    round
}

#[test]
fn the_sum_of_partners_counts_where_nobody_reaches_the_threshold_alone() {
    let on = date(2026, 11, 28);
    // 1,120 units at 120.50 are 134,960, one more is above 135,018
    let round = pledged(&[("RJ1", 600), ("RJ2", 520)]);
    let found = check(&round, THRESHOLDS, Subject::Supplies, on).unwrap();
    assert_eq!((found.sum_pence, found.threshold.pence, found.reached), (13_496_000, 13_501_800, false));
    let round = pledged(&[("RJ1", 600), ("RJ2", 521)]);
    let found = check(&round, THRESHOLDS, Subject::Supplies, on).unwrap();
    assert_eq!((found.sum_pence, found.reached, found.alone.len()), (13_508_050, true, 0));
    assert_eq!(found.by_partner["RJ2"], 6_278_050);
    // no row, no answer
    assert_eq!(check(&round, THRESHOLDS, Subject::Supplies, date(2025, 12, 31)), None);
}

#[test]
fn of_several_bodies_the_lowest_threshold_counts() {
    let pounds = |subject, bodies: &[Body]| {
        in_force(THRESHOLDS, subject, bodies, date(2026, 1, 1)).map(|row| row.pence / 100)
    };
    assert_eq!(pounds(Subject::Supplies, &[Body::SubCentral]), Some(207_720));
    assert_eq!(pounds(Subject::Supplies, &[Body::SubCentral, Body::Nhs]), Some(135_018));
    assert_eq!(pounds(Subject::LightTouch, &[Body::Nhs]), Some(663_540));
    assert_eq!(pounds(Subject::Works, &[Body::Nhs]), Some(5_193_000));
}

fn tiers() -> [Tier; 3] {
    [(1, 1_000), (500, 900), (1_000, 800)].map(|(min_quantity, unit_price)| Tier { min_quantity, unit_price })
}

fn buying(organisation: &str, pledged: i64, bought: i64) -> Buying {
    Buying { organisation: organisation.to_owned(), pledged, bought }
}

#[test]
fn who_is_short_of_its_pledge_pays_for_the_tier_that_was_missed() {
    let buyings = [buying("RJ1", 600, 300), buying("RJ2", 400, 190), buying("RJ3", 100, 60)];
    // half of the term over: 600, 380 and 120 are to be expected, 1,100 of 1,100
    let even = forecast(Kind::AllUnits, &tiers(), &buyings, 500_000).unwrap();
    assert_eq!((even.expected, even.clawback_pence), (1_100, 0));
    // at its end: 550 at 9.00 instead of 8.00
    let end = forecast(Kind::AllUnits, &tiers(), &buyings, 1_000_000).unwrap();
    assert_eq!((end.paid_pence, end.due_pence, end.clawback_pence), (4_400, 4_950, 550));
    let parts: Vec<i64> = end.shortfalls.iter().map(|it| it.clawback_pence).collect();
    // 300, 210 and 40 short of 550
    assert_eq!(parts, [300, 210, 40]);
    // below the first tier its price holds
    let low = forecast(Kind::AllUnits, &tiers()[1..], &[buying("RJ1", 1_000, 100)], 1_000_000).unwrap();
    assert_eq!((low.paid_pence, low.due_pence), (800, 900));
}

proptest! {
    #[test]
    fn claims_add_up_and_fall_on_those_who_are_short(
        buyings in prop::collection::vec((0_i64..2_000, 0_i64..2_000), 1..6),
        incremental in any::<bool>(),
        elapsed in 1_i64..=1_000_000,
    ) {
        let buyings: Vec<Buying> = buyings.iter().map(|(pledged, bought)| buying("R", *pledged, *bought)).collect();
        let kind = if incremental { Kind::Incremental } else { Kind::AllUnits };
        if let Some(found) = forecast(kind, &tiers(), &buyings, elapsed) {
            prop_assert_eq!(found.shortfalls.iter().map(|it| it.clawback_pence).sum::<i64>(), found.clawback_pence);
            prop_assert!(found.shortfalls.iter().all(|it| it.clawback_pence >= 0 && (it.short > 0 || it.clawback_pence == 0)));
            prop_assert!(found.expected < found.pledged || found.clawback_pence == 0);
        }
    }
}
