//! Who acts, for which organisation, and which rows a repository call may touch.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorCode, Result};

/// ODS code of an organisation: 2 to 10 letters and digits, upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrgCode(String);

impl OrgCode {
    /// Checks a code. Lower case is raised, surrounding blanks are cut; anything else that is wrong is refused.
    ///
    /// # Errors
    /// Bad request when the code is not 2 to 10 letters and digits.
    pub fn new(code: &str) -> Result<Self> {
        let code = code.trim();
        let fits = (2..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if fits {
            Ok(Self(code.to_ascii_uppercase()))
        } else {
            Err(Error::bad_request(format!("`{code}` is no ODS code: 2 to 10 letters and digits")))
        }
    }

    /// The code, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as a token of a subject: lower case.
    pub fn token(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Display for OrgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for OrgCode {
    type Error = Error;

    fn try_from(code: String) -> Result<Self> {
        Self::new(&code)
    }
}

impl From<OrgCode> for String {
    fn from(code: OrgCode) -> Self {
        code.0
    }
}

/// The organisation whose rows a repository call may touch. Every repository method takes one; a row of another
/// organisation reads as not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgScope(OrgCode);

impl OrgScope {
    /// The scope of one organisation.
    pub fn new(organisation: OrgCode) -> Self {
        Self(organisation)
    }

    /// The organisation.
    pub fn organisation(&self) -> &OrgCode {
        &self.0
    }

    /// The organisation's code, as it stands in the `org` column of every table.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// What an actor is, for the role table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActorRole {
    /// Runs the node: everything, with dead letters and audit.
    Administrator,
    /// Imports files and runs forecasts.
    Planner,
    /// Reads.
    Reader,
    /// Another service of the same node, acting for itself.
    Service,
}

/// Who acts. The id is an account, never a person's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Account id.
    pub id: String,
    /// Organisation that the actor acts for.
    pub organisation: OrgCode,
    /// Roles.
    pub roles: Vec<ActorRole>,
}

impl Actor {
    /// The one user of a node without sign-in, which listens on loopback only.
    pub fn local(organisation: OrgCode) -> Self {
        Self { id: "local".into(), organisation, roles: vec![ActorRole::Administrator] }
    }

    /// A service of this node acting for itself, as a consumer of events does.
    pub fn service(name: &str, organisation: OrgCode) -> Self {
        Self { id: format!("service:{name}"), organisation, roles: vec![ActorRole::Service] }
    }

    /// What the actor's repository calls may touch.
    pub fn scope(&self) -> OrgScope {
        OrgScope::new(self.organisation.clone())
    }
}

/// The actor of a call, as the sign-in layer of the server put it there.
///
/// # Errors
/// Unauthenticated when no layer did.
pub fn actor_of<T>(request: &tonic::Request<T>) -> Result<Actor> {
    request
        .extensions()
        .get::<Actor>()
        .cloned()
        .ok_or_else(|| Error::new(ErrorCode::Unauthenticated, "nobody is signed in"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_checked_and_never_rewritten_into_another() {
        assert_eq!(OrgCode::new(" g85034 ").unwrap().as_str(), "G85034");
        for wrong in ["", "x", "a.b", "a*", "a>b", "g 85034", "toolongacode", "ß8"] {
            assert!(OrgCode::new(wrong).is_err(), "{wrong}");
        }
    }
}
