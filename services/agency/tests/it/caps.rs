//! The published points of the price caps, and rule files from outside.

use jiff::civil::{Date, date};
use muster_agency::{
    domain::{CapClass, CapQuery, Gap, TimeBand, Zone, pay::Basis, pay::Supplement, reconcile},
    import::{read, shipped},
};
use muster_kit::intake::RawFile;
use proptest::prelude::*;

fn query(grade: &str, on: Date) -> CapQuery {
    CapQuery { grade: grade.into(), on, zone: None, band: TimeBand::Core, class: None }
}

#[test]
fn the_twelve_published_points_are_exact_by_cell_and_by_formula() {
    let rules = shipped().expect("the shipped rules are sound");
    for (grade, before, after) in [
        ("band-1", 1570, 1217),
        ("band-2", 1819, 1410),
        ("band-3", 1989, 1542),
        ("band-5", 2880, 2232),
        ("band-6", 3565, 2763),
        ("consultant", 9722, 7534),
    ] {
        for (on, wanted) in [(date(2015, 11, 23), before), (date(2016, 4, 1), after)] {
            let query = query(grade, on);
            assert_eq!(
                rules.cap(&query).map(|cap| (cap.pence, cap.verified)),
                Ok((wanted, true)),
                "{grade} {on}"
            );
            assert_eq!(rules.computed(&query).map(|cap| cap.pence), Ok(wanted), "{grade} {on}");
        }
    }
    let all = reconcile(&rules);
    assert_eq!((all.cells, all.agree, all.disagreements.len()), (12, 12, 0));
}

#[test]
fn phases_classes_and_gaps() {
    let rules = shipped().expect("the shipped rules are sound");
    let pence = |on, class| rules.cap(&CapQuery { class, ..query("band-2", on) }).map(|cap| cap.pence);
    // +55% for non-clinical staff from the first day, while clinical staff had +100% and then +75%
    assert_eq!(pence(date(2015, 11, 23), Some(CapClass::NonClinical)), Ok(1410));
    assert_eq!(pence(date(2016, 1, 31), None), Ok(1819));
    assert_eq!(pence(date(2016, 2, 1), None), Ok(1592));
    assert_eq!(pence(date(2016, 3, 31), Some(CapClass::JuniorDoctor)), Ok(1819));
    assert_eq!(pence(date(2015, 11, 22), None), Err(Gap::Phase(date(2015, 11, 22))));
    let late = rules.cap(&query("band-5", date(2020, 4, 1))).expect("a cap that was carried on");
    assert!(late.pence == 2232 && !late.verified, "{late:?}");
    assert!(matches!(rules.cap(&query("band-4", date(2016, 4, 1))), Err(Gap::Scale(..))));
    let zone = CapQuery { zone: Some(Zone::Inner), ..query("band-5", date(2016, 4, 1)) };
    assert_eq!(rules.cap(&zone), Err(Gap::Supplement(Zone::Inner, date(2016, 4, 1))));
}

#[test]
fn a_cell_that_the_formula_does_not_give_is_listed_and_counts_as_published() {
    let text = "card,kind,grade,amount,unit,valid_from,source,time_band\n\
                caps,cap,band-5,22.33,hour,2016-04-01,a table,core\n\
                caps,cap,band-5,29.02,hour,2016-04-01,a table,saturday-night\n\
                caps,cap,band-4,18.00,hour,2016-04-01,a table,core\n";
    let mut rules = shipped().expect("the shipped rules are sound");
    rules.extend(read(&RawFile::new("caps.csv", text.as_bytes().to_vec())).expect("good rows"));
    let all = reconcile(&rules);
    let seen: Vec<_> = all.disagreements.iter().map(|it| (it.cell.value.pence, it.computed)).collect();
    assert_eq!(seen, [(2233, Some(2232)), (1800, None)]);
    assert_eq!(rules.cap(&query("band-5", date(2016, 4, 1))).map(|cap| cap.pence), Ok(2233));
}

#[test]
fn the_sheet_of_a_workbook_is_read_and_a_wrong_row_is_named() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("cap-phases").expect("a name");
    for (column, (name, value)) in [
        ("class", "all"),
        ("uplift", "0.55"),
        ("scale_on", "2015-11-23"),
        ("valid_from", "2016-04-01"),
        ("source", "s"),
    ]
    .into_iter()
    .enumerate()
    {
        let column = u16::try_from(column).expect("few columns");
        sheet.write(0, column, name).expect("written");
        sheet.write(1, column, value).expect("written");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let rules = read(&RawFile::new("a.xlsx", bytes)).expect("a good row");
    assert!(rules.phases.len() == 1 && !rules.phases[0].verified);
    let text = "grade,time_band,share,valid_from,source\nband-5,night,0.3,2016-04-01,s\n";
    let found = read(&RawFile::new("a.csv", text.as_bytes().to_vec())).expect_err("no such time band");
    let first = found.sorted()[0];
    assert_eq!((first.line, first.column.as_str(), first.value.as_str()), (2, "time_band", "night"));
    assert!(first.remedy.contains("saturday-night"));
}

proptest! {
    /// Against the same arithmetic in floating point, away from the half pence where that is unsure.
    #[test]
    fn the_formula_in_whole_numbers(
        top in 1_000_000_i64..30_000_000, uplift in 0_i64..200, enhanced in 0_i64..100, share in 0_i64..30
    ) {
        let supplement = Some(Supplement { share_ppm: share * 10_000, floor: 100_000, ceiling: 700_000 });
        let basis = Basis {
            top, week_minutes: 2250, enhancement_ppm: enhanced * 10_000, supplement, uplift_ppm: uplift * 10_000,
        };
        let (top, part) = (top as f64, |percent: i64| percent as f64 / 100.0);
        let pay = top * (1.0 + part(enhanced)) + (top * part(share)).clamp(100_000.0, 700_000.0);
        let exact = pay / (365.25 / 7.0 * 37.5) * (1.0 + part(uplift));
        prop_assert!((basis.cap_pence() as f64 - exact).abs() <= 0.5 + 1e-6);
    }
}
