//! Writes the difference that an import made to the map, and counts versions.

use std::collections::BTreeMap;

use muster_kit::{OrgCode, OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use super::entity::{grouping, identity, list, map_state, membership, organisation};
use crate::domain::{Change, Grouping, GroupingKey, GroupingKind, Map, Organisation};

/// Codes in one delete statement.
const CHUNK: usize = 500;

/// Versions after the change.
#[derive(Debug, Default)]
pub struct Versions {
    /// By code of the organisation.
    pub organisations: BTreeMap<OrgCode, i64>,
    /// By grouping.
    pub groupings: BTreeMap<GroupingKey, i64>,
}

/// Waits for other imports of the organisation and keeps them waiting until this transaction ends: two that drew the
/// map from the same evidence would each lose the other's part.
///
/// Gives what the stored map has that a redraw must replace: nothing when it was drawn by today's rules, else the
/// names of its groupings (organisations never go away, groupings may).
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn lock(uow: &UnitOfWork, scope: &OrgScope) -> Result<Option<Map>> {
    let first = map_state::ActiveModel {
        org: Set(scope.as_str().to_owned()),
        imports: Set(0),
        rules: Set(Map::RULES),
    };
    map_state::Entity::insert(first)
        .on_conflict(OnConflict::column(map_state::Column::Org).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(uow.conn())
        .await?;
    map_state::Entity::update_many()
        .col_expr(map_state::Column::Imports, Expr::col(map_state::Column::Imports).add(1))
        .filter(map_state::Column::Org.eq(scope.as_str()))
        .exec(uow.conn())
        .await?;
    let drawn_by =
        map_state::Entity::find_by_id(scope.as_str()).one(uow.conn()).await?.map(|state| state.rules);
    if drawn_by == Some(Map::RULES) {
        return Ok(None);
    }
    map_state::Entity::update_many()
        .col_expr(map_state::Column::Rules, Expr::val(Map::RULES))
        .filter(map_state::Column::Org.eq(scope.as_str()))
        .exec(uow.conn())
        .await?;
    Ok(Some(outline(grouping_versions(uow.conn(), scope).await?)))
}

/// A map that has the stored groupings by name only, and so differs from any drawn one.
fn outline(stored: BTreeMap<(String, String), i64>) -> Map {
    let grouping = |(kind, code): (String, String)| {
        let key = GroupingKey::new(GroupingKind::parse(&kind)?, code);
        let grouping =
            Grouping { key: key.clone(), name: String::new(), placeholder: false, members: Vec::new() };
        Some((key, grouping))
    };
    Map { groupings: stored.into_keys().filter_map(grouping).collect(), ..Map::default() }
}

/// Writes a change; gives the versions of everything in it.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn write(
    uow: &UnitOfWork,
    scope: &OrgScope,
    import_id: &str,
    change: &Change<'_>,
) -> Result<Versions> {
    let mut versions = Versions::default();
    let known = organisation_versions(uow.conn(), scope).await?;
    for organisation in &change.organisations {
        let version = known.get(organisation.code.as_str()).map_or(1, |version| version + 1);
        versions.organisations.insert(organisation.code.clone(), version);
    }
    let replaced: Vec<&str> = versions
        .organisations
        .iter()
        .filter(|(_, version)| **version > 1)
        .map(|(code, _)| code.as_str())
        .collect();
    delete_organisations(uow, scope, &replaced).await?;
    insert_organisations(uow, scope, import_id, (change, &versions)).await?;

    let known = grouping_versions(uow.conn(), scope).await?;
    for grouping in &change.groupings {
        let key = &grouping.key;
        let version =
            known.get(&(key.kind.as_str().to_owned(), key.code.clone())).map_or(1, |version| version + 1);
        versions.groupings.insert(key.clone(), version);
    }
    let mut replaced: Vec<&GroupingKey> = change.groupings.iter().map(|grouping| &grouping.key).collect();
    replaced.extend(&change.dissolved);
    replaced.retain(|key| known.contains_key(&(key.kind.as_str().to_owned(), key.code.clone())));
    for key in replaced {
        delete_grouping(uow, scope, key).await?;
    }
    insert_groupings(uow, scope, import_id, (change, &versions)).await?;
    Ok(versions)
}

async fn organisation_versions(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
) -> Result<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = organisation::Entity::find()
        .select_only()
        .columns([organisation::Column::Code, organisation::Column::Version])
        .filter(organisation::Column::Org.eq(scope.as_str()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn grouping_versions(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
) -> Result<BTreeMap<(String, String), i64>> {
    let rows: Vec<(String, String, i64)> = grouping::Entity::find()
        .select_only()
        .columns([grouping::Column::Kind, grouping::Column::Code, grouping::Column::Version])
        .filter(grouping::Column::Org.eq(scope.as_str()))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|(kind, code, version)| ((kind, code), version)).collect())
}

async fn delete_organisations(uow: &UnitOfWork, scope: &OrgScope, codes: &[&str]) -> Result<()> {
    for part in codes.chunks(CHUNK) {
        let part = || part.iter().copied();
        organisation::Entity::delete_many()
            .filter(organisation::Column::Org.eq(scope.as_str()))
            .filter(organisation::Column::Code.is_in(part()))
            .exec(uow.conn())
            .await?;
        identity::Entity::delete_many()
            .filter(identity::Column::Org.eq(scope.as_str()))
            .filter(identity::Column::Code.is_in(part()))
            .exec(uow.conn())
            .await?;
        list::Entity::delete_many()
            .filter(list::Column::Org.eq(scope.as_str()))
            .filter(list::Column::Code.is_in(part()))
            .exec(uow.conn())
            .await?;
    }
    Ok(())
}

async fn insert_organisations(
    uow: &UnitOfWork,
    scope: &OrgScope,
    import_id: &str,
    (change, versions): (&Change<'_>, &Versions),
) -> Result<()> {
    // whole vectors: a lazy iterator held over an await would make the future unsendable
    let version = |of: &Organisation| versions.organisations.get(&of.code).copied().unwrap_or(1);
    let rows: Vec<organisation::ActiveModel> = change
        .organisations
        .iter()
        .map(|of| organisation_row(scope, import_id, of, version(of)).into_active_model())
        .collect();
    let identities: Vec<identity::ActiveModel> = change
        .organisations
        .iter()
        .flat_map(|of| identity_rows(scope, of))
        .map(IntoActiveModel::into_active_model)
        .collect();
    let lists: Vec<list::ActiveModel> = change
        .organisations
        .iter()
        .flat_map(|of| list_rows(scope, of))
        .map(IntoActiveModel::into_active_model)
        .collect();
    bulk::insert_all::<organisation::Entity, _>(uow.conn(), rows).await?;
    bulk::insert_all::<identity::Entity, _>(uow.conn(), identities).await?;
    bulk::insert_all::<list::Entity, _>(uow.conn(), lists).await?;
    Ok(())
}

fn organisation_row(
    scope: &OrgScope,
    import_id: &str,
    of: &Organisation,
    version: i64,
) -> organisation::Model {
    organisation::Model {
        org: scope.as_str().to_owned(),
        code: of.code.to_string(),
        kind: of.kind.as_str().to_owned(),
        name: of.name().to_owned(),
        search: format!("{} {}", of.code, of.name()).to_lowercase(),
        borough: of.borough.map(|(borough, _)| borough.to_owned()),
        borough_basis: of.borough.map(|(_, basis)| basis.as_str().to_owned()),
        opened: of.opened.map(|day| day.to_string()),
        closed: of.closed.map(|(day, _)| day.to_string()),
        closing_basis: of.closed.map(|(_, basis)| basis.as_str().to_owned()),
        version,
        import_id: import_id.to_owned(),
    }
}

fn identity_rows<'a>(
    scope: &'a OrgScope,
    of: &'a Organisation,
) -> impl Iterator<Item = identity::Model> + 'a {
    of.identities.iter().map(|identity| identity::Model {
        org: scope.as_str().to_owned(),
        code: of.code.to_string(),
        since: identity.since.to_string(),
        name: identity.name.clone(),
        postcode: identity.postcode.clone(),
    })
}

