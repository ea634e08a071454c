//! A business case worked out.

use muster_kit::{Action, Actor, Error, Resource, Result};

use super::{
    Deps,
    cases::{KnownCase, Worked, unreadable},
    month_of,
    savings::Savings,
};
use crate::domain::{
    business_case::{Gain, gains},
    options::{Plan, Priced, SEARCH, choose, price_of_rules},
};

/// What is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) case: &'a str,
    pub(crate) option: &'a str,
    pub(crate) as_of: &'a str,
}

/// A case beside what its rules allow and cost.
pub(crate) struct Found<'a> {
    /// The case worked out.
    pub(crate) worked: Worked<'a>,
    /// Place of the option that is shown.
    pub(crate) shown: usize,
    /// The cheapest assignment; none where none keeps the rules.
    pub(crate) cheapest: Option<Plan>,
    /// What each rule costs.
    pub(crate) rules: Vec<Priced>,
    /// Gains of the option that is shown.
    pub(crate) gains: Vec<Gain>,
}

/// Gives a case to `make`.
///
/// # Errors
/// Forbidden; not found; bad request when month or option are none; what the database says.
pub(crate) async fn get_case<T: Send + 'static>(
    deps: &Deps,
    actor: &Actor,
    asked: Asked<'_>,
    make: impl FnOnce(&Found<'_>) -> T + Send + 'static,
) -> Result<T> {
    deps.permit(actor, Action::Read, Resource::new("case", asked.case)).await?;
    let as_of = if asked.as_of.is_empty() { None } else { Some(month_of("month", asked.as_of)?) };
    let (conn, scope) = (deps.db.read(), actor.scope());
    let known = KnownCase::get(conn, &scope, asked.case).await?;
    if !asked.option.is_empty() {
        known.case.option(asked.option).map_err(|problem| Error::bad_request(problem.to_string()))?;
    }
    let savings = Savings::load(conn, &scope).await?;
    let option = asked.option.to_owned();
    // a dozen whole-number programmes: not on a thread that others wait for
    let work = move || {
        let worked = known.work_out(&savings, as_of)?;
        let named = worked.options.iter().position(|it| it.option.id == option);
        let shown = named.unwrap_or(worked.chosen);
        let setting = &known.case.setting;
        let cheapest = choose(setting, &setting.rules, SEARCH).map_err(unreadable)?;
        let rules = price_of_rules(setting, cheapest.as_ref(), SEARCH).map_err(unreadable)?;
        let gains = gains(&known.case, worked.options[shown].option).map_err(unreadable)?;
        Ok(make(&Found { worked, shown, cheapest, rules, gains }))
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal("working a case out failed").with_source(error))?
}
