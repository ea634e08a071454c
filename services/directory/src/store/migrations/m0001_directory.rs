//! Evidence and map. Dates are text `YYYY-MM-DD`, which sorts by day; patients are in 1/1000, shares in ppm.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

/// The first migration of the directory.
pub(super) struct Directory;

impl MigrationName for Directory {
    fn name(&self) -> &'static str {
        "m0001_directory"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Directory {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in EVIDENCE.iter().chain(MAP) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const EVIDENCE: &[&str] = &[
    "CREATE TABLE evidence_statements (org TEXT NOT NULL, source TEXT NOT NULL, edition TEXT NOT NULL, \
     code TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, postcode TEXT NOT NULL, opened TEXT, closed TEXT, \
     stated_open BOOLEAN NOT NULL, commissioner TEXT, network TEXT, network_name TEXT, registered_milli BIGINT, \
     weighted_milli BIGINT, quarter BIGINT, line BIGINT NOT NULL, import_id TEXT NOT NULL, \
     PRIMARY KEY (org, source, edition, code))",
    "CREATE TABLE evidence_memberships (org TEXT NOT NULL, kind TEXT NOT NULL, grouping_code TEXT NOT NULL, \
     practice TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, name TEXT NOT NULL, \
     placeholder BOOLEAN NOT NULL, line BIGINT NOT NULL, import_id TEXT NOT NULL, \
     PRIMARY KEY (org, kind, grouping_code, practice, valid_from))",
    "CREATE TABLE evidence_successions (org TEXT NOT NULL, predecessor TEXT NOT NULL, successor TEXT NOT NULL, \
     share_ppm BIGINT NOT NULL, on_day TEXT NOT NULL, import_id TEXT NOT NULL, \
     PRIMARY KEY (org, predecessor, successor))",
];

const MAP: &[&str] = &[
    // one row an organisation, which an import holds locked while it redraws the map
    "CREATE TABLE map_state (org TEXT NOT NULL PRIMARY KEY, imports BIGINT NOT NULL, \
     rules BIGINT NOT NULL)",
    "CREATE TABLE organisations (org TEXT NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, \
     search TEXT NOT NULL, borough TEXT, borough_basis TEXT, opened TEXT, closed TEXT, closing_basis TEXT, \
     version BIGINT NOT NULL, import_id TEXT NOT NULL, PRIMARY KEY (org, code))",
    "CREATE INDEX organisations_by_kind ON organisations (org, kind, code)",
    "CREATE TABLE identities (org TEXT NOT NULL, code TEXT NOT NULL, since TEXT NOT NULL, name TEXT NOT NULL, \
     postcode TEXT NOT NULL, PRIMARY KEY (org, code, since))",
    "CREATE TABLE lists (org TEXT NOT NULL, code TEXT NOT NULL, year INTEGER NOT NULL, \
     registered_milli BIGINT NOT NULL, weighted_milli BIGINT NOT NULL, counted_twice_milli BIGINT NOT NULL, \
     PRIMARY KEY (org, code, year))",
    "CREATE TABLE groupings (org TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, \
     placeholder BOOLEAN NOT NULL, version BIGINT NOT NULL, import_id TEXT NOT NULL, \
     PRIMARY KEY (org, kind, code))",
    "CREATE TABLE memberships (org TEXT NOT NULL, practice TEXT NOT NULL, kind TEXT NOT NULL, \
     grouping_code TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, placeholder BOOLEAN NOT NULL, \
     PRIMARY KEY (org, practice, kind, grouping_code, valid_from))",
    "CREATE INDEX memberships_by_grouping ON memberships (org, kind, grouping_code)",
];
