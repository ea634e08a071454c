//! JSON documents that people write: a tree that keeps the order of keys, and problems that name place, value and remedy.
//!
//! Pure: text in, a [`Node`] or a [`Problem`] out. What a document means is the matter of the library that reads it.

mod problem;
mod tree;

pub use problem::{Problem, one_of};
pub use tree::Node;
