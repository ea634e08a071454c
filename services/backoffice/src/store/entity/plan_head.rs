//! Table `plan_heads`.

use sea_orm::entity::prelude::*;

/// What plan lines are from.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_heads")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Kind and name of the forecast or award.
    #[sea_orm(primary_key, auto_increment = false)]
    pub head: String,
    /// Its newest version.
    pub version: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
