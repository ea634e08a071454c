//! Works out the price in force.

use jiff::civil::Date;
use muster_kit::{Action, Actor, Error, Resource, Result};
use muster_proto::catalogue::v1::{GetPricesResponse, OfferNotInForce, PriceInForce};

use super::Deps;
use crate::{
    domain::{
        book::Query,
        offer::{Offer, Territory},
    },
    proto,
    store::{codec, entity::offer::Model, items, offers},
};

/// What is asked.
pub(crate) struct Asked {
    /// Number of an own item.
    pub(crate) number: i64,
    /// Who buys; empty = the organisation of the record.
    pub(crate) organisation: String,
    /// How much, 1/1000 orderable units.
    pub(crate) quantity: i64,
    /// Day of the order.
    pub(crate) on: Date,
    /// As it was known then; none = now.
    pub(crate) known: Option<i64>,
    /// Place of delivery.
    pub(crate) place: Territory,
}

/// The price in force of an own item for each supplier, and the offers that are not, with the reason.
///
/// # Errors
/// Forbidden; not found, also where another organisation keeps the record; bad request on a quantity that is not above zero; what the
/// database says.
pub(crate) async fn get_prices(deps: &Deps, actor: &Actor, asked: Asked) -> Result<GetPricesResponse> {
    deps.permit(actor, Action::Read, Resource::new("item", asked.number.to_string())).await?;
    if asked.quantity <= 0 {
        return Err(Error::bad_request("the quantity must be above zero"));
    }
    let (conn, scope) = (deps.db.read(), actor.scope());
    let row = items::own(conn, &scope, asked.number).await?;
    let item = codec::item(&row)?;
    let organisation =
        if asked.organisation.is_empty() { row.organisation.clone() } else { asked.organisation };
    let rows = offers::of_item(conn, &scope, &organisation, &row.item_ref).await?;
    let imports = proto::provenances(conn, &scope, rows.iter().map(|row| row.import_id.as_str())).await?;
    let book = offers::book(&rows)?;
    let query = Query {
        item: row.item_ref.clone(),
        organisation,
        quantity: asked.quantity,
        unit: Some(item.pack.orderable),
        on: asked.on,
        known: asked.known,
        place: asked.place,
        pack: item.pack.normalise().ok(),
    };
    let answer = book.in_force(&query);
    // an offer of the book is the last record of its key that was known
    let known = |row: &&Model| asked.known.is_none_or(|at| row.recorded_at <= at);
    let shown = |offer: &Offer| {
        let last = rows.iter().rev().filter(known).find(|row| {
            codec::offer(row).is_ok_and(|it| Offer { line: 0, ..it } == Offer { line: 0, ..offer.clone() })
        });
        last.map(|row| proto::offer(row, &imports))
    };
    let in_force = answer.in_force.iter().map(|it| PriceInForce {
        offer: shown(it.offer),
        total_hundredths: it.total.rounded(1),
        per_thousand_consumables_hundredths: it.per_consumable.map_or(0, |it| it.rounded(1_000)),
        questions: it.questions.clone(),
    });
    let not = answer
        .not
        .iter()
        .map(|(offer, why)| OfferNotInForce { offer: shown(offer), why: why.text().to_owned() });
    Ok(GetPricesResponse { in_force: in_force.collect(), not_in_force: not.collect() })
}
