//! Which records describe the same item, and how sure that is.
//!
//! Text in, scored pairs out; no file, no clock, no context. A description is read into words, figures with units, codes, sizes
//! and packs (`lexer.rs`, `parse.rs`), kept as numbers (`corpus.rs`), blocked (`facets.rs`, `block.rs`), compared
//! (`features.rs`), and scored by two small forests (`forest.rs`): one sees a pair by itself, the other also how it stands among
//! its neighbours (`context.rs`). A model is data ([`Model`]), trained from labelled pairs (`train.rs`, `grow.rs`), with a
//! report measured on pairs held out. [`generate`] makes catalogues with known truth.

mod block;
mod close;
mod context;
mod corpus;
pub mod evaluate;
mod evidence;
mod facets;
mod features;
mod fold;
mod forest;
mod frequencies;
pub mod generate;
mod grow;
mod gtin;
mod lexer;
mod matching;
mod model;
mod parse;
mod relation;
mod train;
mod units;
mod vocabulary;

pub use block::Blocking;
pub use corpus::Record;
pub use features::FEATURES;
pub use frequencies::Frequencies;
pub use gtin::{check_digit, gtin};
pub use matching::{Options, Outcome, Pair, WordWeights, match_records, proposed};
pub use model::{Band, Model, Report};
pub use relation::Relation;
pub use train::{Label, Use, train};
