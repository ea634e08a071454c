//! The document for machines, and its published format.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::sample::edition;
use crate::{Edition, Format, JSON_SCHEMA, SCHEMA, write};

fn document(of: Edition) -> (String, Value) {
    let text = String::from_utf8(write(of, Format::Json).unwrap().content).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

#[test]
fn somebody_else_can_work_the_hash_out_from_the_bytes() {
    let edition = edition();
    let (text, value) = document(edition.clone());
    // with nothing but the document: its lines of figures are the bytes that were hashed
    let head = &value["edition"];
    let names = ["previous_sha256", "number", "frozen_by", "signed_as", "frozen_at_micros", "note", "as_of"];
    let of: Vec<&Value> = names.iter().map(|name| &head[*name]).collect();
    let mut hash = Sha256::new();
    hash.update(json!(of).to_string());
    let figures = text.split_once("\"figures\":[\n").unwrap().1.split_once("\n],\n").unwrap().0;
    for line in figures.lines() {
        hash.update("\n");
        hash.update(line.strip_suffix(',').unwrap_or(line));
    }
    assert_eq!(hex::encode(hash.finalize()), head["sha256"].as_str().unwrap());
    assert_eq!(figures.lines().count(), edition.figures.len());
}

#[test]
fn a_changed_figure_has_another_hash() {
    let mut edition = edition();
    let figures = edition.figures.len();
    for at in 0..figures {
        let before = edition.figures[at].clone();
        edition.figures[at].source.push('!');
        assert_ne!(edition.computed_sha256().unwrap(), edition.head.sha256);
        edition.figures[at] = before;
    }
    assert_eq!(edition.computed_sha256().unwrap(), edition.head.sha256);
}

/// Does a value have the form of a definition? As much of JSON Schema as the published one uses.
fn fits(schema: &Value, root: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let definition = root.pointer(name.trim_start_matches('#')).ok_or(format!("no {name}"))?;
        return fits(definition, root, value, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let one = any.iter().any(|it| fits(it, root, value, at).is_ok());
        return one.then_some(()).ok_or(format!("{at} is none of them: {value}"));
    }
    let wrong = |what: &str| Err(format!("{at}: {what}: {value}"));
    if schema.get("const").is_some_and(|it| it != value) {
        return wrong("another constant");
    }
    if schema["enum"].as_array().is_some_and(|it| !it.contains(value)) {
        return wrong("not in the list");
    }
    let right = match schema["type"].as_str() {
        None => true,
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some(other) => return Err(format!("the schema asks for a {other}")),
    };
    if !right {
        return wrong("another type");
    }
    for (at_item, item) in value.as_array().into_iter().flatten().enumerate() {
        fits(&schema["items"], root, item, &format!("{at}/{at_item}"))?;
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    let properties = schema["properties"].as_object().unwrap();
    let keys: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    let required = schema["required"].as_array().unwrap().iter().map(|it| it.as_str().unwrap());
    let known: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(schema["additionalProperties"], false, "{at} is open");
    // the line of a row may be left out, and what fell away where nothing did
    let required: BTreeSet<&str> = required.collect();
    let optional: Vec<&&str> = known.difference(&required).collect();
    assert!(
        optional.iter().all(|it| ["line", "no_longer"].contains(*it)),
        "{at} may be without {optional:?}"
    );
    if !keys.is_subset(&known) || !required.is_subset(&keys) {
        return Err(format!("{at}: {keys:?} against {known:?}"));
    }
    object.iter().try_for_each(|(key, it)| fits(&properties[key], root, it, &format!("{at}/{key}")))
}

#[test]
fn what_is_written_has_the_published_form() {
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    for public in [false, true] {
        for since in [None, edition().since] {
            let (_, value) = document(Edition { public, since, ..edition() });
            assert_eq!(value["schema"], SCHEMA);
            fits(&schema, &schema, &value, "").unwrap();
        }
    }
    fits(&schema, &schema, &document(Edition::default()).1, "").unwrap();
    // and the form is one: what is wrong does not fit
    let (_, mut value) = document(edition());
    value["figures"][0]["value"] = json!("1");
    assert!(fits(&schema, &schema, &value, "").is_err());
}
