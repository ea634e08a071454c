//! Values and rules of the catalogue. Nothing here reads a file, a table or a clock.
//!
//! Money is whole numbers: prices in 1/100 pence, quantities in 1/1000. What follows from them is an exact fraction
//! ([`ratio::Ratio`]) until it is shown.

pub mod book;
pub mod class;
pub mod cluster;
pub mod cube;
pub mod evidence;
pub mod gs1;
pub mod item;
pub mod legal_name;
pub mod offer;
pub mod pack;
pub mod purchase;
pub mod ratio;
pub mod realised;
pub mod relation;
pub mod supplier;
pub mod unit;
pub mod validity;
pub mod variance;
