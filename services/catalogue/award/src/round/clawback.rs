//! What a shortfall of pledges costs: the supplier claims back the tier that was not reached.

use crate::document::{Kind, Tier};

/// What an organisation pledged and bought of a bid's lots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buying {
    /// ODS code.
    pub organisation: String,
    /// Pledged for the whole term.
    pub pledged: i64,
    /// Bought so far.
    pub bought: i64,
}

/// What an organisation is expected to have bought at the end, and what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// ODS code.
    pub organisation: String,
    /// Pledged.
    pub pledged: i64,
    /// Expected at the end of the term.
    pub expected: i64,
    /// Pledged and not expected; zero or more.
    pub short: i64,
    /// Its part of the claim, in pence.
    pub clawback_pence: i64,
}

/// What is to be expected of a bid's pledges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Pledged by all.
    pub pledged: i64,
    /// Expected by all.
    pub expected: i64,
    /// What the expected quantity costs at the price that the pledged one earned, in pence.
    pub paid_pence: i64,
    /// What it costs at the tiers that it reaches itself, in pence.
    pub due_pence: i64,
    /// The difference where it is above zero: the claim, in pence.
    pub clawback_pence: i64,
    /// By organisation, in the order given; claims add up to `clawback_pence`.
    pub shortfalls: Vec<Shortfall>,
}

/// Forecasts the claim of a bid with tiers, when so many ppm of the term are over (1,000,000 at its end): what was bought goes on at
/// the same pace.
///
/// `paid = price(pledged) x expected / pledged`, `due = price(expected)`, below the first tier at the first tier's price. The claim is
/// shared by what each organisation is short of its own pledge: who buys what it pledged pays nothing for others. Parts are rounded down, and
/// what is left goes a penny each to those with the largest remainders, the first first. None when nothing is pledged, there are no
/// tiers, or no time is over.
pub fn forecast(kind: Kind, tiers: &[Tier], buyings: &[Buying], elapsed_ppm: i64) -> Option<Forecast> {
    let pledged: i64 = buyings.iter().map(|it| it.pledged).sum();
    if pledged <= 0 || tiers.is_empty() || elapsed_ppm <= 0 {
        return None;
    }
    let elapsed = i128::from(elapsed_ppm.min(1_000_000));
    let at_end = |bought: i64| {
        i64::try_from((i128::from(bought) * 2_000_000 + elapsed) / (2 * elapsed)).unwrap_or(i64::MAX)
    };
    let expected_of: Vec<i64> = buyings.iter().map(|it| at_end(it.bought)).collect();
    let expected: i64 = expected_of.iter().sum();
    let earned = i128::from(price(kind, tiers, pledged)?) * i128::from(expected);
    let of = i128::from(pledged);
    let paid_pence = i64::try_from((2 * earned + of) / (2 * of)).ok()?;
    let due_pence = price(kind, tiers, expected)?;
    let clawback_pence = if expected < pledged { (due_pence - paid_pence).max(0) } else { 0 };
    let short: Vec<i64> = buyings.iter().zip(&expected_of).map(|(it, at)| (it.pledged - at).max(0)).collect();
    let parts = shared(clawback_pence, &short);
    let row = |(at, it): (usize, &Buying)| Shortfall {
        organisation: it.organisation.clone(),
        pledged: it.pledged,
        expected: expected_of[at],
        short: short[at],
        clawback_pence: parts[at],
    };
    let shortfalls = buyings.iter().enumerate().map(row).collect();
    Some(Forecast { pledged, expected, paid_pence, due_pence, clawback_pence, shortfalls })
}

/// Pence for a quantity; below the first tier at that tier's price.
fn price(kind: Kind, tiers: &[Tier], quantity: i64) -> Option<i64> {
    let first = tiers.first()?;
    if quantity < first.min_quantity {
        let hundredths = i128::from(quantity) * i128::from(first.unit_price);
        return i64::try_from((hundredths + 50) / 100).ok();
    }
    crate::document::priced(kind, tiers, quantity)
}

/// Shares an amount out by weights, to the penny.
fn shared(pence: i64, weights: &[i64]) -> Vec<i64> {
    let all: i128 = weights.iter().map(|it| i128::from(*it)).sum();
    if all == 0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<i128> = weights.iter().map(|it| i128::from(pence) * i128::from(*it)).collect();
    let mut parts: Vec<i64> = exact.iter().map(|it| i64::try_from(it / all).unwrap_or(0)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(exact[*at] % all), *at));
    let left = usize::try_from(pence - parts.iter().sum::<i64>()).unwrap_or(0);
    order.into_iter().take(left).for_each(|at| parts[at] += 1);
    parts
}
