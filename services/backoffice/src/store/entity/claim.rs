//! Table `claims`.

use sea_orm::entity::prelude::*;

/// A claim as it is now.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claims")]
pub struct Model {
    /// Order of coming in.
    #[sea_orm(primary_key)]
    pub claim_no: i64,
    /// Organisation.
    pub org: String,
    /// Its name.
    pub claim_id: String,
    /// Scheme; empty while nobody has named one.
    pub scheme: String,
    /// ODS code of who saves.
    pub organisation: String,
    /// Month of the saving.
    pub month: String,
    /// Claimed.
    pub pence: i64,
    /// Number of its state.
    pub state: i32,
    /// What it comes from.
    pub source: String,
    /// Who claims: an actor id.
    pub claimed_by: String,
    /// When, microseconds UTC.
    pub claimed_at: i64,
    /// Month of the line that is to support it.
    pub line_month: Option<String>,
    /// Account of the line.
    pub account: Option<String>,
    /// Cost centre of the line.
    pub cost_centre: Option<String>,
    /// Attested, pence.
    pub attested: Option<i64>,
    /// Who decided: an actor id.
    pub decided_by: Option<String>,
    /// When, microseconds UTC.
    pub decided_at: Option<i64>,
    /// Why it was rejected.
    pub reason: String,
    /// What it rests on, as JSON.
    pub evidence: String,
    /// What a reader must know, as a JSON list.
    pub caveats: String,
    /// What the evidence comes to now.
    pub evidence_pence: Option<i64>,
    /// Counts its changes from 1.
    pub version: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
