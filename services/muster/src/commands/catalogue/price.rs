//! `muster catalogue price FILES`

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use jiff::civil::Date;
use muster_catalogue::domain::{
    book::{Answer, InForce, Query, Why},
    gs1::Gtin,
    item::Item,
    offer::{EVERYONE, Offer, Territory},
    pack::Normalised,
    ratio::{Ratio, decimal, parse},
    unit::Unit,
};
use serde_json::{Value, json};

use super::files::{self, Stock, StockOptions};
use crate::{cli::Shared, exit::Failure, output};

#[derive(Args, Debug)]
pub(crate) struct PriceArgs {
    /// Items, offers, Drug Tariffs and electronic catalogues, in the order in which they became known
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Item: its reference, or a GTIN
    #[arg(long, value_name = "REF")]
    item: String,
    /// Who buys, by ODS code
    #[arg(long, value_name = "ORG")]
    organisation: String,
    /// How much
    #[arg(long, value_name = "N", default_value = "1", value_parser = quantity)]
    quantity: i64,
    /// Unit of the quantity [default: the unit of each offer]
    #[arg(long, value_name = "CODE", value_parser = unit)]
    unit: Option<Unit>,
    /// Day of the order, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    on: Date,
    /// Where it is delivered: a country, or a country and a postcode, such as GB/SE13
    #[arg(long, value_name = "PLACE", default_value = "GB", value_parser = place)]
    place: Territory,
    /// As it was known after the first N files
    #[arg(long, value_name = "N")]
    known_after: Option<i64>,
    /// Month of a Drug Tariff, YYYY-MM [default: the one in the file's name]
    #[arg(long, value_name = "MONTH", value_parser = files::month)]
    month: Option<Date>,
    /// Go on with the good rows of files of which others are refused
    #[arg(long)]
    keep_good_rows: bool,
}

fn quantity(text: &str) -> Result<i64, String> {
    let milli = parse(text, 3).filter(|milli| (1..=1_000_000_000_000).contains(milli));
    milli.ok_or_else(|| "write a quantity above zero with at most three decimals".to_owned())
}

