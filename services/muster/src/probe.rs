//! Which parts of the node can be used right now, for `/health/ready`.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use muster_bus::Bus;
use muster_kit::rpc::Channel;
use muster_web::{Part, Probe};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

/// Asks the bus and the services that the pages need.
pub(crate) struct NodeProbe {
    bus: Arc<dyn Bus>,
    peers: Vec<(&'static str, Channel)>,
}

impl NodeProbe {
    /// `peers` are the services that run elsewhere, with their channels; those of this process live and die with it.
    pub(crate) fn new(bus: Arc<dyn Bus>, peers: Vec<(&'static str, Channel)>) -> Self {
        Self { bus, peers }
    }
}

#[async_trait]
impl Probe for NodeProbe {
    async fn parts(&self) -> Vec<Part> {
        let ready = self.bus.ready();
        let reason = if ready { String::new() } else { "not connected".to_owned() };
        let mut parts = vec![Part { name: "bus".into(), ready, reason }];
        for (name, channel) in &self.peers {
            parts.push(ask(name, channel.clone()).await);
        }
        parts
    }
}

async fn ask(name: &str, channel: Channel) -> Part {
    let mut request = tonic::Request::new(HealthCheckRequest { service: String::new() });
    request.set_timeout(Duration::from_secs(2));
    let reason = match HealthClient::new(channel).check(request).await {
        Ok(_) => String::new(),
        Err(status) => status.message().to_owned(),
    };
    Part { name: name.to_owned(), ready: reason.is_empty(), reason }
}
