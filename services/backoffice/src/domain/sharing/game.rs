//! Players, and what every group of them saves or costs by itself.

use std::ops::Add;

use crate::domain::{Problem, Word};

/// Most players: every group of them is looked at, and 2^22 groups take a fraction of a second (seven providers and fifteen
/// federations are 22).
pub const MOST_PLAYERS: usize = 22;

/// A group of players: bit `i` stands for player `i`.
pub type Coalition = usize;

/// What the values of a game are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What a group gains: players want much.
    Saving,
    /// What a group pays: players want little.
    Cost,
}

impl Word for Kind {
    const WORDS: &'static [(&'static str, Self)] = &[("saving", Self::Saving), ("cost", Self::Cost)];
}

/// A game in which what a group gains can be shared in any way (transferable utility).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Game {
    players: Vec<String>,
    kind: Kind,
    /// By coalition; that of nobody is 0.
    values: Vec<i64>,
    /// Units of `values` in one.
    scale: i64,
}

impl Game {
    /// A game of which every value is known. `values[coalition]` is in 1/`scale`.
    ///
    /// # Errors
    /// No players, too many, two of a name, a name that cannot stand in a list, or a number of values that does not fit.
    pub fn new(players: Vec<String>, kind: Kind, values: Vec<i64>, scale: i64) -> Result<Self, Problem> {
        check_players(&players)?;
        if values.len() != 1 << players.len() || scale < 1 {
            let remedy = format!("give one for each of the {} groups", 1_usize << players.len());
            return Err(Problem::new("values", "not a value for every group", remedy).with(values.len()));
        }
        if values[0] != 0 {
            return Err(
                Problem::new("values", "nobody has a value", "leave the empty group out").with(values[0])
            );
        }
        Ok(Self { players, kind, values, scale })
    }

    /// Names, in the order of their bits.
    pub fn players(&self) -> &[String] {
        &self.players
    }

    /// What the values are.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Every value, by coalition, in 1/[`Game::scale`].
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// Units of a value in one.
    pub fn scale(&self) -> i64 {
        self.scale
    }

    /// What all together save or cost.
    pub fn total(&self) -> i64 {
        self.values.last().copied().unwrap_or_default()
    }

    /// What each saves or costs alone.
    pub fn alone(&self) -> Vec<i64> {
        (0..self.players.len()).map(|player| self.values[1 << player]).collect()
    }

    /// Names of a coalition.
    pub fn names(&self, coalition: Coalition) -> Vec<&str> {
        let inside = |(player, _): &(usize, &String)| coalition & (1 << player) != 0;
        self.players.iter().enumerate().filter(inside).map(|(_, name)| name.as_str()).collect()
    }
}

/// Are these the players of a game?
///
/// # Errors
/// None, too many, two of a name, or a name that cannot stand in a list.
pub(crate) fn check_players(players: &[String]) -> Result<(), Problem> {
    if players.is_empty() || players.len() > MOST_PLAYERS {
        let remedy = format!("give 1 to {MOST_PLAYERS}; join those that would act together anyway");
        return Err(Problem::new("players", "not a number of players that can be computed", remedy)
            .with(players.len()));
    }
    for (at, name) in players.iter().enumerate() {
        let place = format!("players[{at}]");
        if name.is_empty() || name.contains(',') {
            return Err(
                Problem::new(place, "is no name", "write a name without commas").with(format!("{name:?}"))
            );
        }
        if players[..at].contains(name) {
            return Err(Problem::new(place, "stands twice", "name every player once").with(name));
        }
    }
    Ok(())
}

/// Sums over any subset in two look-ups.
pub(crate) struct SubsetSums<T> {
    low: Vec<T>,
    high: Vec<T>,
    bits: u32,
}

impl<T: Copy + Default + Add<Output = T>> SubsetSums<T> {
    pub(crate) fn new(each: &[T]) -> Self {
        let half = each.len() / 2;
        let sums = |part: &[T]| {
            let mut sums = vec![T::default(); 1 << part.len()];
            for subset in 1..sums.len() {
                sums[subset] = sums[subset & (subset - 1)] + part[subset.trailing_zeros() as usize];
            }
            sums
        };
        let bits = u32::try_from(half).unwrap_or_default();
        Self { low: sums(&each[..half]), high: sums(&each[half..]), bits }
    }

    pub(crate) fn of(&self, coalition: Coalition) -> T {
        self.low[coalition & ((1 << self.bits) - 1)] + self.high[coalition >> self.bits]
    }
}
