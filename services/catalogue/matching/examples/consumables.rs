//! Trains the shipped model: `cargo run --release -p muster-matching --example consumables -- 60000 models/consumables.json`,
//! or, without a file, measures the shipped one on another catalogue of that size.

#![expect(clippy::print_stdout, reason = "an example speaks to people")]

use std::{collections::HashMap, env, fs, time::Instant};

use muster_matching::{
    Label, Model, Options, Record, evaluate,
    generate::{Entry, generate},
    match_records, proposed, train,
};

/// Seed of the catalogue that the model is trained on; measurements use others.
const SEED: u64 = 2024;

fn records(entries: &[Entry]) -> Vec<Record> {
    entries.iter().map(|entry| entry.record.clone()).collect()
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let size = arguments.first().and_then(|it| it.parse().ok()).unwrap_or(20_000);
    let trained = arguments.get(1).map(|file| {
        let entries = generate(size, SEED);
        let records = records(&entries);
        let begun = Instant::now();
        let labels = labels(&entries, &proposed(&records, &[], Options::default()));
        let what = format!("{size} made-up records of medical consumables, seed {SEED}");
        let model = train(&records, &[], &labels, &what).expect("labels of both kinds");
        println!("trained in {:.1} s\n{:#?}", begun.elapsed().as_secs_f64(), model.report);
        fs::write(file, model.write()).expect("a file that can be written");
        model
    });
    measure(&trained.unwrap_or_else(Model::shipped), arguments.get(2).and_then(|it| it.parse().ok()).unwrap_or(size));
}

/// Every candidate with its truth, and every match that is no candidate.
fn labels(entries: &[Entry], proposed: &[(u32, u32)]) -> Vec<Label> {
    let mut labels: HashMap<(u32, u32), bool> = HashMap::new();
    for (left, right) in proposed {
        let (a, b) = (&entries[*left as usize], &entries[*right as usize]);
        labels.insert((*left, *right), a.product == b.product);
    }
    let mut labels: Vec<Label> =
        labels.into_iter().map(|((left, right), matches)| Label { left, right, matches }).collect();
    labels.sort_unstable_by_key(|label| (label.left, label.right));
    labels
}

fn measure(model: &Model, size: usize) {
    let entries = generate(size, SEED + 1);
    for entry in entries.iter().take(30) {
        let it = &entry.record;
        println!("{:>9} {} | {} | {} | {:?} [{}]", it.id, it.description, it.code, it.brand, it.price, entry.product);
    }
    let records = records(&entries);
    let begun = Instant::now();
    let outcome = match_records(&records, &[], model, Options::default());
    let seconds = begun.elapsed().as_secs_f64();
    println!("{seconds:.2} s, {} looked at, {} scored", outcome.looked_at, outcome.scored);
    println!("{:?}", evaluate::evaluate(&entries, &outcome));
    println!("relations {}", evaluate::relations_right_ppm(&entries, &outcome));
    println!("exact {:?}\ncodes {:?}", evaluate::exact_join(&entries), evaluate::code_join(&entries));
    let blocked = proposed(&records, &[], Options::default());
    println!("blocking recall {}", evaluate::blocking_recall_ppm(&entries, &blocked));
}
