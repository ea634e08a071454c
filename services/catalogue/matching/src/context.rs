//! What the neighbours of a pair say about it: whether each is the other's best, and by how much.

use crate::features::{ALL, ALONE, Features};

/// Margins of the pairs of each item: the highest first, and by the other item.
pub(crate) struct Context {
    starts: Vec<u32>,
    margins: Vec<f32>,
    others: Vec<(u32, f32)>,
}

/// A pair below this margin is no rival.
pub(crate) const RIVAL: f32 = -5.0;

/// Most ties of an item that pairs are made of.
const TIES: usize = 12;

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn count(count: usize) -> f32 {
    count as f32
}

impl Context {
    /// Of so many items, with the margin of each pair.
    pub(crate) fn of(items: usize, pairs: &[(u32, u32)], margins: &[f32]) -> Self {
        let rivals = || pairs.iter().zip(margins).filter(|(_, margin)| **margin >= RIVAL);
        let mut starts = vec![0_u32; items + 1];
        for ((a, b), _) in rivals() {
            starts[*a as usize + 1] += 1;
            starts[*b as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut others = vec![(0, 0.0); starts[items] as usize];
        for ((a, b), margin) in rivals() {
            for (item, other) in [(a, b), (b, a)] {
                let place = &mut next[*item as usize];
                others[*place as usize] = (*other, *margin);
                *place += 1;
            }
        }
        let mut highest: Vec<f32> = others.iter().map(|(_, margin)| *margin).collect();
        for item in 0..items {
            let range = starts[item] as usize..starts[item + 1] as usize;
            highest[range.clone()].sort_unstable_by(|a, b| b.total_cmp(a));
            others[range].sort_unstable_by_key(|(other, _)| *other);
        }
        Self { starts, margins: highest, others }
    }

    fn margins(&self, item: u32) -> &[f32] {
        let at = item as usize;
        &self.margins[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Pairs of items that a third ties by two margins above a bound; the first [`TIES`] of each item, the likeliest first.
    pub(crate) fn tied(&self, items: u32, above: f32) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        let mut ties: Vec<(u32, f32)> = Vec::new();
        for item in 0..items {
            let at = item as usize;
            let others = &self.others[self.starts[at] as usize..self.starts[at + 1] as usize];
            ties.clear();
            ties.extend(others.iter().filter(|(_, margin)| *margin > above));
            ties.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            ties.truncate(TIES);
            for (place, (a, _)) in ties.iter().enumerate() {
                pairs.extend(ties[..place].iter().map(|(b, _)| (*a.min(b), *a.max(b))));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// How well a third item ties the two, and how well it ties one of them while it is told from the other: the weaker of
    /// its two margins, at its best.
    fn bridges(&self, pair: (u32, u32)) -> (f32, f32) {
        let of = |item: u32| {
            let at = item as usize;
            &self.others[self.starts[at] as usize..self.starts[at + 1] as usize]
        };
        let (mut of_a, mut of_b) = (of(pair.0), of(pair.1));
        let (mut bridge, mut parted) = (f32::NAN, f32::NAN);
        loop {
            let (other, a, b) = match (of_a.first(), of_b.first()) {
                (Some(x), Some(y)) if x.0 == y.0 => (x.0, x.1, y.1),
                (Some(x), y) if y.is_none_or(|y| x.0 < y.0) => (x.0, x.1, RIVAL),
                (_, Some(y)) => (y.0, RIVAL, y.1),
                _ => return (bridge, parted),
            };
            of_a = if of_a.first().is_some_and(|it| it.0 == other) { &of_a[1..] } else { of_a };
            of_b = if of_b.first().is_some_and(|it| it.0 == other) { &of_b[1..] } else { of_b };
            if other != pair.0 && other != pair.1 {
                // f32::max passes over what is not known
                bridge = bridge.max(a.min(b));
                parted = parted.max(a.max(b).min(-a.min(b)));
            }
        }
    }

    /// Adds what the neighbours say.
    pub(crate) fn add(&self, pair: (u32, u32), margin: f32, to: &mut Features) {
        let of = |item: u32| {
            let margins = self.margins(item);
            let better = margins.partition_point(|other| *other > margin);
            // the pair itself is one of those with its margin, where it is a rival at all
            let itself = margins.get(better).is_some_and(|other| other.total_cmp(&margin).is_eq());
            let best = if better > 0 { margins.first() } else { margins.get(usize::from(itself)) };
            let likely = margins.partition_point(|other| *other > 0.0) - usize::from(itself && margin > 0.0);
            (best.map_or(f32::NAN, |best| margin - best), better, likely)
        };
        let (a, b) = (of(pair.0), of(pair.1));
        let fewest_most = |a: usize, b: usize| (count(a.min(b)), count(a.max(b)));
        to[ALONE] = margin;
        // f32::min and max pass over what is not known; both orders give the same
        to[ALONE + 1] = a.0.min(b.0);
        to[ALONE + 2] = a.0.max(b.0);
        (to[ALONE + 3], to[ALONE + 4]) = fewest_most(a.1, b.1);
        (to[ALONE + 5], to[ALONE + 6]) = fewest_most(a.2, b.2);
        (to[ALONE + 7], to[ALONE + 8]) = self.bridges(pair);
        debug_assert_eq!(ALONE + 9, ALL);
    }
}
