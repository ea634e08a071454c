//! Invariants of the engine on a small made-up area.

mod known;
mod networks;
mod remembered;

use std::sync::atomic::AtomicBool;

use super::*;
use crate::domain::{
    missing::MissingReturns,
    parameters::ParameterSet,
    role::Role,
    scenario::{Change, Lever, Profile, Scenario, Uncertain},
    units::{Fte, Patients},
};

const YEARS: i32 = 5;

fn practice(index: usize) -> Practice {
    let list = 4_000_000 + 700_000 * i64::try_from(index % 7).unwrap();
    let role = |per_patient: i64, missing: bool| PracticeRole {
        fte: (!missing).then(|| Fte::from_milli(list / per_patient + 100 * (list / 700_000 % 5))),
        ..PracticeRole::default()
    };
    Practice {
        code: format!("G99{index:03}"),
        name: format!("Practice {index}"),
        borough: if index.is_multiple_of(2) { "East".into() } else { "West".into() },
        list: Patients::from_milli(list),
        roles: vec![role(2_200, index % 13 == 5), role(5_000, index % 9 == 4)],
        nodes: vec![0, 1 + index % 2],
        weight_milli: None,
        deprivation_milli: None,
    }
}

pub(super) fn inputs(draws: u32, seed: u64) -> Inputs {
    let node = |level, code: &str| Node { level, code: code.into(), name: code.into(), placeholder: false };
    Inputs {
        area: "TEST".into(),
        spec: Spec {
            scenario: Scenario::do_nothing(),
            base_year: 2016,
            to_year: 2016 + YEARS,
            draws,
            seed,
            missing: MissingReturns::BoroughMean,
            roles: vec![Role::Gp, Role::Nurse],
            list_weighting: ListWeighting::Plain,
            deprivation: false,
            patients: PatientBasis::Registered,
            price_year: 0,
        },
        nodes: vec![node(Level::System, "TEST"), node(Level::Borough, "East"), node(Level::Borough, "West")],
        practices: (0..60).map(practice).collect(),
        growth: vec![ListGrowth {
            year: 2016,
            before: Patients::from_milli(360_000_000),
            after: Patients::from_milli(365_000_000),
        }],
        registration: Registration::default(),
        evidence: Evidence {
            roles: vec![RoleEvidence { total_milli: 100_000, ..RoleEvidence::default() }; 2],
            ..Evidence::default()
        },
        parameters: ParameterSet::shipped().clone(),
    }
}

pub(super) fn run_with(inputs: &Inputs, threads: usize) -> Outcome {
    let control = Control { threads, cancelled: &AtomicBool::new(false), progress: &|_| {} };
    run(inputs, &control).unwrap()
}

fn row<'a>(outcome: &'a Outcome, node: &str, role: Role, year: i32) -> &'a Row {
    outcome.rows.iter().find(|row| &*row.node == node && row.role == role && row.year == year).unwrap()
}

#[test]
fn one_thread_and_many_give_the_same_numbers() {
    let inputs = inputs(96, 7);
    let one = run_with(&inputs, 1);
    assert_eq!(one, run_with(&inputs, 4));
    let relieved = with_scenario("new-roles", &[Role::Gp, Role::Nurse, Role::DirectPatientCare]);
    assert_eq!(run_with(&relieved, 1), run_with(&relieved, 4));
    let mut other = inputs.clone();
    other.spec.seed = 8;
    let other = run_with(&other, 2);
    assert_ne!(one.rows, other.rows);
    assert_ne!(one.inputs_sha256, other.inputs_sha256);
}

#[test]
fn every_input_moves_the_hash() {
    let hash = |change: &dyn Fn(&mut Inputs)| {
        let mut inputs = inputs(16, 1);
        change(&mut inputs);
        inputs_sha256(&inputs)
    };
    let base = hash(&|_| {});
    assert_eq!(base, hash(&|_| {}));
    let changes: [&dyn Fn(&mut Inputs); 11] = [
        &|inputs| inputs.spec.price_year = 2023,
        &|inputs| inputs.practices[3].roles[0].vacancies = Some(Fte::ZERO),
        &|inputs| inputs.evidence.closed = 1,
        &|inputs| inputs.evidence.roles[1].growth.push(Growth { year: 2016, log_nano: 1 }),
        &|inputs| inputs.practices[3].list = Patients::from_milli(1),
        &|inputs| inputs.practices[3].roles[1].fte = None,
        &|inputs| inputs.practices[3].nodes = vec![0],
        &|inputs| inputs.spec.draws = 17,
        &|inputs| inputs.spec.missing = MissingReturns::LeaveOut,
        &|inputs| inputs.growth.clear(),
        &|inputs| {
            let mut parameter = inputs.parameters.get("gp.vacancy.refilled").unwrap().clone();
            parameter.value += 1;
            inputs.parameters.set(parameter);
        },
    ];
    for change in changes {
        assert_ne!(base, hash(change));
    }
}

