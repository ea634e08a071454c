//! Vectors worked out by hand, and what holds of every case.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Attested, BusinessCase, CaseOption, gains};
use crate::{
    domain::{
        figure::PPM,
        options::Choice,
        sharing::{check, shapley},
    },
    import::{BUSINESS_CASE_EXAMPLE, read_business_case},
};

fn example() -> BusinessCase {
    read_business_case(BUSINESS_CASE_EXAMPLE).expect("the shipped example")
}

/// Two organisations, one of them the host, a year in whole pounds; no rate, no range.
fn small() -> BusinessCase {
    let text = r#"{
      "id": "small", "title": "small", "function": "payroll", "start": "2018-04", "months": 24, "discount": {"rate": 0},
      "moving": {"dual_running_months": 2, "stranded_share": 0.5, "stranded_months": 4, "decay": 0.1},
      "range": {"costs_up": 0.5, "savings_down": 0.5, "savings_up": 0.2},
      "organisations": [
        {"id": "A", "volume": 100, "local_cost": 12000, "local_service": 99, "transition_cost": 500},
        {"id": "B", "volume": 300, "local_cost": 24000, "local_service": 98}
      ],
      "hosts": [{"id": "A", "fixed_cost": 4800, "price": 30, "service": 97}],
      "rules": {"service_floor": 98, "must_stay": ["B"]},
      "options": [
        {"id": "both", "members": {"A": "A", "B": "A"}, "joins": {"B": "2018-05"}},
        {"id": "alone", "members": {"B": "A"}}
      ]
    }"#;
    read_business_case(text).expect("a case")
}

#[test]
fn flows_are_what_they_are_by_hand() {
    let case = small();
    let both = &case.options[0];
    let flows = case.flows(both);
    let a = &flows.organisations[0];
    // alone in the first month A bears 400 and its own 250; together a quarter of the 400
    assert_eq!((a[0].transition, a[0].dual_running, a[1].dual_running), (-50_000, -65_000, -35_000));
    // then it saves 1,000 - 250 - 100, and half of its local cost is left behind, falling over four months
    assert_eq!((a[2].saving, a[2].stranded, a[5].stranded, a[6].stranded), (65_000, -50_000, -12_500, 0));
    // a tenth less after a year
    assert_eq!((a[13].saving, a[14].saving, a[14].undecayed), (65_000, 58_500, 65_000));
    let b = &flows.organisations[1];
    assert_eq!((b[0], b[1].dual_running, b[3].saving), (super::Parts::default(), -105_000, 95_000));
    assert_eq!(case.annual_cost(both), 480_000 + 300_000 + 900_000);
    let broken = case.broken(both);
    assert_eq!(broken.len(), 3, "{broken:?}");
    assert!(case.broken(&case.options[1]).iter().any(|it| it == "A hosts and is not served by itself"));
    let cash = flows.case(&case);
    let first = cash.organisations["A"][&case.start];
    assert_eq!((first.amount, first.low, first.high), (-115_000, -172_500, -115_000));
}

#[test]
fn the_gain_of_a_year_is_shared_and_the_host_is_needed() {
    let case = small();
    let found = gains(&case, &case.options[0]).expect("games");
    // 12,000 + 24,000 - 4,800 - 3,000 - 9,000 a year, nothing without the host, 4,200 by the host alone
    let game = &found[0].game;
    assert_eq!((game.total(), game.alone()), (1_920_000, vec![420_000, 0]));
    let fair = shapley(game);
    assert_eq!((fair.exact(0).as_str(), fair.exact(1).as_str()), ("11700", "7500"));
    assert!(check(game, &fair).in_core);
    assert!(gains(&case, &case.options[1]).expect("games").is_empty(), "one member shares with nobody");
}

#[test]
fn the_example_is_worth_something_and_shows_what_rules_cost() {
    let case = example();
    let options = case.appraise().expect("appraised");
    let best = BusinessCase::best(&options).expect("an option");
    assert!(best.option.id == "shared" && best.result.total.biased_pence > 0, "{}", best.option.id);
    assert!(best.broken.is_empty() && options[1..].iter().all(|it| !it.broken.is_empty()));
}

/// What the plan of an option says, times a share in ppm, for the first months.
fn attested(case: &BusinessCase, option: &CaseOption, months: usize, ppm: i64) -> Attested {
    let flows = case.flows(option);
    let mut attested = BTreeMap::new();
    for (o, parts) in flows.organisations.iter().enumerate() {
        for (m, it) in parts.iter().take(months).enumerate().filter(|(_, it)| it.saving > 0) {
            let month = case.start.plus(i32::try_from(m).expect("few"));
            let name = case.setting.organisations[o].id.clone();
            attested.insert((name, month), it.saving * ppm / PPM);
        }
    }
    attested
}

