//! Table `realised`.

use sea_orm::entity::prelude::*;

/// What was paid for a lot of an award in a month.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "realised")]
pub struct Model {
    /// Organisation whose row it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Id of the round.
    #[sea_orm(primary_key, auto_increment = false)]
    pub round_id: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
    /// Month, `YYYY-MM`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// Id of the lot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lot_id: String,
    /// Units of the lot, 1/1000.
    pub quantity: i64,
    /// At the baseline, pence; none = not known.
    pub baseline_pence: Option<i64>,
    /// At the award, pence.
    pub award_pence: i64,
    /// Paid, pence.
    pub paid_pence: i64,
    /// Of that, to other suppliers, pence.
    pub off_award_pence: i64,
    /// Units bought of other suppliers, 1/1000.
    pub off_award_quantity: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
