//! Vectors of the field: pay, rest, runs of nights, the average, recharge.

use super::solved;
use crate::{Case, EXAMPLE, Outcome, Reason, check};

/// One band 5 shift at SB2 for one worker of SB1, with more fields of the worker.
fn one(start: &str, end: &str, worker: &str) -> (Case, Outcome) {
    let text = format!(
        r#"{{"schema": "muster-shared-bank/1",
            "organisations": [{{"code": "SB1", "on_cost_ppm": 400000, "fee_pence_per_hour": 50}},
                              {{"code": "SB2", "on_cost_ppm": 300000}}],
            "holidays": ["2026-12-25"],
            "rates": [{{"organisation": "SB2", "grade": "Band 5", "core": 1932, "saturday_night": 2512,
                        "sunday_holiday": 3091}},
                      {{"organisation": "SB2", "site": "inner", "grade": "Band 5", "core": 2300}}],
            "shifts": [{{"shift_ref": "1", "organisation": "SB2", "grade": "band-5", "start": "{start}",
                         "end": "{end}", "break_minutes": 60, "unfilled": {{"agency_pence": 90000}}}}],
            "workers": [{{"worker_ref": "A", "home_organisation": "SB1", "consents": ["SB2"], "grades": ["band-5"],
                          "available": [{{"from": "2026-01-01T00:00", "to": "2027-01-01T00:00"}}] {worker}}}]}}"#
    );
    let case = Case::read(&text).unwrap();
    let outcome = solved(&case);
    assert_eq!(check(&case, &outcome), Vec::<String>::new());
    (case, outcome)
}

fn refused(start: &str, end: &str, worker: &str) -> (Reason, String) {
    let (_, outcome) = one(start, end, worker);
    let nearest = outcome.unfilled[0].nearest.as_ref().unwrap();
    assert_eq!(nearest.reasons.len(), 1);
    (nearest.reasons[0].reason, nearest.reasons[0].what.clone())
}

const DAY: (&str, &str) = ("2026-12-03T07:30", "2026-12-03T20:00");
const NIGHT: (&str, &str) = ("2026-12-03T19:30", "2026-12-04T08:00");

#[test]
fn pay_goes_by_host_and_hour_and_on_costs_by_home() {
    let (_, outcome) = one(DAY.0, DAY.1, "");
    let row = &outcome.allocations[0];
    // 11.5 hours at 19.32, 40% on top by the home, 50p an hour for lending
    assert_eq!((row.minutes, row.bill.pay_pence), (690, 22_218));
    assert_eq!((row.bill.on_cost_pence, row.bill.fee_pence), (8_887, 575));
    let (_, outcome) = one(NIGHT.0, NIGHT.1, "");
    // half an hour before eight in the evening and two hours after six in the morning are core; the pause is at night
    assert_eq!(outcome.allocations[0].bill.pay_pence, (150 * 1932 + 540 * 2512) / 60);
    let (_, outcome) = one("2026-12-25T08:00", "2026-12-25T17:00", "");
    assert_eq!(outcome.allocations[0].bill.pay_pence, 8 * 3091);
    let (_, outcome) = one(DAY.0, DAY.1, r#", "pay_pence_per_hour": 2000"#);
    assert_eq!(outcome.allocations[0].bill.pay_pence, 23_000);
}

#[test]
fn a_night_over_a_clock_change_is_paid_by_the_hours_worked() {
    for (start, end, hours) in
        [("2026-03-28T22:00", "2026-03-29T07:00", 7), ("2026-10-24T22:00", "2026-10-25T07:00", 9)]
    {
        let (_, outcome) = one(start, end, "");
        assert_eq!(outcome.allocations[0].minutes, hours * 60);
    }
}

#[test]
fn eleven_hours_of_rest_are_due() {
    let (_, outcome) = one(DAY.0, DAY.1, r#", "last_shift_end": "2026-12-02T20:30""#);
    assert_eq!(outcome.cost.filled, 1);
    let (reason, what) = refused(DAY.0, DAY.1, r#", "last_shift_end": "2026-12-02T20:31""#);
    assert_eq!(reason, Reason::Rest);
    assert!(what.contains("10 h 59") && what.contains("11 h are due"), "{what}");
    // from 20:30 to 07:30 over the change to winter time there are twelve
    let (_, outcome) =
        one("2026-10-25T07:30", "2026-10-25T20:00", r#", "last_shift_end": "2026-10-24T21:30""#);
    assert_eq!(outcome.cost.filled, 1);
}

#[test]
fn forty_eight_hours_are_an_average_over_the_reference_period() {
    // 48 x 17 = 816, the shift has 11.5
    assert_eq!(one(DAY.0, DAY.1, r#", "hours_worked": 804.5"#).1.cost.filled, 1);
    assert_eq!(refused(DAY.0, DAY.1, r#", "hours_worked": 805"#).0, Reason::AverageHours);
    assert_eq!(one(DAY.0, DAY.1, r#", "hours_worked": 900, "opted_out": true"#).1.cost.filled, 1);
    assert_eq!(refused(DAY.0, DAY.1, r#", "max_hours": 11"#).0, Reason::WantedHours);
}

#[test]
fn a_run_of_nights_goes_on_from_before_the_case() {
    let before = |run: u32| format!(r#", "last_shift_end": "2026-12-03T08:00", "nights_run": {run}"#);
    assert_eq!(one(NIGHT.0, NIGHT.1, &before(3)).1.cost.filled, 1);
    let (reason, what) = refused(NIGHT.0, NIGHT.1, &before(4));
    assert_eq!(reason, Reason::Nights);
    assert!(what.contains("5 nights in a row where 4"), "{what}");
    // a night off ends the run
    assert_eq!(one("2026-12-04T19:30", "2026-12-05T08:00", &before(4)).1.cost.filled, 1);
}

#[test]
fn a_bank_dearer_than_the_agency_leaves_the_shift_and_says_so() {
    let (reason, what) = refused(DAY.0, DAY.1, r#", "pay_pence_per_hour": 6000"#);
    assert_eq!(reason, Reason::Dearer);
    assert!(what.contains("leaving the shift costs 900.00 pounds"), "{what}");
}

#[test]
fn the_example_is_solved_to_the_end_and_explained() {
    let case = Case::read(EXAMPLE).unwrap();
    let outcome = solved(&case);
    assert_eq!(check(&case, &outcome), Vec::<String>::new());
    assert!(outcome.bound.optimal);
    assert!(!outcome.unfilled.is_empty() && outcome.recharge.iter().any(|it| it.recharged));
    assert!(outcome.first_come.saved_pence >= 0);
    assert!(!outcome.journal.is_empty());
}
