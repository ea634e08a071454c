//! Pairs that may be the same item and wait for a decision. They are shared by the group, as items are.

use std::collections::HashSet;

use muster_kit::{Error, OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};

pub(crate) use super::entity::proposal::Model;
use super::entity::proposal::{ActiveModel, Column, Entity};

/// A pair that a model proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposed {
    /// Numbers of the items, the lower first.
    pub(crate) pair: (i64, i64),
    /// Score, ppm.
    pub(crate) score_ppm: i64,
    /// Number of the relation.
    pub(crate) relation: i32,
    /// What speaks for and against it.
    pub(crate) evidence: Vec<String>,
}

/// Every pair that was ever proposed.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn pairs(conn: &impl ConnectionTrait, _scope: &OrgScope) -> Result<HashSet<(i64, i64)>> {
    let rows: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .columns([Column::LeftItem, Column::RightItem])
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Adds proposals.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn add(uow: &UnitOfWork, model: &str, at: i64, new: Vec<Proposed>) -> Result<u64> {
    let org = uow.scope().as_str().to_owned();
    let rows: Vec<ActiveModel> = new
        .into_iter()
        .map(|one| ActiveModel {
            proposal_id: NotSet,
            left_item: Set(one.pair.0),
            right_item: Set(one.pair.1),
            score_ppm: Set(one.score_ppm),
            relation: Set(one.relation),
            evidence: Set(one.evidence.join("\n")),
            scored_by: Set(model.to_owned()),
            org: Set(org.clone()),
            proposed_at: Set(at),
            decided: Set(0),
        })
        .collect();
    bulk::insert_all::<Entity, _>(uow.conn(), rows).await
}

/// Proposals that wait, of one item or of all.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn waiting(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    item: Option<i64>,
) -> Result<Vec<Model>> {
    let mut query = Entity::find().filter(Column::Decided.eq(0));
    if let Some(item) = item {
        query = query.filter(Condition::any().add(Column::LeftItem.eq(item)).add(Column::RightItem.eq(item)));
    }
    Ok(query.all(conn).await?)
}

/// A proposal.
///
/// # Errors
/// Not found; internal or unavailable when the database cannot.
pub(crate) async fn get(conn: &impl ConnectionTrait, _scope: &OrgScope, id: &str) -> Result<Model> {
    let missing = || Error::not_found(format!("no proposal `{id}`"));
    let number: i64 = id.parse().map_err(|_| missing())?;
    Entity::find_by_id(number).one(conn).await?.ok_or_else(missing)
}

/// The proposal of a pair, the lower number first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_pair(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    (left, right): (i64, i64),
) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::LeftItem.eq(left)).filter(Column::RightItem.eq(right)).one(conn).await?)
}

/// Notes that somebody decided on a pair, or that it waits again.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn mark(uow: &UnitOfWork, (left, right): (i64, i64), decided: bool) -> Result<()> {
    // a proposal is of the group: whoever decides, it waits no more
    Entity::update_many()
        .col_expr(Column::Decided, Expr::value(i32::from(decided)))
        .filter(Column::LeftItem.eq(left))
        .filter(Column::RightItem.eq(right))
        .exec(uow.conn())
        .await?;
    Ok(())
}
