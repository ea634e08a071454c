//! Procurement thresholds: dated rows, checked on the sum of all partners.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::state::CollectiveRound;

/// What procurement law counts an organisation as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Body {
    /// A central authority: NHS bodies are.
    Nhs,
    /// Councils and other sub-central authorities.
    SubCentral,
}

/// What is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Goods and services.
    Supplies,
    /// Services of the light-touch regime.
    LightTouch,
    /// Works.
    Works,
}

/// A threshold with its validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// What it is for.
    pub subject: Subject,
    /// Whom it is for; none: everybody.
    pub body: Option<Body>,
    /// From this estimated value on, with VAT, in pence, the regime applies.
    pub pence: i64,
    /// First day.
    pub from: Date,
    /// Last day; none: until it is replaced.
    pub to: Option<Date>,
    /// Where it is from.
    pub source: &'static str,
}

const SOURCE: &str = "UK procurement thresholds from 1 January 2026, with VAT";

const fn row(subject: Subject, body: Option<Body>, pounds: i64) -> Threshold {
    Threshold { subject, body, pence: pounds * 100, from: date(2026, 1, 1), to: None, source: SOURCE }
}

/// The rows that are known. A day that none covers has no answer.
pub const THRESHOLDS: &[Threshold] = &[
    row(Subject::Supplies, Some(Body::Nhs), 135_018),
    row(Subject::Supplies, Some(Body::SubCentral), 207_720),
    row(Subject::LightTouch, None, 663_540),
    row(Subject::Works, None, 5_193_000),
];

/// The check of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Estimated value of all pledges with VAT, in pence.
    pub sum_pence: i64,
    /// The same by partner; each amount rounded once, half up, and `sum_pence` is their sum.
    pub by_partner: BTreeMap<String, i64>,
    /// The row that counts: of several bodies the lowest.
    pub threshold: Threshold,
    /// Does the sum reach it?
    pub reached: bool,
    /// Partners that reach it alone; where the sum does and nobody alone, splitting would hide it.
    pub alone: Vec<String>,
}

/// The row in force on a day; with several bodies the lowest of theirs, because the stricter duty binds all who buy together.
pub fn in_force(rows: &[Threshold], subject: Subject, bodies: &[Body], on: Date) -> Option<Threshold> {
    let covers = |row: &&Threshold| {
        row.subject == subject
            && row.body.is_none_or(|body| bodies.contains(&body))
            && row.from <= on
            && row.to.is_none_or(|to| on <= to)
    };
    rows.iter().filter(covers).min_by_key(|row| row.pence).copied()
}

/// Checks what is pledged in a round on a day; none before it is open, or where no row covers the day.
pub fn check(round: &CollectiveRound, rows: &[Threshold], subject: Subject, on: Date) -> Option<Check> {
    let terms = round.terms()?;
    let bodies: Vec<_> = terms.partners.iter().map(|partner| partner.body).collect();
    let threshold = in_force(rows, subject, &bodies, on)?;
    let mut hundredths: BTreeMap<String, i128> = BTreeMap::new();
    for ((organisation, lot), quantity) in round.pledges() {
        let price = terms.lots.iter().find(|it| it.id == *lot).map_or(0, |it| it.estimated_unit_price);
        *hundredths.entry(organisation.clone()).or_default() += i128::from(*quantity) * i128::from(price);
    }
    let pence = |of: i128| i64::try_from((of + 50) / 100).unwrap_or(i64::MAX);
    let by_partner: BTreeMap<String, i64> = hundredths.into_iter().map(|(of, it)| (of, pence(it))).collect();
    let sum_pence = by_partner.values().fold(0_i64, |sum, pence| sum.saturating_add(*pence));
    let alone =
        by_partner.iter().filter(|(_, it)| **it >= threshold.pence).map(|(of, _)| of.clone()).collect();
    Some(Check { sum_pence, by_partner, reached: sum_pence >= threshold.pence, threshold, alone })
}
