//! Lists published spend.

use muster_kit::{Action, Actor, Error, Resource, Result};

use super::Deps;
use crate::store::spend::{self, Sum};

/// Sums by payer, month, what it is for and group of staff.
///
/// # Errors
/// Forbidden; bad request when a month is none; what the database says.
pub(crate) async fn list_spend(deps: &Deps, actor: &Actor, months: (&str, &str)) -> Result<Vec<Sum>> {
    deps.permit(actor, Action::Read, Resource::all("spend")).await?;
    for month in [months.0, months.1] {
        check_month(month)?;
    }
    spend::sums(deps.db.read(), &actor.scope(), months).await
}

/// Is it `YYYY-MM`, or nothing?
///
/// # Errors
/// Bad request when it is not.
pub(crate) fn check_month(text: &str) -> Result<()> {
    let date = format!("{text}-01").parse::<jiff::civil::Date>();
    if text.is_empty() || (text.len() == 7 && date.is_ok()) {
        return Ok(());
    }
    Err(Error::bad_request(format!("`{text}` is no month: write YYYY-MM, for instance 2016-04")))
}
