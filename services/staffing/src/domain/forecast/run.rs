//! A run: blocks of practices in parallel, then the nodes above them.

use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

use rayon::{ThreadPool, prelude::*};

use super::{
    block::{Buffers, DrawnBlock, Patients, Ready, draw_block},
    hash::inputs_sha256,
    inputs::{Inputs, InputsProblem},
    prepare::{Banks, Prepared},
    results::{At, Collect, Drawn, Row, Rows},
    sums::{Sums, Together, collect_node, fold, within_parts},
    words::caveats,
};

/// How a run is steered from outside. None of it changes a number.
pub struct Control<'a> {
    /// Threads, 0 = as many as there are cores.
    pub threads: usize,
    /// Set to stop the run.
    pub cancelled: &'a AtomicBool,
    /// Called now and then with the progress in parts per million, from any thread.
    pub progress: &'a (dyn Fn(i64) + Sync),
}

/// What a run gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Rows by level (system first), node, role and year.
    pub rows: Vec<Row>,
    /// Hash over every input.
    pub inputs_sha256: String,
    /// What a reader must know, a sentence each.
    pub caveats: Vec<String>,
    /// Years of work of single heads over all draws: of as many as were drawn, by how long they work on average.
    pub person_years: u64,
}

/// Why a run ended without rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// It was asked to stop.
    #[error("the run was cancelled")]
    Cancelled,
    /// It cannot be made.
    #[error(transparent)]
    Inputs(#[from] InputsProblem),
    /// The machine has no threads to give.
    #[error("no threads for the run: {0}")]
    Threads(String),
}

/// Runs a forecast. The same inputs give the same rows to the bit, whatever the number of threads.
pub fn run(inputs: &Inputs, control: &Control<'_>) -> Result<Outcome, RunError> {
    in_pool(control, || {
        let rows = Rows::new(inputs, true)?;
        // the inputs are hashed by whoever has nothing to do yet
        let (collected, inputs_sha256) =
            rayon::join(|| collect_here(inputs, control, &rows), || inputs_sha256(inputs));
        let (kept, person_years) = collected?;
        // a country has half a million rows: they are put in a row with all the threads there are
        let rows = kept.into_par_iter().flat_map_iter(|(_, rows)| rows).collect();
        (control.progress)(1_000_000);
        Ok(Outcome { rows, inputs_sha256, caveats: caveats(inputs), person_years })
    })
}

/// Runs a forecast and keeps the rows of nodes above the practice only; they are the same as those of a whole run.
pub fn run_nodes(inputs: &Inputs, control: &Control<'_>) -> Result<Vec<Row>, RunError> {
    let rows = Rows::new(inputs, false)?;
    Ok(collect(inputs, control, &rows)?.0.into_iter().flat_map(|(_, rows)| rows).collect())
}

/// Draws, and gives what `collect` made of each node or practice and role: nodes first.
pub(crate) fn draws_of<C: Collect>(
    inputs: &Inputs,
    control: &Control<'_>,
    of: &C,
) -> Result<Vec<C::Kept>, RunError> {
    let (kept, _) = collect(inputs, control, of)?;
    Ok(kept.into_iter().map(|(_, kept)| kept).collect())
}

/// What is kept of each node or practice and role, and about how many years of work were drawn.
pub(super) type Collected<K> = (Vec<(At, K)>, u64);

/// Draws, and keeps what `collect` makes of it: nodes by level and code, then practices; each with its roles in order.
pub(super) fn collect<C: Collect>(
    inputs: &Inputs,
    control: &Control<'_>,
    collect: &C,
) -> Result<Collected<C::Kept>, RunError> {
    in_pool(control, || collect_here(inputs, control, collect))
}

/// The same with the threads that this one belongs to.
fn collect_here<C: Collect>(
    inputs: &Inputs,
    control: &Control<'_>,
    collect: &C,
) -> Result<Collected<C::Kept>, RunError> {
    inputs.check()?;
    // as few lanes as the years need: half the lanes are half the work
    match inputs.spec.years() {
        0..=8 => with_lanes::<8, C>(inputs, control, collect),
        9..=16 => with_lanes::<16, C>(inputs, control, collect),
        _ => with_lanes::<32, C>(inputs, control, collect),
    }
}

/// Threads that are kept for the next run: as many times as runs are usually made at once.
const POOLS: usize = 4;

/// Does the work with the threads that are asked for. Runs at the same time have threads of their own, so that a short one does not wait for
/// a long one; whoever comes later takes them over, with the memory that they have at hand.
pub(super) fn in_pool<T: Send>(
    control: &Control<'_>,
    work: impl FnOnce() -> Result<T, RunError> + Send,
) -> Result<T, RunError> {
    static SPARE: Mutex<Vec<(usize, ThreadPool)>> = Mutex::new(Vec::new());
    let spare = || SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let used_before = {
        let mut spare = spare();
        spare
            .iter()
            .position(|(threads, _)| *threads == control.threads)
            .map(|place| spare.swap_remove(place).1)
    };
    let pool = match used_before {
        Some(pool) => pool,
        None => rayon::ThreadPoolBuilder::new()
            .num_threads(control.threads)
            .thread_name(|index| format!("forecast-{index}"))
            .build()
            .map_err(|error| RunError::Threads(error.to_string()))?,
    };
    let done = pool.install(work);
    let forgotten = {
        let mut spare = spare();
        spare.push((control.threads, pool));
        (spare.len() > POOLS).then(|| spare.remove(0))
    };
    drop(forgotten);
    done
}

