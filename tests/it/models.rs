//! Model documents from the command line, in a folder with nothing else and with no node to be reached.

use std::{fs, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::system::binary;

const GUIDE: &str = include_str!("../../docs/models.md");

/// A folder that is also the user's home, so that whatever a command left behind would be seen.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("the file is written");
        }
        Self(folder)
    }

    /// Runs `muster staffing model`; gives exit code, stdout and stderr.
    fn model(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(binary())
            // nobody listens there
            .args(["--server", "http://127.0.0.1:1", "staffing", "model"])
            .args(args)
            .current_dir(self.0.path())
            .env("HOME", self.0.path())
            .env_remove("XDG_DATA_HOME")
            .output()
            .expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    fn json(&self, args: &[&str]) -> Value {
        let (code, out, err) = self.model(&[args, &["--json"]].concat());
        assert_eq!(code, 0, "{args:?}: {err}");
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{args:?} printed no JSON ({error}): {out}"))
    }

    fn files(&self) -> usize {
        fs::read_dir(self.0.path()).expect("the folder").count()
    }
}

/// The blocks of a language in the guide.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    GUIDE.split(&opening).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

fn near(value: &Value, wanted: f64, within: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - wanted).abs() <= within)
}

#[test]
fn the_shipped_models_give_what_was_published_and_say_what_does_not_reconcile() {
    let folder = Folder::new(&[]);
    let report = folder.json(&["check"]);
    let rows = report["rows"].as_array().expect("rows");
    assert!(rows.len() > 50 && rows.iter().all(|row| row["ok"] == true), "{report:#}");
    for (model, output, scenario, year, got, within) in [
        ("nivel-2009", "heads", "base", 2019, 12_246.0, 1e-6),
        ("nivel-2009", "training_inflow_0", "base", 2019, 476.0, 1.0),
        ("nivel-2009", "training_inflow_1", "scenario_1", 2019, 929.0, 1.0),
        ("real-centre-2022", "gp_shortfall", "base", 2030, 10_700.0, 100.0),
        ("long-term-plan-2023", "growth", "lowest", 2036, 0.088, 0.001),
        ("wisn-kenya", "staff", "base", 2017, 17.46, 0.01),
        ("south-australia", "need_of_gps", "reduced_illness", 2033, 96.65, 0.005),
    ] {
        let row = rows.iter().find(|row| {
            row["model"] == model
                && row["output"] == output
                && row["scenario"] == scenario
                && row["year"] == year
        });
        let row = row.unwrap_or_else(|| panic!("no row {model} {output} {scenario} {year}"));
        assert!(near(&row["got"], got, within), "{row}");
        assert!(row["expected"].is_number() && row["tolerance"].is_number(), "{row}");
    }
    let (code, out, _) = folder.model(&["check"]);
    let first = out.lines().next().unwrap_or_default();
    assert!(
        code == 0 && first.contains("3 do not reconcile") && first.contains("growth of long-term-plan-2023")
    );
    assert_eq!(folder.files(), 0, "a command on models leaves nothing behind");
}

#[test]
fn a_figure_that_is_not_as_its_document_says_ends_with_1() {
    let (example, shipped) = (blocks("json")[0], Folder::new(&[]).model(&["show", "wisn-kenya"]).1);
    let wrong = example.replace("\"value\": 120, \"tolerance\"", "\"value\": 121, \"tolerance\"");
    let folder = Folder::new(&[("good.json", example), ("wrong.json", &wrong), ("own.json", &shipped)]);
    assert_eq!(folder.model(&["check", "good.json", "own.json", "nivel"]).0, 0);
    let (code, out, err) = folder.model(&["check", "good.json", "wrong.json", "--json"]);
    let report: Value = serde_json::from_str(&out).expect("one document, also when a row is not ok");
    assert_eq!((code, &report["rows"][0]["ok"], &report["rows"][1]["ok"]), (1, &true.into(), &false.into()));
    assert!(err.contains("supply of borough"), "{err}");
}

#[test]
fn a_wrong_document_is_refused_with_file_place_value_and_remedy() {
    let example = blocks("json")[0];
    let key = example.replace("\"lag_years\": 3", "\"lag_yaers\": 3");
    let divided = example.replace("\"gps.fte\"", "\"gps.fte / (year - 2030)\"");
    let folder = Folder::new(&[("key.json", &key), ("divided.json", &divided), ("cut.json", &example[..99])]);
    let place = "stocks.gps.pipelines.training.lag_yaers";
    for (args, names) in [
        (&["run", "key.json"][..], vec!["key.json", place, "no field of pipeline", "found 3", "lag_years"]),
        (&["run", "key.json", "--json"], vec!["key.json", place]),
        (
            &["check", "divided.json"],
            vec!["divided.json", "outputs.supply.formula", "in 2030", "division by zero"],
        ),
        (&["check", "cut.json", "key.json"], vec!["cut.json", "line 4", "key.json", place]),
        (&["solve", "key.json", "--find", "a", "--output", "b", "--target", "0"], vec![place]),
    ] {
        let (code, out, err) = folder.model(args);
        assert!(code == 3 && out.is_empty(), "{args:?}: {code} {out}{err}");
        for name in names {
            assert!(err.contains(name), "{args:?}: `{name}` is not in: {err}");
        }
    }
}

