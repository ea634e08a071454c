//! The shipped models give what their sources printed.

use crate::{CheckRow, Model, Verdict, check_all, run, shipped};

fn rows() -> Vec<CheckRow> {
    check_all().unwrap()
}

fn got(rows: &[CheckRow], model: &str, output: &str, scenario: &str, year: i32) -> f64 {
    let row = rows.iter().find(|row| {
        (row.model.as_str(), row.output.as_str(), row.scenario.as_str(), row.year)
            == (model, output, scenario, year)
    });
    row.and_then(|row| row.got).unwrap_or_else(|| panic!("no {output} of {scenario} in {year}"))
}

#[test]
fn every_printed_figure_stands_as_the_documents_say() {
    let rows = rows();
    let wrong: Vec<&CheckRow> = rows.iter().filter(|row| !row.ok).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    assert_eq!((count(Verdict::DoesNotReconcile), count(Verdict::CannotBeRecomputed)), (3, 5));
    assert!(rows.iter().all(|row| !row.source.is_empty()));
}

/// The numbers stand here once more, so that a change of a document does not change what is expected of it.
#[test]
fn the_headline_figures_are_these() {
    let rows = rows();
    for (model, output, scenario, year, value, within) in [
        ("nivel-2009", "heads", "base", 2019, 12_246.0, 1e-6),
        ("nivel-2009", "heads_men", "base", 2019, 5301.0, 0.0),
        ("nivel-2009", "heads_women", "base", 2019, 6945.0, 0.0),
        ("nivel-2009", "supply", "base", 2019, 8184.1, 0.5),
        ("nivel-2009", "required", "base", 2019, 7806.9, 0.1),
        ("nivel-2009", "required", "scenario_1", 2019, 9056.0, 0.1),
        ("nivel-2009", "training_inflow_0", "base", 2019, 476.0, 1.0),
        ("nivel-2009", "training_inflow_1", "scenario_1", 2019, 929.0, 1.0),
        ("real-centre-2022", "gp_shortfall", "base", 2030, 10_700.0, 100.0),
        ("real-centre-2022", "gp_shortfall", "pessimistic_revised", 2030, 18_900.0, 100.0),
        ("real-centre-2022", "nurse_shortfall", "base", 2030, 6400.0, 100.0),
        ("long-term-plan-2023", "growth", "few_places_few_leavers", 2036, 0.188, 0.001),
        ("long-term-plan-2023", "growth", "lowest", 2036, 0.088, 0.001),
        ("long-term-plan-2023", "growth", "leavers_7_5", 2036, 0.042, 0.001),
        ("long-term-plan-2023", "growth", "highest", 2036, 0.276, 0.001),
        ("long-term-plan-2023", "leaver_rate_that_reconciles", "lowest", 2036, 0.075, 0.001),
        ("wisn-kenya", "staff", "base", 2017, 17.46, 0.01),
        ("wisn-kenya", "staff_with_allowance", "base", 2017, 18.49, 0.01),
    ] {
        let got = got(&rows, model, output, scenario, year);
        assert!((got - value).abs() <= within, "{model} {output} {scenario}: {got}, not {value}");
    }
}

#[test]
fn the_plan_is_shown_not_to_reconcile_and_what_would_is_solved_with_its_interval() {
    let rows = rows();
    let printed: Vec<&CheckRow> =
        rows.iter().filter(|row| row.expected == 0.04 && row.output == "growth").collect();
    assert_eq!(printed.len(), 2);
    for row in printed {
        assert!(row.verdict == Verdict::DoesNotReconcile && row.note.starts_with("does not reconcile"));
        assert!(row.got.is_some_and(|got| got > 0.08), "{row:?}");
    }
    let plan = Model::read(shipped()[2].1).unwrap();
    let over = plan.solves.iter().find(|(name, _)| name == "leaver_rate_over_the_range").unwrap();
    let solution = crate::solve(&plan, &over.1).unwrap();
    let (low, high) = (solution.low.unwrap(), solution.high.unwrap());
    assert!(solution.reached && solution.uncertain == ["fte_per_place"], "{solution:?}");
    assert!((0.074..0.077).contains(&low) && (0.080..0.084).contains(&high), "{low} to {high}");
}

#[test]
fn every_shipped_model_runs_names_its_sources_and_repeats_to_the_bit() {
    for (name, text) in shipped() {
        let model = Model::read(text).unwrap();
        assert_eq!(model.name, *name);
        assert!(model.parameters.iter().all(|parameter| !parameter.source.is_empty()), "{name}");
        let outcome = run(&model).unwrap();
        assert_eq!(outcome.scenarios.len(), 1 + model.scenarios.len());
        assert_eq!(
            serde_json::to_string(&outcome).unwrap(),
            serde_json::to_string(&run(&model).unwrap()).unwrap()
        );
    }
}
