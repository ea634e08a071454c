//! Table `decisions`.

use sea_orm::entity::prelude::*;

/// What a person decided of two items.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decisions")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub decision_id: String,
    /// Number of one item, the lower.
    pub left_item: i64,
    /// Number of the other.
    pub right_item: i64,
    /// 0 different, 1 same item, 2 other pack, 3 substitutable.
    pub relation: i32,
    /// Why.
    pub reason: String,
    /// What for, of a substitution.
    pub clinical_use: String,
    /// Last day of a substitution; empty = none.
    pub until: String,
    /// Score, ppm; 0 = nobody proposed it.
    pub score_ppm: i64,
    /// Organisation whose row it is.
    pub org: String,
    /// Actor id.
    pub decided_by: String,
    /// Instant, microseconds UTC.
    pub decided_at: i64,
    /// Actor id of who took it back.
    pub revoked_by: String,
    /// When it was taken back; none = it stands.
    pub revoked_at: Option<i64>,
    /// Why it was taken back.
    pub revoke_reason: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
