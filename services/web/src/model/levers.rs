//! Levers as a form has them, and the scenario document that they make.

use serde_json::{Value, json};

use crate::pages::{Fields, Problem};

/// A lever of a scenario.
pub(crate) struct Lever {
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    /// Ends and step of the slider; the field beside it takes more.
    pub(crate) ends: (i32, i32, i32),
}

/// The levers in the order of the page.
pub(crate) const LEVERS: [Lever; 9] = [
    Lever {
        key: "leavers",
        name: "Leavers",
        what: "Change of the rate at which people leave.",
        unit: "%",
        ends: (-50, 50, 1),
    },
    Lever {
        key: "joiners",
        name: "Joiners",
        what: "Change of how many join in a year.",
        unit: "%",
        ends: (-50, 100, 1),
    },
    Lever {
        key: "posts",
        name: "Posts",
        what: "More or fewer funded posts, over the whole area.",
        unit: "FTE",
        ends: (-200, 400, 5),
    },
    Lever {
        key: "hours",
        name: "Hours",
        what: "Change of participation: FTE per head.",
        unit: "%",
        ends: (-20, 20, 1),
    },
    Lever {
        key: "time-to-fill",
        name: "Time to fill",
        what: "Change of the time until a vacant post is filled again.",
        unit: "%",
        ends: (-80, 200, 5),
    },
    Lever {
        key: "need",
        name: "Need",
        what: "Change of need per registered patient.",
        unit: "%",
        ends: (-20, 50, 1),
    },
    Lever {
        key: "productivity",
        name: "Productivity",
        what: "Change of what one FTE does for patients.",
        unit: "%",
        ends: (-20, 20, 1),
    },
    Lever {
        key: "contact-minutes",
        name: "Contact minutes",
        what: "Change of the minutes that a contact with a patient takes.",
        unit: "%",
        ends: (-30, 100, 5),
    },
    Lever {
        key: "non-contact-share",
        name: "Time without patients",
        what: "Points more or fewer of working time that is not spent with patients.",
        unit: "points",
        ends: (-20, 20, 1),
    },
];

impl Lever {
    /// Roles that it means something for: name and heading. Administration sees no patients.
    pub(crate) fn roles(&self) -> &'static [(&'static str, &'static str)] {
        if matches!(self.key, "contact-minutes" | "non-contact-share") { &ROLES[..3] } else { &ROLES }
    }
}

/// Roles that a scenario knows.
pub(crate) const ROLES: [(&str, &str); 4] = [
    ("gp", "GPs"),
    ("nurse", "Nurses"),
    ("direct-patient-care", "Direct patient care"),
    ("administration", "Administration"),
];

/// How a change comes.
pub(crate) const PROFILES: [(&str, &str); 4] = [
    ("linear", "evenly"),
    ("step", "all at once"),
    ("front-loaded", "mostly early"),
    ("back-loaded", "mostly late"),
];

/// How sure the reader is: name, words. The first is taken unless another is chosen.
pub(crate) const SURE: [(&str, &str); 3] = [
    ("half", "from half of it to half as much again"),
    ("nothing", "from nothing to twice as much"),
    ("exact", "exactly that, with no doubt"),
];

/// The scenario document of a form: what it starts from, and a change for each lever that is not at zero.
///
/// # Errors
/// What is wrong with which field.
pub(crate) fn document(fields: &Fields) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut changes = Vec::new();
    for lever in &LEVERS {
        for (role, name) in lever.roles() {
            changes.extend(change(fields, lever, (role, name), &mut problems));
        }
    }
    let own = fields.get("document");
    let start = if fields.get("start").is_empty() { "do-nothing" } else { fields.get("start") };
    let text = if own.is_empty() {
        let title = format!("Mine, from {start}");
        let told = json!({"schema": "muster-scenario/1", "name": "mine", "title": title, "version": 1, "inherits": start, "changes": changes});
        serde_json::to_string_pretty(&told).unwrap_or_default()
    } else if changes.is_empty() {
        own.to_owned()
    } else {
        with(own, changes).unwrap_or_else(|text| {
            problems.push(Problem { field: "document".into(), text });
            String::new()
        })
    };
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

/// A document of one's own with changes at its end.
fn with(own: &str, changes: Vec<Value>) -> Result<String, String> {
    let mut told: Value = serde_json::from_str(own).map_err(|error| {
        format!(
            "The document cannot be read at line {}, column {}: {error}. Mend it there, or paste it anew.",
            error.line(),
            error.column()
        )
    })?;
    let whole = "The document must be an object such as `{\"schema\": \"muster-scenario/1\", ...}` with `changes` as a list.";
    let list = told.as_object_mut().ok_or(whole)?.entry("changes").or_insert_with(|| json!([]));
    list.as_array_mut().ok_or(whole)?.extend(changes);
    Ok(serde_json::to_string_pretty(&told).unwrap_or_default())
}

fn change(
    fields: &Fields,
    lever: &Lever,
    (role, name): (&str, &str),
    problems: &mut Vec<Problem>,
) -> Option<Value> {
    let field = format!("{}-{role}", lever.key);
    let text = fields.get(&field).replace(['\u{2212}', '\u{2013}'], "-").replace(',', "");
    if text.is_empty() {
        return None;
    }
    let limits = match lever.unit {
        "%" => (-95.0, 500.0),
        "points" => (-90.0, 90.0),
        _ => (-100_000.0, 100_000.0),
    };
    let by = match text.parse::<f64>() {
        Ok(by) if (limits.0..=limits.1).contains(&by) => by,
        _ => {
            let text = format!(
                "{} of {name}: `{text}` must be a number from {} to {} {}",
                lever.name, limits.0, limits.1, lever.unit
            );
            problems.push(Problem { field, text });
            return None;
        }
    };
    if by == 0.0 {
        return None;
    }
    let mut year = |end: &str, other: &str| {
        let field = format!("{}-{end}", lever.key);
        let text = if fields.get(&field).is_empty() { fields.get(other) } else { fields.get(&field) };
        let year = text.parse::<i32>().ok().filter(|year| (2000..=2100).contains(year));
        if year.is_none() {
            let text = format!("{}: `{text}` must be a year from 2000 to 2100", lever.name);
            problems.push(Problem { field, text });
        }
        year
    };
    let (from, to) = (year("from", "first_year")?, year("to", "to_year")?);
    let unit = if lever.unit == "FTE" { 1.0 } else { 100.0 };
    // millionths, so that a tenth of a per cent is written as one
    let part = |share: f64| (by * share / unit * 1e6).round() / 1e6;
    let profile = fields.get(&format!("{}-profile", lever.key));
    let mut told = json!({
        "lever": lever.key, "roles": [role], "from": from, "to": to,
        "profile": if profile.is_empty() { "linear" } else { profile },
        "by": part(1.0), "source": "set by hand on the scenario page",
    });
    let ends = match fields.get("sure") {
        "exact" => None,
        "nothing" => Some((0.0, 2.0)),
        _ => Some((0.5, 1.5)),
    };
    if let Some((low, high)) = ends {
        let ends = [part(low), part(high)];
        told["low"] = json!(ends[0].min(ends[1]));
        told["high"] = json!(ends[0].max(ends[1]));
    }
    Some(told)
}
