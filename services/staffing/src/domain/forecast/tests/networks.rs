//! Practices of a primary care network, which draw on the same people.

use std::sync::atomic::AtomicBool;

use super::*;

/// Ten networks of six practices, five in each borough, half of each in a local care network of their own; the last practice is in none.
fn in_networks(draws: u32) -> Inputs {
    let mut inputs = inputs(draws, 4);
    let node = |level, code: String| Node { level, name: code.clone(), code, placeholder: false };
    inputs.nodes.extend((0..10).map(|network| node(Level::Pcn, format!("U{network:02}"))));
    inputs.nodes.push(node(Level::Lcn, "L1".into()));
    for (index, practice) in inputs.practices.iter_mut().enumerate().take(59) {
        practice.nodes.push(3 + index % 10);
        if index / 10 % 2 == 0 {
            practice.nodes.push(13);
        }
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

/// Means and mean relative variance of one role's supply over places, in a year.
fn spread(
    drawn: &[(At, usize, Vec<i32>)],
    wanted: impl Fn(&At) -> bool,
    (year, draws): (usize, usize),
) -> (Vec<f64>, f64) {
    let (mut means, mut squares) = (Vec::new(), 0.0);
    for (_, _, values) in drawn.iter().filter(|(at, role, _)| *role == 0 && wanted(at)) {
        let of_year = &values[year * draws..][..draws];
        let mean = of_year.iter().map(|value| f64::from(*value)).sum::<f64>() / draws as f64;
        squares += of_year.iter().map(|value| (f64::from(*value) / mean.max(1.0) - 1.0).powi(2)).sum::<f64>();
        means.push(mean);
    }
    let variance = squares / draws as f64 / means.len() as f64;
    (means, variance)
}

fn is_network(at: &At) -> bool {
    matches!(at, At::Node(node) if (3..13).contains(node))
}

#[test]
fn a_network_stays_nearer_its_course_and_nothing_moves_on_average() {
    let draws = 2_048;
    let [without, with] = [0, 400_000].map(|share| supply(&recovering(in_networks(draws), share)));
    let practice = |at: &At| matches!(at, At::Practice(place) if *place < 59);
    for year in [1, 5] {
        let of = (year, draws as usize);
        let [(means, before), (same, after)] = [&without, &with].map(|drawn| spread(drawn, is_network, of));
        for (before, after) in means.iter().zip(&same) {
            assert!((after / before - 1.0).abs() < 1e-3, "{year} {before} {after}");
        }
        // what happens in a year is not made up in it; of what the years before left little stays
        let (narrower, wanted) = ((after / before).sqrt(), if year == 1 { 1.0..=1.0 } else { 0.6..=0.85 });
        assert!(wanted.contains(&narrower), "{year} {narrower}");
        let [(_, before), (_, after)] = [&without, &with].map(|drawn| spread(drawn, practice, of));
        assert!(
            (0.8..1.01).contains(&(after / before)),
            "a practice's own chances are its own: {before} {after}"
        );
    }
    let of = |drawn: &[(At, usize, Vec<i32>)]| {
        drawn.iter().find(|(at, ..)| *at == At::Practice(59)).unwrap().2.clone()
    };
    assert_eq!(of(&without), of(&with), "who is in no network keeps their draws");
}

/// Networks of a practice or two, which often have nobody, or none of their practices any more, over a long time.
#[test]
fn small_networks_that_lose_everybody_keep_their_mean_and_grow_for_nobody() {
    let draws = 1_024;
    let mut inputs = in_networks(draws);
    inputs.spec.to_year = 2031;
    for code in 10..50 {
        let code = format!("V{code}");
        inputs.nodes.push(Node { level: Level::Pcn, name: code.clone(), code, placeholder: false });
    }
    for (index, practice) in inputs.practices.iter_mut().enumerate() {
        practice.nodes.truncate(2);
        practice.nodes.push(14 + index % 40);
        practice.roles[0].fte = Some(Fte::from_milli(800));
    }
    let drawn = [0, 300_000].map(|share| supply(&recovering(inputs.clone(), share)));
    let [without, with] = &drawn;
    let of = |at: &At| matches!(at, At::Node(node) if *node >= 14);
    for year in [2, 5, 10, 15] {
        let [(means, _), (same, _)] = [without, with].map(|drawn| spread(drawn, of, (year, draws as usize)));
        for (before, after) in means.iter().zip(&same) {
            assert!((after / before - 1.0).abs() < 2e-3, "{year} {before} {after}");
        }
    }
    for (before, after) in without.iter().zip(with) {
        assert!(before.2.iter().zip(&after.2).all(|(before, after)| *before != 0 || *after == 0));
    }
}

/// Staff goes with the patients whom a closure brings to another network, and no one makes up for them where they were.
#[test]
fn closures_between_networks_leave_both_on_their_course() {
    let mut inputs = in_networks(256);
    at_rest(&mut inputs, &[("practice.closure-rate", 60_000), ("gp.closure.transfer", 1_000_000)]);
    inputs.growth.clear();
    for (index, practice) in inputs.practices.iter_mut().enumerate() {
        // neighbours are in other networks
        practice.nodes = vec![0, 1 + index % 2, 3 + index % 10];
        practice.roles[0].fte = Some(Fte::from_milli(4_000));
    }
    let [without, with] = [0, 400_000].map(|share| supply(&recovering(inputs.clone(), share)));
    let (mut off, mut all) = (0, 0);
    for ((at, role, before), (_, _, after)) in without.iter().zip(&with) {
        if *role == 0 && matches!(at, At::Practice(_)) {
            let moved =
                |(before, after): (&i32, &i32)| (f64::from(*after) / f64::from(*before) - 1.0).abs() > 0.25;
            let some = || before.iter().zip(after).filter(|(before, _)| **before > 0);
            (off, all) = (off + some().filter(|of| moved(*of)).count(), all + some().count());
        }
    }
    assert!(off * 100 < all, "{off} of {all}");
}

/// What acts at one practice on one role changes no draw of another role anywhere.
#[test]
fn a_change_at_one_practice_leaves_other_roles_and_networks_alone() {
    let mut inputs = in_networks(96);
    // staff goes along where a closure takes patients, to other networks too
    let mut closures = inputs.parameters.get("practice.closure-rate").unwrap().clone();
    (closures.low, closures.value, closures.high) = (0, 0, 0);
    inputs.parameters.set(closures);
    let before = supply(&inputs);
    inputs.spec.scenario.changes.push(Change {
        lever: Lever::Leavers,
        roles: vec![Role::Gp],
        places: vec!["G99020".into()],
        from: 2017,
        to: 2021,
        profile: Profile::Step,
        by: Uncertain { low: -300_000, value: -200_000, high: -100_000 },
        source: "made up".into(),
    });
    let after = supply(&inputs);
    let own = |at: &At| match at {
        At::Practice(place) => place % 10 == 0 && *place < 59,
        At::Node(node) => [0, 1, 3, 13].contains(node),
    };
    for ((at, role, before), (_, _, after)) in before.iter().zip(&after) {
        assert!(*role == 0 && own(at) || before == after, "{at:?} {role}");
    }
    assert_ne!(before, after);
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
