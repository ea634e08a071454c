//! Training from labelled pairs, with everything that is reported measured on pairs held out.

use std::collections::{HashMap, HashSet};

use muster_document::Problem;
use rayon::prelude::*;

use crate::{
    context::Context,
    corpus::{Corpus, Record},
    evidence::{Evidence, Left, Teacher},
    features::{ALL, ALONE, Comparer, Features, speak},
    fold::mix,
    forest::Forest,
    frequencies::Frequencies,
    grow::{Growth, Rows, grow},
    matching::{Options, Prepared},
    model::{Band, Model, Report, ppm},
};

/// Whether two records match, by their places in the left and the right file (or both in the one file).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Place in the left file.
    pub left: u32,
    /// Place in the right file, or in the one file.
    pub right: u32,
    /// Do they match?
    pub matches: bool,
}

/// Fewest matches and fewest pairs that do not match that a model is trained on.
const FEWEST: usize = 20;

/// Soft likeness of words from which pairs teach what their other words speak for.
const ALIKE: f32 = 0.4;

/// Parts that pairs are held out in.
const FOLDS: u64 = 5;

/// 1 where more of a feature can only make a match likelier, -1 where only less likely.
const SIGNS: [i8; ALL] = {
    let mut signs = [0; ALL];
    let mut at = 0;
    let likelier = [0, 1, 2, 8, 11, 12, 13, 15, 20, 22, 26, 27, 28, ALONE, ALONE + 1, ALONE + 2, ALONE + 7];
    while at < likelier.len() {
        signs[likelier[at]] = 1;
        at += 1;
    }
    let less = [9, 14, 17, 18, 19, 21, ALONE + 3, ALONE + 4, ALONE + 8];
    at = 0;
    while at < less.len() {
        signs[less[at]] = -1;
        at += 1;
    }
    signs
};

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// These files, or later editions of them: it keeps the frequencies of all words that stand more than once.
    TheseFiles,
    /// Other files of the same field: it keeps those of general words only, so that names of makers weigh as unknown words do.
    TheField,
}

/// Trains a model. Pairs that no label speaks of are taken for unmatched only where every label says that its pair matches.
/// What it was trained on is kept in its report.
///
/// # Errors
/// A [`Problem`] when there are too few labels of a kind, or a label names a record that there is not.
pub fn train(
    left: &[Record],
    right: &[Record],
    labels: &[Label],
    trained_on: &str,
    of: Use,
) -> Result<Model, Problem> {
    let mut corpus = Corpus::read(left, right);
    let least = match of {
        Use::TheseFiles => 2,
        Use::TheField => u32::try_from(corpus.items.len() / 150).unwrap_or(u32::MAX).max(2),
    };
    let frequencies = Frequencies::kept(corpus.items.len(), &corpus.vocabulary, least);
    corpus.weigh(Some(&frequencies));
    let prepared = Prepared::blocked(corpus, Options::default(), true);
    let split = if right.is_empty() { 0 } else { u32::try_from(left.len()).unwrap_or(u32::MAX) };
    let labels = pairs_of(labels, split, &prepared)?;
    let trainer = Trainer::new(&prepared, labels, &frequencies);
    Ok(trainer.train(trained_on))
}

/// A pair of items, and whether they match.
type Labelled = ((u32, u32), bool);

