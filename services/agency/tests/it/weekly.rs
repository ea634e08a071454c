//! Counts of the weekly return against a count of its own on a million made-up shifts, and the properties that any week has.

use std::collections::BTreeMap;

use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use muster_agency::{
    domain::{
        Booking, Judge, Judged, London, Shift, Supply, Week,
        weekly::{Counts, Figures},
    },
    import::{shipped, shipped_lists},
};
use proptest::prelude::*;

/// Grades with their caps of core hours from April 2016 and from April 2025 on, pence.
const CAPS: [(&str, i64, i64); 4] =
    [("band-2", 1410, 1938), ("band-5", 2232, 2994), ("band-6", 2763, 3690), ("consultant", 7534, 7534)];
const GROUPS: [&str; 4] = ["nursing", "medical", "estates", "allied health"];

/// Numbers that look random: the high half of a product, as in Knuth's linear congruential generator.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

/// A shift of ten hours in the daytime from Monday to Friday, with the cap that its grade has.
fn made(draw: &mut Draw, number: usize, london: &London) -> (Shift, i64) {
    let week = i64::try_from(draw.below(500)).unwrap();
    let weekday = i64::try_from(draw.below(5)).unwrap();
    let on = date(2016, 4, 4).checked_add((week * 7 + weekday).days()).unwrap();
    let start = london.instant(on.at(8, 0, 0, 0), None).unwrap();
    let (grade, before, after) = draw.of(&CAPS);
    let cap = if on < date(2025, 4, 1) { before } else { after };
    let supply = draw.of(&[
        Supply::Agency,
        Supply::Agency,
        Supply::Bank,
        Supply::SharedBank,
        Supply::Unfilled,
        Supply::Cancelled,
    ]);
    let charge =
        draw.of(&[cap - 1, cap, cap + 1, cap * 3 / 2, cap * 3 / 2 + 1, 9_999, 10_000, 12_000, 12_001]);
    let shift = Shift {
        reference: number.to_string().into(),
        organisation: "RJZ".into(),
        site: "X".into(),
        staff_group: draw.of(&GROUPS).into(),
        grade: grade.into(),
        on,
        time: (start, start + 600),
        break_minutes: 0,
        supply,
        framework: draw.of(&[Some(true), Some(false), None]),
        pay: None,
        charge: Some(charge),
        booking: Booking::default(),
        line: 0,
    };
    (shift, cap)
}

/// Counts a shift from the rules as they are written down, without any code of ours.
fn brute(counts: &mut Counts, shift: &Shift, cap: i64) {
    let since = |year, month, day| shift.on >= date(year, month, day);
    let charge = shift.charge.unwrap();
    match shift.supply {
        Supply::Unfilled => counts.unfilled += 1,
        Supply::Cancelled => counts.cancelled += 1,
        Supply::Bank | Supply::SharedBank => {
            counts.bank += 1;
            counts.worked += 1;
            counts.minutes += 600;
            if since(2018, 5, 31) && charge >= 10_000 {
                counts.over_threshold += 1;
                counts.without_sign_off += 1;
            }
        }
        Supply::Agency => {
            counts.agency += 1;
            counts.worked += 1;
            counts.minutes += 600;
            let price = charge > cap;
            let off = shift.framework == Some(false);
            let high = (since(2018, 5, 31) && charge >= 10_000)
                || (since(2016, 10, 1) && !since(2018, 5, 31) && charge > 12_000);
            let half = since(2018, 5, 31) && !high && 2 * charge >= 3 * cap;
            let admin = since(2019, 9, 16) && shift.staff_group == "estates";
            let low = since(2025, 7, 1) && shift.grade == "band-2";
            counts.price_cap += u64::from(price);
            counts.off_framework += u64::from(off);
            counts.both += u64::from(price && off);
            counts.either += u64::from(price || off);
            counts.over_50 += u64::from(half);
            counts.over_threshold += u64::from(high);
            counts.band_2_3 += u64::from(low);
            counts.admin_estates += u64::from(admin);
            counts.without_sign_off += u64::from(price || off || high || half || admin || low);
            counts.over_cap_pence += (charge - cap).max(0) * 10;
        }
    }
}

fn judge() -> (Judge, London) {
    let london = London::new().unwrap();
    (Judge::new(shipped().unwrap(), shipped_lists().unwrap(), london.clone()), london)
}

#[test]
fn a_million_shifts_are_counted_as_by_hand() {
    let (mut judge, london) = judge();
    let mut draw = Draw(2016);
    let mut weeks: BTreeMap<Week, Vec<(Shift, Judged)>> = BTreeMap::new();
    let mut by_hand: BTreeMap<(Week, String), Counts> = BTreeMap::new();
    let mut holidays = 0;
    let lists = shipped_lists().unwrap();
    for number in 0..1_000_000 {
        let (shift, cap) = made(&mut draw, number, &london);
        if lists.holidays.contains(&shift.on) {
            // its cap is another one
            holidays += 1;
            continue;
        }
        let week = Week::of(shift.on);
        brute(by_hand.entry((week, shift.staff_group.to_string())).or_default(), &shift, cap);
        let judged = judge.judge(&shift);
        weeks.entry(week).or_default().push((shift, judged));
    }
    assert!(holidays < 50_000 && weeks.len() > 490);
    let mut seen = 0;
    for (week, lines) in &weeks {
        let figures = Figures::count(lines.iter().map(|(shift, judged)| (shift, judged)), &[], i64::MAX);
        for (group, counts) in &figures.groups {
            assert_eq!(counts, &by_hand[&(*week, group.clone())], "{group} in {week}");
            seen += 1;
        }
        let off = figures.total().off_framework;
        assert_eq!(figures.off_framework.len() as u64, off);
    }
    assert_eq!(seen, by_hand.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Price and framework apart and together are one count, whatever the week; order does not matter; totals are sums.
    #[test]
    fn counts_hold_together(seed: u64, lines in 1_usize..300) {
        let (mut judge, london) = judge();
        let mut draw = Draw(seed);
        let mut all: Vec<(Shift, Judged)> = (0..lines)
            .map(|number| {
                let shift = made(&mut draw, number, &london).0;
                let judged = judge.judge(&shift);
                (shift, judged)
            })
            .collect();
        let count = |all: &[(Shift, Judged)]| Figures::count(all.iter().map(|(a, b)| (a, b)), &[], 0);
        let figures = count(&all);
        for counts in figures.groups.values().chain([&figures.total()]) {
            prop_assert_eq!(counts.price_cap + counts.off_framework, counts.either + counts.both);
            prop_assert_eq!(counts.worked, counts.bank + counts.agency);
            prop_assert!(counts.either <= counts.agency && counts.sign_offs == 0);
        }
        let total = figures.total();
        prop_assert_eq!(total.worked + total.unfilled + total.cancelled, lines as u64);
        all.reverse();
        prop_assert_eq!(count(&all), figures);
    }

    /// A week is named by its Monday and by its number alike.
    #[test]
    fn weeks_are_read_as_they_are_written(days in 0_i64..30_000) {
        let day = Date::constant(1990, 1, 1).checked_add(days.days()).unwrap();
        let week = Week::of(day);
        prop_assert_eq!(week.to_string().parse(), Ok(week));
        prop_assert_eq!(week.monday().to_string().parse(), Ok(week));
        prop_assert!(week.monday() <= day && day <= week.sunday());
    }
}
