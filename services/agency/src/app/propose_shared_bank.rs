//! Who of the bank workers could fill the unfilled shifts of some days at the least all-in cost. Nothing is stored.

use std::{collections::BTreeMap, time::Instant};

use jiff::{ToSpan as _, civil::Date};
use muster_kit::{Action, Actor, Error, OrgScope, Resource, Result};
use muster_shared_bank::{Case, Outcome, Settings, solve};
use sea_orm::ConnectionTrait;

use super::{Deps, london, reference, year};
use crate::{
    domain::{
        AllIn, London, Reference,
        all_in::{bank_fee_ppm, employer_ppm},
        bank::{Availability, Terms, Wanted, Worker, document, free, workers},
        pay::round_half_up,
        words::{grade, plain},
    },
    store::{
        codec, hourly,
        unfilled::{self, Did, Unfilled},
    },
};

/// Seconds of a search when the caller names none, and at most.
const SECONDS: (u32, u32) = (5, 20);
/// Days that a search may span.
const DAYS: i32 = 31;
/// Weeks before the days whose shifts count for the average of 48 hours.
const REFERENCE_WEEKS: i64 = 17;
/// Rest between two shifts, minutes.
const REST_MINUTES: i64 = 11 * 60;
/// Unfilled shifts that a search may hold.
const SHIFTS: usize = 5_000;

/// What is asked; empty days are the last month that has unfilled shifts.
pub(crate) struct Asked {
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) seconds: u32,
}

/// A proposal.
#[derive(Default)]
pub(crate) struct Proposal {
    pub(crate) from: String,
    pub(crate) until: String,
    /// None when there is no unfilled shift.
    pub(crate) outcome: Option<Outcome>,
    pub(crate) workers: usize,
    pub(crate) document: String,
    /// All-in cost of an agency for every shift, pence, where it is known.
    pub(crate) all_agency: i64,
    /// The same by organisation and reference.
    pub(crate) agency: BTreeMap<(String, String), i64>,
    pub(crate) caveats: Vec<String>,
}

/// Makes a proposal.
///
/// # Errors
/// Forbidden; bad request when days or seconds are out of range; what the database says.
pub(crate) async fn propose_shared_bank(deps: &Deps, actor: &Actor, asked: Asked) -> Result<Proposal> {
    deps.permit(actor, Action::Read, Resource::all("shared-bank")).await?;
    let seconds = if asked.seconds == 0 { SECONDS.0 } else { asked.seconds };
    if seconds > SECONDS.1 {
        return Err(Error::bad_request(format!(
            "a search here takes at most {} seconds: take the document to `muster agency shared-bank` for a longer one",
            SECONDS.1
        )));
    }
    let (conn, scope) = (deps.db.read(), actor.scope());
    let Some((from, until)) = days(conn, &scope, &asked).await? else { return Ok(Proposal::default()) };
    let (first, last) = (from.to_string(), until.to_string());
    let shifts = unfilled::list(conn, &scope, (&first, &last)).await?;
    let mut proposal = Proposal { from: first, until: last, ..Proposal::default() };
    if shifts.is_empty() {
        return Ok(proposal);
    }
    if shifts.len() > SHIFTS {
        return Err(Error::bad_request(format!(
            "{} unfilled shifts are too many: ask for fewer days",
            shifts.len()
        )));
    }
    let reference = reference(conn, &scope, None).await?.reference;
    let prices = Prices::load(conn, &scope, &reference).await?;
    let london = london()?;
    let wanted: Result<Vec<Wanted>> =
        shifts.iter().map(|shift| prices.wanted(shift, (&london, &reference))).collect();
    let wanted = wanted?;
    let unknown = wanted.iter().filter(|it| it.agency.is_none()).count();
    if unknown > 0 {
        proposal.caveats.push(format!(
            "nobody knows what an agency would cost for {unknown} shifts: they are filled where they can be"
        ));
    }
    let days = (from, until);
    let workers = known_workers(conn, &scope, (&reference, &london), days, &mut proposal.caveats).await?;
    proposal.workers = workers.len();
    let asked_minutes = shifts.iter().map(|it| it.ends - it.starts - it.break_minutes).sum();
    let terms = terms(&reference, days, asked_minutes);
    proposal.document = document(&wanted, &workers, &terms).to_string();
    proposal.all_agency = wanted.iter().filter_map(|it| it.agency).sum();
    let priced = wanted.into_iter().filter_map(|it| Some(((it.organisation, it.reference), it.agency?)));
    proposal.agency = priced.collect();
    proposal.outcome = Some(search(proposal.document.clone(), seconds).await?);
    Ok(proposal)
}

