//! What sources said: loaded whole to draw the map, written row by row as files add to it.

use std::collections::BTreeSet;

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::{
    codec,
    entity::{stated_membership, statement, succession},
};
use crate::domain::{
    Addition, Evidence, GroupingKey, GroupingKind, OrganisationKind, Source, StatedMembership, Statement,
    Succession, evidence::ListStatement,
};

/// Keys in one delete statement.
const CHUNK: usize = 500;

/// Everything that sources said.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn load(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Evidence> {
    let statements =
        statement::Entity::find().filter(statement::Column::Org.eq(scope.as_str())).all(conn).await?;
    let memberships = stated_membership::Entity::find()
        .filter(stated_membership::Column::Org.eq(scope.as_str()))
        .all(conn)
        .await?;
    let successions =
        succession::Entity::find().filter(succession::Column::Org.eq(scope.as_str())).all(conn).await?;
    Ok(Evidence {
        statements: statements.into_iter().map(statement_of).collect::<Result<_>>()?,
        memberships: memberships.into_iter().map(membership_of).collect::<Result<_>>()?,
        successions: successions.iter().map(succession_of).collect::<Result<_>>()?,
    })
}

/// Writes what a file added or changed.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn write(uow: &UnitOfWork, scope: &OrgScope, import_id: &str, addition: &Addition) -> Result<()> {
    write_statements(uow, scope, import_id, &addition.statements).await?;
    write_memberships(uow, scope, import_id, &addition.memberships).await?;
    write_successions(uow, scope, import_id, &addition.successions).await
}

async fn write_statements(
    uow: &UnitOfWork,
    scope: &OrgScope,
    import_id: &str,
    rows: &[Statement],
) -> Result<()> {
    for part in rows.chunks(CHUNK) {
        // one file is one publication and edition
        let Some(first) = part.first() else { continue };
        statement::Entity::delete_many()
            .filter(statement::Column::Org.eq(scope.as_str()))
            .filter(statement::Column::Source.eq(first.source.as_str()))
            .filter(statement::Column::Edition.eq(first.edition.to_string()))
            .filter(statement::Column::Code.is_in(part.iter().map(|row| row.code.as_str())))
            .exec(uow.conn())
            .await?;
    }
    let models: Vec<statement::ActiveModel> =
        rows.iter().map(|row| statement_row(scope, import_id, row).into_active_model()).collect();
    bulk::insert_all::<statement::Entity, _>(uow.conn(), models).await?;
    Ok(())
}

async fn write_memberships(
    uow: &UnitOfWork,
    scope: &OrgScope,
    import_id: &str,
    rows: &[StatedMembership],
) -> Result<()> {
    for part in rows.chunks(CHUNK / 5) {
        let mut same_key = Condition::any();
        for row in part {
            same_key = same_key.add(
                Condition::all()
                    .add(stated_membership::Column::Kind.eq(row.key.kind.as_str()))
                    .add(stated_membership::Column::GroupingCode.eq(row.key.code.as_str()))
                    .add(stated_membership::Column::Practice.eq(row.practice.as_str()))
                    .add(stated_membership::Column::ValidFrom.eq(row.period.from().to_string())),
            );
        }
        stated_membership::Entity::delete_many()
            .filter(stated_membership::Column::Org.eq(scope.as_str()))
            .filter(same_key)
            .exec(uow.conn())
            .await?;
    }
    let models: Vec<stated_membership::ActiveModel> =
        rows.iter().map(|row| membership_row(scope, import_id, row).into_active_model()).collect();
    bulk::insert_all::<stated_membership::Entity, _>(uow.conn(), models).await?;
    Ok(())
}

