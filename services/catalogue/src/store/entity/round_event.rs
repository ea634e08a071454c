//! Table `round_events`.

use sea_orm::entity::prelude::*;

/// Something that happened in a round.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "round_events")]
pub struct Model {
    /// Id of the round.
    #[sea_orm(primary_key, auto_increment = false)]
    pub round_id: String,
    /// Place in the history, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Instant, microseconds UTC.
    pub at: i64,
    /// Word of the command.
    pub what: String,
    /// The message of the contract, in hex.
    pub body: String,
    /// Organisation whose row it is.
    pub org: String,
    /// Actor id.
    pub actor: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
