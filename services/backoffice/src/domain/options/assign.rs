//! Who is served by whom where it is settled which providers are open: a whole-number programme.

use std::time::Duration;

use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable, WithMipGap as _,
    WithTimeLimit as _, constraint, microlp, solvers::SolutionStatus, variable,
};

use super::{
    Rules, Setting,
    choose::{Choice, may_do},
};
use crate::domain::Problem;

/// What the solver found.
pub(super) struct Answer {
    /// By organisation; none where no assignment keeps the rules, or none was found in time.
    pub(super) choices: Option<Vec<Choice>>,
    /// Did it look through everything?
    pub(super) ended: bool,
}

/// The cheapest assignment to these providers, looked for no longer than a time.
///
/// # Errors
/// When the solver gives up.
pub(super) fn assign(
    setting: &Setting,
    rules: &Rules,
    open: &[usize],
    within: Duration,
) -> Result<Answer, Problem> {
    let mut all = ProblemVariables::new();
    let organisations = 0..setting.organisations.len();
    let choices: Vec<Vec<(Choice, i64, Variable)>> = organisations
        .map(|organisation| {
            let of = may_do(setting, rules, open, organisation);
            of.into_iter().map(|(choice, cost)| (choice, cost, all.add(variable().binary()))).collect()
        })
        .collect();
    // numbers that the solver sees are of about one: its tolerance is absolute
    let dearest = choices.iter().flatten().map(|(_, cost, _)| *cost).max().unwrap_or(1).max(1) as f64;
    let price: Expression =
        choices.iter().flatten().map(|(_, cost, it)| *it * (*cost as f64 / dearest)).sum();
    let problem = all.minimise(price).using(microlp).with_mip_gap(0.0).map_err(|error| failed(&error))?;
    let mut problem = problem.with_time_limit(within.as_secs_f64());
    for of in &choices {
        let one: Expression = of.iter().map(|(_, _, it)| *it).sum();
        problem = problem.with(constraint!(one == 1));
    }
    for provider in open {
        let Some(capacity) = setting.capacity(rules, *provider) else { continue };
        let size = capacity.max(1) as f64;
        let served = choices.iter().zip(&setting.organisations).flat_map(|(of, organisation)| {
            let here = of.iter().filter(|(choice, ..)| *choice == Choice::Served(*provider));
            here.map(|(_, _, it)| *it * (organisation.volume as f64 / size))
        });
        let taken: Expression = served.sum();
        // a unit of 1/1000 too much is beyond this; less is the solver's tolerance
        problem = problem.with(constraint!(taken <= capacity as f64 / size + 1e-9));
    }
    match problem.solve() {
        Ok(solved) => {
            let chosen = |of: &Vec<(Choice, i64, Variable)>| {
                of.iter().find(|(_, _, it)| solved.value(*it) > 0.5).map(|(choice, ..)| *choice)
            };
            let ended = matches!(solved.status(), SolutionStatus::Optimal);
            Ok(Answer { choices: choices.iter().map(chosen).collect(), ended })
        }
        Err(ResolutionError::Infeasible) => Ok(Answer { choices: None, ended: true }),
        Err(ResolutionError::Other(why)) if why.starts_with("Time limit") => {
            Ok(Answer { choices: None, ended: false })
        }
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        "document",
        format!("the search for the cheapest assignment failed: {error}"),
        "give fewer organisations or providers, or more rules",
    )
}
