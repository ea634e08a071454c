//! `muster up` and `muster serve`: run services until told to stop.

use std::net::SocketAddr;

use muster_kit::{Actor, Result, config::Config, server, shutdown::Shutdown};
use tokio::net::TcpListener;

use crate::{
    cli::{ServeArgs, Service, UpArgs},
    connect::Clients,
    exit::Failure,
    lock::FolderLock,
    node::Node,
    output, sample,
};

/// Runs everything in one process; on the first start it loads the sample.
pub(crate) async fn up(args: UpArgs, config: Config) -> Result<(), Failure> {
    let lock = FolderLock::take(&config.data).map_err(Failure::Failed)?;
    let listener = server::bind(config.listen, &config.sign_in()?).await?;
    let folder = config.data.display().to_string();
    let actor = Actor::local(config.organisation.clone());
    let node = Node::open(config, &Service::IN_ONE, Some(lock)).await?;
    if !args.no_sample {
        sample::load_once(&Clients::of_node(&node, actor)).await?;
    }
    let url = announce(&node, &listener)?;
    output::line(&format!(
        "Muster is at {url}\n\n  data     {folder}\n  import   muster import --help\n  forecast muster staffing \
         forecast --help\n  stop     Ctrl-C\n\nCommands on this data folder find the running node by themselves."
    ))?;
    run(node, listener).await
}

/// Runs some of the services.
pub(crate) async fn serve(args: ServeArgs, config: Config) -> Result<(), Failure> {
    // with a database server nothing is kept in the folder, and several processes may share the machine
    let lock = if config.database.url.is_empty() {
        Some(FolderLock::take(&config.data).map_err(Failure::Failed)?)
    } else {
        None
    };
    let listener = server::bind(config.listen, &config.sign_in()?).await?;
    let node = Node::open(config, &args.services, lock).await?;
    let url = announce(&node, &listener)?;
    tracing::info!(url, services = ?args.services, "serving");
    run(node, listener).await
}

fn announce(node: &Node, listener: &TcpListener) -> Result<String, Failure> {
    let address: SocketAddr = listener.local_addr()?;
    let url = format!("http://{address}");
    node.announce(&url)?;
    Ok(url)
}

async fn run(node: Node, listener: TcpListener) -> Result<(), Failure> {
    let signal = Shutdown::on_signal();
    let shutdown = node.shutdown.clone();
    tokio::spawn(async move {
        signal.begun().await;
        shutdown.begin();
    });
    server::serve(listener, node.router(), node.shutdown.clone(), node.grace()).await?;
    Ok(node.stop().await?)
}
