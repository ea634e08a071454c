//! Table `offers`.

use sea_orm::entity::prelude::*;

/// An offer, or one taken back.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "offers")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub offer_id: i64,
    /// Organisation whose row it is.
    pub org: String,
    /// What the organisation calls the item.
    pub item_ref: String,
    /// ODS code.
    pub organisation: String,
    /// Supplier.
    pub supplier: String,
    /// Price of `per_quantity` units, 1/100 pence.
    pub price: i64,
    /// Units that the price is for, 1/1000.
    pub per_quantity: i64,
    /// Unit.
    pub unit: String,
    /// Least to order, 1/1000.
    pub min_quantity: i64,
    /// Most to order, 1/1000.
    pub max_quantity: Option<i64>,
    /// First day; empty = always.
    pub valid_from: String,
    /// Last day; empty = until further notice.
    pub valid_to: String,
    /// Country; empty = everywhere.
    pub country: String,
    /// Part of the country.
    pub subentity: String,
    /// City.
    pub city: String,
    /// Beginning of the postcode.
    pub postal_zone: String,
    /// Days until delivery.
    pub lead_days: Option<i64>,
    /// Contract; empty = none.
    pub contract: String,
    /// 1 = taken back.
    pub withdrawn: i32,
    /// Line in the file.
    pub line: i64,
    /// The import that brought it.
    pub import_id: String,
    /// Instant, microseconds UTC.
    pub recorded_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
