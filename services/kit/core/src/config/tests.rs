//! Order of sources, and refusals that name their place.

use super::*;

fn load(toml: &str, environment: &[(&str, &str)], flags: &Flags) -> Result<Config> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("muster.toml");
    std::fs::write(&path, toml).unwrap();
    let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    Config::load(Some(path), environment, flags, "/default".into())
}

#[test]
fn flags_beat_variables_beat_the_file_beats_defaults() {
    let toml =
        "listen = \"127.0.0.1:1\"\ndata = \"/file\"\n[bus]\nreplicas = 3\n[shutdown]\ngrace_seconds = 3\n";
    let environment = [
        ("MUSTER_DATA", "/env"),
        ("MUSTER_SHUTDOWN_GRACE_SECONDS", "4"),
        ("PATH", "x"),
        ("MUSTER_TEST_X", "y"),
    ];
    let flags = Flags { data: Some("/flag".into()), listen: None };
    let config = load(toml, &environment, &flags).unwrap();
    assert_eq!(config.data, PathBuf::from("/flag"));
    assert_eq!(config.listen.port(), 1);
    assert_eq!(config.shutdown.grace_seconds, 4);
    assert_eq!((config.bus.replicas, config.bus.prefix.as_str()), (3, "MUSTER"));
    assert_eq!(config.organisation.as_str(), "QKK");
}

#[test]
fn without_a_file_there_are_defaults_but_a_named_file_must_be_there() {
    let none = || std::iter::empty();
    let config = Config::load(None, none(), &Flags::default(), "/default".into()).unwrap();
    assert_eq!(config.data, PathBuf::from("/default"));
    let missing = Config::load(Some("/no/muster.toml".into()), none(), &Flags::default(), "/default".into());
    assert!(missing.unwrap_err().message().contains("/no/muster.toml"));
}

#[test]
fn a_wrong_key_or_value_is_refused_with_its_place() {
    let refused = |toml: &str, environment: &[(&str, &str)]| {
        load(toml, environment, &Flags::default()).unwrap_err().message().to_owned()
    };
    for (toml, environment, parts) in [
        ("liste = \"x\"\n", &[][..], &["liste", "muster.toml"][..]),
        ("[bus]\nurll = \"x\"\n", &[], &["urll", "muster.toml"]),
        ("listen = \"nowhere\"\n", &[], &["`listen`", "muster.toml"]),
        ("[database]\nconnections = \"many\"\n", &[], &["`database.connections`", "muster.toml"]),
        ("", &[("MUSTER_LISTEN", "nowhere")], &["`listen`", "MUSTER_LISTEN"]),
        ("", &[("MUSTER_BUS_REPLICAS", "2")], &["bus.replicas is 2", "1, 3 or 5"]),
        ("", &[("MUSTER_DATABSE_URL", "x")], &["MUSTER_DATABSE_URL"]),
        ("", &[("MUSTER_BUS_URL", "nats://u:p@host:4222")], &["bus.user"]),
        ("", &[("MUSTER_DATABASE_URL", "postgres://u:p@host/db")], &["database.password_file"]),
        ("", &[("MUSTER_SIGN_IN_KIND", "tokens")], &["sign_in.tokens_file"]),
    ] {
        let message = refused(toml, environment);
        for part in parts {
            assert!(message.contains(part), "`{message}` lacks `{part}`");
        }
    }
}

#[test]
fn every_key_is_documented_and_every_documented_key_exists() {
    let defaults = serde_json::to_value(Config::defaults("/data".into()).unwrap()).unwrap();
    let mut names = Vec::new();
    for (name, value) in defaults.as_object().unwrap() {
        match value.as_object() {
            Some(table) => names.extend(table.keys().map(|inner| format!("{name}.{inner}"))),
            None => names.push(name.clone()),
        }
    }
    let mut documented: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    names.sort();
    documented.sort_unstable();
    assert_eq!(names, documented);
    for key in KEYS.iter().filter(|key| key.name != "data") {
        assert!(reference().contains(&format!(" = {}", key.default)), "{}", key.name);
    }
}

#[test]
fn a_password_comes_from_its_file_and_is_escaped() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "p@ss/1\n").unwrap();
    let path = file.path().to_str().unwrap();
    let environment = [
        ("MUSTER_DATABASE_URL", "postgres://muster@db:5432/muster"),
        ("MUSTER_DATABASE_PASSWORD_FILE", path),
    ];
    let config = load("", &environment, &Flags::default()).unwrap();
    let DbConfig::Postgres { url, .. } = config.database_of("staffing").unwrap() else {
        panic!("not postgres")
    };
    assert_eq!(url, "postgres://muster:%70%40%73%73%2F%31@db:5432/muster");
}
