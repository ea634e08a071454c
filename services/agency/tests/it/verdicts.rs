//! Shift lines to priced verdicts, and the clock of London.

use std::collections::BTreeSet;

use jiff::civil::{DateTime, date};
use muster_agency::{
    domain::{ClockFault, Judge, Judged, London, Minutes, Shift, TimeBand, words::Word},
    import::{ShiftsRead, read_shifts, shipped, shipped_lists},
};
use proptest::prelude::*;

const HEADER: &str =
    "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,charge_per_hour";

fn london() -> London {
    London::new().expect("the bundled clock")
}

fn read(text: &str) -> (Vec<Shift>, ShiftsRead) {
    let mut shifts = Vec::new();
    let read = read_shifts("a.csv", text.as_bytes(), &london(), |shift| shifts.push(shift));
    (shifts, read)
}

fn judged(rows: &[&str]) -> Vec<Judged> {
    let (shifts, read) = read(&format!("{HEADER}\n{}\n", rows.join("\n")));
    assert_eq!(read.refused, 0, "{:?}", read.findings.sorted());
    let (rules, lists) = (shipped().expect("sound rules"), shipped_lists().expect("sound lists"));
    let mut judge = Judge::new(rules, lists, london());
    shifts.iter().map(|shift| judge.judge(shift)).collect()
}

fn words(it: &Judged) -> String {
    it.verdicts.iter().map(|verdict| verdict.word()).collect::<Vec<_>>().join(" ")
}

/// Verdicts, cap and pence above it of a shift of ten core hours.
fn day(on: &str, group: &str, grade: &str, supply: &str, charge: &str) -> (String, Option<i64>, Option<i64>) {
    let row = format!("s,RJZ,X,{group},{grade},{on}T08:00,{on}T18:00,0,{supply},{charge}");
    let it = judged(&[&row]).remove(0);
    (words(&it), it.cap, it.over_cap)
}

#[test]
fn verdicts_follow_the_rules_of_the_day_of_the_shift() {
    for (on, group, grade, supply, charge, wanted, cap, over) in [
        ("2016-04-04", "nursing", "band-5", "agency", "Y,22.32", "within", Some(2232), Some(0)),
        ("2016-04-04", "nursing", "Band 5", "agency", "Y,22.33", "over-cap", Some(2232), Some(10)),
        ("2016-04-04", "nursing", "band-5", "agency", "N,22.32", "off-framework", Some(2232), Some(0)),
        ("2016-03-31", "nursing", "band-5", "agency", "N,22.32", "within", Some(2520), Some(0)),
        (
            "2016-04-04",
            "nursing",
            "band-5",
            "agency",
            "N,30.00",
            "over-cap off-framework both",
            Some(2232),
            Some(7680),
        ),
        // 33.48 is one and a half caps
        ("2018-05-30", "nursing", "band-5", "agency", "Y,33.48", "over-cap", Some(2232), Some(11160)),
        ("2018-05-31", "nursing", "band-5", "agency", "Y,33.48", "over-cap over-50", Some(2232), Some(11160)),
        ("2018-05-31", "nursing", "band-5", "agency", "Y,33.47", "over-cap", Some(2232), Some(11150)),
        ("2018-05-31", "medical", "consultant", "agency", "Y,99.99", "over-cap", Some(7534), Some(24650)),
        (
            "2018-05-31",
            "medical",
            "consultant",
            "agency",
            "Y,100",
            "over-cap over-threshold",
            Some(7534),
            Some(24660),
        ),
        ("2018-05-30", "medical", "consultant", "agency", "Y,120", "over-cap", Some(7534), Some(44660)),
        (
            "2018-05-30",
            "medical",
            "consultant",
            "agency",
            "Y,120.01",
            "over-cap over-threshold",
            Some(7534),
            Some(44670),
        ),
        ("2018-05-31", "medical", "consultant", "bank", ",100", "over-threshold", None, None),
        ("2018-05-30", "medical", "consultant", "bank", ",130", "within", None, None),
        ("2019-09-16", "Estates", "band-3", "agency", "Y,10", "admin-estates", Some(1542), Some(0)),
        ("2019-09-13", "Estates", "band-3", "agency", "Y,10", "within", Some(1542), Some(0)),
        ("2025-07-01", "nursing", "band-2", "agency", "Y,10", "band-2-3", Some(1938), Some(0)),
        ("2025-06-30", "nursing", "band-2", "agency", "Y,10", "within", Some(1938), Some(0)),
        ("2016-04-04", "nursing", "band-4", "agency", "Y,99", "", None, None),
        ("2016-04-04", "nursing", "band-5", "agency", "Y,", "", Some(2232), None),
        ("2016-04-04", "nursing", "band-5", "unfilled", ",", "", None, None),
    ] {
        assert_eq!(
            day(on, group, grade, supply, charge),
            (wanted.to_owned(), cap, over),
            "{on} {group} {grade} {charge}"
        );
    }
}

