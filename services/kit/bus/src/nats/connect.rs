//! The connection to NATS: credentials through options only, every event of the connection logged.

use std::{fmt, path::PathBuf, time::Duration};

use async_nats::{
    Client, ConnectErrorKind, ConnectOptions, Event,
    jetstream::{self, stream::Config},
};
use tokio::{sync::watch, time::Instant};

use crate::BusError;

/// Where the servers are and how to use them.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsOptions {
    /// `nats://host:port` of each server; credentials in a URL are refused.
    pub servers: Vec<String>,
    /// User, with a password.
    pub user: Option<String>,
    /// Password of the user.
    pub password: Option<String>,
    /// Certificates to trust, as PEM; asks for TLS.
    pub root_certificates: Option<PathBuf>,
    /// Our certificate and its key, as PEM.
    pub client_certificate: Option<(PathBuf, PathBuf)>,
    /// JetStream domain, when not the server's own.
    pub domain: Option<String>,
    /// Put before every subject; empty but in tests, where it is one token and a dot.
    pub subject_prefix: String,
    /// Beginning of the streams' names: `<prefix>_EVENTS` and `<prefix>_DEAD`.
    pub stream_prefix: String,
    /// Copies of the streams: 1, 3 or 5.
    pub replicas: usize,
    /// How long a server may take to answer a request.
    pub request_timeout: Duration,
    /// How long to try to connect at the start.
    pub connect_for: Duration,
}

impl fmt::Debug for NatsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // no credentials in a log
        f.debug_struct("NatsOptions").field("servers", &self.servers).finish_non_exhaustive()
    }
}

impl NatsOptions {
    /// Options for the servers of a comma-separated list, without credentials, one copy of each stream.
    pub fn new(servers: &str) -> Self {
        Self {
            servers: servers.split(',').map(|server| server.trim().to_owned()).collect(),
            user: None,
            password: None,
            root_certificates: None,
            client_certificate: None,
            domain: None,
            subject_prefix: String::new(),
            stream_prefix: "MUSTER".into(),
            replicas: 1,
            request_timeout: Duration::from_secs(5),
            connect_for: Duration::from_secs(30),
        }
    }

    /// Checks what can be checked without a server.
    ///
    /// # Errors
    /// Refused when a URL is wrong or holds credentials, which the client would ignore and then try for ever.
    pub fn check(&self) -> Result<(), BusError> {
        for server in &self.servers {
            let address = server.parse::<async_nats::ServerAddr>().map_err(|error| {
                BusError::Refused(format!("`{}` is no NATS address: {error}", without_user(server)))
            })?;
            if address.has_user_pass() || server.contains('@') {
                let place = without_user(server);
                return Err(BusError::Refused(format!(
                    "the address of {place} holds credentials: give user and password by their own settings"
                )));
            }
        }
        if self.user.is_some() != self.password.is_some() {
            return Err(BusError::Refused("user and password of the bus go together".into()));
        }
        Ok(())
    }
}

fn without_user(server: &str) -> String {
    match server.rsplit_once('@') {
        Some((_, place)) => format!("nats://{place}"),
        None => server.to_owned(),
    }
}

/// A connection and how often it was made anew.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(super) client: Client,
    pub(crate) jetstream: jetstream::Context,
    /// Grows with every connection; what was asked of the one before is not answered any more.
    pub(crate) made: watch::Receiver<u64>,
}

/// Connects, trying until `connect_for` is over; wrong credentials end it at once.
pub(super) async fn connect(options: &NatsOptions) -> Result<Connection, BusError> {
    options.check()?;
    let (tell, made) = watch::channel(0_u64);
    let deadline = Instant::now() + options.connect_for;
    loop {
        match client_options(options, tell.clone()).connect(options.servers.as_slice()).await {
            Ok(client) => {
                let builder = jetstream::context::ContextBuilder::new()
                    .timeout(options.request_timeout)
                    .ack_timeout(options.request_timeout);
                let jetstream = match &options.domain {
                    Some(domain) => builder.domain(domain).build(client.clone()),
                    None => builder.build(client.clone()),
                };
                return Ok(Connection { client, jetstream, made });
            }
            Err(error) => {
                let refused = matches!(
                    error.kind(),
                    ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation
                );
                if refused || Instant::now() >= deadline {
                    return Err(BusError::Unavailable(format!(
                        "cannot connect to {:?}: {error}",
                        options.servers
                    )));
                }
                tracing::warn!(servers = ?options.servers, %error, "bus not there yet");
            }
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Makes a stream, or brings it to the configuration wanted, trying for as long as `patience`.
///
/// Services that start together ask for the same streams at once, and a cluster leaves some of these requests without
/// an answer: who gets none looks again, and a stream that suits is left alone.
pub(crate) async fn ensure_stream(
    jetstream: &jetstream::Context,
    wanted: Config,
    patience: Duration,
) -> Result<(), BusError> {
    let deadline = Instant::now() + patience;
    loop {
        if let Ok(stream) = jetstream.get_stream(&wanted.name).await
            && suits(&stream.cached_info().config, &wanted)
        {
            return Ok(());
        }
        let Err(error) = jetstream.create_or_update_stream(wanted.clone()).await else { return Ok(()) };
        if Instant::now() >= deadline {
            return Err(BusError::Unavailable(format!("cannot make the stream {}: {error}", wanted.name)));
        }
        tracing::warn!(stream = wanted.name, %error, "stream not made yet");
        // not all at the same moment again
        tokio::time::sleep(Duration::from_millis(200 + u64::from(std::process::id() % 500))).await;
    }
}

fn suits(found: &Config, wanted: &Config) -> bool {
    found.subjects == wanted.subjects
        && found.storage == wanted.storage
        && found.num_replicas == wanted.num_replicas
        && found.duplicate_window == wanted.duplicate_window
        && found.retention == wanted.retention
        && found.max_age == wanted.max_age
}

fn client_options(options: &NatsOptions, tell: watch::Sender<u64>) -> ConnectOptions {
    let mut connect = ConnectOptions::new()
        .name("muster")
        .request_timeout(Some(options.request_timeout))
        .connection_timeout(Duration::from_secs(5))
        .ping_interval(Duration::from_secs(10))
        .reconnect_delay_callback(|attempt| {
            Duration::from_millis(u64::try_from(attempt).unwrap_or(u64::MAX).saturating_mul(100).min(2000))
        })
        .event_callback(move |event| {
            match &event {
                Event::Connected => {
                    tell.send_modify(|made| *made += 1);
                    tracing::info!("bus connected");
                }
                event => tracing::warn!(%event, "bus connection"),
            }
            std::future::ready(())
        });
    if let (Some(user), Some(password)) = (&options.user, &options.password) {
        connect = connect.user_and_password(user.clone(), password.clone());
    }
    if let Some(file) = &options.root_certificates {
        connect = connect.add_root_certificates(file.clone()).require_tls(true);
    }
    if let Some((certificate, key)) = &options.client_certificate {
        connect = connect.add_client_certificate(certificate.clone(), key.clone());
    }
    connect
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_the_address_are_refused_and_not_repeated() {
        let error =
            NatsOptions::new("nats://a:4222, nats://muster:secret@b:4222").check().unwrap_err().to_string();
        assert!(error.contains("nats://b:4222") && !error.contains("secret"), "{error}");
        assert!(NatsOptions::new("nats://a:4222,b:4222").check().is_ok());
        assert!(NatsOptions { user: Some("u".into()), ..NatsOptions::new("a") }.check().is_err());
    }
}
