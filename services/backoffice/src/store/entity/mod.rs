//! Rows as the tables hold them.

// The derive makes public items; the modules themselves stay inside the crate.
#![allow(unreachable_pub)]

pub(crate) mod claim;
pub(crate) mod claim_version;
pub(crate) mod edition;
pub(crate) mod plan_head;
pub(crate) mod plan_line;
pub(crate) mod record;
pub(crate) mod spend_month;
