//! A return is submitted: from here on its figures stay.

use muster_kit::{Action, Actor, Error, OrgCode, Resource, Result, audit::AuditEntry};

use super::{Deps, weekly::count};
use crate::{
    domain::Week,
    events,
    store::{
        returns::{self, Model, State},
        versions,
    },
};

/// Closes the version that was attested, if its figures are still those of the week.
///
/// # Errors
/// Forbidden; bad request when it was not attested, or something came in since; what the database says.
pub(crate) async fn close_return(
    deps: &Deps,
    actor: &Actor,
    (organisation, week): (&OrgCode, Week),
) -> Result<Model> {
    let id = format!("{organisation} {week}");
    let permit = deps.permit(actor, Action::Plan, Resource::new("return", id)).await?;
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let (scope, of) = (uow.scope(), (organisation.as_str(), week));
    let known = returns::versions(uow.conn(), &scope, of.0, &week.monday().to_string()).await?;
    let attested = match known.last() {
        Some(last) if last.standing()? == State::Attested => last.clone(),
        Some(last) if last.standing()? == State::Closed => {
            return Err(Error::bad_request(format!("version {} is closed already", last.number)));
        }
        _ => {
            return Err(Error::bad_request(
                "nobody has attested the return: `muster agency return attest` does",
            ));
        }
    };
    let figures = attested.read()?;
    if count(uow.conn(), &scope, of, at).await?.figures != figures {
        return Err(Error::bad_request("shifts or overrides came in since it was attested: attest it again"));
    }
    let closed = Model {
        state: State::Closed as i32,
        submitted_by: Some(actor.id.clone()),
        closed_at: Some(at),
        ..attested
    };
    returns::write(&uow, closed.clone()).await?;
    let version = versions::next(&uow, &format!("return {} {}", of.0, closed.week)).await?;
    uow.publish(events::weekly_return("closed", &closed, &figures, version))?;
    uow.commit(AuditEntry::new(permit, format!("version={} state=closed", closed.number))).await?;
    Ok(closed)
}
