//! Rules of sharing, exactly: fractions, not floats.

use super::Game;

/// What each player gets (or pays), as fractions over one denominator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// By player.
    pub numerators: Vec<i128>,
    /// Above zero; takes the numerators to ones, scale of the game included.
    pub denominator: i128,
    /// The same without the scale of the game: `numerators / per_unit` is in units of the values.
    pub(super) per_unit: i128,
}

impl Allocation {
    pub(super) fn new(numerators: Vec<i128>, per_unit: i128, game: &Game) -> Self {
        Self { numerators, denominator: per_unit * i128::from(game.scale()), per_unit }
    }

    /// A player's part as the nearest float.
    pub fn part(&self, player: usize) -> f64 {
        ratio(self.numerators[player], self.denominator)
    }

    /// A player's part as an exact fraction in lowest terms: `1/3`, `70`.
    pub fn exact(&self, player: usize) -> String {
        let (n, d) = (self.numerators[player], self.denominator);
        let common = gcd(n.unsigned_abs(), d.unsigned_abs());
        let (n, d) = (n / i128::try_from(common).unwrap_or(1), d.unsigned_abs() / common);
        if d == 1 { n.to_string() } else { format!("{n}/{d}") }
    }
}

/// A fraction as a float; the whole part is divided off first, so that 70 is 70 and not 69.99999999999999.
#[expect(clippy::cast_precision_loss, reason = "for display; what is lost is below the last digit shown")]
pub(super) fn ratio(numerator: i128, denominator: i128) -> f64 {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    whole as f64 + rest as f64 / denominator as f64
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

/// Players a coalition can have, and none.
const SIZES: usize = super::MOST_PLAYERS + 1;

/// Sums of values by size of the coalition: over those with each player, and over all.
struct Sums {
    with: Vec<[i128; SIZES]>,
    all: [i128; SIZES],
}

impl Sums {
    /// One pass over the values. The players are taken in two halves: what a value adds to each player of a half is added once
    /// for all coalitions that agree in that half, not for every coalition.
    fn of(game: &Game) -> Self {
        let players = game.players().len();
        let half = players / 2;
        let mut sums = Self { with: vec![[0; SIZES]; players], all: [0; SIZES] };
        let mut columns = vec![[0_i128; SIZES]; 1 << half];
        for (high, row) in game.values().chunks(1 << half).enumerate() {
            let size = high.count_ones() as usize;
            let mut by_size = [0_i128; SIZES];
            for (low, (value, column)) in row.iter().zip(&mut columns).enumerate() {
                let value = i128::from(*value);
                by_size[low.count_ones() as usize] += value;
                column[size] += value;
            }
            sums.add(high << half, size, &by_size);
            for (more, sum) in by_size[..=half].iter().enumerate() {
                sums.all[size + more] += sum;
            }
        }
        for (low, column) in columns.iter().enumerate() {
            sums.add(low, low.count_ones() as usize, column);
        }
        sums
    }

    /// Adds sums by size of the other half to every player of a coalition of one half that has `size` players.
    fn add(&mut self, coalition: usize, size: usize, by_size: &[i128; SIZES]) {
        let mut rest = coalition;
        while rest != 0 {
            let with = &mut self.with[rest.trailing_zeros() as usize];
            for (more, sum) in by_size.iter().enumerate().take(SIZES - size) {
                with[size + more] += sum;
            }
            rest &= rest - 1;
        }
    }
}

/// The Shapley value: what a player adds to those before it, on average over every order in which they could come
/// (L. S. Shapley, A value for n-person games, 1953).
///
/// What player `i` adds to the groups of `s` others is summed as whole numbers; each sum weighs `1 / (n C(n-1, s))`, and the
/// least common multiple of the binomials (10,581,480 for 22 players) makes that a whole number, too.
pub fn shapley(game: &Game) -> Allocation {
    let players = game.players().len();
    let Sums { with, all } = Sums::of(game);
    let binomials = binomials(players - 1);
    let multiple = binomials.iter().fold(1_u128, |multiple, it| multiple / gcd(multiple, *it) * it);
    let weight = |others: usize| i128::try_from(multiple / binomials[others]).unwrap_or_default();
    let value = |with: &[i128; SIZES]| {
        (0..players).map(|others| (with[others + 1] - (all[others] - with[others])) * weight(others)).sum()
    };
    let denominator = i128::try_from(multiple).unwrap_or(1) * i128::try_from(players).unwrap_or(1);
    Allocation::new(with.iter().map(value).collect(), denominator, game)
}

/// `C(n, 0)` to `C(n, n)`.
fn binomials(n: usize) -> Vec<u128> {
    let next = |(k, value): &(u128, u128)| Some((k + 1, value * (n as u128 - k) / (k + 1)));
    std::iter::successors(Some((0, 1)), next).take(n + 1).map(|(_, value)| value).collect()
}

/// The total by weights; nothing when these come to nothing or one is negative.
pub fn proportional(game: &Game, weights: &[i64]) -> Option<Allocation> {
    let all: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if all <= 0 || weights.iter().any(|weight| *weight < 0) {
        return None;
    }
    let part = |weight: &i64| i128::from(game.total()) * i128::from(*weight);
    Some(Allocation::new(weights.iter().map(part).collect(), all, game))
}
