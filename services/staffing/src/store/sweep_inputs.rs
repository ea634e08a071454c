//! Inputs of sweeps, by their hash. They are kept for as long as the queue keeps a sweep, then dropped.

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};

use super::entity::sweep_input::{ActiveModel, Column, Entity};

/// Keeps inputs from `now` on, and drops those of the organisation that nobody has asked for since `older_than`.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn keep(
    uow: &UnitOfWork,
    inputs: Vec<(String, Vec<u8>)>,
    (now, older_than): (i64, i64),
) -> Result<()> {
    let (conn, org) = (uow.conn(), uow.scope().as_str().to_owned());
    Entity::delete_many()
        .filter(Column::Org.eq(&org))
        .filter(Column::KeptAt.lt(older_than))
        .exec(conn)
        .await?;
    let again =
        OnConflict::columns([Column::Org, Column::InputsSha256]).update_column(Column::KeptAt).to_owned();
    for (inputs_sha256, content) in inputs {
        let row = ActiveModel {
            org: Set(org.clone()),
            inputs_sha256: Set(inputs_sha256),
            content: Set(content),
            kept_at: Set(now),
        };
        Entity::insert(row).on_conflict(again.clone()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// The packed inputs of this hash; none when they were dropped.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn get(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    inputs_sha256: &str,
) -> Result<Option<Vec<u8>>> {
    let found = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::InputsSha256.eq(inputs_sha256))
        .one(conn)
        .await?;
    Ok(found.map(|row| row.content))
}
