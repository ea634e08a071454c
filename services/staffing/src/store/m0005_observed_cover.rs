//! Temporary cover that organisations used, as bank and agency post it.

use muster_kit::migrations::Script;

/// The fifth migration of staffing.
pub(super) const OBSERVED_COVER: Script = Script::new("m0005_observed_cover", &TABLES);

const TABLES: [&str; 2] = [
    "CREATE TABLE observed_months (org TEXT NOT NULL, organisation TEXT NOT NULL, month TEXT NOT NULL, \
     version BIGINT NOT NULL, event_id TEXT NOT NULL, PRIMARY KEY (org, organisation, month))",
    "CREATE TABLE observed_cover (org TEXT NOT NULL, organisation TEXT NOT NULL, month TEXT NOT NULL, \
     staff_group TEXT NOT NULL, bank_minutes BIGINT NOT NULL, agency_minutes BIGINT NOT NULL, \
     unfilled_minutes BIGINT NOT NULL, bank_pence BIGINT NOT NULL, agency_pence BIGINT NOT NULL, \
     PRIMARY KEY (org, organisation, month, staff_group))",
];
