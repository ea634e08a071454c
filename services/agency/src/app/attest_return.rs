//! Somebody stands for the figures of a week as they are now.

use muster_kit::{Action, Actor, Error, OrgCode, Resource, Result, audit::AuditEntry};

use super::{
    Deps,
    weekly::{count, version},
};
use crate::{
    domain::Week,
    events,
    store::{
        returns::{self, Model, State},
        versions,
    },
};

/// Attests the figures as they are now. A version that was attested and not closed is attested anew; a closed one stays, and
/// only what has changed since can be attested as its correction.
///
/// # Errors
/// Forbidden; bad request when nothing has changed since the week was closed; what the database says.
pub(crate) async fn attest_return(
    deps: &Deps,
    actor: &Actor,
    (organisation, week): (&OrgCode, Week),
) -> Result<Model> {
    let id = format!("{organisation} {week}");
    let permit = deps.permit(actor, Action::Plan, Resource::new("return", id)).await?;
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let (scope, of) = (uow.scope(), (organisation.as_str(), week));
    let counted = count(uow.conn(), &scope, of, at).await?;
    let known = returns::versions(uow.conn(), &scope, of.0, &week.monday().to_string()).await?;
    let number = match known.last() {
        Some(last) if last.standing()? == State::Closed => {
            if last.read()? == counted.figures {
                return Err(Error::bad_request(
                    "the return is closed and nothing has changed since: there is nothing to attest",
                ));
            }
            last.number + 1
        }
        Some(last) => last.number,
        None => 1,
    };
    if counted.figures.groups.is_empty() && known.is_empty() {
        return Err(Error::bad_request("no shift of that week is known: import its shifts first"));
    }
    let mut row = version(of, number, &counted, at)?;
    row.state = State::Attested as i32;
    row.attested_by = Some(actor.id.clone());
    row.attested_at = Some(at);
    returns::write(&uow, row.clone()).await?;
    let count = versions::next(&uow, &format!("return {} {}", of.0, row.week)).await?;
    uow.publish(events::weekly_return("attested", &row, &counted.figures, count))?;
    uow.commit(AuditEntry::new(permit, format!("version={number} state=attested"))).await?;
    Ok(row)
}
