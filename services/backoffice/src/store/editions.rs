//! Editions. A trigger of the table keeps them from being changed.

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork, bulk,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel as _, Iterable as _,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    entity::edition::{Column, Entity, Model},
    records::{json, of_json},
};
use crate::domain::edition::{Edition, EditionHead};

/// Stores an edition.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn insert(uow: &UnitOfWork, of: &Edition) -> Result<()> {
    let head = &of.head;
    let row = Model {
        org: uow.scope().as_str().to_owned(),
        number: head.number,
        frozen_by: head.by.clone(),
        signed_as: head.signed_as.clone(),
        frozen_at: head.at,
        note: head.note.clone(),
        as_of: head.as_of.clone(),
        figures: json(&of.figures)?,
        figures_total: head.figures,
        sha256: head.sha256.clone(),
        previous_sha256: head.previous.clone(),
    };
    bulk::insert_all::<Entity, _>(uow.conn(), [row.into_active_model()]).await?;
    Ok(())
}

/// The edition of a number, or the latest (0); none where there is none.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    number: i64,
) -> Result<Option<Edition>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if number != 0 {
        query = query.filter(Column::Number.eq(number));
    }
    let row = query.order_by_desc(Column::Number).limit(1).one(conn).await?;
    row.map(|row| {
        let figures = of_json(&row.figures)?;
        Ok(Edition { head: head(row), figures })
    })
    .transpose()
}

/// The edition of a number, or the latest (0).
///
/// # Errors
/// Not found when there is none within the scope.
pub(crate) async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, number: i64) -> Result<Edition> {
    find(conn, scope, number).await?.ok_or_else(|| {
        Error::not_found(if number == 0 {
            "no edition was frozen yet".to_owned()
        } else {
            format!("no edition {number}")
        })
    })
}

/// A page of editions without their figures, newest first.
///
/// # Errors
/// Bad request when the token is none of ours; internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    page: &Page,
) -> Result<Paged<EditionHead>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if !page.after.is_empty() {
        let after: i64 = page.after.parse().map_err(|_| Error::bad_request("page token unknown"))?;
        query = query.filter(Column::Number.lt(after));
    }
    // figures of an edition are a megabyte and more: they stay where they are
    let columns = Column::iter().filter(|column| !matches!(column, Column::Figures));
    let rows: Vec<Head> = query
        .select_only()
        .columns(columns)
        .order_by_desc(Column::Number)
        .limit(page.size + 1)
        .into_model()
        .all(conn)
        .await?;
    Ok(page.cut(rows, |row| row.number.to_string()).map(EditionHead::from))
}

/// An edition without its figures.
#[derive(Debug, FromQueryResult)]
struct Head {
    number: i64,
    frozen_by: String,
    signed_as: String,
    frozen_at: i64,
    note: String,
    as_of: String,
    figures_total: i64,
    sha256: String,
    previous_sha256: String,
}

impl From<Head> for EditionHead {
    fn from(row: Head) -> Self {
        Self {
            number: row.number,
            by: row.frozen_by,
            signed_as: row.signed_as,
            at: row.frozen_at,
            note: row.note,
            as_of: row.as_of,
            figures: row.figures_total,
            sha256: row.sha256,
            previous: row.previous_sha256,
        }
    }
}

fn head(row: Model) -> EditionHead {
    EditionHead {
        number: row.number,
        by: row.frozen_by,
        signed_as: row.signed_as,
        at: row.frozen_at,
        note: row.note,
        as_of: row.as_of,
        figures: row.figures_total,
        sha256: row.sha256,
        previous: row.previous_sha256,
    }
}
