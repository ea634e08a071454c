//! Decides what two items are to each other.

use muster_kit::{Action, Actor, Error, Resource, Result, UnitOfWork, audit::AuditEntry};
use sea_orm::ConnectionTrait;

use super::{Deps, regroup::regroup};
use crate::{
    domain::relation::{Judged, Relation},
    events,
    store::{
        decisions::{self, Model},
        items, proposals, versions,
    },
};

/// Two items, the lower number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair(i64, i64);

impl Pair {
    /// A pair in order.
    pub(crate) fn new(one: i64, other: i64) -> Self {
        Self(one.min(other), one.max(other))
    }

    /// Numbers, the lower first.
    pub(crate) fn numbers(self) -> (i64, i64) {
        (self.0, self.1)
    }
}

/// Who is decided on: a proposal, or a pair that nobody proposed.
pub(crate) enum Of {
    /// Id of the proposal.
    Proposal(String),
    /// Numbers.
    Pair(i64, i64),
}

/// Keeps a decision; one that stood on the pair ends.
///
/// # Errors
/// Forbidden; bad request when the decision is not complete or pairs an item with itself; not found; what the database says.
pub(crate) async fn decide_equivalence(deps: &Deps, actor: &Actor, of: Of, judged: Judged) -> Result<Model> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("equivalence")).await?;
    if let Some(fault) = judged.fault() {
        return Err(Error::bad_request(fault));
    }
    let mut uow = deps.db.begin(actor).await?;
    let pair = pair(uow.conn(), &uow.scope(), of).await?;
    let at = versions::instant(&uow).await?;
    let relation = judged.relation.word();
    let kept = decide(&mut uow, vec![(pair, judged)], at).await?;
    let row = kept
        .into_iter()
        .next()
        .ok_or_else(|| Error::already_exists("this very decision stands on the pair already"))?;
    let detail = format!("left={} right={} relation={relation}", row.left_item, row.right_item);
    uow.commit(AuditEntry::new(permit.on(row.decision_id.clone()), detail)).await?;
    Ok(row)
}

async fn pair(conn: &impl ConnectionTrait, scope: &muster_kit::OrgScope, of: Of) -> Result<Pair> {
    match of {
        Of::Proposal(id) => {
            let found = proposals::get(conn, scope, &id).await?;
            Ok(Pair::new(found.left_item, found.right_item))
        }
        Of::Pair(one, other) if one == other => {
            Err(Error::bad_request("an item is the same as itself: name two"))
        }
        Of::Pair(one, other) => {
            items::get(conn, scope, one).await?;
            items::get(conn, scope, other).await?;
            Ok(Pair::new(one, other))
        }
    }
}

/// Keeps decisions, and works the groups out once. One that says what stands is left out; another takes the place of what stands.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn decide(uow: &mut UnitOfWork, judged: Vec<(Pair, Judged)>, at: i64) -> Result<Vec<Model>> {
    let scope = uow.scope();
    versions::lock_all(uow, "equivalence").await?;
    let mut kept = Vec::with_capacity(judged.len());
    for (pair, judged) in judged {
        let pair = pair.numbers();
        let before = decisions::of_pair(uow.conn(), &scope, pair).await?;
        let rivals: Vec<Model> =
            before.into_iter().filter(|it| rivals(it, &judged, scope.as_str())).collect();
        if rivals.iter().any(|it| says(it, &judged)) {
            continue;
        }
        for row in rivals {
            let row = decisions::revoke(uow, row, "decided anew", at).await?;
            revoked(uow, &row).await?;
        }
        let score = proposals::of_pair(uow.conn(), &scope, pair).await?.map_or(0, |it| it.score_ppm);
        let row = decisions::keep(uow, pair, &judged, (score, at)).await?;
        // a substitution is of one organisation: the group still decides whether they are the same
        if judged.relation != Relation::Substitutable {
            proposals::mark(uow, pair, true).await?;
        }
        if judged.relation != Relation::Different {
            let version = versions::next(uow, &format!("pair {} {}", pair.0, pair.1)).await?;
            let event = events::equivalence("confirmed", uow.conn(), (&scope, &row), version).await?;
            uow.publish(event)?;
        }
        kept.push(row);
    }
    regroup(uow).await?;
    Ok(kept)
}

/// Would both decisions speak of the same thing? A substitution is of an organisation and a use, all else is of the pair.
fn rivals(standing: &Model, judged: &Judged, org: &str) -> bool {
    let substitution = Relation::Substitutable;
    match (Relation::of(standing.relation) == Some(substitution), judged.relation == substitution) {
        (true, true) => standing.org == org && Some(&standing.clinical_use) == judged.clinical_use.as_ref(),
        (false, false) => true,
        _ => false,
    }
}

fn says(standing: &Model, judged: &Judged) -> bool {
    standing.relation == judged.relation.number()
        && standing.reason == judged.reason.trim()
        && standing.until == judged.until.map(|it| it.to_string()).unwrap_or_default()
}

/// Says that a decision was taken back, where it was one that others heard of.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn revoked(uow: &mut UnitOfWork, row: &Model) -> Result<()> {
    if row.relation == Relation::Different.number() {
        return Ok(());
    }
    let scope = uow.scope();
    let version = versions::next(uow, &format!("pair {} {}", row.left_item, row.right_item)).await?;
    let event = events::equivalence("revoked", uow.conn(), (&scope, row), version).await?;
    uow.publish(event)?;
    Ok(())
}
