//! Parts of a sweep: questions to the engine that do not depend on each other, so that any process may answer any of them. The same
//! inputs and question give the same answer to the bit, wherever it is worked out.

use serde::{Deserialize, Serialize};

use super::{
    forecast::{Control, Inputs, Level, Row, RunError, run_nodes},
    planner::{self, Table, table},
    scenario::Scenario,
    sensitivity::{self, Sensitivity, SensitivityError, sensitivity},
};

/// What one part asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// The forecast of the inputs under a scenario: rows of the levels down to this one.
    Rows {
        /// Scenario.
        scenario: Box<Scenario>,
        /// Lowest level whose rows are wanted, above the practice.
        down_to: Level,
    },
    /// How short each borough is under a scenario, for a plan.
    Shortages {
        /// Scenario.
        scenario: Box<Scenario>,
        /// What counts as a shortage.
        asked: Box<planner::Asked>,
    },
    /// What decides a gap.
    Sensitivity(sensitivity::Asked),
}

/// What is said to one part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To [`Question::Rows`].
    Rows(Vec<Row>),
    /// To [`Question::Shortages`].
    Shortages(Table),
    /// To [`Question::Sensitivity`].
    Sensitivity(Box<Sensitivity>),
}

/// Answers one part.
///
/// # Errors
/// When the run cannot be made, or nobody knows what is asked about.
pub fn answer(
    inputs: &Inputs,
    question: &Question,
    control: &Control<'_>,
) -> Result<Answer, SensitivityError> {
    Ok(match question {
        Question::Rows { scenario, down_to } => Answer::Rows(rows(inputs, scenario, *down_to, control)?),
        Question::Shortages { scenario, asked } => {
            Answer::Shortages(table(inputs, asked, scenario, control)?)
        }
        Question::Sensitivity(asked) => Answer::Sensitivity(Box::new(sensitivity(inputs, asked, control)?)),
    })
}

fn rows(
    inputs: &Inputs,
    scenario: &Scenario,
    down_to: Level,
    control: &Control<'_>,
) -> Result<Vec<Row>, RunError> {
    let mut inputs = inputs.clone();
    inputs.spec.scenario = scenario.clone();
    let mut rows = run_nodes(&inputs, control)?;
    rows.retain(|row| row.level <= down_to);
    Ok(rows)
}
