//! Practices in blocks of neighbours, which are drawn together.

use std::collections::HashMap;

use super::{
    inputs::{Inputs, Level, Practice},
    random::Key,
};

/// Practices that are drawn together at most, give or take a network: their draws fit in the cache that cores share, and a neighbour is near.
const BLOCK: usize = 40;

/// Neighbours that are drawn together: practices of one borough, of several where a merger across them is decided; and where their
/// sums go.
pub(super) struct Block {
    /// Positions of the practices.
    pub(super) practices: Vec<usize>,
    /// Of each practice, its place in `groups`.
    pub(super) group_of: Vec<usize>,
    /// Sets of nodes that practices of the block count in.
    pub(super) groups: Vec<Vec<usize>>,
    /// Of each practice, bits of its borough's own random numbers.
    pub(super) boroughs: Vec<u64>,
    /// Of each practice, which of the blocks it was in before a decided merger joined them.
    pub(super) parts: Vec<usize>,
    /// Of each practice, bits of its primary care network's.
    pub(super) pcns: Vec<u64>,
    /// Of each practice, its place in `networks`, where it is in one.
    pub(super) network_of: Vec<Option<usize>>,
    /// Primary care networks, each with the sets of nodes that its practices count in.
    pub(super) networks: Vec<Vec<usize>>,
}

/// By practice, its borough; where nobody knows it, the first characters of the least code of its network, or of its own: the publisher gave
/// them out by area.
fn areas(inputs: &Inputs) -> Vec<&str> {
    let mut least: HashMap<usize, &str> = HashMap::new();
    for (practice, of) in inputs.practices.iter().enumerate() {
        if let Some(network) = network(inputs, practice) {
            let least = least.entry(network).or_insert(&of.code);
            *least = (*least).min(&of.code);
        }
    }
    let area = |practice: usize| {
        let code = network(inputs, practice).and_then(|network| least.get(&network).copied());
        code.unwrap_or(&inputs.practices[practice].code).get(..3).unwrap_or_default()
    };
    let own = |(practice, of): (usize, &'_ Practice)| {
        if of.borough.is_empty() { area(practice) } else { inputs.practices[practice].borough.as_str() }
    };
    inputs.practices.iter().enumerate().map(own).collect()
}

/// Practices sorted by borough, network, nodes and code, cut into blocks.
pub(super) fn blocks(inputs: &Inputs) -> Vec<Block> {
    let (mut order, areas): (Vec<usize>, _) = ((0..inputs.practices.len()).collect(), areas(inputs));
    order.sort_by(|a, b| {
        let networks = areas[*a].cmp(areas[*b]).then(network(inputs, *a).cmp(&network(inputs, *b)));
        let (a, b) = (&inputs.practices[*a], &inputs.practices[*b]);
        networks.then((&a.nodes, &a.code).cmp(&(&b.nodes, &b.code)))
    });
    let mut blocks: Vec<Vec<(usize, usize)>> = Vec::new();
    for borough in order.chunk_by(|a, b| areas[*a] == areas[*b]) {
        // parts of even size, so that none is left with a practice or two
        let mut rest = borough;
        while !rest.is_empty() {
            let even = rest.len().div_ceil(rest.len().div_ceil(BLOCK));
            let network = |place: usize| network(inputs, rest[place]);
            let within = |place: &usize| {
                *place < rest.len() && network(*place).is_some_and(|of| Some(of) == network(place - 1))
            };
            // a network stays together
            let whole = even + (even..rest.len()).take_while(within).count();
            let few = rest.len() - whole < BLOCK / 8;
            let (practices, others) = rest.split_at(if few { rest.len() } else { whole });
            let part = blocks.len();
            blocks.push(practices.iter().map(|practice| (*practice, part)).collect());
            rest = others;
        }
    }
    // who takes a list over is drawn beside whom it comes from; the others keep their neighbours
    let (base, last) = (inputs.spec.base_year, inputs.spec.to_year);
    for closure in inputs.spec.scenario.closures.iter().filter(|of| of.year > base && of.year <= last) {
        let place = |code: &str| {
            let at = |of: &(usize, usize)| inputs.practices[of.0].code.eq_ignore_ascii_case(code);
            blocks.iter().position(|block| block.iter().any(at))
        };
        if let Some((from, to)) = place(&closure.practice).zip(place(&closure.to))
            && from != to
        {
            let (first, last) = (from.min(to), from.max(to));
            let more = blocks.remove(last);
            blocks[first].extend(more);
        }
    }
    blocks.iter().map(|practices| block(inputs, &areas, practices)).collect()
}

/// The primary care network of a practice.
fn network(inputs: &Inputs, practice: usize) -> Option<usize> {
    let mut nodes = inputs.practices[practice].nodes.iter();
    nodes.find(|node| inputs.nodes[**node].level == Level::Pcn).copied()
}

fn block(inputs: &Inputs, areas: &[&str], of: &[(usize, usize)]) -> Block {
    let (practices, parts): (Vec<usize>, Vec<usize>) = of.iter().copied().unzip();
    let seed = inputs.spec.seed;
    let (mut groups, mut last_part): (Vec<Vec<usize>>, Option<&usize>) = (Vec::new(), None);
    let group_of: Vec<usize> = practices
        .iter()
        .zip(&parts)
        .map(|(practice, part)| {
            let nodes = &inputs.practices[*practice].nodes;
            if last_part.replace(part) != Some(part) || groups.last() != Some(nodes) {
                groups.push(nodes.clone());
            }
            groups.len() - 1
        })
        .collect();
    let pcn_of = |practice: &usize| {
        network(inputs, *practice).map_or(0, |node| Key::new(seed, "pcn", &inputs.nodes[node].code).bits())
    };
    let (mut met, mut networks): (Vec<(usize, usize)>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    let network_of = practices.iter().zip(&parts).zip(&group_of).map(|((practice, part), group)| {
        // joined blocks change nothing of a network that has practices in both
        let node = (network(inputs, *practice)?, *part);
        let place = met.iter().position(|met| *met == node).unwrap_or_else(|| {
            met.push(node);
            networks.push(Vec::new());
            met.len() - 1
        });
        if !networks[place].contains(group) {
            networks[place].push(*group);
        }
        Some(place)
    });
    let network_of = network_of.collect();
    let borough_of = |practice: &usize| Key::new(seed, "borough", areas[*practice]).bits();
    Block {
        network_of,
        networks,
        parts,
        group_of,
        groups,
        boroughs: practices.iter().map(borough_of).collect(),
        pcns: practices.iter().map(pcn_of).collect(),
        practices,
    }
}
