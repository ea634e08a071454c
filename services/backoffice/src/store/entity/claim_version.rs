//! Table `claim_versions`.

use sea_orm::entity::prelude::*;

/// A version of a claim.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_versions")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// The claim.
    #[sea_orm(primary_key, auto_increment = false)]
    pub claim_id: String,
    /// Counts its changes from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// When, microseconds UTC.
    pub at: i64,
    /// Who: an actor id.
    pub actor: String,
    /// Number of its state.
    pub state: i32,
    /// The claim as JSON.
    pub body: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
