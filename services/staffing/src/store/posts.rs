//! Posts.

use std::collections::BTreeSet;

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    codec,
    entity::post_part::{Column, Entity, Model},
    replaced::replace,
};
use crate::domain::posts::PostPart;

/// Posts in one statement.
const CHUNK: usize = 500;

/// Writes posts. A post that is there already is replaced with all its parts, so that its shares stay a whole.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, import_id: &str, parts: &[PostPart]) -> Result<()> {
    let org = uow.scope().as_str().to_owned();
    let within = Condition::all().add(Column::Org.eq(&org));
    let posts = parts.iter().map(|part| part.post_ref.clone()).collect();
    let rows = parts.iter().map(|part| Model {
        org: org.clone(),
        post_ref: part.post_ref.clone(),
        works_at: part.works_at.clone(),
        valid_from: part.valid_from.to_string(),
        valid_to: part.valid_to.map(|day| day.to_string()),
        person_ref: part.person_ref.clone(),
        role: part.role.number(),
        employer: part.employer.clone(),
        share_ppm: part.share_ppm,
        hours_week_milli: part.hours_week_milli,
        hours_standard_milli: part.hours_standard_milli,
        import_id: import_id.to_owned(),
    });
    replace::<Entity, _>(uow, within, (Column::PostRef, posts), rows.collect()).await
}

/// Imports that posts came with.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn imports_of(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    posts: &BTreeSet<String>,
) -> Result<BTreeSet<String>> {
    let posts: Vec<&str> = posts.iter().map(String::as_str).collect();
    let mut imports = BTreeSet::new();
    for chunk in posts.chunks(CHUNK) {
        let of_chunk: Vec<String> = Entity::find()
            .select_only()
            .column(Column::ImportId)
            .distinct()
            .filter(Column::Org.eq(scope.as_str()))
            .filter(Column::PostRef.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(conn)
            .await?;
        imports.extend(of_chunk);
    }
    Ok(imports)
}

/// All parts of all posts.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn all(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<PostPart>> {
    let rows =
        Entity::find().filter(Column::Org.eq(scope.as_str())).order_by_asc(Column::PostRef).all(conn).await?;
    rows.into_iter()
        .map(|row| {
            Ok(PostPart {
                role: codec::role(row.role)?,
                valid_from: codec::date(&row.valid_from)?,
                valid_to: row.valid_to.as_deref().map(codec::date).transpose()?,
                post_ref: row.post_ref,
                person_ref: row.person_ref,
                employer: row.employer,
                works_at: row.works_at,
                share_ppm: row.share_ppm,
                hours_week_milli: row.hours_week_milli,
                hours_standard_milli: row.hours_standard_milli,
            })
        })
        .collect()
}
