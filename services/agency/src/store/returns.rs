//! Versions of weekly returns.

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

pub(crate) use super::entity::weekly_return::Model;
use super::entity::weekly_return::{ActiveModel, Column, Entity};
use crate::domain::weekly::Figures;

/// How a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A correction that waits to be attested.
    Open = 1,
    /// Somebody stands for its figures.
    Attested = 2,
    /// Submitted; it stays as it is.
    Closed = 3,
}

impl State {
    /// The word for people.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Attested => "attested",
            Self::Closed => "closed",
        }
    }
}

impl Model {
    /// How it stands.
    ///
    /// # Errors
    /// Internal when the stored number means nothing.
    pub(crate) fn standing(&self) -> Result<State> {
        match self.state {
            1 => Ok(State::Open),
            2 => Ok(State::Attested),
            3 => Ok(State::Closed),
            other => Err(Error::internal(format!("stored state {other} of a return unreadable"))),
        }
    }

    /// Its figures.
    ///
    /// # Errors
    /// Internal when they cannot be read back.
    pub(crate) fn read(&self) -> Result<Figures> {
        serde_json::from_str(&self.figures)
            .map_err(|error| Error::internal("stored figures of a return unreadable").with_source(error))
    }
}

/// Writes a version, in place of what the same number says; a closed one is never written to.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, row: Model) -> Result<()> {
    let columns = [
        Column::State,
        Column::Template,
        Column::KnownAt,
        Column::RulesSha256,
        Column::Engine,
        Column::Figures,
        Column::AttestedBy,
        Column::AttestedAt,
        Column::SubmittedBy,
        Column::ClosedAt,
    ];
    let row: ActiveModel = Model { org: uow.scope().as_str().to_owned(), ..row }.into_active_model();
    let key = [Column::Org, Column::Organisation, Column::Week, Column::Number];
    let conflict = OnConflict::columns(key).update_columns(columns).to_owned();
    Entity::insert(row).on_conflict(conflict).exec_without_returning(uow.conn()).await?;
    Ok(())
}

/// Versions of a week, the first one first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn versions(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    monday: &str,
) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Week.eq(monday))
        .order_by_asc(Column::Number)
        .all(conn)
        .await?)
}

/// Mondays of an organisation's weeks with any version.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn weeks(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
) -> Result<Vec<String>> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Week)
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::State.eq(State::Closed as i32))
        .distinct()
        .into_tuple()
        .all(conn)
        .await?)
}

/// A page of versions, by organisation, newest week first.
///
/// # Errors
/// Bad request on a token that is not ours; internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    page: &Page,
) -> Result<Paged<Model>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if !organisation.is_empty() {
        query = query.filter(Column::Organisation.eq(organisation));
    }
    let skip = if page.after.is_empty() { 0 } else { super::lines::place(&page.after)? };
    let skip = u64::try_from(skip).unwrap_or_default();
    let rows = query
        .order_by_desc(Column::Week)
        .order_by_asc(Column::Organisation)
        .order_by_desc(Column::Number)
        .offset(skip)
        .limit(page.size + 1)
        .all(conn)
        .await?;
    let next = skip + page.size;
    Ok(page.cut(rows, |_| next.to_string()))
}
