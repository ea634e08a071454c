//! Which commands a round takes, and when.

use std::collections::BTreeSet;

use super::{
    command::{Command, Computed, Event, Offer, Terms},
    refusal::Refusal,
    state::{CollectiveRound, Phase},
};
use crate::{admit::Admitted, document::Price, rule::Held};

/// Largest quantity that is pledged.
const MOST_QUANTITY: i64 = 1_000_000_000;

/// Why not.
type Against = Result<(), String>;

fn hold(holds: bool, otherwise: impl FnOnce() -> String) -> Against {
    if holds { Ok(()) } else { Err(otherwise()) }
}

impl CollectiveRound {
    /// What a command leads to at an instant.
    ///
    /// # Errors
    /// When the round is not where the command belongs, a deadline is past or not reached, or what it says does not hold; with the
    /// commands that the round would take.
    pub fn decide(&self, at: i64, command: Command) -> Result<Event, Refusal> {
        let judged = self.in_order(at, &command).and_then(|()| self.judge(at, &command));
        match judged {
            Ok(()) => Ok(Event(command)),
            Err(what) => Err(Refusal { what, next: self.next(at) }),
        }
    }

    /// Words of the commands that the round would take at an instant, given that what they say holds.
    pub fn next(&self, at: i64) -> Vec<&'static str> {
        let deadlines = self.terms.as_ref().map(|it| (it.pledge_by, it.bids_by, it.approve_by));
        let Some((pledge_by, bids_by, approve_by)) = deadlines else { return vec!["open"] };
        let mut next = match self.phase {
            Phase::Pledging if at <= pledge_by => vec!["pledge"],
            Phase::Pledging if self.pledges.is_empty() => vec![],
            Phase::Pledging => vec!["close"],
            Phase::Bidding if at < bids_by => vec!["bid", "withdraw"],
            Phase::Bidding | Phase::Refused if at < approve_by => vec!["compute"],
            Phase::Computed if self.missing().is_empty() => vec!["award"],
            Phase::Computed if at < approve_by => vec!["approve", "refuse", "compute"],
            _ => vec![],
        };
        if !self.phase.ended() {
            next.push("cancel");
        }
        next
    }

    fn in_order(&self, at: i64, command: &Command) -> Against {
        hold(self.last().is_none_or(|last| last <= at), || {
            format!("`{}` lies before what happened last in the round", command.word())
        })?;
        let belongs: &[Phase] = match command {
            Command::Open(_) => &[Phase::New],
            Command::Pledge { .. } | Command::Close => &[Phase::Pledging],
            Command::Bid(_) | Command::Withdraw { .. } => &[Phase::Bidding],
            Command::Compute(_) => &[Phase::Bidding, Phase::Computed, Phase::Refused],
            Command::Approve { .. } | Command::Refuse { .. } | Command::Award => &[Phase::Computed],
            Command::Cancel { .. } => &[Phase::Pledging, Phase::Bidding, Phase::Computed, Phase::Refused],
        };
        hold(belongs.contains(&self.phase), || {
            format!("`{}` is not possible while {}", command.word(), self.phase.words())
        })
    }

    fn judge(&self, at: i64, command: &Command) -> Against {
        let deadlines = self.terms.as_ref().map(|it| (it.pledge_by, it.bids_by, it.approve_by));
        let (pledge_by, bids_by, approve_by) = deadlines.unwrap_or_default();
        match command {
            Command::Open(terms) => open(at, terms),
            Command::Pledge { organisation, lot, quantity } => {
                hold(at <= pledge_by, || "the deadline for pledges is past".to_owned())?;
                self.pledge(organisation, lot, *quantity)
            }
            Command::Close => {
                hold(at > pledge_by, || "pledges may still come until their deadline".to_owned())?;
                hold(!self.pledges.is_empty(), || "nothing is pledged".to_owned())
            }
            Command::Bid(offer) => {
                hold(at < bids_by, || "the deadline for bids is past".to_owned())?;
                self.bid(offer)
            }
            Command::Withdraw { bid } => {
                hold(at < bids_by, || "the deadline for bids is past, and bids stand".to_owned())?;
                hold(self.offers.contains_key(bid), || format!("there is no bid `{bid}`"))
            }
            Command::Compute(computed) => {
                hold(at >= bids_by, || "bids may still come until their deadline".to_owned())?;
                hold(at < approve_by, || "the deadline for approvals is past".to_owned())?;
                hold(self.phase != Phase::Computed || !self.missing().is_empty(), || {
                    "everybody has approved the award that is put forward".to_owned()
                })?;
                self.compute(computed)
            }
            Command::Approve { organisation } => self.speak(at, approve_by, organisation),
            Command::Refuse { organisation, reason } => {
                hold(!reason.trim().is_empty(), || "a refusal needs a reason".to_owned())?;
                self.speak(at, approve_by, organisation)
            }
            Command::Award => {
                let missing = self.missing();
                hold(missing.is_empty(), || format!("not approved yet by {}", missing.join(", ")))
            }
            Command::Cancel { reason } => {
                hold(!reason.trim().is_empty(), || "to cancel needs a reason".to_owned())
            }
        }
    }

    fn pledge(&self, organisation: &str, lot: &str, quantity: i64) -> Against {
        let terms = self.terms.as_ref();
        let partner = terms.is_some_and(|it| it.partners.iter().any(|of| of.organisation == organisation));
        hold(partner, || format!("{organisation} is no partner of the round"))?;
        let there = terms.is_some_and(|it| it.lots.iter().any(|of| of.id == lot));
        hold(there, || format!("the round has no lot `{lot}`"))?;
        hold((0..=MOST_QUANTITY).contains(&quantity), || {
            format!("a pledge of {quantity} is not between 0 and {MOST_QUANTITY}")
        })
    }

    fn bid(&self, offer: &Offer) -> Against {
        hold(!self.used.contains(&offer.id), || format!("a bid `{}` was there already", offer.id))?;
        hold(!offer.id.trim().is_empty() && !offer.supplier.trim().is_empty(), || {
            "a bid needs an id and a supplier".to_owned()
        })?;
        let lots: BTreeSet<&str> = offer.lots.iter().map(String::as_str).collect();
        hold(!lots.is_empty() && lots.len() == offer.lots.len(), || {
            "a bid is for one lot or more, each named once".to_owned()
        })?;
        let unknown = lots.iter().find(|lot| self.pledged(lot) == 0);
        hold(unknown.is_none(), || format!("nothing is pledged of lot `{}`", unknown.unwrap_or(&"")))?;
        hold(!offer.requires.contains(&offer.id), || "a bid cannot require itself".to_owned())?;
        hold(sound(&offer.price), || "its price is below zero, or its tiers do not rise".to_owned())
    }

    /// An award must be one of the bids that stand: each lot once, every constraint kept, and the cost that it says.
    fn compute(&self, computed: &Computed) -> Against {
        let document = self.document(computed.constraints.clone());
        let known = |place: usize, count: usize| place < count;
        let of = &computed.constraints;
        let placed =
            of.excluded.iter().all(|veto| {
                known(veto.supplier, document.suppliers.len()) && known(veto.lot, document.lots.len())
            }) && of.switching.iter().all(|(supplier, _)| known(*supplier, document.suppliers.len()));
        hold(placed, || "a constraint names a supplier or lot that the round has not".to_owned())?;
        let bids: Option<Vec<usize>> =
            computed.awards.iter().map(|id| document.bids.iter().position(|bid| bid.id == *id)).collect();
        let admitted = Admitted::of(&document, &Held::all(&document));
        let cost = bids
            .and_then(|bids| admitted.columns(&bids))
            .and_then(|columns| admitted.programme.cost(&columns));
        match cost {
            None => Err("it is no award: a bid that cannot be awarded, a lot not exactly once, or a constraint broken".into()),
            Some(cost) => hold(cost == computed.cost_pence, || {
                format!("the award costs {cost} pence, not {}", computed.cost_pence)
            }),
        }
    }

    fn speak(&self, at: i64, approve_by: i64, organisation: &str) -> Against {
        hold(at < approve_by, || "the deadline for approvals is past".to_owned())?;
        hold(self.pledging().contains(organisation), || {
            format!("{organisation} has pledged nothing in the round")
        })?;
        hold(!self.verdicts.contains_key(organisation), || {
            format!("{organisation} has spoken on this award already")
        })
    }
}

