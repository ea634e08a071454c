//! The feed of what happened, the latest gap, and the newest baseline of each year.

use muster_kit::migrations::Script;

/// The second migration.
pub(super) const PROJECTIONS: Script = Script::new("m0002_projections", &TABLES);

const TABLES: [&str; 4] = [
    "CREATE TABLE activity (org TEXT NOT NULL, event_id TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, \
     kind TEXT NOT NULL, headline TEXT NOT NULL, detail TEXT NOT NULL, link TEXT NOT NULL, \
     PRIMARY KEY (org, event_id))",
    "CREATE INDEX activity_newest ON activity (org, at)",
    "CREATE TABLE latest_gap (org TEXT NOT NULL, scenario TEXT NOT NULL, level TEXT NOT NULL, node TEXT NOT NULL, \
     role TEXT NOT NULL, name TEXT NOT NULL, area TEXT NOT NULL, year BIGINT NOT NULL, run_id TEXT NOT NULL, \
     gap_p10_milli BIGINT NOT NULL, gap_p50_milli BIGINT NOT NULL, gap_p90_milli BIGINT NOT NULL, \
     shortfall_p50_ppm BIGINT NOT NULL, cost_p50_pence BIGINT NOT NULL, version BIGINT NOT NULL, \
     published_at BIGINT NOT NULL, event_id TEXT NOT NULL, PRIMARY KEY (org, scenario, level, node, role))",
    "CREATE TABLE latest_baseline (org TEXT NOT NULL, year BIGINT NOT NULL, date TEXT NOT NULL, \
     import_id TEXT NOT NULL, places BIGINT NOT NULL, version BIGINT NOT NULL, recorded_at BIGINT NOT NULL, \
     event_id TEXT NOT NULL, PRIMARY KEY (org, year, date))",
];
