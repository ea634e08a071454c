//! The directory: organisations, dated groupings of practices, and what became of them.
pub mod domain;
pub mod import;
