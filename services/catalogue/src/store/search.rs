//! The index that items are searched in. It is derived: what it has not, it reads from the tables, by the number of the last
//! description that it has.

use std::{path::Path, sync::Arc, time::Duration};

use muster_kit::{Error, OrgScope, Result};
use muster_search::{Class, Filters, Found, Index, Item};
use sea_orm::ConnectionTrait;
use tokio::sync::Mutex;

use super::items::{self, Stored};
use crate::domain::legal_name::LegalName;

/// Items read and put in at a time.
const PIECE: u32 = 5_000;

/// How long a search waits for items that have just come in.
const PATIENCE: Duration = Duration::from_secs(5);

/// The index with the lock of its one writer. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    index: Index,
    writing: Arc<Mutex<()>>,
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
        Ok(Self { index: index.map_err(cannot)?, writing: Arc::new(Mutex::new(())) })
    }

    /// Puts in what has come since; one at a time.
    ///
    /// # Errors
    /// Internal or unavailable when the database or the index cannot.
    pub(crate) async fn catch_up(&self, conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<()> {
        loop {
            let writing = self.writing.clone().lock_owned().await;
            let from = i64::try_from(self.index.current().map_err(cannot)?).unwrap_or(i64::MAX);
            let rows = items::changed_after(conn, scope, from, PIECE).await?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            let (last, full) = (u64::try_from(*last).unwrap_or(0), rows.len() == PIECE as usize);
            let index = self.index.clone();
            let write = move || {
                // kept until the writer is gone, also where whoever asked has gone before
                let _writing = writing;
                let mut writer = match index.writer() {
                    // another process does the same work
                    Err(muster_search::Error::Busy) => return Ok(()),
                    writer => writer?,
                };
                rows.iter().try_for_each(|(_, row)| writer.put(&item(row)))?;
                writer.commit(last)
            };
            tokio::task::spawn_blocking(write)
                .await
                .map_err(|error| Error::internal("indexing failed").with_source(error))?
                .map_err(cannot)?;
            if !full {
                return Ok(());
            }
        }
    }

    /// The same, but no longer than a search may wait: what is not in by then is found a little later.
    ///
    /// # Errors
    /// Internal or unavailable when the database or the index cannot.
    pub(crate) async fn catch_up_soon(&self, conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<()> {
        tokio::time::timeout(PATIENCE, self.catch_up(conn, scope)).await.unwrap_or(Ok(()))
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
