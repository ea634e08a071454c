//! The rules that the program brings along, each row with its source.

use muster_kit::intake::Findings;

use super::rules::whole;
use crate::domain::Rulebook;

/// The shipped rules of rates and caps.
///
/// # Errors
/// Findings when a shipped file is damaged, which a test rules out.
pub fn shipped() -> Result<Rulebook, Findings> {
    whole(|_| Vec::new()).map(|all| all.reference.book)
}
