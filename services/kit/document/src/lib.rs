//! JSON documents that people write: a tree that keeps the order of keys, places in it that read what stands there, and problems
//! that name place, value and remedy.
//!
//! Pure: text in, a [`Node`] or a [`Problem`] out. What a document means is the matter of the library that reads it.

mod place;
mod problem;
mod tree;

pub use place::{At, Fields, Shape, whole};
pub use problem::{Problem, one_of};
pub use tree::Node;
