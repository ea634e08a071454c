//! The cheapest assignment: sets of open providers from the least that each could cost, and for a set whose capacity binds a whole-number
//! programme.
//!
//! With the providers settled, who is served by whom is everybody's own cheapest, unless a capacity is in the way. So the sum of these
//! is a bound of the set, most sets are never looked at, and the solver is asked small questions. One programme over everything took
//! minutes at forty organisations and twelve providers.

use std::time::{Duration, Instant};

use super::{Rule, Rules, Setting, assign::assign};
use crate::domain::Problem;

/// How long the search for the cheapest assignment may take, and that for all of its rules: together well within a call's 30 seconds.
pub const SEARCH: Duration = Duration::from_secs(8);

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
    /// Is it known to be the cheapest? Not where the search ended at its time limit.
    pub proven: bool,
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

/// Open providers, with the cheapest that each organisation could do if nothing had a capacity.
struct Set {
    bound: i64,
    open: Vec<usize>,
    cheapest: Vec<Choice>,
}

/// The cheapest assignment that keeps the rules, looked for no longer than a time; none when no assignment does.
///
/// # Errors
/// When the time ends before any assignment was found, or the solver gives up.
pub fn choose(setting: &Setting, rules: &Rules, within: Duration) -> Result<Option<Plan>, Problem> {
    let begun = Instant::now();
    let mut best: Option<Plan> = None;
    let mut proven = true;
    for set in sets(setting, rules) {
        if best.as_ref().is_some_and(|best| best.cost <= set.bound) {
            break;
        }
        let left = within.saturating_sub(begun.elapsed());
        let choices = if fits(setting, rules, &set.cheapest) {
            Some(set.cheapest)
        } else if left.is_zero() {
            proven = false;
            None
        } else {
            let answer = assign(setting, rules, &set.open, left)?;
            proven &= answer.ended;
            answer.choices
        };
        let Some(choices) = choices else { continue };
        let cost = cost(setting, &choices);
        if best.as_ref().is_none_or(|best| cost < best.cost) {
            best = Some(Plan { choices, cost, proven: true });
        }
    }
    match best {
        None if !proven => Err(Problem::new(
            "document",
            "the search for the cheapest assignment found none in its time",
            "give fewer organisations or providers, or more rules",
        )),
        best => Ok(best.map(|plan| Plan { proven, ..plan })),
    }
}

/// Sets of open providers that the rules allow, the one that could cost least first.
fn sets(setting: &Setting, rules: &Rules) -> Vec<Set> {
    let may_open: Vec<usize> = (0..setting.providers.len()).filter(|p| !rules.closed.contains(p)).collect();
    let mut sets: Vec<Set> = (0..1_usize << may_open.len())
        .map(|which| {
            let open = may_open.iter().enumerate().filter(|(place, _)| which >> place & 1 == 1);
            open.map(|(_, provider)| *provider).collect::<Vec<_>>()
        })
        .filter(|open| {
            let hosts = open.iter().filter(|p| setting.providers[**p].shared).count();
            rules.most_hosts.is_none_or(|most| i64::try_from(hosts).is_ok_and(|hosts| hosts <= most))
        })
        .filter_map(|open| set(setting, rules, open))
        .collect();
    sets.sort_by_key(|set| set.bound);
    sets
}

fn set(setting: &Setting, rules: &Rules, open: Vec<usize>) -> Option<Set> {
    let fixed: i64 = open.iter().map(|p| setting.providers[*p].fixed_cost).sum();
    let mut cheapest = Vec::with_capacity(setting.organisations.len());
    let mut bound = fixed;
    for organisation in 0..setting.organisations.len() {
        let of = may_do(setting, rules, &open, organisation);
        let (choice, cost) = of.into_iter().min_by_key(|(_, cost)| *cost)?;
        cheapest.push(choice);
        bound = bound.saturating_add(cost);
    }
    Some(Set { bound, open, cheapest })
}

/// What an organisation may do where these providers are open, with what each costs it.
pub(super) fn may_do(
    setting: &Setting,
    rules: &Rules,
    open: &[usize],
    organisation: usize,
) -> Vec<(Choice, i64)> {
    // who runs a shared service is served by it, and by one only
    let mut runs = open.iter().filter(|p| setting.host(**p) == Some(organisation));
    let served = |provider: usize| (Choice::Served(provider), setting.served_cost(organisation, provider));
    let may_serve = |provider: &&usize| setting.may_serve(rules, organisation, **provider);
    match (runs.next(), runs.next()) {
        (Some(_), Some(_)) => Vec::new(),
        (Some(own), None) => Some(own).filter(may_serve).map(|own| served(*own)).into_iter().collect(),
        (None, _) => {
            let stays = setting.may_stay(rules, organisation);
            let local = (Choice::Local, setting.organisations[organisation].local_cost);
            let others = open.iter().filter(may_serve).map(|provider| served(*provider));
            stays.then_some(local).into_iter().chain(others).collect()
        }
    }
}

