//! What is wrong is named with its place, its value and what helps.

use super::{document, read};
use crate::{Model, SolveRequest, run, solve};

const OUTPUT: &str = r#""outputs": {"x": {"formula": "1"}}"#;

/// Parts of a document that must be refused: the parts, the place, what is wrong, what helps.
type Refused<'a> = (&'a str, &'a str, &'a str, &'a str);

fn refused(cases: &[Refused<'_>]) {
    for (parts, path, what, remedy) in cases {
        let problem = read(parts).expect_err(path);
        assert_eq!(problem.path, *path, "{problem}");
        assert!(problem.what.contains(what) && problem.remedy.contains(remedy), "{path}: {problem}");
    }
}

/// As [`refused`], for parts beside a good output.
fn refused_beside_an_output(cases: &[Refused<'_>]) {
    for (parts, path, what, remedy) in cases {
        refused(&[(&format!("{OUTPUT}, {parts}"), path, what, remedy)]);
    }
}

/// A stock of two cohorts with something more.
fn stock(rest: &str) -> String {
    format!(
        r#""stocks": {{"gps": {{"cohorts": {{"men": {{"start": 10}}, "women": {{"start": 5}}}}, {rest}}}}}, {OUTPUT}"#
    )
}

#[test]
fn keys_names_and_formulas_are_checked() {
    refused(&[
        (
            r#""outputs": {"x": {"formula": "b"}}, "parameters": {"a": 1}"#,
            "outputs.x.formula",
            "no name",
            "a",
        ),
        (r#""outputs": {"x": {"formula": "x + 1"}}"#, "outputs.x.formula", "depends on itself", "circle"),
        (r#""outputs": {"x": {"form": "1"}}"#, "outputs.x.form", "no field of output", "formula"),
        (r#""outputs": {"X": {"formula": "1"}}"#, "outputs.X", "is no name", "small letters"),
        (r#""outputs": {"a": {"formula": "1"}}, "parameters": {"a": 1}"#, "outputs.a", "taken", "another"),
    ]);
    refused_beside_an_output(&[
        (r#""output": {}"#, "output", "no field of document", "outputs"),
        (r#""parameters": {"a": "b", "b": "a"}"#, "parameters.a", "depends on itself", "circle"),
        (r#""parameters": {"a": true}"#, "parameters.a", "no number or formula", "write a number"),
    ]);
}

#[test]
fn inputs_and_questions_are_checked() {
    let unordered =
        r#""series": {"s": {"anchors": [{"year": 2021, "value": 1}, {"year": 2020, "value": 1}]}}"#;
    let possible =
        r#""expected": [{"output": "x", "value": 1, "source": "s", "claim": "cannot-be-recomputed"}]"#;
    let circular = r#""parameters": {"a": 1}, "scenarios": {"s": {"set": {"a": "a + 1"}}}"#;
    let backwards = r#""parameters": {"a": 1}, "solve": {"s": {"find": "a", "output": "x", "target": 1, "bounds": [2, 1]}}"#;
    refused_beside_an_output(&[
        (
            r#""parameters": {"a": {"value": 3, "low": 4, "high": 5}}"#,
            "parameters.a",
            "does not hold",
            "low <= value",
        ),
        (r#""parameters": {"a": {"value": 3, "low": 2}}"#, "parameters.a.low", "one end", "both"),
        (unordered, "series.s.anchors[1].year", "not after", "order"),
        (r#""series": {"s": {"anchors": []}}"#, "series.s.anchors", "no anchor", "at least one"),
        (r#""scenarios": {"s": {"set": {"q": 1}}}"#, "scenarios.s.set.q", "no parameter", "there is none"),
        (circular, "scenarios.s.set.a", "is no number", "arithmetic"),
        (backwards, "solve.s.bounds", "are no bounds", "lowest"),
        (r#""expected": [{"output": "x", "value": 1, "source": "s"}]"#, "expected[0]", "no tolerance", "add"),
        (possible, "expected[0].output", "is an output", "compare"),
        (
            r#""demand": {"d": {"base": {"stock": "gps"}}}"#,
            "demand.d.base.stock",
            "no stock",
            "there is none",
        ),
    ]);
}

#[test]
fn stocks_are_checked() {
    for (rest, path, what, remedy) in [
        (r#""inflows": {"a": {"per_year": 3}}"#, "inflows.a.per_year", "several cohorts", "mix"),
        (r#""inflows": {"a": {"per_year": 3, "rate": 0.1}}"#, "inflows.a", "2 amounts", "exactly one"),
        (
            r#""inflows": {"a": {"per_year": 3, "mix": {"men": 1}}}"#,
            "inflows.a.mix",
            "no value for cohort",
            "0",
        ),
        (r#""outflows": {"a": {"rate": "gps.fte"}}"#, "outflows.a.rate", "computed later", "year"),
        (r#""order": "leave""#, "order", "no word for order", "leave-then-join"),
        (
            r#""pipelines": {"p": {"intake": 1, "lag_years": 3, "fte_per_joiner": 0.7}}"#,
            "pipelines.p.fte_per_joiner",
            "stock of heads",
            "in FTE",
        ),
    ] {
        refused(&[(&stock(rest), &format!("stocks.gps.{path}"), what, remedy)]);
    }
    let ageing = r#""stocks": {"s": {"cohorts": {"all": {"start": 1, "ageing": 0.2}}}}"#;
    refused_beside_an_output(&[(
        ageing,
        "stocks.s.cohorts.all.ageing",
        "beyond the last cohort",
        "by a rate",
    )]);
}

#[test]
fn the_head_of_a_document_is_checked_too() {
    let good = document(OUTPUT);
    for (from, to, path) in [
        ("muster-model/1", "muster-model/2", "schema"),
        (r#""last": 2030"#, r#""last": 2019"#, "years.last"),
        (r#""last": 2030"#, r#""last": 2030.5"#, "years.last"),
        (r#""title": "M","#, "", "document"),
        (r#""title": "M""#, r#""name": "M""#, "document"),
    ] {
        assert!(good.contains(from));
        assert_eq!(Model::read(&good.replacen(from, to, 1)).unwrap_err().path, path);
    }
}

#[test]
fn what_cannot_be_is_refused_when_it_is_computed() {
    for (parts, path, what) in [
        (
            stock(r#""outflows": {"a": {"rate": 0.6}, "b": {"rate": 0.6}}"#),
            "stocks.gps.outflows",
            "more than 1",
        ),
        (
            stock(r#""outflows": {"a": {"per_year": {"cohorts": {"men": 3, "women": 0}}}}"#),
            "stocks.gps.outflows",
            "more of cohort `men` leave in 2023",
        ),
        (
            stock(r#""inflows": {"a": {"per_year": 3, "mix": {"men": 0.5, "women": 0.6}}}"#),
            "stocks.gps.inflows.a.mix",
            "add up",
        ),
        (stock(r#""inflows": {"a": {"rate": -0.1}}"#), "stocks.gps.inflows.a", "is negative in 2020"),
        (
            r#""outputs": {"x": {"formula": "1 / (year - 2025)"}}"#.into(),
            "outputs.x.formula",
            "no number in 2025",
        ),
        (
            r#""outputs": {"x": {"formula": "at(year, 1 / 0)"}}"#.into(),
            "outputs.x.formula",
            "no number in 2020",
        ),
        (
            r#""parameters": {"a": "1 / 0"}, "outputs": {"x": {"formula": "a"}}"#.into(),
            "parameters.a",
            "no number",
        ),
    ] {
        let problem = run(&read(&parts).unwrap()).expect_err(path);
        assert!(problem.path == path && problem.what.contains(what), "{problem}");
    }
}

#[test]
fn a_request_must_fit_its_model() {
    let model = read(r#""parameters": {"a": 1}, "outputs": {"x": {"formula": "a"}}"#).unwrap();
    let good = SolveRequest {
        find: "a".into(),
        output: "x".into(),
        target: 0.0,
        bounds: (0.0, 1.0),
        scenario: None,
        year: None,
        draws: 0,
        seed: 1,
    };
    assert!(solve(&model, &good).is_ok());
    for (request, path) in [
        (SolveRequest { find: "b".into(), ..good.clone() }, "solve.find"),
        (SolveRequest { output: "a".into(), ..good.clone() }, "solve.output"),
        (SolveRequest { bounds: (1.0, 1.0), ..good.clone() }, "solve.bounds"),
        (SolveRequest { year: Some(2031), ..good.clone() }, "solve.year"),
        (SolveRequest { scenario: Some("s".into()), ..good.clone() }, "scenario"),
    ] {
        assert_eq!(solve(&model, &request).unwrap_err().path, path);
    }
}
