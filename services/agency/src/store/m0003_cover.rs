//! Forecast gaps that were heard of, steps in rates, and recharges of the shared bank.

use muster_kit::migrations::Script;

/// The third migration of the agency context.
pub(super) const COVER: Script = Script::new("m0003_cover", &TABLES);

const TABLES: [&str; 6] = [
    // the newest forecast of each scenario and area; gaps are FTE in 1/1000
    "CREATE TABLE forecast_heads (org TEXT NOT NULL, scenario TEXT NOT NULL, area TEXT NOT NULL, run_id TEXT NOT NULL, \
     version BIGINT NOT NULL, published_at BIGINT NOT NULL, event_id TEXT NOT NULL, \
     PRIMARY KEY (org, scenario, area))",
    "CREATE TABLE forecast_gaps (org TEXT NOT NULL, scenario TEXT NOT NULL, area TEXT NOT NULL, level TEXT NOT NULL, \
     node TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, year BIGINT NOT NULL, p10 BIGINT NOT NULL, \
     p50 BIGINT NOT NULL, p90 BIGINT NOT NULL, placeholder INTEGER NOT NULL, \
     PRIMARY KEY (org, scenario, area, level, node, role, year))",
    // steps found here and heard of others; what is in them is the contract's message
    "CREATE TABLE rate_drifts (drift_id TEXT PRIMARY KEY, org TEXT NOT NULL, aggregate TEXT NOT NULL, \
     since TEXT NOT NULL, after_pence BIGINT NOT NULL, detected_at BIGINT NOT NULL, message TEXT NOT NULL)",
    "CREATE INDEX rate_drifts_by_aggregate ON rate_drifts (org, aggregate)",
    "CREATE TABLE recharges (org TEXT NOT NULL, month TEXT NOT NULL, host TEXT NOT NULL, home TEXT NOT NULL, \
     shifts BIGINT NOT NULL, without_price BIGINT NOT NULL, minutes BIGINT NOT NULL, pence BIGINT NOT NULL, \
     PRIMARY KEY (org, month, host, home))",
    // up to which month a ceiling was said to be at risk
    "CREATE TABLE ceiling_warnings (org TEXT NOT NULL, organisation TEXT NOT NULL, year BIGINT NOT NULL, \
     last_month TEXT NOT NULL, PRIMARY KEY (org, organisation, year))",
];
