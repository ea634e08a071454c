//! How fast the engine is, on made-up practices, beside careers drawn one by one with nothing else to do.

use std::{sync::atomic::AtomicBool, time::Instant};

use super::{
    Control, Evidence, Inputs, Level, ListWeighting, Node, PatientBasis, Practice, PracticeRole,
    Registration, RoleEvidence, RunError, Spec, differences,
    lanes::{STEP, against_lanes, career, lane, mix},
    mean_flows,
    memo::forget,
    run,
    simd::{Lanes, Work, widest},
};
use crate::domain::{
    missing::MissingReturns,
    parameters::ParameterSet,
    scenario::Scenario,
    units::{Fte, Patients},
};

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Speed {
    /// Seconds of the first run, which remembers nothing of one before.
    pub first_seconds: f64,
    /// Seconds of each run after it, ascending: what follows from the seed and a few parameters alone is remembered.
    pub seconds: Vec<f64>,
    /// The shortest time that mean flows took.
    pub mean_seconds: f64,
    /// Years of work of single heads that one run draws: about, from the heads and joiners of each draw and how long such heads work on average.
    pub person_years: u64,
    /// Rows of one run.
    pub rows: usize,
    /// Years of work a second that one core draws career by career, with nothing else to do.
    pub kernel_per_second: f64,
}

/// Runs a do-nothing forecast of so many made-up practices: every role that there are parameters for, fifteen years, all levels.
///
/// # Errors
/// As a run.
pub fn speed(practices: usize, draws: u32, repeats: usize) -> Result<Speed, RunError> {
    let inputs = inputs(practices, draws);
    let never = AtomicBool::new(false);
    let control = Control { threads: 0, cancelled: &never, progress: &|_| {} };
    let timed = || {
        let begun = Instant::now();
        run(&inputs, &control).map(|outcome| (begun.elapsed().as_secs_f64(), outcome))
    };
    forget();
    let (first_seconds, first) = timed()?;
    let (person_years, rows) = (first.person_years, first.rows.len());
    drop(first);
    let mut seconds = Vec::with_capacity(repeats);
    for _ in 0..repeats.max(1) {
        seconds.push(timed()?.0);
    }
    seconds.sort_by(f64::total_cmp);
    let mut mean_seconds = f64::INFINITY;
    for _ in 0..repeats.max(1) {
        let begun = Instant::now();
        std::hint::black_box(mean_flows(&inputs, &control)?);
        mean_seconds = mean_seconds.min(begun.elapsed().as_secs_f64());
    }
    Ok(Speed { first_seconds, seconds, mean_seconds, person_years, rows, kernel_per_second: kernel() })
}

/// Sets retention beside do-nothing at every node above so many made-up practices: seconds of each time, ascending. Retention concerns GPs and
/// nurses; the other roles are drawn once.
///
/// # Errors
/// As a run.
pub fn compare_speed(practices: usize, draws: u32, repeats: usize) -> Result<Vec<f64>, RunError> {
    let inputs = &inputs(practices, draws);
    let never = AtomicBool::new(false);
    let control = &Control { threads: 0, cancelled: &never, progress: &|_| {} };
    let mut other = Scenario::do_nothing();
    let shipped = Scenario::named("retention").map(|scenario| scenario.changes);
    other.changes = shipped.unwrap_or_default();
    let mut seconds = Vec::with_capacity(repeats);
    for _ in 0..repeats.max(1) {
        let begun = Instant::now();
        std::hint::black_box(differences(inputs, &other, &|_| true, control)?);
        seconds.push(begun.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds)
}

/// Careers alone: one curve, one sum, all in registers and the nearest cache.
fn kernel() -> f64 {
    widest(Kernel)
}

struct Kernel;

impl Work for Kernel {
    type Out = f64;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> f64 {
        let survival: [i16; 16] =
            std::array::from_fn(|year| lane(0.91_f64.powi(i32::try_from(year).unwrap_or(0))));
        let fte = [190_i16; 16];
        let careers = 4_000_000_u64;
        let begun = Instant::now();
        let (mut sum, mut years, mut seen) = ([0_i16; 16], 0, 0_i64);
        for n in 0..careers {
            let number = against_lanes(mix(n.wrapping_mul(STEP)) >> 16);
            years += career(lanes, (&mut sum, &fte), &survival, number);
            if n % 64 == 0 {
                seen += i64::from(sum[3]);
                sum = [0; 16];
            }
        }
        std::hint::black_box(seen);
        years as f64 / begun.elapsed().as_secs_f64()
    }
}

fn inputs(practices: usize, draws: u32) -> Inputs {
    let (boroughs, networks) = (practices.div_ceil(41), practices.div_ceil(7));
    let node = |level: Level, number: usize| Node {
        level,
        code: format!("{}-{number}", level.name()),
        name: format!("{} {number}", level.name()),
        placeholder: false,
    };
    let mut nodes = vec![node(Level::System, 0)];
    nodes.extend((0..boroughs).map(|number| node(Level::Borough, number)));
    nodes.extend((0..networks).map(|number| node(Level::Pcn, number)));
    let role = |list: i64, patients_per_fte: i64| PracticeRole {
        fte: Some(Fte::from_milli(list / patients_per_fte)),
        ..PracticeRole::default()
    };
    let practice = |index: usize| {
        let list = 4_000_000 + 1_200_000 * i64::try_from(index % 7).unwrap_or(0);
        let borough = index * boroughs / practices;
        Practice {
            code: format!("Z{index:05}"),
            name: format!("Practice {index}"),
            borough: format!("borough-{borough}"),
            list: Patients::from_milli(list),
            // South East London in 2016: patients per GP, nurse, direct patient care and administrative FTE
            roles: [2_200, 5_500, 15_900, 1_140].map(|per_fte| role(list, per_fte)).to_vec(),
            nodes: vec![0, 1 + borough, 1 + boroughs + index * networks / practices],
            weight_milli: None,
            deprivation_milli: None,
        }
    };
    let total = |per_fte: i64| RoleEvidence {
        total_milli: i64::try_from(practices).unwrap_or(0) * 7_600_000 / per_fte,
        ..RoleEvidence::default()
    };
    Inputs {
        area: "made up".into(),
        spec: Spec {
            scenario: Scenario::do_nothing(),
            base_year: 2016,
            to_year: 2031,
            draws,
            seed: 1,
            missing: MissingReturns::BoroughMean,
            roles: Spec::ROLES.to_vec(),
            list_weighting: ListWeighting::Plain,
            deprivation: false,
            patients: PatientBasis::Registered,
            price_year: 0,
        },
        nodes,
        practices: (0..practices).map(practice).collect(),
        growth: Vec::new(),
        registration: Registration::default(),
        evidence: Evidence {
            roles: [2_200, 5_500, 15_900, 1_140].map(total).to_vec(),
            ..Evidence::default()
        },
        parameters: ParameterSet::shipped().clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_draws_what_it_says() {
        let speed = speed(20, 64, 1).unwrap();
        // system, borough, three networks and twenty practices; four roles; sixteen years
        assert_eq!(speed.rows, 25 * 4 * 16);
        assert!(speed.person_years > 64 * 20 * 16 && speed.kernel_per_second > 0.0);
        let compared = compare_speed(20, 64, 2).unwrap();
        assert!(compared.len() == 2 && compared[0] > 0.0);
    }
}
