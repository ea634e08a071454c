//! Table `spend_lines`.

use sea_orm::entity::prelude::*;

/// A line of published spend.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "spend_lines")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub spend_id: i64,
    /// Organisation whose row it is.
    pub org: String,
    /// The import that brought it.
    pub import_id: String,
    /// Line in the file.
    pub line: i64,
    /// ODS code.
    pub organisation: String,
    /// Month, `YYYY-MM`.
    pub month: String,
    /// What for.
    pub expense_type: String,
    /// Supplier.
    pub supplier: String,
    /// Pence.
    pub pence: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
