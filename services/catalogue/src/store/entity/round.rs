//! Table `rounds`.

use sea_orm::entity::prelude::*;

/// A collective round.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rounds")]
pub struct Model {
    /// Id of the round.
    #[sea_orm(primary_key, auto_increment = false)]
    pub round_id: String,
    /// Organisation whose row it is.
    pub org: String,
    /// Title.
    pub title: String,
    /// The message of the contract, in hex.
    pub body: String,
    /// Phase of the contract.
    pub phase: i32,
    /// Events so far.
    pub version: i64,
    /// Instant, microseconds UTC.
    pub opened_at: i64,
    /// The award of the contract, in hex; empty = none.
    pub award: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
