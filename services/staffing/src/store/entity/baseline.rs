//! Table `baselines`.

use sea_orm::entity::prelude::*;

/// FTE and heads of one role at one place.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "baselines")]
pub struct Model {
    /// Set.
    #[sea_orm(primary_key, auto_increment = false)]
    pub set_id: i64,
    /// Place in the set.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// Organisation.
    pub org: String,
    /// ODS code.
    pub place: String,
    /// Number of the role.
    pub role: i32,
    /// Date of the count.
    pub day: String,
    /// Financial year ending, 0 when there is none.
    pub year: i32,
    /// Role as the file names it, empty for the whole role.
    pub detailed_role: String,
    /// Sex, empty for both or unknown.
    pub sex: String,
    /// Age band, empty for all or unknown.
    pub age_band: String,
    /// FTE in 1/1000, absent when the place did not return.
    pub fte_milli: Option<i64>,
    /// Heads.
    pub heads: Option<i64>,
    /// Vacancies, FTE in 1/1000.
    pub vacancies_milli: Option<i64>,
    /// True when the publisher estimated it.
    pub estimated: bool,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
