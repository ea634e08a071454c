//! Rows of the tables.

// The derive makes public items; the modules themselves stay inside the crate.
#![allow(unreachable_pub)]

pub(crate) mod class_entry;
pub(crate) mod decision;
pub(crate) mod item;
pub(crate) mod item_version;
pub(crate) mod offer;
pub(crate) mod proposal;
pub(crate) mod purchase;
pub(crate) mod realised;
pub(crate) mod round;
pub(crate) mod round_baseline;
pub(crate) mod round_event;
pub(crate) mod round_partner;
pub(crate) mod spend_line;
pub(crate) mod supplier_decision;
pub(crate) mod variance_found;
