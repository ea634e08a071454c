//! Other people's workforce models as files: read, run, solved and checked against what their sources printed.
//!
//! A document says where a workforce starts (stocks of heads or FTE by cohort), who leaves and joins (numbers, series, rates, a
//! training pipeline), what is required (base, growth), what other roles take over, and what time allows (workload over
//! available time); outputs are formulas over all of these. Every number may carry its unit and source. What the source
//! printed stands beside it with a tolerance, so that anybody can see what the published inputs give and what they do not.
//!
//! ```
//! let (_, text) = muster_model::shipped()[0];
//! let model = muster_model::Model::read(text)?;
//! let outcome = muster_model::run(&model)?;
//! assert_eq!(outcome.years.last(), Some(&model.last));
//! assert!(muster_model::check(&model).iter().all(|row| row.ok));
//! # Ok::<(), muster_model::Problem>(())
//! ```
//!
//! - [`Model::read`]: a text to a model, or the [`Problem`] with its place, value and remedy. The format is published as
//!   [`JSON_SCHEMA`].
//! - [`run`]: every output in every year of every scenario; [`solve`]: the value of a parameter that meets a target, with the
//!   interval that the uncertain inputs give it; [`check`]: printed figures beside computed ones.
//! - [`flow`]: the kernel, one year of heads in cohorts, for any engine that needs mean flows.
//!
//! Conventions: a state belongs to the start of a year, and a step leads from one year to the next. Flows are measured over
//! the step and named by the year it starts in; who takes up a training place in year `y` joins in the step of year `y + lag`
//! and is counted from `y + lag + 1` on. Fixed numbers leave before rates apply. The same text and seed give the same figures.

// Tests compare figures that are exact by construction.
#![cfg_attr(test, allow(clippy::float_cmp))]

mod check;
mod cursor;
mod document;
mod draws;
mod evaluate;
mod expr;
pub mod flow;
mod parse;
mod paths;
mod profile;
mod read;
mod root;
mod run;
mod shape;
mod solve;
#[cfg(test)]
mod tests;

pub use check::{CheckRow, Verdict, check};
pub use document::{BASE, Claim, Expected, Model, Output, Parameter, SCHEMA, Scenario, SolveRequest, Stated};
pub use draws::Draws;
pub use muster_document::Problem;
pub use run::{Line, Outcome, ScenarioOutcome, run, run_with};
pub use solve::{Solution, figure, solve};

/// The format of documents, as JSON Schema 2020-12.
pub const JSON_SCHEMA: &str = include_str!("../schema/model.schema.json");

/// Published models that are part of the program.
const SHIPPED: &[(&str, &str)] = &[
    ("nivel-2009", include_str!("../models/nivel-2009.json")),
    ("real-centre-2022", include_str!("../models/real-centre-2022.json")),
    ("long-term-plan-2023", include_str!("../models/long-term-plan-2023.json")),
    ("wisn-kenya", include_str!("../models/wisn-kenya.json")),
    ("south-australia", include_str!("../models/south-australia.json")),
];

/// Published models that are part of the program: name and text.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    SHIPPED
}

/// Checks every shipped model.
///
/// # Errors
/// Never in a build whose tests ran: they read every shipped document.
pub fn check_all() -> Result<Vec<CheckRow>, Problem> {
    let mut rows = Vec::new();
    for (_, text) in SHIPPED {
        rows.extend(check(&Model::read(text)?));
    }
    Ok(rows)
}
