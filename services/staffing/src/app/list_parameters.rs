//! Lists the parameters of the forecast.

use muster_kit::{
    Action, Actor, Resource, Result,
    page::{Page, Paged},
};

use super::Deps;
use crate::domain::parameters::{Parameter, ParameterSet};

/// A page of parameters by name.
///
/// # Errors
/// Forbidden.
pub(crate) async fn list_parameters(deps: &Deps, actor: &Actor, page: &Page) -> Result<Paged<Parameter>> {
    deps.permit(actor, Action::Read, Resource::all("parameter")).await?;
    let size = usize::try_from(page.size).unwrap_or(usize::MAX - 1);
    let rows: Vec<Parameter> = ParameterSet::shipped()
        .list()
        .into_iter()
        .filter(|parameter| parameter.name > page.after)
        .take(size + 1)
        .collect();
    Ok(page.cut(rows, |parameter| parameter.name.clone()))
}
