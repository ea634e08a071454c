//! Tables of the back office, after the kit's own. Money is in pence, instants in microseconds; months are text `YYYY-MM`, which
//! sorts by month.

use muster_kit::migrations::{Script, kit};
use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Applies the kit's migrations, then those of the back office.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = kit();
        all.push(Box::new(Script::new("m0001_backoffice", TABLES)));
        all.push(Box::new(Editions));
        all
    }
}

const TABLES: &[&str] = &[
    // what an aggregate's version is: counted under the lock of its row, before anything is said of it
    muster_kit::versions::TABLE,
    // rows of files: never changed, a later one of the same key ends an earlier one
    "CREATE TABLE records (row_id SERIAL, org TEXT NOT NULL, kind TEXT NOT NULL, row_key TEXT NOT NULL, \
     body TEXT NOT NULL, import_id TEXT NOT NULL, line BIGINT NOT NULL, recorded_at BIGINT NOT NULL, ended_at BIGINT)",
    "CREATE UNIQUE INDEX records_that_count ON records (org, kind, row_key) WHERE ended_at IS NULL",
    "CREATE TABLE claims (claim_no SERIAL, org TEXT NOT NULL, claim_id TEXT NOT NULL, scheme TEXT NOT NULL, \
     organisation TEXT NOT NULL, month TEXT NOT NULL, pence BIGINT NOT NULL, state INTEGER NOT NULL, \
     source TEXT NOT NULL, claimed_by TEXT NOT NULL, claimed_at BIGINT NOT NULL, line_month TEXT, account TEXT, \
     cost_centre TEXT, attested BIGINT, decided_by TEXT, decided_at BIGINT, reason TEXT NOT NULL, \
     evidence TEXT NOT NULL, caveats TEXT NOT NULL, evidence_pence BIGINT, version BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX claims_by_name ON claims (org, claim_id)",
    // a line of the ledger supports one claim, whoever attests at the same time
    "CREATE UNIQUE INDEX claims_line_once ON claims (org, organisation, line_month, account, cost_centre) \
     WHERE state = 3",
    // every version of every claim, as it was told
    "CREATE TABLE claim_versions (org TEXT NOT NULL, claim_id TEXT NOT NULL, version BIGINT NOT NULL, \
     at BIGINT NOT NULL, actor TEXT NOT NULL, state INTEGER NOT NULL, body TEXT NOT NULL, \
     PRIMARY KEY (org, claim_id, version))",
    // months of temporary staffing that were heard of, the newest version of each
    "CREATE TABLE spend_months (org TEXT NOT NULL, organisation TEXT NOT NULL, month TEXT NOT NULL, \
     version BIGINT NOT NULL, evidence TEXT NOT NULL, hours TEXT NOT NULL, PRIMARY KEY (org, organisation, month))",
    // the newest version of each forecast or award that plan lines are from
    "CREATE TABLE plan_heads (org TEXT NOT NULL, head TEXT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (org, head))",
    "CREATE TABLE plan_lines (org TEXT NOT NULL, line_id TEXT NOT NULL, head TEXT NOT NULL, nature TEXT NOT NULL, \
     body TEXT NOT NULL, PRIMARY KEY (org, line_id))",
    "CREATE INDEX plan_lines_by_head ON plan_lines (org, head)",
];

/// Editions, which nobody can change.
struct Editions;

impl MigrationName for Editions {
    fn name(&self) -> &'static str {
        "m0002_editions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Editions {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        conn.execute_unprepared(EDITIONS).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        for statement in if postgres { FROZEN_POSTGRES } else { FROZEN_SQLITE } {
            conn.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const EDITIONS: &str = "CREATE TABLE editions (org TEXT NOT NULL, number BIGINT NOT NULL, frozen_by TEXT NOT NULL, \
     signed_as TEXT NOT NULL, frozen_at BIGINT NOT NULL, note TEXT NOT NULL, as_of TEXT NOT NULL, figures TEXT NOT NULL, \
     figures_total BIGINT NOT NULL, sha256 TEXT NOT NULL, previous_sha256 TEXT NOT NULL, PRIMARY KEY (org, number))";

const FROZEN_POSTGRES: &[&str] = &[
    "CREATE FUNCTION an_edition_is_frozen() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'an edition is frozen'; END $$",
    "CREATE TRIGGER editions_are_frozen BEFORE UPDATE OR DELETE ON editions \
     FOR EACH ROW EXECUTE FUNCTION an_edition_is_frozen()",
];

const FROZEN_SQLITE: &[&str] = &[
    "CREATE TRIGGER editions_no_update BEFORE UPDATE ON editions \
     BEGIN SELECT RAISE(ABORT, 'an edition is frozen'); END",
    "CREATE TRIGGER editions_no_delete BEFORE DELETE ON editions \
     BEGIN SELECT RAISE(ABORT, 'an edition is frozen'); END",
];
