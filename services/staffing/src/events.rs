//! What staffing publishes, and what it does on events: months of bank and agency are kept as the cover that was used. The hierarchy
//! is asked of the directory when a figure is made, with the date of the question.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::civil::Date;
use muster_bus::{Handler, HandlerError, Subscription};
use muster_kit::{Classification, Error, Event, NewEvent, UnitOfWork, imports};
use muster_proto::{
    agency::v1::SpendPosted,
    common::v1::Provenance,
    staffing::v1::{
        AgeListsRecorded, BaselineRecorded, DeprivationRecorded, ForecastPublished, GapCrossed, GapCrossing,
        ParameterOverridden, ResidentsRecorded, RoleTotal, TrustGroupTotal, TrustWorkforceRecorded,
    },
};
use prost::Message;

use crate::{
    app::{Deps, heard_spend::heard_spend},
    domain::{
        age_lists::AgeList,
        baseline::CountSet,
        crossing::{Crossing, SHORTAGE_PPM},
        deprivation::DeprivationScore,
        forecast::{Level, Row},
        overrides::Override,
        residents::Residents,
        trusts::{Month, TrustCount, TrustGroup, totals},
        units::Fte,
    },
    proto,
    store::runs::Model,
};

/// An event stays below this size, well under what a broker takes.
const EVENT_BYTES: usize = 700_000;

/// The consumer's name on the bus.
const CONSUMER: &str = "staffing-observed-cover";

struct ObservedCover;

/// What staffing consumes.
pub fn subscriptions(_deps: &Deps) -> Vec<Subscription> {
    vec![Subscription::new(CONSUMER, &["muster.v1.*.*.agency.spend.posted"], ObservedCover)]
}

#[async_trait]
impl Handler for ObservedCover {
    async fn handle(&self, uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        let told = SpendPosted::decode(event.payload.clone()).map_err(|error| {
            Error::bad_request(format!("payload of `{}` cannot be read", event.kind)).with_source(error)
        })?;
        Ok(heard_spend(uow, event, told).await?)
    }
}

