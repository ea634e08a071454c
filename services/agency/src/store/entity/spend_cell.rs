//! Table `spend_cells`.

use sea_orm::entity::prelude::*;

/// A group of staff and supply of an organisation in a month.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "spend_cells")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
    /// Month, `YYYY-MM`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// Group of staff.
    #[sea_orm(primary_key, auto_increment = false)]
    pub staff_group: String,
    /// Number of the supply.
    #[sea_orm(primary_key, auto_increment = false)]
    pub supply: i32,
    /// Shifts.
    pub shifts: i64,
    /// Shifts worked at an unknown price.
    pub without_price: i64,
    /// Minutes.
    pub minutes: i64,
    /// Price, pence.
    pub pence: i64,
    /// Above the cap, pence.
    pub over_cap: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