#[test]
fn the_base_year_is_what_was_returned_and_do_nothing_starts_without_a_gap() {
    let inputs = inputs(128, 1);
    let outcome = run_with(&inputs, 2);
    let returned = inputs.practices[0].roles[0].fte.unwrap().milli();
    let supply = row(&outcome, "G99000", Role::Gp, 2016).supply;
    assert_eq!((supply.p10, supply.p50, supply.p90), (returned, returned, returned));
    // A practice that did not return has an interval already at the base.
    let missing = row(&outcome, "G99005", Role::Gp, 2016).supply;
    assert!(missing.p10 < missing.p50 && missing.p50 < missing.p90);
    let gap = row(&outcome, "TEST", Role::Gp, 2016).gap;
    // What is left is the rounding of lists to tenths of patients and of FTE to 1/1000.
    assert!(gap.p10.abs() < 60 && gap.p90.abs() < 60, "{gap:?}");
}

#[test]
fn intervals_widen_with_the_horizon() {
    // a year's widening is an eighth of the width, which 512 draws tell to a twentieth
    let outcome = run_with(&inputs(4_096, 3), 0);
    for (node, role) in
        [("TEST", Role::Gp), ("TEST", Role::Nurse), ("East", Role::Gp), ("G99001", Role::Nurse)]
    {
        let widths: Vec<i64> = (2016..=2016 + YEARS)
            .map(|year| row(&outcome, node, role, year).gap)
            .map(|gap| gap.p90 - gap.p10)
            .collect();
        // heads are whole: one practice's interval grows by jumps, and stops where closures end it
        let widens = if node.starts_with('G') {
            widths[0] < widths[1] && widths[1] < widths[YEARS as usize]
        } else {
            widths.windows(2).all(|pair| pair[0] < pair[1])
        };
        assert!(widens, "{node} {role}: {widths:?}");
    }
}

/// Sets every parameter that moves anything to nothing.
fn at_rest(inputs: &mut Inputs, but: &[(&str, i64)]) {
    let names: Vec<String> = inputs.parameters.list().into_iter().map(|parameter| parameter.name).collect();
    for name in names {
        let Ok(parameter) = inputs.parameters.get(&name) else { continue };
        let keep = [
            "unit-cost",
            "participation.overall",
            "rate.women",
            "participation.women",
            "time-to-fill",
            "missing-return.level",
            "practice-strength",
            "closure.transfer",
        ];
        let mut parameter = parameter.clone();
        let value = match but.iter().find(|(but, _)| *but == name) {
            Some((_, value)) => *value,
            None if name.ends_with("observation-sd") => 1_000,
            None if keep.iter().any(|keep| name.ends_with(keep)) => parameter.value,
            None => 0,
        };
        (parameter.low, parameter.value, parameter.high) = (value, value, value);
        inputs.parameters.set(parameter);
    }
}

/// With every other driver at rest, closures conserve lists and, where everybody goes over, staff.
#[test]
fn closures_alone_change_no_total() {
    let mut inputs = inputs(64, 5);
    inputs.growth.clear();
    at_rest(&mut inputs, &[("practice.closure-rate", 300_000), ("gp.closure.transfer", 1_000_000)]);
    let outcome = run_with(&inputs, 2);
    let (base, last) = (row(&outcome, "TEST", Role::Gp, 2016), row(&outcome, "TEST", Role::Gp, 2016 + YEARS));
    assert!((base.list.p50 - last.list.p50).abs() < 20_000, "{base:?} {last:?}");
    // each closure takes over more or less than all, on average all
    assert!((base.supply.p50 - last.supply.p50).abs() < base.supply.p50 / 25, "{base:?} {last:?}");
    // a good third close each year: most practices have gone
    assert_eq!(row(&outcome, "G99001", Role::Gp, 2016 + YEARS).list.p50, 0);
}

/// Leavers, posts filled again, joiners of other hours and closures leave the whole where the wanted growth puts it.
#[test]
fn the_whole_grows_as_the_evidence_says() {
    for growth in [-20_000_i64, 0, 50_000] {
        let mut inputs = inputs(512, 3);
        at_rest(&mut inputs, &[]);
        let shipped = ParameterSet::shipped();
        for parameter in shipped.list() {
            let turns_over = ["leaver-rate", "vacancy", "participation", "closure", "hours", "reset"];
            if turns_over.iter().any(|part| parameter.name.contains(part))
                && shipped.get(&parameter.name).is_ok()
            {
                inputs.parameters.set(parameter);
            }
        }
        let mut prior = inputs.parameters.get("gp.growth.prior").unwrap().clone();
        (prior.low, prior.value, prior.high) = (growth, growth, growth);
        inputs.parameters.set(prior);
        let mut lasts = inputs.parameters.get("gp.growth.persistence").unwrap().clone();
        (lasts.low, lasts.value, lasts.high) = (1_000_000, 1_000_000, 1_000_000);
        inputs.parameters.set(lasts);
        let outcome = run_with(&inputs, 2);
        let (base, last) =
            (row(&outcome, "TEST", Role::Gp, 2016), row(&outcome, "TEST", Role::Gp, 2016 + YEARS));
        // the published middle holds to the base; what is looked at lies between the ends
        let middle = |of: Interval| (of.p10 + of.p90) as f64 / 2.0;
        let grown = (middle(last.supply) / middle(base.supply)).ln() / f64::from(YEARS);
        assert!((grown - growth as f64 / 1e6).abs() < 0.005, "{growth} {grown}");
    }
}

