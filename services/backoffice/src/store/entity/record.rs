//! Table `records`.

use sea_orm::entity::prelude::*;

/// A row of a file. It is never changed: a later one of the same key ends it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "records")]
pub struct Model {
    /// Order of coming in.
    #[sea_orm(primary_key)]
    pub row_id: i64,
    /// Organisation.
    pub org: String,
    /// Kind of file.
    pub kind: String,
    /// What tells it from others of its kind.
    pub row_key: String,
    /// What it says, as JSON, or as the document that came.
    pub body: String,
    /// Import.
    pub import_id: String,
    /// Line in the file; 0 = the whole.
    pub line: i64,
    /// Since when it is known, microseconds UTC.
    pub recorded_at: i64,
    /// Since when it no longer counts, microseconds UTC.
    pub ended_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
