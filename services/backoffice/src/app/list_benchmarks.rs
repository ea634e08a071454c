//! Lists benchmarks beside their peers and the national figures.

use std::collections::BTreeMap;

use muster_kit::{Action, Actor, Resource, Result};

use super::{Deps, damaged};
use crate::{
    domain::benchmark::{Benchmark, National, PeerKey, Peers, Question, Ratios, peers, place},
    import::{BENCHMARKS, national_benchmarks},
    store::records,
};

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only of this function, in lower case; empty = all.
    pub(crate) function: String,
    /// Only of this organisation; empty = all.
    pub(crate) organisation: String,
    /// Only of this financial year ending; 0 = all.
    pub(crate) year: i32,
}

/// A row beside its peers.
pub(crate) struct Listed {
    /// The row.
    pub(crate) row: Benchmark,
    /// Its figures.
    pub(crate) ratios: Ratios,
    /// Quarter of cost; none where it is not ranked.
    pub(crate) quarter: Option<u8>,
    /// Questions.
    pub(crate) questions: Vec<Question>,
    /// Import.
    pub(crate) import_id: String,
}

/// What was found.
pub(crate) struct Benchmarks {
    /// Rows.
    pub(crate) rows: Vec<Listed>,
    /// Their peers, also those that are no rows here.
    pub(crate) peers: BTreeMap<PeerKey, Peers>,
    /// National figures of their functions.
    pub(crate) national: Vec<National>,
}

/// Rows by organisation, year, function and driver.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_benchmarks(deps: &Deps, actor: &Actor, wanted: &Wanted) -> Result<Benchmarks> {
    deps.permit(actor, Action::Read, Resource::all("benchmark")).await?;
    let (mut known, mut imports) = (Vec::new(), Vec::new());
    for record in records::known(deps.db.read(), &actor.scope(), BENCHMARKS.name, None).await? {
        let row: Benchmark = record.value()?;
        known.push(Benchmark { line: u64::try_from(record.line).unwrap_or_default(), ..row });
        imports.push(record.import_id);
    }
    let national = national_benchmarks().map_err(|found| damaged(&found))?;
    let fits = |row: &Benchmark| {
        (wanted.function.is_empty() || row.function == wanted.function)
            && (wanted.organisation.is_empty() || row.organisation == wanted.organisation)
            && (wanted.year == 0 || row.year == wanted.year)
    };
    let placed = place(&known, &national).into_iter().zip(imports);
    let rows: Vec<Listed> = placed
        .filter(|(it, _)| fits(it.row))
        .map(|(it, import_id)| Listed {
            row: it.row.clone(),
            ratios: it.ratios,
            quarter: it.quarter,
            questions: it.questions,
            import_id,
        })
        .collect();
    let mut peers = peers(&known);
    peers.retain(|(function, driver, year), _| {
        rows.iter().any(|it| (&it.row.function, &it.row.driver, &it.row.year) == (function, driver, year))
    });
    let of = |it: &National| {
        it.function == "all"
            || it.function == wanted.function
            || rows.iter().any(|row| row.row.function == it.function)
            || (known.is_empty() && wanted.function.is_empty())
    };
    let national = national.into_iter().filter(of).collect();
    Ok(Benchmarks { rows, peers, national })
}