/// Labels by items, sorted, and with the unlabelled candidates where only matches are labelled.
fn pairs_of(labels: &[Label], split: u32, prepared: &Prepared) -> Result<Vec<Labelled>, Problem> {
    let items = u32::try_from(prepared.corpus.items.len()).unwrap_or(u32::MAX);
    let mut at = vec![0; prepared.corpus.items.len()];
    for (item, place) in (0..).zip(&prepared.corpus.places) {
        at[*place as usize] = item;
    }
    let mut pairs = HashMap::with_capacity(labels.len());
    for label in labels {
        let (a, b) = (label.left, label.right.saturating_add(split));
        if a == b || a.max(b) >= items {
            return Err(Problem::new(
                "labels",
                "name a record that is not there, or one with itself",
                "give ids of the files",
            ));
        }
        let (a, b): (u32, u32) = (at[a as usize], at[b as usize]);
        pairs.insert((a.min(b), a.max(b)), label.matches);
    }
    if pairs.values().all(|matches| *matches) {
        for pair in &prepared.candidates.pairs {
            pairs.entry(*pair).or_insert(false);
        }
    }
    let matches = pairs.values().filter(|matches| **matches).count();
    if matches < FEWEST || pairs.len() - matches < FEWEST {
        let what = format!("have {matches} pairs that match and {} that do not", pairs.len() - matches);
        let remedy = format!("label at least {FEWEST} of each");
        return Err(Problem::new("labels", what, remedy));
    }
    let key = |pair: &(u32, u32)| (prepared.item(pair.0).key, prepared.item(pair.1).key);
    let mut pairs: Vec<Labelled> = pairs.into_iter().collect();
    // an order that does not depend on the order of rows
    pairs.sort_unstable_by_key(|(pair, _)| {
        let (a, b) = key(pair);
        (a.min(b), a.max(b), *pair)
    });
    Ok(pairs)
}

struct Trainer<'a> {
    prepared: &'a Prepared,
    frequencies: &'a Frequencies,
    pairs: Vec<(u32, u32)>,
    labels: Vec<bool>,
    folds: Vec<u64>,
}

impl<'a> Trainer<'a> {
    fn new(prepared: &'a Prepared, labelled: Vec<Labelled>, frequencies: &'a Frequencies) -> Self {
        // all pairs of a left record are held out together
        let fold = |pair: &(u32, u32)| {
            let (a, b) = (prepared.item(pair.0).key, prepared.item(pair.1).key);
            let one_file = prepared.corpus.right == prepared.corpus.items.len();
            mix(if one_file { a.min(b) } else { a }) % FOLDS
        };
        Self {
            folds: labelled.iter().map(|(pair, _)| fold(pair)).collect(),
            pairs: labelled.iter().map(|(pair, _)| *pair).collect(),
            labels: labelled.into_iter().map(|(_, label)| label).collect(),
            prepared,
            frequencies,
        }
    }

    fn train(&self, trained_on: &str) -> Model {
        let (mut features, evidence) = self.features();
        let (alone, held_out) = self.held_out(&features, ALONE);
        let candidates = &self.prepared.candidates.pairs;
        let of_alone = best_threshold(&held_out, &self.labels);
        self.add_context(&self.prepared.alone(&alone, &evidence, candidates), &held_out, &mut features);
        let (among, held_out) = self.held_out(&features, ALL);
        let calibration = calibrate(&held_out, &self.labels);
        let mut model = Model {
            alone,
            among,
            calibration,
            threshold_ppm: 0,
            evidence,
            frequencies: self.frequencies.clone(),
            report: Report::default(),
        };
        let best = best_threshold(&held_out, &self.labels);
        model.threshold_ppm = model.score(best.margin).min(1_000_000);
        model.report = self.report(&model, &held_out, best, trained_on);
        model.report.f1_alone_ppm = ppm(of_alone.f1);
        model
    }