fn list_rows<'a>(scope: &'a OrgScope, of: &'a Organisation) -> impl Iterator<Item = list::Model> + 'a {
    of.lists.iter().map(|list| list::Model {
        org: scope.as_str().to_owned(),
        code: of.code.to_string(),
        year: list.year.year(),
        registered_milli: list.registered_milli,
        weighted_milli: list.weighted_milli,
        counted_twice_milli: list.counted_twice_milli,
    })
}

async fn delete_grouping(uow: &UnitOfWork, scope: &OrgScope, key: &GroupingKey) -> Result<()> {
    grouping::Entity::delete_many()
        .filter(grouping::Column::Org.eq(scope.as_str()))
        .filter(grouping::Column::Kind.eq(key.kind.as_str()))
        .filter(grouping::Column::Code.eq(key.code.as_str()))
        .exec(uow.conn())
        .await?;
    membership::Entity::delete_many()
        .filter(membership::Column::Org.eq(scope.as_str()))
        .filter(membership::Column::Kind.eq(key.kind.as_str()))
        .filter(membership::Column::GroupingCode.eq(key.code.as_str()))
        .exec(uow.conn())
        .await?;
    Ok(())
}

async fn insert_groupings(
    uow: &UnitOfWork,
    scope: &OrgScope,
    import_id: &str,
    (change, versions): (&Change<'_>, &Versions),
) -> Result<()> {
    let row = |of: &&Grouping| {
        grouping::Model {
            org: scope.as_str().to_owned(),
            kind: of.key.kind.as_str().to_owned(),
            code: of.key.code.clone(),
            name: of.name.clone(),
            placeholder: of.placeholder,
            version: versions.groupings.get(&of.key).copied().unwrap_or(1),
            import_id: import_id.to_owned(),
        }
        .into_active_model()
    };
    let rows: Vec<grouping::ActiveModel> = change.groupings.iter().map(row).collect();
    let members: Vec<membership::ActiveModel> = change
        .groupings
        .iter()
        .flat_map(|of| membership_rows(scope, of))
        .map(IntoActiveModel::into_active_model)
        .collect();
    bulk::insert_all::<grouping::Entity, _>(uow.conn(), rows).await?;
    bulk::insert_all::<membership::Entity, _>(uow.conn(), members).await?;
    Ok(())
}

fn membership_rows<'a>(
    scope: &'a OrgScope,
    of: &'a Grouping,
) -> impl Iterator<Item = membership::Model> + 'a {
    of.members.iter().map(|member| membership::Model {
        org: scope.as_str().to_owned(),
        practice: member.practice.to_string(),
        kind: of.key.kind.as_str().to_owned(),
        grouping_code: of.key.code.clone(),
        valid_from: member.period.from().to_string(),
        valid_to: member.period.to().map(|day| day.to_string()),
        placeholder: member.placeholder,
    })
}
