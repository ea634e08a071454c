//! Every key with what it means, and the variables of the environment that set them.

use figment::{
    Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};

use crate::{Error, Result};

/// A documented key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Dotted name in `muster.toml`.
    pub name: &'static str,
    /// Value when nobody sets it.
    pub default: &'static str,
    /// What it means.
    pub help: &'static str,
}

const fn key(name: &'static str, default: &'static str, help: &'static str) -> Key {
    Key { name, default, help }
}

/// Every key.
pub const KEYS: &[Key] = &[
    key("organisation", "\"QKK\"", "ODS code of the organisation that the node works for"),
    key("data", "the user's data folder", "folder of the databases and the log of events; also --data"),
    key(
        "listen",
        "\"127.0.0.1:8080\"",
        "address of pages, JSON and gRPC; loopback only without a sign-in; also --listen",
    ),
    key(
        "database.url",
        "\"\"",
        "postgres://user@host:port/database; empty = SQLite files in the data folder",
    ),
    key("database.password_file", "\"\"", "file that holds the password of the database"),
    key("database.connections", "16", "connections of each service at most (PostgreSQL)"),
    key(
        "bus.url",
        "\"\"",
        "nats://host:port, several with commas; empty = a log in the data folder, in process",
    ),
    key("bus.user", "\"\"", "user of the bus"),
    key("bus.password_file", "\"\"", "file that holds the password of the bus"),
    key("bus.prefix", "\"MUSTER\"", "prefix of stream names, so that two systems can share a server"),
    key("bus.replicas", "1", "copies of each stream: 1, 3 or 5"),
    key("sign_in.kind", "\"none\"", "none (loopback only) or tokens"),
    key("sign_in.tokens_file", "\"\"", "file of tokens: [[token]] with sha256, actor, organisation, roles"),
    key("peers.directory", "\"\"", "address of the directory when it runs elsewhere: http://host:port"),
    key("peers.staffing", "\"\"", "address of staffing when it runs elsewhere: http://host:port"),
    key(
        "peers.agency",
        "\"\"",
        "address of bank and agency when it runs elsewhere: http://host:port; empty = pages do without it",
    ),
    key(
        "peers.catalogue",
        "\"\"",
        "address of the catalogue when it runs elsewhere: http://host:port; empty = pages do without it",
    ),
    key(
        "peers.backoffice",
        "\"\"",
        "address of the back office when it runs elsewhere: http://host:port; empty = nothing here calls it",
    ),
    key("peers.token_file", "\"\"", "file that holds the token that this process calls with"),
    key(
        "sweeps.slots",
        "1",
        "parts of sweeps that a process works on at the same time; 0 = staffing leaves them to staffing-worker processes",
    ),
    key(
        "telemetry.otlp_endpoint",
        "\"\"",
        "address of an OTLP collector (gRPC); empty = traces and metrics go nowhere",
    ),
    key("telemetry.log", "\"info\"", "level, or directives such as info,muster_bus=debug"),
    key("telemetry.log_format", "\"text\"", "text or json"),
    key("shutdown.grace_seconds", "10", "seconds that open calls and handlers get when the node stops"),
];

/// Variables of ours that configure no node: flags of the command line and of the tests.
const NOT_KEYS: &[&str] = &[
    "MUSTER_CONFIG",
    "MUSTER_SERVER",
    "MUSTER_TOKEN_FILE",
    "MUSTER_SHARED",
    "MUSTER_BIN",
    "MUSTER_REQUIRE_SERVERS",
];

pub(super) const ENVIRONMENT: &str = "environment";

/// The variable that sets a key.
pub(super) fn variable(key: &str) -> String {
    format!("MUSTER_{}", key.to_uppercase().replace('.', "_"))
}

/// All keys as a `muster.toml` with every value at its default and commented out.
pub fn reference() -> String {
    let mut text = String::from(
        "# Every key with its default. Order: defaults, this file, MUSTER_* variables, flags.\n\
         # The variable of a key is its name in capitals: database.url is MUSTER_DATABASE_URL.\n",
    );
    let mut section = "";
    for key in KEYS {
        let (table, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if table != section {
            section = table;
            text.push_str(&format!("\n[{table}]\n"));
        }
        text.push_str(&format!("# {}\n# {name} = {}\n", key.help, key.default));
    }
    text
}

/// The values that variables set.
pub(super) struct Environment(Dict);

impl Environment {
    pub(super) fn read(variables: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut dict = Dict::new();
        for (variable_name, text) in variables.filter(|(name, _)| name.starts_with("MUSTER_")) {
            if NOT_KEYS.contains(&variable_name.as_str()) || variable_name.starts_with("MUSTER_TEST_") {
                continue;
            }
            let key = KEYS.iter().find(|key| variable(key.name) == variable_name).ok_or_else(|| {
                Error::bad_request(format!("{variable_name} sets no key: `muster config` lists every key"))
            })?;
            // numbers are the only values that are no text
            let number = matches!(
                key.name,
                "database.connections" | "bus.replicas" | "sweeps.slots" | "shutdown.grace_seconds"
            );
            let value = match text.parse::<u64>() {
                Ok(value) if number => Value::from(value),
                _ => Value::from(text),
            };
            match key.name.split_once('.') {
                None => {
                    dict.insert(key.name.to_owned(), value);
                }
                Some((table, name)) => {
                    let inner = dict.entry(table.to_owned()).or_insert_with(|| Value::from(Dict::new()));
                    if let Value::Dict(_, inner) = inner {
                        inner.insert(name.to_owned(), value);
                    }
                }
            }
        }
        Ok(Self(dict))
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named(ENVIRONMENT)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::default(), self.0.clone())]))
    }
}