    /// Features of all pairs, with evidence of words learnt from the folds that a pair is not in; and evidence learnt from all.
    fn features(&self) -> (Vec<Features>, Evidence) {
        let corpus = &self.prepared.corpus;
        let batch = |pairs: &[(u32, u32)]| {
            let mut comparer = Comparer::new(corpus, None);
            let each = |pair: &(u32, u32)| {
                let features = comparer.compare(self.prepared.item(pair.0), self.prepared.item(pair.1));
                (features, comparer.left.clone())
            };
            pairs.iter().map(each).collect::<Vec<(Features, Left)>>()
        };
        let compared: Vec<(Features, Left)> = self.pairs.par_chunks(1 << 12).flat_map_iter(batch).collect();
        let learnt = |out: Option<u64>| {
            let mut teacher = Teacher::new(corpus, self.frequencies);
            for (row, (features, left)) in compared.iter().enumerate() {
                if Some(self.folds[row]) != out && features[1] >= ALIKE {
                    teacher.teach(left, self.labels[row]);
                }
            }
            teacher.learnt()
        };
        let folds: Vec<Evidence> = (0..FOLDS).into_par_iter().map(|fold| learnt(Some(fold))).collect();
        let all = learnt(None);
        let spoken = compared.into_iter().enumerate().map(|(row, (mut features, left))| {
            let evidence = &folds[usize::try_from(self.folds[row]).unwrap_or(0)];
            speak(evidence.of(corpus, &left), &mut features);
            features
        });
        (spoken.collect(), all)
    }

    /// Adds what neighbours say, by margins of pairs held out where they are labelled.
    fn add_context(&self, alone: &[f32], held_out: &[f32], features: &mut [Features]) {
        let candidates = &self.prepared.candidates.pairs;
        let mut margins = alone.to_vec();
        let of: HashMap<(u32, u32), f32> = self.pairs.iter().copied().zip(held_out.iter().copied()).collect();
        for (pair, margin) in candidates.iter().zip(&mut margins) {
            if let Some(held_out) = of.get(pair) {
                *margin = *held_out;
            }
        }
        let context = Context::of(self.prepared.corpus.items.len(), candidates, &margins);
        for ((pair, margin), features) in self.pairs.iter().zip(held_out).zip(features) {
            context.add(*pair, *margin, features);
        }
    }

    /// Many careful trees of few pairs; of many pairs a quick first forest, because it sees every candidate.
    fn growth(&self, width: usize) -> Growth {
        let few = self.pairs.len() < 30_000;
        let (trees, leaves, rate, least) = match (few, width == ALONE) {
            (true, _) => (160, 12, 0.06, 1.5),
            (false, true) => (60, 24, 0.25, 4.0),
            (false, false) => (120, 24, 0.15, 4.0),
        };
        Growth { trees, leaves, rate, least, penalty: 2.0, rows: 160, features: 170 }
    }

    /// A forest of all pairs, and what forests that have not seen a pair say of it.
    fn held_out(&self, features: &[Features], width: usize) -> (Forest, Vec<f32>) {
        let grown = |out: Option<u64>| {
            let rows: Vec<usize> =
                (0..self.pairs.len()).filter(|row| Some(self.folds[*row]) != out).collect();
            let values: Vec<f32> =
                rows.iter().flat_map(|row| features[*row][..width].iter().copied()).collect();
            let labels: Vec<bool> = rows.iter().map(|row| self.labels[*row]).collect();
            let rows = Rows { features: &values, width, labels: &labels, signs: &SIGNS[..width] };
            grow(&rows, self.growth(width), 7)
        };
        let parts: Vec<Option<u64>> = (0..FOLDS).map(Some).chain([None]).collect();
        let mut forests: Vec<Forest> = parts.into_par_iter().with_max_len(1).map(grown).collect();
        let all = forests.pop().unwrap_or_default();
        let margins = (0..self.pairs.len())
            .map(|row| {
                let fold = usize::try_from(self.folds[row]).unwrap_or(0);
                forests[fold].margin(&features[row][..width])
            })
            .collect();
        (all, margins)
    }

