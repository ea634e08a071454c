//! What may be asked of a plan.

use super::{Asked, MAX_LEVERS, PlanError, PlanLever};
use crate::domain::{
    forecast::{Inputs, Level},
    scenario::Lever,
    units::Fte,
};

/// Each lever in every borough by itself: posts share their limit, and relative changes go as far as everywhere, for the borough's share
/// of the FTE of the role of the cost.
pub fn by_borough(inputs: &Inputs, levers: &[PlanLever]) -> Vec<PlanLever> {
    let mut found = Vec::new();
    for lever in levers {
        let role = inputs.spec.roles.iter().position(|role| *role == lever.role);
        let boroughs = inputs.nodes.iter().enumerate().filter(|(_, node)| node.level == Level::Borough);
        if role.is_none() || !lever.place.is_empty() {
            found.push(lever.clone());
            continue;
        }
        let fte = |node: Option<usize>| -> i64 {
            let there = inputs.practices.iter().filter(|practice| {
                practice.list.is_positive() && node.is_none_or(|node| practice.nodes.contains(&node))
            });
            there.filter_map(|practice| practice.roles[role?].fte).map(Fte::milli).sum()
        };
        let whole = i128::from(fte(None).max(1));
        for (position, node) in boroughs {
            let part = |of: i64| {
                let share = i128::from(of) * i128::from(fte(Some(position)));
                i64::try_from((share + whole / 2) / whole).unwrap_or(i64::MAX).max(1)
            };
            let mut own = PlanLever { place: node.code.clone(), ..lever.clone() };
            match lever.lever {
                // one limit for all; what a borough's posts do is measured with its share by FTE
                Lever::Posts => (own.cap_micro, own.shared_micro) = (part(lever.cap_micro), lever.cap_micro),
                _ => own.unit_cost_pence = part(lever.unit_cost_pence),
            }
            found.push(own);
        }
    }
    found
}

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
        return bad(format!(
            "a plan takes 1 to {MAX_LEVERS} levers, not {}: let them act everywhere at once, or name fewer",
            asked.levers.len()
        ));
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
            _ => return bad(format!("{name}: a plan cannot set it")),
        };
        let shares = lever.shared_micro != 0;
        if shares
            && (lever.lever != Lever::Posts
                || !(lever.cap_micro..=10_000_000_000).contains(&lever.shared_micro))
        {
            return bad(format!("{name}: only posts share a limit, of as much as one borough's or more"));
        }
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
