//! The directory's tables, after the kit's own.

use muster_kit::migrations::kit;
use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod m0001_directory;

/// Applies the kit's migrations, then the directory's.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = kit();
        all.push(Box::new(m0001_directory::Directory));
        all
    }
}
