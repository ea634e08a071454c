//! The cheapest assignment, by a whole-number programme.

use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable, constraint, microlp,
    variable,
};

use super::{Rule, Rules, Setting};
use crate::domain::Problem;

/// What an organisation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Stays as it is.
    Local,
    /// Is served by this provider.
    Served(usize),
}

/// An assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// By organisation.
    pub choices: Vec<Choice>,
    /// Pence a year, fixed and moving cost included.
    pub cost: i64,
}

/// A rule and what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The rule.
    pub rule: Rule,
    /// The cheapest assignment without this rule alone; none when there is still no assignment.
    pub without: Option<Plan>,
    /// How much cheaper that is, pence a year, zero or more; none when there is none with the rule.
    pub costs: Option<i64>,
}

/// Numbers that the solver sees are of about one: its tolerance is absolute.
struct Variables {
    local: Vec<Variable>,
    /// By organisation and provider.
    served: Vec<Vec<Variable>>,
    open: Vec<Variable>,
}

/// The cheapest assignment that keeps the rules; none when no assignment does.
///
/// # Errors
/// When the solver gives up.
pub fn choose(setting: &Setting, rules: &Rules) -> Result<Option<Plan>, Problem> {
    let mut all = ProblemVariables::new();
    let allowed = |may: bool| variable().integer().min(0).max(i32::from(may));
    let (organisations, providers) = (0..setting.organisations.len(), 0..setting.providers.len());
    let it = Variables {
        local: organisations.clone().map(|o| all.add(allowed(setting.may_stay(rules, o)))).collect(),
        served: organisations
            .clone()
            .map(|o| providers.clone().map(|p| all.add(allowed(setting.may_serve(rules, o, p)))).collect())
            .collect(),
        open: providers.clone().map(|p| all.add(allowed(!rules.closed.contains(&p)))).collect(),
    };
    let mut problem = all.minimise(price(setting, &it)).using(microlp);
    for o in organisations.clone() {
        let one: Expression = it.served[o].iter().copied().sum::<Expression>() + it.local[o];
        problem = problem.with(constraint!(one == 1));
        for p in providers.clone() {
            problem = problem.with(constraint!(it.served[o][p] <= it.open[p]));
        }
    }
    for p in providers.clone() {
        // who runs a shared service is served by it
        if let Some(host) = setting.host(p) {
            problem = problem.with(constraint!(it.served[host][p] >= it.open[p]));
        }
        if let Some(capacity) = setting.capacity(rules, p) {
            let size = capacity.max(1) as f64;
            let taken: Expression = organisations
                .clone()
                .map(|o| it.served[o][p] * (setting.organisations[o].volume as f64 / size))
                .sum();
            // a unit of 1/1000 too much is beyond this; less is the solver's tolerance
            problem = problem.with(constraint!(taken <= capacity as f64 / size + 1e-9));
        }
    }
    if let Some(most) = rules.most_hosts {
        let hosts = providers.clone().filter(|p| setting.providers[*p].shared).map(|p| it.open[p]);
        problem = problem.with(constraint!(hosts.sum::<Expression>() <= most as f64));
    }
    match problem.solve() {
        Ok(solved) => Ok(Some(plan(setting, &it, &solved))),
        Err(ResolutionError::Infeasible) => Ok(None),
        Err(error) => {
            let remedy = "give fewer organisations or providers, or more rules";
            Err(Problem::new(
                "document",
                format!("the search for the cheapest assignment failed: {error}"),
                remedy,
            ))
        }
    }
}

/// Cost of an assignment, so scaled that the dearest item is one.
fn price(setting: &Setting, it: &Variables) -> Expression {
    let mut items: Vec<(Variable, i64)> = Vec::new();
    for (o, organisation) in setting.organisations.iter().enumerate() {
        items.push((it.local[o], organisation.local_cost));
        items.extend(it.served[o].iter().enumerate().map(|(p, served)| (*served, setting.served_cost(o, p))));
    }
    items.extend(setting.providers.iter().zip(&it.open).map(|(provider, open)| (*open, provider.fixed_cost)));
    let dearest = items.iter().map(|(_, cost)| *cost).max().unwrap_or(1).max(1) as f64;
    items.into_iter().map(|(variable, cost)| variable * (cost as f64 / dearest)).sum()
}

/// The assignment that was found, with its cost in whole pence: the solver's own sum is a float.
fn plan(setting: &Setting, it: &Variables, solved: &impl Solution) -> Plan {
    let providers = 0..setting.providers.len();
    let chosen = |variable: Variable| solved.value(variable) > 0.5;
    let of = |o: usize| {
        let served = providers.clone().find(|p| chosen(it.served[o][*p]));
        served.map_or(Choice::Local, Choice::Served)
    };
    let choices: Vec<Choice> = (0..setting.organisations.len()).map(of).collect();
    Plan { cost: cost(setting, &choices), choices }
}

/// Pence a year of an assignment.
pub(super) fn cost(setting: &Setting, choices: &[Choice]) -> i64 {
    let each = choices.iter().enumerate().map(|(o, choice)| match choice {
        Choice::Local => setting.organisations[o].local_cost,
        Choice::Served(p) => setting.served_cost(o, *p),
    });
    let open = |p: &usize| choices.contains(&Choice::Served(*p));
    let fixed = (0..setting.providers.len()).filter(open).map(|p| setting.providers[p].fixed_cost);
    each.chain(fixed).sum()
}

