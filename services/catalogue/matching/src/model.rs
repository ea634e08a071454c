//! A trained model as a document: two forests, a calibration, word frequencies, and the report of its training.

use std::collections::BTreeMap;

use muster_document::Problem;
use serde::{Deserialize, Serialize};

use crate::{
    evidence::Evidence,
    features::{ALL, ALONE, FEATURES},
    forest::Forest,
    frequencies::Frequencies,
};

/// Name of the format of model documents.
const FORMAT: &str = "muster-matching-model-1";

/// The model that is shipped, trained on made-up descriptions of medical consumables.
const SHIPPED: &str = include_str!("../models/consumables.json");

/// A trained model.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(crate) alone: Forest,
    pub(crate) among: Forest,
    pub(crate) evidence: Evidence,
    /// Slope and offset from the margin to the logit of the probability.
    pub(crate) calibration: [f64; 2],
    /// Score from which a pair is a match, in ppm.
    pub threshold_ppm: u32,
    /// How often words stood in the records of its training.
    pub frequencies: Frequencies,
    /// How it was trained, and how well it did on pairs that it had not seen.
    pub report: Report,
}

/// How a model was trained, and how well it did in cross-validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// What it was trained on.
    pub trained_on: String,
    /// Records of both files.
    pub records: u64,
    /// Labelled pairs.
    pub pairs: u64,
    /// Labelled pairs that match.
    pub matches: u64,
    /// Labelled matches that blocking proposes by itself, in ppm.
    pub blocking_recall_ppm: u32,
    /// Parts that the pairs were held out in.
    pub folds: u32,
    /// Precision at the threshold on pairs held out, in ppm.
    pub precision_ppm: u32,
    /// Recall at the threshold on pairs held out, in ppm; of labelled matches.
    pub recall_ppm: u32,
    /// F1 at the threshold on pairs held out, in ppm.
    pub f1_ppm: u32,
    /// F1 of the features of pairs alone, without what neighbours add, in ppm.
    pub f1_alone_ppm: u32,
    /// Scores of pairs held out in ten bands, beside the share that did match.
    pub calibration: Vec<Band>,
}

/// Pairs with scores in a band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Lowest score of the band, in ppm.
    pub from_ppm: u32,
    /// Pairs.
    pub pairs: u64,
    /// Mean score, in ppm.
    pub mean_score_ppm: u32,
    /// Share that did match, in ppm.
    pub matched_ppm: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    report: Report,
    threshold_ppm: u32,
    calibration: [f64; 2],
    features: Vec<String>,
    records: u64,
    words: BTreeMap<String, u32>,
    evidence: Evidence,
    alone: Forest,
    among: Forest,
}

impl Model {
    /// The model that is shipped.
    pub fn shipped() -> Self {
        Self::read(SHIPPED).unwrap_or_else(|problem| unreachable!("the shipped model is damaged: {problem}"))
    }

    /// Reads a model document.
    ///
    /// # Errors
    /// A [`Problem`] when the text is no JSON, no model, of another version, or its trees lead nowhere.
    pub fn read(text: &str) -> Result<Self, Problem> {
        const AGAIN: &str = "give a file that `--model-out` wrote";
        let document: Document = serde_json::from_str(text).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Problem::new(place, format!("is no model ({error})"), AGAIN)
        })?;
        if document.format != FORMAT {
            let what = format!("is `{}`, not `{FORMAT}`", document.format);
            return Err(Problem::new("format", what, "train the model again with this version"));
        }
        if document.features != FEATURES {
            let what = "are not those that this version makes";
            return Err(Problem::new("features", what, "train the model again with this version"));
        }
        for (name, forest, features) in [("alone", &document.alone, ALONE), ("among", &document.among, ALL)] {
            if !forest.is_sound(features) {
                return Err(Problem::new(name, "has a tree that leads nowhere", AGAIN));
            }
        }
        let [slope, offset] = document.calibration;
        if !slope.is_finite() || slope <= 0.0 || !offset.is_finite() {
            return Err(Problem::new("calibration", "needs a slope above 0 and an offset", AGAIN));
        }
        if document.threshold_ppm > 1_000_000 {
            return Err(Problem::new("threshold_ppm", "is above 1,000,000", AGAIN));
        }
        Ok(Self {
            alone: document.alone,
            among: document.among,
            evidence: document.evidence,
            calibration: document.calibration,
            threshold_ppm: document.threshold_ppm,
            frequencies: Frequencies::new(document.records, document.words),
            report: document.report,
        })
    }

    /// Writes the model document; reading it gives the same model.
    pub fn write(&self) -> String {
        let document = Document {
            format: FORMAT.to_owned(),
            report: self.report.clone(),
            threshold_ppm: self.threshold_ppm,
            calibration: self.calibration,
            features: FEATURES.iter().map(|name| (*name).to_owned()).collect(),
            records: self.frequencies.records(),
            words: self.frequencies.words().clone(),
            evidence: self.evidence.clone(),
            alone: self.alone.clone(),
            among: self.among.clone(),
        };
        serde_json::to_string(&document)
            .unwrap_or_else(|error| unreachable!("a model is always JSON: {error}"))
    }

    /// Probability of a margin, in ppm.
    pub(crate) fn score(&self, margin: f32) -> u32 {
        let logit = self.calibration[0] * f64::from(margin) + self.calibration[1];
        ppm(1.0 / (1.0 + (-logit).exp()))
    }
}

/// A share in ppm.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a million")]
pub(crate) fn ppm(share: f64) -> u32 {
    if share.is_nan() { 0 } else { (share.clamp(0.0, 1.0) * 1e6).round() as u32 }
}
