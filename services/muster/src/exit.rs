//! How a command ends: 0 done, 1 failed, 2 wrong usage, 3 input refused.

use std::process::ExitCode;

use muster_kit::{Error, ErrorCode};

/// Why a command did not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something failed: exit 1.
    Failed(Error),
    /// The command was not understood, or asked for what there is not: exit 2.
    Usage(String),
    /// Input was refused; what and why has been printed already: exit 3.
    Refused,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.code() {
            ErrorCode::BadRequest => Self::Usage(error.message().to_owned()),
            _ => Self::Failed(error),
        }
    }
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        Error::from(status).into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(Error::internal(format!("cannot write the output: {error}")))
    }
}

impl Failure {
    /// Prints the failure and gives the code to end with.
    #[expect(clippy::print_stderr, reason = "the command line speaks to people here")]
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Failed(error) => {
                eprintln!("muster: {}", error.chain());
                ExitCode::from(1)
            }
            Self::Usage(message) => {
                eprintln!("muster: {message}");
                ExitCode::from(2)
            }
            Self::Refused => ExitCode::from(3),
        }
    }
}
