//! Mean flows: the course of a run without the chance of single heads, for questions that need thousands of runs.
//!
//! Hazards are shared by all practices, so the mean course is linear in the FTE of the base year: the supply of a practice is its FTE
//! times a path of its borough (mean course, what a draw takes for true, the years' shocks), its list likewise. Percentiles of
//! supply, demand and shortfall are then those of the borough's path, times a number; nodes are short sums over boroughs.
//!
//! Percentiles of the gap depend on the FTE that there is for a patient besides. They are exact for nodes and for every so many practices
//! of a borough; for those between they lie on a line, off by less than what chance does to a percentile of so many draws.
//!
//! Left out is what is not shared: the chance of single heads, vacancies and joint posts, closures by chance (they move staff and lists
//! between neighbours; those that are decided are in it), practices that are made up anew, and the paths of single practices' lists and hours and of networks. Medians of large nodes are those of a
//! run; intervals of small ones are far too narrow.

mod moved;
mod shapes;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, ops::Range, sync::atomic::Ordering};

use rayon::prelude::*;

use super::{
    block::Patients,
    gaps::columns,
    inputs::Inputs,
    lanes::{STEP, mix},
    need::{Column, placed_factor},
    prepare::{Banks, Prepared},
    results::{At, Collect, Row, Rows},
    run::{Control, RunError, drawn, in_pool, node_order},
    simd::widest,
    staff::{ARRIVED, DRAWS},
    sums::within_parts,
};
use shapes::{Figures, Of, OfMembers, Rounded, Shapes};

/// Rows of every level from mean flows, in the order of a run's.
pub fn mean_flows(inputs: &Inputs, control: &Control<'_>) -> Result<Vec<Row>, RunError> {
    in_lanes(inputs, control, &|flows: &dyn Flows| flows.rows())?
}

/// The gap of a node in one year (counted from the base) for a role by position, in 1/1000 FTE: of every draw, from mean flows.
pub fn mean_gaps(
    inputs: &Inputs,
    control: &Control<'_>,
    (node, role, year): (usize, usize, usize),
) -> Result<Vec<i32>, RunError> {
    in_lanes(inputs, control, &|flows: &dyn Flows| flows.gaps(node, role, year))
}

fn in_lanes<T: Send>(
    inputs: &Inputs,
    control: &Control<'_>,
    ask: &(dyn Fn(&dyn Flows) -> T + Sync),
) -> Result<T, RunError> {
    inputs.check()?;
    in_pool(control, || match inputs.spec.years() {
        0..=8 => Ok(ask(&Mean::<8>::new(inputs, control)?)),
        9..=16 => Ok(ask(&Mean::<16>::new(inputs, control)?)),
        _ => Ok(ask(&Mean::<32>::new(inputs, control)?)),
    })
}

/// What is asked of mean flows, whatever the number of years.
trait Flows: Sync {
    fn rows(&self) -> Result<Vec<Row>, RunError>;
    fn gaps(&self, node: usize, role: usize, year: usize) -> Vec<i32>;
}

/// Columns, year by year and in each year draw by draw.
type Columns = Vec<f32>;

/// Practices of a borough where the same changes of the scenario act.
struct Borough {
    practices: Vec<usize>,
    /// Lists relative to the base.
    list: Columns,
    /// By role: supply relative to the base.
    supply: Vec<Columns>,
}

/// Sums over some practices, year by year and in each year draw by draw.
struct Summed {
    list: Vec<i32>,
    needs: Vec<Vec<i32>>,
    supply: Vec<Vec<i32>>,
}

impl Summed {
    fn parts(&self) -> (Patients<'_>, Vec<&[i32]>) {
        let needs = self.needs.iter().map(Vec::as_slice).collect();
        (Patients { list: &self.list, needs }, self.supply.iter().map(Vec::as_slice).collect())
    }
}

struct Mean<'a, const W: usize> {
    prepared: Prepared<'a, W>,
    boroughs: Vec<Borough>,
}

impl<'a, const W: usize> Mean<'a, W> {
    fn new(inputs: &'a Inputs, control: &Control<'a>) -> Result<Self, RunError> {
        let prepared = Prepared::new(inputs, control.cancelled, Banks::Shared)?;
        let mut alike: BTreeMap<(u64, usize), Vec<usize>> = BTreeMap::new();
        for block in &prepared.blocks {
            for (practice, borough) in block.practices.iter().zip(&block.boroughs) {
                alike.entry((*borough, prepared.starts[*practice].world)).or_default().push(*practice);
            }
        }
        let boroughs = alike.into_par_iter().map(|((bits, _), practices)| {
            let paths = paths(&prepared, bits, practices[0]);
            Borough { practices, ..paths }
        });
        let boroughs = boroughs.collect();
        Ok(Self { prepared, boroughs })
    }

