//! Putting items in and taking them out.

use tantivy::{
    IndexWriter, Term,
    indexer::{IndexWriterOptions, NoMergePolicy},
};

use crate::{Error, Index, Item};

/// Memory that items may take before they are written out, in bytes.
const BUDGET: usize = 64 << 20;

/// Longest key, in bytes.
const LONGEST_KEY: usize = 500;

/// The one writer of an index. What was put in is found once it is committed; a writer that is dropped forgets what was not.
pub struct Writer {
    index: Index,
    inner: IndexWriter,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Writer").field("index", &self.index).finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn open(index: Index) -> Result<Self, Error> {
        let inner = open(&index)?;
        Ok(Self { index, inner })
    }

    /// Puts an item in; one of the same key is replaced.
    ///
    /// # Errors
    /// A key that is empty or too long; a disk that cannot be written to.
    pub fn put(&self, item: &Item) -> Result<(), Error> {
        self.remove(&item.key)?;
        self.inner.add_document(self.index.fields.document(item))?;
        Ok(())
    }

    /// Takes an item out, if it is there.
    ///
    /// # Errors
    /// A key that is empty or too long.
    pub fn remove(&self, key: &str) -> Result<(), Error> {
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err(Error::Key(key.chars().take(40).collect()));
        }
        self.inner.delete_term(Term::from_field_text(self.index.fields.key, key));
        Ok(())
    }

    /// Makes what was put in and taken out since the last commit found, and says that with it the index has all changes up to
    /// and with this number. It is on the disk when this returns.
    ///
    /// # Errors
    /// A number before that of the last commit; a disk that cannot be written to.
    pub fn commit(&mut self, change: u64) -> Result<(), Error> {
        let at = self.index.current()?;
        if change < at {
            return Err(Error::Backwards { at, asked: change });
        }
        let mut prepared = self.inner.prepare_commit()?;
        prepared.set_payload(&change.to_string());
        prepared.commit()?;
        self.index.reader.reload()?;
        Ok(())
    }

    /// Ends the writer once the merges that its commits began are through. A writer that is dropped ends them unfinished: pieces that
    /// nobody merges pile up, and every search looks at each.
    ///
    /// # Errors
    /// A disk that cannot be written to.
    pub fn finish(self) -> Result<(), Error> {
        let Self { index, inner } = self;
        inner.wait_merging_threads()?;
        index.reader.reload()?;
        Ok(())
    }

    /// Ends the writer and merges what was written in many commits into one piece, which is searched fastest; worth its time
    /// after the index was built anew. What was not committed is forgotten.
    ///
    /// # Errors
    /// A disk that cannot be written to.
    pub fn compact(self) -> Result<(), Error> {
        let Self { index, inner } = self;
        // pieces that are being merged now cannot be merged with others
        inner.wait_merging_threads()?;
        let mut inner = open(&index)?;
        inner.set_merge_policy(Box::new(NoMergePolicy));
        let segments = index.inner.searchable_segment_ids()?;
        if segments.len() > 1 {
            inner.merge(&segments).wait()?;
            index.reader.reload()?;
            inner.garbage_collect_files().wait()?;
        }
        Ok(())
    }
}

fn open(index: &Index) -> Result<IndexWriter, Error> {
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .memory_budget_per_thread(BUDGET)
        .build();
    index.inner.writer_with_options(options).map_err(|error| match error {
        tantivy::TantivyError::LockFailure(..) => Error::Busy,
        other => other.into(),
    })
}
