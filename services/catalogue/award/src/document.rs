//! A round as it was read: names resolved to positions.

use serde::Serialize;

/// Name of the schema that documents may say they follow.
pub const SCHEMA: &str = "muster-award/1";

/// Lots, what was bid for them, and what an award may not break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Title for people; empty when not given.
    pub title: String,
    /// Lots; each is awarded exactly once.
    pub lots: Vec<Lot>,
    /// Suppliers, in the order in which the document first names them.
    pub suppliers: Vec<String>,
    /// Bids.
    pub bids: Vec<Bid>,
    /// What an award may not break, and what a change of supplier costs.
    pub constraints: Constraints,
}

/// A lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Id.
    pub id: String,
    /// Quantity, in the lot's own unit.
    pub quantity: i64,
}

/// A bid: all of its lots or none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bid {
    /// Id.
    pub id: String,
    /// Position of the supplier.
    pub supplier: usize,
    /// Positions of the lots, in order; at least one.
    pub lots: Vec<usize>,
    /// What is asked for them.
    pub price: Price,
    /// Positions of bids that must be awarded too: the condition of a conditional bid.
    pub requires: Vec<usize>,
}

/// What a bid asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Price {
    /// For all lots together, in pence.
    Total(i64),
    /// By quantity.
    Tiers(Kind, Vec<Tier>),
}

/// How tiers are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole quantity at the price of the tier that it reaches.
    AllUnits,
    /// Each unit at the price of the tier that it lies in.
    Incremental,
}

/// A tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Where it begins.
    pub min_quantity: i64,
    /// Price of a unit, in 1/100 pence.
    pub unit_price: i64,
}

/// What an award may not break, and what a change of supplier costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Most suppliers that are awarded anything.
    pub max_suppliers: Option<usize>,
    /// Most that one supplier may have.
    pub max_share: Option<Share>,
    /// Vetoes.
    pub excluded: Vec<Veto>,
    /// What it costs, once, that a supplier is awarded anything: position and pence. A supplier that is not named is in place
    /// already.
    pub switching: Vec<(usize, i64)>,
}

/// Most that one supplier may have of an award.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Share, in ppm.
    pub ppm: i64,
    /// Of what.
    pub of: ShareOf,
}

/// What shares are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareOf {
    /// Of the prices of all awarded bids together, without the cost of switching.
    #[default]
    Value,
    /// Of the quantity of all lots together.
    Quantity,
    /// Of the number of lots.
    Lots,
}

/// A supplier that may not have a lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Veto {
    /// Position of the supplier.
    pub supplier: usize,
    /// Position of the lot.
    pub lot: usize,
    /// Who says so; empty when not given.
    pub organisation: String,
}

impl Round {
    /// Quantity of all lots of a bid together.
    pub fn quantity(&self, bid: &Bid) -> i64 {
        bid.lots.iter().map(|lot| self.lots[*lot].quantity).sum()
    }

    /// What a bid costs, in pence, rounded once, half up; none where its quantity is below its first tier.
    pub fn price(&self, bid: &Bid) -> Option<i64> {
        match &bid.price {
            Price::Total(pence) => Some(*pence),
            Price::Tiers(kind, tiers) => priced(*kind, tiers, self.quantity(bid)),
        }
    }
}

/// Pence for a quantity.
///
/// All units: the quantity times the price of the last tier that begins at or below it. Incremental: a first tier from 1 numbers
/// units, so that a tier from 101 begins with the 101st; a first tier from 0 (or from a minimum order) counts what was bought
/// before, so that a tier from 100 also begins with the 101st.
pub(crate) fn priced(kind: Kind, tiers: &[Tier], quantity: i64) -> Option<i64> {
    let first = tiers.first()?;
    if quantity < first.min_quantity {
        return None;
    }
    let hundredths = match kind {
        Kind::AllUnits => {
            let reached = tiers.iter().rev().find(|tier| tier.min_quantity <= quantity)?;
            i128::from(quantity) * i128::from(reached.unit_price)
        }
        Kind::Incremental => {
            let before = |tier: &Tier| tier.min_quantity - i64::from(first.min_quantity == 1);
            let ends = tiers[1..].iter().map(before).chain([i64::MAX]);
            let starts = [0].into_iter().chain(tiers[1..].iter().map(before));
            let units = starts.zip(ends).map(|(start, end)| (quantity.min(end) - start).max(0));
            units.zip(tiers).map(|(units, tier)| i128::from(units) * i128::from(tier.unit_price)).sum()
        }
    };
    i64::try_from((hundredths + 50).div_euclid(100)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers(of: &[(i64, i64)]) -> Vec<Tier> {
        of.iter()
            .map(|(min_quantity, pence)| Tier { min_quantity: *min_quantity, unit_price: pence * 100 })
            .collect()
    }

    #[test]
    fn all_units_take_the_price_of_the_tier_reached() {
        let of = tiers(&[(1, 10), (100, 8), (200, 7)]);
        let price = |quantity| priced(Kind::AllUnits, &of, quantity);
        assert_eq!([price(0), price(1), price(99)], [None, Some(10), Some(990)]);
        assert_eq!([price(100), price(199), price(250)], [Some(800), Some(1592), Some(1750)]);
    }

    #[test]
    fn incremental_units_each_take_the_price_of_their_tier() {
        for of in [tiers(&[(0, 10), (100, 8), (200, 7)]), tiers(&[(1, 10), (101, 8), (201, 7)])] {
            let price = |quantity| priced(Kind::Incremental, &of, quantity);
            assert_eq!([price(100), price(101), price(150)], [Some(1000), Some(1008), Some(1400)]);
            assert_eq!(price(250), Some(1000 + 800 + 350));
        }
        // a minimum order is no free quantity
        assert_eq!(priced(Kind::Incremental, &tiers(&[(10, 5), (20, 4)]), 25), Some(120));
        assert_eq!(priced(Kind::Incremental, &tiers(&[(10, 5), (20, 4)]), 9), None);
    }

    #[test]
    fn parts_of_a_penny_are_rounded_once() {
        let of = [Tier { min_quantity: 0, unit_price: 33 }];
        assert_eq!(priced(Kind::AllUnits, &of, 100), Some(33));
        assert_eq!(priced(Kind::AllUnits, &of, 2), Some(1));
        assert_eq!(priced(Kind::Incremental, &of, 1), Some(0));
    }
}
