//! Table `weekly_returns`.

use sea_orm::entity::prelude::*;

/// A version of a weekly return.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "weekly_returns")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: String,
    /// Monday.
    #[sea_orm(primary_key, auto_increment = false)]
    pub week: String,
    /// Counts the versions from 1; from 2 on they are corrections.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// 1 open, 2 attested, 3 closed.
    pub state: i32,
    /// Version of the form.
    pub template: String,
    /// The instant whose rules and lines were counted, microseconds UTC.
    pub known_at: i64,
    /// SHA-256 of the rules.
    pub rules_sha256: String,
    /// Version of the program.
    pub engine: String,
    /// Figures as JSON.
    pub figures: String,
    /// Account.
    pub attested_by: Option<String>,
    /// When, microseconds UTC.
    pub attested_at: Option<i64>,
    /// Account that closed it.
    pub submitted_by: Option<String>,
    /// When, microseconds UTC.
    pub closed_at: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
