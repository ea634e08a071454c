//! Opens a collective round.

use std::collections::BTreeSet;

use muster_award::round::{CollectiveRound, Command};
use muster_kit::{Action, Actor, Error, OrgCode, Resource, Result, audit::AuditEntry, clock};
use muster_proto::catalogue::v1 as pb;
use prost::Message as _;
use uuid::Uuid;

use super::{
    Deps,
    round_story::{Story, refused, terms},
};
use crate::{
    events, proto,
    store::{
        items,
        rounds::{self, Happened, Head},
    },
};

/// Opens a round, hosted by the account's organisation.
///
/// # Errors
/// Forbidden; bad request when a partner is no organisation, a lot names an item that is not there, or the terms do not hold; what the
/// database says.
pub(crate) async fn open_round(
    deps: &Deps,
    actor: &Actor,
    mut opening: pb::OpenRoundRequest,
) -> Result<pb::Round> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("round")).await?;
    checked(deps, actor, &mut opening).await?;
    let at = clock::now_micros();
    let event = CollectiveRound::default()
        .decide(at, Command::Open(terms(&opening)))
        .map_err(|refusal| refused(&refusal))?;
    let mut round = CollectiveRound::default();
    round.record(at, event);
    let mut uow = deps.db.begin(actor).await?;
    let head = Head {
        round_id: Uuid::now_v7().to_string(),
        org: actor.organisation.as_str().to_owned(),
        title: opening.title.clone(),
        body: hex::encode(opening.encode_to_vec()),
        phase: proto::rounds::phase(round.phase()).into(),
        version: 1,
        opened_at: at,
        award: String::new(),
    };
    let partners: Vec<String> = opening.partners.iter().map(|it| it.organisation.clone()).collect();
    rounds::open(&uow, head.clone(), &partners).await?;
    let happened = Happened {
        round_id: head.round_id.clone(),
        number: 1,
        at,
        what: "open".to_owned(),
        body: String::new(),
        org: head.org.clone(),
        actor: actor.id.clone(),
    };
    rounds::add(&uow, happened.clone()).await?;
    let story = Story::of(head, vec![happened])?;
    let shown = proto::rounds::round(&story, at, actor.organisation.as_str());
    uow.publish(events::round("opened", &shown))?;
    let detail = format!("partners={} lots={}", partners.len(), opening.lots.len());
    uow.commit(AuditEntry::new(permit.on(shown.round_id.clone()), detail)).await?;
    Ok(shown)
}

async fn checked(deps: &Deps, actor: &Actor, opening: &mut pb::OpenRoundRequest) -> Result<()> {
    opening.title = opening.title.trim().to_owned();
    if opening.title.is_empty() {
        return Err(Error::bad_request("a round needs a title"));
    }
    for partner in &mut opening.partners {
        partner.organisation = partner.organisation.trim().to_ascii_uppercase();
        OrgCode::new(&partner.organisation)?;
    }
    for lot in &opening.lots {
        if lot.lot_id.trim().is_empty() || lot.consumables < 0 {
            return Err(Error::bad_request(
                "a lot needs an id and a number of consumable units that is not below zero",
            ));
        }
    }
    let numbers: Vec<i64> = opening.lots.iter().map(|lot| lot.item).filter(|item| *item > 0).collect();
    let found = items::by_numbers(deps.db.read(), &actor.scope(), &numbers).await?;
    let clusters: BTreeSet<i64> = found.values().map(items::Stored::group).collect();
    if clusters.len() < numbers.len() && found.len() == numbers.iter().collect::<BTreeSet<_>>().len() {
        return Err(Error::bad_request("two lots are of the same item: a purchase would count for both"));
    }
    if let Some(missing) = numbers.iter().find(|number| !found.contains_key(number)) {
        return Err(Error::bad_request(format!("no item {missing}: name one of the catalogue, or none")));
    }
    Ok(())
}
