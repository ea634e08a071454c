//! Tables of the agency context, after the kit's own. Money is in pence, time worked in minutes, clock times in minutes
//! since 1970 UTC, instants in microseconds; days are text `YYYY-MM-DD`, which sorts by day.

use muster_kit::migrations::{Script, kit, serial};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::m0003_cover::COVER;

/// Applies the kit's migrations, then those of the agency context.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = kit();
        all.push(Box::new(Agency));
        all.push(Box::new(ShiftRuns));
        all.push(Box::new(COVER));
        all.push(Box::new(Script::new("m0004_shift_line", LINE)));
        all
    }
}

/// Line of the file that a shift came with; 0 = it came in before lines were kept.
const LINE: &[&str] = &["ALTER TABLE shift_lines ADD COLUMN line BIGINT NOT NULL DEFAULT 0"];

/// The first migration of the agency context.
struct Agency;

impl MigrationName for Agency {
    fn name(&self) -> &'static str {
        "m0001_agency"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Agency {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let serial = serial(manager.get_database_backend());
        for table in COUNTED {
            let statement = table.replace("SERIAL", serial);
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        for statement in TABLES {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Tables whose key counts up.
const COUNTED: &[&str] = &[
    // rows are never changed: a later one of the same key ends an earlier one
    "CREATE TABLE rule_rows (row_id SERIAL, org TEXT NOT NULL, kind TEXT NOT NULL, row_key TEXT NOT NULL, \
     cells TEXT NOT NULL, import_id TEXT NOT NULL, recorded_at BIGINT NOT NULL, ended_at BIGINT)",
    // a file of shifts on its way in; its lines count once `recorded_at` is there
    "CREATE TABLE shift_loads (load_id SERIAL, org TEXT NOT NULL, sha256 TEXT NOT NULL, rules_sha256 TEXT NOT NULL, \
     lines BIGINT NOT NULL, import_id TEXT, recorded_at BIGINT)",
    "CREATE TABLE shift_lines (line_id SERIAL, org TEXT NOT NULL, load_id BIGINT NOT NULL, ended_by BIGINT, \
     organisation TEXT NOT NULL, shift_ref TEXT NOT NULL, fingerprint BIGINT NOT NULL, site TEXT NOT NULL, \
     staff_group TEXT NOT NULL, grade TEXT NOT NULL, day TEXT NOT NULL, \
     starts BIGINT NOT NULL, ends BIGINT NOT NULL, break_minutes BIGINT NOT NULL, supply INTEGER NOT NULL, \
     framework INTEGER, pay BIGINT, charge BIGINT, ward TEXT NOT NULL, specialty TEXT NOT NULL, reason TEXT NOT NULL, \
     worker_ref TEXT NOT NULL, home_organisation TEXT NOT NULL, agency TEXT NOT NULL, tier TEXT NOT NULL, vat BIGINT, \
     requested_at BIGINT, booked_at BIGINT, cost_centre TEXT NOT NULL, core BIGINT NOT NULL, \
     saturday_night BIGINT NOT NULL, sunday_holiday BIGINT NOT NULL, cap BIGINT, over_cap BIGINT, cost BIGINT, \
     verdicts BIGINT NOT NULL)",
    "CREATE TABLE spend_lines (line_id SERIAL, org TEXT NOT NULL, import_id TEXT NOT NULL, line BIGINT NOT NULL, \
     entity TEXT NOT NULL, day TEXT NOT NULL, month TEXT NOT NULL, expense_type TEXT NOT NULL, supplier TEXT NOT NULL, \
     pence BIGINT NOT NULL, supply TEXT NOT NULL, staff_group TEXT NOT NULL)",
];

const TABLES: &[&str] = &[
    "CREATE INDEX rule_rows_by_kind ON rule_rows (org, kind, row_key)",
    "CREATE INDEX shift_loads_by_file ON shift_loads (org, sha256)",
    "CREATE INDEX shift_lines_by_ref ON shift_lines (org, organisation, shift_ref)",
    "CREATE INDEX shift_lines_by_day ON shift_lines (org, organisation, day)",
    "CREATE INDEX shift_lines_by_load ON shift_lines (org, load_id)",
    "CREATE INDEX shift_lines_by_end ON shift_lines (org, ended_by) WHERE ended_by IS NOT NULL",
    "CREATE INDEX spend_lines_by_month ON spend_lines (org, month)",
    // what an aggregate's version is: counted under the lock of its row, before anything is said of it
    muster_kit::versions::TABLE,
    "CREATE TABLE spend_cells (org TEXT NOT NULL, organisation TEXT NOT NULL, month TEXT NOT NULL, \
     staff_group TEXT NOT NULL, supply INTEGER NOT NULL, shifts BIGINT NOT NULL, without_price BIGINT NOT NULL, \
     minutes BIGINT NOT NULL, pence BIGINT NOT NULL, over_cap BIGINT NOT NULL, \
     PRIMARY KEY (org, organisation, month, staff_group, supply))",
    "CREATE TABLE overrides (override_id TEXT PRIMARY KEY, org TEXT NOT NULL, organisation TEXT NOT NULL, \
     shift_ref TEXT NOT NULL, day TEXT NOT NULL, starts BIGINT NOT NULL, ends BIGINT NOT NULL, \
     break_minutes BIGINT NOT NULL, site TEXT NOT NULL, staff_group TEXT NOT NULL, grade TEXT NOT NULL, \
     supply INTEGER NOT NULL, framework INTEGER, agency TEXT NOT NULL, reason TEXT NOT NULL, price BIGINT NOT NULL, \
     expires BIGINT NOT NULL, verdicts BIGINT NOT NULL, demanded TEXT NOT NULL, requested_by TEXT NOT NULL, \
     requested_at BIGINT NOT NULL, approved INTEGER, decided_by TEXT, decided_at BIGINT, version BIGINT NOT NULL)",
    "CREATE INDEX overrides_by_day ON overrides (org, organisation, day)",
    "CREATE TABLE weekly_returns (org TEXT NOT NULL, organisation TEXT NOT NULL, week TEXT NOT NULL, \
     number BIGINT NOT NULL, state INTEGER NOT NULL, template TEXT NOT NULL, known_at BIGINT NOT NULL, \
     rules_sha256 TEXT NOT NULL, engine TEXT NOT NULL, figures TEXT NOT NULL, attested_by TEXT, attested_at BIGINT, \
     submitted_by TEXT, closed_at BIGINT, PRIMARY KEY (org, organisation, week, number))",
];

/// Runs of lines take the place of indexes over lines, and the number of a line says its load.
struct ShiftRuns;

impl MigrationName for ShiftRuns {
    fn name(&self) -> &'static str {
        "m0002_shift_runs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ShiftRuns {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        // references are compared by their bytes, which is what SQLite does by itself
        let bytes = if backend == DbBackend::Postgres { "COLLATE \"C\"" } else { "" };
        for statement in RUNS {
            let statement = statement.replace("SERIAL", serial(backend)).replace("BYTES", bytes);
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

const RUNS: &[&str] = &[
    // files that were cut off are begun again: their lines have no place in the file to go on from
    "DELETE FROM shift_lines WHERE load_id IN (SELECT load_id FROM shift_loads WHERE recorded_at IS NULL)",
    "DELETE FROM shift_loads WHERE recorded_at IS NULL",
    "ALTER TABLE shift_loads ADD COLUMN attempt BIGINT NOT NULL DEFAULT 0",
    "UPDATE shift_lines SET line_id = load_id * 4294967296 + line_id",
    "CREATE TABLE shift_runs (run_id SERIAL, org TEXT NOT NULL, load_id BIGINT NOT NULL, organisation TEXT NOT NULL, \
     first_line BIGINT NOT NULL, last_line BIGINT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL, \
     first_ref TEXT NOT NULL, last_ref TEXT NOT NULL)",
    "INSERT INTO shift_runs (org, load_id, organisation, first_line, last_line, first_day, last_day, first_ref, last_ref) \
     SELECT org, load_id, organisation, MIN(line_id), MAX(line_id), MIN(day), MAX(day), MIN(shift_ref BYTES), \
     MAX(shift_ref BYTES) FROM shift_lines GROUP BY org, load_id, organisation, substr(day, 1, 7)",
    "CREATE INDEX shift_runs_by_day ON shift_runs (org, organisation, last_day)",
    "CREATE INDEX shift_runs_by_load ON shift_runs (org, load_id)",
    "DROP INDEX shift_lines_by_ref",
    "DROP INDEX shift_lines_by_day",
    "DROP INDEX shift_lines_by_load",
];
