//! What can go wrong with an index.

/// Why an index could not be opened, written or searched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder cannot be used.
    #[error(
        "cannot use the folder `{folder}` of the search index: {source}; give one that can be written to"
    )]
    Folder {
        /// The folder.
        folder: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another writer has the index.
    #[error("the search index is being written to by another process or task; wait until it is done")]
    Busy,
    /// A commit would go back.
    #[error(
        "the search index is at change {at} and cannot go back to {asked}; remove its folder to build it anew"
    )]
    Backwards {
        /// Change the index is at.
        at: u64,
        /// Change that was asked for.
        asked: u64,
    },
    /// A key is empty or too long.
    #[error("the key `{0}` of an item is empty or longer than 500 bytes")]
    Key(String),
    /// More hits were asked for than a page may lie deep.
    #[error("hits past number {most} are not listed; narrow the search by class, supplier or another word")]
    TooDeep {
        /// Hits that can be listed.
        most: usize,
    },
    /// The engine failed.
    #[error("the search index failed: {0}; remove its folder to build it anew")]
    Engine(#[from] tantivy::TantivyError),
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Engine(error.into())
    }
}
