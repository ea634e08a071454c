//! What the agency context publishes, and what it does on events: forecasts become gaps to cover; shifts that came in are recharged
//! and, like rate cards, looked through for steps in rates and ceilings at risk; steps that others share are kept.

use async_trait::async_trait;
use muster_bus::{Handler, HandlerError, Subscription};
use muster_kit::{Classification, Error, Event, NewEvent, Result, UnitOfWork, imports};
use muster_proto::{
    agency::v1::{
        CeilingAtRisk, OverrideRequested, RateCardPublished, RateDrift, RateDriftDetected, RechargePosted,
        ReturnClosed, ShiftsRecorded, SpendPosted,
    },
    staffing::v1::ForecastPublished,
};
use prost::Message;

use crate::{
    app::{
        Deps, find_drifts, get_projection::Projected, heard_forecast::heard_forecast, recharge, warn_ceiling,
    },
    domain::weekly::Figures,
    proto,
    store::{
        codec,
        drifts::{self, Drift},
        entity::spend_cell,
        lines::Touched,
        overrides::Stored,
        recharges::Recharge,
        returns,
    },
};

/// The consumer's name on the bus.
const CONSUMER: &str = "agency-effects";

/// What it hears of.
const FILTERS: [&str; 4] = [
    "muster.v1.*.*.staffing.forecast.published",
    "muster.v1.*.*.agency.shifts.recorded",
    "muster.v1.*.*.agency.rate-card.published",
    "muster.v1.shared.*.agency.rate-drift.detected",
];

struct Effects;

/// What the agency context consumes.
pub fn subscriptions(_deps: &Deps) -> Vec<Subscription> {
    vec![Subscription::new(CONSUMER, &FILTERS, Effects)]
}

#[async_trait]
impl Handler for Effects {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        Ok(effect(uow, event).await?)
    }
}

/// What one event does here.
async fn effect(uow: &mut UnitOfWork, event: &Event) -> Result<()> {
    match event.kind.as_str() {
        "muster.staffing.forecast.published.v1" => {
            let told: ForecastPublished = read(event)?;
            heard_forecast(uow, event, told).await
        }
        "muster.agency.shifts.recorded.v1" => {
            let told: ShiftsRecorded = read(event)?;
            if told.first_day.is_empty() {
                return Ok(());
            }
            let days = (codec::date(&told.first_day)?, codec::date(&told.last_day)?);
            recharge::post_days(uow, &told.organisation, days).await?;
            find_drifts::of_shifts(uow, &told.organisation, days).await?;
            warn_ceiling::warn_ceiling(uow, &told.organisation).await
        }
        "muster.agency.rate-card.published.v1" => {
            let told: RateCardPublished = read(event)?;
            if told.kind == "rate-card" { find_drifts::of_cards(uow).await } else { Ok(()) }
        }
        "muster.agency.rate-drift.detected.v1" => heard_drift(uow, event).await,
        _ => Ok(()),
    }
}

/// Keeps a step that was shared. One that was found here is there already, with more in it.
async fn heard_drift(uow: &UnitOfWork, event: &Event) -> Result<()> {
    let told: RateDriftDetected = read(event)?;
    let drift = told.drift.unwrap_or_default();
    let org = event.organisation.as_str().to_owned();
    let kept = Drift {
        drift_id: format!("{org} {} {}", event.aggregate_id, told.version),
        org,
        aggregate: event.aggregate_id.clone(),
        since: drift.since.clone(),
        after_pence: drift.after_pence,
        detected_at: drift.detected_at_micros,
        message: hex::encode(drift.encode_to_vec()),
    };
    drifts::keep(uow, kept).await
}

fn read<M: Message + Default>(event: &Event) -> Result<M> {
    M::decode(event.payload.clone()).map_err(|error| {
        Error::bad_request(format!("payload of `{}` cannot be read", event.kind)).with_source(error)
    })
}

