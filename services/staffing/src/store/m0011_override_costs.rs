//! What an overridden unit cost buys, and in whose prices it is.

use muster_kit::migrations::Script;

/// The eleventh migration of staffing.
pub(super) const OVERRIDE_COSTS: Script = Script::new("m0011_override_costs", &STATEMENTS);

const STATEMENTS: [&str; 2] = [
    // overrides that are there say nothing of it, as they did when they were signed
    "ALTER TABLE parameter_overrides ADD COLUMN basis TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE parameter_overrides ADD COLUMN price_year INTEGER NOT NULL DEFAULT 0",
];