async fn days(conn: &impl ConnectionTrait, scope: &OrgScope, asked: &Asked) -> Result<Option<(Date, Date)>> {
    let day = |text: &str| -> Result<Option<Date>> {
        let wrong = |error: jiff::Error| {
            Error::bad_request(format!("`{text}` is no day: write it as 2026-09-07")).with_source(error)
        };
        if text.trim().is_empty() { Ok(None) } else { text.trim().parse().map(Some).map_err(wrong) }
    };
    let (from, until) = match (day(&asked.from)?, day(&asked.until)?) {
        (Some(from), Some(until)) => (from, until),
        (Some(from), None) => (from, from.last_of_month()),
        (None, Some(until)) => (until.first_of_month(), until),
        (None, None) => {
            let Some(last) = hourly::last_day(conn, scope, true).await? else { return Ok(None) };
            let last = codec::date(&last)?;
            (last.first_of_month(), last.last_of_month())
        }
    };
    if until < from || (until - from).get_days() >= DAYS {
        return Err(Error::bad_request(format!("the days are 1 to {DAYS}, the last not before the first")));
    }
    Ok(Some((from, until)))
}

/// Workers who can work on the days, with what they did before.
async fn known_workers(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (reference, london): (&Reference, &London),
    (from, until): (Date, Date),
    caveats: &mut Vec<String>,
) -> Result<Vec<Worker>> {
    let mut workers = workers(&around(&reference.workers, (from, until)));
    let before = from.checked_sub((7 * REFERENCE_WEEKS).days());
    let before =
        before.map_err(|error| Error::bad_request("those days are out of reach").with_source(error))?;
    let did = unfilled::history(conn, scope, (&before.to_string(), &until.to_string())).await?;
    let begins = london
        .instant(from.at(0, 0, 0, 0), None)
        .map_err(|_| Error::bad_request(format!("`{from}` begins at no time")))?;
    for worker in &mut workers {
        remember(worker, &did, (london, begins))?;
    }
    let unsure = workers.iter().filter(|it| it.worked.is_none()).count();
    if unsure > 0 {
        caveats.push(format!(
            "{unsure} workers have neither shifts of the last weeks nor usual hours: they count as not having worked"
        ));
    }
    Ok(workers)
}

/// What the worker did before the days, and what of their times other shifts leave.
fn remember(worker: &mut Worker, did: &[Did], (london, begins): (&London, i64)) -> Result<()> {
    let own: Vec<&Did> = did.iter().filter(|it| it.worker_ref == worker.reference).collect();
    let (before, during): (Vec<&Did>, Vec<&Did>) = own.into_iter().partition(|it| it.starts < begins);
    let busy: Vec<(i64, i64)> = during.iter().map(|it| (it.starts, it.ends)).collect();
    let mut windows = Vec::new();
    for (from, to) in &worker.windows {
        let (Some(from), Some(to)) = (instant(london, from), instant(london, to)) else { continue };
        for (from, to) in free((from, to), &busy, REST_MINUTES) {
            windows.push((clock_time(london, from)?, clock_time(london, to)?));
        }
    }
    worker.windows = windows;
    worker.wards = before.iter().map(|it| (it.organisation.clone(), it.ward.clone())).collect();
    worker.wards.retain(|(_, ward)| !plain(ward).is_empty());
    worker.wards.sort_unstable();
    worker.wards.dedup();
    if let Some(last) = before.last() {
        worker.last_end = Some(clock_time(london, last.ends)?);
        worker.nights = nights(&before, london);
        // lines are better than what somebody usually works
        worker.worked = Some(before.iter().map(|it| it.minutes).sum());
    }
    Ok(())
}

/// Nights in a row up to the last of some shifts in order.
fn nights(shifts: &[&Did], london: &London) -> u32 {
    let is_night = |it: &&Did| {
        let start = london.local(it.starts)?;
        // a shift that is under way at three in the morning has its three hours between 23:00 and 06:00
        let ends = london.local(it.ends)?;
        let night = if start.hour() < 3 { start.date() } else { start.date().tomorrow().ok()? };
        (ends >= night.at(3, 0, 0, 0)).then_some(night)
    };
    let mut run = 0;
    let mut wanted: Option<Date> = None;
    for shift in shifts.iter().rev() {
        let Some(night) = is_night(shift) else { break };
        if wanted.is_some_and(|wanted| wanted != night) {
            break;
        }
        run += 1;
        wanted = night.yesterday().ok();
    }
    run
}

