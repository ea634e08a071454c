//! From records to scored pairs.

use rayon::prelude::*;

use crate::{
    block::{Blocking, Candidates, candidates},
    context::{Context, RIVAL},
    corpus::{Corpus, Item, Record},
    evidence::Evidence,
    facets::Facets,
    features::{ALONE, Comparer},
    forest::Forest,
    model::Model,
    relation::{Relation, relation},
};

/// Pairs that one thread takes at a time.
const BATCH: usize = 1 << 12;

/// Margin from which two pairs tie their outer items.
const TIED: f32 = 1.0;

/// Which frequencies weigh words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WordWeights {
    /// Those of the model where it knows most words of the records, else those of the records.
    #[default]
    Fitting,
    /// Those of the model: the score of a pair does not depend on other records.
    Model,
    /// Those of the records at hand.
    Records,
}

/// How to match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Which frequencies weigh words.
    pub weights: WordWeights,
    /// Keeps of each record only the best pair, the best pairs first.
    pub one_to_one: bool,
    /// Score in ppm from which pairs are given; none = the model's threshold.
    pub threshold_ppm: Option<u32>,
    /// Bounds of blocking; none = by the number of records.
    pub blocking: Option<Blocking>,
}

/// Two records that are taken for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Place of the record in the left file; of one file the one whose id comes first.
    pub left: u32,
    /// Place of the record in the right file, or in the one file.
    pub right: u32,
    /// Probability that both are the same item, whatever the pack, in ppm.
    pub score_ppm: u32,
    /// The same item, or the same in another pack.
    pub relation: Relation,
}

/// What matching gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Pairs from the threshold on, by left and right id.
    pub pairs: Vec<Pair>,
    /// Score from which pairs are given, in ppm.
    pub threshold_ppm: u32,
    /// Pairs met in blocks; those met from both sides count twice.
    pub looked_at: u64,
    /// Pairs scored.
    pub scored: u64,
    /// Did the model's frequencies weigh words, or those of the records?
    pub model_weights: bool,
}

/// Records read, weighed and blocked.
pub(crate) struct Prepared {
    pub(crate) corpus: Corpus,
    pub(crate) candidates: Candidates,
    pub(crate) model_weights: bool,
}

impl Corpus {
    /// Weighs words; true = by the model's frequencies.
    fn weigh_by(&mut self, model: Option<&Model>, weights: WordWeights) -> bool {
        let frequencies = model.map(|model| &model.frequencies).filter(|frequencies| match weights {
            WordWeights::Model => true,
            WordWeights::Records => false,
            WordWeights::Fitting => {
                let (mut known, mut all) = (0_u64, 0_u64);
                for (hash, count) in self.vocabulary.counts().filter(|(_, count)| *count > 1) {
                    all += u64::from(count);
                    known += if frequencies.knows(hash) { u64::from(count) } else { 0 };
                }
                5 * known >= 2 * all
            }
        });
        self.weigh(frequencies);
        frequencies.is_some()
    }
}

impl Prepared {
    pub(crate) fn new(left: &[Record], right: &[Record], model: Option<&Model>, options: Options) -> Self {
        let mut corpus = Corpus::read(left, right);
        let model_weights = corpus.weigh_by(model, options.weights);
        Self::blocked(corpus, options, model_weights)
    }

    /// Finds the candidates of records that are weighed.
    pub(crate) fn blocked(corpus: Corpus, options: Options, model_weights: bool) -> Self {
        let facets = Facets::read(&corpus);
        let bounds = options.blocking.unwrap_or_else(|| Blocking::of(corpus.items.len()));
        let candidates = candidates(&corpus, &facets, bounds);
        Self { corpus, candidates, model_weights }
    }

    pub(crate) fn item(&self, at: u32) -> &Item {
        &self.corpus.items[at as usize]
    }

    /// Margins of pairs by themselves.
    pub(crate) fn alone(&self, forest: &Forest, evidence: &Evidence, pairs: &[(u32, u32)]) -> Vec<f32> {
        let batch = |pairs: &[(u32, u32)]| {
            let mut comparer = Comparer::new(&self.corpus, Some(evidence));
            let margin = |pair: &(u32, u32)| {
                let features = comparer.compare(self.item(pair.0), self.item(pair.1));
                forest.quick_margin(&features[..ALONE])
            };
            pairs.iter().map(margin).collect::<Vec<f32>>()
        };
        pairs.par_chunks(BATCH).flat_map_iter(batch).collect()
    }

