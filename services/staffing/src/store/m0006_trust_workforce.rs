//! Staff of trusts, by organisation, group of staff and month.

use muster_kit::migrations::Script;

/// The sixth migration of staffing.
pub(super) const TRUST_WORKFORCE: Script = Script::new("m0006_trust_workforce", &TABLES);

const TABLES: [&str; 2] = [
    "CREATE TABLE trust_months (org TEXT NOT NULL, month TEXT NOT NULL, version BIGINT NOT NULL, \
     PRIMARY KEY (org, month))",
    "CREATE TABLE trust_counts (org TEXT NOT NULL, organisation TEXT NOT NULL, staff_group TEXT NOT NULL, \
     month TEXT NOT NULL, name TEXT NOT NULL, fte_milli BIGINT NOT NULL, import_id TEXT NOT NULL, \
     PRIMARY KEY (org, organisation, staff_group, month))",
];
