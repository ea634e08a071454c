//! The published schema and the reader say the same.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{EXAMPLE, JSON_SCHEMA, Round, SCHEMA, shape::SHAPES};

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn every_object_has_the_same_keys_in_both() {
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
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

#[test]
fn the_reader_takes_no_key_too_many_anywhere() {
    let document: Value = serde_json::from_str(EXAMPLE).unwrap();
    for place in ["", "/lots/0", "/bids/0", "/bids/0/tiers/0", "/constraints", "/constraints/excluded/0"] {
        let mut changed = document.clone();
        changed.pointer_mut(place).unwrap()["unheard_of"] = Value::Bool(true);
        let problem = Round::read(&changed.to_string()).expect_err(place);
        assert!(problem.path.ends_with("unheard_of"), "{problem} is not at {place}");
    }
}
