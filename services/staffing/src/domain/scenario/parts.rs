//! The parts of a document, as they are written, and what they become.

use serde::Deserialize;

use super::{
    Change, Expectation, Lever, Measure, Profile, ScheduledClosure, Substitution, Uncertain,
    read::{BadScenario, bad},
};
use crate::domain::{
    role::Role,
    units::{divide_rounded, millionths},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeOf {
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
pub(super) struct SubstitutionOf {
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
pub(super) struct ClosureOf {
    practice: String,
    #[serde(default)]
    to: String,
    year: i32,
    #[serde(default)]
    staff: Option<f64>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectationOf {
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

fn role_of(name: &str, path: &str) -> Result<Role, BadScenario> {
    let known = "choose one of gp, nurse, direct-patient-care, administration";
    name.parse().map_err(|_| bad(path, name, format!("no role of this name; {known}")))
}

pub(super) fn change_of(of: ChangeOf, path: &str) -> Result<Change, BadScenario> {
    if of.from > of.to {
        let what = "a change begins before it is whole: `from` must not be after `to`";
        return Err(bad(&format!("{path}.from"), &of.from.to_string(), what.into()));
    }
    let (low, high) = ends((of.by, [of.low, of.high], of.tertiles), path)?;
    let (least, limit) = match of.lever {
        Lever::NonContactShare => (-0.9, 0.9),
        lever if lever.counts_people() => (-100_000.0, 100_000.0),
        _ => (-0.95, 5.0),
    };
    let by = uncertain((low, of.by, high), path, "by")?;
    for value in [low.unwrap_or(of.by), of.by, high.unwrap_or(of.by)] {
        if !(least..=limit).contains(&value) {
            let what = format!("must lie between {least} and {limit}");
            return Err(bad(&format!("{path}.by"), &value.to_string(), what));
        }
    }
    let roles: Result<Vec<Role>, _> =
        of.roles.iter().map(|name| role_of(name, &format!("{path}.roles"))).collect();
    let roles = roles?;
    if let Some(role) = roles.iter().find(|role| !of.lever.concerns(**role)) {
        let why = match of.lever {
            Lever::TrainingPlaces => "no pipeline of its training is published: use joiners or posts",
            _ => "it sees no patients",
        };
        let what = format!("{} means nothing for it: {why}", of.lever.name());
        return Err(bad(&format!("{path}.roles"), role.name(), what));
    }
    Ok(Change {
        lever: of.lever,
        roles,
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

pub(super) fn expectation_of(of: ExpectationOf, path: &str) -> Result<Expectation, BadScenario> {
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

pub(super) fn substitution_of(of: SubstitutionOf, path: &str) -> Result<Substitution, BadScenario> {
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

pub(super) fn closure_of(of: ClosureOf, path: &str) -> Result<ScheduledClosure, BadScenario> {
    if of.practice.trim().is_empty() {
        let what = "write the ODS code of the practice that closes";
        return Err(bad(&format!("{path}.practice"), &of.practice, what.into()));
    }
    if of.practice.eq_ignore_ascii_case(&of.to) {
        let what = "a practice that closes cannot take its own list over";
        return Err(bad(&format!("{path}.to"), &of.to, what.into()));
    }
    if let Some(staff) = of.staff.filter(|staff| !(0.0..=1.0).contains(staff)) {
        let what = "the share of the staff that goes over lies between 0 and 1";
        return Err(bad(&format!("{path}.staff"), &staff.to_string(), what.into()));
    }
    Ok(ScheduledClosure {
        practice: of.practice,
        to: of.to,
        year: of.year,
        staff: of.staff.map(millionths),
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
