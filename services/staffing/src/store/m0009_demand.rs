//! Who counts as a patient in a run, by deprivation or not, and in whose prices its costs are.

use muster_kit::migrations::Script;

/// The ninth migration of staffing.
pub(super) const DEMAND: Script = Script::new("m0009_demand", &STATEMENTS);

const STATEMENTS: [&str; 3] = [
    "ALTER TABLE forecast_runs ADD COLUMN deprivation BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE forecast_runs ADD COLUMN patients INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE forecast_runs ADD COLUMN price_year INTEGER NOT NULL DEFAULT 0",
];