    /// Lists, counts of patients beside them and supply of some practices, a borough at a time.
    fn columns(&self, counts: impl Fn(usize) -> bool) -> Summed {
        let (draws, roles) = (self.prepared.inputs.spec.draws as usize, self.prepared.roles.len());
        let size = draws * self.prepared.inputs.spec.years();
        let (mut list, mut supply) = (vec![0.0_f32; size], vec![vec![0.0_f32; size]; roles]);
        let mut needs = vec![vec![0.0_f32; size]; self.prepared.needs.columns.len()];
        let mut weights = vec![0.0; draws];
        for borough in &self.boroughs {
            let sums = (&mut list[..], &mut needs[..], &mut supply[..]);
            self.add_moved(borough, &counts, sums);
            let stays = |place: &usize| self.prepared.starts[*place].closes.is_none() && counts(*place);
            let of: Vec<usize> = borough.practices.iter().copied().filter(stays).collect();
            if of.is_empty() {
                continue;
            }
            let starts = || of.iter().map(|practice| &self.prepared.starts[*practice]);
            let tenths: f64 = starts().map(|start| start.list * 10.0).sum();
            add_weighted(&mut list, &borough.list, |_| super::paths::narrow(tenths));
            for (need, column) in needs.iter_mut().zip(&self.prepared.needs.columns) {
                self.add_need(need, column, (borough, &of));
            }
            for (role, columns) in supply.iter_mut().enumerate() {
                for open in [true, false] {
                    if starts().all(|start| start.roles[role].open != open) {
                        continue;
                    }
                    weights.fill(0.0);
                    for start in starts().map(|start| &start.roles[role]).filter(|start| start.open == open) {
                        for (draw, weight) in weights.iter_mut().enumerate() {
                            *weight += start.filled.as_ref().map_or(start.fte, |of| f64::from(of[draw]));
                        }
                    }
                    let arrived = |year: usize| if open { 1.0 } else { ARRIVED[year.min(ARRIVED.len() - 1)] };
                    for (year, sums) in columns.chunks_mut(draws).enumerate() {
                        let factor = f64::from(arrived(year)) * 1e3;
                        let path = &borough.supply[role][year * draws..];
                        for ((sum, weight), path) in sums.iter_mut().zip(&weights).zip(path) {
                            *sum += super::paths::narrow(weight * factor) * path;
                        }
                    }
                }
            }
        }
        let rounded = |values: Vec<f32>| widest(Rounded(&values, 1.0));
        let all = |columns: Vec<Vec<f32>>| columns.into_iter().map(rounded).collect();
        Summed { list: rounded(list), needs: all(needs), supply: all(supply) }
    }

    /// Adds what the patients of some practices of a borough count for.
    fn add_need(&self, need: &mut [f32], column: &Column, (borough, of): (&Borough, &[usize])) {
        let draws = self.prepared.inputs.spec.draws as usize;
        let weight =
            |practice: usize| if column.weighted { self.prepared.needs.weights[practice] } else { 1.0 };
        let tenths: f64 =
            of.iter().map(|practice| self.prepared.starts[*practice].list * 10.0 * weight(*practice)).sum();
        let practice = of.first().copied().unwrap_or_default();
        // practices of a borough part where other changes act: what acts at one acts at all
        add_weighted(need, &borough.list, |place| {
            let factor = column.placed.map_or(1.0, |role| {
                placed_factor(&self.prepared, (role, practice), (place % draws, place / draws))
            });
            super::paths::narrow(tenths * factor)
        });
    }

    /// By borough, the nodes that have practices of no other.
    fn nodes_within(&self) -> Vec<Vec<usize>> {
        let inputs = self.prepared.inputs;
        let boroughs = self.boroughs.iter();
        let nodes =
            boroughs.map(|borough| borough.practices.iter().flat_map(move |of| &inputs.practices[*of].nodes));
        within_parts(inputs.nodes.len(), nodes)
    }

    fn node_columns(&self, node: usize) -> Summed {
        self.columns(|practice| self.prepared.inputs.practices[practice].nodes.contains(&node))
    }

    /// Rows of one node or practice from its columns.
    fn rows_of(&self, rows: &Rows<'_>, at: At) -> Vec<Row> {
        let summed = match at {
            At::Node(node) => self.node_columns(node),
            At::Practice(practice) => self.columns(|other| other == practice),
        };
        let (patients, supply) = summed.parts();
        let shared = rows.share(patients.list);
        (0..supply.len())
            .flat_map(|role| rows.collect(at, &drawn(&self.prepared, role, &patients, &supply), &shared))
            .collect()
    }

