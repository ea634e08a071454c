//! Approves an option of a business case, or takes the approval back.

use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry};

use super::{
    Deps,
    cases::{DECISIONS, Decision, KnownCase, aggregate},
    savings::Savings,
};
use crate::{
    events, proto,
    store::{
        records::{self, New},
        versions,
    },
};
use muster_proto::backoffice::v1::CaseHead;

/// What is decided.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The option; empty = take the approval back.
    pub(crate) option: &'a str,
    /// Why.
    pub(crate) reason: &'a str,
    /// Version of the case that was looked at; 0 = whichever stands.
    pub(crate) version: i64,
}

/// Decides; gives the case as it stands then.
///
/// # Errors
/// Forbidden, also when the account published the case itself; not found; already exists when another version stands by now; bad request when there is no such option, no reason, or
/// nothing to take back; what the database says.
pub(crate) async fn decide_case(
    deps: &Deps,
    actor: &Actor,
    (id, asked): (&str, Asked<'_>),
) -> Result<CaseHead> {
    let Asked { option, reason, version: seen } = asked;
    let permit = deps.permit(actor, Action::Approve, Resource::new("case", id)).await?;
    if reason.is_empty() {
        return Err(Error::bad_request("no reason is given: say why, boards read it"));
    }
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let scope = uow.scope();
    // whoever decides the same case waits here
    let version = versions::next(&uow, &aggregate(id)).await?;
    if seen != 0 && seen != version - 1 {
        return Err(Error::already_exists(format!(
            "version {seen} was looked at, and by now version {} stands: read it, and decide again",
            version - 1
        )));
    }
    let before = KnownCase::get(uow.conn(), &scope, id).await?;
    if option.is_empty() {
        if before.decision.as_ref().is_none_or(|it| it.option.is_empty()) {
            return Err(Error::bad_request("no option is approved: there is nothing to take back"));
        }
    } else {
        before.case.option(option).map_err(|problem| Error::bad_request(problem.to_string()))?;
        if KnownCase::published_by(uow.conn(), &scope, (id, &actor.id)).await? {
            return Err(Error::forbidden("nobody approves a case that they published: ask somebody else"));
        }
    }
    let decision = Decision {
        option: option.to_owned(),
        reason: reason.to_owned(),
        by: actor.id.clone(),
        at,
        case_version: version - 1,
    };
    let row = New::of(id.to_owned(), &decision, 0)?;
    records::write(&uow, DECISIONS, ("", at), vec![row]).await?;
    let known = KnownCase { decision: Some(decision.clone()), ..before };
    let savings = Savings::load(uow.conn(), &scope).await?;
    let head = proto::cases::head(&known.work_out(&savings, None)?);
    uow.publish(events::case_decided(&head, &decision, version))?;
    uow.commit(AuditEntry::new(permit, format!("option={option}"))).await?;
    Ok(head)
}
