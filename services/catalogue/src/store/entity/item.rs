//! Table `items`.

use sea_orm::entity::prelude::*;

/// An item: who calls what so, and its group of same items.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "items")]
pub struct Model {
    /// Number of the item.
    #[sea_orm(primary_key)]
    pub item_number: i64,
    /// Organisation whose row it is.
    pub org: String,
    /// ODS code.
    pub organisation: String,
    /// What the organisation calls the item.
    pub item_ref: String,
    /// Number of the first item of its group of same items; none = it stands alone.
    pub cluster: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
