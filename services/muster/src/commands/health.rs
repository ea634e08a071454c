//! `muster health`

use muster_kit::{Error, config::Config, rpc};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::{cli::Shared, exit::Failure, output};

/// Asks a running node whether it is well.
pub(crate) async fn run(shared: &Shared, config: &Config) -> Result<(), Failure> {
    let url = shared.server.clone().unwrap_or_else(|| {
        let mut address = config.listen;
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("http://{address}")
    });
    let mut request = tonic::Request::new(HealthCheckRequest { service: String::new() });
    request.set_timeout(std::time::Duration::from_secs(5));
    let answer = HealthClient::new(rpc::remote(&url, None)?).check(request).await.map_err(|status| {
        Failure::Failed(Error::unavailable(format!("no healthy node at {url}: {}", status.message())))
    })?;
    if answer.into_inner().status() != ServingStatus::Serving {
        return Err(Failure::Failed(Error::unavailable(format!("the node at {url} is not serving"))));
    }
    if shared.json {
        output::json(&serde_json::json!({ "url": url, "serving": true }))?;
    } else {
        output::line(&format!("{url} is serving"))?;
    }
    Ok(())
}
