//! What a node is told at start: defaults, then `muster.toml`, then `MUSTER_*`, then flags. A wrong key or value is
//! refused with its place.

mod keys;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use figment::{
    Figment, Source,
    providers::{Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

pub use keys::{KEYS, Key, reference};

use crate::{Error, OrgCode, Result, db::DbConfig, sign_in::SignIn};

/// Everything a node is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Organisation that the node works for: an ODS code.
    pub organisation: OrgCode,
    /// Folder of the databases and the log of events.
    pub data: PathBuf,
    /// Address of pages, JSON and gRPC.
    pub listen: SocketAddr,
    /// Where rows are kept.
    pub database: Database,
    /// How events travel.
    pub bus: Bus,
    /// Who may call.
    pub sign_in: SignInConfig,
    /// Where services that run elsewhere are.
    pub peers: Peers,
    /// Sweeps that several processes work off.
    pub sweeps: Sweeps,
    /// Logs, traces and metrics.
    pub telemetry: Telemetry,
    /// Stopping.
    pub shutdown: ShutdownConfig,
}

/// Where rows are kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `postgres://user@host:port/database`; empty = SQLite files in the data folder.
    pub url: String,
    /// File that holds the password; empty = none needed.
    pub password_file: PathBuf,
    /// Connections of each service at most.
    pub connections: u32,
}

/// How events travel.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bus {
    /// `nats://host:port`, several with commas; empty = a log in the data folder, in process.
    pub url: String,
    /// User; empty = none needed.
    pub user: String,
    /// File that holds the password.
    pub password_file: PathBuf,
    /// Prefix of stream names, so that two systems can share a server.
    pub prefix: String,
    /// Copies of each stream: 1, 3 or 5.
    pub replicas: usize,
}

/// Who may call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInConfig {
    /// `none` (loopback only) or `tokens`.
    pub kind: SignInKind,
    /// File of tokens.
    pub tokens_file: PathBuf,
}

/// How callers are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInKind {
    /// Nobody signs in; loopback only.
    None,
    /// Holders of tokens.
    Tokens,
}

/// Where services that run elsewhere are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Peers {
    /// Address of the directory.
    pub directory: String,
    /// Address of staffing.
    pub staffing: String,
    /// Address of the agency context; empty = the pages say that it is away.
    pub agency: String,
    /// Address of the catalogue; empty = the pages say that it is away.
    pub catalogue: String,
    /// Address of the back office; empty = nothing here calls it.
    pub backoffice: String,
    /// File that holds the token that this process calls with.
    pub token_file: PathBuf,
}

/// Sweeps that several processes work off.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweeps {
    /// Parts that staffing works on at the same time; 0 leaves them to staffing-worker processes.
    pub slots: usize,
}

/// Logs, traces and metrics.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Address of an OTLP collector (gRPC); empty = traces and metrics go nowhere.
    pub otlp_endpoint: String,
    /// What is logged: a level, or directives such as `info,muster_bus=debug`.
    pub log: String,
    /// `text` or `json`.
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Stopping.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShutdownConfig {
    /// Seconds that open calls and handlers get.
    pub grace_seconds: u64,
}

/// What flags may set, before anything else is known.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Flags {
    /// `--data`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// `--listen`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

