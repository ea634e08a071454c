//! May this actor do that? Every use case asks; the answer is a [`Permit`], without which nothing can be committed.

use crate::{
    Db, Error, Result,
    actor::{Actor, ActorRole},
    audit,
};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Look at figures.
    Read,
    /// Bring in a file.
    Import,
    /// Run and cancel forecasts, change parameters.
    Plan,
    /// Decide on somebody else's request.
    Approve,
    /// Run the node: dead letters, replays, audit.
    Operate,
}

impl Action {
    /// The word in the audit row.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Import => "import",
            Self::Plan => "plan",
            Self::Approve => "approve",
            Self::Operate => "operate",
        }
    }
}

/// What it is done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Kind: `forecast`, `import`, `organisation`.
    pub kind: &'static str,
    /// Id, empty for all of the kind.
    pub id: String,
}

impl Resource {
    /// One resource.
    pub fn new(kind: &'static str, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    /// All resources of a kind.
    pub fn all(kind: &'static str) -> Self {
        Self::new(kind, "")
    }
}

/// Leave to act, as the authorizer gave it. Only [`permit`] and [`Permit::system`] make one.
#[derive(Clone, Debug)]
pub struct Permit {
    pub(crate) action: Action,
    pub(crate) resource: Resource,
    pub(crate) determined_by: String,
}

impl Permit {
    /// Leave for the node's own work, such as the effect of an event on a projection.
    pub fn system(what: &'static str) -> Self {
        Self { action: Action::Operate, resource: Resource::all(what), determined_by: "system".into() }
    }

    /// The same leave for a resource whose id is only known now (the run that was just made).
    #[must_use]
    pub fn on(mut self, id: impl Into<String>) -> Self {
        self.resource.id = id.into();
        self
    }
}

/// What an authorizer answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Allowed or not.
    pub allowed: bool,
    /// The rule or policy that decided, for the audit row.
    pub determined_by: String,
}

/// Decides. A role table now; policies can take its place without any use case noticing.
pub trait Authorizer: Send + Sync {
    /// May the actor do this to that?
    fn decide(&self, actor: &Actor, action: Action, resource: &Resource) -> Decision;
}

/// The authorizer of a node without policies: what each role may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoleTable;

impl Authorizer for RoleTable {
    fn decide(&self, actor: &Actor, action: Action, _resource: &Resource) -> Decision {
        let role = actor.roles.iter().find(|role| match role {
            ActorRole::Administrator => true,
            ActorRole::Planner => matches!(action, Action::Read | Action::Import | Action::Plan),
            ActorRole::Reader | ActorRole::Service => action == Action::Read,
        });
        match role {
            Some(role) => {
                Decision { allowed: true, determined_by: format!("role-table:{role:?}").to_lowercase() }
            }
            None => Decision { allowed: false, determined_by: "role-table:none".into() },
        }
    }
}

/// Asks the authorizer. A refusal is written to the audit in a transaction of its own.
///
/// # Errors
/// Forbidden when the authorizer says no.
pub async fn permit(
    db: &Db,
    authorizer: &dyn Authorizer,
    actor: &Actor,
    action: Action,
    resource: Resource,
) -> Result<Permit> {
    let decision = authorizer.decide(actor, action, &resource);
    let permit = Permit { action, resource, determined_by: decision.determined_by };
    if decision.allowed {
        return Ok(permit);
    }
    audit::record_refusal(db, actor, &permit).await?;
    Err(Error::forbidden(format!(
        "this account may not {} {}: ask an administrator of the node for the role",
        permit.action.as_str(),
        permit.resource.kind
    )))
}
