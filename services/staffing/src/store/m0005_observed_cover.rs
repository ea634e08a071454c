//! Temporary cover that organisations used, as bank and agency post it.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

/// The fifth migration of staffing.
pub(super) struct ObservedCover;

impl MigrationName for ObservedCover {
    fn name(&self) -> &'static str {
        "m0005_observed_cover"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ObservedCover {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in TABLES {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const TABLES: [&str; 2] = [
    "CREATE TABLE observed_months (org TEXT NOT NULL, organisation TEXT NOT NULL, month TEXT NOT NULL, \
     version BIGINT NOT NULL, event_id TEXT NOT NULL, PRIMARY KEY (org, organisation, month))",
    "CREATE TABLE observed_cover (org TEXT NOT NULL, organisation TEXT NOT NULL, month TEXT NOT NULL, \
     staff_group TEXT NOT NULL, bank_minutes BIGINT NOT NULL, agency_minutes BIGINT NOT NULL, \
     unfilled_minutes BIGINT NOT NULL, bank_pence BIGINT NOT NULL, agency_pence BIGINT NOT NULL, \
     PRIMARY KEY (org, organisation, month, staff_group))",
];
