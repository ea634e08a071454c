//! Table `shift_loads`.

use sea_orm::entity::prelude::*;

/// A file of shifts on its way in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shift_loads")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub load_id: i64,
    /// Organisation.
    pub org: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// SHA-256 of the rules that its lines are judged by.
    pub rules_sha256: String,
    /// Lines stored so far.
    pub lines: i64,
    /// How often it was taken over from a process that died.
    pub attempt: i64,
    /// Import; none until it is complete.
    pub import_id: Option<String>,
    /// Since when its lines count, microseconds UTC; none until it is complete.
    pub recorded_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
