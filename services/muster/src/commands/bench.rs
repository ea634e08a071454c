//! `muster bench`

use crate::{
    cli::{BenchCommand, Shared},
    exit::Failure,
};

/// Runs a benchmark.
pub(crate) async fn run(command: BenchCommand, shared: &Shared) -> Result<(), Failure> {
    let _ = (command, shared);
    Ok(())
}
