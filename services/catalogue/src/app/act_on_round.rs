//! Does something in a collective round.

use muster_award::round::Command;
use muster_kit::{
    Action as Leave, Actor, Error, OrgCode, Permit, Resource, Result, UnitOfWork, audit::AuditEntry, clock,
};
use muster_proto::catalogue::v1::{self as pb, act_on_round_request::Action};
use prost::Message as _;

use super::{
    Deps, award, realise,
    round_story::{Story, command, computed, refused},
};
use crate::{
    events, proto,
    store::rounds::{self, Happened},
};

/// Does it, when the round takes it and the account may.
///
/// # Errors
/// Forbidden; not found; bad request with what the round would take now; already exists when somebody else did something meanwhile;
/// what the database says.
pub(crate) async fn act_on_round(
    deps: &Deps,
    actor: &Actor,
    id: &str,
    mut action: Action,
) -> Result<pb::Round> {
    let scope = actor.scope();
    let before = Story::read(deps.db.read(), &scope, id).await?;
    tidy(&mut action);
    let permit = allowed(deps, actor, &before, &action).await?;
    let worked_out = match &action {
        Action::Compute(asked) => Some(award::compute(&before, asked).await?),
        _ => None,
    };
    let mut uow = deps.db.begin(actor).await?;
    let story = Story::read(uow.conn(), &scope, id).await?;
    if worked_out.is_some() && story.head.version != before.head.version {
        return Err(Error::already_exists(
            "the round went on while the award was computed: compute it again",
        ));
    }
    let at = clock::now_micros();
    let after = go_on(&mut uow, story, (&action, worked_out), at).await?;
    tell(&mut uow, &after, &action).await?;
    let what = after.history.last().map(|it| it.what.clone()).unwrap_or_default();
    uow.commit(AuditEntry::new(permit.on(id), format!("what={what} version={}", after.head.version))).await?;
    Ok(proto::rounds::round(&after, at, actor.organisation.as_str()))
}

fn tidy(action: &mut Action) {
    match action {
        Action::Pledge(of) => of.organisation = of.organisation.trim().to_ascii_uppercase(),
        Action::Decide(of) => of.organisation = of.organisation.trim().to_ascii_uppercase(),
        _ => {}
    }
}

/// The host leads the round; each partner pledges and approves for itself, unless it has no account and an administrator of the host
/// enters what it said.
async fn allowed(deps: &Deps, actor: &Actor, story: &Story, action: &Action) -> Result<Permit> {
    let own = actor.organisation.as_str();
    let host = story.head.org == own;
    let speaks_for = match action {
        Action::Pledge(of) => Some(of.organisation.as_str()),
        Action::Decide(of) => Some(of.organisation.as_str()),
        _ => None,
    };
    let leave = match speaks_for {
        Some(organisation) if organisation == own => Leave::Plan,
        Some(_) if host => Leave::Operate,
        None if host => Leave::Plan,
        Some(_) => return Err(Error::forbidden("an organisation speaks for itself in a round")),
        None => return Err(Error::forbidden("only the host does this in a round")),
    };
    deps.permit(actor, leave, Resource::new("round", story.head.round_id.clone())).await
}

/// Takes the round one step further and stores it.
async fn go_on(
    uow: &mut UnitOfWork,
    story: Story,
    (action, worked_out): (&Action, Option<pb::Award>),
    at: i64,
) -> Result<Story> {
    let asked = match (&worked_out, command(action)) {
        (Some(award), _) => Command::Compute(computed(&story.round, award)),
        (None, Some(asked)) => asked,
        (None, None) => return Err(Error::internal("an award was not worked out")),
    };
    let what = asked.word().to_owned();
    let event = story.round.decide(at, asked).map_err(|refusal| refused(&refusal))?;
    let mut round = story.round.clone();
    round.record(at, event);
    let from = story.head.version;
    let mut head = story.head;
    head.version += 1;
    head.phase = proto::rounds::phase(round.phase()).into();
    let body = if let Some(award) = &worked_out {
        hex::encode(award.encode_to_vec())
    } else {
        let (round_id, action) = (head.round_id.clone(), Some(action.clone()));
        hex::encode(pb::ActOnRoundRequest { round_id, action }.encode_to_vec())
    };
    let award = match (worked_out, action, story.award) {
        (Some(award), _, _) => {
            Some(realise::with_baseline(uow, &story.opening, &head.org, &round, award).await?)
        }
        (None, Action::Award(terms), Some(award)) => {
            // a contract that began before it was awarded is no part of what was paid before it
            let award = realise::with_term(award, terms)?;
            Some(realise::with_baseline(uow, &story.opening, &head.org, &round, award).await?)
        }
        (None, _, award) => award,
    };
    head.award = award.as_ref().map(|it| hex::encode(it.encode_to_vec())).unwrap_or_default();
    rounds::advance(uow, &head, from).await?;
    let happened = Happened {
        round_id: head.round_id.clone(),
        number: head.version,
        at,
        what,
        body,
        org: uow.scope().as_str().to_owned(),
        actor: uow.actor().id.clone(),
    };
    rounds::add(uow, happened.clone()).await?;
    let mut history = story.history;
    history.push(happened);
    Story::of(head, history)
}

/// Says it.
async fn tell(uow: &mut UnitOfWork, story: &Story, action: &Action) -> Result<()> {
    let host = story.head.org.clone();
    let shown = proto::rounds::round(story, story.history.last().map_or(0, |it| it.at), &host);
    match action {
        Action::Pledge(of) => {
            uow.publish(events::demand_pledged(&shown, of))?;
        }
        Action::Close(_) => {
            uow.publish(events::round("closed", &shown))?;
        }
        Action::Cancel(_) => {
            uow.publish(events::round("cancelled", &shown))?;
        }
        Action::Compute(_) => {
            uow.publish(events::award("computed", &shown))?;
        }
        Action::Decide(of) if !of.approve => {
            uow.publish(events::award("refused", &shown))?;
        }
        Action::Award(_) => {
            for (owner, approved) in realise::grounds(uow, story).await? {
                uow.publish_for(&OrgCode::new(&owner)?, events::award_approved(&approved))?;
            }
        }
        Action::Bid(_) | Action::Withdraw(_) | Action::Decide(_) => {}
    }
    Ok(())
}
