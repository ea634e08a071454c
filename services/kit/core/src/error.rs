//! One small error for the whole system: a code, a message that may be shown, and a cause that may only be logged.

use std::{error::Error as StdError, fmt};

use sea_orm::DbErr;

/// Result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the nine words that map to gRPC and HTTP alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The thing to be made is there already, or was changed by somebody else meanwhile.
    AlreadyExists,
    /// The request cannot be understood or breaks a rule.
    BadRequest,
    /// The actor may not do this.
    Forbidden,
    /// A fault of ours.
    Internal,
    /// There is no such thing within the actor's scope.
    NotFound,
    /// It took longer than it may.
    Timeout,
    /// Too much at once.
    TooManyRequests,
    /// Nobody is signed in.
    Unauthenticated,
    /// Something that we depend on is away; trying again later may help.
    Unavailable,
}

/// An error with a code, a message that may be shown to the caller, and a cause that may only be logged.
#[derive(Debug)]
pub struct Error {
    code: ErrorCode,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error with a code and a message that may be shown: lower case, no trailing full stop, no personal data.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), source: None }
    }

    /// The request cannot be understood or breaks a rule.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// There is no such thing within the actor's scope.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// The thing is there already.
    pub fn already_exists(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::AlreadyExists, message)
    }

    /// The actor may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Forbidden, message)
    }

    /// A fault of ours; give the cause with [`Error::with_source`].
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, message)
    }

    /// Something that we depend on is away.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Unavailable, message)
    }

    /// Adds the cause, which is logged and never shown.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The message that may be shown.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The whole chain of causes, for a log.
    pub fn chain(&self) -> String {
        let mut text = self.message.clone();
        let mut cause = self.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let code = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => ErrorCode::Unavailable,
            _ => ErrorCode::Internal,
        };
        Self::new(code, "the database could not do this").with_source(error)
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        let code = match error.code {
            ErrorCode::AlreadyExists => tonic::Code::AlreadyExists,
            ErrorCode::BadRequest => tonic::Code::InvalidArgument,
            ErrorCode::Forbidden => tonic::Code::PermissionDenied,
            ErrorCode::Internal => tonic::Code::Internal,
            ErrorCode::NotFound => tonic::Code::NotFound,
            ErrorCode::Timeout => tonic::Code::DeadlineExceeded,
            ErrorCode::TooManyRequests => tonic::Code::ResourceExhausted,
            ErrorCode::Unauthenticated => tonic::Code::Unauthenticated,
            ErrorCode::Unavailable => tonic::Code::Unavailable,
        };
        if matches!(code, tonic::Code::Internal | tonic::Code::Unavailable) {
            tracing::error!(error.chain = %error.chain(), "call failed");
        }
        Self::new(code, error.message)
    }
}

impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        let code = match status.code() {
            tonic::Code::AlreadyExists | tonic::Code::Aborted => ErrorCode::AlreadyExists,
            tonic::Code::InvalidArgument | tonic::Code::FailedPrecondition | tonic::Code::OutOfRange => {
                ErrorCode::BadRequest
            }
            tonic::Code::PermissionDenied => ErrorCode::Forbidden,
            tonic::Code::NotFound => ErrorCode::NotFound,
            tonic::Code::DeadlineExceeded | tonic::Code::Cancelled => ErrorCode::Timeout,
            tonic::Code::ResourceExhausted => ErrorCode::TooManyRequests,
            tonic::Code::Unauthenticated => ErrorCode::Unauthenticated,
            tonic::Code::Unavailable => ErrorCode::Unavailable,
            _ => ErrorCode::Internal,
        };
        Self::new(code, status.message())
    }
}
