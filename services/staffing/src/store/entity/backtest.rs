//! Table `backtests`.

use sea_orm::entity::prelude::*;

/// The last standing backtest of an area.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "backtests")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Area by code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub area: String,
    /// Engine name and version.
    pub engine: String,
    /// Monte Carlo draws.
    pub draws: i64,
    /// Seed, as text: the database has no unsigned numbers.
    pub seed: String,
    /// Baselines that it was made of, as `year day version` with commas between.
    pub baselines: String,
    /// The result as the contract has it, in hex.
    pub result: String,
    /// Who asked for it.
    pub actor: String,
    /// Counts those of the area from 1.
    pub version: i64,
    /// When, in microseconds.
    pub recorded_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
