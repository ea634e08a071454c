//! The index that items are searched in. It is derived: what it has not, it reads from the tables, by the number of the last
//! description that it has.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use muster_kit::{Error, OrgScope, Result};
use muster_search::{Class, Filters, Found, Index, Item, Writer};
use sea_orm::ConnectionTrait;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::items::{self, Stored};
use crate::domain::legal_name::LegalName;

/// Items read and put in at a time.
const PIECE: u32 = 20_000;

/// The index with the lock of its one writer. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    index: Index,
    writing: Arc<Mutex<()>>,
    behind: Arc<AtomicBool>,
}

fn cannot(error: muster_search::Error) -> Error {
    match error {
        muster_search::Error::TooDeep { .. } => {
            Error::bad_request("this far down nothing more is found: add a word or a filter")
        }
        other => Error::internal("the search index cannot be used").with_source(other),
    }
}

impl Search {
    /// The index of a folder; without one, in memory.
    ///
    /// # Errors
    /// Internal when the folder cannot be used.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self> {
        let index = match folder {
            Some(folder) => Index::open(folder),
            None => Index::in_memory(),
        };
        let index = index.map_err(cannot)?;
        Ok(Self { index, writing: Arc::default(), behind: Arc::default() })
    }

    /// Puts in what has come since; one at a time, by one writer, so that pieces are merged as they come. After more than a piece all
    /// is merged into one: it is searched fastest, and only a large import pays for it.
    ///
    /// # Errors
    /// Internal or unavailable when the database or the index cannot.
    pub(crate) async fn catch_up(&self, conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<()> {
        let mut round = Round { _writing: self.writing.clone().lock_owned().await, writer: None, pieces: 0 };
        let put = self.pieces(conn, scope, &mut round).await;
        let ended = blocking(move || round.end()).await;
        self.behind.store(false, Ordering::Relaxed);
        put.and(ended)
    }

    async fn pieces(&self, conn: &impl ConnectionTrait, scope: &OrgScope, round: &mut Round) -> Result<()> {
        let mut from = i64::try_from(self.index.current().map_err(cannot)?).unwrap_or(i64::MAX);
        loop {
            let rows = items::changed_after(conn, scope, from, PIECE).await?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            from = *last;
            let full = rows.len() == PIECE as usize;
            self.behind.fetch_or(full, Ordering::Relaxed);
            let mut writer = match round.writer.take() {
                Some(writer) => writer,
                None => match self.index.writer() {
                    // another process does the same work
                    Err(muster_search::Error::Busy) => return Ok(()),
                    writer => writer.map_err(cannot)?,
                },
            };
            let write = move || {
                rows.iter().try_for_each(|(_, row)| writer.put(&item(row)))?;
                writer.commit(u64::try_from(from).unwrap_or(0))?;
                Ok(writer)
            };
            round.writer = Some(blocking(write).await?);
            round.pieces += 1;
            if !full {
                return Ok(());
            }
        }
    }

    /// Is more than a piece still being put in and merged? Then a search does not wait for it.
    pub(crate) fn is_behind(&self) -> bool {
        self.behind.load(Ordering::Relaxed)
    }

    /// Searches.
    ///
    /// # Errors
    /// Bad request when the page lies too deep; internal when the index cannot be read.
    pub(crate) fn find(
        &self,
        words: &str,
        filters: &Filters,
        (limit, offset): (usize, usize),
    ) -> Result<Found> {
        self.index.search(words, filters, limit, offset).map_err(cannot)
    }
}

/// One way of catching up: the lock is held until the writer is gone, also where whoever asked has gone before.
struct Round {
    writer: Option<Writer>,
    pieces: usize,
    _writing: OwnedMutexGuard<()>,
}

impl Round {
    fn end(self) -> std::result::Result<(), muster_search::Error> {
        match self.writer {
            Some(writer) if self.pieces > 1 => writer.compact(),
            Some(writer) => writer.finish(),
            None => Ok(()),
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, muster_search::Error> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal("indexing failed").with_source(error))?
        .map_err(cannot)
}

/// A supplier as filters compare it, however a file spells it.
pub(crate) fn supplier(name: &str) -> String {
    LegalName::read(name).key()
}

fn item(row: &Stored) -> Item {
    let said = |texts: &[&String]| -> Vec<String> {
        texts.iter().filter(|text| !text.is_empty()).map(|text| (*text).clone()).collect()
    };
    let class = Class { scheme: row.class_scheme.clone(), code: row.class_code.clone() };
    Item {
        key: row.item_number.to_string(),
        texts: said(&[&row.description, &row.manufacturer, &row.supplier]),
        codes: said(&[&row.gtin, &row.manufacturer_code, &row.supplier_code, &row.item_ref]),
        classes: if class.code.is_empty() { Vec::new() } else { vec![class] },
        suppliers: vec![supplier(&row.supplier)],
        organisations: vec![row.organisation.clone()],
    }
}
