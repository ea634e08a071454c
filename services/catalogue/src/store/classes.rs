//! Lists of classes.

use std::collections::HashMap;

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::entity::class_entry::{ActiveModel, Column, Entity};
use crate::domain::class::{Entry, Scheme};

/// Puts a list of a scheme in the place of the one before.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn replace(uow: &UnitOfWork, scheme: Scheme, entries: &[Entry]) -> Result<()> {
    let (conn, scope) = (uow.conn(), uow.scope());
    Entity::delete_many()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Scheme.eq(scheme.word()))
        .exec(conn)
        .await?;
    let rows: Vec<ActiveModel> = entries
        .iter()
        .map(|entry| ActiveModel {
            org: Set(scope.as_str().to_owned()),
            scheme: Set(scheme.word().to_owned()),
            code: Set(entry.code.clone()),
            parent: Set(entry.parent.clone().unwrap_or_default()),
            name: Set(entry.name.clone()),
        })
        .collect();
    bulk::insert_all::<Entity, _>(conn, rows).await?;
    Ok(())
}

/// Names of classes, by scheme and code.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn names(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    of: &[(String, String)],
) -> Result<HashMap<(String, String), String>> {
    let mut found = HashMap::new();
    for chunk in of.chunks(500) {
        let rows = Entity::find()
            .filter(Column::Org.eq(scope.as_str()))
            .filter(Column::Code.is_in(chunk.iter().map(|(_, code)| code.as_str())))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| ((row.scheme, row.code), row.name)));
    }
    Ok(found)
}
