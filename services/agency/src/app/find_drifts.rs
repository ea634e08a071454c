//! Looks for steps in a partner's rates after shifts or a rate card have come in, and tells all of them.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use muster_kit::{Error, Result, UnitOfWork, clock};
use muster_proto::agency::v1::{DriftPartner, RateDrift};
use prost::Message as _;

use super::{reference, year};
use crate::{
    domain::{
        Dated, DriftRule, Paid, Rulebook, Supply,
        drift::{self, Step, matched, ranked},
        in_force,
        priced::monday,
        rulebook::Rate,
        words::{RateKind, Unit, Word as _},
    },
    events, proto,
    store::{
        codec,
        drifts::{self, Drift},
        hourly::{self, Lines, Rates},
        versions,
    },
};

/// What is paid for: agency or bank, group of staff, grade and time band. A rate card names no group of staff.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Work {
    agency: bool,
    staff_group: Option<String>,
    grade: String,
    band: String,
}

impl Work {
    fn of(row: &Rates) -> Self {
        Self {
            agency: row.agency == 1,
            staff_group: Some(row.staff_group.clone()),
            grade: row.grade.clone(),
            band: row.band.clone(),
        }
    }

    fn is_of(&self, row: &Rates) -> bool {
        self.agency == (row.agency == 1)
            && self.grade == row.grade
            && self.band == row.band
            && self.staff_group.as_ref().is_none_or(|group| *group == row.staff_group)
    }

    fn supply(&self) -> Supply {
        if self.agency { Supply::Agency } else { Supply::Bank }
    }
}

/// A step as it was found.
struct Found {
    organisation: String,
    work: Work,
    zone: String,
    shown_by: &'static str,
    step: Step,
}

impl Found {
    fn aggregate(&self) -> String {
        let Work { staff_group, grade, band, .. } = &self.work;
        let group = staff_group.as_deref().unwrap_or_default();
        let (supply, zone) = (self.work.supply().word(), &self.zone);
        format!("{} {supply} {group} {grade} {band} {zone} {}", self.organisation, self.shown_by)
    }
}

/// Looks through the shifts of a partner around days that came in.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_shifts(
    uow: &mut UnitOfWork,
    organisation: &str,
    (first, last): (Date, Date),
) -> Result<()> {
    let scope = uow.scope();
    let rules = reference(uow.conn(), &scope, None).await?.reference.drift_rules;
    let Some(rule) = in_force(&rules, last, |_| true).map(|rule| rule.value) else { return Ok(()) };
    // a step may lie before the days that came in: only they make it a step
    let earliest = moved(monday(first), -7 * rule.weeks_after)?;
    let (from, until) = (moved(earliest, -7 * rule.weeks_before)?, moved(last, 7 * rule.weeks_after)?);
    let (from, until) = (from.to_string(), until.to_string());
    let lines = Lines { organisation, from: &from, until: &until };
    let mut paid: BTreeMap<Work, Vec<Paid>> = BTreeMap::new();
    for row in hourly::rates(uow.conn(), &scope, lines).await? {
        let week = monday(codec::date(&row.day)?);
        paid.entry(Work::of(&row)).or_default().push(Paid { week, rate: row.rate, shifts: row.shifts });
    }
    let mut found = Vec::new();
    for (work, paid) in paid {
        let steps = drift::steps(&paid, &rule).into_iter();
        found.extend(steps.filter(|step| (earliest..=last).contains(&step.since)).map(|step| Found {
            organisation: organisation.to_owned(),
            work: work.clone(),
            zone: String::new(),
            shown_by: "shifts",
            step,
        }));
    }
    tell(uow, found, &rule).await
}

/// Looks through the bank rates of every card that counts now.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_cards(uow: &mut UnitOfWork) -> Result<()> {
    let reference = reference(uow.conn(), &uow.scope(), None).await?.reference;
    let Some(rule) = in_force(&reference.drift_rules, clock::today(), |_| true).map(|rule| rule.value) else {
        return Ok(());
    };
    let found = rises(&reference.book, &rule);
    tell(uow, found, &rule).await
}

/// Bank rates of an hour that rise by the rule's share from one row of a card to the next.
fn rises(book: &Rulebook, rule: &DriftRule) -> Vec<Found> {
    let mut cards: BTreeMap<(String, String, &str, &str), Vec<&Dated<Rate>>> = BTreeMap::new();
    for row in
        book.rates.iter().filter(|row| row.value.kind == RateKind::Bank && row.value.unit == Unit::Hour)
    {
        let it = &row.value;
        let zone = it.zone.map_or("", |zone| zone.word());
        cards.entry((it.card.clone(), it.grade.clone(), it.band.word(), zone)).or_default().push(row);
    }
    let mut found = Vec::new();
    for ((card, grade, band, zone), mut rows) in cards {
        rows.sort_by_key(|row| row.from);
        for pair in rows.windows(2) {
            let step = Step {
                since: pair[1].from,
                before: pair[0].value.pence,
                after: pair[1].value.pence,
                shifts_before: 0,
                shifts_after: 0,
            };
            if step.ppm() >= rule.step_ppm {
                let (grade, band) = (grade.clone(), band.to_owned());
                let work = Work { agency: false, staff_group: None, grade, band };
                let (organisation, zone) = (card.clone(), zone.to_owned());
                found.push(Found { organisation, work, zone, shown_by: "rate-card", step });
            }
        }
    }
    found
}

