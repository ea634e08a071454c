//! The projections anew from the log.

use muster_bus::{Bus, LogFilter};
use muster_kit::{Actor, Authorizer, Db, Error, Result, audit::AuditEntry, authz};

use crate::{
    events,
    store::{activity, baselines, latest_gap},
};

/// Events read from the log at a time.
const STEP: usize = 1_000;

/// Empties the projections and fills them from the log, in one transaction. An event that cannot be read is left out, as
/// the consumer leaves it to the dead letters. Gives how many events had an effect.
///
/// # Errors
/// Forbidden when the actor may not operate the node; unavailable when bus or database are away, and then everything
/// stays as it was.
pub async fn rebuild(db: &Db, authorizer: &dyn Authorizer, actor: &Actor, bus: &dyn Bus) -> Result<u64> {
    let permit =
        authz::permit(db, authorizer, actor, authz::Action::Operate, authz::Resource::all("projections"))
            .await?;
    let filter = LogFilter { subjects: events::filters().into_iter().map(str::to_owned).collect() };
    let uow = db.begin(actor).await?;
    activity::clear(uow.conn()).await?;
    latest_gap::clear(uow.conn()).await?;
    baselines::clear(uow.conn()).await?;
    let (mut from, mut effects) = (1, 0);
    loop {
        let part = bus.log(&filter, from, STEP).await?;
        let Some(last) = part.last().map(|logged| logged.position) else { break };
        for logged in &part {
            match events::project(uow.conn(), &logged.event).await {
                Ok(()) => effects += 1,
                Err(muster_bus::HandlerError::Permanent(reason)) => {
                    tracing::warn!(event.id = %logged.event.id, %reason, "event left out of the projections");
                }
                Err(muster_bus::HandlerError::Temporary(reason)) => {
                    return Err(
                        Error::unavailable("the projections could not be made anew").with_source(reason)
                    );
                }
            }
        }
        if part.len() < STEP {
            break;
        }
        from = last + 1;
    }
    uow.commit(AuditEntry::new(permit, format!("events={effects}"))).await?;
    Ok(effects)
}
