//! What is at the ends of a trace, in other contexts: events with what caused them, the files that they name, and the lines that they
//! are sums of.

use std::collections::BTreeSet;

use muster_kit::{Actor, Result};
use muster_proto::{
    agency::v1 as agency, catalogue::v1 as catalogue, common::v1::Provenance, operations::v1 as operations,
    staffing::v1 as staffing,
};
use prost::Message as _;

use super::{
    peers::Peers,
    trace_figure::{file, imported},
};
use crate::domain::{
    claim::Evidence,
    figure::{decimal, pounds},
    trace::{Behind, Known, Told},
};

/// Events asked for at a time.
const MOST_EVENTS: usize = 900;

/// Months whose lines are shown, of shifts and of purchases.
const MOST_MONTHS: usize = 24;

/// Contexts as a trace asks them.
pub(super) struct Ends<'a> {
    pub(super) peers: &'a Peers,
    pub(super) actor: &'a Actor,
    pub(super) known: &'a mut Known,
    /// What could not be followed.
    pub(super) gaps: &'a mut Vec<String>,
}

impl Ends<'_> {
    /// Looks up the events of evidence, and what is behind each.
    ///
    /// # Errors
    /// What the log and the contexts say.
    pub(super) async fn events(&mut self, evidence: &[&Evidence]) -> Result<()> {
        let mut asked = wanted(evidence);
        if asked.ids.len() + asked.names.len() > MOST_EVENTS {
            self.gaps
                .push(format!("more than {MOST_EVENTS} events are behind it: the others are not looked up"));
            asked.ids.truncate(MOST_EVENTS);
            asked.names.truncate(MOST_EVENTS - asked.ids.len());
        }
        if asked.ids.is_empty() && asked.names.is_empty() {
            return Ok(());
        }
        let (mut months, mut rounds) = (0, BTreeSet::new());
        for found in self.peers.events(self.actor, asked).await? {
            let mut told = told(&found);
            let (posted, realised) = (posted(&found), realised(&found));
            if posted.is_some() || realised.is_some() {
                months += 1;
            }
            if months <= MOST_MONTHS {
                if let Some(posted) = posted {
                    self.shifts(&posted, &mut told).await?;
                }
                if let Some(realised) = realised {
                    let first = rounds.insert((realised.round_id.clone(), realised.organisation.clone()));
                    self.purchases(&realised, first, &mut told).await?;
                }
            }
            self.known.event(told);
        }
        if months > MOST_MONTHS {
            self.gaps.push(format!("lines of {MOST_MONTHS} months are shown, of {months}"));
        }
        Ok(())
    }

    /// The shift lines that a month is the sum of.
    async fn shifts(&mut self, posted: &agency::SpendPosted, told: &mut Told) -> Result<()> {
        let (organisation, month) = (&posted.organisation, &posted.month);
        let (lines, more) = match self.peers.shifts(self.actor, organisation, month).await {
            Ok(found) => found,
            Err(error) => {
                self.gaps.push(format!("shift lines of {organisation} in {month} are not there: {error}"));
                return Ok(());
            }
        };
        self.cut(more, lines.len(), &format!("{organisation} has more shift lines in {month}"));
        told.lines = lines.iter().map(shift).collect();
        self.files("agency", &told.lines).await
    }

    /// The purchases that a realised price is worked out of: those of the month, and with the first month of a partner those of the
    /// year before the contract, which its baseline is.
    async fn purchases(
        &mut self,
        realised: &catalogue::PriceRealised,
        with_baseline: bool,
        told: &mut Told,
    ) -> Result<()> {
        let (organisation, month) = (&realised.organisation, &realised.month);
        for (month, what) in [(Some(month.as_str()), "paid"), (None, "baseline")] {
            if month.is_none() && !with_baseline {
                continue;
            }
            let of = (realised.round_id.as_str(), organisation.as_str(), month);
            let (lines, more) = match self.peers.purchases(self.actor, of).await {
                Ok(found) => found,
                Err(error) => {
                    self.gaps.push(format!("purchases of {organisation} are not there: {error}"));
                    return Ok(());
                }
            };
            let when = month.unwrap_or("the year before the contract");
            self.cut(more, lines.len(), &format!("{organisation} has more purchases in {when}"));
            told.lines.extend(lines.iter().map(|line| purchase(line, what)));
        }
        self.files("catalogue", &told.lines).await
    }

    fn cut(&mut self, more: bool, shown: usize, what: &str) {
        if more {
            self.gaps.push(format!("{what} than the first {shown}"));
        }
    }

    /// Makes the files of lines known.
    async fn files(&mut self, context: &str, lines: &[Behind]) -> Result<()> {
        if lines.iter().any(|line| !self.known.has_file(&line.import_id)) {
            for import in self.peers.imports(self.actor, context).await?.into_values() {
                self.known.file(imported(&import));
            }
        }
        Ok(())
    }
}

