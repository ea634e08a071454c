//! Gaps of the newest forecast of each scenario and area.

use std::collections::BTreeMap;

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::entity::{forecast_gap, forecast_head};

pub(crate) use forecast_gap::Model as Gap;
pub(crate) use forecast_head::Model as Head;

/// Puts a forecast in place of an earlier one of its scenario and area; a later one that is there stays. Gives whether it was put.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn put(uow: &UnitOfWork, head: Head, gaps: Vec<Gap>) -> Result<bool> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let of = |query: sea_orm::Select<forecast_head::Entity>| {
        query
            .filter(forecast_head::Column::Org.eq(scope.as_str()))
            .filter(forecast_head::Column::Scenario.eq(&head.scenario))
            .filter(forecast_head::Column::Area.eq(&head.area))
    };
    if let Some(there) = of(forecast_head::Entity::find()).one(conn).await? {
        if there.version >= head.version {
            return Ok(false);
        }
        forecast_head::Entity::delete_many()
            .filter(forecast_head::Column::Org.eq(scope.as_str()))
            .filter(forecast_head::Column::Scenario.eq(&head.scenario))
            .filter(forecast_head::Column::Area.eq(&head.area))
            .exec(conn)
            .await?;
        forecast_gap::Entity::delete_many()
            .filter(forecast_gap::Column::Org.eq(scope.as_str()))
            .filter(forecast_gap::Column::Scenario.eq(&head.scenario))
            .filter(forecast_gap::Column::Area.eq(&head.area))
            .exec(conn)
            .await?;
    }
    bulk::insert_all::<forecast_head::Entity, _>(conn, [head.into_active_model()]).await?;
    let rows: Vec<_> = gaps.into_iter().map(IntoActiveModel::into_active_model).collect();
    bulk::insert_all::<forecast_gap::Entity, _>(conn, rows).await?;
    Ok(true)
}

/// Which gaps are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Scenario.
    pub(crate) scenario: String,
    /// Level.
    pub(crate) level: String,
    /// Only of this node; empty = all.
    pub(crate) node: String,
    /// Only of this role; empty = all.
    pub(crate) role: String,
    /// Only of this financial year ending; none = all.
    pub(crate) year: Option<i64>,
}

/// Gaps by node, role and year with the forecast that each is of. Where several areas hold a node, the one published last counts.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    wanted: &Wanted,
) -> Result<Vec<(Head, Gap)>> {
    let heads: BTreeMap<String, Head> = forecast_head::Entity::find()
        .filter(forecast_head::Column::Org.eq(scope.as_str()))
        .filter(forecast_head::Column::Scenario.eq(&wanted.scenario))
        .all(conn)
        .await?
        .into_iter()
        .map(|head| (head.area.clone(), head))
        .collect();
    let mut query = forecast_gap::Entity::find()
        .filter(forecast_gap::Column::Org.eq(scope.as_str()))
        .filter(forecast_gap::Column::Scenario.eq(&wanted.scenario))
        .filter(forecast_gap::Column::Level.eq(&wanted.level));
    if !wanted.node.is_empty() {
        query = query.filter(forecast_gap::Column::Node.eq(&wanted.node));
    }
    if !wanted.role.is_empty() {
        query = query.filter(forecast_gap::Column::Role.eq(&wanted.role));
    }
    if let Some(year) = wanted.year {
        query = query.filter(forecast_gap::Column::Year.eq(year));
    }
    let mut newest: BTreeMap<(String, String, i64), (Head, Gap)> = BTreeMap::new();
    for gap in query.order_by_asc(forecast_gap::Column::Area).all(conn).await? {
        let Some(head) = heads.get(&gap.area) else { continue };
        let key = (gap.node.clone(), gap.role.clone(), gap.year);
        let of = |head: &Head| (head.published_at, head.event_id.clone());
        if newest.get(&key).is_none_or(|(there, _)| of(there) < of(head)) {
            newest.insert(key, (head.clone(), gap));
        }
    }
    Ok(newest.into_values().collect())
}

/// Years of a scenario and level, in order.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn years(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (scenario, level): (&str, &str),
) -> Result<Vec<i64>> {
    Ok(forecast_gap::Entity::find()
        .select_only()
        .column(forecast_gap::Column::Year)
        .distinct()
        .filter(forecast_gap::Column::Org.eq(scope.as_str()))
        .filter(forecast_gap::Column::Scenario.eq(scenario))
        .filter(forecast_gap::Column::Level.eq(level))
        .order_by_asc(forecast_gap::Column::Year)
        .into_tuple()
        .all(conn)
        .await?)
}

/// Scenarios that were heard of, by name.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn scenarios(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<String>> {
    Ok(forecast_head::Entity::find()
        .select_only()
        .column(forecast_head::Column::Scenario)
        .distinct()
        .filter(forecast_head::Column::Org.eq(scope.as_str()))
        .order_by_asc(forecast_head::Column::Scenario)
        .into_tuple()
        .all(conn)
        .await?)
}
