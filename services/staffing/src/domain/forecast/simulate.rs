//! One draw: all practices from the base year to the last, recorded year by year.

use super::{
    cohort::{Cohort, Year},
    prepare::{Prepared, RoleStart},
    random::Stream,
    world::{RoleTable, World},
};

/// Half of the joiners go where the staff is, half where the patients are.
const JOINERS_BY_LIST: f64 = 0.5;

/// Practices that are drawn in search of a neighbour before the largest is taken.
const TRIES: usize = 200;

/// Where one draw is recorded: integers only.
pub(super) struct Record<'a> {
    /// By practice and year: list, then supply of each role. List in 1/1000 patients, supply in 1/1000 FTE.
    pub(super) practices: &'a mut [u32],
    /// By node and year: list, then supply of each role, then demand of each role.
    pub(super) nodes: &'a mut [i64],
    /// FTE per patient of each role in the base year of this draw.
    pub(super) ratios: &'a mut [f64],
}

/// Demand of a list at a ratio of FTE to list and a growth of need, in 1/1000 FTE.
pub(super) fn demand_milli(list_milli: u32, ratio: f64, need: f64) -> i64 {
    (f64::from(list_milli) * ratio * need).round() as i64
}

/// Growth of need per registered patient from the base to year `year`.
pub(super) fn need_factor(growth_ppm: i64, year: usize) -> f64 {
    (1.0 + growth_ppm as f64 / 1e6).powi(i32::try_from(year).unwrap_or(0))
}

struct PracticeState {
    list: f64,
    open: bool,
    stream: Stream,
    roles: Vec<(Cohort, Stream)>,
}

/// Runs one draw.
pub(super) fn simulate(prepared: &Prepared<'_>, draw: u32, record: &mut Record<'_>) {
    let world = prepared.tables.draw(draw);
    let mut states: Vec<PracticeState> = prepared
        .starts
        .iter()
        .map(|start| PracticeState {
            list: start.list,
            open: true,
            stream: start.key.stream(draw),
            roles: start
                .roles
                .iter()
                .enumerate()
                .map(|(role, start)| begin(start, &prepared.tables.roles[role], &world, role, draw))
                .collect(),
        })
        .collect();
    base_ratios(prepared, &states, record.ratios);
    write(prepared, &states, 0, record);
    for year in 1..prepared.inputs.spec.years() {
        close_practices(prepared, &mut states, world.closure);
        for (state, start) in states.iter_mut().zip(&prepared.starts) {
            if state.open {
                let growth = 1.0 + world.list_growth(year, start.borough);
                state.list *= growth * state.stream.mean_one(prepared.tables.list_sd);
            }
        }
        for role in 0..prepared.tables.roles.len() {
            staff_year(prepared, &mut states, &world, (role, year));
        }
        write(prepared, &states, year, record);
    }
}

/// Heads and hours of a role in the base year. A return is met exactly; what stands in for a missing one is drawn.
fn begin(start: &RoleStart, table: &RoleTable, world: &World, role: usize, draw: u32) -> (Cohort, Stream) {
    let mut stream = start.key.stream(draw);
    let shared = &world.roles[role];
    let mut cohort = Cohort { heads: [0; _], hours: table.usual_level() };
    let fte = match start.fill_sd {
        Some(sd) => start.fte * shared.missing_level * stream.mean_one(sd),
        None => start.fte,
    };
    if fte > 0.0 {
        if let Some(ages) = start.ages {
            cohort.heads = ages;
        } else {
            let expected = fte / table.participation();
            let drawn = expected.floor() + f64::from(u8::from(stream.uniform() < expected.fract()));
            let heads = start.heads.unwrap_or(drawn as u32).max(1);
            cohort.join(heads, &shared.mix, &mut stream);
        }
        cohort.fit(fte, &table.by_age);
    }
    (cohort, stream)
}

/// Do-nothing holds the system's base-year ratio of filled FTE to list.
fn base_ratios(prepared: &Prepared<'_>, states: &[PracticeState], ratios: &mut [f64]) {
    let list: f64 = states.iter().map(|state| state.list).sum();
    for (role, ratio) in ratios.iter_mut().enumerate() {
        let by_age = &prepared.tables.roles[role].by_age;
        let fte: f64 = states.iter().map(|state| state.roles[role].0.fte(by_age)).sum();
        *ratio = fte * 1e3 / list.max(1.0);
    }
}

