//! What people decided of suppliers.

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};

pub(crate) use super::entity::supplier_decision::Model;
use super::entity::supplier_decision::{ActiveModel, Column, Entity};
use crate::domain::supplier::Decision;

/// Decisions in force, oldest first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn standing(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::DecisionId)
        .all(conn)
        .await?)
}

/// Decisions as the domain takes them.
pub(crate) fn decisions(rows: &[Model]) -> Vec<Decision> {
    let decision =
        |row: &Model| Decision { one: row.one.clone(), other: row.other.clone(), same: row.same != 0 };
    rows.iter().map(decision).collect()
}

/// Takes back what was decided of two names; gives how many decisions that were.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn revoke(uow: &UnitOfWork, (one, other): (&str, &str), at: i64) -> Result<u64> {
    let pair =
        |one: &str, other: &str| Condition::all().add(Column::One.eq(one)).add(Column::Other.eq(other));
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .col_expr(Column::RevokedBy, Expr::value(uow.actor().id.clone()))
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::RevokedAt.is_null())
        .filter(Condition::any().add(pair(one, other)).add(pair(other, one)))
        .exec(uow.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Keeps a decision.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn keep(uow: &UnitOfWork, decision: &Decision, reason: &str, at: i64) -> Result<()> {
    let row = ActiveModel {
        decision_id: NotSet,
        org: Set(uow.scope().as_str().to_owned()),
        one: Set(decision.one.clone()),
        other: Set(decision.other.clone()),
        same: Set(i32::from(decision.same)),
        reason: Set(reason.to_owned()),
        decided_by: Set(uow.actor().id.clone()),
        decided_at: Set(at),
        revoked_by: Set(String::new()),
        revoked_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(uow.conn()).await?;
    Ok(())
}
