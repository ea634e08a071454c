//! Gives the own part of the catalogue as a file that can be imported again.

use muster_kit::{Action, Actor, Error, Resource, Result, intake::ImportKind, page::Page};
use rust_xlsxwriter::Workbook;

use super::Deps;
use crate::{
    domain::{class::Class, item::Item, offer::Offer, ratio::decimal},
    import::{ITEMS, OFFERS},
    store::{codec, items, offers},
};

/// Name and bytes of the file. Cells of a workbook are text, so that codes keep their zeros.
///
/// # Errors
/// Forbidden; bad request on another kind or format; what the database says.
pub(crate) async fn export_catalogue(
    deps: &Deps,
    actor: &Actor,
    (kind, format, organisation): (&str, &str, &str),
) -> Result<(String, Vec<u8>)> {
    deps.permit(actor, Action::Read, Resource::all("catalogue")).await?;
    let (kind, rows) = match kind {
        "items" => (&ITEMS, item_rows(deps, actor, organisation).await?),
        "offers" => (&OFFERS, offer_rows(deps, actor, organisation).await?),
        other => return Err(Error::bad_request(format!("no export `{other}`: items or offers"))),
    };
    let name = format!("catalogue-{}.{format}", kind.name);
    let write: Writer = match format {
        "csv" => |kind, rows| csv(kind, rows).map_err(|error| cannot(&error)),
        "xlsx" => |kind, rows| xlsx(kind, rows).map_err(|error| cannot(&error)),
        other => return Err(Error::bad_request(format!("no format `{other}`: csv or xlsx"))),
    };
    // a workbook of half a million rows takes seconds: beside the threads that answer others
    let written = tokio::task::spawn_blocking(move || write(kind, &rows)).await;
    let bytes = written.map_err(|error| Error::internal("writing the file failed").with_source(error))??;
    Ok((name, bytes))
}

/// Writes rows of a kind.
type Writer = fn(&ImportKind, &[Vec<String>]) -> Result<Vec<u8>>;

fn cannot(error: &dyn std::fmt::Display) -> Error {
    Error::internal(format!("the file cannot be written: {error}"))
}

fn csv(kind: &ImportKind, rows: &[Vec<String>]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(kind.columns.iter().map(|column| column.name))?;
    rows.iter().try_for_each(|row| writer.write_record(row))?;
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn xlsx(kind: &ImportKind, rows: &[Vec<String>]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(kind.name)?;
    for (column, of) in (0..).zip(kind.columns) {
        sheet.write_string(0, column, of.name)?;
    }
    for (line, row) in (1..).zip(rows) {
        for (column, text) in (0..).zip(row) {
            sheet.write_string(line, column, text)?;
        }
    }
    book.save_to_buffer()
}

async fn item_rows(deps: &Deps, actor: &Actor, organisation: &str) -> Result<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    let mut page = Page::first(muster_kit::page::MAX_SIZE);
    loop {
        let found = items::page(deps.db.read(), &actor.scope(), organisation, &page).await?;
        for row in &found.rows {
            rows.push(item_row(&codec::item(row)?));
        }
        if found.next_token.is_empty() {
            return Ok(rows);
        }
        page = Page::new(muster_kit::page::MAX_SIZE, &found.next_token)?;
    }
}

fn item_row(item: &Item) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let class = |of: fn(&Class) -> String| item.class.as_ref().map(of).unwrap_or_default();
    let content = item.pack.content;
    vec![
        item.reference.clone(),
        item.organisation.clone(),
        item.supplier.clone(),
        item.description.clone(),
        item.pack.orderable.code().to_owned(),
        item.pack.pack_size.to_string(),
        text(&item.supplier_code),
        text(&item.manufacturer),
        text(&item.manufacturer_code),
        item.gtin.as_ref().map(ToString::to_string).unwrap_or_default(),
        class(|it| it.scheme.word().to_owned()),
        class(|it| it.code.clone()),
        content.map(|it| decimal(it.milli, 3, 0)).unwrap_or_default(),
        content.map(|it| it.unit.code().to_owned()).unwrap_or_default(),
    ]
}

/// Offers that were not taken back, also those that are over.
async fn offer_rows(deps: &Deps, actor: &Actor, organisation: &str) -> Result<Vec<Vec<String>>> {
    let rows = offers::all(deps.db.read(), &actor.scope(), organisation).await?;
    Ok(offers::holding(rows)?.into_values().map(|(_, offer)| offer_row(&offer)).collect())
}

fn offer_row(offer: &Offer) -> Vec<String> {
    let quantity = |milli: i64| decimal(milli, 3, 0);
    let day = |day: Option<jiff::civil::Date>| day.map(|it| it.to_string()).unwrap_or_default();
    let territory = &offer.territory;
    let place: Vec<&str> =
        [territory.country.as_deref(), territory.postal_zone.as_deref()].into_iter().flatten().collect();
    vec![
        offer.item.clone(),
        offer.organisation.clone(),
        offer.supplier.clone(),
        decimal(offer.price, 4, 4),
        quantity(offer.per_quantity),
        offer.unit.code().to_owned(),
        day(offer.valid.from),
        if offer.min_quantity == 0 { String::new() } else { quantity(offer.min_quantity) },
        offer.max_quantity.map(quantity).unwrap_or_default(),
        day(offer.valid.to),
        offer.lead_days.map(|it| it.to_string()).unwrap_or_default(),
        offer.contract.clone().unwrap_or_default(),
        place.join("/"),
    ]
}
