//! The finding in plain words.

use super::{Asked, Plan};
use crate::domain::units::divide_rounded;

/// Said of a mix that was not looked for by what it costs.
pub(super) const BY_HALVES: &str = "The mix lies between one that comes near and all that is allowed, as no cheap one was found: a cheaper one may keep too.";

/// A sentence each: what is done and what it costs, and which borough and year decide.
pub(super) fn findings(plan: &Plan, asked: &Asked, to_year: i32) -> Vec<String> {
    let percent = |ppm: i64| format!("{:.0}%", ppm as f64 / 1e4);
    let what = format!("a shortage of {} of over {}", asked.role.plural(), percent(asked.shortage_ppm));
    let counted = || plan.chances.iter().filter(|chance| chance.counts);
    let before = counted().filter(|chance| chance.before_ppm > asked.chance_ppm).count();
    let mut said = vec![if before == 0 {
        format!(
            "Nothing needs doing: the chance of {what} is at most {} everywhere from {} on.",
            percent(asked.chance_ppm),
            asked.from_year
        )
    } else if plan.kept {
        let tenths = divide_rounded(i128::from(plan.cost_pence), 10_000_000);
        let (millions, tenth) = (tenths / 10, tenths % 10);
        format!(
            "The levers keep the chance of {what} at {} or less in every borough and year from {} on, for \u{a3}{millions}.{tenth} million up to {to_year}; without them {before} of {} boroughs and years are over.",
            percent(asked.chance_ppm),
            asked.from_year,
            counted().count()
        )
    } else {
        let left = counted().filter(|chance| chance.after_ppm > asked.chance_ppm).count();
        format!(
            "No mix of the levers was found within these limits that keeps the chance of {what} at {}: with this one {left} of {} boroughs and years stay over. Raise a limit, start earlier, or accept more.",
            percent(asked.chance_ppm),
            counted().count()
        )
    }];
    if let Some(worst) = counted().max_by_key(|chance| chance.after_ppm).filter(|_| before > 0) {
        said.push(format!(
            "{} in {} decides: {} without the levers, {} with them.",
            worst.name,
            worst.year,
            percent(worst.before_ppm),
            percent(worst.after_ppm)
        ));
    }
    said
}
