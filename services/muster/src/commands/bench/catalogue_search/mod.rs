//! Searches of a made-up catalogue whose right answer is known.

mod market;

use std::{collections::BTreeMap, fs, path::Path, time::Instant};

use clap::Args;
use muster_kit::Error;
use muster_search::{Index, Item};
use serde_json::{Value, json};

use super::memory;
use crate::exit::Failure;
pub(super) use market::{Asked, items, searches};

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct CatalogueSearchArgs {
    /// Items
    #[arg(long, default_value_t = 500_000)]
    pub(crate) items: u32,
    /// Searches, of twelve kinds alike
    #[arg(long, default_value_t = 1_200)]
    pub(crate) searches: u32,
    /// Seed of the catalogue and the searches
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Items that are put in before a commit, when the index is built and when it is changed.
const BATCH: usize = 50_000;
const CHANGED: usize = 100;
/// Commits with changes.
const CHANGES: usize = 50;

fn failed(error: &muster_search::Error) -> Failure {
    Failure::Failed(Error::internal(error.to_string()))
}

/// Builds the index, searches, changes items, and searches again.
pub(super) fn measure(asked: CatalogueSearchArgs) -> Result<Value, Failure> {
    let folder = tempfile::tempdir()?;
    let items = items(asked.items as usize, asked.seed);
    let searches = searches(&items, asked.searches as usize, asked.seed);
    memory::reset();
    let before = memory::resident_mib();
    let begun = Instant::now();
    let index = build(folder.path(), &items).map_err(|error| failed(&error))?;
    let seconds = begun.elapsed().as_secs_f64();
    let built = memory::peak_mib().zip(before).map(|(peak, before)| peak.saturating_sub(before));
    drop(index);
    let size = size_mib(folder.path())?;

    let before = memory::resident_mib();
    let index = Index::open(folder.path()).map_err(|error| failed(&error))?;
    let first = search(&index, &searches)?;
    let again = search(&index, &searches)?;
    let mut seen = summary(&again);
    seen["cold_p95_ms"] = json!(percentile(&first, 95));
    let resident = memory::resident_mib().zip(before).map(|(now, before)| now.saturating_sub(before));
    let longest = change(&index, &items)?;
    let changed = search(&index, &searches)?;
    Ok(json!({
        "items": items.len(), "seed": asked.seed, "searches": searches.len(),
        "search": seen,
        "kinds": kinds(&again),
        "resident_mib": resident,
        "pieces": index.pieces().map_err(|error| failed(&error))?,
        "build": { "seconds": seconds, "mib": size, "peak_beyond_items_mib": built },
        "changes": {
            "commits": CHANGES, "items_each": CHANGED, "longest_commit_ms": longest, "search_after": summary(&changed),
        },
    }))
}

fn build(folder: &Path, items: &[Item]) -> Result<Index, muster_search::Error> {
    let index = Index::open(folder)?;
    let mut writer = index.writer()?;
    let mut change = 0;
    for batch in items.chunks(BATCH) {
        for item in batch {
            writer.put(item)?;
        }
        change += batch.len() as u64;
        writer.commit(change)?;
    }
    writer.compact()?;
    Ok(index)
}

/// Puts items in again as they are, and gives the longest time of a commit.
fn change(index: &Index, items: &[Item]) -> Result<f64, Failure> {
    let mut writer = index.writer().map_err(|error| failed(&error))?;
    let mut longest: f64 = 0.0;
    let mut at = index.current().map_err(|error| failed(&error))?;
    for batch in items.chunks(CHANGED).take(CHANGES) {
        let begun = Instant::now();
        for item in batch {
            writer.put(item).map_err(|error| failed(&error))?;
        }
        at += 1;
        writer.commit(at).map_err(|error| failed(&error))?;
        longest = longest.max(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(longest)
}

/// What came of a search.
pub(super) struct Done {
    pub(super) kind: &'static str,
    pub(super) milliseconds: f64,
    pub(super) found: bool,
}

fn search(index: &Index, searches: &[Asked]) -> Result<Vec<Done>, Failure> {
    searches
        .iter()
        .map(|asked| {
            let begun = Instant::now();
            let found = index.search(&asked.text, &asked.filters, 10, 0).map_err(|error| failed(&error))?;
            let milliseconds = begun.elapsed().as_secs_f64() * 1e3;
            let found = found.hits.iter().any(|hit| hit.key == asked.key);
            Ok(Done { kind: asked.kind, milliseconds, found })
        })
        .collect()
}

fn percentile(done: &[Done], percent: usize) -> f64 {
    let mut times: Vec<f64> = done.iter().map(|it| it.milliseconds).collect();
    times.sort_by(f64::total_cmp);
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or(0.0)
}

fn found(done: &[Done]) -> f64 {
    done.iter().filter(|it| it.found).count() as f64 / done.len().max(1) as f64
}

pub(super) fn summary(done: &[Done]) -> Value {
    json!({
        "p50_ms": percentile(done, 50), "p95_ms": percentile(done, 95), "p99_ms": percentile(done, 99),
        "found_in_10": found(done),
    })
}

fn kinds(done: &[Done]) -> Value {
    let mut kinds: BTreeMap<&str, Vec<Done>> = BTreeMap::new();
    for it in done {
        kinds.entry(it.kind).or_default().push(Done { ..*it });
    }
    let figures = kinds.into_iter().map(|(kind, done)| {
        (kind.to_owned(), json!({ "found_in_10": found(&done), "p95_ms": percentile(&done, 95) }))
    });
    Value::Object(figures.collect())
}

/// Size of all files below a folder, MiB.
fn size_mib(folder: &Path) -> Result<u64, Failure> {
    fn bytes(folder: &Path) -> std::io::Result<u64> {
        let mut sum = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            sum += if metadata.is_dir() { bytes(&entry.path())? } else { metadata.len() };
        }
        Ok(sum)
    }
    Ok(bytes(folder)? >> 20)
}