#[test]
fn what_was_asked_wrongly_ends_with_2_and_says_what_can_be_asked() {
    let folder = Folder::new(&[("borough.json", blocks("json")[0])]);
    let good = ["--find", "leaver_rate", "--output", "gap", "--target", "0"];
    for (place, value, name) in [(1, "leaver", "leaver_rate"), (3, "gaps", "supply"), (5, "nan", "number")] {
        let mut args = good;
        args[place] = value;
        let (code, out, err) = folder.model(&[&["solve", "borough.json"], &args[..]].concat());
        assert!(code == 2 && out.is_empty() && err.contains(name), "{value}: {code} {out}{err}");
    }
    for (more, name) in [
        (["--year", "2036"], "2025 to 2035"),
        (["--scenario", "none"], "retention"),
        (["--low", "2"], "lowest"),
        (["--high", "7"], "closer bounds"),
        (["--draws", "70000"], "65536"),
    ] {
        let (code, _, err) = folder.model(&[&["solve", "borough.json"], &good[..], &more[..]].concat());
        assert!(code == 2 && err.contains(name), "{more:?}: {code} {err}");
    }
    for args in [&["run", "none.json"][..], &["show", "none"], &["run"]] {
        assert_eq!(folder.model(args).0, 2, "{args:?}");
    }
}

#[test]
fn solve_gives_the_value_with_its_interval_or_says_that_there_is_none() {
    let folder = Folder::new(&[]);
    let plan = ["solve", "long-term-plan-2023", "--find", "leaver_rate", "--output", "growth", "--target"];
    let answer = folder.json(&[&plan[..], &["0.04"]].concat());
    assert!(answer["reached"] == true && near(&answer["value"], 0.0798, 0.0005), "{answer}");
    assert!(near(&answer["low"], 0.0753, 0.001) && near(&answer["high"], 0.0840, 0.001), "{answer}");
    assert_eq!(answer["uncertain"], serde_json::json!(["fte_per_place"]));
    let other = folder.json(&[&plan[..], &["0.04", "--seed", "2", "--draws", "50"]].concat());
    assert!(other["value"] == answer["value"] && other["low"] != answer["low"], "{other}");
    let none = folder.json(&[&plan[..], &["9"]].concat());
    assert!(none["reached"] == false && none["value"].is_null() && none["nearest"].is_number(), "{none}");
    let inflow = ["solve", "nivel", "--find", "entrants", "--output", "surplus_as_printed", "--target", "0"];
    let more = ["--scenario", "scenario_1", "--low", "0", "--high", "2000"];
    let answer = folder.json(&[&inflow[..], &more].concat());
    assert!(near(&answer["value"], 929.0, 1.0) && near(&answer["output_value"], 0.0, 1e-3), "{answer}");
}

#[test]
fn the_guide_shows_what_the_program_prints() {
    let folder = Folder::new(&[("borough.json", blocks("json")[0])]);
    let printed = |args: &[&str]| {
        let (code, out, err) = folder.model(args);
        assert_eq!(code, 0, "{args:?}: {err}");
        out
    };
    let solved = ["training_places", "leaver_rate", "pharmacist_posts"].map(|find| {
        let out = printed(&["solve", "borough.json", "--find", find, "--output", "gap", "--target", "0"]);
        out.lines().next().unwrap_or_default().to_owned() + "\n"
    });
    let shown = [printed(&["run", "borough.json"]), printed(&["check", "borough.json"]), solved.concat()];
    for (shown, block) in shown.iter().zip(blocks("text")) {
        assert_eq!(shown, block, "docs/models.md is out of date");
    }
    let outcome = folder.json(&["run", "borough.json"]);
    assert_eq!(outcome["scenarios"][1]["set"], serde_json::json!({ "leaver_rate": 0.05 }));
    assert!(outcome["questions"][0]["question"] == "places_that_close_the_gap", "{outcome}");
    let listed = folder.json(&["list"]);
    for model in listed["models"].as_array().expect("models") {
        let name = model["name"].as_str().expect("a name");
        assert!(GUIDE.contains(&format!("| `{name}` |")), "the guide leaves {name} out");
        let document: Value = serde_json::from_str(&printed(&["show", name])).expect("a document");
        assert_eq!(document["name"], name);
    }
    let schema: Value = serde_json::from_str(&printed(&["schema"])).expect("a schema");
    assert!(schema["$defs"]["pipeline"].is_object());
}
