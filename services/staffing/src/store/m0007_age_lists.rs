//! Registered lists by age and sex, and how patients count in a run.

use muster_kit::migrations::Script;

/// The seventh migration of staffing.
pub(super) const AGE_LISTS: Script = Script::new("m0007_age_lists", &STATEMENTS);

const STATEMENTS: [&str; 3] = [
    "CREATE TABLE age_list_days (org TEXT NOT NULL, day TEXT NOT NULL, version BIGINT NOT NULL, \
     import_id TEXT NOT NULL, PRIMARY KEY (org, day))",
    // ages from here to the next row's; the last is open
    "CREATE TABLE age_lists (org TEXT NOT NULL, day TEXT NOT NULL, place TEXT NOT NULL, sex TEXT NOT NULL, \
     age_from INTEGER NOT NULL, patients BIGINT NOT NULL, PRIMARY KEY (org, day, place, sex, age_from))",
    "ALTER TABLE forecast_runs ADD COLUMN list_weighting INTEGER NOT NULL DEFAULT 0",
];
