//! Lists lines of the plan that came by themselves.

use muster_kit::{
    Action, Actor, Error, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::{
    domain::{
        Word as _,
        plan::{PlanLine, PlanNature},
    },
    store::plan_lines,
};

/// A page of lines by name, of a nature or of all (empty).
///
/// # Errors
/// Forbidden; bad request when there is no such nature; what the database says.
pub(crate) async fn list_plan_lines(
    deps: &Deps,
    actor: &Actor,
    nature: &str,
    page: &Page,
) -> Result<Paged<PlanLine>> {
    deps.permit(actor, Action::Read, Resource::all("plan-line")).await?;
    if !nature.is_empty() && PlanNature::of(nature).is_none() {
        let known = PlanNature::list();
        return Err(Error::bad_request(format!("no nature `{nature}`: choose one of {known}")));
    }
    plan_lines::page(deps.db.read(), &actor.scope(), nature, page).await
}
