//! Items: what was found, what one is, how it was described before, and what belongs together with it.

use muster_proto::catalogue::v1::{Decision, Item, ItemHit, Offer, PurchaseSum};

use super::{class, day, item_href, organisation_words, pack, record, relation_words, unit_words, with_code};
use crate::{
    figures,
    model::agency::{counted, money, month_words},
    table::{Cell, Table},
};

/// Items that were found, best first.
pub(crate) fn hits(hits: &[ItemHit]) -> Table {
    let table = Table::new("hits", "Items found, best first")
        .text("Item", "description")
        .text("Record", "record")
        .text("Supplier", "supplier")
        .text("Manufacturer", "manufacturer")
        .text("Pack", "pack")
        .text("Class", "class")
        .text("GTIN", "gtin")
        .empty("No item fits. Use fewer words, or drop a filter.");
    let forgiven = hits.iter().any(|hit| !hit.forgiven.is_empty());
    let table = if forgiven { table.text("Forgiven", "forgiven") } else { table };
    let rows = hits.iter().map(|hit| {
        let item = hit.item.clone().unwrap_or_default();
        let question = (!item.question.is_empty()).then_some("question");
        let mut row = vec![
            Cell::link(item.description.clone(), item_href(item.number)).tagged(question),
            Cell::text(record(&item)),
            Cell::text(with_code(&item.supplier, &item.supplier_code)),
            Cell::text(with_code(&item.manufacturer, &item.manufacturer_code)),
            Cell::text(pack(&item)),
            Cell::text(class(&item)),
            Cell::text(item.gtin),
        ];
        if forgiven {
            row.push(Cell::text(hit.forgiven.clone()));
        }
        row
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// What is known of an item: name and value; what is not known is left out.
pub(crate) fn facts(item: &Item) -> Vec<(&'static str, String)> {
    let source = item.provenance.clone().unwrap_or_default();
    let brought = match (source.source.as_str(), source.actor.as_str()) {
        ("", _) => String::new(),
        (source, "") => source.to_owned(),
        (file, actor) => format!("{file}, by {actor}, {}", figures::instant(source.recorded_at_micros)),
    };
    let all = [
        ("Record of", format!("{}, as {}", organisation_words(&item.organisation), item.item_ref)),
        ("Supplier", with_code(&item.supplier, &item.supplier_code)),
        ("Manufacturer", with_code(&item.manufacturer, &item.manufacturer_code)),
        ("GTIN", item.gtin.clone()),
        ("Class", class(item)),
        ("Pack", pack(item)),
        ("Described so since", day(item.recorded_at_micros)),
        ("Brought in", brought),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// What was bought of it, in a sentence.
pub(crate) fn bought(sum: Option<&PurchaseSum>) -> String {
    let Some(sum) = sum.filter(|sum| sum.lines > 0) else {
        return "No purchase of it is known.".to_owned();
    };
    let units = if sum.consumables_milli > 0 {
        format!(" for {} consumable units", figures::quantity(sum.consumables_milli))
    } else {
        String::new()
    };
    let when = if sum.first_month == sum.last_month {
        format!("In {}", month_words(&sum.first_month))
    } else {
        format!("From {} to {}", month_words(&sum.first_month), month_words(&sum.last_month))
    };
    format!("{when}, {}{units} cost {}.", counted(sum.lines, "purchase line"), money(sum.pence))
}

/// How it was described before.
pub(crate) fn earlier(versions: &[Item]) -> Table {
    let table = Table::new("earlier", "How it was described before, newest first")
        .text("From", "from")
        .text("Until", "until")
        .text("Description", "description")
        .text("Supplier", "supplier")
        .text("Pack", "pack")
        .text("Class", "class")
        .text("GTIN", "gtin")
        .text("Brought in by", "source")
        .empty("It has always been described as it is now.");
    let rows = versions.iter().map(|item| {
        vec![
            instant(item.recorded_at_micros),
            instant(item.ended_at_micros),
            Cell::text(item.description.clone()),
            Cell::text(with_code(&item.supplier, &item.supplier_code)),
            Cell::text(pack(item)),
            Cell::text(class(item)),
            Cell::text(item.gtin.clone()),
            Cell::text(item.provenance.clone().unwrap_or_default().source),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

fn instant(micros: i64) -> Cell {
    Cell::text(figures::plain_instant(micros)).shown(figures::instant(micros))
}

/// Other records of the same item.
pub(crate) fn cluster(items: &[Item]) -> Table {
    let table = Table::new("cluster", "Other records of the same item")
        .text("Item", "description")
        .text("Record", "record")
        .text("Supplier", "supplier")
        .text("Pack", "pack")
        .text("GTIN", "gtin")
        .empty("No other record is linked to it as the same item.");
    let rows = items.iter().map(|item| {
        vec![
            Cell::link(item.description.clone(), item_href(item.number)),
            Cell::text(record(item)),
            Cell::text(with_code(&item.supplier, &item.supplier_code)),
            Cell::text(pack(item)),
            Cell::text(item.gtin.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// The price of an offer: `£12.50 for 1 case`.
pub(crate) fn price_words(offer: &Offer) -> String {
    let per = if offer.per_quantity_milli == 0 { 1_000 } else { offer.per_quantity_milli };
    let price = figures::unit_price(offer.price_hundredths);
    format!("{price} for {} {}", figures::quantity(per), unit_words(&offer.unit))
}

/// Own offers with their history.
pub(crate) fn offers(offers: &[Offer]) -> Table {
    let table = Table::new("offers", "Offers, newest first, with those that were taken back or corrected")
        .text("Supplier", "supplier")
        .text("Who may buy", "organisation")
        .number("Price", "price_pounds")
        .number("For", "per_quantity")
        .text("Unit", "unit")
        .number("From quantity", "min_quantity")
        .number("To quantity", "max_quantity")
        .text("From", "valid_from")
        .text("Until", "valid_to")
        .text("Where", "territory")
        .number("Days to delivery", "lead_days")
        .text("Contract", "contract")
        .text("Known since", "recorded_at")
        .text("Brought in by", "source")
        .empty("No offer of it is known.");
    let rows = offers.iter().map(|offer| {
        let gone = offer.withdrawn.then_some("taken back");
        vec![
            Cell::text(offer.supplier.clone()).tagged(gone),
            Cell::text(offer.organisation.clone()).shown(organisation_words(&offer.organisation)),
            Cell::unit_price(offer.price_hundredths),
            Cell::quantity(offer.per_quantity_milli),
            Cell::text(offer.unit.clone()).shown(unit_words(&offer.unit)),
            Cell::quantity(offer.min_quantity_milli),
            if offer.max_quantity_milli == 0 {
                Cell::none()
            } else {
                Cell::quantity(offer.max_quantity_milli)
            },
            Cell::text(offer.valid_from.clone()).shown(figures::date(&offer.valid_from)),
            Cell::text(offer.valid_to.clone()).shown(figures::date(&offer.valid_to)),
            Cell::text(offer.territory.clone()),
            if offer.lead_days == 0 { Cell::none() } else { Cell::count(offer.lead_days) },
            Cell::text(offer.contract.clone()),
            instant(offer.recorded_at_micros),
            Cell::text(offer.provenance.clone().unwrap_or_default().source),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// A link of an item, with what takes it back.
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) relation: &'static str,
    pub(crate) other: String,
    pub(crate) href: String,
    pub(crate) why: String,
}

/// Decisions in force that name an item.
pub(crate) fn links(number: i64, decisions: &[Decision]) -> Vec<Link> {
    let other = |of: &Decision| {
        let [left, right] = [&of.left, &of.right].map(|item| item.clone().unwrap_or_default());
        if left.number == number { right } else { left }
    };
    let link = |of: &Decision| {
        let other = other(of);
        Link {
            id: of.decision_id.clone(),
            relation: relation_words(of.relation),
            href: item_href(other.number),
            other: format!("{} ({})", other.description, record(&other)),
            why: super::review::why(of),
        }
    };
    decisions.iter().filter(|of| of.revoked_at_micros == 0).map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_other_item_and_one_that_was_taken_back_is_gone() {
        let item = |number| Some(Item { number, description: format!("item {number}"), ..Item::default() });
        let stands = Decision { left: item(7), right: item(9), relation: 1, ..Decision::default() };
        let gone = Decision { revoked_at_micros: 1, ..stands.clone() };
        let of = |number| links(number, &[stands.clone(), gone.clone()]);
        assert_eq!((of(7).len(), of(7)[0].href.as_str()), (1, "/catalogue/items/9"));
        assert_eq!((of(9)[0].href.as_str(), of(9)[0].relation), ("/catalogue/items/7", "same item"));
    }

    #[test]
    fn what_was_bought_is_said_with_its_months() {
        let sum = PurchaseSum {
            lines: 12,
            consumables_milli: 2_400_000,
            pence: 123_456,
            first_month: "2025-04".into(),
            last_month: "2026-03".into(),
        };
        assert_eq!(
            bought(Some(&sum)),
            "From April 2025 to March 2026, 12 purchase lines for 2,400 consumable units cost £1,235."
        );
        assert_eq!(bought(None), "No purchase of it is known.");
    }
}
