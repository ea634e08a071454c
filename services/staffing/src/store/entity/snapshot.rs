//! Table `snapshots`.

use sea_orm::entity::prelude::*;

/// A monthly snapshot of one organisation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "snapshots")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub snapshot_id: i64,
    /// Organisation whose node this is.
    pub org: String,
    /// Organisation that the snapshot speaks for.
    pub organisation: String,
    /// Month end.
    pub month_end: String,
    /// Instant, microseconds UTC.
    pub received_at: i64,
    /// Came after the third working day.
    pub late: bool,
    /// Replaces an earlier one of the month.
    pub duplicate: bool,
    /// Codes of practices left out, comma-separated.
    pub missing: String,
    /// FTE in 1/1000.
    pub fte_milli: i64,
    /// Import.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
