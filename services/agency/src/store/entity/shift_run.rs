//! Table `shift_runs`.

use sea_orm::entity::prelude::*;

/// Lines of one organisation and one month that came in together: they lie one after the other, in order of day. It takes the
/// place of indexes over lines, which cost more than the lines themselves when a million comes in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shift_runs")]
pub struct Model {
    /// Order of coming in.
    #[sea_orm(primary_key)]
    pub run_id: i64,
    /// Organisation.
    pub org: String,
    /// The load that brought it.
    pub load_id: i64,
    /// ODS code.
    pub organisation: String,
    /// First line.
    pub first_line: i64,
    /// Last line.
    pub last_line: i64,
    /// First local day of a start.
    pub first_day: String,
    /// Last one.
    pub last_day: String,
    /// Least reference, by its bytes.
    pub first_ref: String,
    /// Greatest one.
    pub last_ref: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
