//! Two scenarios of one area from the same random numbers: the rows of both, and what differs between them draw by draw.
//!
//! What both share (growth, shocks, who of the heads leaves) falls out of the difference of a draw, but not out of the difference of two
//! percentiles: only the first says whether a scenario moves the gap at all.

use super::{
    MAX_BYTES,
    gaps::columns,
    inputs::{Inputs, InputsProblem, Node},
    ranks::{Near, Ranks},
    results::{At, Collect, Drawn, Interval, Row, Rows},
    run::{Control, RunError, collect},
    simd::{Lanes, Work, widest},
};
use crate::domain::{
    role::Role,
    scenario::{Change, Scenario},
};

/// One node, role and year under both scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Under the one.
    pub from: Row,
    /// Under the other.
    pub to: Row,
    /// Gap under the other less gap under the one, FTE in 1/1000: percentiles over the draws.
    pub gap_change: Interval,
    /// Supply under the other less supply under the one.
    pub supply_change: Interval,
}

/// Runs both and sets them side by side, for the nodes above the practice that are wanted.
///
/// # Errors
/// As a run; also when the draws of the one do not fit in memory beside the other.
pub fn differences(
    inputs: &Inputs,
    to: &Scenario,
    wanted: &(dyn Fn(&Node) -> bool + Sync),
    control: &Control<'_>,
) -> Result<Vec<Pair>, RunError> {
    let nodes: Vec<bool> = inputs.nodes.iter().map(wanted).collect();
    fits(inputs, nodes.iter().filter(|wanted| **wanted).count())?;
    let roles = inputs.spec.roles.len();
    let one = One { rows: rows(inputs)?, nodes: &nodes };
    let mut before: Vec<Option<Kept>> = (0..inputs.nodes.len() * roles).map(|_| None).collect();
    for (at, kept) in collect(inputs, control, &one)?.0 {
        if let (At::Node(node), Some(kept)) = (at, kept) {
            let place = node * roles + kept.role;
            before[place] = Some(kept);
        }
    }
    let (of, mut inputs) = (inputs, inputs.clone());
    inputs.spec.scenario = to.clone();
    let alike = alike(&of.spec.scenario, to, &inputs.spec.roles);
    let other = Other { one: One { rows: rows(&inputs)?, nodes: &nodes }, before: &before, alike };
    Ok(collect(&inputs, control, &other)?.0.into_iter().flat_map(|(_, pairs)| pairs).collect())
}

fn rows(inputs: &Inputs) -> Result<Rows<'_>, RunError> {
    Ok(Rows::new(inputs, false)?)
}

/// By role, have two scenarios the same staff in every draw? They have where nothing differs that acts on it; the random numbers are
/// the same.
fn alike(one: &Scenario, other: &Scenario, roles: &[Role]) -> Vec<bool> {
    let on_staff =
        |role: Role| move |change: &&Change| !change.lever.on_demand() && change.acts_on(change.lever, role);
    let same = |role: &Role| {
        let of = |scenario: &'_ Scenario| {
            scenario.changes.iter().filter(on_staff(*role)).cloned().collect::<Vec<Change>>()
        };
        one.closures == other.closures && of(one) == of(other)
    };
    roles.iter().map(same).collect()
}

/// The draws of the one are kept while the other is drawn.
fn fits(inputs: &Inputs, nodes: usize) -> Result<(), RunError> {
    let per_draw = nodes * inputs.spec.roles.len() * inputs.spec.years() * 2 * size_of::<i32>();
    let fits = MAX_BYTES / per_draw.max(1);
    if fits < inputs.spec.draws as usize {
        return Err(InputsProblem::TooLarge(inputs.spec.draws, inputs.practices.len(), fits).into());
    }
    Ok(())
}

/// Rows and draws of one node and role.
struct Kept {
    role: usize,
    rows: Vec<Row>,
    /// Year by year, and in each year draw by draw.
    supply: Vec<i32>,
    /// The same.
    gap: Vec<i32>,
}

/// Keeps the draws of the nodes that are wanted.
struct One<'a> {
    rows: Rows<'a>,
    nodes: &'a [bool],
}

