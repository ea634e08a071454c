//! A round from opening to award, and what it refuses on the way.

use super::{approve, bid, pledge, terms};
use crate::{
    Constraints, Steps,
    round::{CollectiveRound, Command, Computed, Phase, Refusal, Verdict},
    solve,
};

fn go(round: &mut CollectiveRound, at: i64, command: Command) {
    let event = round.decide(at, command).unwrap_or_else(|refusal| panic!("{refusal}"));
    round.record(at, event);
}

fn refused(round: &CollectiveRound, at: i64, command: Command) -> Refusal {
    round.decide(at, command).expect_err("refused")
}

/// Up to the end of bids: A asks 100 and 120, B 110 and 100, and 180 for both.
fn bidden() -> CollectiveRound {
    let mut round = CollectiveRound::default();
    go(&mut round, 1, Command::Open(terms()));
    go(&mut round, 2, pledge("RJ1", "gloves", 100));
    go(&mut round, 2, pledge("RJ2", "gloves", 50));
    go(&mut round, 3, pledge("RJ2", "gowns", 7));
    go(&mut round, 11, Command::Close);
    for (id, supplier, lots, pence) in [
        ("A1", "A", &["gloves"][..], 10_000_000),
        ("A2", "A", &["gowns"], 12_000_000),
        ("B1", "B", &["gloves"], 11_000_000),
        ("B2", "B", &["gowns"], 10_000_000),
        ("B12", "B", &["gloves", "gowns"], 18_000_000),
    ] {
        go(&mut round, 12, bid(id, supplier, lots, pence));
    }
    round
}

fn computed(round: &CollectiveRound) -> Computed {
    let outcome = solve(&round.document(Constraints::default()), &mut Steps::new(10_000));
    Computed {
        constraints: Constraints::default(),
        awards: outcome.awards,
        cost_pence: outcome.cost_pence.expect("an award"),
    }
}

#[test]
fn a_round_goes_from_pledges_to_an_award_that_every_buyer_approved() {
    let mut round = bidden();
    assert_eq!(round.document(Constraints::default()).lots[0].quantity, 150);
    let award = computed(&round);
    assert_eq!((award.awards.as_slice(), award.cost_pence), (["B12".to_owned()].as_slice(), 18_000_000));
    go(&mut round, 20, Command::Compute(award));
    let early = refused(&round, 21, Command::Award);
    assert_eq!(
        early.to_string(),
        "not approved yet by RJ1, RJ2; possible now: approve, refuse, compute, cancel"
    );
    go(&mut round, 21, approve("RJ1"));
    go(&mut round, 22, approve("RJ2"));
    assert_eq!(round.next(22), ["award", "cancel"]);
    go(&mut round, 40, Command::Award);
    let over = refused(&round, 41, Command::Cancel { reason: "late".into() });
    assert_eq!(
        over.to_string(),
        "`cancel` is not possible while it is awarded; nothing more can be done in this round"
    );
    assert_eq!(CollectiveRound::replay(round.history().to_vec()), round);
}

#[test]
fn a_refusal_sends_the_award_back_and_approvals_do_not_carry_over() {
    let mut round = bidden();
    let award = computed(&round);
    go(&mut round, 20, Command::Compute(award.clone()));
    go(&mut round, 21, approve("RJ1"));
    let reason = "clinical trial failed".to_owned();
    go(&mut round, 22, Command::Refuse { organisation: "RJ2".into(), reason: reason.clone() });
    assert_eq!((round.phase(), round.next(22)), (Phase::Refused, vec!["compute", "cancel"]));
    assert_eq!(round.verdicts()["RJ2"], Verdict::Refused(reason));
    assert!(refused(&round, 23, Command::Award).what.contains("an award was refused"));
    go(&mut round, 24, Command::Compute(award));
    assert_eq!(round.missing(), ["RJ1", "RJ2"]);
    // what was said of the first award stays in the history
    assert!(
        round
            .history()
            .iter()
            .any(|it| matches!(it.event.what(), Command::Approve { organisation } if organisation == "RJ1"))
    );
}

#[test]
fn deadlines_and_states_are_kept_and_the_error_says_what_is_allowed() {
    let mut round = CollectiveRound::default();
    assert_eq!(refused(&round, 1, pledge("RJ1", "gloves", 1)).next, ["open"]);
    let mut late = terms();
    late.bids_by = late.pledge_by;
    assert!(refused(&round, 1, Command::Open(late)).what.contains("deadlines must lie ahead"));
    go(&mut round, 1, Command::Open(terms()));
    for (at, command, what) in [
        (0, pledge("RJ1", "gloves", 1), "lies before what happened last"),
        (2, Command::Open(terms()), "`open` is not possible while pledges are taken"),
        (2, bid("A1", "A", &["gloves"], 1), "`bid` is not possible while pledges are taken"),
        (2, pledge("RX9", "gloves", 1), "RX9 is no partner"),
        (2, pledge("RJ1", "glove", 1), "no lot `glove`"),
        (2, pledge("RJ1", "gloves", -1), "not between 0 and"),
        (11, pledge("RJ1", "gloves", 1), "the deadline for pledges is past"),
        (9, Command::Close, "pledges may still come"),
        (11, Command::Close, "nothing is pledged"),
        (2, Command::Cancel { reason: " ".into() }, "needs a reason"),
    ] {
        let refusal = refused(&round, at, command);
        assert!(refusal.what.contains(what), "{refusal}");
    }
    let round = bidden();
    for (at, command, what) in [
        (13, pledge("RJ1", "gloves", 1), "`pledge` is not possible while bids are taken"),
        (13, bid("A1", "C", &["gloves"], 1), "a bid `A1` was there already"),
        (13, bid("C1", "C", &["masks"], 1), "nothing is pledged of lot `masks`"),
        (20, bid("C1", "C", &["gloves"], 1), "the deadline for bids is past"),
        (20, Command::Withdraw { bid: "A1".into() }, "bids stand"),
        (19, Command::Compute(computed(&round)), "bids may still come"),
        (30, Command::Compute(computed(&round)), "the deadline for approvals is past"),
        (20, Command::Compute(Computed { cost_pence: 1, ..computed(&round) }), "costs 18000000 pence, not 1"),
        (20, Command::Compute(Computed { awards: vec!["A1".into()], ..computed(&round) }), "no award"),
    ] {
        let refusal = refused(&round, at, command);
        assert!(refusal.what.contains(what), "{refusal}");
    }
    let mut round = round;
    let award = computed(&round);
    go(&mut round, 20, Command::Compute(award));
    go(&mut round, 21, approve("RJ1"));
    assert!(refused(&round, 21, approve("RJ1")).what.contains("spoken on this award already"));
    assert!(refused(&round, 21, approve("E09")).what.contains("pledged nothing"));
    assert_eq!(refused(&round, 30, approve("RJ2")).next, ["cancel"]);
}