/// An event that stays in its organisation: what may be shared of it is decided where it is shared.
fn own(
    aggregate: &'static str,
    event: &'static str,
    id: String,
    version: i64,
    message: &impl Message,
) -> NewEvent {
    NewEvent {
        context: "agency",
        aggregate,
        event,
        classification: Classification::Own,
        aggregate_id: id,
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

/// `agency.rate-card.published`: rules of a kind. Aggregate: the kind.
pub(crate) fn rate_card_published(
    import: &imports::Model,
    (kind, rows): (&str, u64),
    earliest_from: String,
    version: i64,
) -> NewEvent {
    let message = RateCardPublished {
        kind: kind.to_owned(),
        rows,
        earliest_from,
        provenance: Some(imports::provenance(import)),
        version,
    };
    own("rate-card", "published", kind.to_owned(), version, &message)
}

/// `agency.shifts.recorded`: lines of one organisation. Aggregate: the organisation.
pub(crate) fn shifts_recorded(import: &imports::Model, months: &[Touched], version: i64) -> NewEvent {
    let organisation = months.first().map(|it| it.organisation.clone()).unwrap_or_default();
    let sum = |of: fn(&Touched) -> i64| months.iter().map(of).sum::<i64>();
    let (new, ended) = (sum(|it| it.new), sum(|it| it.ended));
    let day = |it: Option<&String>| it.cloned().unwrap_or_default();
    let message = ShiftsRecorded {
        organisation: organisation.clone(),
        added: count(new - ended),
        changed: count(ended),
        first_day: day(months.iter().map(|it| &it.first_day).min()),
        last_day: day(months.iter().map(|it| &it.last_day).max()),
        provenance: Some(imports::provenance(import)),
        version,
    };
    own("shifts", "recorded", organisation, version, &message)
}

/// `agency.spend.posted`: a month of an organisation. Aggregate: organisation and month.
///
/// # Errors
/// Internal when a stored cell cannot be read back.
pub(crate) fn spend_posted(
    (organisation, month): (&str, &str),
    cells: &[spend_cell::Model],
    version: i64,
) -> Result<NewEvent> {
    let cells: Result<Vec<_>> = cells.iter().map(proto::spend_cell).collect();
    let message = SpendPosted {
        organisation: organisation.to_owned(),
        month: month.to_owned(),
        cells: cells?,
        version,
    };
    Ok(own("spend", "posted", format!("{organisation} {month}"), version, &message))
}

/// `agency.return.attested`, `.closed` or `.corrected`: a version of a return. Aggregate: organisation and week.
pub(crate) fn weekly_return(
    event: &'static str,
    head: &returns::Model,
    figures: &Figures,
    version: i64,
) -> NewEvent {
    let id = format!("{} {}", head.organisation, head.week);
    let of = proto::weekly::figures(figures.clone());
    let (head, groups, total) = (Some(proto::weekly::head(head, true)), of.groups, of.total);
    // the three say the same of a version and are told apart by their names
    let message = ReturnClosed { head, groups, total, version };
    own("return", event, id, version, &message)
}

/// `agency.override.requested`, `.approved` or `.refused`, at an instant in microseconds UTC. Aggregate: the override.
pub(crate) fn break_glass(event: &'static str, stored: &Stored, at: i64) -> NewEvent {
    let message = OverrideRequested {
        r#override: Some(proto::weekly::break_glass(stored, at)),
        version: stored.version,
    };
    own("override", event, stored.id.clone(), stored.version, &message)
}

/// `agency.ceiling.at-risk`: a projected year. Aggregate: organisation and financial year.
pub(crate) fn ceiling_at_risk(of: &Projected, threshold_ppm: i64, version: i64) -> NewEvent {
    let message = CeilingAtRisk { projection: Some(proto::spend::projection(of)), threshold_ppm, version };
    own("ceiling", "at-risk", format!("{} {}", of.organisation, of.year), version, &message)
}

/// `agency.rate-drift.detected`: a step in a partner's rates. It goes to all, without the hours of single partners. Aggregate: partner,
/// supply, group of staff, grade, time band, zone and what shows it.
pub(crate) fn rate_drift_detected(aggregate: String, drift: RateDrift, version: i64) -> NewEvent {
    let drift = Some(RateDrift { by_partner: Vec::new(), ..drift });
    let message = RateDriftDetected { drift, version };
    let event = own("rate-drift", "detected", aggregate, version, &message);
    NewEvent { classification: Classification::Group, ..event }
}

/// `agency.recharge.posted`: a month of a host. Aggregate: host and month.
pub(crate) fn recharge_posted((host, month): (&str, &str), rows: &[Recharge], version: i64) -> NewEvent {
    let message = RechargePosted {
        host: host.to_owned(),
        month: month.to_owned(),
        rows: rows.iter().map(proto::cover::recharge).collect(),
        version,
    };
    own("recharge", "posted", format!("{host} {month}"), version, &message)
}