impl Collect for One<'_> {
    type Kept = Option<Kept>;
    type Shared = Vec<Interval>;

    fn wants_practices(&self) -> bool {
        false
    }

    fn share(&self, list: &[i32]) -> Vec<Interval> {
        self.rows.share(list)
    }

    fn collect(&self, at: At, drawn: &Drawn<'_>, lists: &Vec<Interval>) -> Option<Kept> {
        let At::Node(node) = at else { return None };
        if !self.nodes[node] {
            return None;
        }
        let spec = &self.rows.inputs.spec;
        let mut gap = Vec::with_capacity(drawn.supply.len());
        for year in 0..spec.years() {
            gap.extend(columns(drawn, spec.draws as usize, year).gap);
        }
        let rows = self.rows.collect(at, drawn, lists);
        Some(Kept { role: drawn.role, rows, supply: drawn.supply.to_vec(), gap })
    }
}

/// Sets the draws of the other beside those of the one.
struct Other<'a> {
    one: One<'a>,
    before: &'a [Option<Kept>],
    /// By role: has it the same staff in every draw?
    alike: Vec<bool>,
}

impl Other<'_> {
    fn before(&self, at: At, role: usize) -> Option<&Kept> {
        let At::Node(node) = at else { return None };
        self.before[node * self.one.rows.inputs.spec.roles.len() + role].as_ref()
    }
}

impl Collect for Other<'_> {
    type Kept = Vec<Pair>;
    type Shared = Vec<Interval>;

    fn wants_practices(&self) -> bool {
        false
    }

    fn knows(&self, role: usize) -> bool {
        self.alike[role]
    }

    fn known(&self, at: At, role: usize) -> Option<&[i32]> {
        self.before(at, role).filter(|_| self.alike[role]).map(|kept| kept.supply.as_slice())
    }

    fn share(&self, list: &[i32]) -> Vec<Interval> {
        self.one.share(list)
    }

    fn collect(&self, at: At, drawn: &Drawn<'_>, lists: &Vec<Interval>) -> Vec<Pair> {
        let spec = &self.one.rows.inputs.spec;
        let before = self.before(at, drawn.role);
        let Some((before, after)) = before.zip(self.one.collect(at, drawn, lists)) else { return Vec::new() };
        let draws = spec.draws as usize;
        let gaps = widest(Changes { from: &before.gap, to: &after.gap, draws });
        let supplies = widest(Changes { from: &before.supply, to: &after.supply, draws });
        let rows = before.rows.iter().cloned().zip(after.rows);
        rows.zip(gaps.into_iter().zip(supplies))
            .map(|((from, to), (gap_change, supply_change))| Pair { from, to, gap_change, supply_change })
            .collect()
    }
}

/// Percentiles of the differences of every year.
struct Changes<'a> {
    from: &'a [i32],
    to: &'a [i32],
    draws: usize,
}