/// `staffing.baseline.recorded`: totals of a year or date. Aggregate: the year or date.
pub(crate) fn baseline_recorded(import: &imports::Model, set: &CountSet, version: i64) -> NewEvent {
    let totals = set
        .totals()
        .into_iter()
        .map(|total| RoleTotal {
            role: proto::role(total.role).into(),
            fte_milli: total.fte.milli(),
            places_returned: total.returned,
            places_missing: total.missing,
        })
        .collect();
    let message = BaselineRecorded {
        import_id: import.import_id.clone(),
        year: set.year.unwrap_or(0),
        date: set.date.to_string(),
        definition: set.definition.clone(),
        places: u32::try_from(set.places.len()).unwrap_or(u32::MAX),
        totals,
        provenance: Some(imports::provenance(import)),
        version,
    };
    NewEvent {
        context: "staffing",
        aggregate: "baseline",
        event: "recorded",
        classification: Classification::Own,
        aggregate_id: format!("{} {}", message.year, message.date),
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

/// `staffing.trust-workforce.recorded`: totals of a month. Aggregate: the month.
pub(crate) fn trust_workforce_recorded(
    import: &imports::Model,
    counts: &[TrustCount],
    (month, version): (Month, i64),
) -> NewEvent {
    let of_month = counts.iter().filter(|count| count.month == month);
    let organisations: BTreeSet<&str> = of_month.map(|count| count.organisation.as_str()).collect();
    let total = |(staff_group, fte): (&str, Fte)| TrustGroupTotal {
        staff_group: staff_group.to_owned(),
        group: proto::trusts::group(TrustGroup::of_publisher(staff_group)).into(),
        fte_milli: fte.milli(),
    };
    let message = TrustWorkforceRecorded {
        import_id: import.import_id.clone(),
        month: month.to_string(),
        organisations: u32::try_from(organisations.len()).unwrap_or(u32::MAX),
        totals: totals(counts, month).into_iter().map(total).collect(),
        provenance: Some(imports::provenance(import)),
        version,
    };
    NewEvent {
        context: "staffing",
        aggregate: "trust-workforce",
        event: "recorded",
        classification: Classification::Own,
        aggregate_id: message.month.clone(),
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

/// `staffing.age-lists.recorded`: practices and patients of a day. Aggregate: the day.
pub(crate) fn age_lists_recorded(
    import: &imports::Model,
    lists: &[AgeList],
    (day, version): (Date, i64),
) -> NewEvent {
    let of_day: Vec<&AgeList> = lists.iter().filter(|list| list.day == day).collect();
    let message = AgeListsRecorded {
        import_id: import.import_id.clone(),
        date: day.to_string(),
        practices: u32::try_from(of_day.len()).unwrap_or(u32::MAX),
        patients: of_day.iter().map(|list| list.total()).sum(),
        provenance: Some(imports::provenance(import)),
        version,
    };
    NewEvent {
        context: "staffing",
        aggregate: "age-lists",
        event: "recorded",
        classification: Classification::Own,
        aggregate_id: message.date.clone(),
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

/// `staffing.deprivation.recorded`: how many practices have a score of a year. Aggregate: the year.
pub(crate) fn deprivation_recorded(
    import: &imports::Model,
    scores: &[DeprivationScore],
    (year, version): (i32, i64),
) -> NewEvent {
    let message = DeprivationRecorded {
        import_id: import.import_id.clone(),
        year,
        practices: u32::try_from(scores.iter().filter(|of| of.year == year).count()).unwrap_or(u32::MAX),
        provenance: Some(imports::provenance(import)),
        version,
    };
    NewEvent {
        context: "staffing",
        aggregate: "deprivation",
        event: "recorded",
        classification: Classification::Own,
        aggregate_id: year.to_string(),
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

/// `staffing.residents.recorded`: how many boroughs have a count of a day. Aggregate: the day.
pub(crate) fn residents_recorded(
    import: &imports::Model,
    of: &[Residents],
    (day, version): (Date, i64),
) -> NewEvent {
    let of_day: Vec<&Residents> = of.iter().filter(|of| of.day == day).collect();
    let message = ResidentsRecorded {
        import_id: import.import_id.clone(),
        date: day.to_string(),
        boroughs: u32::try_from(of_day.len()).unwrap_or(u32::MAX),
        residents: of_day.iter().map(|of| of.residents).sum(),
        provenance: Some(imports::provenance(import)),
        version,
    };
    NewEvent {
        context: "staffing",
        aggregate: "residents",
        event: "recorded",
        classification: Classification::Own,
        aggregate_id: message.date.clone(),
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

/// `staffing.forecast.published`: a finished run with its rows. Aggregate: scenario and area.
///
/// The event stays in its organisation: rows of practices hold small counts that others may not see.
pub(crate) fn forecast_published(run: &Model, rows: &[Row], sources: Vec<Provenance>) -> NewEvent {
    let above = rows.iter().filter(|row| row.level != Level::Practice).map(proto::forecast_row).collect();
    let mut message = ForecastPublished {
        run: Some(proto::forecast_run(run, sources)),
        rows: above,
        practices_left_out: true,
        version: run.version,
    };
    let practices: Vec<_> =
        rows.iter().filter(|row| row.level == Level::Practice).map(proto::forecast_row).collect();
    // a few bytes a row for its tag and length
    let size: usize = practices.iter().map(|row| row.encoded_len() + 6).sum();
    if message.encoded_len() + size < EVENT_BYTES {
        message.rows.extend(practices);
        message.practices_left_out = false;
    }
    NewEvent {
        context: "staffing",
        aggregate: "forecast",
        event: "published",
        classification: Classification::Own,
        aggregate_id: format!("{} {}", run.scenario, run.area),
        aggregate_version: run.version,
        payload: message.encode_to_vec(),
    }
}

/// `staffing.parameter.overridden`: an override was signed or withdrawn. Aggregate: the parameter.
pub(crate) fn parameter_overridden(of: &Override) -> NewEvent {
    let version = of.withdrawn.as_ref().map_or(of.signed_at, |(_, when)| *when);
    let message = ParameterOverridden { parameter_override: Some(proto::parameter_override(of)), version };
    NewEvent {
        context: "staffing",
        aggregate: "parameter",
        event: "overridden",
        classification: Classification::Own,
        aggregate_id: of.name.clone(),
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

/// `staffing.gap.crossed`: shortages that came or went since the run before. Aggregate: scenario and area.
pub(crate) fn gap_crossed(run: &Model, before: &Model, crossings: Vec<Crossing>) -> NewEvent {
    let crossings = crossings.into_iter().map(|of| GapCrossing {
        node: of.node,
        level: of.level.name().to_owned(),
        name: of.name,
        role: proto::role(of.role).into(),
        year: of.year,
        before_ppm: Some(proto::interval(of.before)),
        now_ppm: Some(proto::interval(of.now)),
    });
    let message = GapCrossed {
        run_id: run.run_id.clone(),
        run_id_before: before.run_id.clone(),
        scenario: run.scenario.clone(),
        area: run.area.clone(),
        shortage_ppm: SHORTAGE_PPM,
        crossings: crossings.collect(),
        version: run.version,
    };
    NewEvent {
        context: "staffing",
        aggregate: "gap",
        event: "crossed",
        classification: Classification::Own,
        aggregate_id: format!("{} {}", run.scenario, run.area),
        aggregate_version: run.version,
        payload: message.encode_to_vec(),
    }
}
