//! Months of temporary staffing that were heard of.

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter};

use super::entity::spend_month::{Column, Entity, Model};
use super::records::{json, of_json};
use crate::domain::{Month, claim::Evidence, displacement::MonthHours};

/// A month of an organisation with the event that said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpendMonth {
    /// ODS code.
    pub(crate) organisation: String,
    /// Month.
    pub(crate) month: Month,
    /// Version of the month.
    pub(crate) version: i64,
    /// The event.
    pub(crate) evidence: Evidence,
    /// Hours by group of staff.
    pub(crate) hours: MonthHours,
}

/// A month as it was heard of last.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn get(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    month: Month,
) -> Result<Option<SpendMonth>> {
    let row = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Month.eq(month.to_string()))
        .one(conn)
        .await?;
    row.map(|row| {
        Ok(SpendMonth {
            organisation: organisation.to_owned(),
            month,
            version: row.version,
            evidence: of_json(&row.evidence)?,
            hours: of_json(&row.hours)?,
        })
    })
    .transpose()
}

/// Keeps a month unless a later version of it is there. Gives whether it was kept.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn put(uow: &UnitOfWork, of: &SpendMonth) -> Result<bool> {
    let (conn, scope) = (uow.conn(), uow.scope());
    if let Some(known) = get(conn, &scope, &of.organisation, of.month).await?
        && known.version >= of.version
    {
        return Ok(false);
    }
    let month = of.month.to_string();
    Entity::delete_many()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Organisation.eq(&of.organisation))
        .filter(Column::Month.eq(&month))
        .exec(conn)
        .await?;
    let row = Model {
        org: scope.as_str().to_owned(),
        organisation: of.organisation.clone(),
        month,
        version: of.version,
        evidence: json(&of.evidence)?,
        hours: json(&of.hours)?,
    };
    bulk::insert_all::<Entity, _>(conn, [row.into_active_model()]).await?;
    Ok(true)
}

/// Organisations and months that were heard of.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn list(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<(String, Month)>> {
    let rows = Entity::find().filter(Column::Org.eq(scope.as_str())).all(conn).await?;
    let read = |row: Model| Month::read(&row.month).map(|month| (row.organisation, month));
    Ok(rows.into_iter().filter_map(read).collect())
}
