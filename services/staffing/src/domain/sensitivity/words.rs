//! The finding in plain words.

use super::{Influence, Kind, Sensitivity};

/// A sentence each: what the spread is made of, what decides most, what choice does.
pub(super) fn findings(made: &Sensitivity, scenario: &str) -> Vec<String> {
    let fte = |milli: i64| format!("{:.1}", milli as f64 / 1e3);
    let of_kind = |kind: Kind| made.influences.iter().filter(move |influence| influence.kind == kind);
    let share = |kind: Kind| of_kind(kind).map(|influence| influence.first_order_ppm).sum::<i64>();
    let (knowledge, chance) = (share(Kind::Knowledge), share(Kind::Chance));
    let percent = |ppm: i64| format!("{:.0}%", ppm as f64 / 1e4);
    let all = (knowledge + chance).max(1);
    let mut said = vec![format!(
        "In {} {} needs {} FTE of {} more than it will have ({} to {} in 80% of the draws); what could be known makes {} of that spread, chance {}.",
        made.year,
        made.name,
        fte(made.gap.p50),
        made.role.plural(),
        fte(made.gap.p10),
        fte(made.gap.p90),
        percent(knowledge * 1_000_000 / all),
        percent(chance * 1_000_000 / all),
    )];
    let most = of_kind(Kind::Knowledge).max_by_key(|influence| influence.total_ppm);
    said.push(match most {
        Some(most) if most.total_ppm >= 10_000 => decides(most, made, &fte, &percent),
        _ => "No single thing that could be found out makes more than a hundredth of the spread: more study would not narrow it.".into(),
    });
    let current = made.choices.iter().find(|choice| choice.scenario == scenario);
    let low = made.choices.iter().min_by_key(|choice| choice.gap.p50);
    let high = made.choices.iter().max_by_key(|choice| choice.gap.p50);
    if let (Some(low), Some(high)) = (low, high) {
        let moved = high.gap.p50 - low.gap.p50;
        let wide = made.gap.p90 - made.gap.p10;
        let than = if moved > wide { "more" } else { "less" };
        said.push(format!(
            "Choice moves the middle by {} FTE, from {} ({}) to {} ({}): {than} than the {} FTE between the ends of the interval.{}",
            fte(moved),
            fte(low.gap.p50),
            low.title.to_lowercase(),
            fte(high.gap.p50),
            high.title.to_lowercase(),
            fte(wide),
            if current.is_none() { " The scenario asked for is one of your own." } else { "" }
        ));
    }
    said
}

fn decides(
    most: &Influence,
    made: &Sensitivity,
    fte: &dyn Fn(i64) -> String,
    percent: &dyn Fn(i64) -> String,
) -> String {
    format!(
        "Of what could be known, the most is {}: {} of the spread. Who plans for the middle misses by {} FTE on average; if this were known, by {}, which is worth {} thousand pounds a year at the unit cost of {}.",
        most.title,
        percent(most.total_ppm),
        fte(made.miss_milli),
        fte(made.miss_milli - most.worth_milli),
        most.worth_pence / 100_000,
        made.role.plural(),
    )
}
