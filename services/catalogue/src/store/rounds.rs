//! Collective rounds: what happened in them, in order. A round is read by its host and by its partners.

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork,
    page::{Page, Paged},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel as _,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait as _, sea_query::Expr,
};

use super::entity::{round, round_event, round_partner};

pub(crate) use round::Model as Head;
pub(crate) use round_event::Model as Happened;

fn seen_by(scope: &OrgScope) -> Condition {
    let mine = round_partner::Entity::find()
        .select_only()
        .column(round_partner::Column::RoundId)
        .filter(round_partner::Column::Organisation.eq(scope.as_str()))
        .into_query();
    Condition::any().add(round::Column::Org.eq(scope.as_str())).add(round::Column::RoundId.in_subquery(mine))
}

/// A round.
///
/// # Errors
/// Not found, also where the scope neither hosts it nor takes part; internal or unavailable when the database cannot.
pub(crate) async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, id: &str) -> Result<Head> {
    round::Entity::find_by_id(id)
        .filter(seen_by(scope))
        .one(conn)
        .await?
        .ok_or_else(|| Error::not_found(format!("no round `{id}`")))
}

/// What happened in a round, in order.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn history(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    id: &str,
) -> Result<Vec<Happened>> {
    Ok(round_event::Entity::find()
        .filter(round_event::Column::RoundId.eq(id))
        .order_by_asc(round_event::Column::Number)
        .all(conn)
        .await?)
}

/// Rounds, newest first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn page(conn: &impl ConnectionTrait, scope: &OrgScope, page: &Page) -> Result<Paged<Head>> {
    let mut query = round::Entity::find().filter(seen_by(scope));
    if !page.after.is_empty() {
        // ids are UUIDv7: their order is the order of time
        query = query.filter(round::Column::RoundId.lt(page.after.clone()));
    }
    let rows = query.order_by_desc(round::Column::RoundId).limit(page.size + 1).all(conn).await?;
    Ok(page.cut(rows, |row| row.round_id.clone()))
}

/// Awarded rounds in which an organisation takes part.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn awarded_to(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    organisation: &str,
) -> Result<Vec<Head>> {
    let mine = round_partner::Entity::find()
        .select_only()
        .column(round_partner::Column::RoundId)
        .filter(round_partner::Column::Organisation.eq(organisation))
        .into_query();
    Ok(round::Entity::find()
        .filter(round::Column::Award.ne(""))
        .filter(round::Column::RoundId.in_subquery(mine))
        .order_by_asc(round::Column::RoundId)
        .all(conn)
        .await?)
}

/// Stores a round that opens, with its partners.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn open(uow: &UnitOfWork, head: Head, partners: &[String]) -> Result<()> {
    let rows = partners.iter().map(|organisation| round_partner::ActiveModel {
        round_id: Set(head.round_id.clone()),
        organisation: Set(organisation.clone()),
    });
    let rows: Vec<_> = rows.collect();
    round::Entity::insert(head.into_active_model()).exec_without_returning(uow.conn()).await?;
    round_partner::Entity::insert_many(rows).exec_without_returning(uow.conn()).await?;
    Ok(())
}

/// Moves a round on to its next version; its row stays locked until the commit.
///
/// # Errors
/// Already exists when somebody else did something in it meanwhile; internal or unavailable when the database cannot.
pub(crate) async fn advance(uow: &UnitOfWork, head: &Head, from: i64) -> Result<()> {
    let done = round::Entity::update_many()
        .col_expr(round::Column::Version, Expr::value(head.version))
        .col_expr(round::Column::Phase, Expr::value(head.phase))
        .col_expr(round::Column::Award, Expr::value(head.award.clone()))
        .filter(round::Column::RoundId.eq(&head.round_id))
        .filter(round::Column::Version.eq(from))
        .exec(uow.conn())
        .await?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::already_exists("somebody else did something in the round meanwhile: look at it again"))
    }
}

/// Adds what happened.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn add(uow: &UnitOfWork, happened: Happened) -> Result<()> {
    round_event::Entity::insert(happened.into_active_model()).exec_without_returning(uow.conn()).await?;
    Ok(())
}