/// Nodes are sums of practices in every draw: with one draw's worth of spread taken away, medians add up too.
#[test]
fn a_node_of_one_practice_is_that_practice() {
    let mut inputs = inputs(64, 11);
    inputs.nodes.push(Node { level: Level::Lcn, code: "L1".into(), name: "L1".into(), placeholder: true });
    inputs.practices[8].nodes.push(3);
    let outcome = run_with(&inputs, 2);
    let (lcn, practice) = (row(&outcome, "L1", Role::Gp, 2021), row(&outcome, "G99008", Role::Gp, 2021));
    assert_eq!(
        (lcn.supply, lcn.demand, lcn.gap, lcn.list),
        (practice.supply, practice.demand, practice.gap, practice.list)
    );
    assert!(lcn.placeholder);
    let cost = 2 * practice.gap.p50 * 4_965;
    assert_eq!(practice.cost_pence.p50, cost, "99.3k a year is 9,930 pence for 1/1000 FTE");
}

#[test]
fn a_run_can_be_cancelled_and_refuses_what_it_cannot_do() {
    let control = Control { threads: 1, cancelled: &AtomicBool::new(true), progress: &|_| {} };
    assert_eq!(run(&inputs(64, 1), &control), Err(RunError::Cancelled));
    let refused = |change: &dyn Fn(&mut Inputs)| {
        let mut inputs = inputs(64, 1);
        change(&mut inputs);
        inputs.check().unwrap_err()
    };
    assert_eq!(refused(&|inputs| inputs.spec.draws = 15), InputsProblem::Draws(15));
    assert_eq!(refused(&|inputs| inputs.spec.to_year = 2016), InputsProblem::Years(2016, 2016));
    assert_eq!(refused(&|inputs| inputs.practices.clear()), InputsProblem::NoPractices(2016));
    assert_eq!(
        refused(&|inputs| inputs.spec.roles = vec![Role::GpLocum, Role::Gp]),
        InputsProblem::NoParameters(Role::GpLocum)
    );
    assert_eq!(
        refused(&|inputs| inputs.practices.iter_mut().for_each(|practice| practice.roles[1].fte = None)),
        InputsProblem::NothingReturned(Role::Nurse)
    );
}

fn with_scenario(name: &str, roles: &[Role]) -> Inputs {
    let mut inputs = inputs(256, 5);
    inputs.spec.scenario = Scenario::named(name).unwrap();
    inputs.spec.roles = roles.to_vec();
    inputs
        .evidence
        .roles
        .resize(roles.len(), RoleEvidence { total_milli: 100_000, ..RoleEvidence::default() });
    for practice in &mut inputs.practices {
        let last = PracticeRole { fte: Some(Fte::from_milli(800)), ..PracticeRole::default() };
        practice.roles.resize(roles.len(), last);
    }
    inputs
}

#[test]
fn scenarios_move_the_gap_their_way_and_draws_are_shared() {
    let roles = [Role::Gp, Role::Nurse, Role::DirectPatientCare];
    let gap = |name: &str, role: Role| {
        let outcome = run_with(&with_scenario(name, &roles), 2);
        row(&outcome, "TEST", role, 2021).gap
    };
    let base = gap("do-nothing", Role::Gp);
    for better in ["retention", "new-roles", "at-scale-working", "training-expansion"] {
        let gap = gap(better, Role::Gp);
        assert!(
            gap.p10 <= base.p10 && gap.p50 <= base.p50 && gap.p90 <= base.p90,
            "{better} {gap:?} {base:?}"
        );
    }
    assert!(gap("growing-need", Role::Gp).p50 > base.p50 + 5_000);
    // a scenario that does nothing to nurses leaves every draw of theirs as it was
    assert_eq!(gap("training-expansion", Role::Nurse), gap("do-nothing", Role::Nurse));
    let mut alone = with_scenario("new-roles", &roles);
    alone.spec.roles.pop();
    assert_eq!(
        alone.spec.check(),
        Err(InputsProblem::NoSubstitute(Role::DirectPatientCare, Role::Gp)),
        "what takes over must be drawn too"
    );
}

