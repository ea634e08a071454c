//! Table `parameter_overrides`.

use sea_orm::entity::prelude::*;

/// A signed override of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "parameter_overrides")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub override_id: String,
    /// Organisation.
    pub org: String,
    /// Dotted name of the parameter.
    pub name: String,
    /// Value in the unit of the parameter.
    pub value: i64,
    /// 10th percentile.
    pub low: i64,
    /// 90th percentile.
    pub high: i64,
    /// Why.
    pub reason: String,
    /// First day it holds.
    pub valid_from: String,
    /// Who signed.
    pub signed_by: String,
    /// When, in microseconds.
    pub signed_at: i64,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
    /// When, in microseconds.
    pub withdrawn_at: Option<i64>,
    /// Of a unit cost, what the value buys; empty = as shipped.
    pub basis: String,
    /// Of a unit cost, the financial year ending in whose prices the value is; 0 = as shipped.
    pub price_year: i32,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
