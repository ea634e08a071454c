//! Keeps the standing backtest of an area, so that an edition can freeze how far its forecasts are to be trusted.

use muster_kit::{Actor, Permit, Result, audit::AuditEntry, clock};
use prost::Message as _;

use super::{
    Deps,
    run_backtest::{Backtest, Request},
};
use crate::{
    domain::forecast::{ENGINE, Spec},
    proto::backtest::backtest_result,
    store::backtests::{self, Baseline, Kept},
};

/// Is it the standing one: every year that the data allow, every role, and no other truth than what was imported?
pub(super) fn is_standing(request: &Request) -> bool {
    request.truth.is_none()
        && request.origins.is_empty()
        && request.groupings_as_of.is_empty()
        && request.roles == Spec::ROLES
}

/// Keeps it with the baselines that it was made of. One that says the same of the same baselines is not written again.
///
/// # Errors
/// What the database says.
pub(super) async fn keep_backtest(
    deps: &Deps,
    actor: &Actor,
    (permit, baselines): (Permit, &[Baseline]),
    (request, scored): (&Request, &Backtest),
) -> Result<()> {
    let kept = Kept {
        org: actor.scope().as_str().to_owned(),
        area: scored.area.clone(),
        engine: ENGINE.to_owned(),
        draws: i64::from(request.draws),
        seed: request.seed.to_string(),
        baselines: backtests::text(baselines),
        result: hex::encode(backtest_result(scored, 0).encode_to_vec()),
        actor: actor.id.clone(),
        version: 0,
        recorded_at: clock::now_micros(),
    };
    let said = |it: &Kept| (it.area.clone(), it.baselines.clone(), it.result.clone(), it.seed.clone());
    let before = backtests::all(deps.db.read(), &actor.scope()).await?;
    if before.iter().any(|it| said(it) == said(&kept)) {
        return Ok(());
    }
    let detail = format!("backtest area={} draws={}", kept.area, kept.draws);
    let uow = deps.db.begin(actor).await?;
    backtests::put(&uow, kept).await?;
    uow.commit(AuditEntry::new(permit, detail)).await
}
