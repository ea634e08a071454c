//! What is known of the heads of single practices: ages and sexes, vacancies, who works elsewhere too.

use super::{
    cohorts::{COHORTS, cohort},
    inputs::{Inputs, JointPost, PracticeRole},
    prepare::RoleStart,
    random::Key,
};
use crate::domain::{role::Role, units::Fte};

/// What single practices do to the mean course of a role.
#[derive(Clone, Copy)]
pub(super) struct OfPlaces {
    /// Share of the FTE that closures take a year, which joiners make good.
    pub(super) lost: f64,
    /// How much more FTE a joiner brings than a leaver takes.
    pub(super) longer: f64,
    /// Posts that are vacant in the base year, per head.
    pub(super) vacant: f64,
}

/// Heads that say nothing of vacancies elsewhere: a few practices do not speak for an area.
const UNHEARD: f64 = 100.0;
/// Posts that may be vacant for each head where nobody said: more than are filled in a year beside those that fall vacant would
/// let the area grow by itself.
const MOST_VACANT: f64 = 0.1;

/// Gives every practice that said nothing of its vacancies about as many as the others have for a head, so that those who said do not draw
/// joiners away from those who did not; and says how many that is over all heads. None at all where nobody said anything.
pub(super) fn spread_vacancies(
    (inputs, index): (&Inputs, usize),
    roles: &mut [RoleStart],
    participation: f64,
) -> f64 {
    let heads = |role: &RoleStart| role.heads.map_or(role.fte / participation, f64::from);
    let said = inputs.practices.iter().map(|of| of.roles[index].vacancies.map(Fte::milli));
    let (mut vacant, mut all) = (0.0, 0.0);
    for (role, said) in roles.iter_mut().zip(said.clone()) {
        if let Some(milli) = said {
            role.vacant = milli as f64 / 1e3 / participation;
            (vacant, all) = (vacant + role.vacant, all + heads(role));
        }
    }
    let rate = (vacant / (all + UNHEARD)).min(MOST_VACANT);
    for (role, _) in roles.iter_mut().zip(said).filter(|(role, said)| said.is_none() && role.open) {
        role.vacant = rate * heads(role);
        (vacant, all) = (vacant + role.vacant, all + heads(role));
    }
    vacant / all.max(1e-9)
}

/// Those of a practice's heads who work elsewhere too: their random numbers are their own, so that they leave everywhere at once.
pub(super) fn joint(of: &PracticeRole, (seed, role): (u64, Role), participation: f64) -> Vec<(u64, u16)> {
    let weight = |fte: Fte| (fte.milli() as f64 / 1e3 / participation * 256.0).clamp(1.0, 1_024.0);
    let part = |of: &JointPost| {
        let key = Key::new(seed, "joint", &format!("{role} {}", of.person));
        (key.bits(), u16::try_from(super::inputs::whole(weight(of.fte))).unwrap_or(256))
    };
    of.joint.iter().filter(|_| of.fte.is_some_and(Fte::is_positive)).map(part).collect()
}

/// The cohort of each head, or its age band after the cohorts where its sex is not known.
pub(super) fn cohorts_of_heads(role: &PracticeRole) -> Option<Vec<u8>> {
    let ages = role.ages.filter(|_| role.fte.is_some_and(Fte::is_positive))?;
    let mut heads = Vec::new();
    let mut push = |of: usize, count: u32| {
        heads.extend(std::iter::repeat_n(u8::try_from(of).unwrap_or_default(), count as usize));
    };
    for (band, all) in ages.iter().enumerate() {
        match role.women.map(|women| women[band].min(*all)) {
            Some(women) => {
                push(cohort(true, band), women);
                push(cohort(false, band), all - women);
            }
            None => push(COHORTS + band, *all),
        }
    }
    Some(heads)
}