impl Work for Changes<'_> {
    type Out = Vec<Interval>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Vec<Interval> {
        let (mut ranks, mut near, mut found) = (Ranks::default(), Near::default(), Vec::new());
        let mut change = vec![0; self.draws];
        // loops, not closures: those would be compiled for the oldest processor
        for (from, to) in self.from.chunks(self.draws).zip(self.to.chunks(self.draws)) {
            for (change, (from, to)) in change.iter_mut().zip(from.iter().zip(to)) {
                *change = to - from;
            }
            found.push(Interval::of(lanes, &mut ranks, (&change, &mut near)));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::{
        super::{run::run_nodes, tests::inputs},
        *,
    };
    use crate::domain::{forecast::Level, role::Role, scenario::shipped};

    fn compared(inputs: &Inputs, to: &Scenario) -> Vec<Pair> {
        let never = AtomicBool::new(false);
        let control = Control { threads: 2, cancelled: &never, progress: &|_| {} };
        differences(inputs, to, &|_| true, &control).unwrap()
    }

    #[test]
    fn roles_that_are_not_drawn_again_have_the_rows_of_a_run() {
        let mut inputs = inputs(128, 5);
        // somebody who may take work over
        inputs.spec.roles.push(Role::DirectPatientCare);
        inputs.evidence.roles.push(inputs.evidence.roles[1].clone());
        for practice in &mut inputs.practices {
            practice.roles.push(practice.roles[1].clone());
        }
        let never = AtomicBool::new(false);
        let control = Control { threads: 2, cancelled: &never, progress: &|_| {} };
        for (to, _) in shipped() {
            let mut other = inputs.clone();
            other.spec.scenario = to.clone();
            let run = run_nodes(&other, &control).unwrap();
            let pairs = compared(&inputs, to);
            assert!(pairs.iter().map(|pair| &pair.to).eq(run.iter()), "{}", to.name);
        }
        let same = |one: &str, other: &str| {
            let of = |name: &str| Scenario::named(name).unwrap();
            alike(&of(one), &of(other), &[Role::Gp, Role::Administration])
        };
        assert_eq!(same("do-nothing", "retention"), [false, true]);
        assert_eq!(same("retention", "retention"), [true, true]);
        assert_eq!(same("do-nothing", "growing-need"), [true, true]);
    }

    /// Gap of the area's GPs in the last year, draw by draw.
    fn gaps(inputs: &Inputs) -> Vec<i32> {
        let never = AtomicBool::new(false);
        let control = Control { threads: 2, cancelled: &never, progress: &|_| {} };
        let one = One { rows: rows(inputs).unwrap(), nodes: &[true, false, false] };
        let kept = collect(inputs, &control, &one).unwrap().0.into_iter().find_map(|(_, kept)| kept).unwrap();
        let draws = inputs.spec.draws as usize;
        kept.gap[(inputs.spec.years() - 1) * draws..].to_vec()
    }

    fn width(mut values: Vec<i32>) -> i32 {
        values.sort_unstable();
        values[values.len() * 9 / 10] - values[values.len() / 10]
    }

    #[test]
    fn a_scenario_beside_itself_changes_nothing_in_any_draw() {
        let mut inputs = inputs(128, 5);
        inputs.spec.scenario = Scenario::named("retention").unwrap();
        let pairs = compared(&inputs, &inputs.spec.scenario.clone());
        assert_eq!(pairs.len(), 3 * 2 * inputs.spec.years());
        for pair in pairs {
            assert_eq!((pair.gap_change, pair.supply_change), Default::default(), "{pair:?}");
            assert_eq!(pair.from, pair.to);
        }
    }

    #[test]
    fn the_interval_of_a_change_is_much_narrower_than_that_of_independent_runs() {
        let inputs = inputs(1_024, 5);
        // more who are trained are a few joiners more: all else stays; who stays longer than before is another course of the same heads
        for (to, narrower) in [("training-expansion", 15), ("retention", 5)] {
            let to = Scenario::named(to).unwrap();
            let pairs = compared(&inputs, &to);
            let of = |pair: &&Pair| {
                pair.from.level == Level::System && pair.from.role == Role::Gp && pair.from.year == 2021
            };
            let pair = pairs.iter().find(of).unwrap();
            let mut other = inputs.clone();
            (other.spec.scenario, other.spec.seed) = (to, 6);
            let apart = width(gaps(&inputs).iter().zip(gaps(&other)).map(|(from, to)| to - from).collect());
            let common = pair.gap_change.p90 - pair.gap_change.p10;
            assert!(common > 0 && narrower * common < i64::from(apart), "{apart} {pair:?}");
            // who joins is not short: what supply gains the gap loses
            assert_eq!(pair.supply_change.p10, -pair.gap_change.p90);
        }
    }

    #[test]
    fn a_scenario_for_one_role_leaves_the_other_alone_in_every_draw() {
        let pairs = compared(&inputs(128, 5), &Scenario::named("training-expansion").unwrap());
        let nurses = pairs.iter().filter(|pair| pair.from.role == Role::Nurse);
        assert!(nurses.clone().count() > 0);
        for pair in nurses {
            assert_eq!((pair.gap_change, pair.supply_change), Default::default(), "{pair:?}");
        }
    }
}
