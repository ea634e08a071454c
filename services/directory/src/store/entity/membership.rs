//! One practice in one grouping for a time.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    /// Organisation scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code of the practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: String,
    /// Kind of grouping.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// Code of the grouping.
    #[sea_orm(primary_key, auto_increment = false)]
    pub grouping_code: String,
    /// First day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: String,
    /// Last day.
    pub valid_to: Option<String>,
    /// A stand-in.
    pub placeholder: bool,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
