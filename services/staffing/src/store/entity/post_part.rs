//! Table `post_parts`.

use sea_orm::entity::prelude::*;

/// The part of a post that works at one place.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post_parts")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Reference of the post.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_ref: String,
    /// ODS code of the place.
    #[sea_orm(primary_key, auto_increment = false)]
    pub works_at: String,
    /// First day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: String,
    /// Last day.
    pub valid_to: Option<String>,
    /// Opaque reference of the person.
    pub person_ref: String,
    /// Number of the role.
    pub role: i32,
    /// ODS code of the employer.
    pub employer: String,
    /// Share of the post.
    pub share_ppm: i64,
    /// Hours a week of the whole post, in 1/1000.
    pub hours_week_milli: i64,
    /// Hours of one FTE, in 1/1000.
    pub hours_standard_milli: i64,
    /// Import.
    pub import_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
