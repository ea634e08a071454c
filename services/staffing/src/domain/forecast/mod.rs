//! The forecast engine: a cohort model per practice and role, drawn many times and added up.
//!
//! In each draw, every practice keeps whole heads in age bands. In a year they leave by the hazard of their band, age,
//! are joined by others, and change their hours; practices close and hand list and staff to a neighbour; lists grow. National
//! and borough shocks are shared by the practices they concern. Nodes above the practice are sums of its integers, so that
//! every level agrees in every draw; intervals are percentiles over the draws.
//!
//! Do-nothing holds need per registered patient constant: demand is list times the system's base-year ratio of filled FTE to
//! list, gap is demand minus supply on the FTE of codes with patients, shortfall is gap over demand.

// Draws are made in floating point and rounded to integers when they are recorded.
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
// Draws, years and keys are counted in thousands at most.
#![allow(clippy::cast_possible_wrap)]
// The innermost loops are a few instructions each: a call would cost more than they do.
#![allow(clippy::inline_always)]

mod block;
mod blocks;
mod bundles;
mod closures;
mod cohorts;
mod costs;
mod course;
mod demand;
mod differences;
mod ends;
mod evidence;
mod gaps;
mod hash;
mod heads;
mod inputs;
mod joiners;
mod knowledge;
mod lanes;
mod levers;
mod making;
mod mean;
mod measure;
mod memo;
mod need;
mod networks;
mod paths;
mod places;
mod posts;
mod prepare;
mod random;
mod range;
mod ranks;
mod registration;
mod results;
mod run;
mod sets;
mod simd;
mod staff;
mod sums;
#[cfg(test)]
mod tests;
mod trusts;
mod words;
mod world;

pub use differences::{Pair, differences};
pub(crate) use ends::ends;
pub use evidence::{AgeGroup, Evidence, Growth, People, RoleEvidence};
pub(crate) use gaps::{Columns, columns};
pub use hash::inputs_sha256;
pub use inputs::{
    Inputs, InputsProblem, JointPost, Level, ListGrowth, ListWeighting, Node, PatientBasis, Practice,
    PracticeRole, Spec,
};
pub(crate) use knowledge::{Acts, Known, Unknown, known, place_of};
pub use mean::{mean_flows, mean_gaps};
pub use measure::{Speed, compare_speed, speed};
pub(crate) use need::{boroughs_by_need, mean_score, relative_weights};
pub(crate) use random::Z90;
pub use registration::{BoroughResidents, RatioGrowth, Registration};
pub(crate) use results::{At, Collect, Drawn};
pub use results::{Interval, Row};
pub(crate) use run::draws_of;
pub use run::{Control, Outcome, RunError, run, run_nodes};
pub use trusts::{
    TRUSTS_ENGINE, TrustEvidence, TrustForecast, TrustRow, TrustSpec, TrustsProblem,
    caveats as trust_caveats, finding as trust_finding, forecast_trusts,
};
pub use words::SINGLE;

/// Engine name and version. It changes whenever the same inputs and seed would give other numbers.
pub const ENGINE: &str = "muster-cohort/7";

/// Fewest draws that intervals are taken from.
pub const MIN_DRAWS: u32 = 16;

/// Most draws of a run.
pub const MAX_DRAWS: u32 = 65_536;

/// Longest horizon, in years.
pub const MAX_YEARS: i32 = 20;

/// Most memory that the draws of one run may take, in bytes.
pub const MAX_BYTES: usize = 2 << 30;