/// Practices close; a neighbour of the same borough, drawn by list, takes over patients and staff.
fn close_practices(prepared: &Prepared<'_>, states: &mut [PracticeState], chance: f64) {
    for neighbours in &prepared.boroughs {
        let largest = neighbours.iter().map(|index| states[*index].list).fold(0.0, f64::max);
        for index in neighbours {
            if !states[*index].open || states[*index].stream.uniform() >= chance {
                continue;
            }
            let Some(target) = neighbour(states, neighbours, *index, largest) else { continue };
            let list = std::mem::take(&mut states[*index].list);
            states[*index].open = false;
            states[target].list += list;
            for role in 0..prepared.tables.roles.len() {
                let mut leaving = std::mem::take(&mut states[*index].roles[role].0);
                states[target].roles[role].0.take_over(&mut leaving, &prepared.tables.roles[role].by_age);
            }
        }
    }
}

/// The open practice that takes over from another, drawn by list.
///
/// Drawn by rejection, since adding the lists of all England up for each closure would take most of the run: a practice drawn evenly is
/// taken with the chance of its list over the largest.
fn neighbour(
    states: &mut [PracticeState],
    neighbours: &[usize],
    closing: usize,
    largest: f64,
) -> Option<usize> {
    for _ in 0..TRIES {
        let drawn = states[closing].stream.uniform() * neighbours.len() as f64;
        let accept = states[closing].stream.uniform() * largest;
        let other = neighbours[(drawn as usize).min(neighbours.len() - 1)];
        if other != closing && states[other].open && accept < states[other].list {
            return Some(other);
        }
    }
    // hardly anybody is left: the largest that is
    let left = neighbours.iter().copied().filter(|other| *other != closing && states[*other].open);
    left.filter(|other| states[*other].list > 0.0)
        .max_by(|a, b| states[*a].list.total_cmp(&states[*b].list).then(b.cmp(a)))
}

/// One year of one role: leavers, ageing, hours, joiners.
fn staff_year(prepared: &Prepared<'_>, states: &mut [PracticeState], world: &World, at: (usize, usize)) {
    let (role, year) = at;
    let shared = &world.roles[role];
    let heads: f64 = states.iter().map(|state| f64::from(state.roles[role].0.total())).sum();
    let list: f64 = states.iter().map(|state| state.list).sum();
    let joiners = shared.joiner_rates[year - 1] * heads;
    for (state, start) in states.iter_mut().zip(&prepared.starts).filter(|(state, _)| state.open) {
        let (cohort, stream) = &mut state.roles[role];
        let own = f64::from(cohort.total()) / heads.max(1.0);
        let share = (1.0 - JOINERS_BY_LIST) * own + JOINERS_BY_LIST * state.list / list.max(1.0);
        cohort.live(
            Year {
                leaver_rates: &shared.leaver_rates[year - 1],
                leavers: start.roles[role].leavers,
                hours_factor: shared.hours_factor,
                hours_sd: start.roles[role].hours_sd,
            },
            stream,
        );
        let mean = joiners * share * world.joiners(role, year, start.borough);
        let joined = stream.poisson(mean);
        cohort.join(joined, &shared.joiner_mix, stream);
    }
}

/// Rounds the state of a year to integers and adds the practices up along the nodes.
fn write(prepared: &Prepared<'_>, states: &[PracticeState], year: usize, record: &mut Record<'_>) {
    let roles = prepared.tables.roles.len();
    let years = prepared.inputs.spec.years();
    let need = need_factor(prepared.inputs.spec.scenario.need_growth_ppm, year);
    for (index, (state, practice)) in states.iter().zip(&prepared.inputs.practices).enumerate() {
        let at = (index * years + year) * (1 + roles);
        let cell = &mut record.practices[at..=at + roles];
        cell[0] = state.list.round() as u32;
        for (role, (cohort, _)) in state.roles.iter().enumerate() {
            cell[1 + role] = (cohort.fte(&prepared.tables.roles[role].by_age) * 1e3).round() as u32;
        }
        for node in &practice.nodes {
            let at = (node * years + year) * (1 + 2 * roles);
            let sums = &mut record.nodes[at..=at + 2 * roles];
            for (sum, value) in sums.iter_mut().zip(cell.iter()) {
                *sum += i64::from(*value);
            }
            for (role, ratio) in record.ratios.iter().enumerate() {
                sums[1 + roles + role] += demand_milli(cell[0], *ratio, need);
            }
        }
    }
}
