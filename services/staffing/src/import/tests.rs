//! Layouts and damage on small files of our own; the publisher's real files are read in `tests/it`.

use muster_kit::intake::{Findings, RawFile};
use rstest::rstest;

use super::*;
use crate::domain::units::Fte;

const SERIES: &str =
    "PRAC_CODE,PRAC_NAME,BOROUGH,FY_END,SNAPSHOT,TOTAL_PATIENTS,TOTAL_GP_EXTGL_FTE,TOTAL_LOCUUM_TRN_FTE,\
TOTAL_NURSES_FTE,TOTAL_DPC_FTE,TOTAL_ADMIN_FTE,TOTAL_GP_EXTGL_HC
G99001,ONE,East,2016,2015-09,8000,3.5,0,1.2,0,6.1,5
G99002,TWO,East,2016,2015-09,6000,0,0,0,0,0,0
G99003,THREE,West,2016,2015-09,0,2.5,0,0,0,1,3
G99001,ONE,East,2021,\"mean of 2020-09,2020-12,2021-03\",8100.3333333333,NA,0.4,1.1,0,6,4
";

fn read_text(kind: &str, text: &str) -> Result<ReadFile, Findings> {
    read(kind, &RawFile::new("file.csv", text.as_bytes().to_vec()), None)
}

fn sets(read: &ReadFile) -> &[CountSet] {
    match &read.content {
        Content::Counts(sets) | Content::Snapshots(sets) => sets,
        _ => panic!("no counts of practices"),
    }
}

fn fte(set: &CountSet, place: &str, role: Role) -> Option<i64> {
    let count =
        set.counts.iter().find(|count| count.place == place && count.role == role && count.is_total());
    count.unwrap().fte.map(Fte::milli)
}

#[test]
fn a_zero_beside_patients_is_missing_and_a_zero_without_them_is_zero() {
    let read = read_text("gp-workforce", SERIES).unwrap();
    let sets = sets(&read);
    assert_eq!(sets.len(), 2);
    assert_eq!(sets[0].date.to_string(), "2015-09-30");
    assert_eq!(sets[1].date.to_string(), "2021-03-31");
    assert_eq!(fte(&sets[0], "G99001", Role::Gp), Some(3_500));
    // the practice has no direct patient care, which many do not
    assert_eq!(fte(&sets[0], "G99001", Role::DirectPatientCare), Some(0));
    // nothing came of G99002
    assert_eq!(fte(&sets[0], "G99002", Role::Gp), None);
    assert_eq!(fte(&sets[0], "G99002", Role::DirectPatientCare), None);
    // G99003 has no patients: its zero is no missing return
    assert_eq!(fte(&sets[0], "G99003", Role::Nurse), Some(0));
    assert_eq!(fte(&sets[1], "G99001", Role::Gp), None);
    assert_eq!(sets[1].places[0].list.unwrap().milli(), 8_100_333);
    let notes: Vec<_> =
        read.findings.by_rule("missing-return").map(|finding| finding.problem.clone()).collect();
    assert!(
        notes.iter().any(|note| note.starts_with("1 practices with patients did not return GPs in 2016")),
        "{notes:?}"
    );
    let totals = sets[0].totals();
    let gp = totals.iter().find(|total| total.role == Role::Gp).unwrap();
    assert_eq!((gp.fte.milli(), gp.returned, gp.missing), (6_000, 2, 1));
}

#[test]
fn crlf_bom_and_cp1252_are_simply_read() {
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    bytes.extend(SERIES.replace('\n', "\r\n").as_bytes());
    let with_bom = read("gp-workforce", &RawFile::new("a.csv", bytes), None).unwrap();
    assert_eq!(sets(&with_bom), sets(&read_text("gp-workforce", SERIES).unwrap()));
    let mut bytes = SERIES.replace("ONE", "St Ren#").into_bytes();
    for byte in bytes.iter_mut().filter(|byte| **byte == b'#') {
        *byte = 0xE9;
    }
    let cp1252 = read("gp-workforce", &RawFile::new("a.csv", bytes), None).unwrap();
    assert_eq!(sets(&cp1252)[0].places[0].name, "St René");
}