fn unit(text: &str) -> Result<Unit, String> {
    Unit::of(text).ok_or_else(|| match Unit::meant(text) {
        Some(unit) => format!("is `{unit}` ({}) meant?", unit.name()),
        None => "write a code of UNECE Recommendation 20 or 21, such as EA or BX".to_owned(),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the command line wants a result")]
fn place(text: &str) -> Result<Territory, String> {
    let (country, zone) = text.split_once('/').unwrap_or((text, ""));
    Ok(Territory {
        country: Some(country.to_ascii_uppercase()),
        postal_zone: (!zone.is_empty()).then(|| zone.to_owned()),
        ..Territory::default()
    })
}

/// Runs the command.
pub(super) fn run(args: &PriceArgs, shared: &Shared) -> Result<(), Failure> {
    let options =
        StockOptions { month: args.month, organisation: EVERYONE, keep_good_rows: args.keep_good_rows };
    let Stock { items, steps } = files::stock(&args.files, &options)?;
    let book = Stock::book(steps);
    let references = references(&args.item, &items);
    let organisation = args.organisation.to_ascii_uppercase();
    let mut answers = Vec::new();
    for reference in &references {
        let item = described(reference, &organisation, &items);
        let query = Query {
            item: reference.clone(),
            organisation: organisation.clone(),
            quantity: args.quantity,
            unit: args.unit,
            on: args.on,
            known: args.known_after,
            place: args.place.clone(),
            pack: item.and_then(|item| item.pack.normalise().ok()),
        };
        answers.push((item, query.pack, book.in_force(&query)));
    }
    if shared.json {
        return Ok(output::json(&document(args, &organisation, &answers))?);
    }
    print(&answers)
}

/// References of items that carry a GTIN, or the reference itself.
fn references(text: &str, items: &[Item]) -> BTreeSet<String> {
    let gtin = Gtin::new(text).map(|gtin| gtin.padded()).ok();
    let of = |item: &&Item| gtin.is_some() && item.gtin.as_ref().map(Gtin::padded) == gtin;
    let mut found: BTreeSet<String> = items.iter().filter(of).map(|item| item.reference.clone()).collect();
    if found.is_empty() || items.iter().any(|item| item.reference == text) {
        found.insert(text.to_owned());
    }
    found
}

/// The item as the organisation has it, else as everybody has it, else as the first that describes it.
fn described<'a>(reference: &str, organisation: &str, items: &'a [Item]) -> Option<&'a Item> {
    let named = || items.iter().filter(|item| item.reference == reference);
    let of = |who: &str| named().find(|item| item.organisation == who);
    of(organisation).or_else(|| of(EVERYONE)).or_else(|| named().next())
}

type Answered<'a> = (Option<&'a Item>, Option<Normalised>, Answer<'a>);

fn document(args: &PriceArgs, organisation: &str, answers: &[Answered<'_>]) -> Value {
    let prices: Vec<Value> = answers
        .iter()
        .flat_map(|(item, _, answer)| answer.in_force.iter().map(|it| price(*item, it)))
        .collect();
    let not: Vec<Value> =
        answers.iter().flat_map(|(_, _, answer)| answer.not.iter().map(not_in_force)).collect();
    json!({
        "item": args.item, "organisation": organisation, "quantity": decimal(args.quantity, 3, 0), "on": args.on.to_string(),
        "unit": args.unit.map(Unit::code), "prices": prices, "not_in_force": not,
    })
}

fn base(offer: &Offer) -> Value {
    json!({
        "supplier": offer.supplier, "item_ref": offer.item, "offered_to": offer.organisation, "line": offer.line,
        "price_hundredth_pence": offer.price, "price_pounds": decimal(offer.price, 4, 2),
        "per_quantity": decimal(offer.per_quantity, 3, 0), "unit": offer.unit.code(),
        "min_quantity": decimal(offer.min_quantity, 3, 0),
        "max_quantity": offer.max_quantity.map(|it| decimal(it, 3, 0)),
        "valid_from": files::day(offer.valid.from), "valid_to": files::day(offer.valid.to), "contract": offer.contract,
        "lead_days": offer.lead_days,
    })
}

fn price(item: Option<&Item>, it: &InForce<'_>) -> Value {
    let mut value = base(it.offer);
    value["description"] = json!(item.map(|item| &item.description));
    value["quantity_in_unit"] = json!(decimal(it.quantity.rounded(1_000), 3, 0));
    value["total_pence"] = json!(hundredth(it.total));
    value["per_consumable_unit_hundredth_pence"] = json!(it.per_consumable.map(|it| it.rounded(1)));
    value["per_content"] = json!(it.per_content.map(|(of, price)| json!({
        "unit": of.base(), "hundredth_pence": price.rounded(1),
        "exact_hundredth_pence": format!("{}/{}", price.numerator(), price.denominator()),
    })));
    value["questions"] = json!(it.questions);
    value
}

/// 1/100 pence as pence, half away from zero.
fn hundredth(amount: Ratio) -> i64 {
    Ratio::new(1, 100).and_then(|by| amount.times(by)).map_or(i64::MAX, |pence| pence.rounded(1))
}

fn not_in_force((offer, why): &(&Offer, Why)) -> Value {
    let mut value = base(offer);
    value["why"] = json!(why.text());
    value
}

fn print(answers: &[Answered<'_>]) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = answers
        .iter()
        .flat_map(|(_, _, answer)| &answer.in_force)
        .map(|it| {
            let offer = it.offer;
            let day = |day: Option<Date>| day.map_or_else(|| "open".to_owned(), |day| day.to_string());
            vec![
                offer.supplier.clone(),
                decimal(offer.price, 4, 2),
                format!("{} {}", decimal(offer.per_quantity, 3, 0), offer.unit),
                decimal(hundredth(it.total), 2, 2),
                it.per_consumable.map_or_else(|| "not known".to_owned(), |it| decimal(it.rounded(1), 4, 2)),
                offer.organisation.clone(),
                day(offer.valid.from),
                day(offer.valid.to),
            ]
        })
        .collect();
    if rows.is_empty() {
        output::line("no price is in force")?;
    } else {
        let header = ["supplier", "price", "for", "total", "each", "offered to", "from", "to"];
        output::table(&header, &rows)?;
    }
    for (_, _, answer) in answers {
        for question in answer.in_force.iter().flat_map(|it| &it.questions) {
            output::line(&format!("to ask: {question}"))?;
        }
        for (offer, why) in &answer.not {
            let price = decimal(offer.price, 4, 2);
            output::line(&format!(
                "not in force: {} at {price} (line {}): {}",
                offer.supplier,
                offer.line,
                why.text()
            ))?;
        }
    }
    Ok(())
}
