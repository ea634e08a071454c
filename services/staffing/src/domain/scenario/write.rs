//! From a scenario to a document that reads back as the same.

use serde_json::{Map, Value, json};

use super::{Expectation, SCHEMA, Scenario, ScheduledClosure, Uncertain};

/// The document of a scenario, with everything that it inherited written out.
pub fn document(scenario: &Scenario) -> String {
    let changes: Vec<Value> = scenario
        .changes
        .iter()
        .map(|change| {
            let roles: Vec<&str> = change.roles.iter().map(|role| role.name()).collect();
            let mut of = Map::new();
            of.insert("lever".into(), change.lever.name().into());
            if !roles.is_empty() {
                of.insert("roles".into(), roles.into());
            }
            if !change.places.is_empty() {
                of.insert("places".into(), change.places.clone().into());
            }
            of.insert("from".into(), change.from.into());
            of.insert("to".into(), change.to.into());
            of.insert("profile".into(), change.profile.name().into());
            uncertain(&mut of, "by", change.by);
            of.insert("source".into(), change.source.as_str().into());
            Value::Object(of)
        })
        .collect();
    let substitution: Vec<Value> = scenario
        .substitutions
        .iter()
        .map(|substitution| {
            let mut of = Map::new();
            of.insert("role".into(), substitution.role.name().into());
            of.insert("instead_of".into(), substitution.instead_of.name().into());
            uncertain(&mut of, "share", substitution.share);
            of.insert("supervision".into(), number(substitution.supervision));
            of.insert("ramp_up_years".into(), substitution.ramp_up_years.into());
            of.insert("source".into(), substitution.source.as_str().into());
            Value::Object(of)
        })
        .collect();
    let mut document = json!({
        "schema": SCHEMA, "name": scenario.name, "title": scenario.title, "version": scenario.version,
        "notes": scenario.notes, "changes": changes, "substitution": substitution,
    });
    if !scenario.closures.is_empty() {
        document["closures"] = scenario.closures.iter().map(closure).collect();
    }
    if !scenario.expectations.is_empty() {
        document["expectations"] = scenario.expectations.iter().map(expectation).collect();
    }
    format!("{document:#}\n")
}

fn closure(of: &ScheduledClosure) -> Value {
    let mut closure = json!({"practice": of.practice, "year": of.year, "source": of.source});
    if !of.to.is_empty() {
        closure["to"] = of.to.as_str().into();
    }
    if let Some(staff) = of.staff {
        closure["staff"] = number(staff);
    }
    closure
}

fn expectation(of: &Expectation) -> Value {
    let fte = |milli: i64| json!(milli as f64 / 1e3);
    json!({
        "measure": of.measure.name(), "role": of.role.name(), "place": of.place, "year": of.year,
        "fte": fte(of.fte.value), "low": fte(of.fte.low), "high": fte(of.fte.high), "expert": of.expert,
        "source": of.source,
    })
}

fn uncertain(of: &mut Map<String, Value>, name: &str, value: Uncertain) {
    of.insert(name.into(), number(value.value));
    if value.low < value.high {
        of.insert("low".into(), number(value.low));
        of.insert("high".into(), number(value.high));
    }
}

fn number(micro: i64) -> Value {
    json!(micro as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::{super::shipped, *};

    #[test]
    fn every_shipped_scenario_reads_back_as_it_is() {
        for (scenario, _) in shipped() {
            assert_eq!(document(scenario).parse::<Scenario>().unwrap(), *scenario);
        }
    }
}
