//! Sums of practices, and the nodes above the practice that are made of them.
//!
//! A node whose practices lie in one block is done with as soon as that block is drawn; what remains of a block then are a few sums for
//! the nodes above. So a country takes little more memory than one of its blocks.

use std::borrow::Cow;

use rayon::prelude::*;

use super::{
    block::{Patients, add},
    prepare::Prepared,
    results::{At, Collect},
    run::drawn,
};

/// Values of one set of practices, year by year and in each year draw by draw: their list, and the supply of each role.
pub(super) struct Sums {
    /// Positions of the nodes that they count in.
    pub(super) nodes: Vec<usize>,
    /// Tenths of patients.
    pub(super) list: Vec<i32>,
    /// The counts of patients beside the list, in the order of [`super::need::Needs`].
    pub(super) needs: Vec<Vec<i32>>,
    /// By role: FTE in 1/1000; nothing of a role that was not drawn.
    pub(super) supply: Vec<Vec<i32>>,
}

impl Sums {
    fn columns(&mut self) -> impl Iterator<Item = &mut Vec<i32>> {
        std::iter::once(&mut self.list).chain(&mut self.needs).chain(&mut self.supply)
    }

    fn add(&mut self, mut other: Self) {
        for (sum, more) in self.columns().zip(other.columns()) {
            add(sum, more);
        }
    }
}

/// Nodes that are met in one part only, by part; the others in none. Each part gives the nodes of its practices.
pub(super) fn within_parts<'a, P: IntoIterator<Item = &'a usize>>(
    nodes: usize,
    parts: impl ExactSizeIterator<Item = P>,
) -> Vec<Vec<usize>> {
    let mut within = vec![Vec::new(); parts.len()];
    let mut lies: Vec<Option<Option<usize>>> = vec![None; nodes];
    for (place, part) in parts.enumerate() {
        for node in part {
            let seen = lies[*node].get_or_insert(Some(place));
            *seen = seen.filter(|part| *part == place);
        }
    }
    for (node, lies) in lies.into_iter().enumerate() {
        if let Some(part) = lies.flatten() {
            within[part].push(node);
        }
    }
    within
}

/// What one thread does of a node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Together {
    /// All of its roles: other threads have other nodes.
    Roles,
    /// Nothing: there are few nodes, and each thread takes a role.
    None,
}

/// What `collect` makes of the roles of a node.
pub(super) fn collect_node<const W: usize, C: Collect>(
    prepared: &Prepared<'_, W>,
    (node, together): (usize, Together),
    sums: &[Sums],
    collect: &C,
) -> Vec<(At, usize, C::Kept)> {
    let of_node: Vec<&Sums> = sums.iter().filter(|sum| sum.nodes.contains(&node)).collect();
    let size = prepared.inputs.spec.draws as usize * prepared.inputs.spec.years();
    let list = summed(of_node.iter().map(|sum| sum.list.as_slice()), size);
    let needs: Vec<Cow<'_, [i32]>> = (0..prepared.needs.columns.len())
        .map(|column| summed(of_node.iter().map(|sum| sum.needs[column].as_slice()), size))
        .collect();
    let at = At::Node(node);
    let supply: Vec<Cow<'_, [i32]>> = (0..prepared.roles.len())
        .map(|role| match collect.known(at, role) {
            Some(known) => Cow::Borrowed(known),
            None => summed(of_node.iter().map(|sum| sum.supply[role].as_slice()), size),
        })
        .collect();
    let patients = Patients { list: &list, needs: needs.iter().map(AsRef::as_ref).collect() };
    let supply: Vec<&[i32]> = supply.iter().map(AsRef::as_ref).collect();
    let shared = collect.share(&list);
    let at_least = if together == Together::Roles { supply.len() } else { 1 };
    (0..supply.len())
        .into_par_iter()
        .with_min_len(at_least)
        .map(|role| (at, role, collect.collect(at, &drawn(prepared, role, &patients, &supply), &shared)))
        .collect()
}

/// Takes nodes that are done with off the sums of a block, and adds up those that are for the same nodes now.
pub(super) fn fold(sums: Vec<Sums>, done: &[usize]) -> Vec<Sums> {
    let mut folded: Vec<Sums> = Vec::new();
    for mut sum in sums {
        sum.nodes.retain(|node| !done.contains(node));
        match folded.iter_mut().find(|other| other.nodes == sum.nodes) {
            Some(other) => other.add(sum),
            None => folded.push(sum),
        }
    }
    folded.retain(|sum| !sum.nodes.is_empty());
    folded
}

/// Adds columns up. Integers: the order does not matter.
fn summed<'a>(mut parts: impl Iterator<Item = &'a [i32]>, size: usize) -> Cow<'a, [i32]> {
    let mut sum = parts.next().map_or_else(|| Cow::Owned(vec![0; size]), Cow::Borrowed);
    for part in parts {
        add(sum.to_mut(), part);
    }
    sum
}
