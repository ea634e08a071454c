//! The whole measurement: servers started for it, both shapes, and PostgreSQL's own rate in the same run.

use std::sync::Arc;

use muster_bus::{
    Bus, LocalBus, NatsBus,
    bench::{Figures, Load, Place, floor, measure},
};
use muster_kit::{Result, db::DbConfig};
use serde::Serialize;

use crate::{NatsServer, PostgresServer, buses::nats_options};

/// What `muster bench bus` prints.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Report {
    /// SQLite with the local bus.
    pub sqlite_local: Figures,
    /// PostgreSQL, which waits for the disk, with NATS JetStream (one server); nothing when they are not installed.
    pub postgres_nats: Option<Figures>,
    /// Events a second that PostgreSQL does by itself: two small transactions each, as many at once.
    pub floor_per_second: Option<f64>,
}

/// Measures both shapes.
///
/// # Errors
/// Whatever a database or bus fails with.
///
/// # Panics
/// When a server that is installed does not start.
pub async fn run(load: Load) -> Result<Report> {
    let sqlite_local = sqlite_local(load).await?;
    let servers = (PostgresServer::start_with(true).await, NatsServer::start().await);
    let (Some(postgres), Some(nats)) = servers else {
        return Ok(Report { sqlite_local, postgres_nats: None, floor_per_second: None });
    };
    let with_room = |config: DbConfig| match config {
        DbConfig::Postgres { url, .. } => DbConfig::Postgres { url, connections: load.committers + 8 },
        sqlite @ DbConfig::Sqlite { .. } => sqlite,
    };
    let database = with_room(postgres.database().await);
    let floor_per_second = Some(floor(&database, load).await?);
    let bus: Arc<dyn Bus> = Arc::new(NatsBus::connect(nats_options(&nats)).await?);
    let place = Place { producer: database.clone(), consumer: database, bus: bus.clone() };
    let postgres_nats = Some(measure(place, load).await?);
    bus.close().await?;
    Ok(Report { sqlite_local, postgres_nats, floor_per_second })
}

async fn sqlite_local(load: Load) -> Result<Figures> {
    let folder =
        tempfile::tempdir().map_err(|error| muster_kit::Error::internal("no folder").with_source(error))?;
    let file = |name: &str| DbConfig::Sqlite { path: folder.path().join(name) };
    let bus: Arc<dyn Bus> = Arc::new(LocalBus::open(&folder.path().join("bus.sqlite")).await?);
    let place =
        Place { producer: file("producer.sqlite"), consumer: file("consumer.sqlite"), bus: bus.clone() };
    let figures = measure(place, load).await?;
    bus.close().await?;
    Ok(figures)
}
