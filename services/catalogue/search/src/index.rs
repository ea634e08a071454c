//! An index in a folder or in memory.

use std::{fs, io, path::Path};

use tantivy::{IndexReader, ReloadPolicy, directory::MmapDirectory, directory::error::OpenReadError};

use crate::{
    Error, Filters, Found, Writer,
    schema::{FORMAT, Fields, tokenizers},
    search,
};

/// An index. Clones are the same index; all of it may be used from many threads.
#[derive(Clone)]
pub struct Index {
    pub(crate) inner: tantivy::Index,
    pub(crate) reader: IndexReader,
    pub(crate) fields: Fields,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Index").field("items", &self.items()).finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the index of a folder, which is made where it is missing. An index of another format, or one that cannot be read, is
    /// removed: then [`Index::current`] is 0.
    ///
    /// # Errors
    /// A folder that cannot be used.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let refused = |source| Error::Folder { folder: folder.display().to_string(), source };
        let own = folder.join(FORMAT.to_string());
        fs::create_dir_all(&own).map_err(refused)?;
        remove_other_formats(folder).map_err(refused)?;
        match Self::in_folder(&own) {
            Err(error) if is_broken(&error) => {
                fs::remove_dir_all(&own).and_then(|()| fs::create_dir_all(&own)).map_err(refused)?;
                Ok(Self::in_folder(&own)?)
            }
            opened => Ok(opened?),
        }
    }

    /// An empty index in memory.
    ///
    /// # Errors
    /// None that is known.
    pub fn in_memory() -> Result<Self, Error> {
        let (schema, fields) = Fields::schema();
        Ok(Self::with(tantivy::Index::create_in_ram(schema), fields)?)
    }

    fn in_folder(folder: &Path) -> Result<Self, tantivy::TantivyError> {
        let (schema, fields) = Fields::schema();
        let directory = MmapDirectory::open(folder)?;
        let index = Self::with(tantivy::Index::open_or_create(directory, schema)?, fields)?;
        index.change()?;
        Ok(index)
    }

    fn with(mut inner: tantivy::Index, fields: Fields) -> Result<Self, tantivy::TantivyError> {
        inner.set_tokenizers(tokenizers());
        // a commit reloads: what was committed is found at once, and no thread watches the folder
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { inner, reader, fields })
    }

    fn change(&self) -> Result<u64, tantivy::TantivyError> {
        let payload = self.inner.load_metas()?.payload;
        payload.map_or(Ok(0), |text| {
            text.parse().map_err(|_| tantivy::TantivyError::SchemaError(format!("`{text}` is no change")))
        })
    }

    /// Number of the last change that the index contains; 0 = none.
    ///
    /// # Errors
    /// A disk that cannot be read.
    pub fn current(&self) -> Result<u64, Error> {
        Ok(self.change()?)
    }

    /// Items that can be found.
    pub fn items(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Pieces that a search looks at, one after the other.
    ///
    /// # Errors
    /// A disk that cannot be read.
    pub fn pieces(&self) -> Result<usize, Error> {
        Ok(self.inner.searchable_segment_ids()?.len())
    }

    /// The writer; there is one at a time.
    ///
    /// # Errors
    /// [`Error::Busy`] where there is one already, in this process or another.
    pub fn writer(&self) -> Result<Writer, Error> {
        Writer::open(self.clone())
    }

    /// Items that have all words of a text, or where none has, most of them; the best first. An empty text finds all that the
    /// filters leave.
    ///
    /// # Errors
    /// A page deeper than [`crate::MOST_HITS`].
    pub fn search(&self, text: &str, filters: &Filters, limit: usize, offset: usize) -> Result<Found, Error> {
        search::run(self, text, filters, (limit, offset))
    }
}

/// Is it the index that is wrong, and not the disk or its rights?
fn is_broken(error: &tantivy::TantivyError) -> bool {
    use tantivy::TantivyError as E;
    match error {
        E::DataCorruption(_) | E::SchemaError(_) | E::IncompatibleIndex(_) | E::IndexAlreadyExists => true,
        E::OpenReadError(error) => !matches!(error, OpenReadError::IoError { .. }),
        _ => false,
    }
}

fn remove_other_formats(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let number = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        if number.is_some_and(|number| number != FORMAT) && entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
