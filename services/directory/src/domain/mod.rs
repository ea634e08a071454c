//! Values and rules of the map of organisations. Nothing here reads a file, a table or a clock.
//!
//! The idea in three sentences: every imported file leaves [`evidence`] (what a source said about an organisation, and
//! for which day it speaks). The [`map`] is a pure function of all evidence, so the order of imports cannot matter.
//! An import is then the difference between the map before and the map after.

pub mod area;
pub mod borough;
pub mod change;
pub mod commissioning;
pub mod double_count;
pub mod evidence;
pub mod financial_year;
pub mod grouping;
pub mod map;
pub mod organisation;
pub mod period;
pub mod succession;
pub mod territory;

pub use area::Area;
pub use change::Change;
pub use double_count::DoubleCount;
pub use evidence::{Addition, Evidence, Source, StatedMembership, Statement};
pub use financial_year::FinancialYear;
pub use grouping::{Grouping, GroupingKey, GroupingKind, Membership};
pub use map::Map;
pub use organisation::{Identity, Organisation, OrganisationKind, RegisteredList};
pub use period::Period;
pub use succession::{Succession, SuccessionFault, Successions};
