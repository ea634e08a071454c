//! Scenarios, backtests and runs made again, from the command line on the shipped sample and a series of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fmt::Write as _, path::Path, process::Command};

use serde_json::Value;

use crate::system::binary;

fn muster(data: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(binary()).arg("--data").arg(data).args(arguments).output().unwrap();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A series of four years of sixty practices whose staff moves a little from year to year.
fn series(years: std::ops::RangeInclusive<i32>) -> String {
    let mut text = String::from(
        "PRAC_CODE,PRAC_NAME,POSTCODE,CONTRACT,BOROUGH,PCN_CODE,FY_END,SNAPSHOT,TOTAL_PATIENTS,TOTAL_GP_EXTGL_FTE,\
         TOTAL_LOCUUM_TRN_FTE,TOTAL_NURSES_FTE,TOTAL_DPC_FTE,TOTAL_ADMIN_FTE\n",
    );
    for year in years {
        for practice in 0..60_i32 {
            let borough = ["Bexley", "Bromley", "Lambeth"][usize::try_from(practice % 3).unwrap()];
            let step = (practice * 7 + year * 13) % 5;
            writeln!(
                text,
                "G99{practice:03},P{practice},SE1 1AA,GMS,{borough},,{year},{}-09,{},{}.{},0.5,{}.{},0.6,{}.0",
                year - 1,
                6_000 + practice * 50 + year % 7 * 10,
                3 + practice % 3,
                step * 2,
                1 + practice % 2,
                step,
                8 + practice % 4
            )
            .unwrap();
        }
    }
    text
}

#[test]
fn a_backtest_scores_stored_and_given_years() {
    let folder = tempfile::tempdir().unwrap();
    let (known, later) = (folder.path().join("known.csv"), folder.path().join("later.csv"));
    std::fs::write(&known, series(2016..=2018)).unwrap();
    std::fs::write(&later, series(2016..=2020)).unwrap();
    let data = folder.path().join("data");
    let (code, _, said) = muster(&data, &["import", "gp-workforce", known.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
    let scored = |more: &[&str]| {
        let (code, out, said) =
            muster(&data, &[&["staffing", "backtest", "--draws", "64", "--json"], more].concat());
        assert_eq!(code, 0, "{said}");
        serde_json::from_str::<Value>(&out).unwrap()
    };
    let horizons = |document: &Value| {
        let rows = document["rows"].as_array().unwrap();
        let of = |row: &&Value| row["role"] == "gp" && row["level"] == "practice" && row["origin"] == 2017;
        let mut found: Vec<i64> =
            rows.iter().filter(of).map(|row| row["horizon"].as_i64().unwrap()).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(horizons(&scored(&[])), [1]);
    let with_truth = scored(&["--origin", "2017", "--truth", later.to_str().unwrap()]);
    assert_eq!(horizons(&with_truth), [1, 2, 3]);
    for row in with_truth["rows"].as_array().unwrap() {
        let share = |name: &str| row[name].as_f64().unwrap();
        assert!(share("n") >= 1.0 && (0.0..=1.0).contains(&share("coverage80")), "{row}");
        assert!(share("crps") >= 0.0 && share("wape_last_value") >= 0.0, "{row}");
    }
    // the file was read, not stored
    let (_, history, _) = muster(&data, &["staffing", "history", "--json"]);
    let history: Value = serde_json::from_str(&history).unwrap();
    assert_eq!(history["rows"].as_array().unwrap().len(), 3);
    let (code, _, said) = muster(&data, &["staffing", "backtest", "--origin", "2024"]);
    assert!(code == 2 && said.contains("2024") && said.contains("2016, 2017, 2018"), "{code} {said}");
    std::fs::write(&later, "no,such\ncolumns,here\n").unwrap();
    let wrong = muster(&data, &["staffing", "backtest", "--truth", later.to_str().unwrap()]);
    assert!(wrong.0 == 3 && wrong.2.contains("later.csv"), "{wrong:?}");
}

#[test]
fn a_scenario_of_ones_own_is_run_compared_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, mine) = (folder.path().join("series.csv"), folder.path().join("mine.json"));
    std::fs::write(&file, series(2016..=2017)).unwrap();
    let data = folder.path().join("data");
    assert_eq!(muster(&data, &["import", "gp-workforce", file.to_str().unwrap()]).0, 0);
    let document = |by: &str| {
        format!(
            r#"{{"schema":"muster-scenario/1","name":"mine","title":"Mine","version":3,"inherits":"retention",
                "changes":[{{"lever":"need","from":2018,"to":2020,"by":{by},"source":"a judgement of ours"}}]}}"#
        )
    };
    std::fs::write(&mine, document("0.2")).unwrap();
    let mine = mine.to_str().unwrap();
    let years = ["--base", "2017", "--to", "2020", "--draws", "1024"];
    let (code, out, said) = muster(
        &data,
        &[&["staffing", "scenario", "compare", "do-nothing", mine, "--json"], &years[..]].concat(),
    );
    assert_eq!(code, 0, "{said}");
    let compared: Value = serde_json::from_str(&out).unwrap();
    let steps = compared["steps"].as_array().unwrap();
    let of_gp: Vec<f64> = steps
        .iter()
        .filter(|step| step["role"] == "gp")
        .map(|step| step["change"].as_f64().unwrap())
        .collect();
    assert_eq!(of_gp.len(), 3, "do-nothing, fewer leavers, more need");
    assert!(of_gp[1] <= 0.0 && of_gp[2] > 10.0, "{of_gp:?}");
    let forecast = [&["staffing", "forecast", "--scenario", mine, "--json"], &years[..]].concat();
    let (code, out, said) = muster(&data, &forecast);
    assert_eq!(code, 0, "{said}");
    let run: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(run["scenario"], "mine");
    let run_id = run["run_id"].as_str().unwrap();
    let (code, out, said) = muster(&data, &["staffing", "reproduce", run_id, "--json"]);
    assert_eq!(code, 0, "{said}");
    let made: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&made["reproduced"], &made["rows_different"]), (&true.into(), &0.into()));
    // what comes in later changes the inputs, and that is said
    std::fs::write(&file, series(2016..=2017).replace(",GMS,Bexley,,2017", ",GMS,Bromley,,2017")).unwrap();
    assert_eq!(muster(&data, &["import", "gp-workforce", file.to_str().unwrap()]).0, 0);
    let (code, out, _) = muster(&data, &["staffing", "reproduce", run_id, "--json"]);
    let made: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &made["reproduced"]), (1, &false.into()));
    assert!(made["finding"].as_str().unwrap().contains("inputs have changed"), "{made}");
    std::fs::write(folder.path().join("mine.json"), document("\"much\"")).unwrap();
    let (code, _, said) = muster(&data, &["staffing", "forecast", "--scenario", mine]);
    assert!(code != 0 && said.contains("line 2"), "{code} {said}");
}

