//! What the agency context publishes. It acts on no event of others yet.

use muster_bus::Subscription;
use muster_kit::{Classification, NewEvent, Result, imports};
use muster_proto::agency::v1::{
    CeilingAtRisk, OverrideRequested, RateCardPublished, ReturnClosed, ShiftsRecorded, SpendPosted,
};
use prost::Message;

use crate::{
    app::{Deps, get_projection::Projected},
    domain::weekly::Figures,
    proto,
    store::{entity::spend_cell, lines::Touched, overrides::Stored, returns},
};

/// What the agency context consumes: nothing.
pub fn subscriptions(_deps: &Deps) -> Vec<Subscription> {
    Vec::new()
}

/// Every event stays in its organisation: what may be shared of it is decided where it is shared.
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
