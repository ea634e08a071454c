//! Gives or refuses leave to book a shift that the rules forbid.

use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry};

use super::{Deps, reference};
use crate::{
    domain::break_glass::Fault,
    events,
    store::{
        overrides::{self, Stored},
        versions,
    },
};

/// Decides, as the highest that the account may sign off as for that organisation on that day.
///
/// # Errors
/// Forbidden, also when the account asked itself or is no such signatory; bad request when it is settled; not found; what the
/// database says.
pub(crate) async fn decide_override(deps: &Deps, actor: &Actor, id: &str, approved: bool) -> Result<Stored> {
    let permit = deps.permit(actor, Action::Approve, Resource::new("override", id)).await?;
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let before = overrides::get(uow.conn(), &uow.scope(), id).await?;
    let today = muster_kit::clock::date_of(at);
    let organisation = before.it.request.shift.organisation.as_str();
    let signatories = reference(uow.conn(), &uow.scope(), None).await?.reference.signatories;
    let role = signatories
        .iter()
        .filter(|row| row.holds(today))
        .map(|row| &row.value)
        .filter(|row| row.actor == actor.id && row.organisation == organisation)
        .map(|row| row.role)
        .max();
    let it = before.it.decide(approved, &actor.id, role, at).map_err(|fault| refused(&fault))?;
    let Some(decision) = &it.decision else { return Err(Error::internal("a decision was lost")) };
    overrides::decide(&uow, &before, decision).await?;
    let stored = Stored { id: before.id.clone(), version: before.version + 1, it };
    let word = if approved { "approved" } else { "refused" };
    uow.publish(events::break_glass(word, &stored, at))?;
    uow.commit(AuditEntry::new(permit, format!("state={word}"))).await?;
    Ok(stored)
}

fn refused(fault: &Fault) -> Error {
    match fault {
        Fault::Own | Fault::Role(_) => Error::forbidden(fault.to_string()),
        _ => Error::bad_request(fault.to_string()),
    }
}
