//! What a forecast of trusts says in words.

use super::{TrustForecast, TrustSpec};
use crate::domain::{
    trusts::{Known, TrustGroup, tenths},
    units::Fte,
};

fn fte(milli: i64) -> String {
    tenths(Fte::from_milli(milli))
}

fn percent(ppm: i64) -> String {
    tenths(Fte::from_milli(ppm / 10)) + "%"
}

/// The finding of one trust, or of all together where the code is empty.
pub fn finding(of: &TrustForecast, group: TrustGroup, code: &str) -> String {
    let mut rows = of.rows.iter().filter(|row| row.code.eq_ignore_ascii_case(code));
    let (Some(first), Some(last)) = (rows.next(), rows.next_back()) else { return String::new() };
    let supply = last.supply;
    let against = match of.need_growth_ppm {
        0 => format!("Against keeping the count of {}", first.month.words()),
        need => format!("Against that count grown by {} a year, a choice,", percent(need)),
    };
    format!(
        "{}, {}: {} FTE in {}; in {} between {} and {} in 80% of the draws, {} in the middle. {against} it is short in {} of the draws.",
        group.heading(),
        first.name,
        fte(first.supply.p50),
        first.month.words(),
        last.month.words(),
        fte(supply.p10),
        fte(supply.p90),
        fte(supply.p50),
        percent(last.short_ppm)
    )
}

/// What a reader must know before quoting the numbers, a sentence each. `gone` are trusts without a count in the newest month.
pub fn caveats(of: &TrustForecast, spec: &TrustSpec, (trusts, gone): (&[Known], &[String])) -> Vec<String> {
    let whose = spec.group.name();
    let most = trusts.iter().map(|of| of.counts).max().unwrap_or(0);
    let mut sentences = Vec::new();
    match of.evidence.first() {
        Some(all) if most >= 2 => {
            let (first, last) = (all.known.first.0, all.known.last.0);
            let counts = if most == 2 { "Two counts of".to_owned() } else { format!("{most} counts of") };
            sentences.push(format!(
                "{counts} {whose}, {} and {}, {} months apart: one noisy observation of growth. No backtest is possible with them, so nobody can say how well such a forecast does.",
                first.words(),
                last.words(),
                last.since(first)
            ));
            let weights = of.evidence.iter().skip(1).map(|of| of.weight_ppm);
            sentences.push(format!(
                "Of a trust's growth its own counts decide at most {}, of that of all together the counts decide {}; the rest is a prior that is written down with its source.",
                percent(weights.max().unwrap_or(0)),
                percent(all.weight_ppm)
            ));
        }
        _ => sentences
            .push(format!("One count of {whose}: growth is a prior alone, and no backtest is possible.")),
    }
    let need = match of.need_growth_ppm {
        0 => "kept as it is".to_owned(),
        need => format!("grown by {} a year", percent(need)),
    };
    sentences.push(format!(
        "Demand is unknown: what is shown is supply. Short is what lacks against the last count {need}; that is a choice, not what patients need."
    ));
    sentences.push(
        "Ages are not known, so retirement is not foreseen. Who moves from trust to trust counts as leaving the one and joining the other."
            .to_owned(),
    );
    sentences.push(match spec.group {
        TrustGroup::Nurses => {
            "Midwives and those who support nurses are counted apart and are not in it.".to_owned()
        }
        TrustGroup::Doctors => {
            "Doctors in training are in it: they rotate, and count as leaving and joining.".to_owned()
        }
    });
    if !gone.is_empty() {
        sentences.push(format!("Without a count in the newest month, and left out: {}.", gone.join(", ")));
    }
    sentences
}
