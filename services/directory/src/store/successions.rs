//! Who took over from whom.

use jiff::civil::Date;
use muster_kit::{
    OrgCode, OrgScope, Result,
    page::{Page, Paged},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{entity::succession, evidence::succession_of};
use crate::domain::Succession;

/// A succession and the import that brought it.
pub type Stored = (Succession, String);

/// Successions that had happened by a day, by predecessor and successor.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    as_of: Date,
    page: &Page,
) -> Result<Paged<Stored>> {
    let mut query = succession::Entity::find()
        .filter(succession::Column::Org.eq(scope.as_str()))
        .filter(succession::Column::OnDay.lte(as_of.to_string()))
        .order_by_asc(succession::Column::OnDay)
        .order_by_asc(succession::Column::Predecessor)
        .order_by_asc(succession::Column::Successor);
    if let Some((day, predecessor, successor)) = key_of(&page.after) {
        use succession::Column::{OnDay, Predecessor, Successor};
        let same_day = Condition::all().add(OnDay.eq(day));
        let later = Condition::any()
            .add(OnDay.gt(day))
            .add(same_day.clone().add(Predecessor.gt(predecessor)))
            .add(same_day.add(Predecessor.eq(predecessor)).add(Successor.gt(successor)));
        query = query.filter(later);
    }
    let rows = query.limit(page.size + 1).all(conn).await?;
    let paged = page.cut(rows, |row| format!("{} {} {}", row.on_day, row.predecessor, row.successor));
    stored(paged.rows).map(|rows| Paged { rows, next_token: paged.next_token })
}

/// Successions by a day in which an organisation is predecessor or successor.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn of(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    code: &OrgCode,
    as_of: Date,
) -> Result<Vec<Stored>> {
    let either = Condition::any()
        .add(succession::Column::Predecessor.eq(code.as_str()))
        .add(succession::Column::Successor.eq(code.as_str()));
    let rows = succession::Entity::find()
        .filter(succession::Column::Org.eq(scope.as_str()))
        .filter(succession::Column::OnDay.lte(as_of.to_string()))
        .filter(either)
        .order_by_asc(succession::Column::OnDay)
        .order_by_asc(succession::Column::Predecessor)
        .all(conn)
        .await?;
    stored(rows)
}

fn stored(rows: Vec<succession::Model>) -> Result<Vec<Stored>> {
    rows.into_iter().map(|row| Ok((succession_of(&row)?, row.import_id))).collect()
}

/// Day, predecessor and successor of the last row of the page before.
fn key_of(after: &str) -> Option<(&str, &str, &str)> {
    let mut parts = after.split(' ');
    Some((parts.next()?, parts.next()?, parts.next()?)).filter(|(day, ..)| !day.is_empty())
}
