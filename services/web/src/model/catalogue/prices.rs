//! The price in force: what a quantity costs on a day, what does not hold, and why.

use muster_proto::catalogue::v1::{GetPricesResponse, Offer, PriceInForce};

use super::{item::price_words, unit_words};
use crate::{
    figures,
    table::{Cell, Table},
};

/// The answer in a sentence.
pub(crate) fn finding(told: &GetPricesResponse) -> String {
    let known = |of: &&PriceInForce| of.per_thousand_consumables_hundredths > 0;
    let Some(best) = told.in_force.iter().find(known).or(told.in_force.first()) else {
        return match told.not_in_force.len() {
            0 => "No offer of it is known, so there is no price.".into(),
            1 => "No price is in force: the one offer that is known does not hold, for the reason below."
                .into(),
            many => format!("No price is in force: none of the {many} offers that are known holds."),
        };
    };
    let offer = best.offer.clone().unwrap_or_default();
    let lead = match told.in_force.len() {
        1 => "One price is in force:",
        _ => "The cheapest price in force is",
    };
    let per = if best.per_thousand_consumables_hundredths == 0 {
        ", the pack is not known".to_owned()
    } else {
        let each = figures::unit_price(best.per_thousand_consumables_hundredths);
        format!(", {each} for 1,000 consumable units")
    };
    let total = figures::unit_price(best.total_hundredths);
    format!(
        "{lead} {} from {}{per}; all that was asked for costs {total}.",
        price_words(&offer),
        offer.supplier
    )
}

fn validity(offer: &Offer) -> String {
    match (offer.valid_from.as_str(), offer.valid_to.as_str()) {
        ("", "") => "always".into(),
        ("", to) => format!("until {}", figures::date(to)),
        (from, "") => format!("from {}", figures::date(from)),
        (from, to) => format!("{} to {}", figures::date(from), figures::date(to)),
    }
}

/// Prices in force, the cheapest consumable unit first.
pub(crate) fn in_force(told: &GetPricesResponse) -> Table {
    let table = Table::new("in-force", "Prices in force, the cheapest consumable unit first")
        .text("Supplier", "supplier")
        .number("Price", "price_pounds")
        .text("For", "per")
        .number("All that was asked for", "total_pounds")
        .number("1,000 consumable units", "per_1000_consumables_pounds")
        .text("Holds", "validity")
        .text("Contract", "contract")
        .number("Days to delivery", "lead_days")
        .text("To be looked at", "questions")
        .empty("No price is in force.");
    let rows = told.in_force.iter().map(|price| {
        let offer = price.offer.clone().unwrap_or_default();
        vec![
            Cell::text(offer.supplier.clone()),
            Cell::unit_price(offer.price_hundredths),
            Cell::text(per(&offer)),
            Cell::unit_price(price.total_hundredths),
            Cell::unit_price(price.per_thousand_consumables_hundredths),
            Cell::text(validity(&offer)),
            Cell::text(offer.contract.clone()),
            if offer.lead_days == 0 { Cell::none() } else { Cell::count(offer.lead_days) },
            Cell::text(price.questions.join("; ")),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

fn per(offer: &Offer) -> String {
    format!("{} {}", figures::quantity(offer.per_quantity_milli.max(1)), unit_words(&offer.unit))
}

/// Offers that are not in force, with the reason.
pub(crate) fn not_in_force(told: &GetPricesResponse) -> Table {
    let table = Table::new("not-in-force", "Offers that are not in force, and why")
        .text("Supplier", "supplier")
        .number("Price", "price_pounds")
        .text("For", "per")
        .text("Holds", "validity")
        .text("Why it is not in force", "why")
        .empty("Every offer that is known is in force.");
    let rows = told.not_in_force.iter().map(|of| {
        let offer = of.offer.clone().unwrap_or_default();
        vec![
            Cell::text(offer.supplier.clone()),
            Cell::unit_price(offer.price_hundredths),
            Cell::text(per(&offer)),
            Cell::text(validity(&offer)),
            Cell::text(of.why.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_unit_whose_pack_is_known_is_the_answer() {
        let price = |supplier: &str, per_thousand| PriceInForce {
            offer: Some(Offer {
                supplier: supplier.into(),
                price_hundredths: 125_000,
                per_quantity_milli: 1_000,
                unit: "CS".into(),
                ..Offer::default()
            }),
            total_hundredths: 250_000,
            per_thousand_consumables_hundredths: per_thousand,
            questions: Vec::new(),
        };
        let told = |in_force| GetPricesResponse { in_force, not_in_force: Vec::new() };
        assert_eq!(
            finding(&told(vec![price("A", 0), price("B", 625_000)])),
            "The cheapest price in force is £12.50 for 1 case from B, £62.50 for 1,000 consumable units; all that was asked \
             for costs £25.00."
        );
        assert!(finding(&told(vec![price("A", 0)])).contains("the pack is not known"));
        assert_eq!(finding(&told(Vec::new())), "No offer of it is known, so there is no price.");
    }
}
