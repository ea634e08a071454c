//! What is remembered of one run is what the next would make anew.

use super::*;

/// Runs after another that differs in one thing only, and with nothing remembered.
fn same_after(other: &Inputs, inputs: &Inputs) -> bool {
    memo::forget();
    run_with(other, 2);
    let after = run_with(inputs, 1);
    memo::forget();
    after == run_with(inputs, 2)
}

#[test]
fn a_run_after_one_of_another_parameter_is_as_if_it_were_the_first() {
    let inputs = inputs(16, 5);
    for mut parameter in inputs.parameters.list() {
        let mut other = inputs.clone();
        // halfway to the end of its interval, or a tenth where it has none: still a parameter that can be run with
        let step = (parameter.high - parameter.value) / 2;
        let step = if step == 0 { -parameter.value / 10 } else { step };
        (parameter.low, parameter.value, parameter.high) =
            (parameter.low + step.min(0), parameter.value + step, parameter.high + step.max(0));
        let name = parameter.name.clone();
        other.parameters.set(parameter);
        assert!(same_after(&other, &inputs), "{name}");
    }
}

#[test]
fn a_run_after_one_of_another_shape_is_as_if_it_were_the_first() {
    let inputs = inputs(72, 5);
    let others: [fn(&mut Inputs); 7] = [
        |other| other.spec.seed = 6,
        |other| other.spec.draws = 65,
        |other| other.spec.to_year += 1,
        |other| other.spec.to_year += 7,
        |other| other.spec.roles.reverse(),
        |other| other.evidence.roles[0].growth.push(Growth { year: 2016, log_nano: 40_000_000 }),
        |other| other.spec.scenario.changes.push(posts_at("East", 10_000_000)),
    ];
    for (place, change) in others.into_iter().enumerate() {
        let mut other = inputs.clone();
        change(&mut other);
        assert!(same_after(&other, &inputs) && same_after(&inputs, &other), "{place}");
    }
}
