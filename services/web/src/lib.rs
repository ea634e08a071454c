//! The pages: what a planner sees, as HTML, JSON and CSV, and two small projections that follow the bus.
//!
//! - [`router`]: every page on one axum router; the figures come from the services through their generated clients.
//! - [`subscriptions`]: what follows the bus: the feed of what happened, and the latest gap per organisation.
//! - [`rebuild`]: both projections anew from the log; the result is the same as following gave.
//!
//! Rooms: `pages/` one module a journey, `model/` view models that templates and tables are made of, `data/` JSON and
//! CSV, `store/` the projections. Templates know view models only; no type of the contract or of a context.

mod assets;
mod backtests;
mod calls;
mod chart;
mod data;
mod deps;
mod events;
mod failure;
mod figures;
mod guard;
mod made_up;
mod model;
mod pages;
mod rebuild;
mod shell;
mod store;
mod table;

pub use deps::{Deps, Part, Probe};
pub use events::{CONSUMER, subscriptions};
pub use pages::router;
pub use rebuild::rebuild;
pub use store::{
    Migrator,
    activity::{ActivityRow, activity},
    latest_gap::{LatestGap, latest_gap},
};

/// Name of the service: its database and its schema.
pub const SERVICE: &str = "web";
