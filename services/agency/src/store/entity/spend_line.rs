//! Table `spend_lines`.

use sea_orm::entity::prelude::*;

/// A line of published spend.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "spend_lines")]
pub struct Model {
    /// Order of coming in.
    #[sea_orm(primary_key)]
    pub line_id: i64,
    /// Organisation.
    pub org: String,
    /// Import.
    pub import_id: String,
    /// Line in its file.
    pub line: i64,
    /// Payer as the file names it.
    pub entity: String,
    /// Day of payment.
    pub day: String,
    /// Month, `YYYY-MM`.
    pub month: String,
    /// Expense type.
    pub expense_type: String,
    /// Supplier.
    pub supplier: String,
    /// Amount, pence.
    pub pence: i64,
    /// What it is for; empty = no temporary staffing.
    pub supply: String,
    /// Group of staff; empty = unknown.
    pub staff_group: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
