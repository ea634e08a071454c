//! Table `round_baselines`.

use sea_orm::entity::prelude::*;

/// What a partner paid for a lot before the award, and the award.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "round_baselines")]
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
    /// Id of the lot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lot_id: String,
    /// What one unit cost before, 1/100 pence; none = not known.
    pub baseline: Option<i64>,
    /// What one unit costs by the award, 1/100 pence.
    pub award: i64,
    /// Awarded supplier.
    pub supplier: String,
    /// Units pledged.
    pub pledged: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
