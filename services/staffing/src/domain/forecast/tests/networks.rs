//! Practices of a primary care network, which draw on the same people.

use std::sync::atomic::AtomicBool;

use super::*;

/// Ten networks of six practices, five in each borough; the last practice is in none.
fn in_networks(draws: u32) -> Inputs {
    let mut inputs = inputs(draws, 4);
    for network in 0..10 {
        let code = format!("U{network:02}");
        inputs.nodes.push(Node { level: Level::Pcn, code: code.clone(), name: code, placeholder: false });
    }
    for (index, practice) in inputs.practices.iter_mut().enumerate().take(59) {
        practice.nodes.push(3 + index % 10);
    }
    inputs
}

fn recovering(mut inputs: Inputs, share: i64) -> Inputs {
    for role in ["gp", "nurse"] {
        let mut parameter = inputs.parameters.get(&format!("{role}.growth.pcn-recovery")).unwrap().clone();
        (parameter.low, parameter.value, parameter.high) = (share, share, share);
        inputs.parameters.set(parameter);
    }
    inputs
}

/// Supply of a role at a place, year by year and draw by draw.
struct Supply;

impl Collect for Supply {
    type Kept = (At, usize, Vec<i32>);
    type Shared = ();

    fn share(&self, _: &[i32]) {}

    fn collect(&self, at: At, drawn: &Drawn<'_>, (): &()) -> Self::Kept {
        (at, drawn.role, drawn.supply.to_vec())
    }
}

fn supply(inputs: &Inputs) -> Vec<(At, usize, Vec<i32>)> {
    let control = Control { threads: 2, cancelled: &AtomicBool::new(false), progress: &|_| {} };
    draws_of(inputs, &control, &Supply).unwrap()
}

#[test]
fn every_level_is_the_sum_of_its_practices_in_every_draw() {
    let inputs = in_networks(64);
    let drawn = supply(&inputs);
    for (node, of) in inputs.nodes.iter().enumerate() {
        for role in 0..2 {
            let mut sum = vec![0; 64 * inputs.spec.years()];
            for (_, _, own) in drawn.iter().filter(|(at, of, _)| match at {
                At::Practice(place) => *of == role && inputs.practices[*place].nodes.contains(&node),
                At::Node(_) => false,
            }) {
                sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            }
            let whole = drawn.iter().find(|(at, of, _)| *at == At::Node(node) && *of == role).unwrap();
            assert_eq!(whole.2, sum, "{}", of.code);
        }
    }
}

#[test]
fn levels_are_the_same_with_practices_and_without_and_for_any_number_of_threads() {
    let inputs = in_networks(80);
    let [one, three] = [1, 3].map(|threads| run_with(&inputs, threads));
    assert_eq!(one, three);
    let control = Control { threads: 2, cancelled: &AtomicBool::new(false), progress: &|_| {} };
    let nodes = run_nodes(&inputs, &control).unwrap();
    assert_eq!(nodes[..], one.rows[..nodes.len()]);
    assert!(nodes.iter().any(|row| row.level == Level::Pcn));
}

#[test]
fn a_network_stays_nearer_its_course_and_nothing_moves_on_average() {
    let draws = 2_048;
    let [without, with] = [0, 400_000].map(|share| supply(&recovering(in_networks(draws), share)));
    let spread = |drawn: &[(At, usize, Vec<i32>)], wanted: &dyn Fn(&At) -> bool, year: usize| {
        let (mut means, mut squares) = (Vec::new(), 0.0);
        for (_, _, values) in drawn.iter().filter(|(at, role, _)| *role == 0 && wanted(at)) {
            let of_year = &values[year * draws as usize..][..draws as usize];
            let mean = of_year.iter().map(|value| f64::from(*value)).sum::<f64>() / f64::from(draws);
            squares +=
                of_year.iter().map(|value| (f64::from(*value) / mean.max(1.0) - 1.0).powi(2)).sum::<f64>();
            means.push(mean);
        }
        let sd = (squares / f64::from(draws) / means.len() as f64).sqrt();
        (means, sd)
    };
    let network = |at: &At| matches!(at, At::Node(node) if *node >= 3);
    let practice = |at: &At| matches!(at, At::Practice(place) if *place < 59);
    let alone = |at: &At| *at == At::Practice(59);
    for year in [1, 5] {
        let [(means, before), (same, after)] = [&without, &with].map(|of| spread(of, &network, year));
        for (before, after) in means.iter().zip(&same) {
            assert!((after / before - 1.0).abs() < 0.01, "{year} {before} {after}");
        }
        // what happens in a year is not made up in it; of what the years before left little stays
        let narrower = after / before;
        let wanted = if year == 1 { 1.0..=1.0 } else { 0.6..=0.85 };
        assert!(wanted.contains(&narrower), "{year} {narrower}");
        let [(_, before), (_, after)] = [&without, &with].map(|of| spread(of, &practice, year));
        assert!(
            (0.9..1.01).contains(&(after / before)),
            "a practice's own chances are its own: {before} {after}"
        );
    }
    let of = |drawn: &[(At, usize, Vec<i32>)]| drawn.iter().find(|(at, ..)| alone(at)).unwrap().2.clone();
    assert_eq!(of(&without), of(&with), "who is in no network keeps their draws");
}

#[test]
fn networks_are_not_cut_where_practices_are_drawn_in_blocks() {
    let mut inputs = in_networks(16);
    // one borough of 59 practices, in networks of six, and one practice of its own
    for practice in &mut inputs.practices {
        practice.borough = "West".into();
        practice.nodes[1] = 2;
    }
    let never = AtomicBool::new(false);
    let prepared = prepare::Prepared::<8>::new(&inputs, &never, prepare::Banks::All).unwrap();
    let blocks = &prepared.blocks;
    assert!(blocks.len() == 2 && blocks.iter().map(|block| block.networks.len()).sum::<usize>() == 10);
    for block in blocks {
        for network in 0..block.networks.len() {
            let own = block.network_of.iter().filter(|of| **of == Some(network)).count();
            assert!(own >= 5, "{own}");
        }
    }
}
