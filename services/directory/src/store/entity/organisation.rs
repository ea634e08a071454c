//! An organisation as the map has it.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    /// Organisation scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Kind of organisation.
    pub kind: String,
    /// Newest name.
    pub name: String,
    /// Code and newest name in lower case, for searching.
    pub search: String,
    /// Borough.
    pub borough: Option<String>,
    /// How the borough was found.
    pub borough_basis: Option<String>,
    /// Opening date.
    pub opened: Option<String>,
    /// Last day.
    pub closed: Option<String>,
    /// How the last day was found.
    pub closing_basis: Option<String>,
    /// Counts changes from 1.
    pub version: i64,
    /// The import that changed it last.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
