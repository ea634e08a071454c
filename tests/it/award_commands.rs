//! `muster catalogue award` in a folder with nothing else and with no node to be reached.

use std::{fs, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::system::binary;

/// Runs the command on one file; gives exit code, stdout and stderr.
fn award(text: &str, args: &[&str]) -> (i32, String, String) {
    let folder: TempDir = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("round.json"), text).expect("the file is written");
    let output = Command::new(binary())
        .args(["--server", "http://127.0.0.1:1", "catalogue", "award"])
        .args(args)
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env_remove("XDG_DATA_HOME")
        .output()
        .expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// A asks 100 and 120 thousand; B 110 and 100, and 180 for both.
const BUNDLE: &str = r#"{"lots": [{"id": "1", "quantity": 10}, {"id": "2", "quantity": 4}],
    "bids": [{"id": "A1", "supplier": "A", "lots": ["1"], "price_pence": 10000000},
             {"id": "A2", "supplier": "A", "lots": ["2"], "price_pence": 12000000},
             {"id": "B1", "supplier": "B", "lots": ["1"], "price_pence": 11000000},
             {"id": "B2", "supplier": "B", "lots": ["2"], "kind": "all-units",
              "tiers": [{"min_quantity": 1, "unit_price_pence": 2600000}, {"min_quantity": 4, "unit_price_pence": 2500000}]},
             {"id": "B12", "supplier": "B", "lots": ["1", "2"], "price_pence": 18000000}],
    "constraints": {"excluded": []}}"#;

#[test]
fn a_round_is_awarded_with_proof_runner_up_and_the_price_of_each_constraint() {
    let (code, out, err) = award(BUNDLE, &["round.json", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let it: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        (&it["status"], &it["cost_pence"], &it["gap"]),
        (&json!("optimal"), &json!(18_000_000), &json!(0.0))
    );
    assert_eq!((&it["awards"], &it["separate"]["cost_pence"]), (&json!(["B12"]), &json!(20_000_000)));
    assert_eq!(it["runner_up"]["difference_pence"], 2_000_000);
    let vetoed = BUNDLE
        .replace(r#""excluded": []"#, r#""excluded": [{"supplier": "B", "lot": "1"}], "max_suppliers": 2"#);
    let (code, out, _) = award(&vetoed, &["round.json", "--json"]);
    let it: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &it["awards"]), (0, &json!(["A1", "B2"])));
    assert_eq!(it["price_of_constraints"], json!({"excluded": 2_000_000, "max_suppliers": 0}));
    let (code, out, _) = award(&vetoed, &["round.json"]);
    assert!(code == 0 && out.contains("nothing cheaper is possible") && out.contains("20000.00"), "{out}");
}

#[test]
fn a_round_that_cannot_be_awarded_or_read_ends_with_3_and_says_why() {
    let one = BUNDLE.replace(r#""excluded": []"#, r#""max_share_per_supplier": 0.3"#);
    let (code, out, _) = award(&one, &["round.json"]);
    assert!(code == 3 && out.contains("without \"no supplier above 30% of the value\" alone"), "{out}");
    let (code, out, err) = award(&BUNDLE.replace(r#"["1", "2"]"#, r#"["1", "3"]"#), &["round.json"]);
    assert!(code == 3 && out.is_empty() && err.contains("round.json: bids[4].lots[1]: is no lot"), "{err}");
    let (code, example, _) = award("", &["--example"]);
    assert_eq!((code, award(&example, &["round.json"]).0), (0, 0));
    assert!(award("", &["--schema"]).1.contains("\"$schema\""));
}
