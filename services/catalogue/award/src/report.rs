//! Makes the outcome of what was found.

use std::collections::BTreeMap;

use crate::{
    admit::Admitted,
    document::Round,
    outcome::{Gap, LotRow, Outcome, Separate, Status, SupplierRow},
    rule::Rule,
    search::Found,
};

/// Everything that an outcome is made from.
#[derive(Clone, Copy)]
pub(crate) struct Report<'a> {
    pub(crate) round: &'a Round,
    pub(crate) all: &'a Admitted,
}

impl Report<'_> {
    /// Ids of the bids of columns, in the order of the document.
    pub(crate) fn ids(&self, columns: &[usize]) -> Vec<String> {
        self.bids(columns).into_iter().map(|bid| self.round.bids[bid].id.clone()).collect()
    }

    fn bids(&self, columns: &[usize]) -> Vec<usize> {
        let mut bids: Vec<usize> = columns.iter().map(|at| self.all.bids[*at]).collect();
        bids.sort_unstable();
        bids
    }

    /// The outcome as far as the award goes.
    pub(crate) fn outcome(&self, found: &Found) -> Outcome {
        let best = found.best.as_ref();
        let sums = best.map(|best| self.all.programme.sums(&best.columns));
        let status = match (best.is_some(), found.proven()) {
            (true, true) => Status::Optimal,
            (true, false) => Status::Feasible,
            (false, true) => Status::Infeasible,
            (false, false) => Status::Unknown,
        };
        let columns = best.map(|best| best.columns.as_slice()).unwrap_or_default();
        Outcome {
            title: self.round.title.clone(),
            status,
            cost_pence: best.map(|best| best.cost),
            price_pence: sums.as_ref().map(|sums| sums.price),
            switching_pence: sums.as_ref().map(|sums| self.all.programme.switched(sums)),
            bound_pence: (found.bound < i64::MAX).then_some(found.bound),
            gap: best.map(|best| Gap::between(best.cost, found.bound)),
            solver_ended: best.is_some() && found.ended,
            awards: self.ids(columns),
            lots: self.lots(columns),
            suppliers: self.suppliers(columns),
            runner_up: None,
            price_of_constraints: BTreeMap::new(),
            constraints: Vec::new(),
            separate: self.separate(),
            left_out: Vec::new(),
            reasons: Vec::new(),
            nodes: found.nodes,
        }
    }

    fn lots(&self, columns: &[usize]) -> Vec<LotRow> {
        let mut rows: Vec<(usize, LotRow)> = Vec::new();
        for bid in self.bids(columns) {
            let bid = &self.round.bids[bid];
            rows.extend(bid.lots.iter().map(|lot| {
                let row = LotRow {
                    id: self.round.lots[*lot].id.clone(),
                    quantity: self.round.lots[*lot].quantity,
                    bid: bid.id.clone(),
                    supplier: self.round.suppliers[bid.supplier].clone(),
                };
                (*lot, row)
            }));
        }
        rows.sort_by_key(|(lot, _)| *lot);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn suppliers(&self, columns: &[usize]) -> Vec<SupplierRow> {
        let of = &self.all.programme;
        let sums = of.sums(columns);
        let row = |supplier: usize| {
            let own =
                || columns.iter().map(|at| &of.columns[*at]).filter(|column| column.supplier == supplier);
            let share = i128::from(sums.weight[supplier]) * 1_000_000 / i128::from(sums.all.max(1));
            SupplierRow {
                supplier: self.round.suppliers[supplier].clone(),
                bids: own().count() as u64,
                lots: own().map(|column| column.lots.len() as u64).sum(),
                value_pence: own().map(|column| column.price).sum(),
                share_ppm: i64::try_from(share).unwrap_or(0),
                switching_pence: of.switching[supplier],
            }
        };
        (0..of.suppliers).filter(|supplier| sums.count[*supplier] > 0).map(row).collect()
    }

    /// The cheapest bid for each lot alone.
    fn separate(&self) -> Option<Separate> {
        let of = &self.all.programme;
        let cheapest = |columns: &Vec<usize>| {
            let alone =
                |at: &&usize| of.columns[**at].lots.len() == 1 && of.columns[**at].requires.is_empty();
            columns.iter().filter(alone).min_by_key(|at| (of.columns[**at].price, **at)).copied()
        };
        let columns: Vec<usize> = of.by_lot.iter().map(cheapest).collect::<Option<_>>()?;
        let sums = of.sums(&columns);
        let (suppliers, share) = of.excess(&sums);
        let broken = [(suppliers > 0, Rule::MaxSuppliers), (share > 0, Rule::MaxShare)];
        Some(Separate {
            cost_pence: sums.price + of.switched(&sums),
            awards: self.ids(&columns),
            breaks: broken.iter().filter(|(is, _)| *is).map(|(_, rule)| rule.words(self.round)).collect(),
        })
    }
}
