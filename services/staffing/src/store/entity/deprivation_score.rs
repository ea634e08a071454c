//! Table `deprivation_scores`.

use sea_orm::entity::prelude::*;

/// Score of the patients of one practice in the health domain of the indices of one year.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deprivation_scores")]
pub struct Model {
    /// Organisation that the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Year of the indices.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// ODS code of the practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: String,
    /// Score in 1/1000 of a point.
    pub score_milli: i64,
    /// Where it comes from, in the words of the file.
    pub source: String,
    /// Import that it came with.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
