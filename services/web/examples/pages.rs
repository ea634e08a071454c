//! Serves the pages over services with known answers, to look at them: `cargo run -p muster-web --example pages -- full`.
//!
//! The first argument is the state (`full`, `empty`, `away`), the second the address (127.0.0.1:8090).

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::{net::SocketAddr, time::Duration};

use fixture::State;
use muster_kit::server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let state = match arguments.next().as_deref() {
        None | Some("full") => State::Full,
        Some("empty") => State::Empty,
        Some("away") => State::Away,
        Some(other) => return Err(format!("`{other}` is no state: full, empty or away").into()),
    };
    let address: SocketAddr = arguments.next().as_deref().unwrap_or("127.0.0.1:8090").parse()?;
    let folder = tempfile::tempdir()?;
    let deps = fixture::deps(folder.path(), state).await;
    if state == State::Full {
        for event in [
            fixture::events::baseline("QKK", 1_700_000_000_000_000),
            fixture::events::forecast("QKK", 1_700_000_100_000_000, 100),
        ] {
            fixture::events::follow(&deps.db, &event).await?;
        }
    }
    let listener = server::bind(address, &deps.sign_in).await?;
    let shutdown = deps.shutdown.clone();
    server::serve(listener, muster_web::router(deps), shutdown, Duration::from_secs(1)).await?;
    Ok(())
}