/// Events of evidence, each once, by id or by name.
fn wanted(evidence: &[&Evidence]) -> operations::FindEventsRequest {
    let mut asked = operations::FindEventsRequest::default();
    let mut seen = BTreeSet::new();
    let events = evidence.iter().filter(|it| !it.event_id.is_empty() || (it.version > 0 && it.line == 0));
    for it in events.filter(|it| !it.decided()) {
        if !seen.insert((&it.event_id, &it.kind, &it.aggregate_id, it.version)) {
            continue;
        }
        if it.event_id.is_empty() {
            asked.names.push(operations::EventName {
                r#type: it.kind.clone(),
                aggregate: it.aggregate_id.clone(),
                aggregate_version: it.version,
            });
        } else {
            asked.ids.push(it.event_id.clone());
        }
    }
    asked
}

fn shift(line: &agency::ShiftLine) -> Behind {
    let minutes = line.core_minutes + line.saturday_night_minutes + line.sunday_holiday_minutes;
    let supply = line.supply().as_str_name().trim_start_matches("SUPPLY_").to_ascii_lowercase();
    let cost =
        line.cost_pence.map_or_else(|| "no price".to_owned(), |pence| format!("{} pounds", pounds(pence)));
    Behind {
        title: format!("shift {} on {}", line.shift_ref, line.date),
        says: format!(
            "{} {} by {}, {} hours, {cost}",
            line.staff_group,
            line.grade,
            supply.replace('_', "-"),
            decimal(minutes * 100 / 60, 2)
        ),
        import_id: line.import_id.clone(),
        line: line.line,
    }
}

fn purchase(line: &catalogue::PurchaseLine, what: &str) -> Behind {
    Behind {
        title: format!("purchase {} on {}", line.line_ref, line.date),
        says: format!(
            "{what}, lot {}: {} {} at {}, {} pounds",
            line.lot_id,
            decimal(line.quantity_milli, 3),
            line.unit,
            decimal(line.unit_price_hundredths, 4),
            pounds(line.net_pence)
        ),
        import_id: line.import_id.clone(),
        line: line.line,
    }
}

fn told(found: &operations::FoundEvent) -> Told {
    let event = found.event.clone().unwrap_or_default();
    Told {
        files: sources(&event.r#type, &found.payload).iter().map(file).collect(),
        id: event.id,
        name: (event.r#type, event.aggregate, event.aggregate_version),
        at: event.occurred_at_micros,
        actor: event.actor,
        cause: event.causation_id,
        lines: Vec::new(),
    }
}

fn realised(found: &operations::FoundEvent) -> Option<catalogue::PriceRealised> {
    let is = found.event.as_ref().is_some_and(|it| it.r#type == "muster.catalogue.price.realised.v1");
    is.then(|| catalogue::PriceRealised::decode(found.payload.as_slice()).ok()).flatten()
}

fn posted(found: &operations::FoundEvent) -> Option<agency::SpendPosted> {
    let is = found.event.as_ref().is_some_and(|it| it.r#type == "muster.agency.spend.posted.v1");
    is.then(|| agency::SpendPosted::decode(found.payload.as_slice()).ok()).flatten()
}

/// Files that an event says it is from. An event that cannot be read names none: it is shown all the same.
fn sources(kind: &str, payload: &[u8]) -> Vec<Provenance> {
    let one = |of: Option<Provenance>| of.into_iter().collect();
    match kind {
        "muster.staffing.baseline.recorded.v1" => {
            staffing::BaselineRecorded::decode(payload).map(|it| one(it.provenance)).unwrap_or_default()
        }
        "muster.staffing.forecast.published.v1" => staffing::ForecastPublished::decode(payload)
            .map(|it| it.run.map(|run| run.sources).unwrap_or_default())
            .unwrap_or_default(),
        "muster.agency.shifts.recorded.v1" => {
            agency::ShiftsRecorded::decode(payload).map(|it| one(it.provenance)).unwrap_or_default()
        }
        "muster.agency.rate-card.published.v1" => {
            agency::RateCardPublished::decode(payload).map(|it| one(it.provenance)).unwrap_or_default()
        }
        "muster.catalogue.purchases.recorded.v1" => {
            catalogue::PurchasesRecorded::decode(payload).map(|it| one(it.provenance)).unwrap_or_default()
        }
        "muster.catalogue.offer.changed.v1" => {
            catalogue::OfferChanged::decode(payload).map(|it| one(it.provenance)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
