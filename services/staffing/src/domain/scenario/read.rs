//! From a document to a scenario.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{
    SCHEMA, Scenario, ScheduledClosure,
    parts::{
        ChangeOf, ClosureOf, ExpectationOf, SubstitutionOf, change_of, closure_of, expectation_of,
        substitution_of,
    },
};

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
    closures: Vec<ClosureOf>,
    #[serde(default)]
    expectations: Vec<ExpectationOf>,
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
        scenario.closures.clone_from(&parent.closures);
    }
    for (place, change) in document.changes.into_iter().enumerate() {
        scenario.changes.push(change_of(change, &format!("changes[{place}]"))?);
    }
    for (place, of) in document.substitution.into_iter().enumerate() {
        scenario.substitutions.push(substitution_of(of, &format!("substitution[{place}]"))?);
    }
    for (place, of) in document.closures.into_iter().enumerate() {
        let of = closure_of(of, &format!("closures[{place}]"))?;
        if scenario.closures.iter().any(|other| other.practice.eq_ignore_ascii_case(&of.practice)) {
            let what = "a practice closes once: leave one of the two out";
            return Err(bad(&format!("closures[{place}].practice"), &of.practice, what.into()));
        }
        scenario.closures.push(of);
    }
    for (place, of) in scenario.closures.iter().enumerate() {
        let gone =
            |other: &&ScheduledClosure| other.practice.eq_ignore_ascii_case(&of.to) && other.year <= of.year;
        if let Some(gone) = scenario.closures.iter().find(gone) {
            let what =
                format!("{} has closed by {}, the year {} closes", gone.practice, gone.year, of.practice);
            return Err(bad(&format!("closures[{place}].to"), &of.to, what));
        }
    }
    for (place, of) in document.expectations.into_iter().enumerate() {
        scenario.expectations.push(expectation_of(of, &format!("expectations[{place}]"))?);
    }
    Ok(scenario)
}

pub(super) fn bad(path: &str, value: &str, what: String) -> BadScenario {
    BadScenario::Value { path: path.to_owned(), value: value.to_owned(), what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Role;

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
    fn closures_come_back_and_a_wrong_one_is_refused_with_its_place() {
        let text = |closures: &str| {
            format!(
                r#"{{"schema":"muster-scenario/1","name":"mine","title":"Mine","version":1,"closures":[{closures}]}}"#
            )
        };
        let good = r#"{"practice":"G85001","to":"G85002","year":2018,"staff":0.75,"source":"a board paper"}"#;
        let scenario = read(&text(good)).unwrap();
        assert_eq!((scenario.closures[0].staff, scenario.closures[0].year), (Some(750_000), 2018));
        assert_eq!(super::super::document(&scenario).parse::<Scenario>().unwrap(), scenario);
        let nearby = read(&text(r#"{"practice":"G85001","year":2018,"source":"a board paper"}"#)).unwrap();
        assert_eq!((nearby.closures[0].to.as_str(), nearby.closures[0].staff), ("", None));
        let other = |of: &str| format!("{good},{of}");
        for (wrong, place) in [
            (good.replace("0.75", "1.5"), "closures[0].staff"),
            (good.replace("G85002", "g85001"), "closures[0].to"),
            (good.replace("G85001", " "), "closures[0].practice"),
            (other(good), "closures[1].practice"),
            (other(r#"{"practice":"G85002","year":2017,"source":"a board paper"}"#), "closures[0].to"),
            (good.replace("staff", "stuff"), "unknown field `stuff`"),
        ] {
            let said = read(&text(&wrong)).unwrap_err().to_string();
            assert!(said.contains(place), "{said}");
        }
        // later is no matter: the list goes on from there
        assert!(read(&text(&other(r#"{"practice":"G85002","year":2019,"source":"a board paper"}"#))).is_ok());
    }

    #[test]
    fn time_with_patients_means_nothing_for_administration() {
        let text = |roles: &str, by: &str| {
            format!(
                r#"{{"schema":"muster-scenario/1","name":"mine","title":"Mine","version":1,"changes":[
                {{"lever":"non-contact-share",{roles}"from":2018,"to":2021,"by":{by},"source":"a diary study"}}]}}"#
            )
        };
        let scenario = read(&text("", "0.05")).unwrap();
        let acts = |role: Role| scenario.changes[0].acts_on(super::super::Lever::NonContactShare, role);
        assert!(acts(Role::Gp) && acts(Role::Nurse) && !acts(Role::Administration));
        let said = read(&text(r#""roles":["administration"],"#, "0.05")).unwrap_err().to_string();
        assert!(said.contains("changes[0].roles"), "{said}");
        let said = read(&text("", "0.95")).unwrap_err().to_string();
        assert!(said.contains("changes[0].by"), "{said}");
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
        let closure: serde_json::Value =
            serde_json::from_str(r#"{"practice":"a","to":"b","year":2018,"staff":1,"source":"c"}"#).unwrap();
        assert!(serde_json::from_value::<ClosureOf>(closure.clone()).is_ok());
        assert!(closure.as_object().unwrap().keys().eq(keys("/$defs/closure/properties").iter()));
        let levers = schema.pointer("/$defs/change/properties/lever/enum").unwrap().as_array().unwrap();
        let known = super::super::Lever::ALL.map(super::super::Lever::name);
        assert!(levers.iter().filter_map(serde_json::Value::as_str).eq(known));
        for (list, at) in
            [("changes", "/$defs/change/properties"), ("substitution", "/$defs/substitution/properties")]
        {
            for item in whole[list].as_array().unwrap() {
                assert!(item.as_object().unwrap().keys().all(|key| keys(at).contains(key)), "{list}");
            }
        }
    }
}
