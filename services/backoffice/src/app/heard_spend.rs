//! A month of temporary staffing was posted: hours that moved from agencies to banks become a proposed claim.
//!
//! The month is compared with the same month a year before, or with a stated baseline; so it moves its own claim and that of the
//! month a year later. Which of the two months came first makes no difference.

use muster_kit::{Error, Event, Result, UnitOfWork};
use muster_proto::agency::v1::{SpendCell, SpendPosted, Supply};

use super::{
    damaged,
    propose_claim::{Proposal, evidence, propose_claim},
};
use crate::{
    domain::{
        Month,
        claim::{Evidence, Finding},
        displacement::{
            AllInShare, Compared, Displacement, GroupHours, Hours, MonthHours, displacement, hours,
        },
        figure::{decimal, divide_i64, pounds},
    },
    import::{ALL_IN_SHARES, DISPLACEMENT_BASELINES, StatedBaseline, shipped_all_in},
    store::{
        records,
        spend_months::{self, SpendMonth},
        versions,
    },
};

/// What these claims come from.
const SOURCE: &str = "agency-displacement";

/// Keeps a month, unless a later version of it is there, and works out what it changes.
///
/// # Errors
/// Bad request when the month is none; what the database says.
pub(crate) async fn heard_spend(uow: &mut UnitOfWork, event: &Event, told: SpendPosted) -> Result<()> {
    let month = Month::read(&told.month)
        .ok_or_else(|| Error::bad_request(format!("`{}` is no month", told.month)))?;
    lock(uow).await?;
    let says = format!("{} {month}, version {}", told.organisation, told.version);
    let of = SpendMonth {
        organisation: told.organisation,
        month,
        version: told.version,
        evidence: evidence(event, says),
        hours: by_group(&told.cells),
    };
    if !spend_months::put(uow, &of).await? {
        return Ok(());
    }
    renew(uow, &of.organisation, month).await?;
    renew(uow, &of.organisation, month.plus(12)).await
}

/// Shares or baselines have changed: every month is worked out anew.
///
/// # Errors
/// What the database says.
pub(crate) async fn renew_all(uow: &mut UnitOfWork) -> Result<()> {
    lock(uow).await?;
    for (organisation, month) in spend_months::list(uow.conn(), &uow.scope()).await? {
        renew(uow, &organisation, month).await?;
    }
    Ok(())
}

/// Two months that are posted at the same time must see each other.
///
/// # Errors
/// What the database says.
pub(crate) async fn lock(uow: &UnitOfWork) -> Result<()> {
    versions::lock(uow, SOURCE).await
}

/// Hours by group of staff. Who was asked for and did not come costs nothing and displaces nothing.
fn by_group(cells: &[SpendCell]) -> MonthHours {
    let mut groups = MonthHours::new();
    for cell in cells {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let hours = Hours {
            minutes: cell.minutes,
            pence: cell.pence,
            shifts: count(cell.shifts),
            without_price: count(cell.without_price),
        };
        let group = groups.entry(cell.staff_group.clone()).or_default();
        match cell.supply() {
            Supply::Bank | Supply::SharedBank => group.bank.add(hours),
            Supply::Agency => group.agency.add(hours),
            Supply::Unfilled | Supply::Cancelled | Supply::Unspecified => {}
        }
    }
    groups
}

/// What a month is compared with, and where that is from.
struct Base {
    month: Month,
    hours: MonthHours,
    evidence: Evidence,
}

/// Works the claim of a month out anew.
async fn renew(uow: &mut UnitOfWork, organisation: &str, month: Month) -> Result<()> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let Some(now) = spend_months::get(conn, &scope, organisation, month).await? else { return Ok(()) };
    let Some(base) = base(uow, organisation, month).await? else { return Ok(()) };
    let rules = shares(uow).await?;
    let compared = Compared { month, now: &now.hours, base_month: base.month, base: &base.hours };
    let found = displacement(&compared, &rules);
    let proposal = Proposal {
        id: format!("{SOURCE} {organisation} {month}"),
        source: SOURCE,
        scheme: String::new(),
        organisation: organisation.to_owned(),
        month,
        found: finding(found, now.evidence, base.evidence),
    };
    propose_claim(uow, proposal).await
}

/// A stated baseline goes before the same month a year earlier.
async fn base(uow: &UnitOfWork, organisation: &str, month: Month) -> Result<Option<Base>> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let mut stated = MonthHours::new();
    let mut said: Option<Evidence> = None;
    let prefix = records::key(&[organisation, &month.to_string(), ""]);
    let rows = records::known(conn, &scope, DISPLACEMENT_BASELINES.name, None).await?;
    for row in rows.into_iter().filter(|row| row.row_key.starts_with(&prefix)) {
        let of: StatedBaseline = row.value()?;
        stated.insert(of.staff_group, GroupHours { bank: of.bank, agency: of.agency });
        said = Some(Evidence {
            event_id: String::new(),
            causation_id: String::new(),
            kind: DISPLACEMENT_BASELINES.name.to_owned(),
            aggregate_id: row.import_id,
            version: 0,
            occurred_at: row.recorded_at,
            says: format!("stated baseline of {organisation} for {month}: {}", of.source),
            line: row.line,
        });
    }
    if let Some(evidence) = said {
        return Ok(Some(Base { month, hours: stated, evidence }));
    }
    let before = spend_months::get(conn, &scope, organisation, month.plus(-12)).await?;
    Ok(before.map(|it| Base { month: it.month, hours: it.hours, evidence: it.evidence }))
}

/// Shares on top of posted prices: the shipped ones until a user's own are there.
async fn shares(uow: &UnitOfWork) -> Result<Vec<AllInShare>> {
    let own = records::known(uow.conn(), &uow.scope(), ALL_IN_SHARES.name, None).await?;
    if own.is_empty() {
        return shipped_all_in().map_err(|found| damaged(&found));
    }
    own.iter().map(records::Record::value).collect()
}

fn finding(found: Displacement, mut now: Evidence, base: Evidence) -> Finding {
    let rate = |centipence: i64| pounds(divide_i64(centipence.into(), 100));
    let groups: Vec<String> = found
        .groups
        .iter()
        .map(|it| {
            format!(
                "{} {} hours at {} less {} = {}",
                it.staff_group,
                hours(it.minutes),
                rate(it.agency_rate),
                rate(it.bank_rate),
                decimal(it.pence, 2)
            )
        })
        .collect();
    if !groups.is_empty() {
        now.says = format!("{}: {}", now.says, groups.join("; "));
    }
    Finding { pence: found.pence, evidence: vec![now, base], caveats: found.caveats }
}
