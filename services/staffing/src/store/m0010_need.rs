//! Deprivation of practices and residents of boroughs: what need can be weighted by.

use muster_kit::migrations::Script;

/// The tenth migration of staffing.
pub(super) const NEED: Script = Script::new("m0010_need", &STATEMENTS);

const STATEMENTS: [&str; 4] = [
    "CREATE TABLE deprivation_years (org TEXT NOT NULL, year INTEGER NOT NULL, version BIGINT NOT NULL, \
     import_id TEXT NOT NULL, PRIMARY KEY (org, year))",
    "CREATE TABLE deprivation_scores (org TEXT NOT NULL, year INTEGER NOT NULL, place TEXT NOT NULL, \
     score_milli BIGINT NOT NULL, source TEXT NOT NULL, import_id TEXT NOT NULL, PRIMARY KEY (org, year, place))",
    "CREATE TABLE resident_days (org TEXT NOT NULL, day TEXT NOT NULL, version BIGINT NOT NULL, \
     import_id TEXT NOT NULL, PRIMARY KEY (org, day))",
    // a borough's key is its name in lower case
    "CREATE TABLE residents (org TEXT NOT NULL, day TEXT NOT NULL, borough TEXT NOT NULL, name TEXT NOT NULL, \
     residents BIGINT NOT NULL, import_id TEXT NOT NULL, PRIMARY KEY (org, day, borough))",
];
