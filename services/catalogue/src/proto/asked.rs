//! What callers ask, as values.

use jiff::civil::Date;
use muster_kit::{Error, Result, clock::today};
use muster_proto::catalogue::v1 as pb;

use crate::{
    app::{decide_equivalence::Of, get_prices, get_spend_cube, list_purchases},
    domain::{
        cube::Side,
        offer::Territory,
        relation::{Judged, Relation},
    },
};

/// An organisation by its code, or none.
pub(crate) fn organisation(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

/// A day; empty = none.
///
/// # Errors
/// Bad request when it is none.
pub(crate) fn day(text: &str) -> Result<Option<Date>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read = text.parse().map(Some);
    read.map_err(|_| Error::bad_request(format!("`{text}` is no day: write it as 2020-04-01")))
}

/// Lines of purchase.
///
/// # Errors
/// Bad request on a day that is none, or a baseline of no round.
pub(crate) fn purchases(request: &pb::ListPurchasesRequest) -> Result<list_purchases::Asked> {
    let round_id = request.round_id.trim().to_owned();
    if request.baseline && round_id.is_empty() {
        return Err(Error::bad_request("say of which round the baseline is"));
    }
    Ok(list_purchases::Asked {
        organisation: organisation(&request.organisation),
        days: (day(&request.from)?, day(&request.until)?),
        round_id,
        baseline: request.baseline,
    })
}

/// A month, or none.
///
/// # Errors
/// Bad request when it is none.
fn month(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || (text.len() == 7 && format!("{text}-01").parse::<Date>().is_ok()) {
        return Ok(text.to_owned());
    }
    Err(Error::bad_request(format!("`{text}` is no month: write it as 2020-04")))
}

/// A place such as `GB/SE13`.
///
/// # Errors
/// Bad request when it does not begin with a country.
fn place(text: &str) -> Result<Territory> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Territory::default());
    }
    let (country, zone) = text.split_once('/').unwrap_or((text, ""));
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Err(Error::bad_request(format!("`{text}` is no place: write GB, or GB/SE13")));
    }
    Ok(Territory {
        country: Some(country.to_ascii_uppercase()),
        postal_zone: (!zone.is_empty()).then(|| zone.to_owned()),
        ..Territory::default()
    })
}

/// A question for prices.
///
/// # Errors
/// Bad request when a part of it is not what it should be.
pub(crate) fn prices(request: &pb::GetPricesRequest) -> Result<get_prices::Asked> {
    Ok(get_prices::Asked {
        number: request.number,
        organisation: organisation(&request.organisation),
        quantity: if request.quantity_milli == 0 { 1_000 } else { request.quantity_milli },
        on: day(&request.on)?.unwrap_or_else(today),
        known: (request.known_at_micros > 0).then_some(request.known_at_micros),
        place: place(&request.place)?,
    })
}

/// A question for the cube.
///
/// # Errors
/// Bad request when a side or month is none.
pub(crate) fn cube(request: &pb::GetSpendCubeRequest) -> Result<get_spend_cube::Asked> {
    let side = |side: pb::Side| match side {
        pb::Side::Supplier => Ok(Side::Supplier),
        pb::Side::Organisation => Ok(Side::Organisation),
        pb::Side::ExpenseType => Ok(Side::ExpenseType),
        pb::Side::Month => Ok(Side::Month),
        pb::Side::Unspecified => {
            Err(Error::bad_request("a side is supplier, organisation, expense type or month"))
        }
    };
    Ok(get_spend_cube::Asked {
        by: request.by().map(side).collect::<Result<Vec<_>>>()?,
        supplier: request.supplier.trim().to_owned(),
        organisation: request.organisation.trim().to_owned(),
        months: (month(&request.from)?, month(&request.until)?),
    })
}

/// A decision on a pair.
///
/// # Errors
/// Bad request when the relation is not known, or the last day is none.
pub(crate) fn judged(request: pb::DecideEquivalenceRequest) -> Result<(Of, Judged)> {
    let relation = Relation::of(request.relation)
        .ok_or_else(|| Error::bad_request("a relation is none, same item, other pack or substitutable"))?;
    let of = if request.proposal_id.trim().is_empty() {
        Of::Pair(request.left, request.right)
    } else {
        Of::Proposal(request.proposal_id.trim().to_owned())
    };
    let clinical_use = request.clinical_use.trim();
    let judged = Judged {
        relation,
        reason: request.reason,
        clinical_use: (!clinical_use.is_empty()).then(|| clinical_use.to_owned()),
        until: day(&request.until)?,
    };
    Ok((of, judged))
}
