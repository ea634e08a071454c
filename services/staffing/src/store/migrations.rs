//! Staffing's tables, after the kit's own. FTE and lists are in 1/1000, money in pence, shares and progress in ppm,
//! instants in microseconds; dates are text `YYYY-MM-DD`, which sorts by day.

use muster_kit::migrations::{kit, serial};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{
    m0005_observed_cover::OBSERVED_COVER, m0006_trust_workforce::TRUST_WORKFORCE, m0007_age_lists::AGE_LISTS,
    m0008_backtests::BACKTESTS, m0009_demand::DEMAND, m0010_need::NEED, m0011_override_costs::OVERRIDE_COSTS,
};

/// Applies the kit's migrations, then staffing's.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = kit();
        all.push(Box::new(Staffing));
        all.push(Box::new(ScenarioDocuments));
        all.push(Box::new(SweepInputs));
        all.push(Box::new(Overrides));
        all.push(Box::new(OBSERVED_COVER));
        all.push(Box::new(TRUST_WORKFORCE));
        all.push(Box::new(AGE_LISTS));
        all.push(Box::new(BACKTESTS));
        all.push(Box::new(DEMAND));
        all.push(Box::new(NEED));
        all.push(Box::new(OVERRIDE_COSTS));
        all
    }
}

/// The first migration of staffing.
struct Staffing;