fn open(at: i64, terms: &Terms) -> Against {
    let partners: BTreeSet<&str> = terms.partners.iter().map(|it| it.organisation.as_str()).collect();
    hold(!partners.is_empty() && partners.len() == terms.partners.len(), || {
        "a round needs partners, each named once".to_owned()
    })?;
    let lots: BTreeSet<&str> = terms.lots.iter().map(|it| it.id.as_str()).collect();
    hold(!lots.is_empty() && lots.len() == terms.lots.len(), || {
        "a round needs lots, each named once".to_owned()
    })?;
    hold(terms.lots.iter().all(|lot| lot.estimated_unit_price >= 0), || {
        "an estimated price is below zero".to_owned()
    })?;
    let rising = at < terms.pledge_by && terms.pledge_by < terms.bids_by && terms.bids_by < terms.approve_by;
    hold(rising, || {
        "deadlines must lie ahead, first for pledges, then for bids, then for approvals".to_owned()
    })
}

fn sound(price: &Price) -> bool {
    match price {
        Price::Total(pence) => *pence >= 0,
        Price::Tiers(_, tiers) => {
            let rising = tiers.windows(2).all(|two| two[0].min_quantity < two[1].min_quantity);
            !tiers.is_empty() && rising && tiers.iter().all(|it| it.unit_price >= 0 && it.min_quantity >= 0)
        }
    }
}
