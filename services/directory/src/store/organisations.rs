//! Organisations as the map has them, with names, lists and memberships.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_kit::{
    Error, OrgCode, OrgScope, Result,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, Query, SimpleExpr},
};

use super::{
    codec,
    entity::{grouping, identity, list, membership, organisation},
};
use crate::domain::{
    FinancialYear, GroupingKey, GroupingKind, Identity, Organisation, OrganisationKind, Period,
    RegisteredList,
    organisation::{BoroughBasis, ClosingBasis},
    territory::BOROUGHS,
};

/// An organisation with what only the store knows of it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The organisation.
    pub organisation: Organisation,
    /// Counts its changes from 1.
    pub version: i64,
    /// The import that changed it last.
    pub import_id: String,
}

/// A membership with the name of its grouping.
#[derive(Clone, Debug)]
pub struct NamedMembership {
    /// The grouping.
    pub key: GroupingKey,
    /// Its name.
    pub name: String,
    /// For how long.
    pub period: Period,
    /// True when it is a stand-in.
    pub placeholder: bool,
}

/// Which organisations are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As of this day.
    pub as_of: Date,
    /// Only this kind.
    pub kind: Option<OrganisationKind>,
    /// Only those whose code or newest name contains this, any case.
    pub search: String,
    /// Also those that had closed by then.
    pub include_closed: bool,
    /// Only members of one of these groupings on the day, or when they closed; none for all.
    pub members_of: Option<Vec<GroupingKey>>,
}

/// One organisation.
///
/// # Errors
/// Not found when there is none of that code within the scope.
pub async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, code: &OrgCode) -> Result<Stored> {
    let row = organisation::Entity::find()
        .filter(organisation::Column::Org.eq(scope.as_str()))
        .filter(organisation::Column::Code.eq(code.as_str()))
        .one(conn)
        .await?
        .ok_or_else(|| Error::not_found(format!("no organisation `{code}`")))?;
    let mut stored = with_details(conn, scope, vec![row]).await?;
    stored.pop().ok_or_else(|| Error::not_found(format!("no organisation `{code}`")))
}

/// A page of organisations by code.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<Stored>> {
    let rows = select(scope, wanted)
        .filter(organisation::Column::Code.gt(page.after.as_str()))
        .order_by_asc(organisation::Column::Code)
        .limit(page.size + 1)
        .all(conn)
        .await?;
    let cut = page.cut(rows, |row| row.code.clone());
    Ok(Paged { rows: with_details(conn, scope, cut.rows).await?, next_token: cut.next_token })
}

fn select(scope: &OrgScope, wanted: &Wanted) -> Select<organisation::Entity> {
    use organisation::Column;
    let day = wanted.as_of.to_string();
    let mut query = organisation::Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Condition::any().add(Column::Opened.is_null()).add(Column::Opened.lte(day.as_str())));
    if !wanted.include_closed {
        query = query
            .filter(Condition::any().add(Column::Closed.is_null()).add(Column::Closed.gte(day.as_str())));
    }
    if let Some(kind) = wanted.kind {
        query = query.filter(Column::Kind.eq(kind.as_str()));
    }
    if !wanted.search.trim().is_empty() {
        query = query.filter(Column::Search.contains(wanted.search.trim().to_lowercase()));
    }
    if let Some(groupings) = &wanted.members_of {
        query = query.filter(is_member(scope, groupings, &day));
    }
    query
}

/// Has the organisation a membership in one of the groupings on the day, or on its last day when that was earlier?
fn is_member(scope: &OrgScope, groupings: &[GroupingKey], day: &str) -> SimpleExpr {
    use membership::Column;
    let mut any = Condition::any();
    for key in groupings {
        let this = Condition::all()
            .add(Expr::col((membership::Entity, Column::Kind)).eq(key.kind.as_str()))
            .add(Expr::col((membership::Entity, Column::GroupingCode)).eq(key.code.as_str()));
        any = any.add(this);
    }
    let closed = || Expr::col((organisation::Entity, organisation::Column::Closed));
    let last: SimpleExpr = Expr::case(closed().lt(day), closed()).finally(Expr::val(day)).into();
    let lasts = Condition::any()
        .add(Expr::col((membership::Entity, Column::ValidTo)).is_null())
        .add(Expr::col((membership::Entity, Column::ValidTo)).gte(last.clone()));
    let query = Query::select()
        .expr(Expr::val(1))
        .from(membership::Entity)
        .and_where(Expr::col((membership::Entity, Column::Org)).eq(scope.as_str()))
        .and_where(
            Expr::col((membership::Entity, Column::Practice))
                .equals((organisation::Entity, organisation::Column::Code)),
        )
        .and_where(Expr::col((membership::Entity, Column::ValidFrom)).lte(last))
        .cond_where(lasts)
        .cond_where(any)
        .to_owned();
    Expr::exists(query)
}