/// New posts of GPs at one place, in millionths of an FTE.
pub(super) fn posts_at(place: &str, by: i64) -> Change {
    Change {
        lever: Lever::Posts,
        roles: vec![Role::Gp],
        places: vec![place.into()],
        from: 2017,
        to: 2017,
        profile: Profile::Step,
        by: Uncertain { low: by, value: by, high: by },
        source: "a test".into(),
    }
}

/// New posts at one borough alone move that borough by as many FTE and leave every draw of the other what it was.
#[test]
fn a_change_of_one_place_leaves_the_others_alone() {
    let usual = inputs(256, 3);
    let mut placed = usual.clone();
    placed.spec.scenario.changes.push(posts_at("east", 10_000_000));
    let (before, after) = (run_with(&usual, 2), run_with(&placed, 2));
    assert_eq!(after, run_with(&placed, 1), "threads do not matter");
    let gap = |of: &Outcome| row(of, "East", Role::Gp, 2017).gap.p50;
    assert_eq!(row(&after, "West", Role::Gp, 2020), row(&before, "West", Role::Gp, 2020));
    assert_eq!(row(&after, "East", Role::Nurse, 2020), row(&before, "East", Role::Nurse, 2020));
    let less = gap(&before) - gap(&after);
    assert!((8_000..12_000).contains(&less), "{less}");
    assert_ne!(before.inputs_sha256, after.inputs_sha256);
    placed.spec.scenario.changes.push(posts_at("North", 1));
    assert_eq!(placed.check(), Err(InputsProblem::NoPlace("North".into())));
}

/// Levels above the practice are the same whether their practices are kept one by one or added up as they are drawn: with plain lists, with
/// weighted ones, and where a change acts at one borough only.
#[test]
fn nodes_alone_are_those_of_a_whole_run() {
    let plain = inputs(72, 4);
    let mut weighted = plain.clone();
    weighted.spec.list_weighting = ListWeighting::Weighted;
    let mut placed = plain.clone();
    placed.spec.scenario.changes.push(Change {
        lever: Lever::Need,
        roles: vec![Role::Gp],
        places: vec!["East".into()],
        from: 2017,
        to: 2019,
        profile: Profile::Linear,
        by: Uncertain { low: 50_000, value: 100_000, high: 200_000 },
        source: "a test".into(),
    });
    let never = AtomicBool::new(false);
    // a role that takes over the work of another is read with it
    let relieved = with_scenario("new-roles", &[Role::Gp, Role::Nurse, Role::DirectPatientCare]);
    for inputs in [plain, weighted, placed, relieved] {
        let whole = run_with(&inputs, 2).rows.into_iter().filter(|row| row.level != Level::Practice);
        let control = Control { threads: 1, cancelled: &never, progress: &|_| {} };
        assert_eq!(run_nodes(&inputs, &control).unwrap(), whole.collect::<Vec<_>>());
    }
}

/// A practice that may close has an interval that holds 80% of its draws, not nine tenths.
#[test]
fn a_practice_that_may_close_leaves_out_a_fifth_of_its_draws() {
    let mut inputs = inputs(1_024, 4);
    inputs.spec.to_year = 2031;
    let of = Supplies(&inputs);
    let never = AtomicBool::new(false);
    let control = Control { threads: 2, cancelled: &never, progress: &|_| {} };
    let rows = run_with(&inputs, 2).rows;
    let mut with_nothing = 0;
    for (practice, role, mut draws) in draws_of(&inputs, &control, &of).unwrap().into_iter().flatten() {
        let row = |row: &&Row| *row.node == *inputs.practices[practice].code && row.year == 2031;
        let supply = rows.iter().filter(row).nth(role).unwrap().supply;
        draws.sort_unstable();
        let nothing = draws.iter().filter(|draw| **draw == 0).count();
        let inside = draws.iter().filter(|draw| supply.contains(i64::from(**draw))).count();
        assert!((818..=821).contains(&inside), "{inside} of 1024 in {supply:?}, {nothing} of them nothing");
        with_nothing += usize::from(nothing > 103);
    }
    assert!(with_nothing > 20, "{with_nothing}");
}

/// Draws of the last year of every practice and role.
struct Supplies<'a>(&'a Inputs);

impl Collect for Supplies<'_> {
    type Kept = Option<(usize, usize, Vec<i32>)>;
    type Shared = ();

    fn share(&self, _: &[i32]) {}

    fn collect(&self, at: At, drawn: &Drawn<'_>, (): &()) -> Self::Kept {
        let At::Practice(practice) = at else { return None };
        let (draws, last) = (self.0.spec.draws as usize, self.0.spec.years() - 1);
        Some((practice, drawn.role, drawn.supply[last * draws..].to_vec()))
    }
}
