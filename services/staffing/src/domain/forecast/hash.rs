//! The hash over every input of a run: same hash, engine and seed, same numbers.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::inputs::Inputs;

/// SHA-256, lower-case hex, over a canonical text of the inputs. The number of threads is no input.
pub(super) fn inputs_sha256(inputs: &Inputs) -> String {
    let mut hasher = Sha256::new();
    let mut line = String::new();
    let mut put = |parts: &[&dyn std::fmt::Display]| {
        line.clear();
        for part in parts {
            // The length before each part keeps `a|bc` and `ab|c` apart.
            let text = part.to_string();
            let _ = write!(line, "{}:{text};", text.len());
        }
        line.push('\n');
        hasher.update(line.as_bytes());
    };
    let spec = &inputs.spec;
    put(&[
        &"area",
        &inputs.area,
        &spec.base_year,
        &spec.to_year,
        &spec.draws,
        &spec.seed,
        &spec.missing.name(),
    ]);
    put(&[&"scenario", &spec.scenario.name, &spec.scenario.need_growth_ppm]);
    for role in &spec.roles {
        put(&[&"role", role]);
    }
    for growth in &inputs.growth {
        put(&[&"growth", &growth.year, &growth.before, &growth.after]);
    }
    for node in &inputs.nodes {
        put(&[&"node", &node.level.name(), &node.code, &node.name, &node.placeholder]);
    }
    for practice in &inputs.practices {
        put(&[&"practice", &practice.code, &practice.borough, &practice.list, &practice.placeholder]);
        for node in &practice.nodes {
            put(&[&"in", node]);
        }
        for role in &practice.roles {
            let number = |value: Option<i64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
            put(&[
                &"returned",
                &number(role.fte.map(crate::domain::units::Fte::milli)),
                &number(role.last.map(crate::domain::units::Fte::milli)),
                &number(role.heads.map(i64::from)),
                &role.lost,
                &role.exposure,
            ]);
            for heads in role.ages.iter().flatten() {
                put(&[&"age", heads]);
            }
        }
    }
    for parameter in inputs.parameters.list() {
        put(&[
            &"parameter",
            &parameter.name,
            &parameter.value,
            &parameter.low,
            &parameter.high,
            &parameter.unit,
        ]);
    }
    for role in &spec.roles {
        if let Ok(mix) = inputs.parameters.age_mix(*role) {
            put(&[&"strength", role, &mix.strength]);
        }
    }
    hex::encode(hasher.finalize())
}
