//! What is asked of a round, and what happens in it.

use crate::{
    document::{Constraints, Price},
    round::threshold::Body,
};

/// An organisation that buys together with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// ODS code.
    pub organisation: String,
    /// What procurement law counts it as.
    pub body: Body,
}

/// A lot that is pledged for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotAsked {
    /// Id.
    pub id: String,
    /// Estimated price of a unit with VAT, over the whole term, in 1/100 pence.
    pub estimated_unit_price: i64,
}

/// What a round is opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Partners, at least one.
    pub partners: Vec<Partner>,
    /// Lots, at least one.
    pub lots: Vec<LotAsked>,
    /// Pledges are taken up to this instant, and the round may be closed from it on.
    pub pledge_by: i64,
    /// Bids are taken before this instant, and the award is computed from it on.
    pub bids_by: i64,
    /// Approvals are taken before this instant.
    pub approve_by: i64,
}

/// A bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Id, one of its kind in the round.
    pub id: String,
    /// Who bids.
    pub supplier: String,
    /// Ids of its lots; at least one.
    pub lots: Vec<String>,
    /// What it asks.
    pub price: Price,
    /// Ids of bids that must be awarded too; they may come later.
    pub requires: Vec<String>,
}

/// An award that was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// Constraints that it was computed under; suppliers and lots by their positions in [`super::CollectiveRound::document`].
    pub constraints: Constraints,
    /// Ids of the awarded bids.
    pub awards: Vec<String>,
    /// What it costs, with switching, in pence.
    pub cost_pence: i64,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Begin.
    Open(Terms),
    /// An organisation promises to buy so much of a lot; in the place of what it promised before.
    Pledge {
        /// ODS code.
        organisation: String,
        /// Id of the lot.
        lot: String,
        /// Quantity; 0 takes the pledge back.
        quantity: i64,
    },
    /// End pledging: quantities stand, bids may come.
    Close,
    /// A supplier bids.
    Bid(Offer),
    /// A supplier takes a bid back.
    Withdraw {
        /// Id of the bid.
        bid: String,
    },
    /// Put an award forward.
    Compute(Computed),
    /// An organisation agrees with the award that is put forward.
    Approve {
        /// ODS code.
        organisation: String,
    },
    /// An organisation does not agree.
    Refuse {
        /// ODS code.
        organisation: String,
        /// Why.
        reason: String,
    },
    /// Make the award.
    Award,
    /// End the round without one.
    Cancel {
        /// Why.
        reason: String,
    },
}

impl Command {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Pledge { .. } => "pledge",
            Self::Close => "close",
            Self::Bid(_) => "bid",
            Self::Withdraw { .. } => "withdraw",
            Self::Compute(_) => "compute",
            Self::Approve { .. } => "approve",
            Self::Refuse { .. } => "refuse",
            Self::Award => "award",
            Self::Cancel { .. } => "cancel",
        }
    }
}

/// What happened. It says the same as the command that led to it; the command is refused or it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event(pub(super) Command);

impl Event {
    /// What a stored history says that happened. It was judged then and is not judged again, so that a rule of today does not undo it.
    pub fn happened(command: Command) -> Self {
        Self(command)
    }

    /// What it was.
    pub fn what(&self) -> &Command {
        &self.0
    }
}

/// An event in a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Place in the history, from 1.
    pub number: u64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// What.
    pub event: Event,
}
