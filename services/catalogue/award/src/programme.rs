//! The whole-number programme of an award: which columns (bids) to take, so that each lot is taken once.

use std::collections::BTreeSet;

/// A bid that may be awarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Pence.
    pub(crate) price: i64,
    /// What shares are counted in: pence, quantity or lots.
    pub(crate) weight: i64,
    pub(crate) supplier: usize,
    /// In order, at least one.
    pub(crate) lots: Vec<usize>,
    /// Columns that must be taken too.
    pub(crate) requires: Vec<usize>,
}

/// Columns and what holds among them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Programme {
    pub(crate) lots: usize,
    pub(crate) suppliers: usize,
    pub(crate) columns: Vec<Column>,
    /// Most suppliers.
    pub(crate) most: usize,
    /// Most that a supplier may have of all weight, in ppm.
    pub(crate) share_ppm: Option<i64>,
    /// What it costs that a supplier is taken at all, in pence.
    pub(crate) switching: Vec<i64>,
    /// An award that is not wanted again.
    pub(crate) barred: Option<Vec<usize>>,
    pub(crate) by_lot: Vec<Vec<usize>>,
    pub(crate) by_supplier: Vec<Vec<usize>>,
    /// Columns that require it.
    pub(crate) needed_by: Vec<Vec<usize>>,
}

/// Sums of an award by supplier.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    pub(crate) count: Vec<u32>,
    pub(crate) weight: Vec<i64>,
    pub(crate) all: i64,
    pub(crate) price: i64,
}

impl Programme {
    /// Fills in who is where.
    pub(crate) fn linked(mut self) -> Self {
        self.by_lot = vec![Vec::new(); self.lots];
        self.by_supplier = vec![Vec::new(); self.suppliers];
        self.needed_by = vec![Vec::new(); self.columns.len()];
        for (at, column) in self.columns.iter().enumerate() {
            column.lots.iter().for_each(|lot| self.by_lot[*lot].push(at));
            self.by_supplier[column.supplier].push(at);
            column.requires.iter().for_each(|other| self.needed_by[*other].push(at));
        }
        self
    }

    pub(crate) fn sums(&self, award: &[usize]) -> Sums {
        let mut sums =
            Sums { count: vec![0; self.suppliers], weight: vec![0; self.suppliers], all: 0, price: 0 };
        for at in award {
            self.add(&mut sums, *at, 1);
        }
        sums
    }

    /// Adds a column to sums, or takes it out.
    pub(crate) fn add(&self, sums: &mut Sums, at: usize, sign: i64) {
        let column = &self.columns[at];
        let count = &mut sums.count[column.supplier];
        *count = if sign > 0 { *count + 1 } else { *count - 1 };
        sums.weight[column.supplier] += sign * column.weight;
        sums.all += sign * column.weight;
        sums.price += sign * column.price;
    }

    /// Pence that switching costs.
    pub(crate) fn switched(&self, sums: &Sums) -> i64 {
        sums.count.iter().zip(&self.switching).filter(|(count, _)| **count > 0).map(|(_, pence)| pence).sum()
    }

    /// Suppliers too many, and weight above the share times a million: both nothing where the award keeps these rules.
    pub(crate) fn excess(&self, sums: &Sums) -> (usize, i128) {
        let suppliers = sums.count.iter().filter(|count| **count > 0).count();
        let over = self.share_ppm.map_or(0, |ppm| {
            let most = i128::from(sums.all) * i128::from(ppm);
            sums.weight.iter().map(|it| (i128::from(*it) * 1_000_000 - most).max(0)).sum()
        });
        (suppliers.saturating_sub(self.most), over)
    }

    /// Pence of an award that keeps every rule; none where one is broken. Whole numbers only, whatever found the award.
    pub(crate) fn cost(&self, award: &[usize]) -> Option<i64> {
        let mut covered = vec![false; self.lots];
        let taken: BTreeSet<usize> = award.iter().copied().collect();
        for at in award {
            for lot in &self.columns[*at].lots {
                if std::mem::replace(&mut covered[*lot], true) {
                    return None;
                }
            }
            if !self.columns[*at].requires.iter().all(|other| taken.contains(other)) {
                return None;
            }
        }
        let again = self.barred.as_ref().is_some_and(|barred| barred.iter().all(|at| taken.contains(at)));
        let sums = self.sums(award);
        let kept = covered.iter().all(|it| *it) && !again && self.excess(&sums) == (0, 0);
        kept.then(|| sums.price + self.switched(&sums))
    }
}
