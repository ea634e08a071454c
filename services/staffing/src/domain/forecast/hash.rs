//! The hash over every input of a run: same hash, engine and seed, same numbers.

use std::fmt::{Display, Write as _};

use sha2::{Digest, Sha256};

use super::{
    inputs::{Inputs, ListWeighting, PatientBasis, Practice},
    registration,
};
use crate::domain::{deprivation::POINT_PPM, scenario::Scenario, units::Fte};

/// SHA-256, lower-case hex, over a canonical text of the inputs. The number of threads is no input.
pub fn inputs_sha256(inputs: &Inputs) -> String {
    let mut text = Canonical::default();
    put_spec(&mut text, inputs);
    for node in &inputs.nodes {
        text.put(&[&"node", &node.level.name(), &node.code, &node.name, &node.placeholder]);
    }
    for practice in &inputs.practices {
        put_practice(&mut text, practice);
    }
    let by_residents = inputs.spec.patients == PatientBasis::Resident;
    // and so does the hash of what counts the registered, before there were parameters that it is not made from
    let used = |name: &str| by_residents || !name.starts_with(registration::PARAMETERS);
    for parameter in inputs.parameters.list().iter().filter(|of| used(&of.name)) {
        let p = parameter;
        text.put(&[&"parameter", &p.name, &p.value, &p.low, &p.high, &p.unit]);
        if !p.basis.is_empty() {
            text.put(&[&"basis", &p.basis, &p.price_year]);
        }
    }
    put_evidence(&mut text, inputs);
    for role in &inputs.spec.roles {
        if let Ok(mix) = inputs.parameters.age_mix(*role) {
            text.put(&[&"strength", role, &mix.strength]);
        }
    }
    text.finish()
}

fn put_spec(text: &mut Canonical, inputs: &Inputs) {
    let spec = &inputs.spec;
    text.put(&[
        &"area",
        &inputs.area,
        &spec.base_year,
        &spec.to_year,
        &spec.draws,
        &spec.seed,
        &spec.missing.name(),
    ]);
    // the hash of what counts each patient alike stays what it was before there was a choice
    if spec.list_weighting == ListWeighting::Weighted {
        text.put(&[&"lists", &"weighted"]);
        for practice in &inputs.practices {
            text.put(&[&practice.code, &practice.weight_milli.unwrap_or(-1)]);
        }
    }
    put_need(text, inputs);
    if spec.price_year != 0 {
        text.put(&[&"prices", &spec.price_year]);
    }
    put_scenario(text, &spec.scenario);
    for role in &spec.roles {
        text.put(&[&"role", role]);
    }
    for growth in &inputs.growth {
        text.put(&[&"growth", &growth.year, &growth.before, &growth.after]);
    }
}

/// Deprivation and residents, where they count.
fn put_need(text: &mut Canonical, inputs: &Inputs) {
    if inputs.spec.deprivation {
        text.put(&[&"deprivation", &POINT_PPM]);
        for of in &inputs.practices {
            let score = of.deprivation_milli.map_or_else(|| "-".to_owned(), |score| score.to_string());
            text.put(&[&of.code, &score]);
        }
    }
    if inputs.spec.patients == PatientBasis::Resident {
        text.put(&[&"patients", &"resident"]);
        for of in &inputs.registration.boroughs {
            text.put(&[&of.borough, &of.year, &of.residents, &of.lists_of, &of.registered]);
        }
        for of in &inputs.registration.growth {
            let ([from, to], [before, after]) = (of.years, of.registered);
            text.put(&[&"registered", &from, &before, &of.residents[0], &to, &after, &of.residents[1]]);
        }
    }
}

fn put_scenario(text: &mut Canonical, scenario: &Scenario) {
    text.put(&[&"scenario", &scenario.name, &scenario.version]);
    for change in &scenario.changes {
        let by = change.by;
        text.put(&[&"change", &change.lever.name(), &change.from, &change.to, &change.profile.name()]);
        text.put(&[&"by", &by.low, &by.value, &by.high]);
        for role in &change.roles {
            text.put(&[&"of", role]);
        }
        for place in &change.places {
            text.put(&[&"at", place]);
        }
    }
    for of in &scenario.substitutions {
        let share = of.share;
        text.put(&[&"substitution", &of.role, &of.instead_of, &share.low, &share.value, &share.high]);
        text.put(&[&"supervision", &of.supervision, &of.ramp_up_years]);
    }
    for of in &scenario.closures {
        text.put(&[&"closes", &of.practice, &of.to, &of.year, &of.staff.unwrap_or(-1)]);
    }
}

fn put_evidence(text: &mut Canonical, inputs: &Inputs) {
    let evidence = &inputs.evidence;
    text.put(&[&"closures", &evidence.closed, &evidence.exposure_milli]);
    for role in &evidence.roles {
        text.put(&[&"turnover", &role.changes, &role.turnover_nano, &role.total_milli]);
        for growth in &role.growth {
            text.put(&[&"staff-growth", &growth.year, &growth.log_nano]);
        }
        for of in role.people.iter().flat_map(|people| &people.groups) {
            let to = of.to.map_or(-1, i64::from);
            text.put(&[&"people", &of.women, &of.from, &to, &of.heads, &of.fte_milli.unwrap_or(-1)]);
        }
    }
}

fn put_practice(text: &mut Canonical, practice: &Practice) {
    text.put(&[&"practice", &practice.code, &practice.borough, &practice.list]);
    for node in &practice.nodes {
        text.put(&[&"in", node]);
    }
    let number = |value: Option<i64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    for role in &practice.roles {
        text.put(&[
            &"returned",
            &number(role.fte.map(Fte::milli)),
            &number(role.last.map(Fte::milli)),
            &number(role.heads.map(i64::from)),
            &role.lost,
            &role.exposure,
        ]);
        for heads in role.ages.iter().flatten() {
            text.put(&[&"age", heads]);
        }
        for women in role.women.iter().flatten() {
            text.put(&[&"women", women]);
        }
        for joint in &role.joint {
            text.put(&[&"joint", &joint.person, &joint.fte]);
        }
        if let Some(vacancies) = role.vacancies {
            text.put(&[&"vacancies", &vacancies]);
        }
    }
}

/// Text that two different inputs never share: the length before each part keeps `a|bc` and `ab|c` apart.
#[derive(Default)]
pub(super) struct Canonical {
    hasher: Sha256,
    line: String,
}

impl Canonical {
    pub(super) fn put(&mut self, parts: &[&dyn Display]) {
        self.line.clear();
        for part in parts {
            let text = part.to_string();
            let _ = write!(self.line, "{}:{text};", text.len());
        }
        self.line.push('\n');
        self.hasher.update(self.line.as_bytes());
    }

    /// The hash, lower-case hex.
    pub(super) fn finish(self) -> String {
        hex::encode(self.hasher.finalize())
    }
}
