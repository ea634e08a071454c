//! Asks for leave to book a shift that the rules forbid.

use jiff::civil::DateTime;
use muster_kit::{Action, Actor, Error, OrgCode, Resource, Result, audit::AuditEntry};
use uuid::Uuid;

use super::{Deps, london, reference};
use crate::{
    domain::{
        Booking, ClockFault, Judge, London, Shift, Supply,
        break_glass::{Override, Request},
    },
    events,
    store::{
        overrides::{self, Stored},
        versions,
    },
};

/// What is asked for: local times of London, pence an hour.
pub(crate) struct Asked {
    pub(crate) organisation: OrgCode,
    pub(crate) shift_ref: String,
    pub(crate) site: String,
    pub(crate) staff_group: String,
    pub(crate) grade: String,
    pub(crate) start: DateTime,
    pub(crate) end: DateTime,
    pub(crate) break_minutes: i64,
    pub(crate) supply: Supply,
    pub(crate) framework: Option<bool>,
    pub(crate) agency: String,
    pub(crate) reason: String,
    pub(crate) price_pence: i64,
    /// Until when leave holds; none = until the shift ends.
    pub(crate) expires: Option<DateTime>,
}

/// Judges the shift as it is asked for and stores the request.
///
/// # Errors
/// Forbidden; bad request when leave is not needed or comes too late; what the database says.
pub(crate) async fn request_override(deps: &Deps, actor: &Actor, asked: Asked) -> Result<Stored> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("override")).await?;
    let london = london()?;
    let request = request(asked, &london)?;
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let rules = reference(uow.conn(), &uow.scope(), None).await?.reference;
    let mut judge = Judge::new(rules.book, rules.lists, london);
    let judged = judge.judge(&request.shift);
    let on = request.shift.on;
    let sign_off = |verdict| judge.rule(verdict, on).map(|rule| rule.value.sign_off);
    let it = Override::request(request, &judged, sign_off, (&actor.id, at))
        .map_err(|fault| Error::bad_request(fault.to_string()))?;
    let id = Uuid::now_v7().to_string();
    overrides::insert(&uow, &id, &it).await?;
    let stored = Stored { id: id.clone(), version: 1, it };
    uow.publish(events::break_glass("requested", &stored, at))?;
    uow.commit(AuditEntry::new(permit.on(id), "state=requested")).await?;
    Ok(stored)
}

/// The shift that is asked for.
fn request(asked: Asked, london: &London) -> Result<Request> {
    let instant = |what: &str, time: DateTime| {
        london.instant(time, None).map_err(|fault| {
            let why = match fault {
                ClockFault::Skipped => "the clocks went forward over it",
                ClockFault::Twice => "it comes twice in that night: give a time beside it",
                ClockFault::Offset => "london has another offset",
            };
            Error::bad_request(format!("the {what} `{time}` is no time of that day: {why}"))
        })
    };
    let time = (instant("start", asked.start)?, instant("end", asked.end)?);
    let long = time.1 - time.0;
    if !(1..=25 * 60).contains(&long) || !(0..long).contains(&asked.break_minutes) {
        return Err(Error::bad_request(
            "the shift does not end within a day after its start, or its break is as long as itself",
        ));
    }
    let expires = asked.expires.map(|at| instant("expiry", at)).transpose()?.unwrap_or(time.1);
    let shift = Shift {
        reference: asked.shift_ref.into(),
        organisation: asked.organisation.as_str().into(),
        site: asked.site.into(),
        staff_group: asked.staff_group.into(),
        grade: crate::domain::words::grade(&asked.grade).into(),
        on: asked.start.date(),
        time,
        break_minutes: asked.break_minutes,
        supply: asked.supply,
        framework: asked.framework,
        pay: None,
        charge: Some(asked.price_pence),
        booking: Booking { agency: asked.agency.into(), reason: asked.reason.into(), ..Booking::default() },
        line: 0,
    };
    Ok(Request { shift, expires })
}
