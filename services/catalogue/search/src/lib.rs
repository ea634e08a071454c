//! Search over a catalogue: items found by words, codes, class, supplier and organisation, with typing mistakes forgiven.
//!
//! An [`Index`] is derived data in a folder of its own. A [`Writer`] puts and removes items by key and commits them together
//! with the number of the last change they contain; [`Index::current`] gives that number back, also after a crash, so that
//! whoever keeps the items knows what to put in again. An index of an older format, or one that cannot be read, is begun anew
//! at change 0. Words are parted in `words.rs`, what was typed is read and widened in `typed.rs` and `spelling.rs`, turned into
//! queries in `query.rs` and told of each hit in `told.rs`. How this way was chosen, and its figures: docs/search.md.

mod error;
mod index;
mod item;
mod query;
mod schema;
mod search;
mod spelling;
mod told;
mod typed;
mod words;
mod writer;

pub use error::Error;
pub use index::Index;
pub use item::{Class, Filters, Item};
pub use search::{Found, Hit, MOST_HITS};
pub use told::{How, Match};
pub use typed::MOST_WORDS;
pub use writer::Writer;