/// Does no provider take more than it can?
fn fits(setting: &Setting, rules: &Rules, choices: &[Choice]) -> bool {
    (0..setting.providers.len()).all(|provider| {
        let Some(capacity) = setting.capacity(rules, provider) else { return true };
        let served = choices.iter().zip(&setting.organisations);
        let taken: i64 =
            served.filter(|(it, _)| **it == Choice::Served(provider)).map(|(_, of)| of.volume).sum();
        taken <= capacity
    })
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

/// What each rule costs: the plan with all rules less the plan without this one. All of them together take no longer than a time.
///
/// # Errors
/// When the solver gives up.
pub fn price_of_rules(
    setting: &Setting,
    plan: Option<&Plan>,
    within: Duration,
) -> Result<Vec<Priced>, Problem> {
    let all = setting.all_rules();
    let each = within / u32::try_from(all.len().max(1)).unwrap_or(u32::MAX);
    let priced = |rule| {
        let found = choose(setting, &setting.rules.without(rule), each)?;
        // what keeps the rule is allowed without it, too: a search that was cut short must not make a rule save money
        let without = match (found, plan) {
            (Some(found), Some(plan)) if plan.cost < found.cost => {
                Some(Plan { proven: false, ..plan.clone() })
            }
            (found, _) => found,
        };
        let costs = plan.zip(without.as_ref()).map(|(with, without)| with.cost - without.cost);
        Ok(Priced { rule, without, costs })
    };
    all.into_iter().map(priced).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::options::{Organisation, Provider};
    use proptest::prelude::*;

    const LONG: Duration = Duration::from_mins(1);

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

    /// As many organisations and providers as a document may have, most of whom cannot take all who would come.
    fn largest() -> Setting {
        let organisation = |at: usize| Organisation {
            id: format!("R{at}"),
            volume: i64::try_from(7 * at % 50 + 1).expect("small") * 1_000,
            local_cost: i64::try_from(9_973 * at % 50_000).expect("small") + 10_000,
            local_service: 90,
            moving_cost: 100,
        };
        let provider = |at: usize| Provider {
            id: format!("R{at}"),
            shared: !at.is_multiple_of(3),
            fixed_cost: i64::try_from(6_007 * at % 40_000).expect("small") + 20_000,
            price: i64::try_from(31 * at % 90 + 10).expect("small") * 1_000,
            service: 92,
            capacity: Some(i64::try_from(43 * at % 300 + 60).expect("small") * 1_000),
        };
        Setting {
            organisations: (0..40).map(organisation).collect(),
            providers: (0..12).map(provider).collect(),
            rules: Rules { must_stay: [1].into(), most_hosts: Some(4), ..Rules::default() },
        }
    }

    #[test]
    fn a_search_ends_in_its_time_and_says_whether_it_is_proven() {
        let setting = largest();
        let stay: i64 = setting.organisations.iter().map(|it| it.local_cost).sum();
        let hasty = choose(&setting, &setting.rules, Duration::ZERO).expect("found").expect("kept");
        assert!(hasty.cost <= stay && fits(&setting, &setting.rules, &hasty.choices), "{hasty:?}");
        let begun = Instant::now();
        let plan = choose(&setting, &setting.rules, Duration::from_secs(2)).expect("found").expect("kept");
        // a programme of the solver may take a little longer than it was given
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert!(plan.cost <= hasty.cost && fits(&setting, &setting.rules, &plan.choices), "{plan:?}");
        assert!(!hasty.proven || plan.cost == hasty.cost);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn it_is_the_cheapest_of_all_and_a_rule_never_saves(setting in any_setting()) {
            let plan = choose(&setting, &setting.rules, LONG).expect("solved");
            prop_assert_eq!(plan.as_ref().map(|it| it.cost), by_hand(&setting, &setting.rules));
            prop_assert!(plan.as_ref().is_none_or(|it| it.proven));
            for priced in price_of_rules(&setting, plan.as_ref(), LONG).expect("solved") {
                let rules = setting.rules.without(priced.rule);
                prop_assert_eq!(priced.without.map(|it| it.cost), by_hand(&setting, &rules));
                prop_assert!(priced.costs.is_none_or(|costs| costs >= 0));
            }
        }
    }
}
