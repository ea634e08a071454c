//! Benchmarks: figures together, peers, and what is asked of a row.

use muster_backoffice::{
    domain::benchmark::{Benchmark, Measure, Quartiles, Question, peers, place},
    import::{BENCHMARKS, national_benchmarks, read_benchmarks},
};
use muster_kit::intake::RawFile;
use proptest::prelude::*;

fn read(text: &str) -> Vec<Benchmark> {
    read_benchmarks(&RawFile::new("b.csv", text.as_bytes().to_vec())).expect("a file").0
}

const HEADER: &str =
    "organisation,year,function,cost,driver,volume,fte,service_level,service_measure,income,source\n";

#[test]
fn the_national_figures_are_there_with_their_sources() {
    let national = national_benchmarks().expect("the shipped file");
    let find = |function: &str, measure: Measure| {
        national
            .iter()
            .filter(|it| it.function == function && it.measure == measure)
            .map(|it| it.amount)
            .collect::<Vec<_>>()
    };
    assert_eq!(find("payroll", Measure::Mean), [428, 493]);
    assert_eq!(find("payroll", Measure::PoorAbove), [500]);
    assert_eq!(find("all", Measure::DearestTenth), [750]);
    assert_eq!((find("all", Measure::MeanSmaller), find("all", Measure::MeanLarger)), (vec![540], vec![390]));
    assert!(national.iter().all(|it| !it.source.is_empty() && !it.verified));
}

#[test]
fn a_payslip_is_cost_volume_people_and_service_together() {
    let rows = read(&BENCHMARKS.template());
    let it = rows[0].ratios();
    assert_eq!((it.cost_per_driver, it.drivers_per_fte), (42_800, Some(8_000_000)));
    // 428,000 of 900 million: 4.76 pence for each 100 pounds
    assert_eq!((it.cost_per_100_income, it.service_level), (Some(476), Some(99_200)));
    assert!(rows[0].complete());
}

#[test]
fn dear_payslips_are_questioned_and_rows_without_service_are_not_ranked() {
    let row = |code: &str, cost: &str, service: &str| {
        format!("{code},2015/16,Payroll,{cost},payslips,100000,12,{service},right first time,,ledger\n")
    };
    let text = [
        HEADER.to_owned(),
        row("RJ1", "428000", "99"),
        row("RJ2", "500000", "98"),
        row("RJZ", "500100", "99.5"),
        row("RV5", "949000", "97"),
        row("RPG", "950000", "99"),
        row("RN7", "400000", ""),
        row("R1A", "300000", "80"),
    ];
    let rows = read(&text.concat());
    let national = national_benchmarks().expect("the shipped file");
    let placed = place(&rows, &national);
    let asked: Vec<_> =
        placed.iter().map(|it| (it.row.organisation.as_str(), it.quarter, it.questions.clone())).collect();
    let want = [
        ("RJ1", Some(1), vec![]),
        ("RJ2", Some(2), vec![]),
        ("RJZ", Some(3), vec![Question::NationalPoor]),
        ("RV5", Some(4), vec![Question::NationalPoor]),
        ("RPG", Some(4), vec![Question::NationalOutlier]),
        ("RN7", None, vec![Question::Incomplete]),
        ("R1A", Some(1), vec![Question::CheapAndPoorlyServed]),
    ];
    assert_eq!(asked, want);
    let peers = peers(&rows);
    let payroll = &peers[&("payroll".to_owned(), "payslips".to_owned(), 2016)];
    assert_eq!((payroll.organisations, payroll.complete), (7, 6));
}

#[test]
fn a_row_far_from_its_peers_is_asked_about() {
    let cost = |at: usize| if at == 8 { 4_000_000 } else { 500_000 + at * 1_000 };
    let row = |at| format!("RA{at},2016,hr,{},headcount,1000,10,90,days,,ledger\n", cost(at));
    let rows = read(&(HEADER.to_owned() + &(0..9).map(row).collect::<String>()));
    let far: Vec<_> =
        place(&rows, &[]).iter().map(|it| it.questions.contains(&Question::PeerOutlier)).collect();
    assert_eq!(far, [false, false, false, false, false, false, false, false, true]);
}

#[test]
fn rows_are_refused_with_line_column_value_and_remedy() {
    let with = |row: &str| {
        let file = RawFile::new("b.csv", format!("{HEADER}{row}\n").into_bytes());
        read_benchmarks(&file).expect_err(row).sorted()[0].to_string()
    };
    for (row, want) in [
        (
            "RJ1,2015,payroll,1,payslips,0,1,1,,,x",
            "line 2: column `volume`: value `0`: nothing is divided by zero",
        ),
        ("RJ1,2015/17,payroll,1,payslips,1,1,1,,,x", "column `year`: value `2015/17`: not a financial year"),
        ("RJ1,2015/16,payroll,-1,payslips,1,1,1,,,x", "column `cost`: value `-1`: below zero"),
        ("RJ1,2015/16,payroll,1,payslips,1,1,1,,,", "column `source`: nothing is there"),
        ("RJ1,2016,a,1,b,1,,,,,x\nRJ1,2015-16,A,1,b,1,,,,,x", "stand twice"),
    ] {
        let said = with(row);
        assert!(said.contains(want), "{said}");
    }
}

#[test]
fn a_sheet_of_a_workbook_is_read_the_same() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("benchmarks").expect("a name");
    for (line, text) in BENCHMARKS.template().lines().enumerate() {
        for (column, cell) in text.split(',').enumerate() {
            let (line, column) = (u32::try_from(line).expect("few"), u16::try_from(column).expect("few"));
            sheet.write_string(line, column, cell).expect("a cell");
        }
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let (rows, _) = read_benchmarks(&RawFile::new("b.xlsx", bytes)).expect("a workbook");
    assert_eq!(rows, read(&BENCHMARKS.template()));
}

proptest! {
    #[test]
    fn quartiles_split_the_peers(values in prop::collection::vec(-1_000_000_i64..1_000_000, 4..60)) {
        let it = Quartiles::of(values.clone()).expect("enough");
        prop_assert!(it.lower <= it.median && it.median <= it.upper);
        let below = |mark: i64| values.iter().filter(|value| **value <= mark).count() * 4;
        // rounding to whole units may move a mark past a value by less than one
        prop_assert!(below(it.lower + 1) >= values.len() && below(it.upper - 1) <= 4 * values.len());
        prop_assert!(values.iter().all(|value| (1..=4).contains(&it.quarter(*value))));
    }
}
