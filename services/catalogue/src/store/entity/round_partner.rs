//! Table `round_partners`.

use sea_orm::entity::prelude::*;

/// A partner of a round.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "round_partners")]
pub struct Model {
    /// Id of the round.
    #[sea_orm(primary_key, auto_increment = false)]
    pub round_id: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
