//! `muster catalogue search|item|export`

use std::{fs, path::PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use muster_proto::{catalogue::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::documents::{self, price, quantity};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

#[derive(Args, Debug)]
pub(crate) struct SearchArgs {
    /// Words and codes; nothing = every item
    words: Vec<String>,
    /// Scheme of the class: cpv, unspsc, nhs-eclass, eclass or dmd
    #[arg(long, value_name = "SCHEME", requires = "class_code")]
    class_scheme: Option<String>,
    /// Class, or how it begins
    #[arg(long, value_name = "CODE", requires = "class_scheme")]
    class_code: Option<String>,
    /// Only items of this supplier
    #[arg(long, value_name = "NAME")]
    supplier: Option<String>,
    /// Only records of this organisation
    #[arg(long, value_name = "ORG")]
    organisation: Option<String>,
    /// Items at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct ItemArgs {
    /// Number of the item
    number: i64,
    /// How much, in orderable units
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..=1_000_000_000))]
    quantity: i64,
    /// Day of the order [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Place of delivery: GB, or GB/SE13
    #[arg(long, value_name = "PLACE", default_value = "", hide_default_value = true)]
    place: String,
    /// As it was known at this instant, in microseconds since 1970 UTC [default: now]
    #[arg(long, value_name = "MICROS", default_value_t = 0, hide_default_value = true)]
    known_at: i64,
}

/// What is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Exported {
    /// Items
    Items,
    /// Offers
    Offers,
}

#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// What
    #[arg(value_enum)]
    kind: Exported,
    /// File to write to; its ending says csv or xlsx
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Only records of this organisation
    #[arg(long, value_name = "ORG", default_value = "", hide_default_value = true)]
    organisation: String,
}

/// Prints what is found.
pub(super) async fn search(args: SearchArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::SearchItemsRequest {
        words: args.words.join(" "),
        class_scheme: args.class_scheme.unwrap_or_default(),
        class_code: args.class_code.unwrap_or_default(),
        supplier: args.supplier.unwrap_or_default(),
        organisation: args.organisation.unwrap_or_default(),
        page: Some(PageRequest { size: args.limit, token: String::new() }),
    };
    let answer = clients.catalogue().search_items(clients.request(request)).await?.into_inner();
    let catching_up = answer.catching_up;
    let total = answer.page.and_then(|page| page.total).unwrap_or_default();
    let hits: Vec<(pb::Item, String)> =
        answer.hits.into_iter().filter_map(|hit| Some((hit.item?, hit.forgiven))).collect();
    if shared.json {
        let hit = |(item, forgiven): &(pb::Item, String)| {
            let mut document = documents::item(item);
            document["forgiven"] = json!(forgiven);
            document
        };
        let hits: Vec<Value> = hits.iter().map(hit).collect();
        return Ok(output::json(&json!({ "total": total, "items": hits, "catching_up": catching_up }))?);
    }
    if catching_up {
        output::line("items that came in are still being put into the index: some are not found yet")?;
    }
    if hits.is_empty() {
        return Ok(output::line("nothing found; `muster import items FILE` brings items in")?);
    }
    let rows: Vec<Vec<String>> = hits
        .iter()
        .map(|(it, forgiven)| {
            vec![
                it.number.to_string(),
                it.organisation.clone(),
                it.item_ref.clone(),
                it.description.clone(),
                it.supplier.clone(),
                format!("{} of {}", it.orderable_unit, it.pack_size),
                forgiven.clone(),
            ]
        })
        .collect();
    output::table(&["number", "org", "item_ref", "description", "supplier", "pack", "forgiven"], &rows)?;
    Ok(output::line(&format!("{} of {total} items", rows.len()))?)
}

/// Prints an item with its price in force.
pub(super) async fn item(args: ItemArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::GetItemRequest { number: args.number };
    let found = clients.catalogue().get_item(clients.request(request)).await?.into_inner();
    let item = found.item.clone().unwrap_or_default();
    let prices = if item.own {
        let request = pb::GetPricesRequest {
            number: args.number,
            organisation: String::new(),
            quantity_milli: args.quantity * 1_000,
            on: args.on.map(|it| it.to_string()).unwrap_or_default(),
            known_at_micros: args.known_at,
            place: args.place,
        };
        clients.catalogue().get_prices(clients.request(request)).await?.into_inner()
    } else {
        pb::GetPricesResponse::default()
    };
    if shared.json {
        return Ok(output::json(&document(&found, &prices))?);
    }
    print(&item, &found, &prices)
}

