//! `muster catalogue match`: pairs of records that describe the same item, scored by a trained model.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::{Args, ValueEnum};
use muster_kit::Error;
use muster_matching::{Model, Options, Outcome, Record, Relation, Use, WordWeights, match_records, train};
use serde_json::{Value, json};

use super::records;
use crate::{cli::Shared, exit::Failure, output};

#[derive(Args, Debug)]
#[command(after_long_help = COLUMNS)]
pub(crate) struct MatchArgs {
    /// Records, CSV (also .gz) with id, description and optional code, brand, price
    pub(crate) left: PathBuf,
    /// Records to match them with [default: the left file with itself]
    pub(crate) right: Option<PathBuf>,
    /// File to write pairs to: left_id, right_id, score, relation
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Labelled pairs to train a model on: left_id, right_id, label (1 or 0)
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    pub(crate) train: Option<PathBuf>,
    /// A model that --model-out wrote [default: the shipped one, for medical consumables]
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    /// File to write the trained model to
    #[arg(long, value_name = "FILE", requires = "train")]
    pub(crate) model_out: Option<PathBuf>,
    /// Score from which pairs are written, 0 to 1 [default: the model's, where F1 was best on pairs held out]
    #[arg(long, value_name = "SCORE", value_parser = share)]
    pub(crate) threshold: Option<u32>,
    /// Write of each record only its best pair
    #[arg(long)]
    pub(crate) one_to_one: bool,
    /// Whose frequencies weigh words
    #[arg(long, value_enum, default_value_t = Weights::Fitting)]
    pub(crate) weights: Weights,
}

/// Whose frequencies weigh words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Weights {
    /// The model's where it knows enough of the words, else the files'
    Fitting,
    /// The model's: the score of a pair does not depend on other records
    Model,
    /// The files'
    Files,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct BenchArgs {
    /// Records
    #[arg(long, default_value_t = 500_000)]
    pub(crate) items: u32,
    /// Seed of the catalogue; the shipped model was trained on 2024
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

const COLUMNS: &str = "Columns may be called as the usual data sets call them, in any case: title or name beside description,
manufacturer for brand, modelno, mpn, gtin or ean for code; in labels ltable_id and rtable_id. A file of labels
without a label column lists matches; every other candidate then counts as unmatched.";

/// A share with up to six decimals, in ppm.
pub(super) fn share(text: &str) -> Result<u32, String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let wrong = || format!("`{text}` is no share: write 0.5");
    if part.len() > 6 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let whole: u32 = whole.parse().map_err(|_| wrong())?;
    let part: u32 = format!("{part:0<6}").parse().map_err(|_| wrong())?;
    let ppm = whole.saturating_mul(1_000_000).saturating_add(part);
    if ppm > 1_000_000 { Err(wrong()) } else { Ok(ppm) }
}

/// Reads, trains where asked, matches and writes.
pub(crate) fn run(args: &MatchArgs, shared: &Shared) -> Result<(), Failure> {
    let begun = Instant::now();
    let left = records::records(&args.left)?;
    let right = args.right.as_deref().map_or_else(|| Ok(Vec::new()), records::records)?;
    let read = begun.elapsed();
    let model = model(args, &left, &right)?;
    let trained = begun.elapsed();
    let weights = match args.weights {
        Weights::Fitting => WordWeights::Fitting,
        Weights::Model => WordWeights::Model,
        Weights::Files => WordWeights::Records,
    };
    // a model of these files has their frequencies
    let weights = if args.train.is_some() { WordWeights::Model } else { weights };
    let options =
        Options { weights, one_to_one: args.one_to_one, threshold_ppm: args.threshold, blocking: None };
    let outcome = match_records(&left, &right, &model, options);
    let matched = begun.elapsed();
    if let Some(out) = &args.out {
        write_pairs(out, &outcome, &left, &right)?;
    }
    let seconds = json!({
        "read": read.as_secs_f64(), "train": trained.saturating_sub(read).as_secs_f64(),
        "match": matched.saturating_sub(trained).as_secs_f64(), "all": begun.elapsed().as_secs_f64(),
    });
    if shared.json {
        let mut document = counts(&outcome);
        document["left_records"] = json!(left.len());
        document["right_records"] = json!(args.right.as_ref().map(|_| right.len()));
        document["seconds"] = seconds;
        document["model"] = json!(model.report);
        return Ok(output::json(&document)?);
    }
    print(&outcome, (&left, &right), &model, args)
}

/// The model asked for.
fn model(args: &MatchArgs, left: &[Record], right: &[Record]) -> Result<Model, Failure> {
    if let Some(path) = &args.train {
        let labels = records::labels(path, left, right)?;
        let name = shown(path);
        let model =
            train(left, right, &labels, &name, Use::TheseFiles).map_err(|problem| refuse(&name, &problem))?;
        if let Some(out) = &args.model_out {
            write_whole(out, model.write().as_bytes())?;
        }
        return Ok(model);
    }
    let Some(path) = &args.model else { return Ok(Model::shipped()) };
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("cannot read `{}`: {error}", path.display())))?;
    Model::read(&text).map_err(|problem| refuse(&shown(path), &problem))
}

