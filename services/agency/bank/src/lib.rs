mod clock;
mod cursor;
mod document;
mod problem;
mod read;
mod shape;
mod tree;
pub use document::*;
pub use problem::Problem;
