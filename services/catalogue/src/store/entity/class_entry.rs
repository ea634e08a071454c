//! Table `class_entries`.

use sea_orm::entity::prelude::*;

/// A class of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_entries")]
pub struct Model {
    /// Organisation whose row it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Scheme.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme: String,
    /// Code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Class above; empty = none.
    pub parent: String,
    /// Name.
    pub name: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