#[test]
fn half_of_the_saving_is_half_of_the_saving_to_come() {
    let case = small();
    let planned = case.appraise_option(&case.options[0]).expect("appraised");
    let as_of = case.start.plus(11);
    let half = attested(&case, &case.options[0], 12, PPM / 2);
    let now = case.reforecast(&planned, &half, as_of).expect("forecast");
    let saving: i64 = planned.flows.months().iter().map(|it| it.saving).sum();
    // no rate: what is gone is half of every saving, to the rounding of each month
    assert!((planned.result.total.npv_pence - now.total.npv - saving / 2).abs() <= 24, "{now:?}");
    assert_eq!(now.total.realised(), Some(500_000));
    assert!(now.total.low < now.total.npv && now.total.npv < now.total.high);
    assert_eq!(now.observed_decay, None, "less than a year of savings tells nothing");
    let last = now.history.last().expect("a past");
    assert_eq!((last.month, last.npv, last.attested), (as_of, now.total.npv, now.total.attested));
    assert_eq!(now.months.iter().sum::<i64>(), now.total.npv, "at no rate months add up to the value");
}

#[test]
fn a_saving_that_wears_off_is_seen() {
    let case = small();
    let planned = case.appraise_option(&case.options[0]).expect("appraised");
    let mut came = attested(&case, &case.options[0], 12, PPM);
    came.extend(
        attested(&case, &case.options[0], 24, PPM / 4)
            .into_iter()
            .filter(|((_, month), _)| *month >= case.start.plus(12)),
    );
    let now = case.reforecast(&planned, &came, case.start.plus(19)).expect("forecast");
    assert!(now.observed_decay.expect("a year and more is known") > 300_000, "{:?}", now.observed_decay);
    // the low case goes on as it went lately, not as it went on the whole
    let plain = attested(&case, &case.options[0], 24, now.total.realised().expect("a share"));
    let even = case.reforecast(&planned, &plain, case.start.plus(19)).expect("forecast");
    assert!(now.total.low < even.total.low, "{} and {}", now.total.low, even.total.low);
    // more than was planned is counted where it came, and not expected again
    let more = attested(&case, &case.options[0], 12, 2 * PPM);
    let surplus = case.reforecast(&planned, &more, case.start.plus(11)).expect("forecast");
    let to_date: i64 = planned.flows.months().iter().take(12).map(|it| it.saving).sum();
    assert_eq!(surplus.total.npv - planned.result.total.npv_pence, to_date);
}

proptest! {
    #[test]
    fn a_plan_that_came_is_worth_what_was_planned(
        months in 1_usize..60,
        choices in prop::collection::vec(0_usize..4, 5),
        moving in (0_i32..9, 0_i64..400_000, 0_i32..30, 0_i64..200_000),
    ) {
        let mut case = example();
        case.moving.dual_running_months = moving.0;
        (case.moving.stranded_share, case.moving.stranded_months) = (if moving.2 == 0 { 0 } else { moving.1 }, moving.2);
        case.moving.decay = moving.3;
        let choice = |p: usize| if p == 3 { Choice::Local } else { Choice::Served(p) };
        let mut option = case.options[0].clone();
        option.choices = choices.into_iter().map(choice).collect();
        option.joins.retain(|o, _| option.choices[*o] != Choice::Local);
        let planned = case.appraise_option(&option).expect("appraised");
        let all = attested(&case, &option, months, PPM);
        let as_of = case.start.plus(i32::try_from(months).expect("few") - 1);
        let now = case.reforecast(&planned, &all, as_of).expect("forecast");
        prop_assert_eq!(now.total.npv, planned.result.total.npv_pence);
        prop_assert_eq!(now.organisations.iter().map(|it| it.npv).sum::<i64>(), now.total.npv);
        prop_assert!(now.total.low <= now.total.npv && now.total.npv <= now.total.high);
        // whoever pays the fixed cost, all of it is paid
        let paid: i64 = planned.flows.months().iter().map(|it| it.saving - it.undecayed).sum();
        prop_assert!(paid <= 0);
        // nothing attested is nothing saved to date
        let none = case.reforecast(&planned, &Attested::new(), as_of).expect("forecast");
        let saved = all.values().any(|pence| *pence > 0);
        prop_assert_eq!(none.total.npv < now.total.npv, saved);
        // however little was planned to date: past twice the plan, more that came promises no more to come, in the high case neither
        let came = |pence: i64| {
            let attested = Attested::from([((case.setting.organisations[0].id.clone(), as_of), pence)]);
            case.reforecast(&planned, &attested, as_of).expect("forecast").total
        };
        let (much, more) = (came(1_000_000_000), came(2_000_000_000));
        prop_assert!(((more.high - much.high) - (more.npv - much.npv)).abs() <= 2, "{much:?} and {more:?}");
    }
}
