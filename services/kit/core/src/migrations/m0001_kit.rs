//! Outbox, inbox, audit, audit_seal, imports.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use super::{blob, serial};

/// The first migration.
pub(super) struct Kit;

impl MigrationName for Kit {
    fn name(&self) -> &'static str {
        "m0001_kit"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Kit {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        let backend = manager.get_database_backend();
        for statement in tables(backend) {
            conn.execute_unprepared(&statement).await?;
        }
        for statement in append_only(backend) {
            conn.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

fn tables(backend: DbBackend) -> Vec<String> {
    let (blob, serial) = (blob(backend), serial(backend));
    vec![
        format!(
            "CREATE TABLE outbox (seq {serial}, id TEXT NOT NULL UNIQUE, org TEXT NOT NULL, subject TEXT NOT NULL, \
             kind TEXT NOT NULL, classification TEXT NOT NULL, aggregate_id TEXT NOT NULL, \
             aggregate_version BIGINT NOT NULL, occurred_at BIGINT NOT NULL, causation_id TEXT, actor TEXT NOT NULL, \
             traceparent TEXT NOT NULL, payload {blob} NOT NULL, published_at BIGINT, attempts INTEGER NOT NULL, \
             last_error TEXT)"
        ),
        "CREATE INDEX outbox_pending ON outbox (seq) WHERE published_at IS NULL".into(),
        "CREATE TABLE inbox (consumer TEXT NOT NULL, event_id TEXT NOT NULL, org TEXT NOT NULL, \
         aggregate_id TEXT NOT NULL, aggregate_version BIGINT NOT NULL, handled_at BIGINT NOT NULL, \
         PRIMARY KEY (consumer, event_id))"
            .into(),
        format!(
            "CREATE TABLE audit (seq {serial}, at BIGINT NOT NULL, org TEXT NOT NULL, actor TEXT NOT NULL, \
             action TEXT NOT NULL, resource TEXT NOT NULL, resource_id TEXT NOT NULL, outcome TEXT NOT NULL, \
             determined_by TEXT NOT NULL, detail TEXT NOT NULL, events TEXT NOT NULL, trace_id TEXT NOT NULL)"
        ),
        "CREATE TABLE audit_seal (org TEXT NOT NULL, position BIGINT NOT NULL, audit_seq BIGINT NOT NULL UNIQUE, \
         hash TEXT NOT NULL, PRIMARY KEY (org, position))"
            .into(),
        "CREATE TABLE imports (import_id TEXT PRIMARY KEY, org TEXT NOT NULL, kind TEXT NOT NULL, \
         file_name TEXT NOT NULL, sha256 TEXT NOT NULL, actor TEXT NOT NULL, imported_at BIGINT NOT NULL, \
         rows_read BIGINT NOT NULL, rows_kept BIGINT NOT NULL, rows_refused BIGINT NOT NULL, \
         findings_total BIGINT NOT NULL, report TEXT NOT NULL)"
            .into(),
        "CREATE UNIQUE INDEX imports_once ON imports (org, kind, sha256)".into(),
        "CREATE INDEX imports_newest ON imports (org, imported_at)".into(),
    ]
}

fn append_only(backend: DbBackend) -> &'static [&'static str] {
    if backend == DbBackend::Postgres {
        &[
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$",
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit \
             FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
        ]
    } else {
        &[
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit \
             BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
            "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit \
             BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
        ]
    }
}
