//! Table `item_versions`.

use sea_orm::entity::prelude::*;

/// An item as it was described for a time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "item_versions")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub version_id: i64,
    /// Organisation whose row it is.
    pub org: String,
    /// Number of the item.
    pub item_number: i64,
    /// What it is.
    pub description: String,
    /// Supplier.
    pub supplier: String,
    /// The supplier's code; empty = unknown.
    pub supplier_code: String,
    /// Who makes it; empty = unknown.
    pub manufacturer: String,
    /// The manufacturer's code; empty = unknown.
    pub manufacturer_code: String,
    /// Global trade item number in 14 digits; empty = unknown.
    pub gtin: String,
    /// Scheme of the class; empty = not classed.
    pub class_scheme: String,
    /// Class.
    pub class_code: String,
    /// Unit that it is ordered in.
    pub orderable_unit: String,
    /// Consumable units in one orderable unit; 0 = not said.
    pub pack_size: i64,
    /// Net content, 1/1000; 0 = unknown.
    pub content_milli: i64,
    /// Unit of the content.
    pub content_unit: String,
    /// What contradicts itself in the pack; empty = nothing.
    pub question: String,
    /// The import that brought it.
    pub import_id: String,
    /// Instant, microseconds UTC.
    pub recorded_at: i64,
    /// When a later row ended it; none = it holds.
    pub ended_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