/// Keeps the steps that are not known yet, and tells all.
async fn tell(uow: &mut UnitOfWork, found: Vec<Found>, rule: &DriftRule) -> Result<()> {
    let mut new = Vec::new();
    for it in found {
        let known = drifts::of(uow.conn(), &uow.scope(), &it.aggregate()).await?;
        let reach = if it.step.shifts_after == 0 { 0 } else { 7 * rule.weeks_after };
        let mut said = false;
        for row in known {
            let apart = (codec::date(&row.since)? - it.step.since).get_days();
            said |= i64::from(apart).abs() <= reach;
        }
        if !said {
            new.push(it);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let paid = Partners::load(uow).await?;
    let at = clock::now_micros();
    for it in new {
        let (aggregate, org) = (it.aggregate(), uow.scope().as_str().to_owned());
        let version = versions::next(uow, &format!("drift {aggregate}")).await?;
        let drift = message(&it, paid.matching(&it), at);
        drifts::keep(
            uow,
            Drift {
                drift_id: format!("{org} {aggregate} {version}"),
                org,
                aggregate: aggregate.clone(),
                since: drift.since.clone(),
                after_pence: drift.after_pence,
                detected_at: at,
                message: hex::encode(drift.encode_to_vec()),
            },
        )
        .await?;
        uow.publish(events::rate_drift_detected(aggregate, drift, version))?;
    }
    Ok(())
}

fn message(it: &Found, by_partner: Vec<DriftPartner>, at: i64) -> RateDrift {
    let step = &it.step;
    let count = |shifts: i64| u64::try_from(shifts).unwrap_or_default();
    RateDrift {
        organisation: it.organisation.clone(),
        staff_group: it.work.staff_group.clone().unwrap_or_default(),
        grade: it.work.grade.clone(),
        supply: proto::supply(it.work.supply()).into(),
        time_band: it.work.band.clone(),
        shown_by: it.shown_by.to_owned(),
        since: step.since.to_string(),
        before_pence: step.before,
        after_pence: step.after,
        step_ppm: step.ppm(),
        shifts_before: count(step.shifts_before),
        shifts_after: count(step.shifts_after),
        matched_pence: by_partner.iter().map(|it| it.matched_pence).sum(),
        partners: u32::try_from(by_partner.iter().filter(|it| it.matched_pence > 0).count())
            .unwrap_or(u32::MAX),
        by_partner,
        detected_at_micros: at,
        shared_by: String::new(),
        zone: it.zone.clone(),
    }
}

/// Rates with their shifts.
type RateShifts = Vec<(i64, i64)>;

/// What every partner paid in the last twelve months that are known.
struct Partners {
    rows: Vec<Rates>,
    /// First and last week of each partner.
    weeks: BTreeMap<String, (Date, Date)>,
}

impl Partners {
    async fn load(uow: &UnitOfWork) -> Result<Self> {
        let (conn, scope) = (uow.conn(), uow.scope());
        let Some((from, until)) = year::last_year(conn, &scope).await? else {
            return Ok(Self { rows: Vec::new(), weeks: BTreeMap::new() });
        };
        let (from, until) = (from.to_string(), until.to_string());
        let lines = Lines { organisation: "", from: &from, until: &until };
        let rows = hourly::rates(conn, &scope, lines).await?;
        let mut weeks: BTreeMap<String, (Date, Date)> = BTreeMap::new();
        for row in &rows {
            let week = monday(codec::date(&row.day)?);
            let of = weeks.entry(row.organisation.clone()).or_insert((week, week));
            *of = (of.0.min(week), of.1.max(week));
        }
        Ok(Self { rows, weeks })
    }

    /// What matching a step would cost every other partner that has such shifts, the most first.
    fn matching(&self, of: &Found) -> Vec<DriftPartner> {
        // minutes, and rates with their shifts
        let mut rates: BTreeMap<&str, (i64, RateShifts)> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.organisation != of.organisation && of.work.is_of(row)) {
            let partner = rates.entry(&row.organisation).or_default();
            partner.0 += row.minutes;
            partner.1.push((row.rate, row.shifts));
        }
        let mut partners: Vec<DriftPartner> = rates
            .into_iter()
            .filter_map(|(code, (minutes, mut rates))| {
                rates.sort_unstable();
                let rate_pence = ranked(&rates, 500_000)?;
                let (first, last) = self.weeks.get(code)?;
                let weeks = i64::from((*last - *first).get_days() / 7 + 1);
                let matched_pence = matched(of.step.after, rate_pence, (minutes, weeks));
                Some(DriftPartner { organisation: code.to_owned(), minutes, rate_pence, matched_pence })
            })
            .collect();
        partners.sort_by_key(|it| std::cmp::Reverse(it.matched_pence));
        partners
    }
}

fn moved(day: Date, days: i64) -> Result<Date> {
    day.checked_add(days.days())
        .map_err(|error| Error::bad_request("a day is out of reach").with_source(error))
}