/// The instant of a local time as files have it; the hour that comes twice has its offset behind it. None for a time that is none.
fn instant(london: &London, text: &str) -> Option<i64> {
    let local = text.get(..16)?.parse().ok()?;
    let offset = match text.get(16..)? {
        "" => None,
        "+01:00" => Some(1),
        _ => Some(0),
    };
    london.instant(local, offset).ok()
}

/// Times of workers that touch the days.
fn around(workers: &[Availability], (from, until): (Date, Date)) -> Vec<Availability> {
    let (from, until) = (from.to_string(), until.to_string());
    // local times sort as they are written
    let touches = |it: &&Availability| it.to.get(..10) >= Some(&from) && it.from.get(..10) <= Some(&until);
    workers.iter().filter(touches).cloned().collect()
}

fn terms(reference: &Reference, (from, until): (Date, Date), asked_minutes: i64) -> Terms {
    let holidays = reference.lists.holidays.iter().filter(|day| (from..=until).contains(*day));
    Terms {
        title: format!("unfilled shifts of {from} to {until}"),
        weeks: i64::from((until - from).get_days() / 7 + 1),
        asked_minutes,
        holidays: holidays.map(ToString::to_string).collect(),
        on_cost_ppm: employer_ppm(&reference.on_costs, from),
        fee_ppm: bank_fee_ppm(&reference.on_costs, from),
    }
}

/// What an agency costs all-in for an hour, by group of staff, grade and organisation.
struct Prices(BTreeMap<(String, String, String), i64>);

impl Prices {
    async fn load(conn: &impl ConnectionTrait, scope: &OrgScope, reference: &Reference) -> Result<Self> {
        let Some(days) = year::last_year(conn, scope).await? else { return Ok(Self(BTreeMap::new())) };
        let sums = year::sums(conn, scope, "", days).await?;
        let costs: BTreeMap<_, [AllIn; 2]> = year::costs(&reference.on_costs, &sums, |sum| {
            let of =
                |organisation: &str| (plain(&sum.staff_group), sum.grade.clone(), organisation.to_owned());
            vec![of(&sum.organisation), of("")]
        })?;
        let hours = costs.into_iter().filter_map(|(key, [_, agency])| Some((key, agency.hour()?)));
        Ok(Self(hours.collect()))
    }

    /// A shift with what an agency would cost: as its organisation paid for the grade in the last twelve months, else as all paid.
    fn wanted(&self, of: &Unfilled, (london, reference): (&London, &Reference)) -> Result<Wanted> {
        let key = |organisation: &str| (plain(&of.staff_group), of.grade.clone(), organisation.to_owned());
        let hour = self.0.get(&key(&of.organisation)).or_else(|| self.0.get(&key("")));
        let minutes =
            london.worked(&reference.lists.holidays, (of.starts, of.ends), of.break_minutes).total();
        let agency = hour.map(|pence| {
            i64::try_from(round_half_up(i128::from(*pence) * i128::from(minutes), 60)).unwrap_or(i64::MAX)
        });
        Ok(Wanted {
            reference: of.shift_ref.clone(),
            organisation: of.organisation.clone(),
            site: of.site.clone(),
            ward: of.ward.clone(),
            grade: grade(&of.grade),
            skill: plain(&of.specialty),
            start: clock_time(london, of.starts)?,
            end: clock_time(london, of.ends)?,
            break_minutes: of.break_minutes,
            agency,
        })
    }
}

/// An instant on the clock of London; the hour that comes twice is told apart by its offset.
fn clock_time(london: &London, instant: i64) -> Result<String> {
    let strange = || Error::internal("the time of a stored shift is out of reach");
    let local = london.local(instant).ok_or_else(strange)?;
    let text = local.strftime("%Y-%m-%dT%H:%M").to_string();
    match london.instant(local, None) {
        Ok(_) => Ok(text),
        Err(_) if london.instant(local, Some(1)).is_ok_and(|it| it == instant) => Ok(format!("{text}+01:00")),
        Err(_) => Ok(format!("{text}+00:00")),
    }
}

async fn search(document: String, seconds: u32) -> Result<Outcome> {
    let task = tokio::task::spawn_blocking(move || {
        let begun = Instant::now();
        let case = Case::read(&document)
            .map_err(|problem| Error::internal(format!("the case of the shared bank: {problem}")))?;
        let mut used =
            || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX) / u64::from(seconds.max(1));
        Ok(solve(&case, Settings::default(), &mut used))
    });
    task.await.map_err(|error| Error::internal("the search broke off").with_source(error))?
}
