//! Stay, share or buy: the example, what its rules cost, and a question of full size.

use std::time::Instant;

use muster_backoffice::{
    domain::options::{Choice, Organisation, Provider, Rules, SEARCH, Setting, choose, price_of_rules},
    import::{OPTIONS_EXAMPLE, read_options},
};

#[test]
fn the_example_is_shared_and_its_rules_have_a_price() {
    let setting = read_options(OPTIONS_EXAMPLE).expect("the example");
    let plan = choose(&setting, &setting.rules, SEARCH).expect("solved").expect("an assignment");
    // RJ1 hosts for all but RV5, which must stay: 455,000 payslips are too many for 450,000, so that RPG buys
    let host = Choice::Served(0);
    assert_eq!(plan.choices, [host, host, host, Choice::Local, Choice::Served(2)]);
    let priced = price_of_rules(&setting, Some(&plan), SEARCH).expect("solved");
    let said: Vec<(String, Option<i64>)> =
        priced.iter().map(|it| (setting.rule_text(it.rule), it.costs)).collect();
    assert!(
        said.iter().any(|(rule, costs)| rule == "capacity of RJ1" && costs.is_some_and(|it| it > 0)),
        "{said:?}"
    );
    assert!(said.iter().all(|(_, costs)| costs.is_some_and(|it| it >= 0)), "{said:?}");
    let local: i64 = setting.organisations.iter().map(|it| it.local_cost).sum();
    assert!(plan.cost < local);
}

#[test]
fn rules_that_cannot_be_kept_together_are_named() {
    let text = OPTIONS_EXAMPLE.replace("[\"RV5\"]", "[\"RPG\"]");
    let setting = read_options(&text).expect("reads");
    // RPG must stay and is below the floor
    assert_eq!(choose(&setting, &setting.rules, SEARCH).expect("solved"), None);
    let priced = price_of_rules(&setting, None, SEARCH).expect("solved");
    let way_out: Vec<String> =
        priced.iter().filter(|it| it.without.is_some()).map(|it| setting.rule_text(it.rule)).collect();
    assert_eq!(way_out, ["service floor", "RPG must stay"]);
}

#[test]
fn documents_are_refused_with_place_value_and_remedy() {
    for (from, to, want) in [
        ("\"must_stay\": [\"RV5\"]", "\"must_stay\": [\"RX\"]", "rules.must_stay[0]: is none of those above"),
        ("\"volume\": 180000", "\"volume\": -1", "organisations[0].volume: is out of range"),
        ("\"id\": \"RJZ\"", "\"id\": \"RJ1\"", "organisations: a name stands twice"),
        ("\"price\": 3.95, ", "", "outsourced[0]: `price` is missing"),
    ] {
        let refused = read_options(&OPTIONS_EXAMPLE.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(refused.starts_with(want), "{refused}");
    }
}

#[test]
fn twenty_two_organisations_and_six_providers_are_searched() {
    let organisation = |at: i64| Organisation {
        id: format!("R{at:02}"),
        volume: (20 + at * 37 % 90) * 1_000_000,
        local_cost: (20 + at * 37 % 90) * 1_000 * (400 + at * 53 % 140),
        local_service: 97_000 + at * 700 % 2_500,
        moving_cost: 500_000,
    };
    let provider = |at: i64| Provider {
        id: format!("R{at:02}"),
        shared: at < 4,
        fixed_cost: 8_000_000 + at * 700_000,
        price: 33_000 + at * 1_100,
        service: 98_000 + at * 100,
        capacity: (at < 4).then_some(400_000_000),
    };
    let rules = Rules { service_floor: Some(97_500), most_hosts: Some(2), ..Rules::default() };
    let setting = Setting {
        organisations: (0..22).map(organisation).collect(),
        providers: (0..6).map(provider).collect(),
        rules,
    };
    let begun = Instant::now();
    let plan = choose(&setting, &setting.rules, SEARCH).expect("solved").expect("an assignment");
    eprintln!("22 organisations, 6 providers: {:?}, {} pence", begun.elapsed(), plan.cost);
    assert!(plan.cost < setting.organisations.iter().map(|it| it.local_cost).sum());
}
