//! Table `proposals`.

use sea_orm::entity::prelude::*;

/// A pair that may be the same item.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposals")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub proposal_id: i64,
    /// Number of one item, the lower.
    pub left_item: i64,
    /// Number of the other.
    pub right_item: i64,
    /// Score, ppm; 0 = nobody proposed it.
    pub score_ppm: i64,
    /// 0 different, 1 same item, 2 other pack, 3 substitutable.
    pub relation: i32,
    /// What speaks for and against it, a line each.
    pub evidence: String,
    /// SHA-256 of the model.
    pub scored_by: String,
    /// Organisation whose row it is.
    pub org: String,
    /// Instant, microseconds UTC.
    pub proposed_at: i64,
    /// 1 = somebody decided.
    pub decided: i32,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
