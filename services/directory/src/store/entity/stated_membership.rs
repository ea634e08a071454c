//! A membership that a file states.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence_memberships")]
pub struct Model {
    /// Organisation scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Kind of grouping.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// Code of the grouping.
    #[sea_orm(primary_key, auto_increment = false)]
    pub grouping_code: String,
    /// ODS code of the practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: String,
    /// First day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: String,
    /// Last day.
    pub valid_to: Option<String>,
    /// Name of the grouping.
    pub name: String,
    /// A stand-in.
    pub placeholder: bool,
    /// Line in the file.
    pub line: i64,
    /// The import that brought it.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
