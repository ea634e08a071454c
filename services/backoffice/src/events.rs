//! What the back office publishes, and what it does on events: months of temporary staffing and of purchases under an award become
//! proposed claims, forecasts and awards become lines of the plan.

use async_trait::async_trait;
use muster_bus::{Handler, HandlerError, Subscription};
use muster_kit::{Classification, Error, Event, NewEvent, Result, UnitOfWork, imports};
use muster_proto::{
    agency::v1::SpendPosted,
    backoffice::v1::{
        Bridge, BridgePublished, CaseDecided, CaseHead, CasePublished, EditionFrozen, RechargeQuarter,
        RechargeSettled, SavingAttested, SavingClaimed, SavingRejected, SchemeGated, SchemeRegistered,
    },
    catalogue::v1::{AwardApproved, PriceRealised},
    staffing::v1::ForecastPublished,
};
use prost::Message;

use crate::{
    app::{
        Deps, cases::Decision, heard_award::heard_award, heard_forecast::heard_forecast,
        heard_realised::heard_realised, heard_spend::heard_spend,
    },
    domain::{
        claim::SavingClaim,
        edition::EditionHead,
        savings::{Gate, Scheme},
    },
    proto,
};

/// The consumer's name on the bus.
const CONSUMER: &str = "backoffice-effects";

/// What it hears of. A further source of claims is a filter here, an arm of [`effect`], and a use case that ends in `propose_claim`.
const FILTERS: [&str; 4] = [
    "muster.v1.*.*.agency.spend.posted",
    "muster.v1.*.*.staffing.forecast.published",
    "muster.v1.*.*.catalogue.award.approved",
    "muster.v1.*.*.catalogue.price.realised",
];

struct Effects;

/// What the back office consumes.
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
        "muster.agency.spend.posted.v1" => {
            let told: SpendPosted = read(event)?;
            heard_spend(uow, event, told).await
        }
        "muster.staffing.forecast.published.v1" => {
            let told: ForecastPublished = read(event)?;
            heard_forecast(uow, event, told).await
        }
        "muster.catalogue.award.approved.v1" => {
            let told: AwardApproved = read(event)?;
            heard_award(uow, event, told).await
        }
        "muster.catalogue.price.realised.v1" => {
            let told: PriceRealised = read(event)?;
            heard_realised(uow, event, told).await
        }
        _ => Ok(()),
    }
}

fn read<M: Message + Default>(event: &Event) -> Result<M> {
    M::decode(event.payload.clone()).map_err(|error| {
        Error::bad_request(format!("payload of `{}` cannot be read", event.kind)).with_source(error)
    })
}

/// An event that stays in its organisation.
fn own(
    aggregate: &'static str,
    event: &'static str,
    id: String,
    version: i64,
    message: &impl Message,
) -> NewEvent {
    NewEvent {
        context: "backoffice",
        aggregate,
        event,
        classification: Classification::Own,
        aggregate_id: id,
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

/// `backoffice.scheme.registered`. Aggregate: the scheme.
pub(crate) fn scheme_registered(scheme: &Scheme, import: &imports::Model, version: i64) -> NewEvent {
    let message = SchemeRegistered {
        scheme: Some(proto::schemes::scheme(scheme)),
        provenance: Some(imports::provenance(import)),
        version,
    };
    own("scheme", "registered", scheme.id.clone(), version, &message)
}

/// `backoffice.scheme.gated`: from a gate before. Aggregate: the scheme.
pub(crate) fn scheme_gated(
    (scheme, before): (&Scheme, Gate),
    import: &imports::Model,
    version: i64,
) -> NewEvent {
    let message = SchemeGated {
        scheme: Some(proto::schemes::scheme(scheme)),
        before: proto::schemes::gate(before).into(),
        provenance: Some(imports::provenance(import)),
        version,
    };
    own("scheme", "gated", scheme.id.clone(), version, &message)
}

/// `backoffice.saving.claimed`, `.attested` or `.rejected`. Aggregate: the claim.
pub(crate) fn saving(event: &'static str, of: &SavingClaim) -> NewEvent {
    let (claim, version) = (Some(proto::claims::told(of)), of.version);
    let id = of.id.clone();
    match event {
        "attested" => own("saving", event, id, version, &SavingAttested { claim, version }),
        "rejected" => own("saving", event, id, version, &SavingRejected { claim, version }),
        _ => own("saving", event, id, version, &SavingClaimed { claim, version }),
    }
}

/// `backoffice.bridge.published`. It goes to all: a bridge is made to be seen. Aggregate: its title.
pub(crate) fn bridge_published(bridge: Bridge, import: &imports::Model, version: i64) -> NewEvent {
    let title = bridge.title.clone();
    let message =
        BridgePublished { bridge: Some(bridge), provenance: Some(imports::provenance(import)), version };
    let event = own("bridge", "published", title, version, &message);
    NewEvent { classification: Classification::Group, ..event }
}

/// `backoffice.case.published`. Aggregate: the case.
pub(crate) fn case_published(head: CaseHead, import: &imports::Model, version: i64) -> NewEvent {
    let id = head.case_id.clone();
    let message = CasePublished { case: Some(head), provenance: Some(imports::provenance(import)), version };
    own("case", "published", id, version, &message)
}

/// `backoffice.case.decided`. Aggregate: the case.
pub(crate) fn case_decided(head: &CaseHead, decision: &Decision, version: i64) -> NewEvent {
    let message = CaseDecided {
        case: Some(head.clone()),
        reason: decision.reason.clone(),
        decided_by: decision.by.clone(),
        version,
    };
    own("case", "decided", head.case_id.clone(), version, &message)
}

/// `backoffice.recharge.settled`. Aggregate: the service and its quarter.
pub(crate) fn recharge_settled(quarter: RechargeQuarter, import: &imports::Model, version: i64) -> NewEvent {
    let id = format!("{} {}", quarter.service, quarter.quarter);
    let message =
        RechargeSettled { quarter: Some(quarter), provenance: Some(imports::provenance(import)), version };
    own("recharge", "settled", id, version, &message)
}

/// `backoffice.edition.frozen`. It goes to all: what is not for everybody is fetched by who may. Aggregate: its number.
pub(crate) fn edition_frozen(head: &EditionHead, attested_pence: i64) -> NewEvent {
    let message =
        EditionFrozen { edition: Some(proto::editions::head(head, true)), attested_pence, version: 1 };
    let event = own("edition", "frozen", head.number.to_string(), 1, &message);
    NewEvent { classification: Classification::Group, ..event }
}
