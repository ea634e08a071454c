//! What the neighbours of a pair say about it: whether each is the other's best, and by how much.

use crate::features::{ALL, ALONE, Features};

/// Margins of the pairs of each item, the highest first.
pub(crate) struct Context {
    starts: Vec<u32>,
    margins: Vec<f32>,
}

/// A pair below this margin is no rival.
pub(crate) const RIVAL: f32 = -5.0;

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
        let mut all = vec![0.0; starts[items] as usize];
        for ((a, b), margin) in rivals() {
            for item in [a, b] {
                let place = &mut next[*item as usize];
                all[*place as usize] = *margin;
                *place += 1;
            }
        }
        for item in 0..items {
            all[starts[item] as usize..starts[item + 1] as usize].sort_unstable_by(|a, b| b.total_cmp(a));
        }
        Self { starts, margins: all }
    }

    fn margins(&self, item: u32) -> &[f32] {
        let at = item as usize;
        &self.margins[self.starts[at] as usize..self.starts[at + 1] as usize]
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
        debug_assert_eq!(ALONE + 7, ALL);
    }
}
