//! One test binary for what spans crates.

mod architecture;
mod events_doc;