#[rstest]
#[case::text_in_a_number("8000,3.5", "8000,three", "not-a-number", 2, "TOTAL_GP_EXTGL_FTE")]
#[case::negative("8000,3.5", "8000,-3.5", "negative", 2, "TOTAL_GP_EXTGL_FTE")]
#[case::duplicate_key("G99002,TWO", "G99001,TWO", "duplicate-key", 3, "PRAC_CODE")]
#[case::no_code("G99001,ONE,East,2016", "G 9,ONE,East,2016", "not-a-code", 2, "PRAC_CODE")]
#[case::no_year("East,2016,2015-09,8000", "East,16,2015-09,8000", "out-of-range", 2, "FY_END")]
#[case::no_month("2015-09,8000", "Sept 15,8000", "not-a-month", 2, "SNAPSHOT")]
fn a_damaged_row_is_refused_with_its_place(
    #[case] from: &str,
    #[case] to: &str,
    #[case] rule: &str,
    #[case] line: u64,
    #[case] column: &str,
) {
    let read = read_text("gp-workforce", &SERIES.replacen(from, to, 1)).unwrap();
    let finding = read.findings.by_rule(rule).next().unwrap();
    assert_eq!((finding.line, finding.column.as_str()), (line, column));
    assert!(!finding.value.is_empty() && !finding.problem.is_empty() && !finding.remedy.is_empty());
    assert!(read.findings.has_errors());
    assert_eq!((read.rows_read, read.rows_kept), (4, 3));
}

#[test]
fn a_file_cut_in_the_middle_of_a_line_says_so() {
    let cut = &SERIES[..SERIES.len() - 12];
    let read = read_text("gp-workforce", cut).unwrap();
    let finding = read.findings.by_rule("cut-line").next().unwrap();
    assert_eq!(finding.line, 5);
    assert!(read.findings.has_errors());
}

#[rstest]
#[case::empty("", "empty")]
#[case::missing_column(
    "PRAC_CODE,FY_END,TOTAL_PATIENTS,TOTAL_GP_EXTGL_FTE\nG99001,2016,1,1\n",
    "missing-column"
)]
#[case::another_kind("grouping_kind,grouping_code,practice\nlcn,L1,G99001\n", "another-kind-of-file")]
#[case::page("<!DOCTYPE html><html><body>not found</body></html>", "")]
fn a_file_that_cannot_be_read_is_refused_whole(#[case] text: &str, #[case] rule: &str) {
    let findings = read_text("gp-workforce", text).unwrap_err();
    let first = findings.sorted()[0].clone();
    assert!(first.rule.starts_with(rule), "{first:?}");
    assert!(!first.problem.is_empty() && !first.remedy.is_empty());
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let bytes: Vec<u8> = (0..4000_u32).map(|n| u8::try_from(n * 7919 % 256).unwrap()).collect();
    let findings = read("gp-workforce", &RawFile::new("file.csv", bytes), None).unwrap_err();
    assert!(findings.has_errors());
}

#[test]
fn a_snapshot_in_age_bands_adds_up_to_its_role() {
    let text = "organisation,month_end,role,fte,heads,age_band\n\
                G99001,2018-03-31,nurse,1.2,2,30-34\nG99001,2018-03-31,nurse,0.8,1,55-59\nG99001,2018-03-31,gp,3,4,\n";
    let read = read_text("workforce-snapshot", text).unwrap();
    assert!(!read.findings.has_errors());
    assert_eq!(fte(&sets(&read)[0], "G99001", Role::Nurse), Some(2_000));
    assert_eq!(fte(&sets(&read)[0], "G99001", Role::Gp), Some(3_000));
    let wrong = read_text("workforce-snapshot", &text.replace("2018-03-31,gp", "2018-03-30,gp")).unwrap();
    assert_eq!(wrong.findings.by_rule("not-a-month-end").count(), 1);
}

#[test]
fn posts_must_make_a_whole() {
    let text = "post_ref,person_ref,role,employer,works_at,share,hours_week,hours_standard,valid_from\n\
                P1,X1,nurse,G99001,G99001,0.6,37.5,37.5,2017-04-01\nP1,X1,nurse,G99001,G99002,0.4,37.5,37.5,2017-04-01\n\
                P2,X2,gp,G99001,G99001,0.7,37.5,37.5,2017-04-01\n";
    let read = read_text("posts", text).unwrap();
    let finding = read.findings.by_rule("post-not-whole").next().unwrap();
    assert_eq!((finding.line, finding.value.as_str()), (4, "P2"));
    assert_eq!(read.rows_kept, 2);
    assert!(read.totals.contains(&("newest_heads", 1)) && read.totals.contains(&("newest_fte_milli", 1_000)));
}
