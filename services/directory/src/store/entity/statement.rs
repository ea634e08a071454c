//! What a file said about an organisation.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence_statements")]
pub struct Model {
    /// Organisation scope.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Publication.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// Day that the file speaks for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: String,
    /// ODS code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// Kind of organisation.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Postcode.
    pub postcode: String,
    /// Opening date.
    pub opened: Option<String>,
    /// Closing date.
    pub closed: Option<String>,
    /// The source says that it is open.
    pub stated_open: bool,
    /// Code of the commissioner.
    pub commissioner: Option<String>,
    /// Code of the primary care network.
    pub network: Option<String>,
    /// Its name.
    pub network_name: Option<String>,
    /// Registered patients in 1/1000.
    pub registered_milli: Option<i64>,
    /// Weighted patients in 1/1000.
    pub weighted_milli: Option<i64>,
    /// Quarter in which the list was counted, 0 unknown; null when it is a mean of quarters.
    pub quarter: Option<i64>,
    /// Line in the file.
    pub line: i64,
    /// The import that brought it.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
