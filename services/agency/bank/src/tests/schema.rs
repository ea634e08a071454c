//! The published schema and the reader say the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::validate::validate;
use crate::{Case, EXAMPLE, JSON_SCHEMA, SCHEMA, shape::SHAPES};

fn schema() -> Value {
    serde_json::from_str(JSON_SCHEMA).unwrap()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn every_object_has_the_same_keys_in_both() {
    let schema = schema();
    let defs = schema["$defs"].as_object().unwrap();
    for shape in SHAPES {
        let def = &defs[shape.name];
        let keys: BTreeSet<&str> =
            def["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let ours: BTreeSet<&str> = shape.required.iter().chain(shape.optional).copied().collect();
        assert_eq!(keys, ours, "{}", shape.name);
        assert_eq!(texts(&def["required"]), shape.required.iter().copied().collect(), "{}", shape.name);
        assert_eq!(def["additionalProperties"], false, "{}", shape.name);
    }
    assert_eq!(defs.len(), SHAPES.len(), "an object of the schema that the reader does not know");
    assert_eq!(defs["document"]["properties"]["schema"]["const"], SCHEMA);
}

/// Paths of all objects of a document, as JSON pointers.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            found.push(at.to_owned());
            entries.iter().for_each(|(key, below)| objects(below, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(key, below)| objects(below, &format!("{at}/{key}"), found));
        }
        _ => {}
    }
}

#[test]
fn the_example_satisfies_the_schema_and_neither_takes_a_key_too_many() {
    let schema = schema();
    let document: Value = serde_json::from_str(EXAMPLE).unwrap();
    validate(&schema, &schema, &document, "example").unwrap();
    let mut places = Vec::new();
    objects(&document, "", &mut places);
    assert!(places.len() > 30);
    for place in places {
        let mut changed = document.clone();
        changed.pointer_mut(&place).unwrap()["unheard_of"] = Value::Bool(true);
        assert!(validate(&schema, &schema, &changed, "example").is_err(), "the schema takes it at {place}");
        let problem = Case::read(&changed.to_string()).expect_err(&place);
        assert!(problem.path.ends_with("unheard_of"), "{problem} is not at {place}");
    }
}
