//! The exact search for small cases: bounds by prices, branches by who may have a shift.

use crate::{
    budget::Budget,
    pool::{Choice, Pool},
    relax::{Ascent, Grade, Prices},
    roster::Roster,
    search::Search,
};

/// Steps of prices in one node.
const STEPS: u32 = 40;

/// A part of the case that is still open.
#[derive(Debug)]
struct Node {
    lists: Vec<Vec<Choice>>,
    prices: Prices,
    bound: i64,
}

/// Goes through every part that could hold something cheaper than `best`, which becomes what it finds. Gives a bound of
/// the whole: the cost of the best when the search came to its end.
pub(crate) fn branch<'a>(
    pool: &'a Pool,
    best: &mut Roster<'a>,
    (prices, bound): (Prices, i64),
    budget: &mut impl Budget,
) -> i64 {
    let grain = grain(pool);
    let mut unsolved = i64::MAX;
    let mut open = vec![Node { lists: pool.options.clone(), prices, bound }];
    while let Some(node) = open.pop() {
        if budget.spent() {
            return open
                .iter()
                .map(|node| node.bound)
                .fold(node.bound.min(unsolved), i64::min)
                .min(best.cost);
        }
        if node.bound > best.cost - grain {
            continue;
        }
        let (bound, prices, contested) = look(&node, best, grain, budget);
        if bound > best.cost - grain {
            continue;
        }
        let Some((shift, worker)) = contested else {
            unsolved = unsolved.min(bound);
            continue;
        };
        let part = |keep: &dyn Fn(usize, &Choice) -> bool| {
            let lists = node.lists.iter().enumerate().map(|(at, list)| {
                let mut list: Vec<Choice> = list.iter().filter(|it| keep(at, it)).copied().collect();
                pool.order(&mut list);
                list
            });
            Node { lists: lists.collect(), prices: prices.clone(), bound }
        };
        open.push(part(&|at, it| it.shift != shift || at != worker));
        open.push(part(&|at, it| it.shift != shift || at == worker));
    }
    unsolved.min(best.cost)
}

/// Bound of a node, its prices, and the shift and worker to branch on; none when nothing is left to branch on.
fn look(
    node: &Node,
    best: &mut Roster<'_>,
    grain: i64,
    budget: &mut impl Budget,
) -> (i64, Prices, Option<(u32, usize)>) {
    let pool = best.pool;
    let mut could = vec![0_usize; pool.slots.len()];
    node.lists.iter().flatten().for_each(|choice| could[choice.shift as usize] += 1);
    let alone = could.iter().all(|count| *count <= 1);
    let start = if alone { Prices::zero(pool) } else { node.prices.clone() };
    let mut ascent = Ascent::new(pool, &node.lists, start, Grade::Exact);
    for _ in 0..if alone { 1 } else { STEPS } {
        ascent.step(best.cost);
        let found = Search::settle(pool, &node.lists, &ascent.taken);
        if found.cost < best.cost {
            *best = found;
        }
        if ascent.bound > best.cost - grain || budget.spent() {
            break;
        }
    }
    let bound = ascent.bound.max(node.bound);
    let contested = (0..pool.slots.len())
        .filter(|shift| could[*shift] > 1)
        .max_by_key(|shift| (ascent.taken.times[*shift], could[*shift], std::cmp::Reverse(*shift)));
    let contested = contested.and_then(|shift| {
        let having = |list: &[Choice]| list.iter().find(|it| it.shift as usize == shift).map(|it| it.gain);
        let (worker, _) = node
            .lists
            .iter()
            .enumerate()
            .filter_map(|(worker, list)| Some((worker, having(list)?)))
            .max_by_key(|(worker, gain)| (*gain, std::cmp::Reverse(*worker)))?;
        Some((u32::try_from(shift).ok()?, worker))
    });
    (bound, ascent.best, contested)
}

/// Costs of two allocations that are not the same differ by a multiple of this, in 1/1000 pence.
fn grain(pool: &Pool) -> i64 {
    let divisor = |a: i64, b: i64| {
        let (mut a, mut b) = (a, b);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let minutes = pool.slots.iter().fold(pool.fair_minutes, |sum, slot| divisor(sum, slot.minutes));
    divisor(crate::pool::MILLI, pool.unfair * minutes).max(1)
}
