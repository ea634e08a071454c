//! A run: what was asked, how far it is, and where its figures come from.

use muster_proto::staffing::v1 as staffing;

use super::way_words;
use crate::{
    figures,
    pages::encode,
    table::{Cell, Table},
};

/// A file or publication that figures come from.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// A run in words.
pub(crate) struct RunView {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) scenario: String,
    pub(crate) area: String,
    pub(crate) base_year: i32,
    pub(crate) to_year: i32,
    pub(crate) draws: String,
    pub(crate) seed: String,
    pub(crate) missing_returns: &'static str,
    /// Patients count by the work that those of their age and sex make.
    counted: String,
    pub(crate) engine: String,
    pub(crate) inputs: String,
    pub(crate) actor: String,
    pub(crate) started: String,
    pub(crate) took: String,
    pub(crate) state: &'static str,
    pub(crate) percent: i64,
    pub(crate) running: bool,
    pub(crate) finished: bool,
    pub(crate) failure: String,
    pub(crate) caveats: Vec<String>,
    pub(crate) sources: Vec<Source>,
    started_at: i64,
}

/// What patients count by beside their number, as the end of a line; empty for nothing.
fn counted(spec: &staffing::ForecastSpec) -> String {
    let weighted = spec.list_weighting() == staffing::ListWeighting::Weighted;
    let residents = spec.patients() == staffing::PatientBasis::Resident;
    let parts = [
        (weighted, ", lists weighted by age and sex"),
        (spec.deprivation, ", by deprivation"),
        (residents, ", by residents"),
    ];
    parts.into_iter().filter_map(|(asked, words)| asked.then_some(words)).collect()
}

impl RunView {
    pub(crate) fn read(run: &staffing::ForecastRun) -> Self {
        let spec = run.spec.clone().unwrap_or_default();
        let state = staffing::RunState::try_from(run.state).unwrap_or_default();
        let counted = counted(&spec);
        Self {
            id: run.run_id.clone(),
            href: format!("/forecasts/{}", encode(&run.run_id)),
            scenario: spec.scenario,
            area: spec.area,
            base_year: spec.base_year,
            to_year: spec.to_year,
            draws: figures::count(spec.draws.into()),
            seed: spec.seed.to_string(),
            missing_returns: way_words(spec.missing_returns),
            counted,
            engine: run.engine.clone(),
            inputs: run.inputs_sha256.clone(),
            actor: run.actor.clone(),
            started: figures::instant(run.started_at_micros),
            took: figures::seconds(run.elapsed_micros),
            state: words(state),
            percent: (run.progress_ppm / 10_000).clamp(0, 100),
            running: matches!(state, staffing::RunState::Queued | staffing::RunState::Running),
            finished: state == staffing::RunState::Finished,
            failure: run.failure.clone(),
            caveats: run.caveats.clone(),
            sources: run
                .sources
                .iter()
                .map(|source| Source { name: source.source.clone(), sha256: source.sha256.clone() })
                .collect(),
            started_at: run.started_at_micros,
        }
    }

    /// How the sentence about the result begins.
    pub(crate) fn premise(&self) -> String {
        if self.scenario == "do-nothing" {
            "If nothing changes".into()
        } else {
            format!("Under the scenario {}", self.scenario)
        }
    }

    /// How earlier forecasts of the same area did.
    pub(crate) fn backtest_href(&self) -> String {
        format!("/staffing/backtest?area={}", encode(&self.area))
    }

    /// What was asked for, in a line.
    pub(crate) fn asked(&self) -> String {
        let counted = &self.counted;
        format!("{} for {}, {} to {}{counted}", self.scenario, self.area, self.base_year, self.to_year)
    }

    /// Does a source say that it is made up?
    pub(crate) fn is_sample(&self) -> bool {
        self.sources.iter().any(|source| source.name.to_lowercase().contains("sample"))
    }

    /// How far it is, for a person.
    pub(crate) fn progress_words(&self) -> String {
        if self.running { format!("{}: {}% done", self.state, self.percent) } else { self.state.to_owned() }
    }
}

fn words(state: staffing::RunState) -> &'static str {
    match state {
        staffing::RunState::Queued => "Waiting to start",
        staffing::RunState::Running => "Running",
        staffing::RunState::Finished => "Finished",
        staffing::RunState::Cancelled => "Cancelled",
        staffing::RunState::Failed => "Failed",
        staffing::RunState::Unspecified => "Unknown",
    }
}

/// Runs as a table.
pub(crate) fn table(runs: &[RunView]) -> Table {
    let table = Table::new("runs", "Forecasts, newest first")
        .text("Started", "started_at")
        .text("Scenario", "scenario")
        .text("Area", "area")
        .text("Years", "years")
        .number("Draws", "draws")
        .number("Seed", "seed")
        .text("By", "actor")
        .text("State", "state")
        .empty("No forecast has been run yet.");
    let row = |run: &RunView| {
        let started = if run.started.is_empty() { "Not started" } else { &run.started };
        vec![
            Cell::link(figures::plain_instant(run.started_at), run.href.clone()).shown(started),
            Cell::text(run.scenario.clone()),
            Cell::text(run.area.clone()),
            Cell::text(format!("{} to {}", run.base_year, run.to_year)),
            Cell::number(run.draws.clone(), run.draws.replace(',', "")),
            Cell::number(run.seed.clone(), run.seed.clone()),
            Cell::text(run.actor.clone()),
            Cell::text(run.state),
        ]
    };
    table.csv("/csv/forecasts.csv").rows(runs.iter().map(row).collect::<Vec<_>>())
}
