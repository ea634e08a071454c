//! Tables and repositories of the catalogue. Every method takes the scope first. Items are shared by the group, so that those of others
//! can be read; prices, purchases and spend of another organisation read as not found. The one exception is [`purchases::bought`],
//! which reads what all paid so that quantiles can be made of it: what it gives stays inside the use case.

pub(crate) mod classes;
pub(crate) mod codec;
pub(crate) mod decisions;
pub(crate) mod entity;
pub(crate) mod item_codes;
pub(crate) mod item_writes;
pub(crate) mod items;
mod migrations;
pub(crate) mod offers;
pub(crate) mod proposals;
pub(crate) mod purchase_lines;
pub(crate) mod purchases;
pub(crate) mod realised;
pub(crate) mod rounds;
pub(crate) mod search;
pub(crate) mod spend;
pub(crate) mod suppliers;
pub(crate) mod variance;

pub use migrations::Migrator;
pub(crate) use muster_kit::versions;
