//! The bus measured from a checkout: `cargo run --release -p muster-testkit --example bench_bus`.

use muster_bus::bench::Load;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
async fn main() {
    let events = std::env::args().nth(1).and_then(|events| events.parse().ok()).unwrap_or(20_000);
    let load = Load { events, steady_events: (events / 4).max(1), ..Load::default() };
    match muster_testkit::bench::run(load).await {
        Ok(report) => println!("{report:#?}"),
        Err(error) => println!("{}", error.chain()),
    }
}
