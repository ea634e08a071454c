//! `/catalogue/items/{number}`: one item: its pack, its price in force, its offers and versions, and what belongs together with it.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::catalogue::v1::{GetItemResponse, GetPricesRequest, GetPricesResponse};

use super::{
    read::{self, wrong},
    review::Decision,
};
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::catalogue::{
        RELATIONS,
        item::{self as words, Link},
        item_href, prices,
    },
    pages::{
        Fields,
        choices::{Choice, Problem, mended},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// Prices in words; nothing is asked where the record is somebody else's.
struct PricesView {
    finding: String,
    in_force: Table,
    not_in_force: Table,
}

#[derive(Template)]
#[template(path = "catalogue/item.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    number: i64,
    description: String,
    /// What contradicts itself in the pack; empty = nothing.
    question: String,
    /// The account keeps the record, so prices may be asked for.
    own: bool,
    facts: Vec<(&'static str, String)>,
    bought: String,
    /// The price form as it was filled in, and the form that links.
    fields: Fields,
    prices: Option<PricesView>,
    offers: Table,
    earlier: Table,
    cluster: Table,
    links: Vec<Link>,
    relations: Vec<Choice>,
}

/// A number of an item in an address.
fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::not_found(format!("`{text}` is no number of an item")))
}

fn request_of(number: i64, fields: &Fields) -> Result<GetPricesRequest, Problem> {
    let quantity_milli = match fields.get("quantity") {
        "" => 0,
        text => read::decimal(text, 3)
            .filter(|milli| *milli > 0)
            .ok_or_else(|| wrong("quantity", "Quantity must be a number above nought, such as 12 or 0.5"))?,
    };
    let known_at_micros = match fields.get("known_at") {
        "" => 0,
        text => read::instant(text)
            .ok_or_else(|| wrong("known_at", "Known at must be a day and time, such as 2026-03-31T17:00"))?,
    };
    Ok(GetPricesRequest {
        number,
        organisation: fields.get("buyer").to_ascii_uppercase(),
        quantity_milli,
        on: fields.get("on").to_owned(),
        known_at_micros,
        place: fields.get("place").to_owned(),
    })
}

fn prices_view(told: &GetPricesResponse, number: i64, fields: &Fields) -> PricesView {
    let asked = ["quantity", "on", "buyer", "place", "known_at"]
        .map(|name| format!("{name}={}", encode(fields.get(name))))
        .join("&");
    let csv = |table: &str| format!("{}/{table}.csv?{asked}", item_href(number));
    PricesView {
        finding: prices::finding(told),
        in_force: prices::in_force(told).csv(csv("prices")),
        not_in_force: prices::not_in_force(told).csv(csv("not-in-force")),
    }
}

/// The page; prices only of an own record, and with what is wrong with the question for them.
async fn shown(
    caller: &Caller<'_>,
    number: i64,
    fields: Fields,
    mut problems: Vec<Problem>,
) -> Result<(Page, Option<http::StatusCode>)> {
    let told = caller.item(number).await?;
    let own = told.item.as_ref().is_some_and(|item| item.own);
    let mut status = None;
    let mut view = None;
    if own {
        let asked = match request_of(number, &fields) {
            Ok(request) => {
                caller.prices(request).await.map_err(|error| (wrong("on", error.message()), error))
            }
            Err(problem) => {
                problems.push(problem);
                status = Some(http::StatusCode::UNPROCESSABLE_ENTITY);
                return Ok((body(told, fields, problems, None), status));
            }
        };
        match asked {
            Ok(prices) => view = Some(prices_view(&prices, number, &fields)),
            Err((problem, error)) => {
                status = Some(mended(&error).ok_or(error)?);
                problems.push(problem);
            }
        }
    }
    Ok((body(told, fields, problems, view), status))
}

fn body(told: GetItemResponse, fields: Fields, problems: Vec<Problem>, prices: Option<PricesView>) -> Page {
    let item = told.item.unwrap_or_default();
    let error = if problems.is_empty() { "" } else { "Error: " };
    let csv = |table: &str| format!("{}/{table}.csv", item_href(item.number));
    Page {
        shell: Shell::catalogue(format!("{error}{}", item.description), "/catalogue"),
        problems,
        facts: words::facts(&item),
        bought: words::bought(told.bought.as_ref()),
        prices,
        offers: words::offers(&told.offers).csv(csv("offers")),
        earlier: words::earlier(&told.earlier).csv(csv("versions")),
        cluster: words::cluster(&told.cluster).csv(csv("same-items")),
        links: words::links(item.number, &told.links),
        relations: RELATIONS.map(|(key, words, _)| Choice::new(key, words, fields.get("relation"))).into(),
        fields,
        number: item.number,
        own: item.own,
        description: item.description,
        question: item.question,
    }
}

pub(crate) async fn item(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(wanted): Path<String>,
    request: Request,
) -> PageResult {
    let fields = Fields::read(request).await?;
    let (body, status) = shown(&Caller::new(&deps, &actor), number(&wanted)?, fields, Vec::new()).await?;
    let body = page(&body)?;
    Ok(match status {
        Some(status) => (status, body).into_response(),
        None => body,
    })
}

/// The page of an item with what was refused; nothing where it is no matter of a form.
pub(crate) async fn refused(
    caller: &Caller<'_>,
    number: i64,
    fields: Fields,
    (field, error): (&str, Error),
) -> PageResult {
    let Some(status) = mended(&error) else { return Err(error.into()) };
    let (body, _) = shown(caller, number, fields, vec![wrong(field, error.message())]).await?;
    Ok((status, page(&body)?).into_response())
}

/// Links the item with another that nobody proposed.
pub(crate) async fn link(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(wanted): Path<String>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (left, fields) = (number(&wanted)?, Fields::read(request).await?);
    let decided = async {
        let right = fields.get("other").parse::<i64>().map_err(|_| {
            Error::bad_request("the other item must be the number in its address, such as 1204")
        })?;
        let decision = Decision::read(&fields)?;
        caller.decide_equivalence(decision.of_items(left, right)).await
    };
    match decided.await {
        Ok(()) => Ok(Redirect::to(&format!("{}#links-heading", item_href(left))).into_response()),
        Err(error) => refused(&caller, left, fields, ("other", error)).await,
    }
}

/// A table of the page as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((wanted, file)): Path<(String, String)>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let number = number(&wanted)?;
    let prices = async |table: fn(&GetPricesResponse) -> Table| {
        let fields = Fields::read(request).await?;
        let request = request_of(number, &fields).map_err(|problem| Error::bad_request(problem.text))?;
        Ok::<_, Error>(table(&caller.prices(request).await?))
    };
    let table = match file.as_str() {
        "prices.csv" => prices(prices::in_force).await?,
        "not-in-force.csv" => prices(prices::not_in_force).await?,
        "offers.csv" => words::offers(&caller.item(number).await?.offers),
        "versions.csv" => words::earlier(&caller.item(number).await?.earlier),
        "same-items.csv" => words::cluster(&caller.item(number).await?.cluster),
        _ => return Err(Error::not_found("there is no such table of an item").into()),
    };
    files::file("item", &table)
}
