//! Table `forecast_runs`.

use sea_orm::entity::prelude::*;

/// A forecast run.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_runs")]
pub struct Model {
    /// UUIDv7 as text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: String,
    /// Organisation.
    pub org: String,
    /// Scenario.
    pub scenario: String,
    /// Area.
    pub area: String,
    /// Base year.
    pub base_year: i32,
    /// Last year.
    pub to_year: i32,
    /// Draws.
    pub draws: i64,
    /// Seed, an unsigned 64-bit number as text.
    pub seed: String,
    /// Number of the way of filling missing returns.
    pub missing: i32,
    /// Numbers of the roles, comma-separated.
    pub roles: String,
    /// Date of the groupings.
    pub groupings_as_of: String,
    /// Threads asked for.
    pub threads: i64,
    /// Number of the state.
    pub state: i32,
    /// Progress.
    pub progress_ppm: i64,
    /// Engine name and version.
    pub engine: String,
    /// Hash over the inputs.
    pub inputs_sha256: String,
    /// Time taken.
    pub elapsed_micros: i64,
    /// Actor id.
    pub actor: String,
    /// Instant, microseconds UTC.
    pub started_at: i64,
    /// Last sign of life of the process that runs it, microseconds UTC.
    pub touched_at: i64,
    /// Somebody asked it to stop.
    pub cancel_asked: bool,
    /// Why it failed.
    pub failure: String,
    /// Sentences, a line each.
    pub caveats: String,
    /// Ids of the imports it is made from, comma-separated.
    pub sources: String,
    /// Counts the finished runs of its scenario and area from 1; 0 until then.
    pub version: i64,
    /// Scenario document of one's own, empty for a shipped scenario.
    pub scenario_document: String,
    /// How patients count in demand: 1 each alike (so was every run of 0), 2 weighted.
    pub list_weighting: i32,
    /// Patients count by deprivation too.
    pub deprivation: bool,
    /// Who counts as a patient: 1 the registered (so was every run of 0), 2 residents.
    pub patients: i32,
    /// Financial year ending of the prices, 0 = the year of each unit cost.
    pub price_year: i32,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
