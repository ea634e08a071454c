//! What the catalogue publishes, and what it does on events: purchases that came in and groups that changed are compared anew, and
//! purchases under an award are realised prices.

use std::collections::BTreeSet;

use async_trait::async_trait;
use muster_bus::{Handler, HandlerError, Subscription};
use muster_kit::{Classification, Error, Event, NewEvent, OrgCode, OrgScope, Result, UnitOfWork, imports};
use muster_proto::catalogue::v1 as pb;
use prost::Message;
use sea_orm::ConnectionTrait;

use crate::{
    app::{Deps, find_variance, realise},
    proto,
    store::{decisions, offers, purchases, realised::Month, rounds::Head},
};

/// The consumer's name on the bus.
const CONSUMER: &str = "catalogue-effects";

/// What it hears of.
const FILTERS: [&str; 3] = [
    "muster.v1.own.*.catalogue.purchases.recorded",
    "muster.v1.own.*.catalogue.award.approved",
    "muster.v1.shared.*.catalogue.cluster.changed",
];

/// Groups that an event names at most.
const MOST_CLUSTERS: usize = 1_000;

struct Effects;

/// What the catalogue consumes.
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
        "muster.catalogue.purchases.recorded.v1" => {
            let told: pb::PurchasesRecorded = read(event)?;
            realise::realise(uow, &uow.scope(), &told.organisation).await?;
            find_variance::tell(uow).await
        }
        // purchases within the term may have come in before the award was made
        "muster.catalogue.award.approved.v1" => {
            let told: pb::AwardApproved = read(event)?;
            realise::realise(uow, &uow.scope(), &told.organisation).await
        }
        "muster.catalogue.cluster.changed.v1" => {
            find_variance::tell(uow).await?;
            // a group is of all: what others paid for its items may count for a lot from now on, or no more
            for (owner, organisation) in purchases::kept(uow.conn(), &uow.scope()).await? {
                realise::realise(uow, &OrgScope::new(OrgCode::new(&owner)?), &organisation).await?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn read<M: Message + Default>(event: &Event) -> Result<M> {
    M::decode(event.payload.clone()).map_err(|error| {
        Error::bad_request(format!("payload of `{}` cannot be read", event.kind)).with_source(error)
    })
}

/// An event that stays in its organisation: it has prices, or says what somebody pays.
fn own(
    aggregate: &'static str,
    event: &'static str,
    (id, version): (String, i64),
    message: &impl Message,
) -> NewEvent {
    NewEvent {
        context: "catalogue",
        aggregate,
        event,
        classification: Classification::Own,
        aggregate_id: id,
        aggregate_version: version,
        payload: message.encode_to_vec(),
    }
}

/// An event that all may hear. Nothing in it is anybody's own price.
fn shared(
    aggregate: &'static str,
    event: &'static str,
    (id, version): (String, i64),
    message: &impl Message,
) -> NewEvent {
    NewEvent { classification: Classification::Group, ..own(aggregate, event, (id, version), message) }
}

/// `catalogue.offer.changed`: offers to an organisation. Aggregate: that organisation.
pub(crate) fn offer_changed(
    import: &imports::Model,
    organisation: &str,
    done: offers::Written,
    version: i64,
) -> NewEvent {
    let message = pb::OfferChanged {
        organisation: organisation.to_owned(),
        recorded: done.recorded,
        withdrawn: done.withdrawn,
        provenance: Some(imports::provenance(import)),
        version,
    };
    own("offer", "changed", (organisation.to_owned(), version), &message)
}

/// `catalogue.purchases.recorded`: purchases of an organisation. Aggregate: that organisation.
pub(crate) fn purchases_recorded(
    import: &imports::Model,
    organisation: &str,
    done: &purchases::Written,
    version: i64,
) -> NewEvent {
    let message = pb::PurchasesRecorded {
        organisation: organisation.to_owned(),
        changed: done.changed,
        first_day: done.first.clone(),
        last_day: done.last.clone(),
        provenance: Some(imports::provenance(import)),
        version,
    };
    own("purchases", "recorded", (organisation.to_owned(), version), &message)
}

/// `catalogue.equivalence.proposed`: new proposals and items compared. Aggregate: the organisation that asked.
pub(crate) fn equivalence_proposed(
    org: &str,
    (new_proposals, items): (u64, u64),
    model: &str,
    version: i64,
) -> NewEvent {
    let message = pb::EquivalenceProposed { new_proposals, items, model_sha256: model.to_owned(), version };
    shared("equivalence", "proposed", (org.to_owned(), version), &message)
}

/// `catalogue.equivalence.confirmed` or `.revoked`: a decision. Aggregate: the pair.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn equivalence(
    event: &'static str,
    conn: &impl ConnectionTrait,
    (scope, row): (&OrgScope, &decisions::Model),
    version: i64,
) -> Result<NewEvent> {
    let items = crate::store::items::by_numbers(conn, scope, &[row.left_item, row.right_item]).await?;
    // without provenance: where an organisation has a record from is its own
    let item = |number: i64| items.get(&number).map(proto::item);
    let decision =
        pb::Decision { left: item(row.left_item), right: item(row.right_item), ..proto::bare_decision(row) };
    let message = pb::EquivalenceDecided { decision: Some(decision), version };
    let id = format!("{} {}", row.left_item, row.right_item);
    Ok(shared("equivalence", event, (id, version), &message))
}

/// `catalogue.cluster.changed`: groups that are other than before. Aggregate: the organisation that decided.
pub(crate) fn cluster_changed(org: &str, clusters: &BTreeSet<i64>, version: i64) -> NewEvent {
    let message = pb::ClusterChanged {
        clusters: clusters.iter().take(MOST_CLUSTERS).copied().collect(),
        count: clusters.len() as u64,
        version,
    };
    shared("cluster", "changed", (org.to_owned(), version), &message)
}

/// `catalogue.variance.found`: pence and rows of an organisation. Aggregate: that organisation.
pub(crate) fn variance_found(
    organisation: &str,
    (opportunity_pence, rows): (i64, i64),
    greatest: Vec<pb::Variance>,
    version: i64,
) -> NewEvent {
    let message = pb::VarianceFound {
        organisation: organisation.to_owned(),
        opportunity_pence,
        rows: u64::try_from(rows).unwrap_or_default(),
        greatest,
        version,
    };
    own("variance", "found", (organisation.to_owned(), version), &message)
}

/// `catalogue.round.opened`, `.closed` or `.cancelled`: a round without bids and award. Aggregate: the round.
pub(crate) fn round(event: &'static str, round: &pb::Round) -> NewEvent {
    let version = round.version;
    let told = pb::Round { bids: Vec::new(), award: None, history: Vec::new(), ..round.clone() };
    let message = pb::RoundOpened { round: Some(told), version };
    shared("round", event, (round.round_id.clone(), version), &message)
}

/// `catalogue.demand.pledged`: a promise. Aggregate: the round.
pub(crate) fn demand_pledged(round: &pb::Round, pledge: &pb::Pledge) -> NewEvent {
    let (round_id, version) = (round.round_id.clone(), round.version);
    let message = pb::DemandPledged { round_id: round_id.clone(), pledge: Some(pledge.clone()), version };
    shared("demand", "pledged", (round_id, version), &message)
}

/// `catalogue.award.computed` or `.refused`: an award, without what anybody pays today. Aggregate: the round.
pub(crate) fn award(event: &'static str, round: &pb::Round) -> NewEvent {
    let (round_id, version) = (round.round_id.clone(), round.version);
    let award = round.award.clone().map(|award| pb::Award { baseline_pence: 0, ..award });
    let message =
        pb::AwardComputed { round_id: round_id.clone(), title: round.title.clone(), award, version };
    shared("award", event, (round_id, version), &message)
}

/// `catalogue.award.approved`: what a partner may plan with. Aggregate: the round and the partner.
pub(crate) fn award_approved(message: &pb::AwardApproved) -> NewEvent {
    let id = format!("{} {}", message.round_id, message.organisation);
    own("award", "approved", (id, message.version), message)
}

/// `catalogue.price.realised`: a month of a partner. Aggregate: round, partner and month.
pub(crate) fn price_realised(
    (head, organisation, month): (&Head, &str, &str),
    rows: &[Month],
    version: i64,
) -> NewEvent {
    let less = |row: &Month| row.baseline_pence.map(|it| it - row.paid_pence);
    let message = pb::PriceRealised {
        round_id: head.round_id.clone(),
        title: head.title.clone(),
        organisation: organisation.to_owned(),
        month: month.to_owned(),
        lots: rows.iter().map(|row| proto::realised(row, &head.title)).collect(),
        realised_pence: rows.iter().filter_map(less).sum(),
        version,
    };
    let id = format!("{} {organisation} {month}", head.round_id);
    own("price", "realised", (id, version), &message)
}
