//! Puts another value in the place of a parameter, signed.

use jiff::civil::Date;
use muster_kit::{Action, Actor, Error, Resource, Result, audit::AuditEntry, clock};
use uuid::Uuid;

use super::Deps;
use crate::{
    domain::{
        overrides::{BadOverride, CostOf, Override},
        parameters::ParameterSet,
    },
    events,
    store::overrides,
};

/// What is asked: values in the unit of the parameter.
pub(crate) struct Asked {
    /// Dotted name.
    pub(crate) name: String,
    /// Value, 10th and 90th percentile.
    pub(crate) values: [i64; 3],
    /// Of a unit cost, what the value buys and in whose prices it is; empty and 0 = as shipped.
    pub(crate) cost: (String, i32),
    /// First day it holds.
    pub(crate) valid_from: Date,
    /// Why.
    pub(crate) reason: String,
}

/// Signs an override in the name of the actor.
///
/// # Errors
/// Forbidden; bad request when the parameter is not known or the value cannot be; what the database says.
pub(crate) async fn override_parameter(deps: &Deps, actor: &Actor, asked: Asked) -> Result<Override> {
    let permit = deps.permit(actor, Action::Plan, Resource::new("parameter", asked.name.clone())).await?;
    let refused = |problem: BadOverride| Error::bad_request(problem.to_string());
    let [value, low, high] = asked.values;
    let made = Override {
        override_id: Uuid::now_v7().to_string(),
        name: asked.name,
        value,
        low,
        high,
        cost: CostOf::read(asked.cost.0.trim(), asked.cost.1).map_err(refused)?,
        reason: asked.reason.trim().to_owned(),
        valid_from: asked.valid_from,
        signed_by: actor.id.clone(),
        signed_at: clock::now_micros(),
        withdrawn: None,
    };
    made.check(ParameterSet::shipped()).map_err(refused)?;
    let mut uow = deps.db.begin(actor).await?;
    overrides::insert(&uow, &made).await?;
    uow.publish(events::parameter_overridden(&made))?;
    let (basis, price_year) = made.cost.said();
    let detail = format!(
        "override={} value={value} low={low} high={high} basis={basis} price_year={price_year}",
        made.override_id
    );
    uow.commit(AuditEntry::new(permit, detail)).await?;
    Ok(made)
}

/// Withdraws an override; what held before holds again. A second time changes nothing.
///
/// # Errors
/// Forbidden; not found; what the database says.
pub(crate) async fn withdraw_override(deps: &Deps, actor: &Actor, override_id: &str) -> Result<Override> {
    let found = overrides::get(deps.db.read(), &actor.scope(), override_id).await?;
    let permit = deps.permit(actor, Action::Plan, Resource::new("parameter", found.name.clone())).await?;
    let mut uow = deps.db.begin(actor).await?;
    let now = clock::now_micros();
    if !overrides::withdraw(&uow, override_id, (&actor.id, now)).await? {
        return Ok(found);
    }
    let found = Override { withdrawn: Some((actor.id.clone(), now)), ..found };
    uow.publish(events::parameter_overridden(&found))?;
    uow.commit(AuditEntry::new(permit, format!("override={override_id} withdrawn"))).await?;
    Ok(found)
}

/// All overrides, also those that were withdrawn, the last signed first.
///
/// # Errors
/// Forbidden; what the database says.
pub(crate) async fn list_overrides(deps: &Deps, actor: &Actor) -> Result<Vec<Override>> {
    deps.permit(actor, Action::Read, Resource::all("parameter")).await?;
    overrides::all(deps.db.read(), &actor.scope()).await
}
