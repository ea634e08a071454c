//! Made-up rounds of any size, the same for the same seed.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::document::{Bid, Constraints, Kind, Lot, Price, Round, Share, ShareOf, Tier, Veto};

/// What a made-up round is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Lots.
    pub lots: usize,
    /// Suppliers; at least one.
    pub suppliers: usize,
    /// Tiers of each bid; with none, bids ask a price for all.
    pub tiers: usize,
    /// Bundles that each supplier bids for beside single lots.
    pub bundles: usize,
    /// Most suppliers, share, vetoes and switching costs.
    pub constrained: bool,
    /// Seed.
    pub seed: u64,
}

struct Maker {
    random: ChaCha8Rng,
    size: Size,
}

/// Makes a round up: each supplier bids for nine lots of ten by themselves, and for some bundles at a discount.
pub fn generate(size: Size) -> Round {
    let size = Size { suppliers: size.suppliers.max(1), ..size };
    let mut maker = Maker { random: ChaCha8Rng::seed_from_u64(size.seed), size };
    let lots: Vec<Lot> = (0..size.lots)
        .map(|at| Lot { id: format!("L{:03}", at + 1), quantity: maker.within(50, 5_000) })
        .collect();
    // pence a unit that the market asks for, in hundredths
    let going: Vec<i64> = lots.iter().map(|_| maker.within(2_000, 90_000)).collect();
    let mut bids = Vec::new();
    for supplier in 0..size.suppliers {
        for lot in 0..size.lots {
            if size.suppliers == 1 || maker.within(1, 10) > 1 {
                let off = maker.within(0, 250);
                bids.push(maker.bid(&lots, &going, (supplier, vec![lot], off)));
            }
        }
        for _ in 0..if size.lots > 1 { size.bundles } else { 0 } {
            let many = usize::try_from(maker.within(2, 6)).unwrap_or(2).min(size.lots);
            let mut chosen: Vec<usize> = (0..many).map(|_| maker.random.random_range(0..size.lots)).collect();
            chosen.sort_unstable();
            chosen.dedup();
            let off = maker.within(60, 280);
            bids.push(maker.bid(&lots, &going, (supplier, chosen, off)));
        }
    }
    for (at, bid) in bids.iter_mut().enumerate() {
        bid.id = format!("B{:05}", at + 1);
    }
    Round {
        title: format!("made up from seed {}", size.seed),
        suppliers: (1..=size.suppliers).map(|at| format!("Supplier {at}")).collect(),
        constraints: if size.constrained { maker.constraints() } else { Constraints::default() },
        lots,
        bids,
    }
}

impl Maker {
    fn within(&mut self, low: i64, high: i64) -> i64 {
        self.random.random_range(low..=high)
    }

    /// A bid at the going price less so many thousandths.
    fn bid(&mut self, lots: &[Lot], going: &[i64], (supplier, chosen, off): (usize, Vec<usize>, i64)) -> Bid {
        let quantity: i64 = chosen.iter().map(|lot| lots[*lot].quantity).sum();
        let worth: i64 = chosen.iter().map(|lot| lots[*lot].quantity * going[*lot]).sum();
        let unit = worth / quantity.max(1) * (1_000 - off) / 1_000;
        let price = if self.size.tiers == 0 {
            Price::Total(unit * quantity / 100)
        } else {
            let kind = if self.random.random_range(0..2) == 0 { Kind::AllUnits } else { Kind::Incremental };
            Price::Tiers(kind, self.tiers(quantity, unit))
        };
        Bid { id: String::new(), supplier, lots: chosen, price, requires: Vec::new() }
    }

    fn tiers(&mut self, quantity: i64, unit: i64) -> Vec<Tier> {
        let mut price = unit * 108 / 100;
        let mut tiers: Vec<Tier> = Vec::new();
        for number in 0..i64::try_from(self.size.tiers).unwrap_or(1) {
            let least = tiers.last().map_or(0, |tier| tier.min_quantity + 1);
            let begins = if number == 0 { 1 } else { (quantity * number * 4 / 10).max(least) };
            tiers.push(Tier { min_quantity: begins, unit_price: price });
            price = price * self.within(930, 990) / 1_000;
        }
        tiers
    }

    fn constraints(&mut self) -> Constraints {
        let suppliers = self.size.suppliers;
        let vetoes = if self.size.lots == 0 { 0 } else { 5 };
        let excluded = (0..vetoes)
            .map(|_| Veto {
                supplier: self.random.random_range(0..suppliers),
                lot: self.random.random_range(0..self.size.lots),
                organisation: format!("R{}", self.within(0, 5)),
            })
            .collect();
        Constraints {
            max_suppliers: Some((suppliers / 2).max(1)),
            max_share: (suppliers >= 4).then_some(Share { ppm: 350_000, of: ShareOf::Value }),
            excluded,
            switching: (0..suppliers / 2).map(|at| (at, self.within(500_000, 5_000_000))).collect(),
        }
    }
}
