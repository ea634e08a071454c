//! Rows: what sources said (`evidence_*`) and the map drawn from it (`organisations`, `identities`, `lists`,
//! `groupings`, `memberships`). Every method takes the organisation scope; a wrong scope reads as not found.

mod codec;
pub mod entity;
pub mod evidence;
pub mod groupings;
pub mod map;
pub mod migrations;
pub mod organisations;
pub mod successions;

pub use migrations::Migrator;