async fn write_successions(
    uow: &UnitOfWork,
    scope: &OrgScope,
    import_id: &str,
    rows: &[Succession],
) -> Result<()> {
    let predecessors: BTreeSet<&str> = rows.iter().map(|row| row.predecessor.as_str()).collect();
    for part in predecessors.into_iter().collect::<Vec<_>>().chunks(CHUNK) {
        succession::Entity::delete_many()
            .filter(succession::Column::Org.eq(scope.as_str()))
            .filter(succession::Column::Predecessor.is_in(part.iter().copied()))
            .exec(uow.conn())
            .await?;
    }
    let model = |row: &Succession| {
        succession::Model {
            org: scope.as_str().to_owned(),
            predecessor: row.predecessor.to_string(),
            successor: row.successor.to_string(),
            share_ppm: row.share_ppm,
            on_day: row.on.to_string(),
            import_id: import_id.to_owned(),
        }
        .into_active_model()
    };
    let models: Vec<succession::ActiveModel> = rows.iter().map(model).collect();
    bulk::insert_all::<succession::Entity, _>(uow.conn(), models).await?;
    Ok(())
}

fn statement_row(scope: &OrgScope, import_id: &str, row: &Statement) -> statement::Model {
    let (network, network_name) = row.network.clone().unzip();
    statement::Model {
        org: scope.as_str().to_owned(),
        source: row.source.as_str().to_owned(),
        edition: row.edition.to_string(),
        code: row.code.to_string(),
        kind: row.kind.as_str().to_owned(),
        name: row.name.clone(),
        postcode: row.postcode.clone(),
        opened: row.opened.map(|day| day.to_string()),
        closed: row.closed.map(|day| day.to_string()),
        stated_open: row.stated_open,
        commissioner: row.commissioner.clone(),
        network,
        network_name,
        registered_milli: row.list.map(|list| list.registered_milli),
        weighted_milli: row.list.map(|list| list.weighted_milli),
        quarter: row.list.and_then(|list| list.quarter),
        line: i64::try_from(row.line).unwrap_or(i64::MAX),
        import_id: import_id.to_owned(),
    }
}

fn statement_of(row: statement::Model) -> Result<Statement> {
    Ok(Statement {
        code: codec::code(&row.code)?,
        source: codec::word(&row.source, Source::parse)?,
        edition: codec::date(&row.edition)?,
        kind: codec::word(&row.kind, OrganisationKind::parse)?,
        name: row.name,
        postcode: row.postcode,
        opened: codec::optional_date(row.opened.as_deref())?,
        closed: codec::optional_date(row.closed.as_deref())?,
        stated_open: row.stated_open,
        commissioner: row.commissioner,
        network: row.network.zip(row.network_name),
        list: row.registered_milli.zip(row.weighted_milli).map(|(registered_milli, weighted_milli)| {
            ListStatement { registered_milli, weighted_milli, quarter: row.quarter }
        }),
        line: u64::try_from(row.line).unwrap_or_default(),
    })
}

fn membership_row(scope: &OrgScope, import_id: &str, row: &StatedMembership) -> stated_membership::Model {
    stated_membership::Model {
        org: scope.as_str().to_owned(),
        kind: row.key.kind.as_str().to_owned(),
        grouping_code: row.key.code.clone(),
        practice: row.practice.to_string(),
        valid_from: row.period.from().to_string(),
        valid_to: row.period.to().map(|day| day.to_string()),
        name: row.name.clone(),
        placeholder: row.placeholder,
        line: i64::try_from(row.line).unwrap_or(i64::MAX),
        import_id: import_id.to_owned(),
    }
}

fn membership_of(row: stated_membership::Model) -> Result<StatedMembership> {
    Ok(StatedMembership {
        key: GroupingKey::new(codec::word(&row.kind, GroupingKind::parse)?, row.grouping_code),
        name: row.name,
        practice: codec::code(&row.practice)?,
        period: codec::period(&row.valid_from, row.valid_to.as_deref())?,
        placeholder: row.placeholder,
        line: u64::try_from(row.line).unwrap_or_default(),
    })
}

/// A succession as the domain has it.
pub(super) fn succession_of(row: &succession::Model) -> Result<Succession> {
    Ok(Succession {
        predecessor: codec::code(&row.predecessor)?,
        successor: codec::code(&row.successor)?,
        share_ppm: row.share_ppm,
        on: codec::date(&row.on_day)?,
    })
}
