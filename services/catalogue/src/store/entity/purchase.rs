//! Table `purchases`.

use sea_orm::entity::prelude::*;

/// A line of purchase.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purchases")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub purchase_id: i64,
    /// Organisation whose row it is.
    pub org: String,
    /// ODS code.
    pub organisation: String,
    /// What the organisation calls the line.
    pub line_ref: String,
    /// Day.
    pub day: String,
    /// Month, `YYYY-MM`.
    pub month: String,
    /// Supplier.
    pub supplier: String,
    /// What the organisation calls the item.
    pub item_ref: String,
    /// What it is.
    pub description: String,
    /// Quantity, 1/1000.
    pub quantity: i64,
    /// Unit.
    pub unit: String,
    /// Consumable units in one unit; 0 = not said.
    pub pack_size: i64,
    /// Price of one unit, 1/100 pence.
    pub unit_price: i64,
    /// Net amount, pence.
    pub net: i64,
    /// Purchase order; empty = none.
    pub po_number: String,
    /// 1 = bought from a catalogue.
    pub on_catalogue: Option<i32>,
    /// 1 = under contract.
    pub under_contract: Option<i32>,
    /// Way that it was bought; empty = not said.
    pub channel: String,
    /// The import that brought it.
    pub import_id: String,
    /// Line in its file; 0 = not known.
    pub line: i64,
    /// Instant, microseconds UTC.
    pub recorded_at: i64,
    /// When a later row ended it; none = it holds.
    pub ended_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