#[test]
fn a_gap_is_explained_planned_for_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("series.csv");
    std::fs::write(&file, series(2016..=2018)).unwrap();
    let data = folder.path().join("data");
    assert_eq!(muster(&data, &["import", "gp-workforce", file.to_str().unwrap()]).0, 0);
    let years = ["--base", "2018", "--to", "2024", "--draws", "256", "--json"];
    let asked = |what: &[&str]| {
        let (code, out, said) = muster(&data, &[&["staffing"], what, &years[..]].concat());
        assert_eq!(code, 0, "{said}");
        serde_json::from_str::<Value>(&out).unwrap()
    };
    // the parts of the spread are all of it, and what could be known is worth something
    let found = asked(&["sensitivity", "--role", "nurse"]);
    let influences = found["influences"].as_array().unwrap();
    let share: f64 = influences.iter().map(|row| row["first_order"].as_f64().unwrap()).sum();
    assert!((share - 1.0).abs() < 0.05, "{share}");
    let chance = influences.iter().filter(|row| row["kind"] == "chance");
    assert!(chance.clone().count() >= 2 && chance.clone().all(|row| row["worth_fte"] == 0.0));
    assert!(influences.iter().any(|row| row["worth_fte"].as_f64().unwrap() > 0.0));
    assert!(found["choices"].as_array().unwrap().iter().any(|row| row["scenario"] == "retention"));
    // the plan's own document, run again, keeps what the plan says
    let need = folder.path().join("need.json");
    let document = r#"{"schema":"muster-scenario/1","name":"need","title":"Need","version":1,
        "changes":[{"lever":"need","from":2019,"to":2021,"by":0.3,"source":"made up"}]}"#;
    std::fs::write(&need, document).unwrap();
    let need = need.to_str().unwrap();
    let levers = ["--lever", "posts:600:99300", "--lever", "leavers:-0.2:90000"];
    let plan = asked(&[&["plan", "--scenario", need, "--from", "2022"], &levers[..]].concat());
    assert_eq!(plan["kept"], true, "{plan}");
    let counted: Vec<&Value> =
        plan["chances"].as_array().unwrap().iter().filter(|row| row["counts"] == true).collect();
    assert_eq!(counted.len(), 3 * 3);
    assert!(counted.iter().any(|row| row["before"].as_f64().unwrap() > 0.2));
    assert!(counted.iter().all(|row| row["after"].as_f64().unwrap() <= 0.2), "{plan}");
    let planned = folder.path().join("planned.json");
    std::fs::write(&planned, plan["scenario"].to_string()).unwrap();
    let again = asked(&["plan", "--scenario", planned.to_str().unwrap(), "--from", "2022"]);
    assert_eq!((&again["kept"], &again["cost_pence"]), (&true.into(), &0.into()), "{again}");
    let (code, _, said) = muster(&data, &["staffing", "plan", "--lever", "posts:200"]);
    assert!(code == 2 && said.contains("posts:200"), "{code} {said}");
    // a run as a file: a line a row, and a document that says how to make it again
    let run = asked(&["forecast"]);
    let rows = run["rows"].as_array().unwrap().len();
    for name in ["run.csv", "run.json", "run.xlsx"] {
        let out = folder.path().join(name);
        let (code, _, said) = muster(&data, &["staffing", "export", "--out", out.to_str().unwrap()]);
        assert_eq!(code, 0, "{said}");
    }
    let table = std::fs::read_to_string(folder.path().join("run.csv")).unwrap();
    assert_eq!(table.lines().count(), rows + 1);
    let whole: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("run.json")).unwrap()).unwrap();
    assert_eq!((whole["rows"].as_array().unwrap().len(), &whole["run_id"]), (rows, &run["run_id"]));
    assert!(std::fs::read(folder.path().join("run.xlsx")).unwrap().starts_with(b"PK"));
}
