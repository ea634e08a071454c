//! Traces a figure back to events, decisions, rows and files, through whichever contexts they are in.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{Action, Actor, Error, Resource, Result, imports};
use muster_proto::{
    agency::v1 as agency, catalogue::v1 as catalogue, common::v1::Provenance, operations::v1 as operations,
    staffing::v1 as staffing,
};
use prost::Message as _;

use super::{
    Deps, figures,
    peers::{CONTEXTS, Peers},
};
use crate::{
    domain::{
        claim::Evidence,
        edition::EditionFigure,
        figure::{decimal, pounds},
        trace::{self, Behind, File, Known, Step, Told},
    },
    import::{ALL_IN_SHARES, DISPLACEMENT_BASELINES},
    store::editions,
};

/// Events asked for at a time.
const MOST_EVENTS: usize = 900;

/// Type of the event that says that purchases came in.
const PURCHASES: &str = "muster.catalogue.purchases.recorded.v1";

/// Imports of purchases of an organisation that are looked through, from the first.
const MOST_PURCHASES: i64 = 200;

/// Months whose shift lines are shown.
const MOST_MONTHS: usize = 24;

/// Steps of a figure of an edition, or of one as it stands (0), and what could not be followed.
///
/// # Errors
/// Forbidden; not found when there is no such figure or edition; what database, log or contexts say.
pub(crate) async fn trace_figure(
    deps: &Deps,
    actor: &Actor,
    key: &str,
    edition: i64,
) -> Result<(Vec<Step>, Vec<String>)> {
    deps.permit(actor, Action::Read, Resource::new("figure", key)).await?;
    let mut gaps = Vec::new();
    let figures = match edition {
        0 => standing(deps, actor, &mut gaps).await?,
        number => editions::get(deps.db.read(), &actor.scope(), number).await?.figures,
    };
    let figures: BTreeMap<String, EditionFigure> =
        figures.into_iter().map(|it| (it.key.clone(), it)).collect();
    if !figures.contains_key(key) {
        let of = if edition == 0 { "is known".to_owned() } else { format!("is in edition {edition}") };
        return Err(Error::not_found(format!("no figure `{key}` {of}")));
    }
    let behind = trace::behind(&figures, key);
    let mut known = Known::default();
    let evidence: Vec<&Evidence> = behind.iter().flat_map(|it| &it.evidence).collect();
    if let Some(peers) = &deps.peers {
        let ends = Ends { peers, actor };
        ends.events(&evidence, &mut known, &mut gaps).await?;
    }
    files(deps, actor, &behind, &mut known).await?;
    let rules = [ALL_IN_SHARES.name, DISPLACEMENT_BASELINES.name];
    let (steps, more) = trace::trace(&figures, key, &known, &rules);
    gaps.extend(more);
    Ok((steps, gaps))
}

/// Every figure as it stands; contexts that are away are named.
async fn standing(deps: &Deps, actor: &Actor, gaps: &mut Vec<String>) -> Result<Vec<EditionFigure>> {
    let mut figures = figures::collect(deps.db.read(), &actor.scope(), "").await?.figures;
    let Some(peers) = &deps.peers else { return Ok(figures) };
    for context in CONTEXTS {
        match peers.figures(actor, context).await {
            Ok(found) => figures.extend(found),
            Err(error) => gaps.push(format!("figures of {context} are not there: {error}")),
        }
    }
    Ok(figures)
}

/// Looks up the files that rows came with: here, or in the context that the figure is from.
async fn files(deps: &Deps, actor: &Actor, figures: &[&EditionFigure], known: &mut Known) -> Result<()> {
    let mut open: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for figure in figures {
        let rows = figure.evidence.iter().filter(|it| it.event_id.is_empty() && !it.decided());
        for row in rows.filter(|row| row.version == 0 || row.line > 0) {
            open.entry(&figure.context).or_default().insert(&row.aggregate_id);
        }
    }
    for (context, ids) in open {
        if let (Some(peers), true) = (&deps.peers, CONTEXTS.contains(&context)) {
            let there = peers.imports(actor, context).await?;
            for import in ids.iter().filter_map(|id| there.get(*id)) {
                known.file(File {
                    import_id: import.import_id.clone(),
                    name: import.file_name.clone(),
                    sha256: import.sha256.clone(),
                    actor: import.actor.clone(),
                    at: import.imported_at_micros,
                });
            }
        }
        // what the back office heard is told in the name of the context that it is from
        for id in ids {
            if known.has_file(id) {
                continue;
            }
            if let Ok(import) = imports::get(deps.db.read(), &actor.scope(), id).await {
                known.file(file(&imports::provenance(&import)));
            }
        }
    }
    Ok(())
}