    /// Practices of a borough and nodes of no others of whom nothing is known but their list and FTE: by position with tenths of patients,
    /// and with FTE in 1/1000 of each role.
    fn members(&self, borough: &Borough, nodes: &[usize]) -> Vec<Member> {
        let inputs = self.prepared.inputs;
        let alike =
            self.prepared.roles.iter().all(|role| role.reliefs.is_empty()) && self.prepared.needs.plain();
        if !alike {
            return Vec::new();
        }
        let roles = self.prepared.roles.len();
        let of = |practices: &[usize]| {
            let (mut tenths, mut fte) = (0.0, vec![0.0; roles]);
            for start in practices.iter().map(|practice| &self.prepared.starts[*practice]) {
                let plain = start.roles.iter().all(|role| role.filled.is_none() && role.open);
                if start.closes.is_some() || start.receives || !plain {
                    return None;
                }
                tenths += start.list * 10.0;
                fte.iter_mut().zip(&start.roles).for_each(|(fte, role)| *fte += role.fte * 1e3);
            }
            (tenths > 0.0).then_some((tenths, fte))
        };
        let member = |at: At, of: Option<(f64, Vec<f64>)>| of.map(|(tenths, fte)| Member { at, tenths, fte });
        let listed = borough.practices.iter().filter(|at| inputs.practices[**at].list.is_positive());
        let practices = listed.filter_map(|at| member(At::Practice(*at), of(&[*at])));
        let nodes = nodes.iter().filter_map(|node| {
            let counts = |practice: &usize| inputs.practices[*practice].nodes.contains(node);
            let practices: Vec<usize> = borough.practices.iter().copied().filter(counts).collect();
            member(At::Node(*node), of(&practices))
        });
        practices.chain(nodes).collect()
    }

    /// Figures of members of a borough by member, role and year: percentiles of its paths, times what each has.
    fn figures(&self, rows: &Rows<'_>, borough: &Borough, members: &[Member]) -> Vec<Figures> {
        let (roles, draws) = (self.prepared.roles.len(), self.prepared.inputs.spec.draws as usize);
        let years = self.prepared.inputs.spec.years();
        let mut figures = vec![Figures::default(); members.len() * roles * years];
        for role in 0..roles {
            let shapes = widest(Shapes { borough, per_tenth: &self.prepared.per_tenth[role], role, draws });
            let per_tenth = |of: &usize| members[*of].fte[role] / members[*of].tenths;
            let mut order: Vec<usize> = (0..members.len()).collect();
            order.sort_by(|a, b| per_tenth(a).total_cmp(&per_tenth(b)).then(a.cmp(b)));
            let of = of_role(members, &order, role);
            let relative = rows.costs.relative(role);
            let of_years = widest(OfMembers { shapes: &shapes, members: &of, relative });
            for (year, of_year) in of_years.iter().enumerate() {
                for (member, of) in order.iter().zip(of_year) {
                    figures[(member * roles + role) * years + year] = *of;
                }
            }
        }
        figures
    }
}

/// Practices of a borough at least for which percentiles of the gap are exact; and nodes always.
const EXACT: usize = 12;
/// Tenths of patients from which on others may lie on a line between members: the gap of fewer is rounded by too large a part.
const LARGE: f64 = 20_000.0;

/// Members in one role and in order, and for whom percentiles of the gap are exact: the ends, every so many practices between, nodes, and
/// whoever is small.
fn of_role(members: &[Member], order: &[usize], role: usize) -> Vec<Of> {
    let large = |member: usize| members[member].tenths >= LARGE;
    let [many, mut seen] = [order.iter().filter(|member| large(**member)).count(), 0];
    let every = (many / EXACT).max(1);
    let of = |member: &usize| {
        let (of, large) = (&members[*member], large(*member));
        seen += usize::from(large);
        // of the large ones the first, every so many and the last
        let anchor = large && (seen % every == 1 % every || seen == many || matches!(of.at, At::Node(_)));
        Of { tenths: of.tenths, fte: of.fte[role], exact: anchor || !large, anchor }
    };
    order.iter().map(of).collect()
}

