//! `muster agency ...` in a folder with nothing else and with no node to be reached.

use std::{fs, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::system::binary;

/// Runs `muster agency` on files; gives exit code, stdout and stderr.
fn agency(files: &[(&str, &str)], args: &[&str]) -> (i32, String, String) {
    let folder: TempDir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("the file is written");
    }
    let output = Command::new(binary())
        .args(["--server", "http://127.0.0.1:1", "agency"])
        .args(args)
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env_remove("XDG_DATA_HOME")
        .output()
        .expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|error| panic!("no JSON ({error}): {out}"))
}

#[test]
fn a_cap_comes_with_its_rule_source_and_formula() {
    let (code, out, err) = agency(&[], &["cap", "--grade", "band-5", "--on", "2016-04-01", "--json"]);
    let cap = json(&out);
    assert!(code == 0 && cap["cap_pence"] == 2232 && cap["verified"] == true, "{out}{err}");
    assert!(cap["formula"].as_str().is_some_and(|text| text.contains("365.25/7 x 37.5")), "{out}");
    assert!(cap["rule"].is_string() && cap["source"].is_string());
    let (code, out, err) = agency(&[], &["cap", "--grade", "band-5", "--on", "2015-11-22"]);
    assert!(code == 2 && out.is_empty() && err.contains("2015-11-23"), "{out}{err}");
    let (code, out, _) = agency(&[], &["reconcile", "--json"]);
    assert!(code == 0 && json(&out)["agree"] == 12 && json(&out)["disagreements"] == serde_json::json!([]));
}

#[test]
fn shifts_are_priced_and_a_refused_line_ends_with_3() {
    let header = "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,charge_per_hour";
    let good = "a,RJZ,RJZ01,nursing,band-5,2016-10-29T22:00,2016-10-30T06:00,0,agency,N,40";
    let text = format!("{header}\n{good}\n");
    let (code, out, err) = agency(&[("s.csv", &text)], &["verdicts", "s.csv", "--json"]);
    let report = json(&out);
    let row = &report["rows"][0];
    assert!(code == 0 && row["hours"] == 9.0 && row["hours_by_band"]["sunday_holiday"] == 7.0, "{out}{err}");
    assert_eq!(row["verdicts"], serde_json::json!(["over-cap", "off-framework", "both"]));
    assert_eq!(report["summary"]["verdicts"]["both"], 1);
    let text = format!("{text}b,RJZ,RJZ01,nursing,band-5,2016-03-27T01:30,2016-03-27T06:00,0,agency,N,40\n");
    let (code, out, err) = agency(&[("s.csv", &text)], &["verdicts", "s.csv", "--json"]);
    assert!(code == 3 && json(&out)["summary"]["refused"] == 1 && err.contains("line 3"), "{out}{err}");
    let (code, out, err) = agency(&[("s.csv", &text)], &["verdicts", "s.csv"]);
    assert!(code == 3 && out.contains("both"), "{out}{err}");
}

#[test]
fn spend_files_give_rows_refused_and_total() {
    let good =
        "Entuty,Date,Expense Type,Supplier,Amount\nK,05-Apr-20,Pulse Bank Nurses,PULSE,\"1,000.50 \"\n";
    let bad = "Entity,Expense Type,Supplier,Amount\nCCG31/01/2021,Software,A,1\n";
    let files = [("good.csv", good), ("bad.csv", bad)];
    let (code, out, err) = agency(&files, &["spend", "good.csv", "bad.csv", "--json"]);
    let report = json(&out);
    let (first, second) = (&report["files"][0], &report["files"][1]);
    assert!(first["rows"] == 1 && first["refused"] == 0 && first["total_pence"] == 100_050, "{out}");
    assert_eq!(first["by_supply"]["bank"]["total_pence"], 100_050);
    assert!(
        code == 3 && second["refused"] == 1 && second["rows"] == 0 && second["refused_whole"] == true,
        "{out}"
    );
    assert!(err.contains("bad.csv") && err.contains("ran together"), "{err}");
}
