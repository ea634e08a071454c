//! What the award says of lots, and what was paid for them, by organisation and month.

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder};

use super::entity::{realised, round_baseline};

pub(crate) use realised::Model as Month;
pub(crate) use round_baseline::Model as Ground;

/// Keeps what an award says of the lots of an organisation, in the place of what was kept.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn keep_grounds(
    uow: &UnitOfWork,
    scope: &OrgScope,
    (round_id, organisation): (&str, &str),
    grounds: Vec<Ground>,
) -> Result<()> {
    round_baseline::Entity::delete_many()
        .filter(round_baseline::Column::Org.eq(scope.as_str()))
        .filter(round_baseline::Column::RoundId.eq(round_id))
        .filter(round_baseline::Column::Organisation.eq(organisation))
        .exec(uow.conn())
        .await?;
    for ground in grounds {
        round_baseline::Entity::insert(ground.into_active_model()).exec_without_returning(uow.conn()).await?;
    }
    Ok(())
}

/// What an award says of the lots of an organisation; an empty one is all of the scope.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn grounds(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    round_id: &str,
    organisation: &str,
) -> Result<Vec<Ground>> {
    let mut query = round_baseline::Entity::find().filter(round_baseline::Column::Org.eq(scope.as_str()));
    if !round_id.is_empty() {
        query = query.filter(round_baseline::Column::RoundId.eq(round_id));
    }
    if !organisation.is_empty() {
        query = query.filter(round_baseline::Column::Organisation.eq(organisation));
    }
    Ok(query.order_by_asc(round_baseline::Column::LotId).all(conn).await?)
}

/// Months of a round and organisation; empty = all of the scope.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn months(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    round_id: &str,
    organisation: &str,
) -> Result<Vec<Month>> {
    let mut query = realised::Entity::find().filter(realised::Column::Org.eq(scope.as_str()));
    if !round_id.is_empty() {
        query = query.filter(realised::Column::RoundId.eq(round_id));
    }
    if !organisation.is_empty() {
        query = query.filter(realised::Column::Organisation.eq(organisation));
    }
    Ok(query
        .order_by_desc(realised::Column::RoundId)
        .order_by_asc(realised::Column::Organisation)
        .order_by_asc(realised::Column::Month)
        .order_by_asc(realised::Column::LotId)
        .all(conn)
        .await?)
}

/// Puts the lots of a month in the place of what was known of it.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn put(
    uow: &UnitOfWork,
    scope: &OrgScope,
    (round_id, organisation, month): (&str, &str, &str),
    rows: Vec<Month>,
) -> Result<()> {
    realised::Entity::delete_many()
        .filter(realised::Column::Org.eq(scope.as_str()))
        .filter(realised::Column::RoundId.eq(round_id))
        .filter(realised::Column::Organisation.eq(organisation))
        .filter(realised::Column::Month.eq(month))
        .exec(uow.conn())
        .await?;
    for row in rows {
        realised::Entity::insert(row.into_active_model()).exec_without_returning(uow.conn()).await?;
    }
    Ok(())
}
