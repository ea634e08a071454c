//! One command a file; each speaks to the services through their clients, wherever they run. Those on models need no service.

pub(crate) mod agency;
pub(crate) mod audit;
pub(crate) mod back_office;
pub(crate) mod backtest;
pub(crate) mod bench;
pub(crate) mod catalogue;
pub(crate) mod decide;
pub(crate) mod directory;
pub(crate) mod edition;
pub(crate) mod events;
pub(crate) mod finance;
pub(crate) mod forecast;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod lists;
pub(crate) mod model;
pub(crate) mod observed_cover;
pub(crate) mod overrides;
pub(crate) mod scenario;
pub(crate) mod scores;
pub(crate) mod shared_bank;
pub(crate) mod staffing;
pub(crate) mod sweep;
pub(crate) mod trusts;
