//! Buying together at price breaks: the more is ordered, the less everything costs.

use super::{
    Allocation, Game, Kind,
    game::{SubsetSums, check_players},
};
use crate::domain::Problem;

/// From this quantity on, every unit costs this much (all-units discount).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// Quantity in 1/1000.
    pub from: i64,
    /// Price of a unit in 1/10000.
    pub price: i64,
}

/// Who buys how much, at which prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    players: Vec<String>,
    quantities: Vec<i64>,
    breaks: Vec<Break>,
}

/// Units of a value in one: quantities are in 1/1000, prices in 1/10000.
const SCALE: i64 = 10_000_000;

/// Largest total quantity, in 1/1000.
const MOST: i128 = 1_000_000_000_000;

impl Purchase {
    /// Checks and takes what is bought. `quantities[i]` (in 1/1000) is of `players[i]`.
    ///
    /// # Errors
    /// Players that are none, quantities or breaks out of range or order, or a quantity that has no price.
    pub fn new(players: Vec<String>, quantities: Vec<i64>, breaks: Vec<Break>) -> Result<Self, Problem> {
        check_players(&players)?;
        let first = breaks.first().ok_or_else(|| {
            Problem::new(
                "price_breaks",
                "no price is there",
                "give at least one: {\"from\": 0, \"price\": 10}",
            )
        })?;
        for (at, pair) in breaks.windows(2).enumerate() {
            if pair[0].from >= pair[1].from {
                let place = format!("price_breaks[{}].from", at + 1);
                return Err(Problem::new(place, "not above the one before", "put them in ascending order"));
            }
        }
        for (name, quantity) in players.iter().zip(&quantities) {
            let place = format!("quantities.{name}");
            if *quantity < 0 {
                return Err(Problem::new(place, "below zero", "give zero or more"));
            }
            if *quantity > 0 && *quantity < first.from {
                let remedy = "begin the first price break at 0, or at what the supplier sells at least";
                return Err(Problem::new(
                    place,
                    "has no price alone: it is below the first price break",
                    remedy,
                ));
            }
        }
        let total: i128 = quantities.iter().map(|it| i128::from(*it)).sum();
        let dearest = breaks.iter().map(|it| it.price).max().unwrap_or_default();
        if total > MOST || total * i128::from(dearest) > i128::from(i64::MAX / 4) {
            return Err(Problem::new("quantities", "too large together", "give them in a larger unit"));
        }
        Ok(Self { players, quantities, breaks })
    }

    /// Quantities in 1/1000, by player.
    pub fn quantities(&self) -> &[i64] {
        &self.quantities
    }

    fn price(&self, quantity: i64) -> i64 {
        let reached = self.breaks.iter().take_while(|it| it.from <= quantity).last();
        reached.or(self.breaks.first()).map_or(0, |it| it.price)
    }

    /// What each pays alone; like every product of quantity and price, below a quarter of what fits in 64 bits.
    fn alone(&self) -> Vec<i64> {
        self.quantities.iter().map(|it| it * self.price(*it)).collect()
    }

    /// The game: what every group saves against each of it buying alone.
    ///
    /// # Errors
    /// As [`Game::new`].
    pub fn game(&self) -> Result<Game, Problem> {
        let (quantity, alone) = (SubsetSums::new(&self.quantities), SubsetSums::new(&self.alone()));
        let saving = |coalition| {
            let together = quantity.of(coalition);
            alone.of(coalition) - together * self.price(together)
        };
        let values = (0..1_usize << self.players.len()).map(saving).collect();
        Game::new(self.players.clone(), Kind::Saving, values, SCALE)
    }

    /// Everybody pays the price of all together: the saving falls where it arises.
    pub fn equal_price(&self, game: &Game) -> Allocation {
        let price = self.price(self.quantities.iter().sum());
        let saved = self.quantities.iter().zip(self.alone()).map(|(q, alone)| i128::from(alone - q * price));
        Allocation::new(saved.collect(), 1, game)
    }
}
