//! A round as its stored history makes it.

use std::collections::BTreeMap;

use muster_award::{
    Kind, Price, Tier,
    round::{
        CollectiveRound, Command, Computed, Event, LotAsked, Offer, Partner, Refusal, Terms, threshold::Body,
    },
};
use muster_kit::{Error, OrgScope, Result};
use muster_proto::catalogue::v1::{self as pb, act_on_round_request::Action};
use sea_orm::ConnectionTrait;

use crate::store::{
    codec,
    rounds::{self, Happened, Head},
};

/// A round with what is kept beside its history.
pub(crate) struct Story {
    /// Its row.
    pub(crate) head: Head,
    /// What it was opened with.
    pub(crate) opening: pb::OpenRoundRequest,
    /// What its history makes of it.
    pub(crate) round: CollectiveRound,
    /// Bids that stand, by id.
    pub(crate) bids: BTreeMap<String, pb::Bid>,
    /// The award that is put forward or was made.
    pub(crate) award: Option<pb::Award>,
    /// What happened, as it was stored.
    pub(crate) history: Vec<Happened>,
}

impl Story {
    /// Reads a round.
    ///
    /// # Errors
    /// Not found; internal when what is stored cannot be read back; what the database says.
    pub(crate) async fn read(conn: &impl ConnectionTrait, scope: &OrgScope, id: &str) -> Result<Self> {
        let head = rounds::get(conn, scope, id).await?;
        let history = rounds::history(conn, scope, id).await?;
        Self::of(head, history)
    }

    /// A round out of its rows.
    ///
    /// # Errors
    /// Internal when what is stored cannot be read back.
    pub(crate) fn of(head: Head, history: Vec<Happened>) -> Result<Self> {
        let opening: pb::OpenRoundRequest = codec::message(&head.body)?;
        let award = if head.award.is_empty() { None } else { Some(codec::message(&head.award)?) };
        let mut story = Self {
            head,
            opening,
            round: CollectiveRound::default(),
            bids: BTreeMap::new(),
            award,
            history: Vec::new(),
        };
        for happened in history {
            let command = story.command(&happened)?;
            story.round.record(happened.at, Event::happened(command));
            story.history.push(happened);
        }
        Ok(story)
    }

    /// What was asked, out of what is stored.
    fn command(&mut self, happened: &Happened) -> Result<Command> {
        if happened.what == "open" {
            return Ok(Command::Open(terms(&self.opening)));
        }
        if happened.what == "compute" {
            let award: pb::Award = codec::message(&happened.body)?;
            return Ok(Command::Compute(computed(&self.round, &award)));
        }
        let request: pb::ActOnRoundRequest = codec::message(&happened.body)?;
        let action = request.action.ok_or_else(|| Error::internal("a stored round is damaged"))?;
        match &action {
            Action::Bid(bid) => {
                self.bids.insert(bid.bid_id.clone(), bid.clone());
            }
            Action::Withdraw(of) => {
                self.bids.remove(&of.bid_id);
            }
            _ => {}
        }
        command(&action).ok_or_else(|| Error::internal("a stored round is damaged"))
    }
}

/// What the award that a round was computed for says to its machine.
pub(super) fn computed(round: &CollectiveRound, award: &pb::Award) -> Computed {
    let wanted = award.constraints.clone().unwrap_or_default();
    let document = round.document(muster_award::Constraints::default());
    // one bid may have several lots
    let mut awards: Vec<String> = Vec::new();
    for lot in &award.lots {
        if !awards.contains(&lot.bid_id) {
            awards.push(lot.bid_id.clone());
        }
    }
    Computed { constraints: constraints(&document, &wanted), awards, cost_pence: award.cost_pence }
}

/// Constraints by position. Names that the round has not get a position that it has not either, so that the machine refuses them.
pub(super) fn constraints(document: &muster_award::Round, of: &pb::Constraints) -> muster_award::Constraints {
    let supplier =
        |name: &str| document.suppliers.iter().position(|it| it == name).unwrap_or(document.suppliers.len());
    let lot = |id: &str| document.lots.iter().position(|it| it.id == id).unwrap_or(document.lots.len());
    muster_award::Constraints {
        max_suppliers: (of.max_suppliers > 0)
            .then(|| usize::try_from(of.max_suppliers).unwrap_or(usize::MAX)),
        max_share: (of.max_share_ppm > 0)
            .then_some(muster_award::Share { ppm: of.max_share_ppm, of: muster_award::ShareOf::Value }),
        excluded: of
            .vetoes
            .iter()
            .map(|veto| muster_award::Veto {
                supplier: supplier(&veto.supplier),
                lot: lot(&veto.lot_id),
                organisation: veto.organisation.clone(),
            })
            .collect(),
        switching: of.switching.iter().map(|it| (supplier(&it.supplier), it.pence)).collect(),
    }
}

/// Terms of an opening.
pub(super) fn terms(opening: &pb::OpenRoundRequest) -> Terms {
    let partner = |it: &pb::Partner| Partner {
        organisation: it.organisation.clone(),
        body: if it.central { Body::Nhs } else { Body::SubCentral },
    };
    let lot = |it: &pb::Lot| LotAsked {
        id: it.lot_id.clone(),
        estimated_unit_price: it.estimated_unit_price_hundredths,
    };
    Terms {
        partners: opening.partners.iter().map(partner).collect(),
        lots: opening.lots.iter().map(lot).collect(),
        pledge_by: opening.pledge_by_micros,
        bids_by: opening.bids_by_micros,
        approve_by: opening.approve_by_micros,
    }
}

/// The command of an action; none for one that has to be worked out first.
pub(super) fn command(action: &Action) -> Option<Command> {
    Some(match action {
        Action::Pledge(of) => Command::Pledge {
            organisation: of.organisation.clone(),
            lot: of.lot_id.clone(),
            quantity: of.quantity,
        },
        Action::Close(_) => Command::Close,
        Action::Bid(bid) => Command::Bid(offer(bid)),
        Action::Withdraw(of) => Command::Withdraw { bid: of.bid_id.clone() },
        Action::Decide(of) if of.approve => Command::Approve { organisation: of.organisation.clone() },
        Action::Decide(of) => {
            Command::Refuse { organisation: of.organisation.clone(), reason: of.reason.clone() }
        }
        Action::Award(_) => Command::Award,
        Action::Cancel(of) => Command::Cancel { reason: of.reason.clone() },
        Action::Compute(_) => return None,
    })
}

fn offer(bid: &pb::Bid) -> Offer {
    let tier = |it: &pb::Tier| Tier { min_quantity: it.min_quantity, unit_price: it.unit_price_hundredths };
    let kind = if bid.incremental { Kind::Incremental } else { Kind::AllUnits };
    let price = if bid.tiers.is_empty() {
        Price::Total(bid.price_pence)
    } else {
        Price::Tiers(kind, bid.tiers.iter().map(tier).collect())
    };
    Offer {
        id: bid.bid_id.clone(),
        supplier: bid.supplier.clone(),
        lots: bid.lots.clone(),
        price,
        requires: bid.requires.clone(),
    }
}

/// A refusal as an error.
pub(super) fn refused(refusal: &Refusal) -> Error {
    Error::bad_request(refusal.to_string())
}
