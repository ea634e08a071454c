//! Published spend: the layouts, the damage, and the real files where they are at hand.

use std::{collections::BTreeMap, path::PathBuf};

use muster_agency::{
    domain::{
        SpendSupply::{self, Agency, Bank, Locum, Other, Recharge, Unclear},
        recognise,
    },
    import::{read_spend, shipped_spend_rules},
};
use muster_kit::intake::RawFile;

/// A published file, or nothing on a machine that has none.
fn published(name: &str) -> Option<RawFile> {
    let root = std::env::var_os("MUSTER_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    Some(RawFile::new(name, std::fs::read(root.join("data/spend").join(name)).ok()?))
}

fn file(text: &str) -> RawFile {
    RawFile::new("a.csv", text.as_bytes().to_vec())
}

#[test]
fn layouts_dates_and_amounts_as_publishers_write_them() {
    for (header, row, pence) in [
        ("Entuty,Date,Expense Type,Supplier,Amount", "K,05-Apr-20,Stock,A,\"91,065.19 \"", 9_106_519),
        ("Entity,Date of payment,Expense type,Supplier,amount", "K,05/04/2020,Stock,A,675", 67_500),
        ("Entity,Date,Expsene Type,Supplier Name,Amount", "K,2020-04-05,Stock,A,-0.04", -4),
        ("Entity,Date,Description,Supplier,Amount (£)", "K,5/4/20,Stock,A,\"(£1,234.50)\"", -123_450),
    ] {
        let read = read_spend(&file(&format!("{header}\n{row}\n"))).expect(header);
        assert_eq!((read.refused, read.lines.len()), (0, 1), "{header}: {:?}", read.findings.sorted());
        let line = &read.lines[0];
        assert_eq!(
            (line.pence, line.on.to_string().as_str(), line.expense_type.as_str()),
            (pence, "2020-04-05", "Stock")
        );
    }
    let bad =
        "Entity,Date,Expense Type,Supplier,Amount\nK,1/1/20,a,b,x\nK,31/02/2020,a,b,1\nK,1/1/20,a,b,2\n";
    let read = read_spend(&file(bad)).expect("a file with one good row");
    assert_eq!((read.refused, read.lines.len()), (2, 1));
    let found: Vec<_> =
        read.findings.sorted().iter().map(|f| (f.line, f.column.clone(), f.value.clone())).collect();
    assert_eq!(found, [(2, "Amount".into(), "x".into()), (3, "Date".into(), "31/02/2020".into())]);
}

#[test]
fn a_month_whose_columns_ran_together_is_refused_with_its_reason() {
    let text = "Entity,Expense Type,Expense Area,Supplier,Amount\nNHS X CCG31/01/2021,Software,IM,A,1\n";
    let refused = read_spend(&file(text)).expect_err("no date");
    assert_eq!(refused.rows, 1);
    let rules: Vec<_> = refused.findings.sorted().iter().map(|f| f.rule).collect();
    assert!(rules.contains(&"missing-column") && rules.contains(&"columns-ran-together"), "{rules:?}");
}

#[test]
fn the_published_months_come_to_the_penny() {
    for (name, rows, pence) in [
        ("RJ2_spend_over_25k_2020-04.csv", 159, 1_932_674_152),
        ("RJ2_spend_over_25k_2020-08.csv", 127, 1_241_814_151),
        ("RJZ_spend_over_25k_2020-04.csv", 219, 5_303_547_644),
        ("RJZ_spend_over_25k_2020-06.csv", 227, 4_551_869_428),
        ("RJZ_spend_over_25k_2020-07.csv", 227, 4_887_949_585),
        ("RJZ_spend_over_25k_2020-08.csv", 138, 3_062_378_760),
        ("72Q_spend_over_25k_2020-04_pdfparsed.csv.gz", 1_441, 2_329_001_317),
        ("72Q_spend_over_25k_2020-06_pdfparsed.csv.gz", 2_243, 22_473_697_331),
        ("RJ1_all_payments_2020-04.csv.gz", 13_457, 5_792_710_896),
        // the extract of a year, in which two months are dated month first
        ("sel_temporary_staffing_lines_2020-21.csv", 8_571, 8_597_394_508),
    ] {
        let Some(file) = published(name) else { return };
        let read =
            read_spend(&file).unwrap_or_else(|refused| panic!("{name}: {:?}", refused.findings.sorted()));
        let total: i64 = read.lines.iter().map(|line| line.pence).sum();
        assert_eq!((read.lines.len(), read.refused, total), (rows, 0, pence), "{name}");
    }
    let Some(corrupt) = published("72Q_spend_over_25k_2021-01_pdfparsed.csv.gz") else { return };
    let refused = read_spend(&corrupt).expect_err("the amounts of that month are wrong");
    assert!(refused.findings.by_rule("columns-ran-together").next().is_some() && refused.rows == 2_444);
}

#[test]
fn temporary_staffing_is_recognised_and_what_only_looks_like_it_is_not() {
    let rules = shipped_spend_rules().expect("the shipped table is sound");
    let text = "Entity,Date,Expense Type,Supplier,Amount\n\
                a,1/4/20,Agency Nursing: Band 5,MSI RECRUITMENT LTD,1\n\
                a,1/4/20,Pulse Bank Nurses,PULSE HEALTHCARE LTD,1\n\
                a,1/4/20,(50552) Qualified Nursing Staff,GLOBE LOCUMS LTD,1\n\
                a,1/4/20,(50200) Consultants,KING'S COLLEGE HOSPITAL NHS FOUNDATION TRUST,1\n\
                a,1/4/20,(50200) Consultants,KINGS COLLEGE LONDON:03529700,1\n\
                a,1/4/20,C&M?PMS PCO Locum Sickness,LAMBETH WALK GROUP PRACTICE,1\n\
                a,1/4/20,External Contract staffing and Consultan,Alliance Medical Ltd,1\n\
                a,1/4/20,Recruitment Agency Fees,DRAKE PERSONNEL LTD,1\n\
                a,1/4/20,Drugs,BOOTS UK LTD,1\n\
                a,1/4/20,Net Bank Charges,NHS SBS,1\n";
    let lines = read_spend(&file(text)).expect("good rows").lines;
    let seen: Vec<_> = lines.iter().map(|line| recognise(&rules, line).map(|rule| rule.supply)).collect();
    let wanted = [Agency, Bank, Agency, Recharge, Recharge, Locum, Other, Unclear].map(Some);
    assert_eq!((&seen[..8], &seen[8..]), (&wanted[..], &[None, None][..]));
}

#[test]
fn every_line_of_a_published_month_is_counted_once() {
    let Some(file) = published("RJZ_spend_over_25k_2020-04.csv") else { return };
    let rules = shipped_spend_rules().expect("the shipped table is sound");
    let lines = read_spend(&file).expect("a good month").lines;
    let mut sums: BTreeMap<Option<SpendSupply>, i64> = BTreeMap::new();
    for line in &lines {
        *sums.entry(recognise(&rules, line).map(|rule| rule.supply)).or_default() += line.pence;
    }
    assert_eq!(sums.values().sum::<i64>(), 5_303_547_644);
    assert!(sums[&Some(Bank)] > 0 && sums[&Some(Agency)] > 0, "{sums:?}");
}
