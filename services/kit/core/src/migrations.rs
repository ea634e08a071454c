//! The kit's own tables, which every service has: outbox, inbox, audit, audit_seal, imports.

use sea_orm_migration::{
    DbErr, MigrationName, MigrationTrait, SchemaManager,
    sea_orm::{ConnectionTrait as _, DbBackend},
};

mod m0001_kit;

/// The kit's migrations; put them first in a service's migrator.
pub fn kit() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m0001_kit::Kit)]
}

/// The SQL type of a blob.
pub fn blob(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Postgres { "BYTEA" } else { "BLOB" }
}

/// The SQL of a primary key that counts up.
pub fn serial(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Postgres { "BIGSERIAL PRIMARY KEY" } else { "INTEGER PRIMARY KEY AUTOINCREMENT" }
}

/// A migration that is a list of statements for either database, applied in one transaction. `SERIAL` stands for a primary key that counts
/// up.
pub struct Script {
    name: &'static str,
    statements: &'static [&'static str],
}

impl Script {
    /// The statements, in order, under a name that stays for ever.
    pub const fn new(name: &'static str, statements: &'static [&'static str]) -> Self {
        Self { name, statements }
    }
}

impl MigrationName for Script {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Script {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let serial = serial(manager.get_database_backend());
        for statement in self.statements {
            manager.get_connection().execute_unprepared(&statement.replace("SERIAL", serial)).await?;
        }
        Ok(())
    }
}
