//! The kit's own tables, which every service has: outbox, inbox, audit, audit_seal, imports.

use sea_orm_migration::{MigrationTrait, sea_orm::DbBackend};

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