    /// Adds pairs that blocking missed but a third item ties, and gives the neighbours of all. Only within one file: between two
    /// files no third item stands between a left and a right one.
    pub(crate) fn tie(&mut self, model: &Model, alone: &mut Vec<f32>) -> Context {
        let items = self.corpus.items.len();
        let context = Context::of(items, &self.candidates.pairs, alone);
        if self.corpus.right != items {
            return context;
        }
        let mut tied = context.tied(u32::try_from(items).unwrap_or(u32::MAX), TIED);
        tied.retain(|pair| self.candidates.pairs.binary_search(pair).is_err());
        let margins = self.alone(&model.alone, &model.evidence, &tied);
        self.candidates.pairs.extend(tied);
        alone.extend(margins);
        Context::of(items, &self.candidates.pairs, alone)
    }

    /// Margins of pairs among their neighbours; those that are no rivals have the least there is.
    pub(crate) fn among(
        &self,
        model: &Model,
        context: &Context,
        pairs: &[(u32, u32)],
        alone: &[f32],
    ) -> Vec<f32> {
        let batch = |(pairs, alone): (&[(u32, u32)], &[f32])| {
            let mut comparer = Comparer::new(&self.corpus, Some(&model.evidence));
            let margin = |(pair, margin): (&(u32, u32), &f32)| {
                if *margin < RIVAL {
                    return f32::MIN;
                }
                let mut features = comparer.compare(self.item(pair.0), self.item(pair.1));
                context.add(*pair, *margin, &mut features);
                model.among.margin(&features)
            };
            pairs.iter().zip(alone).map(margin).collect::<Vec<f32>>()
        };
        pairs.par_chunks(BATCH).zip(alone.par_chunks(BATCH)).flat_map_iter(batch).collect()
    }
}

/// Pairs that blocking proposes, by places in the left file and, after its end, in the right one.
pub fn proposed(left: &[Record], right: &[Record], options: Options) -> Vec<(u32, u32)> {
    let prepared = Prepared::new(left, right, None, options);
    let places = &prepared.corpus.places;
    let place = |(a, b): &(u32, u32)| {
        let (a, b) = (places[*a as usize], places[*b as usize]);
        (a.min(b), a.max(b))
    };
    prepared.candidates.pairs.iter().map(place).collect()
}

/// Matches two files, or one file with itself where the right one is empty.
pub fn match_records(left: &[Record], right: &[Record], model: &Model, options: Options) -> Outcome {
    let mut prepared = Prepared::new(left, right, Some(model), options);
    let mut alone = prepared.alone(&model.alone, &model.evidence, &prepared.candidates.pairs);
    let context = prepared.tie(model, &mut alone);
    let pairs = &prepared.candidates.pairs;
    let margins = prepared.among(model, &context, pairs, &alone);
    let threshold_ppm = options.threshold_ppm.unwrap_or(model.threshold_ppm);
    let mut found: Vec<Pair> = pairs
        .par_iter()
        .zip(&margins)
        .map(|(pair, margin)| (pair, model.score(*margin)))
        .filter(|(_, score)| *score >= threshold_ppm)
        .map(|(pair, score_ppm)| {
            let relation = relation(prepared.item(pair.0), prepared.item(pair.1));
            let (a, b) = (prepared.corpus.places[pair.0 as usize], prepared.corpus.places[pair.1 as usize]);
            Pair { left: a.min(b), right: a.max(b), score_ppm, relation }
        })
        .collect();
    let split = u32::try_from(left.len()).unwrap_or(u32::MAX);
    let one_file = right.is_empty();
    let id =
        |at: u32| left.get(at as usize).or_else(|| right.get((at - split) as usize)).map_or("", |it| &it.id);
    if one_file {
        for pair in &mut found {
            if id(pair.right) < id(pair.left) {
                (pair.left, pair.right) = (pair.right, pair.left);
            }
        }
    }
    if options.one_to_one {
        found = best_only(found, prepared.corpus.items.len(), &id);
    }
    found.par_sort_unstable_by(|a, b| (id(a.left), id(a.right)).cmp(&(id(b.left), id(b.right))));
    if !one_file {
        for pair in &mut found {
            pair.right -= split;
        }
    }
    Outcome {
        scored: pairs.len() as u64,
        pairs: found,
        threshold_ppm,
        looked_at: prepared.candidates.looked_at,
        model_weights: prepared.model_weights,
    }
}

/// Of each record the best pair only, the best pairs first; ties go by id.
fn best_only<'a>(mut pairs: Vec<Pair>, items: usize, id: &impl Fn(u32) -> &'a str) -> Vec<Pair> {
    pairs.sort_unstable_by(|a, b| {
        b.score_ppm.cmp(&a.score_ppm).then_with(|| (id(a.left), id(a.right)).cmp(&(id(b.left), id(b.right))))
    });
    let mut taken = vec![false; items];
    pairs.retain(|pair| {
        let free = !taken[pair.left as usize] && !taken[pair.right as usize];
        if free {
            taken[pair.left as usize] = true;
            taken[pair.right as usize] = true;
        }
        free
    });
    pairs
}