fn with_lanes<const W: usize, C: Collect>(
    inputs: &Inputs,
    control: &Control<'_>,
    collect: &C,
) -> Result<Collected<C::Kept>, RunError> {
    let prepared = Prepared::<W>::new(inputs, control.cancelled, Banks::All)?;
    let (done, person_years) = (AtomicUsize::new(0), AtomicU64::new(0));
    let kept_sums: Mutex<Vec<Sums>> = Mutex::default();
    let spare: Mutex<Vec<Buffers<W>>> = Mutex::default();
    let known: Vec<bool> = (0..prepared.roles.len()).map(|role| collect.knows(role)).collect();
    let blocks = prepared.blocks.iter().map(|block| block.groups.iter().flatten());
    let within = within_parts(inputs.nodes.len(), blocks);
    let mut kept: Vec<(At, usize, C::Kept)> = prepared
        .blocks
        .par_iter()
        .zip(&within)
        .flat_map_iter(|(block, within)| {
            if control.cancelled.load(Ordering::Relaxed) {
                return Vec::new();
            }
            let free = || spare.lock().unwrap_or_else(PoisonError::into_inner);
            let mut buffers = free().pop().unwrap_or_default();
            let shared: Vec<OnceLock<C::Shared>> = block.practices.iter().map(|_| OnceLock::new()).collect();
            let each = |(place, roles, patients, supply): Ready<'_, '_>| {
                let practice = block.practices[place];
                // what a run that is to stop has drawn is not whole
                if control.cancelled.load(Ordering::Relaxed) || !inputs.practices[practice].list.is_positive()
                {
                    return Vec::new();
                }
                let at = At::Practice(practice);
                let shared = shared[place].get_or_init(|| collect.share(patients.list));
                let of_role = |role| {
                    let drawn = drawn(&prepared, role, patients, supply);
                    (at, role, collect.collect(at, &drawn, shared))
                };
                roles.map(of_role).collect()
            };
            let each = collect.wants_practices().then_some(&each);
            let drawn = draw_block(&prepared, block, (&mut buffers, &known), each);
            let DrawnBlock { sums, mut kept, years } = drawn;
            free().push(buffers);
            if control.cancelled.load(Ordering::Relaxed) {
                return kept;
            }
            let of_node = |node: &usize| collect_node(&prepared, (*node, Together::Roles), &sums, collect);
            kept.extend(within.iter().flat_map(of_node));
            let sums = fold(sums, within);
            kept_sums.lock().unwrap_or_else(PoisonError::into_inner).extend(sums);
            person_years.fetch_add(years, Ordering::Relaxed);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            let share = 900_000 * done / prepared.blocks.len().max(1);
            (control.progress)(i64::try_from(share).unwrap_or_default());
            kept
        })
        .collect();
    if control.cancelled.load(Ordering::Relaxed) {
        return Err(RunError::Cancelled);
    }
    let sums = kept_sums.into_inner().unwrap_or_else(PoisonError::into_inner);
    let order = node_order(inputs);
    let above: Vec<usize> =
        order.iter().copied().filter(|node| !within.iter().any(|of| of.contains(node))).collect();
    let of_node = |node: &usize| collect_node(&prepared, (*node, Together::None), &sums, collect);
    kept.par_extend(above.par_iter().flat_map_iter(of_node));
    Ok((in_order(kept, order), person_years.into_inner()))
}

/// Nodes in their order, then practices; each with its roles.
fn in_order<K>(mut kept: Vec<(At, usize, K)>, order: Vec<usize>) -> Vec<(At, K)> {
    let mut place = vec![0; order.len()];
    for (at, node) in order.into_iter().enumerate() {
        place[node] = at;
    }
    kept.sort_by_key(|(at, role, _)| match at {
        At::Node(node) => (false, place[*node], *role),
        At::Practice(practice) => (true, *practice, *role),
    });
    kept.into_iter().map(|(at, _, kept)| (at, kept)).collect()
}

/// Draws of one role, with those of the roles that take over its work.
pub(super) fn drawn<'a, const W: usize>(
    prepared: &'a Prepared<'_, W>,
    role: usize,
    patients: &Patients<'a>,
    supply: &[&'a [i32]],
) -> Drawn<'a> {
    let world = &prepared.roles[role];
    let list = patients.list;
    Drawn {
        list,
        need: prepared.needs.pick(role, list, &patients.needs),
        supply: supply[role],
        per_tenth: &prepared.per_tenth[role],
        reliefs: world.reliefs.iter().map(|relief| (relief, supply[relief.by])).collect(),
        role,
    }
}

/// Nodes by level and code.
pub(super) fn node_order(inputs: &Inputs) -> Vec<usize> {
    let mut order: Vec<usize> = (0..inputs.nodes.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&inputs.nodes[*a], &inputs.nodes[*b]);
        (a.level, &a.code).cmp(&(b.level, &b.code))
    });
    order
}