/// What each rule costs: the plan with all rules less the plan without this one.
///
/// # Errors
/// When the solver gives up.
pub fn price_of_rules(setting: &Setting, plan: Option<&Plan>) -> Result<Vec<Priced>, Problem> {
    let priced = |rule| {
        let without = choose(setting, &setting.rules.without(rule))?;
        let costs = plan.zip(without.as_ref()).map(|(with, without)| with.cost - without.cost);
        Ok(Priced { rule, without, costs })
    };
    setting.all_rules().into_iter().map(priced).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::options::{Organisation, Provider};
    use proptest::prelude::*;

    /// Every assignment, one by one.
    fn by_hand(setting: &Setting, rules: &Rules) -> Option<i64> {
        let (organisations, options) = (setting.organisations.len(), setting.providers.len() + 1);
        let all = options.pow(u32::try_from(organisations).expect("few"));
        let keeps = |choices: &[Choice]| {
            let each = choices.iter().enumerate().all(|(o, choice)| match choice {
                Choice::Local => setting.may_stay(rules, o),
                Choice::Served(p) => setting.may_serve(rules, o, *p),
            });
            let used: BTreeSet<usize> = choices
                .iter()
                .filter_map(|it| if let Choice::Served(p) = it { Some(*p) } else { None })
                .collect();
            let hosts = used.iter().filter(|p| setting.providers[**p].shared).count();
            let providers = used.iter().all(|p| {
                let taken = |(o, choice): (usize, &Choice)| {
                    if *choice == Choice::Served(*p) { setting.organisations[o].volume } else { 0 }
                };
                let taken: i64 = choices.iter().enumerate().map(taken).sum();
                setting.capacity(rules, *p).is_none_or(|capacity| taken <= capacity)
                    && setting.host(*p).is_none_or(|host| choices[host] == Choice::Served(*p))
            });
            each && providers
                && rules.most_hosts.is_none_or(|most| i64::try_from(hosts).expect("few") <= most)
        };
        (0..all)
            .map(|number| {
                let choice = |o: usize| match number / options.pow(u32::try_from(o).expect("few")) % options {
                    0 => Choice::Local,
                    p => Choice::Served(p - 1),
                };
                (0..organisations).map(choice).collect::<Vec<_>>()
            })
            .filter(|choices| keeps(choices))
            .map(|choices| cost(setting, &choices))
            .min()
    }

    fn any_setting() -> impl Strategy<Value = Setting> {
        let organisation = (1_i64..50, 1_i64..50_000, 80_i64..100, 0_i64..2_000);
        let provider =
            (any::<bool>(), 0_i64..40_000, 1_i64..90_000, 80_i64..100, prop::option::of(1_i64..150));
        let rules = (
            prop::option::of(80_i64..100),
            prop::collection::btree_set(0_usize..5, 0..2),
            prop::collection::btree_set(0_usize..3, 0..2),
            prop::option::of(0_i64..3),
        );
        (prop::collection::vec(organisation, 5), prop::collection::vec(provider, 3), rules).prop_map(
            |(organisations, providers, (service_floor, must_stay, closed, most_hosts))| Setting {
                organisations: organisations
                    .into_iter()
                    .enumerate()
                    .map(|(at, (volume, local_cost, local_service, moving_cost))| Organisation {
                        id: format!("R{at}"),
                        volume: volume * 1_000,
                        local_cost,
                        local_service,
                        moving_cost,
                    })
                    .collect(),
                providers: providers
                    .into_iter()
                    .enumerate()
                    .map(|(at, (shared, fixed_cost, price, service, capacity))| Provider {
                        id: format!("R{at}"),
                        shared,
                        fixed_cost,
                        price,
                        service,
                        capacity: capacity.map(|it| it * 1_000),
                    })
                    .collect(),
                rules: Rules { service_floor, must_stay, closed, most_hosts, unbounded: BTreeSet::new() },
            },
        )
    }

    #[test]
    fn zz_largest() {
        for seed in 0..6_u64 {
            let mut state = seed * 7919 + 1;
            let mut next = |below: i64| { state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); ((state >> 33) as i64) % below };
            let setting = Setting {
                organisations: (0..40).map(|at| Organisation { id: format!("R{at}"), volume: (next(50) + 1) * 1_000, local_cost: next(50_000) + 10_000, local_service: 80 + next(20), moving_cost: next(2_000) }).collect(),
                providers: (0..12).map(|at| Provider { id: format!("R{at}"), shared: at % 3 != 0, fixed_cost: next(40_000) + 20_000, price: next(900) + 100, service: 80 + next(20), capacity: Some((next(300) + 60) * 1_000) }).collect(),
                rules: Rules { service_floor: Some(85), must_stay: [1].into(), closed: BTreeSet::new(), most_hosts: Some(4), unbounded: BTreeSet::new() },
            };
            let begun = std::time::Instant::now();
            let plan = choose(&setting, &setting.rules);
            eprintln!("{seed} {:?} {:?}", begun.elapsed(), plan.map(|it| it.map(|it| it.cost)));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn it_is_the_cheapest_of_all_and_a_rule_never_saves(setting in any_setting()) {
            let plan = choose(&setting, &setting.rules).expect("solved");
            prop_assert_eq!(plan.as_ref().map(|it| it.cost), by_hand(&setting, &setting.rules));
            for priced in price_of_rules(&setting, plan.as_ref()).expect("solved") {
                let rules = setting.rules.without(priced.rule);
                prop_assert_eq!(priced.without.map(|it| it.cost), by_hand(&setting, &rules));
                prop_assert!(priced.costs.is_none_or(|costs| costs >= 0));
            }
        }
    }
}