/// Adds names and lists.
async fn with_details(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    rows: Vec<organisation::Model>,
) -> Result<Vec<Stored>> {
    // a page has at most 5,000 rows: their codes fit into one statement on either database
    let codes: Vec<String> = rows.iter().map(|row| row.code.clone()).collect();
    let identities = identity::Entity::find()
        .filter(identity::Column::Org.eq(scope.as_str()))
        .filter(identity::Column::Code.is_in(codes.clone()))
        .order_by_asc(identity::Column::Since)
        .all(conn)
        .await?;
    let lists = list::Entity::find()
        .filter(list::Column::Org.eq(scope.as_str()))
        .filter(list::Column::Code.is_in(codes))
        .order_by_asc(list::Column::Year)
        .all(conn)
        .await?;
    let mut identities_of: BTreeMap<String, Vec<Identity>> = BTreeMap::new();
    for row in identities {
        let since = codec::date(&row.since)?;
        let identity = Identity { since, name: row.name, postcode: row.postcode };
        identities_of.entry(row.code).or_default().push(identity);
    }
    let mut lists_of: BTreeMap<String, Vec<RegisteredList>> = BTreeMap::new();
    for row in lists {
        lists_of.entry(row.code.clone()).or_default().push(list_of(&row)?);
    }
    let stored = |row: organisation::Model| {
        let identities = identities_of.remove(&row.code).unwrap_or_default();
        let lists = lists_of.remove(&row.code).unwrap_or_default();
        stored(row, identities, lists)
    };
    rows.into_iter().map(stored).collect()
}

fn stored(row: organisation::Model, identities: Vec<Identity>, lists: Vec<RegisteredList>) -> Result<Stored> {
    let borough = row.borough.as_deref().and_then(|name| BOROUGHS.iter().find(|known| known.name == name));
    let basis =
        row.borough_basis.as_deref().map(|word| codec::word(word, BoroughBasis::parse)).transpose()?;
    let closing =
        row.closing_basis.as_deref().map(|word| codec::word(word, ClosingBasis::parse)).transpose()?;
    let organisation = Organisation {
        code: codec::code(&row.code)?,
        kind: codec::word(&row.kind, OrganisationKind::parse)?,
        identities,
        borough: borough.map(|borough| borough.name).zip(basis),
        opened: codec::optional_date(row.opened.as_deref())?,
        closed: codec::optional_date(row.closed.as_deref())?.zip(closing),
        lists,
    };
    Ok(Stored { organisation, version: row.version, import_id: row.import_id })
}

/// A list as the domain has it.
pub(super) fn list_of(row: &list::Model) -> Result<RegisteredList> {
    let year = FinancialYear::ending(row.year)
        .ok_or_else(|| Error::internal(format!("stored year `{}` unreadable", row.year)))?;
    Ok(RegisteredList {
        year,
        registered_milli: row.registered_milli,
        weighted_milli: row.weighted_milli,
        counted_twice_milli: row.counted_twice_milli,
    })
}

/// All memberships of practices, by practice, kind and first day.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn memberships(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    practices: &[&OrgCode],
) -> Result<BTreeMap<OrgCode, Vec<NamedMembership>>> {
    let rows = membership::Entity::find()
        .filter(membership::Column::Org.eq(scope.as_str()))
        .filter(membership::Column::Practice.is_in(practices.iter().map(|code| code.as_str())))
        .order_by_asc(membership::Column::Practice)
        .order_by_asc(membership::Column::Kind)
        .order_by_asc(membership::Column::ValidFrom)
        .all(conn)
        .await?;
    let names: Vec<(String, String, String)> = grouping::Entity::find()
        .select_only()
        .columns([grouping::Column::Kind, grouping::Column::Code, grouping::Column::Name])
        .filter(grouping::Column::Org.eq(scope.as_str()))
        .into_tuple()
        .all(conn)
        .await?;
    let names: BTreeMap<(String, String), String> =
        names.into_iter().map(|(kind, code, name)| ((kind, code), name)).collect();
    let mut by_practice: BTreeMap<OrgCode, Vec<NamedMembership>> = BTreeMap::new();
    for row in rows {
        let kind = codec::word(&row.kind, GroupingKind::parse)?;
        let period = codec::period(&row.valid_from, row.valid_to.as_deref())?;
        let id = (row.kind, row.grouping_code);
        let name = names.get(&id).cloned().unwrap_or_default();
        let key = GroupingKey::new(kind, id.1);
        let membership = NamedMembership { key, name, period, placeholder: row.placeholder };
        by_practice.entry(codec::code(&row.practice)?).or_default().push(membership);
    }
    Ok(by_practice)
}
