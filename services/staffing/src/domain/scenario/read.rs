//! From a document to a scenario.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{Change, Expectation, Lever, Measure, Profile, SCHEMA, Scenario, Substitution, Uncertain};
use crate::domain::{role::Role, units::divide_rounded};

/// Documents that are part of the program.
const SHIPPED: [&str; 6] = [
    include_str!("shipped/do-nothing.json"),
    include_str!("shipped/growing-need.json"),
    include_str!("shipped/new-roles.json"),
    include_str!("shipped/retention.json"),
    include_str!("shipped/training-expansion.json"),
    include_str!("shipped/at-scale-working.json"),
];

/// A document that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadScenario {
    /// No JSON, or not of the schema.
    #[error("line {line}, column {column}: {what}; see `muster staffing scenario schema` for the format")]
    Unreadable {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
    /// A value that makes no sense.
    #[error("{path}: value `{value}`: {what}")]
    Value {
        /// Place in the document.
        path: String,
        /// What stands there.
        value: String,
        /// What is wrong, and the remedy.
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: String,
    name: String,
    title: String,
    version: u32,
    #[serde(default)]
    inherits: Option<String>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    changes: Vec<ChangeOf>,
    #[serde(default)]
    substitution: Vec<SubstitutionOf>,
    #[serde(default)]
    expectations: Vec<ExpectationOf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeOf {
    lever: Lever,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    places: Vec<String>,
    from: i32,
    to: i32,
    #[serde(default)]
    profile: Profile,
    by: f64,
    #[serde(default)]
    low: Option<f64>,
    #[serde(default)]
    high: Option<f64>,
    /// Values that a third of the chance lies below, and a third above.
    #[serde(default)]
    tertiles: Option<[f64; 2]>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubstitutionOf {
    role: String,
    instead_of: String,
    share: f64,
    #[serde(default)]
    low: Option<f64>,
    #[serde(default)]
    high: Option<f64>,
    #[serde(default)]
    supervision: f64,
    #[serde(default)]
    ramp_up_years: u32,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectationOf {
    measure: Measure,
    role: String,
    #[serde(default)]
    place: String,
    year: i32,
    fte: f64,
    #[serde(default)]
    low: Option<f64>,
    #[serde(default)]
    high: Option<f64>,
    #[serde(default)]
    tertiles: Option<[f64; 2]>,
    #[serde(default)]
    expert: String,
    source: String,
}

/// Shipped scenarios with their documents.
pub fn shipped() -> &'static [(Scenario, &'static str)] {
    static ALL: OnceLock<Vec<(Scenario, &'static str)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Vec::new();
        for text in SHIPPED {
            match resolve(text, &all) {
                Ok(scenario) => all.push((scenario, text)),
                Err(error) => unreachable!("{error}"),
            }
        }
        all
    })
}

/// The shipped scenario of that name.
pub(super) fn scenario_named(name: &str) -> Option<Scenario> {
    shipped().iter().map(|(scenario, _)| scenario).find(|scenario| scenario.name == name).cloned()
}

/// Reads a document that may inherit from a shipped scenario.
pub(super) fn read(text: &str) -> Result<Scenario, BadScenario> {
    resolve(text, shipped())
}

fn resolve(text: &str, known: &[(Scenario, &str)]) -> Result<Scenario, BadScenario> {
    let document: Document = serde_json::from_str(text).map_err(|error| BadScenario::Unreadable {
        line: error.line(),
        column: error.column(),
        what: error.to_string(),
    })?;
    if document.schema != SCHEMA {
        return Err(bad("schema", &document.schema, format!("this program reads `{SCHEMA}`")));
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if document.name.is_empty() || document.name.len() > 60 || !document.name.chars().all(fits) {
        let what = "a name has 1 to 60 lower-case letters, digits and hyphens";
        return Err(bad("name", &document.name, what.into()));
    }
    let mut scenario = Scenario {
        name: document.name,
        title: document.title,
        version: document.version,
        notes: document.notes,
        ..Scenario::do_nothing()
    };
    if let Some(parent) = &document.inherits {
        let Some((parent, _)) = known.iter().find(|(of, _)| of.name == *parent) else {
            let names: Vec<&str> = known.iter().map(|(of, _)| of.name.as_str()).collect();
            return Err(bad("inherits", parent, format!("choose one of {}", names.join(", "))));
        };
        scenario.changes.clone_from(&parent.changes);
        scenario.substitutions.clone_from(&parent.substitutions);
    }
    for (place, change) in document.changes.into_iter().enumerate() {
        scenario.changes.push(change_of(change, &format!("changes[{place}]"))?);
    }
    for (place, of) in document.substitution.into_iter().enumerate() {
        scenario.substitutions.push(substitution_of(of, &format!("substitution[{place}]"))?);
    }
    for (place, of) in document.expectations.into_iter().enumerate() {
        scenario.expectations.push(expectation_of(of, &format!("expectations[{place}]"))?);
    }
    Ok(scenario)
}

fn bad(path: &str, value: &str, what: String) -> BadScenario {
    BadScenario::Value { path: path.to_owned(), value: value.to_owned(), what }
}

fn role_of(name: &str, path: &str) -> Result<Role, BadScenario> {
    let known = "choose one of gp, nurse, direct-patient-care, administration";
    name.parse().map_err(|_| bad(path, name, format!("no role of this name; {known}")))
}

fn change_of(of: ChangeOf, path: &str) -> Result<Change, BadScenario> {
    if of.from > of.to {
        let what = "a change begins before it is whole: `from` must not be after `to`";
        return Err(bad(&format!("{path}.from"), &of.from.to_string(), what.into()));
    }
    let (low, high) = ends((of.by, [of.low, of.high], of.tertiles), path)?;
    let limit = if of.lever == Lever::Posts { 100_000.0 } else { 5.0 };
    let least = if of.lever == Lever::Posts { -limit } else { -0.95 };
    let by = uncertain((low, of.by, high), path, "by")?;
    for value in [low.unwrap_or(of.by), of.by, high.unwrap_or(of.by)] {
        if !(least..=limit).contains(&value) {
            let what = format!("must lie between {least} and {limit}");
            return Err(bad(&format!("{path}.by"), &value.to_string(), what));
        }
    }
    let roles: Result<Vec<Role>, _> =
        of.roles.iter().map(|name| role_of(name, &format!("{path}.roles"))).collect();
    Ok(Change {
        lever: of.lever,
        roles: roles?,
        places: of.places,
        from: of.from,
        to: of.to,
        profile: of.profile,
        by,
        source: of.source,
    })
}

/// How much further the 10th percentile lies from the middle than the lower tertile does, under a normal law: 1.281552 / 0.430727.
const TERTILE_TO_TENTH: f64 = 2.975_321;

/// The ends of the 80% interval, from itself or from tertiles.
fn ends(
    (middle, [low, high], tertiles): (f64, [Option<f64>; 2], Option<[f64; 2]>),
    path: &str,
) -> Result<(Option<f64>, Option<f64>), BadScenario> {
    let Some([lower, upper]) = tertiles else { return Ok((low, high)) };
    let place = format!("{path}.tertiles");
    if low.is_some() || high.is_some() {
        let what = "give either tertiles or the ends of the 80% interval";
        return Err(bad(&place, &format!("{lower}, {upper}"), what.into()));
    }
    if !(lower <= middle && middle <= upper) {
        return Err(bad(&place, &format!("{lower}, {upper}"), format!("they do not hold {middle}")));
    }
    let end = |tertile: f64| Some(middle + (tertile - middle) * TERTILE_TO_TENTH);
    Ok((end(lower), end(upper)))
}

fn expectation_of(of: ExpectationOf, path: &str) -> Result<Expectation, BadScenario> {
    let (low, high) = ends((of.fte, [of.low, of.high], of.tertiles), path)?;
    if low.is_none() || high.is_none() {
        let what = "an expectation is an interval: give low and high, or tertiles";
        return Err(bad(&format!("{path}.fte"), &of.fte.to_string(), what.into()));
    }
    let micro = uncertain((low, of.fte, high), path, "fte")?;
    if micro.low < 0 || of.fte > 1_000_000.0 {
        return Err(bad(
            &format!("{path}.fte"),
            &of.fte.to_string(),
            "FTE lie between 0 and a million".into(),
        ));
    }
    let milli = |micro: i64| divide_rounded(i128::from(micro), 1_000);
    Ok(Expectation {
        measure: of.measure,
        place: of.place,
        role: role_of(&of.role, &format!("{path}.role"))?,
        year: of.year,
        fte: Uncertain { low: milli(micro.low), value: milli(micro.value), high: milli(micro.high) },
        expert: of.expert,
        source: of.source,
    })
}

fn substitution_of(of: SubstitutionOf, path: &str) -> Result<Substitution, BadScenario> {
    let share = uncertain((of.low, of.share, of.high), path, "share")?;
    if share.low < 0 || share.high > 2_000_000 {
        let what = "one FTE takes over between 0 and 2 FTE of work";
        return Err(bad(&format!("{path}.share"), &of.share.to_string(), what.into()));
    }
    if !(0.0..=1.0).contains(&of.supervision) {
        let what = "supervision takes between 0 and 1 FTE";
        return Err(bad(&format!("{path}.supervision"), &of.supervision.to_string(), what.into()));
    }
    let (role, instead_of) = (
        role_of(&of.role, &format!("{path}.role"))?,
        role_of(&of.instead_of, &format!("{path}.instead_of"))?,
    );
    if role == instead_of {
        return Err(bad(&format!("{path}.role"), &of.role, "a role cannot stand in for itself".into()));
    }
    Ok(Substitution {
        role,
        instead_of,
        share,
        supervision: millionths(of.supervision),
        ramp_up_years: of.ramp_up_years,
        source: of.source,
    })
}

fn uncertain(
    (low, value, high): (Option<f64>, f64, Option<f64>),
    path: &str,
    name: &str,
) -> Result<Uncertain, BadScenario> {
    let (low, high) = (low.unwrap_or(value), high.unwrap_or(value));
    if !(low <= value && value <= high) {
        let what = format!("the interval from {low} to {high} does not hold it");
        return Err(bad(&format!("{path}.{name}"), &value.to_string(), what));
    }
    Ok(Uncertain { low: millionths(low), value: millionths(value), high: millionths(high) })
}

#[expect(clippy::cast_possible_truncation, reason = "bounded by the checks around it")]
fn millionths(value: f64) -> i64 {
    (value * 1e6).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_scenarios_read_and_say_where_their_numbers_come_from() {
        let names: Vec<&str> = shipped().iter().map(|(scenario, _)| scenario.name.as_str()).collect();
        assert_eq!(names[0], "do-nothing");
        assert_eq!(names.len(), 6);
        for (scenario, _) in shipped() {
            assert!(scenario.changes.iter().all(|change| change.source.len() > 10), "{}", scenario.name);
        }
        assert!(Scenario::named("do-nothing").unwrap().changes.is_empty());
        assert_eq!(Scenario::named("everything-at-once"), None);
    }

    #[test]
    fn a_wrong_document_is_refused_with_its_place() {
        let text = |change: &str| {
            format!(
                r#"{{"schema":"muster-scenario/1","name":"mine","title":"Mine","version":1,"changes":[{change}]}}"#
            )
        };
        let good = r#"{"lever":"leavers","from":2018,"to":2021,"by":-0.1,"source":"a judgement of ours"}"#;
        assert!(read(&text(good)).is_ok());
        let placed = good.replace("leavers", "need").replace("\"by\"", "\"places\":[\"LAMBETH\"],\"by\"");
        assert_eq!(read(&text(&placed)).unwrap().changes[0].places, ["LAMBETH"]);
        for (change, place) in [
            (good.replace("-0.1", "-1.5"), "changes[0].by"),
            (good.replace("2021", "2016"), "changes[0].from"),
            (good.replace("\"by\"", "\"low\":0.2,\"by\""), "changes[0].by"),
            (good.replace("\"by\"", "\"tertiles\":[0.1,0.2],\"by\""), "changes[0].tertiles"),
            (good.replace("\"by\"", "\"low\":-0.2,\"tertiles\":[-0.2,0],\"by\""), "changes[0].tertiles"),
            (good.replace("\"from\"", "\"roles\":[\"porter\"],\"from\""), "changes[0].roles"),
            (good.replace("leavers", "luck"), "unknown variant `luck`"),
            (good.replace("\"by\"", "\"buy\""), "unknown field `buy`"),
        ] {
            let said = read(&text(&change)).unwrap_err().to_string();
            assert!(said.contains(place), "{said}");
        }
        assert!(read("{").unwrap_err().to_string().starts_with("line 1, column 1"));
    }

    #[test]
    fn tertiles_become_the_interval_of_the_normal_law_on_either_side() {
        let text = r#"{"schema":"muster-scenario/1","name":"mine","title":"Mine","version":1,"changes":[
            {"lever":"leavers","from":2018,"to":2021,"by":-0.1,"tertiles":[-0.12,-0.09],"source":"three experts"}]}"#;
        let by = read(text).unwrap().changes[0].by;
        assert_eq!((by.low, by.value, by.high), (-159_506, -100_000, -70_247));
    }

    #[test]
    fn an_expectation_is_an_interval_and_comes_back() {
        let text = |fte: &str| {
            format!(
                r#"{{"schema":"muster-scenario/1","name":"mine","title":"Mine","version":1,"expectations":[
                {{"measure":"joiners","role":"gp","place":"LAMBETH","year":2022,{fte},"source":"the training hub"}}]}}"#
            )
        };
        let of = read(&text(r#""fte":12,"tertiles":[11,14]"#)).unwrap().expectations.remove(0);
        assert_eq!((of.fte.low, of.fte.value, of.fte.high), (9_025, 12_000, 17_951));
        let scenario = read(&text(r#""fte":12,"low":9.5,"high":15"#)).unwrap();
        assert_eq!(super::super::document(&scenario).parse::<Scenario>().unwrap(), scenario);
        for (wrong, place) in [
            (r#""fte":12"#, "expectations[0].fte"),
            (r#""fte":12,"low":13,"high":14"#, "expectations[0].fte"),
        ] {
            let said = read(&text(wrong)).unwrap_err().to_string();
            assert!(said.contains(place), "{said}");
        }
    }

    #[test]
    fn a_document_adds_to_what_it_inherits() {
        let text = r#"{"schema":"muster-scenario/1","name":"more","title":"More","version":1,"inherits":"retention",
            "changes":[{"lever":"need","from":2018,"to":2021,"by":0.05,"source":"a judgement of ours"}]}"#;
        let parent = Scenario::named("retention").unwrap();
        let scenario = read(text).unwrap();
        assert_eq!(scenario.changes.len(), parent.changes.len() + 1);
        assert_eq!(scenario.changes[0], parent.changes[0]);
    }

    /// The schema names every key that the reader takes, and no other.
    #[test]
    fn the_published_schema_and_the_reader_agree() {
        let schema: serde_json::Value = serde_json::from_str(super::super::JSON_SCHEMA).unwrap();
        let keys = |at: &str| -> Vec<String> {
            schema.pointer(at).unwrap().as_object().unwrap().keys().cloned().collect()
        };
        let mut whole: serde_json::Value = serde_json::from_str(SHIPPED[2]).unwrap();
        for key in keys("/properties") {
            let had = whole.as_object_mut().unwrap().remove(&key);
            let taken = serde_json::from_value::<Document>(whole.clone()).is_ok();
            let required = schema["required"].as_array().unwrap().iter().any(|name| *name == key);
            assert_eq!(taken, !required, "{key}");
            if let Some(had) = had {
                whole[&key] = had;
            }
        }
        for (list, at) in
            [("changes", "/$defs/change/properties"), ("substitution", "/$defs/substitution/properties")]
        {
            for item in whole[list].as_array().unwrap() {
                assert!(item.as_object().unwrap().keys().all(|key| keys(at).contains(key)), "{list}");
            }
        }
    }
}
