//! The round as a machine, its thresholds and its claims.

mod machine;
mod money;
mod story;

use super::{Command, LotAsked, Offer, Partner, Terms, threshold::Body};
use crate::Price;

/// Two partners, two lots; deadlines at 10, 20 and 30.
fn terms() -> Terms {
    Terms {
        partners: [("RJ1", Body::Nhs), ("RJ2", Body::Nhs), ("E09", Body::SubCentral)]
            .map(|(organisation, body)| Partner { organisation: organisation.to_owned(), body })
            .to_vec(),
        lots: ["gloves", "gowns"]
            .map(|id| LotAsked { id: id.to_owned(), estimated_unit_price: 1_205_000 })
            .to_vec(),
        pledge_by: 10,
        bids_by: 20,
        approve_by: 30,
    }
}

fn pledge(organisation: &str, lot: &str, quantity: i64) -> Command {
    Command::Pledge { organisation: organisation.to_owned(), lot: lot.to_owned(), quantity }
}

fn bid(id: &str, supplier: &str, lots: &[&str], pence: i64) -> Command {
    Command::Bid(Offer {
        id: id.to_owned(),
        supplier: supplier.to_owned(),
        lots: lots.iter().map(|lot| (*lot).to_owned()).collect(),
        price: Price::Total(pence),
        requires: Vec::new(),
    })
}

fn approve(organisation: &str) -> Command {
    Command::Approve { organisation: organisation.to_owned() }
}
