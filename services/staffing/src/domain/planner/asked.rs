//! What may be asked of a plan.

use super::{Asked, MAX_LEVERS, PlanError};
use crate::domain::{
    forecast::{Inputs, Level},
    scenario::Lever,
};

/// Refuses what cannot be planned.
pub(super) fn check(inputs: &Inputs, asked: &Asked) -> Result<(), PlanError> {
    let spec = &inputs.spec;
    let bad = |what: String| Err(PlanError::Asked(what));
    if !spec.roles.contains(&asked.role) {
        return bad(format!("{} are not among the roles of the request", asked.role.plural()));
    }
    if asked.from_year <= spec.base_year || asked.from_year > spec.to_year {
        return bad(format!(
            "the first year that must be kept must be {} to {}",
            spec.base_year + 1,
            spec.to_year
        ));
    }
    if !(0..=1_000_000).contains(&asked.chance_ppm) || !(0..=1_000_000).contains(&asked.shortage_ppm) {
        return bad("shortage and chance must be 0% to 100%".into());
    }
    if asked.levers.is_empty() || asked.levers.len() > MAX_LEVERS {
        return bad(format!("a plan takes 1 to {MAX_LEVERS} levers, not {}", asked.levers.len()));
    }
    if !inputs.nodes.iter().any(|node| node.level == Level::Borough) {
        return bad("no borough of the area is known: import a grouping of boroughs first".into());
    }
    for lever in &asked.levers {
        let name = format!("lever {} of {}", lever.lever.name(), lever.role.plural());
        let helps = match lever.lever {
            Lever::Leavers => (-950_000..0).contains(&lever.cap_micro),
            Lever::Joiners | Lever::Hours => (1..=2_000_000).contains(&lever.cap_micro),
            Lever::Posts => (1..=10_000_000_000).contains(&lever.cap_micro),
            Lever::Need | Lever::Productivity => return bad(format!("{name}: a plan cannot set it")),
        };
        if !helps {
            return bad(format!(
                "{name}: the most that may be done must help: leavers -0.95 to 0, joiners and hours up to 2, posts up to 10,000 FTE"
            ));
        }
        if lever.unit_cost_pence <= 0 {
            return bad(format!("{name}: a cost above nothing is needed, or the plan would do all of it"));
        }
        if lever.starts_in <= spec.base_year || lever.starts_in > spec.to_year {
            return bad(format!("{name}: it must start in {} to {}", spec.base_year + 1, spec.to_year));
        }
        if !spec.roles.contains(&lever.role) {
            return bad(format!("{name}: the role is not among those of the request"));
        }
    }
    Ok(())
}
