//! Table `residents`.

use sea_orm::entity::prelude::*;

/// People who lived in one borough on one day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "residents")]
pub struct Model {
    /// Organisation that the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Day of the count.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    /// Name of the borough, lower case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub borough: String,
    /// Name of the borough, as the file has it.
    pub name: String,
    /// Residents of all ages and both sexes.
    pub residents: i64,
    /// Import that it came with.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
