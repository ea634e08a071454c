//! What the pages do when something happened elsewhere: a line in the feed, and the latest gap and baseline.

mod back_office;
mod catalogue;
mod counts;

use async_trait::async_trait;
use muster_bus::{Handler, HandlerError, Subscription};
use muster_kit::{Error, Event, OrgScope, UnitOfWork};
use muster_proto::{agency::v1 as agency, directory::v1 as directory, staffing::v1 as staffing};
use prost::Message;
use sea_orm::ConnectionTrait;

use crate::{
    deps::Deps,
    figures::{self, Interval},
    model::{Role, grouping_words},
    store::{activity, baselines, latest_gap},
};

/// The consumer's name on the bus.
pub const CONSUMER: &str = "web-projections";

/// What it hears of.
const FILTERS: [&str; 7] = [
    "muster.v1.*.*.directory.>",
    "muster.v1.*.*.staffing.>",
    // months of spend and recharges come by the hundred: the feed has the import that moved them
    "muster.v1.*.*.agency.shifts.>",
    "muster.v1.*.*.agency.return.>",
    "muster.v1.*.*.agency.override.>",
    "muster.v1.*.*.agency.rate-drift.>",
    "muster.v1.*.*.agency.ceiling.>",
];

/// Everything that it hears of.
pub(crate) fn filters() -> Vec<&'static str> {
    FILTERS.into_iter().chain(catalogue::FILTERS).chain(back_office::FILTERS).collect()
}

struct Projections;

/// What follows the bus. The binary hands it to the bus runtime with the pages' database.
pub fn subscriptions(_deps: &Deps) -> Vec<Subscription> {
    vec![Subscription::new(CONSUMER, &filters(), Projections)]
}

#[async_trait]
impl Handler for Projections {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        project(uow.conn(), event).await
    }
}

/// What one event does to the projections. Doing it twice, or in another order, ends in the same rows.
pub(crate) async fn project(conn: &impl ConnectionTrait, event: &Event) -> Result<(), HandlerError> {
    let scope = OrgScope::new(event.organisation.clone());
    let told = match event.kind.as_str() {
        "muster.staffing.baseline.recorded.v1" => {
            let told: staffing::BaselineRecorded = read(event)?;
            baselines::put(conn, &scope, baseline(&told, event)).await?;
            baseline_told(&told)
        }
        "muster.staffing.forecast.published.v1" => {
            let told: staffing::ForecastPublished = read(event)?;
            let run = told.run.clone().ok_or_else(|| wrong(event, "it names no run"))?;
            latest_gap::put(conn, &scope, gaps(&told, &run, event)).await?;
            forecast_told(&told, &run)
        }
        "muster.staffing.trust-workforce.recorded.v1" => counts::trusts_told(&read(event)?),
        "muster.staffing.age-lists.recorded.v1" => counts::lists_told(&read(event)?),
        "muster.staffing.deprivation.recorded.v1" => counts::deprivation_told(&read(event)?),
        "muster.staffing.residents.recorded.v1" => counts::residents_told(&read(event)?),
        "muster.directory.organisation.registered.v1" => registered_told(&read(event)?),
        "muster.directory.organisation.merged.v1" => merged_told(&read(event)?),
        "muster.directory.organisation.closed.v1" => closed_told(&read(event)?),
        "muster.directory.grouping.changed.v1" => grouping_told(&read(event)?),
        "muster.agency.shifts.recorded.v1" => shifts_told(&read(event)?),
        "muster.agency.rate-drift.detected.v1" => drift_told(&read(event)?),
        "muster.agency.ceiling.at-risk.v1" => ceiling_told(&read(event)?),
        kind if kind.starts_with("muster.agency.return.") => return_told(kind, &read(event)?),
        kind if kind.starts_with("muster.agency.override.") => override_told(kind, &read(event)?),
        kind if kind.starts_with(back_office::KINDS) => {
            back_office::told(event)?.unwrap_or_else(|| unknown(kind))
        }
        // what is not known yet still happened, and the feed says so
        other => catalogue::told(event)?.unwrap_or_else(|| unknown(other)),
    };
    activity::add(conn, &scope, told.row(event)).await?;
    Ok(())
}

