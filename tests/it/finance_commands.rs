//! `muster finance ...` in a folder with nothing else and with no node to be reached.

use std::{fs, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::system::binary;

/// Runs `muster finance` on files; gives exit code, stdout and stderr.
fn finance(files: &[(&str, &str)], args: &[&str]) -> (i32, String, String) {
    let folder: TempDir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("the file is written");
    }
    let output = Command::new(binary())
        .args(["--server", "http://127.0.0.1:1", "finance"])
        .args(args)
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env_remove("XDG_DATA_HOME")
        .output()
        .expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// The JSON document of a command that ends well.
fn good(files: &[(&str, &str)], args: &[&str]) -> Value {
    let (code, out, err) = finance(files, &[args, &["--json"]].concat());
    assert!(code == 0, "{args:?}: {code}: {out}{err}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("no JSON ({error}): {out}"))
}

const FLOWS: &str = "-600,250,250,250,250,250";

#[test]
fn a_business_case_from_flags_and_from_a_file() {
    let it = good(&[], &["npv", "--rate", "0.035", "--flows", FLOWS]);
    assert_eq!((&it["npv"], &it["payback"]), (&json!(528.763), &json!(2.4)));
    assert_eq!((&it["discounted_payback"], &it["annuity_factor"]), (&json!(2.555), &json!(4.515_052)));
    assert_eq!((&it["peak_cash"], &it["optimism_bias"]), (&json!(600.0), &Value::Null));
    let it = good(&[], &["npv", "--flows", FLOWS, "--optimism-bias", "0.2"]);
    assert_eq!(it["optimism_bias"]["npv"], 408.763);
    let (code, out, err) = finance(&[], &["npv", "--flows", FLOWS, "--flows-are", "nominal"]);
    assert!(
        code == 2 && out.is_empty() && err.contains("nominal flows are not discounted at a real rate"),
        "{err}"
    );
    let file = "organisation,month,amount,low,high\nRJ1,2018-04,-600,-700,-550\nRJ1,2019-04,250,,\nRJ2,2019-04,500,400,600\n";
    let it = good(&[("c.csv", file)], &["npv", "c.csv"]);
    let sum: i64 = it["organisations"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["npv_pence"].as_i64())
        .sum();
    assert_eq!(it["total"]["npv_pence"], sum);
    assert!(it["total"]["low_pence"].as_i64() < it["total"]["npv_pence"].as_i64(), "{it}");
    let (code, _, err) = finance(&[("c.csv", "organisation,month,amount\nRJ1,April,1\n")], &["npv", "c.csv"]);
    assert!(code == 3 && err.contains("line 2: column `month`: value `April`: not a month"), "{err}");
}

#[test]
fn a_gain_is_shared_by_three_rules() {
    let (code, example, _) = finance(&[], &["share", "--example"]);
    assert_eq!(code, 0);
    let it = good(&[("s.json", &example)], &["share", "s.json"]);
    assert_eq!((&it["saving"], &it["in_core"]), (&json!(200.0), &json!(true)));
    assert_eq!(it["shapley"], json!({ "RJ1": 70.0, "RJZ": 80.0, "RJ2": 50.0 }));
    assert_eq!(it["equal_price"], json!({ "RJ1": 60.0, "RJZ": 90.0, "RJ2": 50.0 }));
    assert_eq!(it["proportional"], json!({ "RJ1": 40.0, "RJZ": 60.0, "RJ2": 100.0 }));
    let airport = r#"{"players": ["a", "b", "c"], "kind": "cost",
        "values": {"a": 1, "b": 2, "c": 3, "a,b": 2, "a,c": 3, "b,c": 3, "a,b,c": 3}}"#;
    let it = good(&[("s.json", airport)], &["share", "s.json"]);
    assert_eq!(it["shapley_exact"], json!({ "a": "1/3", "b": "5/6", "c": "11/6" }));
    assert_eq!((&it["in_core"], &it["equal_price"]), (&json!(true), &Value::Null));
    let (code, _, err) = finance(&[("s.json", r#"{"players": ["a"]}"#)], &["share", "s.json"]);
    assert!(code == 3 && err.starts_with("s.json: document: nothing to share"), "{err}");
}

#[test]
fn the_published_bridge_reproduces_with_its_faults() {
    let it = good(&[], &["bridge"]);
    let verdicts: Vec<&Value> =
        it["derivations"].as_array().expect("rows").iter().map(|row| &row["verdict"]).collect();
    assert_eq!(verdicts, ["rounding", "adds-up", "irreconcilable", "adds-up"]);
    let ways = it["derivations"][2]["ways"].as_array().expect("ways");
    assert_eq!(ways.iter().map(|way| &way["computed"]).collect::<Vec<_>>(), [&json!(745.0), &json!(665.0)]);
    let compared: Vec<&Value> =
        it["comparisons"].as_array().expect("rows").iter().map(|row| &row["verdict"]).collect();
    assert_eq!(compared, ["joined", "refused", "refused"]);
    assert_eq!(it["rolls"][0]["opening"], 694.0);
    let (code, out, _) = finance(&[], &["bridge", "--compare", "productivity,productivity-web"]);
    assert!(code == 3 && out.contains("refused, they differ in scope"), "{out}");
    let (code, out, _) = finance(&[], &["bridge"]);
    assert!(code == 0 && out.contains("651 + 190 + 12 = 853, printed 854: rounding"), "{out}");
}

#[test]
fn only_attested_money_is_in_the_headline() {
    let schemes = "scheme,organisation,programme,title,category,type,recurrent,start_month,gate,risk,owner,quality_signed,over_and_above\n\
        S,RJ1,payroll,one bureau,pay,cash-releasing,Y,2017-10,approved,M,Ann,Y,Y\n";
    let months =
        "scheme,organisation,month,plan,forecast,actual\nS,RJ1,2017-10,100,100,100\nS,RJ1,2017-11,100,10,\n";
    let ledger = "organisation,month,account,cost_centre,amount\nRJ1,2017-10,52100,A,-100\nTOTAL,,,,-100\n";
    let claims = "claim,scheme,organisation,month,account,cost_centre,amount,claimed_by,decision,decided_by,attested_amount,reason\n\
        C1,S,RJ1,2017-10,52100,A,100,Ann,attested,Finn,80,\nC2,S,RJ1,2017-10,52100,A,20,Ann,attested,Finn,20,\n\
        C3,S,RJ1,2017-11,52100,A,100,Ann,,,,\n";
    let files = [("s.csv", schemes), ("m.csv", months), ("l.csv", ledger), ("c.csv", claims)];
    let args =
        ["savings", "--schemes", "s.csv", "--months", "m.csv", "--ledger", "l.csv", "--claims", "c.csv"];
    let it = good(&files, &args);
    let board = &it["board"];
    assert_eq!((&board["attested_pence"], &board["unattested_pence"]), (&json!(8_000), &json!(10_000)));
    assert_eq!(board["by_organisation"], json!({ "RJ1": 8_000 }));
    assert_eq!(it["claims"][1]["why"], "its line supports the claim C1 already");
    let scheme = &it["schemes"][0];
    assert_eq!((&scheme["pye_pence"], &scheme["fye_pence"]), (&json!(20_000), &json!(120_000)));
    assert_eq!(
        (&scheme["delivery"]["to_date"], &scheme["delivery"]["year"]),
        (&json!("green"), &json!("red"))
    );
    let cut = ledger.replace("TOTAL,,,,-100", "TOTAL,,,,-101");
    let files = [("s.csv", schemes), ("l.csv", cut.as_str())];
    let (code, _, err) =
        finance(&files, &["savings", "--schemes", "s.csv", "--ledger", "l.csv", "--as-of", "2017-10"]);
    assert!(code == 3 && err.contains("not to the control total"), "{err}");
}

#[test]
fn benchmarks_come_with_peers_and_national_figures() {
    let (code, template, _) = finance(&[], &["benchmark", "--template"]);
    assert_eq!(code, 0);
    let it = good(&[("b.csv", &template)], &["benchmark", "b.csv"]);
    assert_eq!(
        (&it["rows"][0]["cost_per_driver"], &it["rows"][0]["service_level"]),
        (&json!(4.28), &json!(99.2))
    );
    assert!(it["national"].as_array().is_some_and(|all| all.len() == 9), "{it}");
    let (code, _, err) = finance(&[("b.csv", &template.replace("100000", "0"))], &["benchmark", "b.csv"]);
    assert!(code == 3 && err.contains("column `volume`: value `0`"), "{err}");
}

#[test]
fn a_tariff_is_settled_and_options_are_chosen_from_their_examples() {
    let (_, example, _) = finance(&[], &["tariff", "--example"]);
    let it = good(&[("t.json", &example)], &["tariff", "t.json"]);
    let rows = it["members"].as_array().expect("rows");
    let sum = |key: &str| rows.iter().filter_map(|row| row[key].as_i64()).sum::<i64>();
    assert_eq!(it["cost_pence"], sum("actual_fixed_pence") + sum("actual_running_pence"));
    let (_, example, _) = finance(&[], &["options", "--example"]);
    let it = good(&[("o.json", &example)], &["options", "o.json"]);
    assert_eq!((&it["feasible"], &it["cost_pence"]), (&json!(true), &json!(190_275_000)));
    let never = example.replace("\"service_floor\": 98", "\"service_floor\": 100");
    let (code, out, err) = finance(&[("o.json", &never)], &["options", "o.json"]);
    assert!(code == 3 && out.contains("no assignment keeps every rule"), "{out}{err}");
}

#[test]
fn a_leaver_is_told_from_a_group_that_stays() {
    let text = r#"{"players": ["a", "b", "c"], "weights": {"a": 1, "b": 1, "c": 8},
        "values": {"a,b": 90, "a,c": 20, "b,c": 20, "a,b,c": 100}}"#;
    let it = good(&[("s.json", text)], &["share", "s.json"]);
    let core = &it["core"]["proportional"];
    assert_eq!((&core["in_core"], &core["worst"]["players"]), (&json!(false), &json!(["a", "b"])));
    assert_eq!(
        (&core["leavers"][0]["player"], &core["leavers"][0]["side_payment"]),
        (&json!("a"), &json!(70.0))
    );
}
