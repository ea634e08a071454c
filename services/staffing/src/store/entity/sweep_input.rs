//! Table `sweep_inputs`.

use sea_orm::entity::prelude::*;

/// Inputs of a sweep, for those who work it off.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sweep_inputs")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Hash over every input.
    #[sea_orm(primary_key, auto_increment = false)]
    pub inputs_sha256: String,
    /// The inputs, packed.
    pub content: Vec<u8>,
    /// When they were last asked for, in microseconds.
    pub kept_at: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
