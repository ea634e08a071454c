//! Table `editions`.

use sea_orm::entity::prelude::*;

/// An edition. It is never changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "editions")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Counts from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Who froze it: an actor id.
    pub frozen_by: String,
    /// As what they signed it.
    pub signed_as: String,
    /// When, microseconds UTC.
    pub frozen_at: i64,
    /// What is said of it.
    pub note: String,
    /// Month at whose end schemes stand.
    pub as_of: String,
    /// Figures as JSON, in order of their keys.
    pub figures: String,
    /// How many.
    pub figures_total: i64,
    /// Its hash.
    pub sha256: String,
    /// Hash of the edition before.
    pub previous_sha256: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