#[test]
fn bands_weigh_the_cap_and_a_site_gives_its_zone() {
    let rows = [
        // Friday night to Saturday: an hour of core and eleven of night
        "a,RJZ,Elsewhere,nursing,band-5,2025-07-04T19:00,2025-07-05T07:00,0,agency,Y,20",
        "b,RJZ,Lambeth,nursing,band-5,2025-07-02T09:00,2025-07-02T17:00,60,agency,Y,20",
        // Boxing Day on a Thursday
        "c,RJZ,Lambeth,nursing,band-5,2024-12-26T09:00,2024-12-26T17:00,0,agency,Y,20",
    ];
    let all = judged(&rows);
    assert_eq!(all[0].minutes, Minutes { core: 60, saturday_night: 660, sunday_holiday: 0 });
    // 29.94 core and 38.92 at night: (2994 + 11 x 3892) / 12 = 3817.2
    assert_eq!(all[0].cap, Some(3817));
    // 37,796 x 1.2 = 45,355.20, within floor and ceiling: 45355.2 / 1956.696 x 1.55 = 35.93
    assert_eq!((all[1].cap, all[1].minutes.total()), (Some(3593), 420));
    assert_eq!(all[2].minutes, Minutes { core: 0, saturday_night: 0, sunday_holiday: 480 });
}

#[test]
fn the_two_nights_of_the_clock_are_exact() {
    let hours = |start: &str, end: &str| {
        judged(&[&format!("a,RJZ,X,nursing,band-5,{start},{end},0,agency,Y,20")])[0].minutes
    };
    // clocks forward on 27 March 2016, back on 30 October 2016; both are Sundays
    let spring = hours("2016-03-26T22:00", "2016-03-27T06:00");
    assert_eq!((spring.total(), spring.saturday_night, spring.sunday_holiday), (7 * 60, 120, 300));
    let autumn = hours("2016-10-29T22:00", "2016-10-30T06:00");
    assert_eq!((autumn.total(), autumn.saturday_night, autumn.sunday_holiday), (9 * 60, 120, 420));
    assert_eq!(hours("2016-10-30T01:30+01:00", "2016-10-30T01:30+00:00").total(), 60);
    let (london, time) = (london(), |text: &str| text.parse::<DateTime>().expect("a time"));
    assert_eq!(london.instant(time("2016-10-30T01:30"), None), Err(ClockFault::Twice));
    assert_eq!(london.instant(time("2016-03-27T01:30"), None), Err(ClockFault::Skipped));
    assert_eq!(london.instant(time("2016-07-01T01:30"), Some(0)), Err(ClockFault::Offset));
}

#[test]
fn damage_is_named_with_its_line_and_good_lines_are_still_read() {
    let good = "a,RJZ,X,nursing,band-5,2016-04-04T08:00,2016-04-04T18:00,0,agency,Y,20";
    let text = [
        HEADER,
        good,
        good,
        "b,RJZ,X,nursing,band-5,2016-03-27T01:30,2016-03-27T09:00,0,agency,Y,20",
        "c,RJZ,X,nursing,band-5,2016-04-04T08:00,2016-04-04T07:00,0,agency,Y,20",
        "d,RJZ,X,nursing,band-5,2016-04-04T08:00,2016-04-04T18:00,0,agent,Y,20",
        "e,RJZ,X,nursing",
    ];
    for ending in ["\n", "\r\n"] {
        let (shifts, read) = read(&text.join(ending));
        assert_eq!((shifts.len(), read.rows, read.refused), (1, 6, 5));
        let found: Vec<_> = read.findings.sorted().iter().map(|f| (f.line, f.rule)).collect();
        let wanted = [
            (3, "duplicate-key"),
            (4, "skipped-hour"),
            (5, "wrong-order"),
            (6, "unknown-word"),
            (7, "cut-line"),
        ];
        assert_eq!(found, wanted);
    }
    let (_, read) = read("shift_ref,organisation\na,RJZ\n");
    assert_eq!(read.findings.by_rule("missing-column").count(), 7);
}

#[test]
fn holidays_are_those_of_the_rules_for_easter_and_mondays() {
    let holidays = shipped_lists().expect("sound lists").holidays;
    for day in [date(2016, 3, 25), date(2020, 5, 8), date(2022, 6, 3), date(2021, 12, 28), date(2025, 4, 21)]
    {
        assert!(holidays.contains(&day), "{day}");
    }
    assert!(!holidays.contains(&date(2020, 5, 4)) && holidays.len() == 123);
}

proptest! {
    /// Minute by minute on the wall, around both changes of the clock.
    #[test]
    fn minutes_by_band_equal_a_count_of_minutes(start in 0_i64..9 * 24 * 60, length in 1_i64..1_500, autumn: bool) {
        let (london, holidays) = (london(), BTreeSet::from([date(2016, 3, 25), date(2016, 3, 28)]));
        let first = if autumn { date(2016, 10, 26) } else { date(2016, 3, 23) };
        let start = london.instant(first.at(0, 0, 0, 0), None).expect("midnight") + start;
        let mut wanted = Minutes::default();
        for minute in start..start + length {
            let local = london.local(minute).expect("a time");
            let day = local.date().weekday().to_monday_one_offset();
            if day == 7 || holidays.contains(&local.date()) {
                wanted.sunday_holiday += 1;
            } else if day == 6 || local.hour() < 6 || local.hour() >= 20 {
                wanted.saturday_night += 1;
            } else {
                wanted.core += 1;
            }
        }
        prop_assert_eq!(london.worked(&holidays, (start, start + length), 0), wanted);
        let pause = length / 3;
        let paused = london.worked(&holidays, (start, start + length), pause);
        prop_assert_eq!(paused.total(), length - pause);
        prop_assert!(paused.by_band().iter().zip(wanted.by_band()).all(|(a, b)| a.1 <= b.1 && a.0 == b.0));
        prop_assert_eq!(TimeBand::WORDS.len(), 3);
    }
}
