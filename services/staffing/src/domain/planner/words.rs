//! The finding in plain words.

use super::{Asked, Plan};
use crate::domain::units::divide_rounded;

/// Said of a mix that was not looked for by what it costs.
pub(super) const BY_HALVES: &str = "The mix lies between one that comes near and all that is allowed, as no cheap one was found: a cheaper one may keep too.";

/// Millions with a decimal, or thousands below one.
fn pounds(pence: i64) -> String {
    let of = |unit: i128| divide_rounded(i128::from(pence), unit);
    match (of(10_000_000), of(100_000)) {
        (tenths @ 10.., _) => format!("\u{a3}{}.{} million", tenths / 10, tenths % 10),
        (_, 0) => "less than \u{a3}1,000".to_owned(),
        (_, thousands) => format!("\u{a3}{thousands},000"),
    }
}

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
        let cost = pounds(plan.cost_pence);
        format!(
            "The levers keep the chance of {what} at {} or less in every borough and year from {} on, for {cost} up to {to_year}; without them {before} of {} boroughs and years are over.",
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

#[cfg(test)]
mod tests {
    use super::pounds;

    #[test]
    fn small_costs_are_not_rounded_away() {
        assert_eq!(
            [9_930_000, 94_000_000, 99_960_000, 1_681_603_944, 4_000].map(pounds),
            ["£99,000", "£940,000", "£1.0 million", "£16.8 million", "less than £1,000"]
        );
    }
}
