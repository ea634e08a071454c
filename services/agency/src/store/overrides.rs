//! Overrides.

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork,
    page::{Page, Paged},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _},
};

use super::{
    codec,
    entity::break_glass::{ActiveModel, Column, Entity, Model},
};
use crate::domain::{
    Booking, Shift, SignOff, Verdicts,
    break_glass::{Decision, Override, Request},
    priced::price,
    words::Word,
};

/// An override with its id and version.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// Id.
    pub(crate) id: String,
    /// Counts its changes from 1.
    pub(crate) version: i64,
    /// The override.
    pub(crate) it: Override,
}

/// Stores one that was asked for.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn insert(uow: &UnitOfWork, id: &str, it: &Override) -> Result<()> {
    let shift = &it.request.shift;
    let row = Model {
        override_id: id.to_owned(),
        org: uow.scope().as_str().to_owned(),
        organisation: shift.organisation.to_string(),
        shift_ref: shift.reference.to_string(),
        day: shift.on.to_string(),
        starts: shift.time.0,
        ends: shift.time.1,
        break_minutes: shift.break_minutes,
        site: shift.site.to_string(),
        staff_group: shift.staff_group.to_string(),
        grade: shift.grade.to_string(),
        supply: codec::supply_number(shift.supply),
        framework: shift.framework.map(i32::from),
        agency: shift.booking.agency.to_string(),
        reason: shift.booking.reason.to_string(),
        price: price(shift).unwrap_or_default(),
        expires: it.request.expires,
        verdicts: Verdicts::of(&it.verdicts).bits(),
        demanded: it.demanded.word().to_owned(),
        requested_by: it.requested_by.clone(),
        requested_at: it.requested_at,
        approved: None,
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    let row: ActiveModel = row.into_active_model();
    Entity::insert(row).exec_without_returning(uow.conn()).await?;
    Ok(())
}

/// Stores a decision.
///
/// # Errors
/// Already exists when somebody else decided meanwhile.
pub(crate) async fn decide(uow: &UnitOfWork, before: &Stored, decision: &Decision) -> Result<()> {
    let row = ActiveModel {
        approved: Set(Some(i32::from(decision.approved))),
        decided_by: Set(Some(decision.by.clone())),
        decided_at: Set(Some(decision.at)),
        ..Default::default()
    };
    let done = Entity::update_many()
        .set(row)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::OverrideId.eq(&before.id))
        .filter(Column::Version.eq(before.version))
        .exec(uow.conn())
        .await?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::already_exists("somebody else decided on this override meanwhile"))
    }
}

/// One override.
///
/// # Errors
/// Not found when there is none of that id within the scope.
pub(crate) async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, id: &str) -> Result<Stored> {
    let row = Entity::find_by_id(id).filter(Column::Org.eq(scope.as_str())).one(conn).await?;
    row.map(read).transpose()?.ok_or_else(|| Error::not_found(format!("no override `{id}`")))
}

/// Overrides of an organisation's shifts from a day to a day, both included, as they were known at an instant, microseconds
/// UTC; none = now.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn between(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    (first, last): (&str, &str),
    at: Option<i64>,
) -> Result<Vec<Override>> {
    let mut query = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Day.gte(first))
        .filter(Column::Day.lte(last));
    if let Some(at) = at {
        query = query.filter(Column::RequestedAt.lte(at));
    }
    let rows = query.order_by_asc(Column::OverrideId).all(conn).await?;
    let known = |it: &mut Override| {
        // what was decided later was not known
        it.decision = it.decision.take().filter(|decision| at.is_none_or(|at| decision.at <= at));
    };
    rows.into_iter()
        .map(|row| {
            let mut it = read(row)?.it;
            known(&mut it);
            Ok(it)
        })
        .collect()
}

/// A page of overrides, newest first; of an organisation, or of all.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    page: &Page,
) -> Result<Paged<Stored>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str()));
    if !organisation.is_empty() {
        query = query.filter(Column::Organisation.eq(organisation));
    }
    if !page.after.is_empty() {
        // ids are UUIDv7: their order is the order of time
        query = query.filter(Column::OverrideId.lt(page.after.clone()));
    }
    let rows = query.order_by_desc(Column::OverrideId).limit(page.size + 1).all(conn).await?;
    let cut = page.cut(rows, |row| row.override_id.clone());
    let rows: Result<Vec<_>> = cut.rows.into_iter().map(read).collect();
    Ok(Paged { rows: rows?, next_token: cut.next_token })
}

fn read(row: Model) -> Result<Stored> {
    let demanded = SignOff::WORDS.iter().find(|(word, _)| *word == row.demanded).map(|(_, it)| *it);
    let decision = match (row.approved, row.decided_by, row.decided_at) {
        (Some(approved), Some(by), Some(at)) => Some(Decision { approved: approved != 0, by, at }),
        _ => None,
    };
    let supply = codec::supply(row.supply)?;
    let shift = Shift {
        reference: row.shift_ref.into(),
        organisation: row.organisation.into(),
        site: row.site.into(),
        staff_group: row.staff_group.into(),
        grade: row.grade.into(),
        on: codec::date(&row.day)?,
        time: (row.starts, row.ends),
        break_minutes: row.break_minutes,
        supply,
        framework: row.framework.map(|it| it != 0),
        pay: None,
        charge: Some(row.price),
        booking: Booking { agency: row.agency.into(), reason: row.reason.into(), ..Booking::default() },
        line: 0,
    };
    let it = Override {
        request: Request { shift, expires: row.expires },
        verdicts: Verdicts::from_bits(row.verdicts).iter().collect(),
        demanded: demanded.ok_or_else(|| Error::internal("a stored sign-off is unreadable"))?,
        requested_by: row.requested_by,
        requested_at: row.requested_at,
        decision,
    };
    Ok(Stored { id: row.override_id, version: row.version, it })
}