fn shown(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[expect(clippy::print_stderr, reason = "refusals are for people, on stderr")]
fn refuse(file: &str, problem: &impl std::fmt::Display) -> Failure {
    eprintln!("{file}: {problem}");
    Failure::Refused
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    fs::write(&part, bytes)
        .and_then(|()| fs::rename(&part, path))
        .map_err(|error| Failure::Usage(format!("cannot write `{}`: {error}", path.display())))
}

fn write_pairs(path: &Path, outcome: &Outcome, left: &[Record], right: &[Record]) -> Result<(), Failure> {
    let others = if right.is_empty() { left } else { right };
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: &dyn std::fmt::Display| {
        Failure::Failed(Error::internal(format!("cannot write pairs: {error}")))
    };
    writer.write_record(["left_id", "right_id", "score", "relation"]).map_err(|error| failed(&error))?;
    for pair in &outcome.pairs {
        let score = decimal(pair.score_ppm);
        let row =
            [&left[pair.left as usize].id, &others[pair.right as usize].id, &score, pair.relation.word()];
        writer.write_record(row).map_err(|error| failed(&error))?;
    }
    write_whole(path, &writer.into_inner().map_err(|error| failed(&error))?)
}

/// Ppm as a share with six decimals.
fn decimal(ppm: u32) -> String {
    format!("{}.{:06}", ppm / 1_000_000, ppm % 1_000_000)
}

fn counts(outcome: &Outcome) -> Value {
    let other_pack = outcome.pairs.iter().filter(|pair| pair.relation == Relation::SameItemOtherPack).count();
    json!({
        "pairs": outcome.pairs.len(),
        "same_item": outcome.pairs.len() - other_pack,
        "same_item_other_pack": other_pack,
        "threshold": f64::from(outcome.threshold_ppm) / 1e6,
        "pairs_looked_at": outcome.looked_at,
        "pairs_scored": outcome.scored,
        "word_weights": if outcome.model_weights { "model" } else { "files" },
        "peak_memory_mib": peak_memory().map(|kib| kib / 1024),
    })
}

/// Most memory that the process has held, in KiB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Seconds that processors have worked for this process, where the system tells: on a busy machine the clock says little.
fn processor_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // user and system time, in hundredths, stand behind the name in brackets
    let mut times = stat.rsplit(')').next()?.split_whitespace().skip(11).map(str::parse::<u32>);
    let (user, system) = (times.next()?.ok()?, times.next()?.ok()?);
    Some(f64::from(user.saturating_add(system)) / 100.0)
}

/// Most pairs that a table for people shows.
const SHOWN: usize = 20;

fn print(
    outcome: &Outcome,
    (left, right): (&[Record], &[Record]),
    model: &Model,
    args: &MatchArgs,
) -> Result<(), Failure> {
    let others = if right.is_empty() { left } else { right };
    let written = args.out.as_ref().map_or_else(String::new, |out| format!(", written to {}", out.display()));
    output::line(&format!(
        "{} pairs from a score of {} on, of {} scored{written}\n",
        outcome.pairs.len(),
        decimal(outcome.threshold_ppm),
        outcome.scored,
    ))?;
    let rows: Vec<Vec<String>> = outcome
        .pairs
        .iter()
        .take(SHOWN)
        .map(|pair| {
            let (a, b) = (&left[pair.left as usize], &others[pair.right as usize]);
            let text = |record: &Record| record.description.chars().take(40).collect::<String>();
            vec![
                a.id.clone(),
                text(a),
                b.id.clone(),
                text(b),
                decimal(pair.score_ppm),
                pair.relation.word().into(),
            ]
        })
        .collect();
    output::table(&["left", "", "right", "", "score", "relation"], &rows)?;
    if outcome.pairs.len() > SHOWN {
        output::line(&format!("and {} more", outcome.pairs.len() - SHOWN))?;
    }
    let report = &model.report;
    Ok(output::line(&format!(
        "\nmodel of {}: precision {}, recall {}, F1 {} on {} pairs held out",
        report.trained_on,
        decimal(report.precision_ppm),
        decimal(report.recall_ppm),
        decimal(report.f1_ppm),
        report.pairs,
    ))?)
}

/// Matches a made-up catalogue with itself, beside joins on descriptions and on codes.
pub(crate) fn measure(asked: BenchArgs) -> Value {
    use muster_matching::{evaluate, generate::generate, proposed};
    let catalogue = generate(asked.items as usize, asked.seed);
    let model = Model::shipped();
    let (before, worked) = (peak_memory(), processor_seconds());
    let begun = Instant::now();
    let outcome = match_records(&catalogue.records, &[], &model, Options::default());
    let seconds = begun.elapsed().as_secs_f64();
    let peak = peak_memory();
    let worked = worked.zip(processor_seconds()).map(|(before, after)| after - before);
    let begun = Instant::now();
    let exact = evaluate::exact_join(&catalogue);
    let exact_seconds = begun.elapsed().as_secs_f64();
    let codes = evaluate::code_join(&catalogue);
    let blocked = proposed(&catalogue.records, &[], Options::default());
    let mut figures = counts(&outcome);
    figures["items"] = json!(asked.items);
    figures["seed"] = json!(asked.seed);
    figures["threads"] = json!(std::thread::available_parallelism().map_or(1, usize::from));
    figures["seconds"] = json!(seconds);
    figures["processor_seconds"] = json!(worked);
    figures["peak_memory_mib"] = json!(peak.map(|kib| kib / 1024));
    figures["memory_of_the_catalogue_mib"] = json!(before.map(|kib| kib / 1024));
    figures["truth"] = json!(evaluate::evaluate(&catalogue.truth, &outcome));
    figures["relations_right_ppm"] = json!(evaluate::relations_right_ppm(&catalogue.truth, &outcome));
    figures["blocking_recall_ppm"] = json!(evaluate::blocking_recall_ppm(&catalogue.truth, &blocked));
    figures["join_on_descriptions"] = json!(exact);
    figures["join_on_descriptions"]["seconds"] = json!(exact_seconds);
    figures["join_on_codes"] = json!(codes);
    figures
}
