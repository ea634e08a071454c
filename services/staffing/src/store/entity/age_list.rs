//! Table `age_lists`.

use sea_orm::entity::prelude::*;

/// Patients of one practice, sex and five-year band of age on the day of an extract.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "age_lists")]
pub struct Model {
    /// Organisation that the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Day of the extract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    /// ODS code of the practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: String,
    /// `female` or `male`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sex: String,
    /// Youngest age of the band.
    #[sea_orm(primary_key, auto_increment = false)]
    pub age_from: i32,
    /// Patients.
    pub patients: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
