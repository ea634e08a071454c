//! The cheapest mix of levers by a linear programme.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, constraint, microlp, variable};

use super::limits::Limits;

/// A mix.
#[derive(Debug)]
pub(super) struct Mix {
    /// Of each lever, the share of its cap.
    pub(super) parts: Vec<f64>,
    /// By how much the worst cell stays short where all that is allowed does not reach it.
    pub(super) slack: f64,
}

/// What these shares of the levers' caps cost.
pub(super) fn cost(parts: &[f64], costs: &[f64]) -> f64 {
    parts.iter().zip(costs).map(|(part, cost)| part * cost).sum()
}

/// The cheapest shares of the levers' caps with at least `wanted` of effect in every cell; where that cannot be, with the least that is
/// short over all cells: one that cannot be reached does not let the others go. `effects` are by lever and cell, for the whole cap.
pub(super) fn cheapest(effects: &[Vec<f64>], wanted: &[f64], costs: &[f64], limits: &Limits) -> Mix {
    // numbers of about one: the solver's tolerance is absolute
    let size =
        wanted.iter().chain(effects.iter().flatten()).fold(1.0_f64, |most, value| most.max(value.abs()));
    let dear = costs.iter().sum::<f64>().max(1.0);
    let mut variables = ProblemVariables::new();
    let most: Vec<f64> = (0..costs.len()).map(|lever| limits.most(lever)).collect();
    let parts: Vec<_> = most.iter().map(|most| variables.add(variable().min(0.0).max(*most))).collect();
    let slack: Vec<_> = wanted.iter().map(|_| variables.add(variable().min(0.0))).collect();
    let short: Expression = slack.iter().sum();
    let price: Expression = parts.iter().zip(costs).map(|(part, cost)| *part * (cost / dear)).sum();
    let mut problem = variables.minimise(price + short * 1e3).using(microlp);
    for (cell, wanted) in wanted.iter().enumerate().filter(|(_, wanted)| **wanted > 0.0) {
        let done: Expression =
            effects.iter().zip(&parts).map(|(effect, part)| *part * (effect[cell] / size)).sum();
        problem = problem.with(constraint!(done + slack[cell] >= wanted / size));
    }
    for levers in &limits.shared {
        let used: Expression = levers.iter().map(|(lever, part)| parts[*lever] * *part).sum();
        problem = problem.with(constraint!(used <= 1.0));
    }
    match problem.solve() {
        Ok(solved) => {
            let shares =
                parts.iter().zip(&most).map(|(part, most)| solved.value(*part).clamp(0.0, *most)).collect();
            let slack = slack.iter().map(|slack| solved.value(*slack) * size).fold(0.0, f64::max);
            Mix { parts: shares, slack }
        }
        // bounded and always feasible; should the solver give up all the same, all that is allowed is the honest answer
        Err(_) => Mix { parts: vec![1.0; costs.len()], slack: f64::MAX },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cheaper_lever_goes_first_and_the_rest_follows() {
        let alone = Limits::default();
        let mix = cheapest(&[vec![10.0, 10.0], vec![10.0, 0.0]], &[15.0, 4.0], &[100.0, 500.0], &alone);
        assert!((mix.parts[0] - 1.0).abs() < 1e-6 && (mix.parts[1] - 0.5).abs() < 1e-6, "{mix:?}");
        assert!((cost(&mix.parts, &[100.0, 500.0]) - 350.0).abs() < 1e-3 && mix.slack < 1e-6);
    }

    #[test]
    fn what_cannot_be_met_is_said() {
        let mix = cheapest(&[vec![10.0]], &[25.0], &[100.0], &Limits::default());
        assert!((mix.parts[0] - 1.0).abs() < 1e-6 && (mix.slack - 15.0).abs() < 1e-6, "{mix:?}");
    }

    #[test]
    fn what_cannot_be_met_does_not_let_the_rest_go() {
        let effects = [vec![4.0, 0.0, 0.0], vec![0.0, 8.0, 0.0], vec![0.0, 0.0, 4.0]];
        let mix = cheapest(&effects, &[9.0, 6.0, 1.0], &[100.0; 3], &Limits::default());
        for (part, wanted) in mix.parts.iter().zip([1.0, 0.75, 0.25]) {
            assert!((part - wanted).abs() < 1e-6, "{mix:?}");
        }
        assert!((mix.slack - 5.0).abs() < 1e-6, "{mix:?}");
    }

    #[test]
    fn a_shared_limit_goes_where_it_is_wanted() {
        let effects = [vec![10.0, 0.0], vec![0.0, 10.0]];
        let limits = Limits { shared: vec![vec![(0, 0.5), (1, 0.5)]] };
        let mix = cheapest(&effects, &[15.0, 2.0], &[100.0; 2], &limits);
        assert!((mix.parts[0] - 1.5).abs() < 1e-6 && (mix.parts[1] - 0.2).abs() < 1e-6, "{mix:?}");
        assert!(mix.slack < 1e-6);
        let mix = cheapest(&effects, &[15.0, 8.0], &[100.0; 2], &limits);
        assert!(
            (mix.parts.iter().sum::<f64>() - 2.0).abs() < 1e-6 && (mix.slack - 3.0).abs() < 1e-6,
            "{mix:?}"
        );
    }

    proptest! {
        #[test]
        fn no_mix_on_a_grid_is_cheaper(
            effects in prop::collection::vec(prop::collection::vec(0.0..20.0_f64, 3), 2),
            wanted in prop::collection::vec(0.0..25.0_f64, 3),
            costs in prop::collection::vec(1.0..50.0_f64, 2),
        ) {
            let mix = cheapest(&effects, &wanted, &costs, &Limits::default());
            let meets = |parts: &[f64], short: f64| {
                (0..3).all(|cell| effects.iter().zip(parts).map(|(effect, part)| effect[cell] * part).sum::<f64>() + short >= wanted[cell] - 1e-6)
            };
            prop_assert!(meets(&mix.parts, mix.slack));
            for one in 0..=20 {
                for two in 0..=20 {
                    let parts = [f64::from(one) / 20.0, f64::from(two) / 20.0];
                    if meets(&parts, 0.0) {
                        prop_assert!(mix.slack < 1e-6);
                        prop_assert!(cost(&mix.parts, &costs) <= cost(&parts, &costs) + 1e-6);
                    }
                }
            }
        }
    }
}
