//! Claims.

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork, bulk,
    page::{Page, Paged},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder, QuerySelect,
    SqlErr,
};

use super::{
    entity::{
        claim::{ActiveModel, Column, Entity, Model},
        claim_version,
    },
    records::{json, of_json},
};
use crate::domain::{
    Month,
    claim::{ClaimState, SavingClaim},
    savings::LineKey,
};

/// Numbers of states as the table keeps them; 3 is in the index that lets a line support one claim.
const STATES: [(i32, ClaimState); 5] = [
    (1, ClaimState::Proposed),
    (2, ClaimState::Claimed),
    (3, ClaimState::Attested),
    (4, ClaimState::Rejected),
    (5, ClaimState::Lapsed),
];

fn number(state: ClaimState) -> i32 {
    STATES.iter().find(|(_, it)| *it == state).map_or(0, |(number, _)| *number)
}

/// Which claims are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only of this organisation; empty = all.
    pub(crate) organisation: String,
    /// Only in one of these states; empty = all.
    pub(crate) states: Vec<ClaimState>,
}

/// Stores a new claim.
///
/// # Errors
/// Already exists when one of its name is there.
pub(crate) async fn insert(uow: &UnitOfWork, of: &SavingClaim) -> Result<()> {
    Entity::insert(row(uow, of)?).exec_without_returning(uow.conn()).await?;
    note(uow, of).await
}

/// Stores a claim after a change.
///
/// # Errors
/// Already exists when somebody else changed it meanwhile, or its line supports another claim by now.
pub(crate) async fn update(uow: &UnitOfWork, of: &SavingClaim) -> Result<()> {
    let row = ActiveModel { claim_id: NotSet, org: NotSet, ..row(uow, of)? };
    let done = Entity::update_many()
        .set(row)
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::ClaimId.eq(&of.id))
        .filter(Column::Version.eq(of.version - 1))
        .exec(uow.conn())
        .await;
    let done = match done {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            return Err(Error::already_exists("the line of the ledger supports another claim by now"));
        }
        done => done?,
    };
    if done.rows_affected == 1 {
        note(uow, of).await
    } else {
        Err(Error::already_exists("somebody else changed this claim meanwhile"))
    }
}

/// Keeps what a version said.
async fn note(uow: &UnitOfWork, of: &SavingClaim) -> Result<()> {
    let row = claim_version::Model {
        org: uow.scope().as_str().to_owned(),
        claim_id: of.id.clone(),
        version: of.version,
        at: muster_kit::clock::now_micros(),
        actor: uow.actor().id.clone(),
        state: number(of.state),
        body: json(of)?,
    };
    bulk::insert_all::<claim_version::Entity, _>(uow.conn(), [row.into_active_model()]).await?;
    Ok(())
}

/// A claim, when there is one of that name.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    id: &str,
) -> Result<Option<SavingClaim>> {
    let row = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::ClaimId.eq(id))
        .one(conn)
        .await?;
    row.map(read).transpose()
}

/// A claim.
///
/// # Errors
/// Not found when there is none of that name within the scope.
pub(crate) async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, id: &str) -> Result<SavingClaim> {
    find(conn, scope, id).await?.ok_or_else(|| Error::not_found(format!("no claim `{id}`")))
}

/// Every claim, in order of coming in.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn all(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<SavingClaim>> {
    let rows =
        Entity::find().filter(Column::Org.eq(scope.as_str())).order_by_asc(Column::ClaimNo).all(conn).await?;
    rows.into_iter().map(read).collect()
}

/// A page of claims, newest first.
///
/// # Errors
/// Bad request when the token is none of ours; internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<SavingClaim>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if !wanted.organisation.is_empty() {
        query = query.filter(Column::Organisation.eq(&wanted.organisation));
    }
    if !wanted.states.is_empty() {
        query = query.filter(Column::State.is_in(wanted.states.iter().map(|it| number(*it))));
    }
    if !page.after.is_empty() {
        let after: i64 = page.after.parse().map_err(|_| Error::bad_request("page token unknown"))?;
        query = query.filter(Column::ClaimNo.lt(after));
    }
    let rows = query.order_by_desc(Column::ClaimNo).limit(page.size + 1).all(conn).await?;
    let cut = page.cut(rows, |row| row.claim_no.to_string());
    let rows: Result<Vec<_>> = cut.rows.into_iter().map(read).collect();
    Ok(Paged { rows: rows?, next_token: cut.next_token })
}

fn row(uow: &UnitOfWork, of: &SavingClaim) -> Result<ActiveModel> {
    let line = of.line.as_ref();
    Ok(ActiveModel {
        claim_no: NotSet,
        org: Set(uow.scope().as_str().to_owned()),
        claim_id: Set(of.id.clone()),
        scheme: Set(of.scheme.clone()),
        organisation: Set(of.organisation.clone()),
        month: Set(of.month.to_string()),
        pence: Set(of.pence),
        state: Set(number(of.state)),
        source: Set(of.source.clone()),
        claimed_by: Set(of.by.clone()),
        claimed_at: Set(of.at),
        line_month: Set(line.map(|it| it.month.to_string())),
        account: Set(line.map(|it| it.account.clone())),
        cost_centre: Set(line.map(|it| it.cost_centre.clone())),
        attested: Set(of.attested),
        decided_by: Set(of.decided.as_ref().map(|it| it.0.clone())),
        decided_at: Set(of.decided.as_ref().map(|it| it.1)),
        reason: Set(of.reason.clone()),
        evidence: Set(json(&of.evidence)?),
        caveats: Set(json(&of.caveats)?),
        evidence_pence: Set(of.evidence_pence),
        version: Set(of.version),
    })
}

fn read(row: Model) -> Result<SavingClaim> {
    let month = |text: &str| {
        Month::read(text).ok_or_else(|| Error::internal(format!("a stored month `{text}` is unreadable")))
    };
    let line = match (&row.line_month, row.account, row.cost_centre) {
        (Some(at), Some(account), Some(cost_centre)) => {
            Some(LineKey { organisation: row.organisation.clone(), month: month(at)?, account, cost_centre })
        }
        _ => None,
    };
    let state = STATES.iter().find(|(number, _)| *number == row.state).map(|(_, it)| *it);
    Ok(SavingClaim {
        id: row.claim_id,
        scheme: row.scheme,
        organisation: row.organisation,
        month: month(&row.month)?,
        pence: row.pence,
        state: state.ok_or_else(|| Error::internal("the stored state of a claim is unreadable"))?,
        source: row.source,
        by: row.claimed_by,
        at: row.claimed_at,
        line,
        attested: row.attested,
        decided: row.decided_by.zip(row.decided_at),
        reason: row.reason,
        evidence: of_json(&row.evidence)?,
        caveats: of_json(&row.caveats)?,
        evidence_pence: row.evidence_pence,
        version: row.version,
    })
}
