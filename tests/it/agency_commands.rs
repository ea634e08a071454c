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

/// Runs `muster` on a data folder.
fn on_folder(data: &TempDir, args: &[&str]) -> (i32, String, String) {
    let folder = data.path().display().to_string();
    crate::system::run(&[&["--data", &folder], args].concat())
}

#[test]
fn a_data_folder_takes_spend_and_shifts_and_gives_return_table_and_rules() {
    let data = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = data.path().join(name);
        fs::write(&path, text).expect("the file is written");
        path.display().to_string()
    };
    let good = file(
        "good.csv",
        "Entity,Date,Expense Type,Supplier,Amount\nK,05/04/2020,Agency Nursing,A,\"1,000.50\"\n",
    );
    let bad = file("bad.csv", "Entity,Expense Type,Supplier,Amount\nCCG31/01/2021,Software,A,1\n");
    let (code, out, err) = on_folder(&data, &["import", "spend", &good, &bad, "--json"]);
    let files = &json(&out)["files"];
    assert!(code == 3 && files[0]["rows"] == 1 && files[0]["refused"] == 0, "{out}{err}");
    assert_eq!((&files[0]["total_pence"], &files[0]["already_imported"]), (&100_050.into(), &false.into()));
    assert!(files[1]["rows"] == 0 && files[1]["refused"] == 1 && files[1]["refused_whole"] == true, "{out}");
    let (code, out, _) = on_folder(&data, &["import", "spend", &good, "--json"]);
    let again = &json(&out)["files"][0];
    assert!(code == 0 && again["already_imported"] == true && again["total_pence"] == 100_050, "{out}");
    let shifts = "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,charge_per_hour,agency\n\
                  a,RJZ,RJZ01,nursing,band-5,2020-03-30T08:00,2020-03-30T18:00,0,agency,N,40,A LTD\n\
                  b,RJZ,RJZ01,nursing,band-5,2020-03-31T08:00,2020-03-31T18:00,0,bank,,20,\n";
    let shifts = file("shifts.csv", shifts);
    let (code, out, err) = on_folder(&data, &["import", "shifts", &shifts, "--json"]);
    assert!(code == 0 && json(&out)["files"][0]["rows_kept"] == 2, "{out}{err}");
    let (_, out, _) = on_folder(&data, &["import", "shifts", &shifts]);
    assert!(out.contains("imported before, nothing changed"), "{out}");
    let week = ["agency", "return", "--organisation", "RJZ", "--week", "2020-W14"];
    let (code, out, err) = on_folder(&data, &[&week[..], &["--json"]].concat());
    assert!(code == 0 && json(&out)["total"]["both"] == 1, "{out}{err}");
    let (code, out, _) = on_folder(&data, &[&week[..], &["--csv"]].concat());
    assert!(code == 0 && out.contains("2020-03-30,nursing,a,,40.00"), "{out}");
    let of = ["--organisation", "RJZ", "--week", "2020-W14"];
    for (word, state) in [("attest", "attested"), ("close", "closed")] {
        let (code, out, err) =
            on_folder(&data, &[&["agency", "return", word][..], &of, &["--json"]].concat());
        assert!(code == 0 && json(&out)["state"] == state, "{out}{err}");
    }
    let (code, _, err) = on_folder(&data, &[&["agency", "return", "close"][..], &of].concat());
    assert!(code == 2 && err.contains("closed already"), "{err}");
    let (code, out, _) = on_folder(&data, &["agency", "spend-table", "--json"]);
    assert!(code == 0 && json(&out)["measures"][0]["bank_share"]["shifts"] == 0.5, "{out}");
    let (code, out, _) = on_folder(&data, &["agency", "rules", "spend-rules", "--shipped"]);
    let table = file("spend-rules.csv", &out);
    assert!(
        code == 0 && on_folder(&data, &["import", "spend-rules", &table]).0 == 0,
        "what is printed can be imported"
    );
    let (code, _, err) = on_folder(&data, &["agency", "projection", "--organisation", "RJ2"]);
    assert!(code == 1 && err.contains("no month of agency spending"), "{err}");
}
