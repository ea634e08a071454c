//! The published schema and the reader say the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::validate::validate;
use crate::{
    JSON_SCHEMA, Model, SCHEMA,
    shape::{SHAPES, WORDS},
    shipped,
};

fn schema() -> Value {
    serde_json::from_str(JSON_SCHEMA).unwrap()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn every_object_and_choice_has_the_same_keys_and_words_in_both() {
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
    let closed = defs.values().filter(|def| def["additionalProperties"] == false).count();
    assert_eq!(closed, SHAPES.len(), "an object of the schema that the reader does not know");
    for words in WORDS {
        assert_eq!(texts(&defs[words.name]["enum"]), words.words.iter().copied().collect(), "{}", words.name);
    }
    assert_eq!(defs.values().filter(|def| def["enum"].is_array()).count(), WORDS.len());
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
fn both_take_the_shipped_documents_and_refuse_an_unknown_key_anywhere() {
    let schema = schema();
    for (name, text) in shipped() {
        let document: Value = serde_json::from_str(text).unwrap();
        validate(&schema, &schema, &document, name).unwrap();
        let mut places = Vec::new();
        objects(&document, "", &mut places);
        assert!(places.len() > 20, "{name}");
        for place in places {
            let mut changed = document.clone();
            changed.pointer_mut(&place).unwrap()["unheard_of"] = Value::Bool(true);
            assert!(
                validate(&schema, &schema, &changed, name).is_err(),
                "the schema takes it at {name}{place}"
            );
            let problem = Model::read(&changed.to_string()).expect_err(&place);
            let path = problem.path.replace(['[', ']'], ".");
            let dotted = format!("{place}/unheard_of").replace('/', ".");
            assert!(
                path.replace("..", ".").ends_with(dotted.trim_start_matches('.')),
                "{problem} is not at {dotted}"
            );
        }
    }
}
