//! Trains the shipped model: `cargo run --release -p muster-matching --example consumables -- 60000 models/consumables.json`,
//! or, without a file, measures the shipped one on another catalogue of that size.

#![expect(clippy::print_stdout, reason = "an example speaks to people")]

use std::{
    collections::{HashMap, HashSet},
    env, fs,
    time::Instant,
};

use muster_matching::{
    Label, Model, Options, Outcome, Use, evaluate,
    generate::{Catalogue, Truth, generate},
    match_records, proposed, train,
};

/// Seed of the catalogue that the model is trained on; measurements use others.
const SEED: u64 = 2024;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let size = arguments.first().and_then(|it| it.parse().ok()).unwrap_or(20_000);
    let trained = arguments.get(1).map(|file| {
        let catalogue = generate(size, SEED);
        let records = &catalogue.records;
        let begun = Instant::now();
        let labels = labels(&catalogue.truth, &proposed(records, &[], Options::default()));
        let what = format!("{size} made-up records of medical consumables, seed {SEED}");
        let model = train(records, &[], &labels, &what, Use::TheField).expect("labels of both kinds");
        println!("trained in {:.1} s\n{:#?}", begun.elapsed().as_secs_f64(), model.report);
        fs::write(file, model.write()).expect("a file that can be written");
        model
    });
    measure(
        &trained.unwrap_or_else(Model::shipped),
        arguments.get(2).and_then(|it| it.parse().ok()).unwrap_or(size),
    );
}

/// Every candidate with its truth, and every match that is no candidate.
fn labels(truth: &[Truth], proposed: &[(u32, u32)]) -> Vec<Label> {
    let mut labels: HashMap<(u32, u32), bool> = HashMap::new();
    for (left, right) in proposed {
        let (a, b) = (&truth[*left as usize], &truth[*right as usize]);
        labels.insert((*left, *right), a.product == b.product);
    }
    let mut labels: Vec<Label> =
        labels.into_iter().map(|((left, right), matches)| Label { left, right, matches }).collect();
    labels.sort_unstable_by_key(|label| (label.left, label.right));
    labels
}

fn measure(model: &Model, size: usize) {
    let catalogue = generate(size, SEED + 1);
    let (records, truth) = (&catalogue.records, &catalogue.truth);
    let begun = Instant::now();
    let blocked = proposed(records, &[], Options::default());
    let recall = evaluate::blocking_recall_ppm(truth, &blocked);
    println!("blocked in {:.2} s, recall {recall} ppm", begun.elapsed().as_secs_f64());
    let (begun, before) = (Instant::now(), processor());
    let outcome = match_records(records, &[], model, Options::default());
    let seconds = begun.elapsed().as_secs_f64();
    let processor = processor() - before;
    println!(
        "{seconds:.2} s, of processors {processor:.2} s, {} looked at, {} scored",
        outcome.looked_at, outcome.scored
    );
    println!("{:?}", evaluate::evaluate(truth, &outcome));
    println!("relations right {} ppm", evaluate::relations_right_ppm(truth, &outcome));
    println!("exact {:?}\ncodes {:?}", evaluate::exact_join(&catalogue), evaluate::code_join(&catalogue));
    if env::var_os("ERRORS").is_some() {
        errors(&catalogue, &outcome);
    }
}

/// Shows what was given and is not true, and what is true and was not given.
fn errors(catalogue: &Catalogue, outcome: &Outcome) {
    let (records, truth) = (&catalogue.records, &catalogue.truth);
    let show = |what: &str, a: usize, b: usize| {
        println!("{what}");
        for at in [a, b] {
            let it = &records[at];
            println!(
                "   {} | {} | {} | {:?} [{}]",
                it.description, it.code, it.brand, it.price, truth[at].product
            );
        }
    };
    let given: HashSet<(u32, u32)> =
        outcome.pairs.iter().flat_map(|pair| [(pair.left, pair.right), (pair.right, pair.left)]).collect();
    let wrong = outcome
        .pairs
        .iter()
        .filter(|pair| truth[pair.left as usize].product != truth[pair.right as usize].product);
    for pair in wrong.take(25) {
        show(&format!("wrong {}", pair.score_ppm), pair.left as usize, pair.right as usize);
    }
    let mut of: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, record) in truth.iter().enumerate().take(4_000) {
        of.entry(record.product).or_default().push(at);
    }
    for places in of.values() {
        for pair in places.windows(2) {
            let key = (u32::try_from(pair[0]).unwrap_or(0), u32::try_from(pair[1]).unwrap_or(0));
            if !given.contains(&key) {
                show("missed", pair[0], pair[1]);
            }
        }
    }
}

/// Seconds of processors that this process has used, where the system tells; the clock says little on a busy machine.
fn processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks =
        |at: usize| after.split_whitespace().nth(at).and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
