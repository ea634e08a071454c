//! What may be done at most: of each lever by itself, or of several boroughs' posts together.

use std::collections::BTreeMap;

use super::PlanLever;

/// Limits of levers, in shares of their caps.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// Levers that share a limit: place of each, and what all of its cap is of that limit.
    pub(super) shared: Vec<Vec<(usize, f64)>>,
}

impl Limits {
    /// The limits of these levers.
    pub(super) fn of(levers: &[PlanLever]) -> Self {
        let mut shared: BTreeMap<_, Vec<(usize, f64)>> = BTreeMap::new();
        let mut asked_again: BTreeMap<_, usize> = BTreeMap::new();
        for (place, lever) in levers.iter().enumerate().filter(|(_, lever)| lever.shared_micro > 0) {
            let of = (lever.role, lever.starts_in, lever.shared_micro, lever.unit_cost_pence);
            // who asks for the same posts twice may have them twice
            let times = asked_again.entry((of, &lever.place)).or_default();
            let part = lever.cap_micro as f64 / lever.shared_micro as f64;
            shared.entry((of, *times)).or_default().push((place, part));
            *times += 1;
        }
        Self { shared: shared.into_values().collect() }
    }

    /// The most of one lever, in shares of its cap: all of a limit that it shares, when the others have nothing.
    pub(super) fn most(&self, lever: usize) -> f64 {
        let part = self.shared.iter().flatten().find(|(place, _)| *place == lever).map(|(_, part)| *part);
        part.map_or(1.0, |part| 1.0 / part)
    }

    /// All that is allowed beside these shares: each lever whole; of a shared limit what is left, by the caps of its levers.
    pub(super) fn all_beside(&self, parts: &[f64]) -> Vec<f64> {
        let mut all: Vec<f64> = vec![1.0; parts.len()];
        for levers in &self.shared {
            let whole: f64 = levers.iter().map(|(_, part)| part).sum();
            let left = (1.0 - used(levers, parts)).max(0.0);
            for (place, _) in levers {
                all[*place] = parts[*place] + left / whole;
            }
        }
        all
    }

    /// Whether nothing more is allowed.
    pub(super) fn is_all(&self, parts: &[f64]) -> bool {
        let shares = |lever: usize| self.shared.iter().flatten().any(|(place, _)| *place == lever);
        parts.iter().enumerate().all(|(lever, part)| shares(lever) || *part > 0.999_9)
            && self.shared.iter().all(|levers| used(levers, parts) > 0.999_9)
    }
}

/// How much of a shared limit these shares take.
fn used(levers: &[(usize, f64)], parts: &[f64]) -> f64 {
    levers.iter().map(|(place, part)| part * parts[*place]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{role::Role, scenario::Lever};

    #[test]
    fn what_is_left_of_a_shared_limit_goes_to_all_who_share_it() {
        // the second and third share a limit, of which their caps are a quarter and three quarters
        let limits = Limits { shared: vec![vec![(1, 0.25), (2, 0.75)]] };
        let most: Vec<f64> = (0..3).map(|lever| limits.most(lever)).collect();
        assert_eq!(most, [1.0, 4.0, 1.0 / 0.75]);
        assert_eq!(limits.all_beside(&[0.0; 3]), [1.0; 3]);
        // half of the limit is taken already, all of it by the second
        assert_eq!(limits.all_beside(&[0.3, 2.0, 0.0]), [1.0, 2.5, 0.5]);
        assert!(limits.is_all(&[1.0, 2.5, 0.5]) && limits.is_all(&[1.0, 4.0, 0.0]));
        assert!(!limits.is_all(&[1.0, 1.0, 0.9]) && !limits.is_all(&[0.9, 1.0, 1.0]));
    }

    #[test]
    fn posts_of_boroughs_share_the_limit_that_was_asked_for_and_twice_asked_is_twice() {
        let of = |place: &str, cap_micro: i64, shared_micro: i64| PlanLever {
            lever: Lever::Posts,
            role: Role::Gp,
            place: place.into(),
            cap_micro,
            shared_micro,
            unit_cost_pence: 1,
            starts_in: 2018,
            source: String::new(),
        };
        let levers = [of("A", 1_000_000, 4_000_000), of("B", 3_000_000, 4_000_000), of("A", 2_000_000, 0)];
        assert_eq!(Limits::of(&levers).shared, [[(0, 0.25), (1, 0.75)]]);
        let twice = [&levers[..2], &levers[..2]].concat();
        assert_eq!(Limits::of(&twice).shared, [[(0, 0.25), (1, 0.75)], [(2, 0.25), (3, 0.75)]]);
        assert!(Limits::of(&levers[2..]).shared.is_empty());
    }
}
