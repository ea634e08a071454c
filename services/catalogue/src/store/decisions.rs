//! What people decided of pairs of items. Decisions are of the group; a substitution counts for the organisation that approved it.

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

pub(crate) use super::entity::decision::Model;
use super::entity::decision::{Column, Entity};
use crate::domain::relation::{Judged, Relation};

/// Decisions in force on a pair, the lower number first: at most one of the group, and substitutions of organisations.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_pair(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    (left, right): (i64, i64),
) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::RevokedAt.is_null())
        .filter(Column::LeftItem.eq(left))
        .filter(Column::RightItem.eq(right))
        .all(conn)
        .await?)
}

/// Decisions in force that name an item, newest first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_item(conn: &impl ConnectionTrait, _scope: &OrgScope, item: i64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::RevokedAt.is_null())
        .filter(Condition::any().add(Column::LeftItem.eq(item)).add(Column::RightItem.eq(item)))
        .order_by_desc(Column::DecisionId)
        .all(conn)
        .await?)
}

/// Pairs that are confirmed as the same item or the same in another pack, with their score.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn same(conn: &impl ConnectionTrait, _scope: &OrgScope) -> Result<Vec<((i64, i64), i64)>> {
    let of = [Relation::SameItem.number(), Relation::OtherPack.number()];
    let rows: Vec<(i64, i64, i64)> = Entity::find()
        .select_only()
        .columns([Column::LeftItem, Column::RightItem, Column::ScorePpm])
        .filter(Column::RevokedAt.is_null())
        .filter(Column::Relation.is_in(of))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(left, right, score)| ((left, right), score)).collect())
}

/// Keeps a decision.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn keep(
    uow: &UnitOfWork,
    (left, right): (i64, i64),
    judged: &Judged,
    (score_ppm, at): (i64, i64),
) -> Result<Model> {
    let row = Model {
        decision_id: Uuid::now_v7().to_string(),
        left_item: left,
        right_item: right,
        relation: judged.relation.number(),
        reason: judged.reason.trim().to_owned(),
        clinical_use: judged.clinical_use.clone().unwrap_or_default(),
        until: judged.until.map(|it| it.to_string()).unwrap_or_default(),
        score_ppm,
        org: uow.scope().as_str().to_owned(),
        decided_by: uow.actor().id.clone(),
        decided_at: at,
        revoked_by: String::new(),
        revoked_at: None,
        revoke_reason: String::new(),
    };
    Entity::insert(row.clone().into_active_model()).exec_without_returning(uow.conn()).await?;
    Ok(row)
}

/// A decision in force.
///
/// # Errors
/// Not found, also when it was taken back; internal or unavailable when the database cannot.
pub(crate) async fn standing(conn: &impl ConnectionTrait, _scope: &OrgScope, id: &str) -> Result<Model> {
    Entity::find_by_id(id)
        .filter(Column::RevokedAt.is_null())
        .one(conn)
        .await?
        .ok_or_else(|| Error::not_found(format!("no decision `{id}` that stands")))
}

/// Takes a decision back.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn revoke(uow: &UnitOfWork, mut row: Model, reason: &str, at: i64) -> Result<Model> {
    row.revoked_at = Some(at);
    row.revoked_by.clone_from(&uow.actor().id);
    row.revoke_reason = reason.trim().to_owned();
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(row.revoked_at))
        .col_expr(Column::RevokedBy, Expr::value(row.revoked_by.clone()))
        .col_expr(Column::RevokeReason, Expr::value(row.revoke_reason.clone()))
        .filter(Column::DecisionId.eq(&row.decision_id))
        .filter(Column::RevokedAt.is_null())
        .exec(uow.conn())
        .await?;
    Ok(row)
}

/// Decisions, newest first, those taken back among them.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    page: &Page,
) -> Result<Paged<Model>> {
    let mut query = Entity::find();
    if !page.after.is_empty() {
        // ids are UUIDv7: their order is the order of time
        query = query.filter(Column::DecisionId.lt(page.after.clone()));
    }
    let rows = query.order_by_desc(Column::DecisionId).limit(page.size + 1).all(conn).await?;
    Ok(page.cut(rows, |row| row.decision_id.clone()))
}

/// Every pair on which a decision of the group stands, whatever it is.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn pairs(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
) -> Result<std::collections::HashSet<(i64, i64)>> {
    let rows: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .columns([Column::LeftItem, Column::RightItem])
        .filter(Column::RevokedAt.is_null())
        .filter(Column::Relation.ne(Relation::Substitutable.number()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}