fn document(found: &pb::GetItemResponse, prices: &pb::GetPricesResponse) -> Value {
    let in_force: Vec<Value> = prices
        .in_force
        .iter()
        .map(|it| {
            json!({
                "offer": it.offer.as_ref().map(documents::offer), "total_hundredths": it.total_hundredths,
                "per_thousand_consumables_hundredths": it.per_thousand_consumables_hundredths,
                "questions": it.questions,
            })
        })
        .collect();
    let not: Vec<Value> = prices
        .not_in_force
        .iter()
        .map(|it| json!({ "offer": it.offer.as_ref().map(documents::offer), "why": it.why }))
        .collect();
    let bought = found.bought.as_ref().map(|it| {
        json!({
            "lines": it.lines, "consumables_milli": it.consumables_milli, "pence": it.pence,
            "first_month": it.first_month, "last_month": it.last_month,
        })
    });
    json!({
        "item": documents::maybe_item(found.item.as_ref()), "in_force": in_force, "not_in_force": not,
        "earlier": found.earlier.iter().map(documents::item).collect::<Vec<_>>(),
        "offers": found.offers.iter().map(documents::offer).collect::<Vec<_>>(),
        "cluster": found.cluster.iter().map(documents::item).collect::<Vec<_>>(),
        "links": found.links.iter().map(documents::decision).collect::<Vec<_>>(), "bought": bought,
    })
}

fn print(
    item: &pb::Item,
    found: &pb::GetItemResponse,
    prices: &pb::GetPricesResponse,
) -> Result<(), Failure> {
    output::line(&format!("{} {} {}: {}", item.number, item.organisation, item.item_ref, item.description))?;
    if !item.question.is_empty() {
        output::line(&format!("to be asked: {}", item.question))?;
    }
    let rows: Vec<Vec<String>> = prices
        .in_force
        .iter()
        .filter_map(|it| {
            let offer = it.offer.as_ref()?;
            let each = it.per_thousand_consumables_hundredths;
            Some(vec![
                offer.supplier.clone(),
                price(offer.price_hundredths),
                format!("{} {}", quantity(offer.per_quantity_milli), offer.unit),
                price(it.total_hundredths),
                if each == 0 { String::new() } else { price(each) },
                offer.valid_from.clone(),
                offer.valid_to.clone(),
            ])
        })
        .collect();
    if rows.is_empty() {
        output::line(if item.own { "no price is in force" } else { "its prices are read by who keeps it" })?;
    } else {
        output::table(&["supplier", "price", "per", "total", "per_1000", "from", "to"], &rows)?;
    }
    if found.cluster.is_empty() {
        return Ok(());
    }
    output::line("records of the same item:")?;
    let rows: Vec<Vec<String>> = found
        .cluster
        .iter()
        .map(|it| {
            vec![it.number.to_string(), it.organisation.clone(), it.item_ref.clone(), it.description.clone()]
        })
        .collect();
    Ok(output::table(&["number", "org", "item_ref", "description"], &rows)?)
}

/// The own items or offers as a file; an empty organisation is every one whose records are kept.
pub(crate) async fn exported(
    clients: &Clients,
    (kind, format): (&str, &str),
    organisation: &str,
) -> Result<Vec<u8>, Failure> {
    let request = pb::ExportCatalogueRequest {
        kind: kind.to_owned(),
        format: format.to_owned(),
        organisation: organisation.to_owned(),
    };
    let mut pieces = clients.catalogue().export_catalogue(clients.request(request)).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.message().await? {
        bytes.extend_from_slice(&piece.content);
    }
    Ok(bytes)
}

/// Writes a file.
pub(super) async fn export(args: ExportArgs, clients: &Clients) -> Result<(), Failure> {
    let kind = match args.kind {
        Exported::Items => "items",
        Exported::Offers => "offers",
    };
    let format = args.out.extension().and_then(|it| it.to_str()).unwrap_or_default().to_lowercase();
    let bytes = exported(clients, (kind, &format), &args.organisation).await?;
    fs::write(&args.out, &bytes)
        .map_err(|error| Failure::Usage(format!("cannot write `{}`: {error}", args.out.display())))?;
    Ok(output::line(&format!("{}: {} bytes", args.out.display(), bytes.len()))?)
}
