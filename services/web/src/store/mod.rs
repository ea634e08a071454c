//! The pages' own rows: projections of what the bus tells. They can be thrown away and made anew from the log.

pub(crate) mod activity;
#[expect(unreachable_pub, reason = "the entity macro asks for a public model")]
pub(crate) mod baselines;
pub(crate) mod latest_gap;
mod m0002_projections;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// The migrations of the pages' database.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = muster_kit::migrations::kit();
        all.push(Box::new(m0002_projections::PROJECTIONS));
        all
    }
}
