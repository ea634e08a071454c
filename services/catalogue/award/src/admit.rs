//! From a round to its programme: which bids may be awarded at all, and why the others may not.

use std::collections::BTreeSet;

use crate::{
    document::{Bid, Round, ShareOf},
    programme::{Column, Programme},
    rule::Held,
};

/// A programme and what its columns are.
#[derive(Clone, Debug)]
pub(crate) struct Admitted {
    pub(crate) programme: Programme,
    /// Position of the bid of each column.
    pub(crate) bids: Vec<usize>,
    /// Bids that may not be awarded, with the reason.
    pub(crate) left_out: Vec<(usize, String)>,
}

impl Admitted {
    /// Columns stand in the order of the bids' ids, so that the order of the document decides nothing.
    pub(crate) fn of(round: &Round, held: &Held) -> Self {
        let left_out = left_out(round, held);
        let out: BTreeSet<usize> = left_out.iter().map(|(bid, _)| *bid).collect();
        let mut bids: Vec<usize> = (0..round.bids.len()).filter(|bid| !out.contains(bid)).collect();
        bids.sort_by(|one, two| round.bids[*one].id.cmp(&round.bids[*two].id));
        let mut place = vec![0; round.bids.len()];
        bids.iter().enumerate().for_each(|(column, bid)| place[*bid] = column);
        let column = |at: &usize| {
            let bid = &round.bids[*at];
            let price = round.price(bid).unwrap_or(0);
            Column {
                price,
                weight: weight(round, bid, price),
                supplier: bid.supplier,
                lots: bid.lots.clone(),
                requires: bid.requires.iter().map(|other| place[*other]).collect(),
            }
        };
        let constraints = &round.constraints;
        let mut switching = vec![0; round.suppliers.len()];
        for ((supplier, pence), held) in constraints.switching.iter().zip(&held.switching) {
            switching[*supplier] += if *held { *pence } else { 0 };
        }
        let most = constraints.max_suppliers.filter(|_| held.max_suppliers);
        let share = constraints.max_share.filter(|share| held.max_share && share.ppm < 1_000_000);
        let programme = Programme {
            lots: round.lots.len(),
            suppliers: round.suppliers.len(),
            columns: bids.iter().map(column).collect(),
            most: most.map_or(round.suppliers.len(), |most| most.min(round.suppliers.len())),
            share_ppm: share.map(|share| share.ppm),
            switching,
            ..Programme::default()
        };
        Self { programme: programme.linked(), bids, left_out }
    }

    /// Columns of bids; none where one of them has no column.
    pub(crate) fn columns(&self, bids: &[usize]) -> Option<Vec<usize>> {
        let mut columns = Vec::with_capacity(bids.len());
        for (column, bid) in self.bids.iter().enumerate() {
            if bids.contains(bid) {
                columns.push(column);
            }
        }
        (columns.len() == bids.len()).then_some(columns)
    }
}

fn weight(round: &Round, bid: &Bid, price: i64) -> i64 {
    match round.constraints.max_share.map_or(ShareOf::Value, |share| share.of) {
        ShareOf::Value => price,
        ShareOf::Quantity => round.quantity(bid),
        ShareOf::Lots => i64::try_from(bid.lots.len()).unwrap_or(i64::MAX),
    }
}

/// Bids that no award can hold, whatever the others.
fn left_out(round: &Round, held: &Held) -> Vec<(usize, String)> {
    let vetoes: Vec<_> = round
        .constraints
        .excluded
        .iter()
        .zip(&held.vetoes)
        .filter(|(_, held)| **held)
        .map(|(veto, _)| veto)
        .collect();
    let own = |(at, bid): (usize, &Bid)| {
        let veto = vetoes.iter().find(|veto| veto.supplier == bid.supplier && bid.lots.contains(&veto.lot));
        if let Some(veto) = veto {
            let by = if veto.organisation.is_empty() { "" } else { " by " };
            let lot = &round.lots[veto.lot].id;
            return Some((
                at,
                format!("{} is excluded from {lot}{by}{}", round.suppliers[bid.supplier], veto.organisation),
            ));
        }
        if round.price(bid).is_none() {
            return Some((at, format!("its quantity, {}, is below its first tier", round.quantity(bid))));
        }
        let clash = bid
            .requires
            .iter()
            .find(|other| round.bids[**other].lots.iter().any(|lot| bid.lots.contains(lot)));
        clash.map(|other| {
            (at, format!("it requires {}, which is for one of the same lots", round.bids[*other].id))
        })
    };
    let mut out: Vec<(usize, String)> = round.bids.iter().enumerate().filter_map(own).collect();
    let mut seen: BTreeSet<usize> = out.iter().map(|(at, _)| *at).collect();
    loop {
        let lost = |(at, bid): (usize, &Bid)| {
            let other = bid.requires.iter().find(|other| seen.contains(other))?;
            (!seen.contains(&at))
                .then(|| (at, format!("it requires {}, which cannot be awarded", round.bids[*other].id)))
        };
        let more: Vec<(usize, String)> = round.bids.iter().enumerate().filter_map(lost).collect();
        if more.is_empty() {
            out.sort_unstable_by_key(|(at, _)| *at);
            return out;
        }
        seen.extend(more.iter().map(|(at, _)| *at));
        out.extend(more);
    }
}
