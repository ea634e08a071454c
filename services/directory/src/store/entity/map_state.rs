//! How often the map was redrawn; its row is the lock under which that happens.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "map_state")]
pub struct Model {
    /// Organisation scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Imports that drew the map.
    pub imports: i64,
    /// The rules by which it was drawn last, see `Map::RULES`.
    pub rules: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
