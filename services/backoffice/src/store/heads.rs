//! The newest version of each aggregate elsewhere that something here is made of.

use muster_kit::{Result, UnitOfWork, bulk};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel as _, QueryFilter};

use super::{
    entity::plan_head::{Column, Entity, Model},
    versions,
};

/// Notes the version of an aggregate; gives whether it is later than what was noted. Whoever asks about the same aggregate waits until the
/// commit.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn advance(uow: &UnitOfWork, head: &str, version: i64) -> Result<bool> {
    versions::lock(uow, head).await?;
    let (conn, scope) = (uow.conn(), uow.scope());
    let mine = |query: sea_orm::Select<Entity>| {
        query.filter(Column::Org.eq(scope.as_str())).filter(Column::Head.eq(head))
    };
    if mine(Entity::find()).one(conn).await?.is_some_and(|known| known.version >= version) {
        return Ok(false);
    }
    Entity::delete_many()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Head.eq(head))
        .exec(conn)
        .await?;
    let row = Model { org: scope.as_str().to_owned(), head: head.to_owned(), version };
    bulk::insert_all::<Entity, _>(conn, [row.into_active_model()]).await?;
    Ok(true)
}
