//! The bridge: the published figures reproduce, with their faults, and nothing is forced.

use muster_backoffice::{
    domain::bridge::{Attribute, Bridge, Comparison, Nature, Recurrence, Verdict},
    import::{BRIDGE_EXAMPLE, read_bridge},
};
use proptest::prelude::*;

/// Pence of a million.
const M: i64 = 100_000_000;

fn example() -> Bridge {
    read_bridge(BRIDGE_EXAMPLE).expect("the example").bridge
}

#[test]
fn the_published_figures_reproduce() {
    let bridge = example();
    let derived = bridge.derive().expect("derivations");
    let seen: Vec<_> = derived
        .iter()
        .map(|it| {
            let ways: Vec<i64> = it.ways.iter().map(|way| way.computed / M).collect();
            (it.derivation.id.as_str(), ways, it.to.pence / M, it.verdict)
        })
        .collect();
    let want = [
        ("do-nothing-parts", vec![853], 854, Verdict::Rounding),
        ("deterioration", vec![934], 934, Verdict::AddsUp),
        ("status-quo", vec![745, 665], 727, Verdict::Irreconcilable),
        ("shorter-window", vec![584], 584, Verdict::AddsUp),
    ];
    assert_eq!(seen, want);
    assert_eq!(derived[0].ways[0].difference, M);
    assert_eq!(derived[2].ways.iter().map(|way| way.difference / M).collect::<Vec<_>>(), [-18, 62]);
}

#[test]
fn two_gaps_of_different_windows_are_joined_by_timing_only() {
    let bridge = example();
    let joined = bridge.compare("deteriorated", "later-gap").expect("both are there");
    let by_nature = [(Nature::Timing, -350 * M)].into();
    assert_eq!(joined, Comparison::Joined { by: "shorter-window".into(), change: -350 * M, by_nature });
    let mut without = example();
    without.derivations.retain(|it| it.id != "shorter-window");
    let Comparison::Refused(differs) = without.compare("later-gap", "deteriorated").expect("both are there")
    else {
        panic!("compared without a bridge");
    };
    assert_eq!(differs[0], (Attribute::Window, "2018/19-2020/21".into(), "2017/18-2020/21".into()));
}

#[test]
fn figures_of_different_scopes_are_refused() {
    let refused = example().compare("productivity", "productivity-web").expect("both are there");
    let Comparison::Refused(differs) = refused else { panic!("netted") };
    assert!(differs.iter().any(|it| it.0 == Attribute::Scope), "{differs:?}");
}

#[test]
fn a_step_must_say_what_it_explains() {
    let mut bridge = example();
    for step in &mut bridge.derivations[0].ways[0].steps {
        step.explains.clear();
    }
    let derived = bridge.derive().expect("derivations");
    assert_eq!(derived[0].verdict, Verdict::Refused);
    assert_eq!(derived[0].ways[0].unexplained.len(), 3);
}

#[test]
fn what_was_not_delivered_or_delivered_once_opens_the_next_year() {
    let bridge = example();
    let rolled = bridge.roll().expect("a roll");
    assert_eq!((rolled[0].shortfall, rolled[0].opening), (50 * M, 694 * M));
}

#[test]
fn documents_are_refused_with_place_value_and_remedy() {
    let with =
        |from: &str, to: &str| read_bridge(&BRIDGE_EXAMPLE.replacen(from, to, 1)).expect_err(to).to_string();
    for (from, to, want) in [
        ("\"amount\": 651", "\"amount\": \"651\"", "figures[0].amount: is no number"),
        ("\"window\": \"2017/18-2020/21\"", "\"window\": \"2017-2021\"", "figures[0].window: is no window"),
        ("\"planned\"", "\"guessed\"", "figures[0].outturn: is not one of the words known here"),
        (
            "\"plus\": \"core\"",
            "\"plus\": \"cores\"",
            "derivations[0].ways[0].steps[0].plus: no figure of that id",
        ),
        ("\"id\": \"specialised\"", "\"id\": \"core\"", "figures[1].id: the id stands twice"),
        ("\"unit\": \"millions\"", "\"unit\": \"GBP m\"", "write one of pounds, thousands, millions"),
    ] {
        let refused = with(from, to);
        assert!(refused.contains(want), "{refused}");
    }
    let beyond = BRIDGE_EXAMPLE.replace("\"non_recurrent\": 60", "\"non_recurrent\": 301");
    let twice = BRIDGE_EXAMPLE.replace("\"non_recurrent\": 60", "\"attested_year\": 2018");
    let problem = read_bridge(&twice).expect_err("said twice").to_string();
    assert!(problem.contains("rolls[0].delivered") && problem.contains("said twice"), "{problem}");
    let mut attested = read_bridge(&twice.replace("\"delivered\": 300, ", "")).expect("reads").bridge;
    attested.attest(|year| if year == 2018 { (300 * M, 60 * M) } else { (0, 0) });
    assert_eq!(attested.roll().expect("a roll")[0].opening, 694 * M);
    let refused = read_bridge(&beyond).expect("reads").bridge.roll().expect_err("more once than at all");
    assert!(refused.to_string().starts_with("rolls[0].non_recurrent"), "{refused}");
}

proptest! {
    /// However the figures lie, a verdict is right: nothing is forced, and nothing that differs is compared.
    #[test]
    fn nothing_is_forced(printed in 0_i64..2_000, parts in prop::collection::vec(0_i64..1_000, 3)) {
        let mut bridge = example();
        for (figure, amount) in bridge.figures.iter_mut().zip(parts.iter().chain([&printed])) {
            figure.pence = amount * M;
        }
        for (step, amount) in bridge.derivations[0].ways[0].steps.iter_mut().zip(&parts) {
            step.pence = amount * M;
        }
        let derived = bridge.derive().expect("derivations");
        let off = printed - parts.iter().sum::<i64>();
        prop_assert_eq!(derived[0].ways[0].difference, off * M);
        let want = match off.abs() { 0 => Verdict::AddsUp, 1 | 2 => Verdict::Rounding, _ => Verdict::Irreconcilable };
        prop_assert_eq!(derived[0].verdict, want);
    }

    #[test]
    fn any_difference_without_a_bridge_is_refused(which in 0_usize..6) {
        let mut bridge = example();
        bridge.derivations.clear();
        let mut other = bridge.figures[0].clone();
        other.id = "other".into();
        match which {
            0 => other.window.last += 1,
            1 => other.base = "2015/16".into(),
            2 => other.outturn = muster_backoffice::domain::bridge::Outturn::Actual,
            3 => other.scope.push('x'),
            4 => other.recurrence = Recurrence::NonRecurrent,
            _ => other.version.push('x'),
        }
        bridge.figures.push(other);
        let refused = bridge.compare("core", "other").expect("both are there");
        prop_assert!(matches!(refused, Comparison::Refused(differs) if differs.len() == 1));
    }
}
