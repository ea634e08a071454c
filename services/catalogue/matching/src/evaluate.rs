//! How well pairs agree with what is known to be true.

use std::collections::HashMap;

use serde::Serialize;

use crate::{
    generate::{Catalogue, Truth},
    matching::Outcome,
    model::ppm,
    relation::Relation,
};

/// Pairs found, against the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// True pairs.
    pub matches: u64,
    /// Pairs given.
    pub given: u64,
    /// Pairs given that are true.
    pub right: u64,
    /// Precision in ppm.
    pub precision_ppm: u32,
    /// Recall in ppm.
    pub recall_ppm: u32,
    /// F1 in ppm.
    pub f1_ppm: u32,
}

impl Evaluation {
    /// Of counts.
    pub fn of(matches: u64, given: u64, right: u64) -> Self {
        let share = |of: u64| ppm(right as f64 / of.max(1) as f64);
        let f1_ppm = ppm(2.0 * right as f64 / (matches + given).max(1) as f64);
        Self { matches, given, right, precision_ppm: share(given), recall_ppm: share(matches), f1_ppm }
    }
}

/// Pairs of records of one product in a catalogue.
pub fn true_pairs(truth: &[Truth]) -> u64 {
    let mut of: HashMap<u64, u64> = HashMap::new();
    for record in truth {
        *of.entry(record.product).or_default() += 1;
    }
    of.values().map(|records| records * (records - 1) / 2).sum()
}

/// How well matching of a made-up catalogue with itself did.
pub fn evaluate(truth: &[Truth], outcome: &Outcome) -> Evaluation {
    let right = outcome
        .pairs
        .iter()
        .filter(|pair| truth[pair.left as usize].product == truth[pair.right as usize].product);
    Evaluation::of(true_pairs(truth), outcome.pairs.len() as u64, right.count() as u64)
}

/// Share of the true pairs given whose relation is right where both packs are said, in ppm.
pub fn relations_right_ppm(truth: &[Truth], outcome: &Outcome) -> u32 {
    let (mut right, mut all) = (0_u64, 0_u64);
    for pair in &outcome.pairs {
        let (a, b) = (&truth[pair.left as usize], &truth[pair.right as usize]);
        if a.product == b.product {
            all += 1;
            right += u64::from((a.pack == b.pack) == (pair.relation == Relation::SameItem));
        }
    }
    ppm(right as f64 / all.max(1) as f64)
}

/// What joining records on their description alone gives: letters and digits, whatever their order of words, equal.
pub fn exact_join(catalogue: &Catalogue) -> Evaluation {
    let mut of: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
    for (place, record) in catalogue.records.iter().enumerate() {
        let folded = crate::fold::fold(&record.description);
        let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty());
        let mut words: Vec<String> = words.map(str::to_owned).collect();
        words.sort_unstable();
        of.entry(words).or_default().push(place);
    }
    join(&catalogue.truth, of.into_values())
}

/// What joining records on codes alone gives.
pub fn code_join(catalogue: &Catalogue) -> Evaluation {
    let mut of: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, record) in catalogue.records.iter().enumerate().filter(|(_, it)| !it.code.is_empty()) {
        of.entry(crate::fold::plain_code(&record.code)).or_default().push(place);
    }
    join(&catalogue.truth, of.into_values())
}

fn join(truth: &[Truth], groups: impl Iterator<Item = Vec<usize>>) -> Evaluation {
    let (mut given, mut right) = (0, 0);
    for group in groups {
        for (at, a) in group.iter().enumerate() {
            for b in &group[at + 1..] {
                given += 1;
                right += u64::from(truth[*a].product == truth[*b].product);
            }
        }
    }
    Evaluation::of(true_pairs(truth), given, right)
}

/// Share of true pairs that blocking proposes, in ppm, for pairs by their places.
pub fn blocking_recall_ppm(truth: &[Truth], proposed: &[(u32, u32)]) -> u32 {
    let found = proposed.iter().filter(|(a, b)| truth[*a as usize].product == truth[*b as usize].product);
    ppm(found.count() as f64 / true_pairs(truth).max(1) as f64)
}
