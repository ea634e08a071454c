//! Two scenarios from the same draws, and the steps from one to the other.

use super::{
    forecast::{Control, Inputs, Level, Node, Pair, Row, RunError, differences, run_nodes},
    role::Role,
    scenario::{Change, Lever, Scenario, ScheduledClosure, Substitution},
};

/// One step of the way from one scenario to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Role.
    pub role: Role,
    /// What is taken away or added.
    pub what: String,
    /// Gap of the whole area in the last year after the step: its middle, FTE in 1/1000.
    pub gap_milli: i64,
    /// What the step changed, FTE in 1/1000.
    pub change_milli: i64,
}

/// A comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Nodes above the practice under the one and the other, with what differs between them draw by draw.
    pub rows: Vec<Pair>,
    /// Steps, by role.
    pub steps: Vec<Step>,
}

/// What is wanted of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only rows of the node with this code; empty for all.
    pub node: String,
    /// Leaves the steps out, which take a run each.
    pub without_steps: bool,
}

/// Compares the scenario of the inputs with another.
///
/// # Errors
/// As a run.
pub fn compare(
    inputs: &Inputs,
    (to, wanted): (&Scenario, &Wanted),
    control: &Control<'_>,
) -> Result<Comparison, RunError> {
    let asked = |code: &str| wanted.node.is_empty() || code.eq_ignore_ascii_case(&wanted.node);
    let kept = |node: &Node| asked(&node.code) || !wanted.without_steps && node.level == Level::System;
    let mut rows = differences(inputs, to, &kept, control)?;
    let steps = if wanted.without_steps { Vec::new() } else { steps(inputs, (to, &rows), control)? };
    rows.retain(|pair| asked(&pair.from.node));
    Ok(Comparison { rows, steps })
}

/// The steps of every role; what lies between the first and the last takes a run each.
fn steps(
    inputs: &Inputs,
    (to, ends): (&Scenario, &[Pair]),
    control: &Control<'_>,
) -> Result<Vec<Step>, RunError> {
    let way = way(&inputs.spec.scenario, to);
    let last = way.len() - 1;
    let mut runs: Vec<(String, Vec<Row>)> = Vec::with_capacity(way.len());
    for (place, (what, scenario)) in way.into_iter().enumerate() {
        let rows = match place {
            0 => ends.iter().map(|pair| pair.from.clone()).collect(),
            place if place == last => ends.iter().map(|pair| pair.to.clone()).collect(),
            _ => {
                let mut inputs = inputs.clone();
                inputs.spec.scenario = scenario;
                run_nodes(&inputs, control)?
            }
        };
        runs.push((what, rows));
    }
    Ok(inputs.spec.roles.iter().flat_map(|role| steps_of(&runs, *role, inputs.spec.to_year)).collect())
}

fn steps_of(runs: &[(String, Vec<Row>)], role: Role, year: i32) -> Vec<Step> {
    let mut before = None;
    runs.iter()
        .filter_map(|(what, rows)| {
            let of = |row: &&Row| row.level == Level::System && row.role == role && row.year == year;
            let gap_milli = rows.iter().find(of)?.gap.p50;
            let change_milli = gap_milli - before.unwrap_or(gap_milli);
            before = Some(gap_milli);
            Some(Step { role, what: what.clone(), gap_milli, change_milli })
        })
        .collect()
}

/// The scenarios on the way: what only the one has is taken away, last first; then what only the other has is added.
fn way(from: &Scenario, to: &Scenario) -> Vec<(String, Scenario)> {
    let mut at = from.clone();
    let mut way = vec![(from.title.clone(), at.clone())];
    for of in from.substitutions.iter().rev().filter(|of| !to.substitutions.contains(of)) {
        at.substitutions.retain(|other| other != of);
        way.push((format!("without: {}", substitution_words(of)), at.clone()));
    }
    for of in from.closures.iter().rev().filter(|of| !to.closures.contains(of)) {
        at.closures.retain(|other| other != of);
        way.push((format!("without: {}", closure_words(of)), at.clone()));
    }
    for change in from.changes.iter().rev().filter(|change| !to.changes.contains(change)) {
        at.changes.retain(|other| other != change);
        way.push((format!("without: {}", change_words(change)), at.clone()));
    }
    for change in to.changes.iter().filter(|change| !from.changes.contains(change)) {
        at.changes.push(change.clone());
        way.push((change_words(change), at.clone()));
    }
    for of in to.substitutions.iter().filter(|of| !from.substitutions.contains(of)) {
        at.substitutions.push(of.clone());
        way.push((substitution_words(of), at.clone()));
    }
    for of in to.closures.iter().filter(|of| !from.closures.contains(of)) {
        at.closures.push(of.clone());
        way.push((closure_words(of), at.clone()));
    }
    way
}

fn change_words(change: &Change) -> String {
    let roles: Vec<&str> = change.roles.iter().map(|role| role.plural()).collect();
    let whose = if roles.is_empty() { "all roles".to_owned() } else { roles.join(" and ") };
    let by = change.by.value as f64 / 1e6;
    let much = match change.lever {
        Lever::Posts => format!("{by:+.0} FTE"),
        Lever::NonContactShare => format!("{:+.1} points", by * 100.0),
        _ => format!("{:+.1}%", by * 100.0),
    };
    let there =
        if change.places.is_empty() { String::new() } else { format!(" in {}", change.places.join(", ")) };
    format!("{} of {whose}{there} {much} by {} ({})", change.lever.name(), change.to, change.profile.name())
}

fn closure_words(of: &ScheduledClosure) -> String {
    let to = if of.to.is_empty() { "practices nearby" } else { &of.to };
    format!("{} closes in {}, its list goes to {to}", of.practice, of.year)
}

fn substitution_words(of: &Substitution) -> String {
    format!(
        "{} take over {:.2} FTE of {} each, less {:.2} for supervision",
        of.role.plural(),
        of.share.value as f64 / 1e6,
        of.instead_of.plural(),
        of.supervision as f64 / 1e6
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_ends_at_the_other_scenario() {
        let named = |name: &str| Scenario::named(name).unwrap();
        let (from, to) = (named("new-roles"), named("retention"));
        let way = way(&from, &to);
        assert_eq!(way.len(), 4);
        assert_eq!(way[0].1, from);
        let last = &way[3].1;
        assert_eq!((&last.changes, &last.substitutions), (&to.changes, &to.substitutions));
        assert!(way[3].0.contains("leavers of GPs and nurses -11.0%"), "{}", way[3].0);
    }
}
