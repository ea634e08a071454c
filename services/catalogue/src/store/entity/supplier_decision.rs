//! Table `supplier_decisions`.

use sea_orm::entity::prelude::*;

/// What a person decided of two suppliers.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supplier_decisions")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub decision_id: i64,
    /// Organisation whose row it is.
    pub org: String,
    /// One name.
    pub one: String,
    /// The other.
    pub other: String,
    /// 1 = they are one.
    pub same: i32,
    /// Why.
    pub reason: String,
    /// Actor id.
    pub decided_by: String,
    /// Instant, microseconds UTC.
    pub decided_at: i64,
    /// Actor id of who took it back.
    pub revoked_by: String,
    /// When it was taken back; none = it stands.
    pub revoked_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
