//! Child processes that die with the test, keep their log and can be killed hard.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

/// What to start.
#[derive(Clone, Debug)]
pub struct Program {
    path: OsString,
    args: Vec<OsString>,
    envs: Vec<(OsString, OsString)>,
    user: Option<String>,
    end_signal: &'static str,
}

impl Program {
    /// A program without arguments.
    pub fn new(program: impl AsRef<Path>) -> Self {
        let path = program.as_ref().as_os_str().to_owned();
        Self { path, args: Vec::new(), envs: Vec::new(), user: None, end_signal: "KILL" }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.envs.push((name.into(), value.into()));
        self
    }

    /// Runs it as another user, which only root can.
    #[must_use]
    pub fn user(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }

    /// The signal it gets when this process dies; `KILL` unless said.
    #[must_use]
    pub fn end_signal(mut self, signal: &'static str) -> Self {
        self.end_signal = signal;
        self
    }

    /// The command. On Linux `setpriv` ties it to the life of this process.
    pub(crate) fn command(&self) -> Command {
        let tied = cfg!(target_os = "linux") && Path::new("/usr/bin/setpriv").is_file();
        let mut command = if tied {
            let mut command = Command::new("/usr/bin/setpriv");
            command.args(["--pdeathsig", self.end_signal]);
            if let Some(user) = &self.user {
                command.args(["--reuid", user, "--regid", user, "--clear-groups"]);
            }
            command.arg("--").arg(&self.path);
            command
        } else {
            Command::new(&self.path)
        };
        command.args(&self.args).envs(self.envs.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A running child process.
pub struct Child {
    process: std::process::Child,
    log: Arc<Mutex<Vec<String>>>,
}

impl Child {
    /// Starts a program; its output goes to the log.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(program: &Program) -> Self {
        let mut command = program.command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // the signal at the parent's death goes by the thread that started it, so that thread must live on
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let _ = tell.send(command.spawn());
            loop {
                thread::park();
            }
        });
        let mut process = told.recv().expect("the starting thread").expect("the program starts");
        let log = Arc::new(Mutex::new(Vec::new()));
        if let Some(out) = process.stdout.take() {
            follow(out, log.clone());
        }
        if let Some(err) = process.stderr.take() {
            follow(err, log.clone());
        }
        Self { process, log }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it wrote so far, a line each.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it writes a line that contains `text`; gives the line.
    ///
    /// # Panics
    /// When it does not within `patience`, with its log.
    pub async fn wait_for_line(&mut self, text: &str, patience: Duration) -> String {
        let begun = Instant::now();
        loop {
            if let Some(line) = self.log().into_iter().find(|line| line.contains(text)) {
                return line;
            }
            let late = begun.elapsed() > patience;
            assert!(!late, "no line with `{text}` within {patience:?}; log:\n{}", self.log().join("\n"));
            let ended = self.process.try_wait().ok().flatten();
            assert!(
                ended.is_none(),
                "ended ({ended:?}) before a line with `{text}`; log:\n{}",
                self.log().join("\n")
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits for its end; gives its exit code.
    ///
    /// # Panics
    /// When it has not ended within `patience`, with its log.
    pub async fn wait(&mut self, patience: Duration) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Ok(Some(status)) = self.process.try_wait() {
                return status.code();
            }
            assert!(
                begun.elapsed() < patience,
                "still running after {patience:?}; log:\n{}",
                self.log().join("\n")
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Is it still running?
    pub fn is_running(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// `kill -9`: no chance to finish anything.
    pub fn kill(&mut self) {
        // it may have ended by itself
        drop(self.process.kill());
        drop(self.process.wait());
    }

    /// Sends a signal by name: `TERM`, `STOP`, `CONT`, `QUIT`.
    pub fn signal(&self, name: &str) {
        drop(Command::new("kill").args([format!("-{name}"), self.id().to_string()]).status());
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

fn follow(output: impl Read + Send + 'static, log: Arc<Mutex<Vec<String>>>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
}
