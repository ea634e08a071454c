//! Business cases, sharings and recharges as the contract has them.

mod case;
mod recharge;
mod reforecast;
mod sharing;

pub(crate) use case::{head, whole};
pub(crate) use recharge::quarter;
pub(crate) use sharing::{share_head, shared};