#[derive(Default)]
struct Told {
    headline: String,
    detail: String,
    link: String,
}

impl Told {
    fn row(self, event: &Event) -> activity::Model {
        activity::Model {
            org: String::new(),
            event_id: event.id.to_string(),
            at: event.occurred_at_micros,
            actor: event.actor.clone(),
            kind: event.kind.clone(),
            headline: self.headline,
            detail: self.detail,
            link: self.link,
        }
    }
}

fn unknown(kind: &str) -> Told {
    let headline = kind.trim_start_matches("muster.").trim_end_matches(".v1").into();
    Told { headline, ..Told::default() }
}

fn read<M: Message + Default>(event: &Event) -> Result<M, HandlerError> {
    M::decode(event.payload.clone()).map_err(|error| wrong(event, &error.to_string()))
}

fn wrong(event: &Event, why: &str) -> HandlerError {
    HandlerError::from(Error::bad_request(format!("payload of `{}` cannot be read: {why}", event.kind)))
}

fn baseline(told: &staffing::BaselineRecorded, event: &Event) -> baselines::Model {
    baselines::Model {
        org: String::new(),
        year: told.year.into(),
        date: told.date.clone(),
        import_id: told.import_id.clone(),
        places: told.places.into(),
        version: told.version,
        recorded_at: event.occurred_at_micros,
        event_id: event.id.to_string(),
    }
}

fn baseline_told(told: &staffing::BaselineRecorded) -> Told {
    let of = if told.year > 0 { told.year.to_string() } else { figures::date(&told.date) };
    let totals: Vec<String> = told
        .totals
        .iter()
        .filter_map(|total| match Role::read(total.role) {
            role @ (Role::Gp | Role::Nurse) => {
                Some(format!("{} {} FTE", role.heading(), figures::tenths(total.fte_milli)))
            }
            Role::Other(_) => None,
        })
        .collect();
    let source = told.provenance.as_ref().map(|p| p.source.clone()).unwrap_or_default();
    let parts = [totals.join(", "), source];
    Told {
        headline: format!("Baseline of {of} recorded for {} places", figures::count(told.places.into())),
        detail: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; "),
        link: "/imports".into(),
    }
}

/// The rows of the forecast's last year.
fn gaps(
    told: &staffing::ForecastPublished,
    run: &staffing::ForecastRun,
    event: &Event,
) -> Vec<latest_gap::Model> {
    let spec = run.spec.clone().unwrap_or_default();
    let last = told.rows.iter().map(|row| row.year).max().unwrap_or(spec.to_year);
    let rows = told.rows.iter().filter(|row| row.year == last).map(|row| {
        let gap = Interval::read(row.gap_milli.as_ref());
        latest_gap::Model {
            org: String::new(),
            scenario: spec.scenario.clone(),
            level: row.level.clone(),
            node: row.node.clone(),
            role: Role::read(row.role).key().to_owned(),
            name: row.name.clone(),
            area: spec.area.clone(),
            year: row.year.into(),
            run_id: run.run_id.clone(),
            gap_p10_milli: gap.p10,
            gap_p50_milli: gap.p50,
            gap_p90_milli: gap.p90,
            shortfall_p50_ppm: Interval::read(row.shortfall_ppm.as_ref()).p50,
            cost_p50_pence: Interval::read(row.cost_pence.as_ref()).p50,
            version: told.version,
            published_at: event.occurred_at_micros,
            event_id: event.id.to_string(),
        }
    });
    rows.collect()
}

fn forecast_told(told: &staffing::ForecastPublished, run: &staffing::ForecastRun) -> Told {
    let spec = run.spec.clone().unwrap_or_default();
    let top = told
        .rows
        .iter()
        .filter(|row| row.year == spec.to_year && (row.level == "system" || row.node == spec.area));
    let gaps: Vec<String> = top
        .map(|row| {
            let gap = Interval::read(row.gap_milli.as_ref()).p50;
            let (role, way) = (Role::read(row.role).plural(), figures::way(gap));
            format!("{} {role} {way}", figures::whole(gap.abs())).trim_end().to_owned()
        })
        .collect();
    Told {
        headline: format!("Forecast `{}` of {} to {} published", spec.scenario, spec.area, spec.to_year),
        detail: gaps.join(", "),
        link: format!("/forecasts/{}", run.run_id),
    }
}

