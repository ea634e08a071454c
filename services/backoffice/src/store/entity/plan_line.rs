//! Table `plan_lines`.

use sea_orm::entity::prelude::*;

/// A line of the plan.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_lines")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Its name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line_id: String,
    /// What it is from.
    pub head: String,
    /// Pressure or planned saving.
    pub nature: String,
    /// The line as JSON.
    pub body: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