impl Config {
    /// Reads the configuration. `file` must exist when given; otherwise `muster.toml` of the working folder is read
    /// when it is there. `default_data` is the folder when nobody names one.
    ///
    /// # Errors
    /// Bad request for an unknown key or a wrong value, naming file or variable and what would be right.
    pub fn load(
        file: Option<PathBuf>,
        environment: impl Iterator<Item = (String, String)>,
        flags: &Flags,
        default_data: PathBuf,
    ) -> Result<Self> {
        if let Some(path) = file.as_ref().filter(|path| !path.is_file()) {
            return Err(Error::bad_request(format!("there is no configuration file `{}`", path.display())));
        }
        let mut figment = Figment::new().merge(Serialized::defaults(Self::defaults(default_data)?));
        let file = file.unwrap_or_else(|| "muster.toml".into());
        if file.is_file() {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(keys::Environment::read(environment)?).merge(Serialized::defaults(flags));
        let config: Self = figment.extract().map_err(|error| explain(&error))?;
        config.check()?;
        Ok(config)
    }

    fn defaults(data: PathBuf) -> Result<Self> {
        Ok(Self {
            organisation: OrgCode::new("QKK")?,
            data,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database: Database { connections: 16, ..Database::default() },
            bus: Bus { prefix: "MUSTER".into(), replicas: 1, ..Bus::default() },
            sign_in: SignInConfig { kind: SignInKind::None, tokens_file: PathBuf::new() },
            peers: Peers::default(),
            sweeps: Sweeps { slots: 1 },
            telemetry: Telemetry {
                otlp_endpoint: String::new(),
                log: "info".into(),
                log_format: LogFormat::Text,
            },
            shutdown: ShutdownConfig { grace_seconds: 10 },
        })
    }

    fn check(&self) -> Result<()> {
        let wrong = |text: String| Err(Error::bad_request(text));
        if has_credentials(&self.bus.url) {
            return wrong(
                "bus.url holds a password, which the client would ignore: use bus.user and bus.password_file"
                    .into(),
            );
        }
        if self.database.url.split_once("://").is_some_and(|(_, rest)| {
            rest.split('/')
                .next()
                .unwrap_or_default()
                .rsplit_once('@')
                .is_some_and(|(user, _)| user.contains(':'))
        }) {
            return wrong(
                "database.url holds a password: use database.password_file, so that it stands in no log"
                    .into(),
            );
        }
        if !matches!(self.bus.replicas, 1 | 3 | 5) {
            return wrong(format!("bus.replicas is {}: write 1, 3 or 5", self.bus.replicas));
        }
        if self.sign_in.kind == SignInKind::Tokens && self.sign_in.tokens_file.as_os_str().is_empty() {
            return wrong("sign_in.kind is tokens, but sign_in.tokens_file is empty".into());
        }
        if self.database.connections < 2 {
            return wrong("database.connections is below 2: the relay holds one for itself".into());
        }
        Ok(())
    }

    /// The sign-in as configured.
    ///
    /// # Errors
    /// Bad request when the token file cannot be read.
    pub fn sign_in(&self) -> Result<SignIn> {
        match self.sign_in.kind {
            SignInKind::None => Ok(SignIn::None(self.organisation.clone())),
            SignInKind::Tokens => SignIn::tokens(&self.sign_in.tokens_file),
        }
    }

    /// Where a service keeps its rows.
    ///
    /// # Errors
    /// Bad request when the password file cannot be read.
    pub fn database_of(&self, service: &str) -> Result<DbConfig> {
        if self.database.url.is_empty() {
            return Ok(DbConfig::Sqlite { path: self.data.join(format!("{service}.sqlite")) });
        }
        let mut url = self.database.url.clone();
        if let Some(password) = secret(&self.database.password_file)? {
            let encoded = password.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
            url = url.replacen('@', &format!(":{encoded}@"), 1);
        }
        Ok(DbConfig::Postgres { url, connections: self.database.connections })
    }

    /// Password of the bus, if there is one.
    ///
    /// # Errors
    /// Bad request when the file cannot be read.
    pub fn bus_password(&self) -> Result<Option<String>> {
        secret(&self.bus.password_file)
    }

    /// Token that this process calls its peers with, if there is one.
    ///
    /// # Errors
    /// Bad request when the file cannot be read.
    pub fn peer_token(&self) -> Result<Option<String>> {
        secret(&self.peers.token_file)
    }

    /// What open calls and handlers get when the node stops.
    pub fn grace(&self) -> Duration {
        Duration::from_secs(self.shutdown.grace_seconds)
    }
}

fn has_credentials(url: &str) -> bool {
    url.split(',').any(|one| one.split_once("://").map_or(one, |(_, rest)| rest).contains('@'))
}

fn secret(path: &std::path::Path) -> Result<Option<String>> {
    if path.as_os_str().is_empty() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::bad_request(format!("cannot read the secret in `{}`: {error}", path.display()))
    })?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn explain(error: &figment::Error) -> Error {
    let key = error.path.join(".");
    let place = error.metadata.as_ref().map_or_else(String::new, |metadata| match &metadata.source {
        Some(Source::File(path)) => format!(" in `{}`", path.display()),
        _ if metadata.name == keys::ENVIRONMENT => format!(" in {}", keys::variable(&key)),
        _ => format!(" in {}", metadata.name),
    });
    let key = if key.is_empty() { String::new() } else { format!("`{key}`") };
    Error::bad_request(format!("configuration {key}{place}: {}; `muster config` lists every key", error.kind))
}

#[cfg(test)]
mod tests;
