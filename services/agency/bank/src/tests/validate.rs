//! As much of JSON Schema as the published schema uses.

use serde_json::Value;

/// Does a value satisfy a schema? The first problem, if not.
pub(super) fn validate(root: &Value, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    let Some(rules) = schema.as_object() else {
        return if schema == &Value::Bool(false) { Err(format!("{path}: not allowed")) } else { Ok(()) };
    };
    for (rule, wanted) in rules {
        let holds = match rule.as_str() {
            "$ref" => {
                let name = wanted.as_str().unwrap().trim_start_matches("#/$defs/");
                validate(root, &root["$defs"][name], value, path)?;
                true
            }
            "anyOf" => wanted.as_array().unwrap().iter().any(|one| validate(root, one, value, path).is_ok()),
            "type" => types(wanted).iter().any(|name| is_type(value, name)),
            "enum" => wanted.as_array().unwrap().contains(value),
            "const" => wanted == value,
            "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= wanted.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= wanted.as_u64().unwrap()),
            "minProperties" => {
                value.as_object().is_none_or(|entries| entries.len() as u64 >= wanted.as_u64().unwrap())
            }
            "required" => value.as_object().is_none_or(|entries| {
                wanted.as_array().unwrap().iter().all(|key| entries.contains_key(key.as_str().unwrap()))
            }),
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    validate(root, wanted, item, &format!("{path}[{number}]"))?;
                }
                true
            }
            "additionalProperties" => {
                let known = schema["properties"].as_object();
                for (key, below) in value.as_object().into_iter().flatten() {
                    let own = known.and_then(|known| known.get(key)).unwrap_or(wanted);
                    validate(root, own, below, &format!("{path}.{key}"))?;
                }
                true
            }
            "propertyNames" => {
                for key in value.as_object().into_iter().flatten().map(|(key, _)| key) {
                    validate(root, wanted, &Value::String(key.clone()), path)?;
                }
                true
            }
            // read beside additionalProperties; the rest only explains
            "properties" | "description" | "title" | "$schema" | "$defs" => true,
            other => panic!("the schema uses `{other}`, which this test does not know"),
        };
        if !holds {
            return Err(format!("{path}: {value} does not satisfy {rule} {wanted}"));
        }
    }
    Ok(())
}

fn types(wanted: &Value) -> Vec<&str> {
    wanted.as_array().map_or_else(
        || wanted.as_str().into_iter().collect(),
        |list| list.iter().filter_map(Value::as_str).collect(),
    )
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the schema uses type `{other}`, which this test does not know"),
    }
}
