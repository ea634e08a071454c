//! One organisation taking over from another.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence_successions")]
pub struct Model {
    /// Organisation scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code of the organisation that ended.
    #[sea_orm(primary_key, auto_increment = false)]
    pub predecessor: String,
    /// ODS code of the organisation that took over.
    #[sea_orm(primary_key, auto_increment = false)]
    pub successor: String,
    /// Share in parts per million.
    pub share_ppm: i64,
    /// First day of the new state.
    pub on_day: String,
    /// The import that brought it.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
