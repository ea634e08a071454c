//! Electronic catalogues.