impl MigrationName for Staffing {
    fn name(&self) -> &'static str {
        "m0001_staffing"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Staffing {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let serial = serial(manager.get_database_backend());
        let sets = format!(
            "CREATE TABLE count_sets (set_id {serial}, org TEXT NOT NULL, import_id TEXT NOT NULL, \
             kind TEXT NOT NULL, year INTEGER NOT NULL, day TEXT NOT NULL, definition TEXT NOT NULL, \
             version BIGINT NOT NULL)"
        );
        let snapshots = format!(
            "CREATE TABLE snapshots (snapshot_id {serial}, org TEXT NOT NULL, organisation TEXT NOT NULL, \
             month_end TEXT NOT NULL, received_at BIGINT NOT NULL, late BOOLEAN NOT NULL, \
             duplicate BOOLEAN NOT NULL, missing TEXT NOT NULL, fte_milli BIGINT NOT NULL, import_id TEXT NOT NULL)"
        );
        for statement in [sets.as_str(), snapshots.as_str()].into_iter().chain(TABLES.iter().copied()) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Runs of scenarios of one's own keep the document.
struct ScenarioDocuments;

impl MigrationName for ScenarioDocuments {
    fn name(&self) -> &'static str {
        "m0002_scenario_documents"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ScenarioDocuments {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "ALTER TABLE forecast_runs ADD COLUMN scenario_document TEXT NOT NULL DEFAULT ''";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}

/// Sweeps keep their inputs for the processes that work them off.
struct SweepInputs;

impl MigrationName for SweepInputs {
    fn name(&self) -> &'static str {
        "m0003_sweep_inputs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SweepInputs {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bytes = match manager.get_database_backend() {
            DbBackend::Postgres => "BYTEA",
            _ => "BLOB",
        };
        let sql = format!(
            "CREATE TABLE sweep_inputs (org TEXT NOT NULL, inputs_sha256 TEXT NOT NULL, content {bytes} NOT NULL, \
             kept_at BIGINT NOT NULL, PRIMARY KEY (org, inputs_sha256))"
        );
        manager.get_connection().execute_unprepared(&sql).await?;
        Ok(())
    }
}

/// Parameters can be overridden.
struct Overrides;

impl MigrationName for Overrides {
    fn name(&self) -> &'static str {
        "m0004_parameter_overrides"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Overrides {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = "CREATE TABLE parameter_overrides (override_id TEXT PRIMARY KEY, org TEXT NOT NULL, \
             name TEXT NOT NULL, value BIGINT NOT NULL, low BIGINT NOT NULL, high BIGINT NOT NULL, reason TEXT NOT NULL, \
             valid_from TEXT NOT NULL, signed_by TEXT NOT NULL, signed_at BIGINT NOT NULL, withdrawn_by TEXT, \
             withdrawn_at BIGINT)";
        let index = "CREATE INDEX parameter_overrides_signed ON parameter_overrides (org, signed_at)";
        for statement in [table, index] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const TABLES: &[&str] = &[
    "CREATE INDEX count_sets_by_year ON count_sets (org, year, day)",
    "CREATE INDEX snapshots_newest ON snapshots (org, month_end, snapshot_id)",
    "CREATE TABLE place_lists (set_id BIGINT NOT NULL, org TEXT NOT NULL, place TEXT NOT NULL, \
     year INTEGER NOT NULL, name TEXT NOT NULL, borough TEXT NOT NULL, list_milli BIGINT, \
     PRIMARY KEY (set_id, place))",
    "CREATE INDEX place_lists_by_year ON place_lists (org, year)",
    // one row a count; the day and the year of the set stand in it too, so that a page needs no join
    "CREATE TABLE baselines (set_id BIGINT NOT NULL, position BIGINT NOT NULL, org TEXT NOT NULL, \
     place TEXT NOT NULL, role INTEGER NOT NULL, day TEXT NOT NULL, year INTEGER NOT NULL, \
     detailed_role TEXT NOT NULL, sex TEXT NOT NULL, age_band TEXT NOT NULL, fte_milli BIGINT, heads BIGINT, \
     vacancies_milli BIGINT, estimated BOOLEAN NOT NULL, PRIMARY KEY (set_id, position))",
    "CREATE INDEX baselines_by_place ON baselines (org, place, role, day)",
    "CREATE TABLE post_parts (org TEXT NOT NULL, post_ref TEXT NOT NULL, works_at TEXT NOT NULL, \
     valid_from TEXT NOT NULL, valid_to TEXT, person_ref TEXT NOT NULL, role INTEGER NOT NULL, \
     employer TEXT NOT NULL, share_ppm BIGINT NOT NULL, hours_week_milli BIGINT NOT NULL, \
     hours_standard_milli BIGINT NOT NULL, import_id TEXT NOT NULL, \
     PRIMARY KEY (org, post_ref, works_at, valid_from))",
    "CREATE TABLE forecast_runs (run_id TEXT PRIMARY KEY, org TEXT NOT NULL, scenario TEXT NOT NULL, \
     area TEXT NOT NULL, base_year INTEGER NOT NULL, to_year INTEGER NOT NULL, draws BIGINT NOT NULL, \
     seed TEXT NOT NULL, missing INTEGER NOT NULL, roles TEXT NOT NULL, groupings_as_of TEXT NOT NULL, \
     threads BIGINT NOT NULL, state INTEGER NOT NULL, progress_ppm BIGINT NOT NULL, engine TEXT NOT NULL, \
     inputs_sha256 TEXT NOT NULL, elapsed_micros BIGINT NOT NULL, actor TEXT NOT NULL, \
     started_at BIGINT NOT NULL, touched_at BIGINT NOT NULL, cancel_asked BOOLEAN NOT NULL, \
     failure TEXT NOT NULL, caveats TEXT NOT NULL, sources TEXT NOT NULL, version BIGINT NOT NULL)",
    "CREATE INDEX forecast_runs_newest ON forecast_runs (org, run_id)",
    "CREATE INDEX forecast_runs_state ON forecast_runs (state)",
    "CREATE TABLE forecast_rows (run_id TEXT NOT NULL, position BIGINT NOT NULL, org TEXT NOT NULL, \
     level INTEGER NOT NULL, node TEXT NOT NULL, name TEXT NOT NULL, role INTEGER NOT NULL, \
     year INTEGER NOT NULL, supply_p10 BIGINT NOT NULL, supply_p50 BIGINT NOT NULL, supply_p90 BIGINT NOT NULL, \
     demand_p10 BIGINT NOT NULL, demand_p50 BIGINT NOT NULL, demand_p90 BIGINT NOT NULL, \
     gap_p10 BIGINT NOT NULL, gap_p50 BIGINT NOT NULL, gap_p90 BIGINT NOT NULL, \
     shortfall_p10 BIGINT NOT NULL, shortfall_p50 BIGINT NOT NULL, shortfall_p90 BIGINT NOT NULL, \
     cost_p10 BIGINT NOT NULL, cost_p50 BIGINT NOT NULL, cost_p90 BIGINT NOT NULL, \
     list_p10 BIGINT NOT NULL, list_p50 BIGINT NOT NULL, list_p90 BIGINT NOT NULL, \
     placeholder BOOLEAN NOT NULL, PRIMARY KEY (run_id, position))",
    "CREATE INDEX forecast_rows_by_node ON forecast_rows (org, run_id, node)",
];