/// By role and year: figures, or rows of those of whom more is known than the list and the FTE.
enum Found<'a> {
    Figures(&'a [Figures]),
    Rows(&'a [Row]),
}

/// Somebody of whom nothing is known but the list and the FTE.
struct Member {
    at: At,
    tenths: f64,
    /// By role.
    fte: Vec<f64>,
}

impl<const W: usize> Flows for Mean<'_, W> {
    fn rows(&self) -> Result<Vec<Row>, RunError> {
        let inputs = self.prepared.inputs;
        let rows = Rows::new(inputs, true)?;
        let members: Vec<Vec<Member>> = self
            .boroughs
            .iter()
            .zip(self.nodes_within())
            .map(|(borough, nodes)| self.members(borough, &nodes))
            .collect();
        let mut quick: BTreeMap<At, (usize, usize)> = BTreeMap::new();
        for (borough, members) in members.iter().enumerate() {
            quick.extend(members.iter().enumerate().map(|(place, member)| (member.at, (borough, place))));
        }
        let nodes = node_order(inputs).into_iter().map(At::Node);
        let listed = (0..inputs.practices.len()).filter(|of| inputs.practices[*of].list.is_positive());
        let order: Vec<At> = nodes.chain(listed.map(At::Practice)).collect();
        let rest: Vec<At> = order.iter().filter(|at| !quick.contains_key(at)).copied().collect();
        let (rest, figures) = rayon::join(
            || rest.into_par_iter().map(|at| (at, self.rows_of(&rows, at))).collect::<BTreeMap<_, _>>(),
            || {
                let boroughs = self.boroughs.par_iter().zip(&members);
                boroughs.map(|(of, members)| self.figures(&rows, of, members)).collect::<Vec<_>>()
            },
        );
        if self.prepared.cancelled.load(Ordering::Relaxed) {
            return Err(RunError::Cancelled);
        }
        let (years, each) = (inputs.spec.years(), inputs.spec.years() * self.prepared.roles.len());
        let found: Vec<(At, Found<'_>)> = order
            .iter()
            .filter_map(|at| match quick.get(at) {
                Some((borough, member)) => {
                    Some((*at, Found::Figures(&figures[*borough][member * each..][..each])))
                }
                None => rest.get(at).map(|rows| (*at, Found::Rows(rows))),
            })
            .collect();
        // each row is written once, where it stays
        let row = |place: usize| {
            let ((at, found), place) = (&found[place / each], place % each);
            match found {
                Found::Figures(of) => rows.named(*at, (place / years, place % years), of[place]),
                Found::Rows(of) => of[place].clone(),
            }
        };
        Ok((0..found.len() * each).into_par_iter().with_min_len(each).map(row).collect())
    }

    fn gaps(&self, node: usize, role: usize, year: usize) -> Vec<i32> {
        let summed = self.node_columns(node);
        let (patients, supply) = summed.parts();
        let draws = self.prepared.inputs.spec.draws as usize;
        columns(&drawn(&self.prepared, role, &patients, &supply), draws, year).gap
    }
}

/// Adds columns times a weight of each draw.
fn add_weighted(sums: &mut [f32], columns: &[f32], weight: impl Fn(usize) -> f32) {
    for (place, (sum, value)) in sums.iter_mut().zip(columns).enumerate() {
        *sum += weight(place) * value;
    }
}

/// Paths of a borough, by its bits and one of its practices, relative to the base.
fn paths<const W: usize>(prepared: &Prepared<'_, W>, bits: u64, practice: usize) -> Borough {
    let (draws, years) = (prepared.inputs.spec.draws as usize, prepared.inputs.spec.years());
    let mut list = vec![0.0; draws * years];
    let mut supply = vec![list.clone(); prepared.roles.len()];
    let places = &prepared.places;
    // a few draws at a time, years side by side: their columns are written piece by piece
    for first in (0..draws).step_by(DRAWS) {
        let some = first..draws.min(first + DRAWS);
        let step = |draw: usize| (draw as u64).wrapping_mul(STEP);
        let mut block = [[0.0; W]; DRAWS];
        for (draw, path) in some.clone().zip(&mut block) {
            let own = places.list_borough.pick(mix(bits.wrapping_add(step(draw))) >> 20);
            for year in 0..W {
                path[year] = places.list[draw][year] * own[year];
            }
        }
        put(&block, (&some, draws), &mut list);
        for (role, supply) in supply.iter_mut().enumerate() {
            let world = prepared.world(role, practice);
            for (draw, path) in some.clone().zip(&mut block) {
                let own = world.borough.pick(mix(bits.wrapping_sub(step(draw))) >> 20);
                for year in 0..W {
                    path[year] = world.bare[year] * world.factor[draw][year] * own[year];
                }
            }
            put(&block, (&some, draws), supply);
        }
    }
    Borough { practices: Vec::new(), list, supply }
}

/// From draw by draw to year by year.
fn put<const W: usize>(block: &[[f32; W]], (some, draws): (&Range<usize>, usize), columns: &mut [f32]) {
    for (year, column) in columns.chunks_exact_mut(draws).enumerate() {
        for (place, path) in column[some.clone()].iter_mut().zip(block) {
            *place = path[year];
        }
    }
}
