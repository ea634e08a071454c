//! Rows as the tables hold them.

// The derive makes public items; the modules themselves stay inside the crate.
#![allow(unreachable_pub)]

pub(crate) mod break_glass;
pub(crate) mod forecast_gap;
pub(crate) mod forecast_head;
pub(crate) mod rate_drift;
pub(crate) mod recharge;
pub(crate) mod rule_row;
pub(crate) mod shift_line;
pub(crate) mod shift_load;
pub(crate) mod shift_run;
pub(crate) mod spend_cell;
pub(crate) mod spend_line;
pub(crate) mod weekly_return;
