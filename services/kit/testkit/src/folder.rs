//! Folders of servers that outlive nothing: gone with the process that made them, however it ends.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// Waits for the end of its input, which is the end of whoever holds the other side, then removes the folder `$1`. The
/// server that used it is ending at the same time and may still write: ten seconds of trying see it off.
const KEEPER: &str = r#"cat >/dev/null; for _ in $(seq 100); do rm -rf -- "$1" 2>/dev/null; [ -e "$1" ] || exit 0; sleep 0.1; done"#;

/// Who runs the tests; none where the system does not say.
pub(crate) fn owner() -> Option<u32> {
    fs::metadata("/proc/self").map(|own| own.uid()).ok()
}

/// A folder of this user's that stays for the next test.
pub(crate) fn kept(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("{name}-{}", owner().unwrap_or_default()));
    fs::create_dir_all(&folder).expect("a folder that stays");
    folder
}

/// A temporary folder that is removed when it is dropped, and also when this process ends without dropping it: a server
/// that all tests of a process share is never dropped, and a killed test drops nothing.
pub struct ServerFolder {
    folder: TempDir,
    keeper: Child,
}

impl ServerFolder {
    /// Makes an empty folder whose name begins with `prefix`.
    ///
    /// # Panics
    /// When there is no space, or no `sh`.
    pub fn new(prefix: &str) -> Self {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir().expect("a temporary folder");
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper"]).arg(folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // a process group of its own: whoever ends the whole group of a test must not end this one
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let keeper = command.spawn().expect("a shell");
        Self { folder, keeper }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for ServerFolder {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        drop(self.keeper.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::{env, path::Path, time::Duration};

    use super::ServerFolder;
    use crate::process::{Child, Program};

    const ROLE: &str = "MUSTER_TEST_FOLDER_ROLE";

    /// Is started by the test below as a process of its own, prints where its folder is, and waits to be killed.
    #[test]
    fn holder() {
        if env::var_os(ROLE).is_some() {
            let folder = ServerFolder::new("muster-folder-");
            std::fs::write(folder.path().join("data"), "kept").unwrap();
            println!("\nfolder {}", folder.path().display());
            std::thread::sleep(Duration::from_secs(30));
        }
    }

    #[tokio::test]
    async fn a_killed_process_leaves_no_folder() {
        let program = Program::new(env::current_exe().unwrap())
            .args(["folder::tests::holder", "--exact", "--nocapture"])
            .env(ROLE, "holder");
        let mut holder = Child::start(&program);
        let line = holder.wait_for_line("folder ", Duration::from_secs(20)).await;
        let folder = Path::new(line.strip_prefix("folder ").unwrap());
        assert!(folder.join("data").is_file());
        holder.kill();
        for _ in 0..200 {
            if !folder.exists() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} is still there", folder.display());
    }
}
