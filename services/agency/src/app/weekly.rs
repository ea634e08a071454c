//! What the use cases of the weekly return share: counting a week, and the correction that a late shift makes.

use std::collections::BTreeSet;

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::ConnectionTrait;

use super::{london, reference};
use crate::{
    domain::{
        Judge, Week,
        weekly::{Figures, TEMPLATE},
    },
    events,
    store::{
        lines, overrides,
        returns::{self, Model, State},
        versions,
    },
};

/// Version of the program, which rules that it brings along go with.
const ENGINE: &str = concat!("muster-agency/", env!("CARGO_PKG_VERSION"));

/// A week as it was counted.
pub(crate) struct Counted {
    /// Figures.
    pub(crate) figures: Figures,
    /// SHA-256 of the rules.
    pub(crate) rules_sha256: String,
}

/// Counts a week from lines, rules and overrides as they were known at an instant, microseconds UTC.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn count(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (organisation, week): (&str, Week),
    at: i64,
) -> Result<Counted> {
    let rules = reference(conn, scope, Some(at)).await?;
    let (first, last) = (week.monday().to_string(), week.sunday().to_string());
    let days = (first.as_str(), last.as_str());
    let shifts = lines::between(conn, scope, organisation, days, Some(at)).await?;
    let asked = overrides::between(conn, scope, organisation, days, Some(at)).await?;
    let mut judge = Judge::new(rules.reference.book, rules.reference.lists, london()?);
    let judged: Vec<_> = shifts.iter().map(|line| judge.judge(&line.shift)).collect();
    let figures = Figures::count(shifts.iter().map(|line| &line.shift).zip(&judged), &asked, at);
    Ok(Counted { figures, rules_sha256: rules.sha256 })
}

/// A version with these figures that nobody has attested.
///
/// # Errors
/// Internal when the figures cannot be written.
pub(super) fn version(
    (organisation, week): (&str, Week),
    number: i64,
    counted: &Counted,
    at: i64,
) -> Result<Model> {
    let figures = serde_json::to_string(&counted.figures).map_err(|error| {
        muster_kit::Error::internal("the figures of a return cannot be written").with_source(error)
    })?;
    Ok(Model {
        org: String::new(),
        organisation: organisation.to_owned(),
        week: week.monday().to_string(),
        number,
        state: State::Open as i32,
        template: TEMPLATE.to_owned(),
        known_at: at,
        rules_sha256: counted.rules_sha256.clone(),
        engine: ENGINE.to_owned(),
        figures,
        attested_by: None,
        attested_at: None,
        submitted_by: None,
        closed_at: None,
    })
}

/// Makes or renews the correction of every closed week that lines from a day to a day changed.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(super) async fn correct(
    uow: &mut UnitOfWork,
    organisation: &str,
    days: (&str, &str),
    at: i64,
) -> Result<u64> {
    let scope = uow.scope();
    let closed: BTreeSet<String> =
        returns::weeks(uow.conn(), &scope, organisation).await?.into_iter().collect();
    let mut corrections = 0;
    for monday in closed {
        let week: Week = monday.parse().map_err(muster_kit::Error::internal)?;
        if week.sunday().to_string().as_str() < days.0 || monday.as_str() > days.1 {
            continue;
        }
        let known = returns::versions(uow.conn(), &scope, organisation, &monday).await?;
        let Some(last) = known.last() else { continue };
        let counted = count(uow.conn(), &scope, (organisation, week), at).await?;
        if counted.figures == last.read()? {
            continue;
        }
        let number = if last.standing()? == State::Closed { last.number + 1 } else { last.number };
        let row = version((organisation, week), number, &counted, at)?;
        returns::write(uow, row.clone()).await?;
        let version = versions::next(uow, &format!("return {organisation} {monday}")).await?;
        uow.publish(events::weekly_return("corrected", &row, &counted.figures, version))?;
        corrections += 1;
    }
    Ok(corrections)
}
