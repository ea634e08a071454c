//! Ports for servers under test that nobody else takes between choosing and listening.

use std::{
    fs::File,
    net::TcpListener,
    ops::Range,
    path::Path,
    process,
    sync::{Mutex, PoisonError},
};

use crate::folder::kept;

/// Below those that a system gives to connections that go out (from 32,768 on with Linux, from 49,152 on elsewhere): a
/// port of theirs that is free now may be the own end of anybody's connection a moment later.
const PORTS: Range<u16> = 20_000..30_000;

/// How many ports a process looks at before it comes to those where the next one begins.
const STRIDE: u32 = 16;

/// A port that is free, and that no other test is given as long as this process lives.
///
/// # Panics
/// When all are taken, or temporary files cannot be written.
pub fn free_port() -> u16 {
    static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());
    let folder = kept("muster-test-ports");
    let many = u32::from(PORTS.end - PORTS.start);
    let first = process::id().wrapping_mul(STRIDE) % many;
    for step in 0..many {
        let offset = u16::try_from((first + step) % many).expect("an offset into a range of ports");
        let port = PORTS.start + offset;
        if let Some(lock) = claim(&folder, port) {
            HELD.lock().unwrap_or_else(PoisonError::into_inner).push(lock);
            return port;
        }
    }
    panic!("no port from {} to {} is free", PORTS.start, PORTS.end - 1);
}

/// The lock of a port that no test holds and where nobody listens. It ends with its file, so with the process at last.
fn claim(folder: &Path, port: u16) -> Option<File> {
    let lock = File::create(folder.join(port.to_string())).expect("a port's lock file");
    lock.try_lock().ok()?;
    TcpListener::bind(("127.0.0.1", port)).ok()?;
    Some(lock)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, net::TcpListener};

    use super::{PORTS, claim, free_port};

    #[test]
    fn a_port_is_given_once() {
        let ports: BTreeSet<u16> = (0..40).map(|_| free_port()).collect();
        assert_eq!(ports.len(), 40);
        assert!(ports.iter().all(|port| PORTS.contains(port)), "{ports:?}");
    }

    #[test]
    fn a_port_that_is_held_or_listened_on_is_not_given() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        let held = claim(folder.path(), port).expect("a free port");
        assert!(claim(folder.path(), port).is_none(), "two tests hold {port}");
        drop(held);
        let listening = TcpListener::bind(("127.0.0.1", port)).expect("the port is ours");
        assert!(claim(folder.path(), port).is_none(), "somebody listens on {port}");
        drop(listening);
        assert!(claim(folder.path(), port).is_some(), "{port} is free again");
    }
}
