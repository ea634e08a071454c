//! Where the servers' programs are, and what to do without them.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Name of the variable that makes a missing server a failure.
pub const REQUIRE: &str = "MUSTER_REQUIRE_SERVERS";

/// The `nats-server` program.
pub fn nats_server() -> Option<PathBuf> {
    if let Some(named) = env::var_os("MUSTER_TEST_NATS_SERVER") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    on_path("nats-server").or_else(|| test_tools().and_then(|folder| below(&folder, "nats-server", 3)))
}

/// The folder of PostgreSQL's programs.
pub fn postgres_bin() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    if let Some(named) = env::var_os("MUSTER_TEST_PG_BIN") {
        return Some(PathBuf::from(named)).filter(complete);
    }
    let on_path = on_path("initdb").and_then(|program| program.parent().map(Path::to_owned)).filter(complete);
    on_path.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut folders: Vec<PathBuf> =
            versions.flatten().map(|entry| entry.path().join("bin")).filter(complete).collect();
        folders.sort();
        folders.pop()
    })
}

/// The folder of shared data beside the checkout, when there is one.
pub fn shared() -> Option<PathBuf> {
    let named = env::var_os("MUSTER_SHARED").map(PathBuf::from);
    named.or_else(|| Some(workspace()?.parent()?.join("shared"))).filter(|folder| folder.is_dir())
}

/// The workspace's top folder.
pub fn workspace() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).map(Path::to_owned)
}

fn test_tools() -> Option<PathBuf> {
    workspace().map(|folder| folder.join(".test-tools")).filter(|folder| folder.is_dir())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn below(folder: &Path, program: &str, depth: u32) -> Option<PathBuf> {
    let here = folder.join(program);
    if here.is_file() {
        return Some(here);
    }
    let folders = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
    (depth > 0).then(|| folders.into_iter().find_map(|folder| below(&folder, program, depth - 1)))?
}

/// Says that a test is skipped, or fails it when servers are required.
///
/// # Panics
/// When `MUSTER_REQUIRE_SERVERS=1`.
#[expect(clippy::print_stderr, reason = "a skipped test tells the person who runs it")]
pub fn skip(what: &str) {
    let required = env::var(REQUIRE).is_ok_and(|value| value == "1");
    assert!(!required, "{what} is not installed, and {REQUIRE}=1 says it must be");
    eprintln!("SKIPPED: {what} is not installed (infra/test installs it)");
}