fn file(of: &Provenance) -> File {
    File {
        import_id: of.reference_id.clone(),
        name: of.source.clone(),
        sha256: of.sha256.clone(),
        actor: of.actor.clone(),
        at: of.recorded_at_micros,
    }
}

/// What is at the ends of a trace, in other contexts.
struct Ends<'a> {
    peers: &'a Peers,
    actor: &'a Actor,
}

impl Ends<'_> {
    /// Looks up events with what caused them, the files that they name, and the lines that they are sums of.
    async fn events(&self, evidence: &[&Evidence], known: &mut Known, gaps: &mut Vec<String>) -> Result<()> {
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
        if asked.ids.len() + asked.names.len() > MOST_EVENTS {
            gaps.push(format!("more than {MOST_EVENTS} events are behind it: the others are not looked up"));
            asked.ids.truncate(MOST_EVENTS);
            asked.names.truncate(MOST_EVENTS - asked.ids.len());
        }
        if asked.ids.is_empty() && asked.names.is_empty() {
            return Ok(());
        }
        let mut months = 0;
        let found = self.peers.events(self.actor, asked).await?;
        let bought = self.bought(&found).await?;
        for found in found {
            let mut told = told(&found);
            if let Some(realised) = realised(&found) {
                let of = bought.iter().filter(|it| it.organisation == realised.organisation);
                let covers = |it: &&catalogue::PurchasesRecorded| {
                    let month = Some(realised.month.as_str());
                    it.first_day.get(..7) <= month && it.last_day.get(..7) >= month
                };
                told.files.extend(of.filter(covers).filter_map(|it| it.provenance.as_ref()).map(file));
            }
            if let Some(posted) = posted(&found) {
                months += 1;
                if months <= MOST_MONTHS {
                    self.lines(&posted, &mut told, (known, gaps)).await?;
                }
            }
            known.event(told);
        }
        if months > MOST_MONTHS {
            gaps.push(format!("shift lines of {MOST_MONTHS} months are shown, of {months}"));
        }
        Ok(())
    }

    /// Purchases that came in of organisations with realised prices. What caused a price to be told is the award where purchases were
    /// there before it, so that causes alone do not lead to them.
    async fn bought(&self, found: &[operations::FoundEvent]) -> Result<Vec<catalogue::PurchasesRecorded>> {
        let organisations: BTreeSet<String> =
            found.iter().filter_map(realised).map(|it| it.organisation).collect();
        let each = i64::try_from(MOST_EVENTS / organisations.len().max(1)).unwrap_or(1).min(MOST_PURCHASES);
        let name = |organisation: &String, version: i64| operations::EventName {
            r#type: PURCHASES.to_owned(),
            aggregate: organisation.clone(),
            aggregate_version: version,
        };
        let names = organisations.iter().flat_map(|of| (1..=each).map(move |version| name(of, version)));
        let names: Vec<operations::EventName> = names.collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let asked = operations::FindEventsRequest { names, ..Default::default() };
        let events = self.peers.events(self.actor, asked).await?;
        let of =
            |it: &operations::FoundEvent| catalogue::PurchasesRecorded::decode(it.payload.as_slice()).ok();
        let is = |it: &&operations::FoundEvent| it.event.as_ref().is_some_and(|it| it.r#type == PURCHASES);
        Ok(events.iter().filter(is).filter_map(of).collect())
    }

    /// The shift lines that a month is the sum of.
    async fn lines(
        &self,
        posted: &agency::SpendPosted,
        told: &mut Told,
        (known, gaps): (&mut Known, &mut Vec<String>),
    ) -> Result<()> {
        let (organisation, month) = (&posted.organisation, &posted.month);
        let (lines, more) = match self.peers.shifts(self.actor, organisation, month).await {
            Ok(found) => found,
            Err(error) => {
                gaps.push(format!("shift lines of {organisation} in {month} are not there: {error}"));
                return Ok(());
            }
        };
        if more {
            gaps.push(format!(
                "{organisation} has more shift lines in {month} than the first {}",
                lines.len()
            ));
        }
        if lines.iter().any(|line| !known.has_file(&line.import_id)) {
            for import in self.peers.imports(self.actor, "agency").await?.into_values() {
                known.file(File {
                    import_id: import.import_id,
                    name: import.file_name,
                    sha256: import.sha256,
                    actor: import.actor,
                    at: import.imported_at_micros,
                });
            }
        }
        told.lines = lines.iter().map(behind).collect();
        Ok(())
    }
}

fn behind(line: &agency::ShiftLine) -> Behind {
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
        PURCHASES => {
            catalogue::PurchasesRecorded::decode(payload).map(|it| one(it.provenance)).unwrap_or_default()
        }
        "muster.catalogue.offer.changed.v1" => {
            catalogue::OfferChanged::decode(payload).map(|it| one(it.provenance)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}
