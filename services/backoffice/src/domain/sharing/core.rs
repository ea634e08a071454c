//! Would a group be better off without the others?

use super::{Allocation, Coalition, Game, Kind, game::SubsetSums, rules::ratio};

/// How an allocation stands against every group.
#[derive(Clone, Debug, PartialEq)]
pub struct CoreCheck {
    /// No group could do better by itself.
    pub in_core: bool,
    /// Groups that could.
    pub blocking: u64,
    /// The group with most to gain, and its gain in ones; none when there is no such group.
    pub worst: Option<(Coalition, f64)>,
    /// Players with a reason to leave, each with the group that gives the strongest.
    pub leavers: Vec<Leaver>,
}

/// A player with a reason to leave.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaver {
    /// Player.
    pub player: usize,
    /// The group it would leave with: the one with most to gain of those that hold the player.
    pub with: Coalition,
    /// What has to be paid to the player so that no group with it gains by leaving, in ones.
    pub side_payment: f64,
    /// Do the others still do better by paying than by letting that group go?
    pub worth_paying: bool,
}

/// Checks an allocation against every group: 2^players comparisons in whole numbers.
pub fn check(game: &Game, allocation: &Allocation) -> CoreCheck {
    let sums = SubsetSums::new(&allocation.numerators);
    let sign = match game.kind() {
        Kind::Saving => 1,
        Kind::Cost => -1,
    };
    let everybody = game.values().len() - 1;
    let mut best: Vec<(i128, Coalition)> = vec![(0, 0); game.players().len()];
    // no player's reason is weaker than this; what does not beat it need not be looked at player by player
    let mut floor = 0;
    let mut blocking = 0_u64;
    for (coalition, value) in game.values().iter().enumerate() {
        let gain = sign * (i128::from(*value) * allocation.per_unit - sums.of(coalition));
        if gain <= 0 || coalition == everybody {
            continue;
        }
        blocking += 1;
        if gain > floor {
            for (player, best) in best.iter_mut().enumerate() {
                if coalition & (1 << player) != 0 && gain > best.0 {
                    *best = (gain, coalition);
                }
            }
            floor = best.iter().map(|it| it.0).min().unwrap_or_default();
        }
    }
    let worst = best.iter().max_by_key(|it| it.0).filter(|it| it.0 > 0);
    let leaver = |(player, (gain, with)): (usize, &(i128, Coalition))| {
        (*gain > 0).then(|| Leaver {
            player,
            with: *with,
            side_payment: ratio(*gain, allocation.denominator),
            worth_paying: worth_keeping(game, *with),
        })
    };
    CoreCheck {
        in_core: blocking == 0,
        blocking,
        worst: worst.map(|(gain, with)| (*with, ratio(*gain, allocation.denominator))),
        leavers: best.iter().enumerate().filter_map(leaver).collect(),
    }
}

/// Do all together do at least as well as the group and the rest apart?
fn worth_keeping(game: &Game, group: Coalition) -> bool {
    let value = |coalition: Coalition| i128::from(game.values()[coalition]);
    let everybody = game.values().len() - 1;
    let apart = value(group) + value(everybody & !group);
    match game.kind() {
        Kind::Saving => value(everybody) >= apart,
        Kind::Cost => value(everybody) <= apart,
    }
}
