//! "South East London (sample)": made-up practices with the size of the real system, generated from a seed.
//!
//! What is real: boroughs, commissioners, providers, confirmed federation names, and the registered lists by borough
//! (`figures`). What is made up, and marked `(sample)` in its name: practices, their lists, local care networks, the
//! groups within federations, and who belongs where. It goes in through the front door: [`files`] gives plain files in
//! the formats of any import.

mod draw;
mod figures;
mod files;

pub use draw::{SamplePractice, practices};
pub use files::{SampleFile, files};

#[cfg(test)]
mod tests;
