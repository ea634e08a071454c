//! Damaged files: refused with line, column, value and remedy, and nothing changes.

use jiff::civil::date;
use muster_directory::app::import_file::Imported;
use muster_kit::intake::Finding;
use rstest::rstest;

use crate::house::{House, payments};

fn good() -> String {
    payments(&[
        ("G85034", "08Q", "", "11369"),
        ("G85012", "08Q", "-", "20645"),
        ("G85623", "08Q", "", "9038.5"),
    ])
}

/// The first finding of a file that must be refused, after looking that nothing changed.
async fn refusal(kind: &str, name: &str, bytes: Vec<u8>) -> Finding {
    let house = House::new().await;
    house.store("gp-payments", "known 13-14.csv", payments(&[("G85034", "08Q", "", "11000")])).await;
    let (state, events) = (house.state().await, house.events().await);
    let imported = house.import(kind, name, bytes).await;
    let Imported::Refused(summary) = imported else { panic!("{name} was stored") };
    assert_eq!(house.state().await, state);
    assert_eq!(house.events().await, events);
    let first = summary.findings.sorted()[0].clone();
    assert!(!first.remedy.is_empty(), "{first}");
    first
}

#[rstest]
#[case("empty", |_: String| Vec::new(), "empty-file", 0, "")]
#[case("cut", |text: String| text.as_bytes()[..text.len() - 20].to_vec(), "cut-line", 4, "")]
#[case("no text", |text: String| text.replace("PRACTICE G85012", "\u{0}\u{1}").into_bytes(), "not-text", 3, "")]
#[case("wrong encoding", |text: String| {
    let mut bytes = text.replace("PRACTICE G85034", "SANT\u{c9}").into_bytes();
    bytes.extend_from_slice(b"Q71,08Q,X,G85999,SANT\xc9,SE1 1AA,,,Q4,1,1,1\r\n");
    bytes
}, "wrong-encoding", 5, "")]
#[case("text in a number", |text: String| text.replace("20645,20645", "many,20645").into_bytes(), "not-a-number", 3,
    "Number of Registered Patients (Last Known Figure)")]
#[case("negative", |text: String| text.replace("20645,20645", "-20645,20645").into_bytes(), "negative", 3,
    "Number of Registered Patients (Last Known Figure)")]
#[case("no date", |text: String| text.replace(",-,", ",31/02/2016,").into_bytes(), "not-a-date", 3, "Practice Close Date")]
#[case("no code", |text: String| text.replace("G85012,", "G8-012,").into_bytes(), "not-a-code", 3, "Practice Code")]
#[case("double", |text: String| text.replace("G85623,", "G85034,").into_bytes(), "duplicate-key", 4, "Practice Code")]
#[case("missing column", |text: String| text.replace("Practice Close Date", "Other").into_bytes(), "missing-column", 1,
    "Practice Close Date")]
#[case("another kind", |_: String| b"a,b\r\n1,2\r\n".to_vec(), "another-kind-of-file", 1, "")]
#[case("web page", |_: String| b"<!DOCTYPE html><p>gone".to_vec(), "another-kind-of-file", 0, "")]
#[tokio::test]
async fn a_damaged_payments_file_changes_nothing(
    #[case] name: &str,
    #[case] damage: fn(String) -> Vec<u8>,
    #[case] rule: &str,
    #[case] line: u64,
    #[case] column: &str,
) {
    let found = refusal("gp-payments", &format!("{name} 15-16.csv"), damage(good())).await;
    assert_eq!((found.rule, found.line, found.column.as_str()), (rule, line, column), "{found}");
}

#[rstest]
#[case("gp-payments", "payments.csv", good(), "missing-year")]
#[case("epraccur", "payments.csv", good(), "another-kind-of-file")]
#[case("epcmem", "payments.csv", good(), "another-kind-of-file")]
#[case("epcmem", "epcmem.csv", "G85034,08Q,W,20130401,20120331,0\n".to_owned(), "ends-before-start")]
#[case("groupings", "groupings.csv", "grouping_kind,grouping_code,grouping_name,practice,valid_from\nsystem,SEL,SEL,G85034,2016-04-01\n".to_owned(), "unknown-word")]
#[case("groupings", "groupings.csv", "grouping_kind,grouping_code,grouping_name,practice\nlcn,L1,North,G85034\n".to_owned(), "missing-column")]
#[case("successions", "successions.csv", "predecessor,successor,share,on\nG85012,G85034,0.9,2016-09-12\n".to_owned(), "shares-not-whole")]
#[case("successions", "successions.csv", "predecessor,successor,share,on\nG85012,G85012,1,2016-09-12\n".to_owned(), "succession-cycle")]
#[case("successions", "successions.csv", "predecessor,successor,share,on\nG85012,G85034,1.5,2016-09-12\n".to_owned(), "out-of-range")]
#[tokio::test]
async fn a_wrong_file_is_refused(
    #[case] kind: &str,
    #[case] name: &str,
    #[case] text: String,
    #[case] rule: &str,
) {
    assert_eq!(refusal(kind, name, text.into_bytes()).await.rule, rule);
}

#[tokio::test]
async fn bom_lf_and_cp1252_are_simply_read() {
    let plain = good().replace("PRACTICE G85034", "SANT\u{c9}");
    let cp1252: Vec<u8> = plain.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let variants = [
        plain.clone().into_bytes(),
        format!("\u{feff}{plain}").into_bytes(),
        plain.replace("\r\n", "\n").into_bytes(),
        cp1252,
    ];
    let mut states = Vec::new();
    for bytes in variants {
        let house = House::new().await;
        house.store("gp-payments", "payments 15-16.csv", bytes).await;
        states.push(house.state().await);
    }
    assert!(
        states[0][0].contains("PRACTICE G85012") && states[0][1].contains("SANT\u{c9}"),
        "{:?}",
        states[0]
    );
    assert!(states.iter().all(|state| *state == states[0]));
}

#[tokio::test]
async fn good_rows_are_kept_when_the_user_says_so() {
    let house = House::new().await;
    let text = good().replace("20645,20645", "many,20645");
    let imported = house.import_as("gp-payments", "payments 15-16.csv", text.into_bytes(), true).await;
    let Imported::Stored(summary, _) = imported else { panic!("refused") };
    assert_eq!((summary.rows_read, summary.rows_kept, summary.findings.errors()), (3, 2, 1));
    assert_eq!(house.places("ENGLAND", date(2016, 3, 31), false).await.len(), 2);
}

#[tokio::test]
async fn the_same_file_again_and_the_same_rows_again_change_nothing() {
    let house = House::new().await;
    house.store("gp-payments", "payments 15-16.csv", good()).await;
    let (state, events) = (house.state().await, house.events().await);
    let again = house.import("gp-payments", "renamed 15-16.csv", good()).await;
    assert!(matches!(again, Imported::Before(_)));
    let other_bytes = house.store("gp-payments", "payments 15-16.csv", good().replace("\r\n", "\n")).await;
    assert_eq!(other_bytes.findings.by_rule("nothing-new").count(), 1);
    assert_eq!((house.state().await, house.events().await), (state, events));
}
