//! Values and rules of temporary staffing. Nothing here reads a file, a table or a clock.
//!
//! Every rule is a row with a source, a validity and a flag whether it was verified ([`dated`]); the [`rulebook`] holds
//! them all and answers by the date of the shift. Where a rule is missing the strictest reading counts, and it is said.

pub mod all_in;
pub mod bank;
pub mod booking;
pub mod break_glass;
pub mod cover;
pub mod dated;
pub mod drift;
pub mod hours;
pub mod pay;
pub mod priced;
pub mod projection;
pub mod reconcile;
pub mod reference;
pub mod rulebook;
pub mod shift;
pub mod spend;
pub mod spend_table;
pub mod weekly;
pub mod words;

pub use all_in::{AllIn, OnCost, Worked, all_in};
pub use booking::Booking;
pub use cover::{Cover, CoverRule, Filling, cover};
pub use dated::{Dated, in_force};
pub use drift::{DriftRule, Paid, Step, steps};
pub use hours::{ClockFault, London, Minutes};
pub use priced::{Priced, Verdicts};
pub use reconcile::{Disagreement, Reconciliation, reconcile};
pub use reference::{Reference, SignOff};
pub use rulebook::{Cap, CapQuery, Gap, Rulebook};
pub use shift::{Judge, Judged, Lists, Shift, Supply, Verdict};
pub use spend::{SpendLine, SpendRule, SpendSupply, recognise};
pub use weekly::Week;
pub use words::{CapClass, RateKind, TimeBand, Unit, Zone};