fn registered_told(told: &directory::OrganisationsRegistered) -> Told {
    let source = told.provenance.as_ref().map(|p| p.source.clone()).unwrap_or_default();
    let count = told.organisations.len();
    let link = match told.organisations.as_slice() {
        [only] if only.kind == directory::OrganisationKind::Practice as i32 => {
            format!("/practices/{}", only.ods_code)
        }
        _ => "/imports".into(),
    };
    Told { headline: format!("{count} organisations registered or changed"), detail: source, link }
}

fn merged_told(told: &directory::OrganisationMerged) -> Told {
    let successors: Vec<&str> = told.successions.iter().map(|s| s.successor.as_str()).collect();
    Told {
        headline: format!("{} was taken over by {}", told.predecessor, successors.join(", ")),
        detail: told.successions.first().map(|s| figures::date(&s.on)).unwrap_or_default(),
        link: format!("/practices/{}", told.predecessor),
    }
}

fn closed_told(told: &directory::OrganisationClosed) -> Told {
    let organisation = told.organisation.clone().unwrap_or_default();
    Told {
        headline: format!("{} {} closed", organisation.ods_code, organisation.name),
        detail: figures::date(&organisation.closed),
        link: format!("/practices/{}", organisation.ods_code),
    }
}

fn grouping_told(told: &directory::GroupingChanged) -> Told {
    let grouping = told.grouping.clone().unwrap_or_default();
    Told {
        headline: format!("{} {} changed", grouping_words(grouping.kind), grouping.name),
        detail: format!(
            "{} memberships",
            figures::count(i64::try_from(told.members.len()).unwrap_or(i64::MAX))
        ),
        link: "/areas".into(),
    }
}

fn shifts_told(told: &agency::ShiftsRecorded) -> Told {
    let count = |n: u64| figures::count(i64::try_from(n).unwrap_or(i64::MAX));
    Told {
        headline: format!("{} shifts of {} recorded", count(told.added + told.changed), told.organisation),
        detail: format!("{} to {}", figures::date(&told.first_day), figures::date(&told.last_day)),
        link: "/agency".into(),
    }
}

fn drift_told(told: &agency::RateDriftDetected) -> Told {
    let drift = told.drift.clone().unwrap_or_default();
    Told {
        headline: format!("{} pays {} more than before", drift.organisation, drift.grade),
        detail: format!(
            "{} an hour instead of {} since {}",
            figures::exact_pounds(drift.after_pence),
            figures::exact_pounds(drift.before_pence),
            figures::date(&drift.since)
        ),
        link: "/agency/drift".into(),
    }
}

fn ceiling_told(told: &agency::CeilingAtRisk) -> Told {
    let of = told.projection.clone().unwrap_or_default();
    let over =
        of.over_ppm.map_or_else(String::new, |ppm| format!("{} likely to be over it", figures::percent(ppm)));
    Told {
        headline: format!("The agency ceiling of {} for {} is at risk", of.organisation, of.year),
        detail: over,
        link: "/agency".into(),
    }
}

/// What happened, from the last word of the kind.
fn verb(kind: &str) -> &str {
    kind.trim_end_matches(".v1").rsplit('.').next().unwrap_or_default()
}

fn return_told(kind: &str, told: &agency::ReturnClosed) -> Told {
    let head = told.head.clone().unwrap_or_default();
    Told {
        headline: format!("Weekly return of {} {}", head.organisation, verb(kind)),
        detail: format!("week of {}", figures::date(&head.week_commencing)),
        link: format!("/agency/returns/{}/{}", head.organisation, head.week_commencing),
    }
}

fn override_told(kind: &str, told: &agency::OverrideRequested) -> Told {
    let of = told.r#override.clone().unwrap_or_default();
    let request = of.request.unwrap_or_default();
    Told {
        headline: format!("Break glass of {} {}", request.organisation, verb(kind)),
        detail: request.reason,
        link: "/agency/overrides".into(),
    }
}