    fn report(&self, model: &Model, held_out: &[f32], best: Best, trained_on: &str) -> Report {
        let proposed: HashSet<&(u32, u32)> = self.prepared.candidates.pairs.iter().collect();
        let matches = self.labels.iter().filter(|label| **label).count();
        let found =
            self.pairs.iter().zip(&self.labels).filter(|(pair, label)| **label && proposed.contains(pair));
        let mut bands = [(0_u64, 0_u64, 0_u64); 10];
        for (margin, label) in held_out.iter().zip(&self.labels) {
            let score = model.score(*margin);
            let band = &mut bands[(score / 100_000).min(9) as usize];
            band.0 += 1;
            band.1 += u64::from(score);
            band.2 += u64::from(*label);
        }
        let calibration = (0..10).zip(bands).map(|(band, (pairs, scores, matched))| Band {
            from_ppm: band * 100_000,
            pairs,
            mean_score_ppm: ppm(scores as f64 / pairs.max(1) as f64 / 1e6),
            matched_ppm: ppm(matched as f64 / pairs.max(1) as f64),
        });
        Report {
            trained_on: trained_on.to_owned(),
            records: self.prepared.corpus.items.len() as u64,
            pairs: self.pairs.len() as u64,
            matches: matches as u64,
            blocking_recall_ppm: ppm(found.count() as f64 / matches.max(1) as f64),
            folds: u32::try_from(FOLDS).unwrap_or(0),
            precision_ppm: ppm(best.precision),
            recall_ppm: ppm(best.recall),
            f1_ppm: ppm(best.f1),
            f1_alone_ppm: 0,
            calibration: calibration.collect(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Best {
    margin: f32,
    precision: f64,
    recall: f64,
    f1: f64,
}

/// The margin with the best F1.
fn best_threshold(margins: &[f32], labels: &[bool]) -> Best {
    let mut order: Vec<usize> = (0..margins.len()).collect();
    order.sort_unstable_by(|a, b| margins[*b].total_cmp(&margins[*a]).then(a.cmp(b)));
    let matches = labels.iter().filter(|label| **label).count() as f64;
    let mut best = Best::default();
    let mut right = 0.0;
    for (place, row) in order.iter().enumerate() {
        right += f64::from(u8::from(labels[*row]));
        let next = order.get(place + 1).map(|row| margins[*row]);
        if next == Some(margins[*row]) {
            continue;
        }
        let (precision, recall) = (right / (place as f64 + 1.0), right / matches.max(1.0));
        let f1 = if right > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        if f1 > best.f1 {
            let margin = next.map_or(margins[*row], |next| f32::midpoint(margins[*row], next));
            best = Best { margin, precision, recall, f1 };
        }
    }
    best
}

/// Slope and offset of the logit by the margin, by Newton's method on the likelihood (J. Platt, 1999, with his soft targets).
fn calibrate(margins: &[f32], labels: &[bool]) -> [f64; 2] {
    let matches = labels.iter().filter(|label| **label).count() as f64;
    let others = labels.len() as f64 - matches;
    let (high, low) = ((matches + 1.0) / (matches + 2.0), 1.0 / (others + 2.0));
    let (mut slope, mut offset) = (1.0, 0.0);
    for _ in 0..30 {
        let (mut g, mut h) = ([0.0; 2], [[1e-9, 0.0], [0.0, 1e-9]]);
        for (margin, label) in margins.iter().zip(labels) {
            let x = f64::from(*margin);
            let chance = 1.0 / (1.0 + (-(slope * x + offset)).exp());
            let (error, weight) = (chance - if *label { high } else { low }, chance * (1.0 - chance));
            g[0] += error * x;
            g[1] += error;
            h[0][0] += weight * x * x;
            h[0][1] += weight * x;
            h[1][1] += weight;
        }
        let determinant = h[0][0] * h[1][1] - h[0][1] * h[0][1];
        if determinant.abs() < 1e-12 {
            break;
        }
        let step = [
            (g[0] * h[1][1] - g[1] * h[0][1]) / determinant,
            (g[1] * h[0][0] - g[0] * h[0][1]) / determinant,
        ];
        slope = (slope - step[0]).clamp(0.05, 20.0);
        offset = (offset - step[1]).clamp(-20.0, 20.0);
        if step[0].abs() + step[1].abs() < 1e-9 {
            break;
        }
    }
    // six decimals, which documents keep exactly
    [slope, offset].map(|value| (value * 1e6).round() / 1e6)
}
