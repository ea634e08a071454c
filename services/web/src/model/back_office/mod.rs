//! The back office: what the contract's messages are in plain words.

pub(crate) mod benchmarks;
pub(crate) mod board;
pub(crate) mod bridge;
pub(crate) mod cases;
pub(crate) mod changes;
pub(crate) mod claims;
pub(crate) mod editions;
pub(crate) mod plan;
pub(crate) mod recharges;
pub(crate) mod schemes;
pub(crate) mod sharing;
pub(crate) mod trace;
pub(crate) mod tracker;

use muster_proto::backoffice::v1::{Delivery, Evidence, Rag};

use crate::{
    figures,
    pages::encode,
    table::{Cell, Table},
};

/// Whole pounds with thousands apart and a sign: `£8,513`.
pub(crate) fn money(pence: i64) -> String {
    let pounds = figures::round(pence, 100);
    // a word joiner keeps the minus and the amount on one line
    let sign = if pounds < 0 { "\u{2212}\u{2060}" } else { "" };
    format!("{sign}£{}", figures::count(pounds.abs()))
}

/// Large amounts of a plan: `£854 million`, `£62.0 million` for one that is not quite whole; below a million in pounds.
pub(crate) fn large(pence: i64) -> String {
    if pence.abs() < 100_000_000 {
        return money(pence);
    }
    let tenths = figures::round(pence, 10_000_000);
    let sign = if tenths < 0 { "\u{2212}\u{2060}" } else { "" };
    let (whole, part) = (figures::count(tenths.abs() / 10), tenths.abs() % 10);
    // whole millions, as papers print them, have no decimal
    if pence % 100_000_000 == 0 {
        format!("{sign}£{whole} million")
    } else {
        format!("{sign}£{whole}.{part} million")
    }
}

/// Where what made a figure is told; of an edition, or (0) as it stands.
pub(crate) fn trace_href(key: &str, edition: i64) -> String {
    let edition = if edition > 0 { format!("&edition={edition}") } else { String::new() };
    format!("/trace?figure={}{edition}", encode(key))
}

/// Whole pounds on the page, pence in the file.
pub(crate) fn whole(pence: i64) -> Cell {
    Cell::pounds(pence).shown(money(pence))
}

/// Whole pounds on the page, pence in the file, leading to what made it.
pub(crate) fn traced_whole(pence: i64, key: &str) -> Cell {
    traced(pence, key).shown(money(pence))
}

/// An amount that leads to what made it.
pub(crate) fn traced(pence: i64, key: &str) -> Cell {
    Cell::pounds(pence).to(trace_href(key, 0))
}

/// A colour of delivery: the word, and the ground behind it.
pub(crate) fn rag(colour: i32) -> (&'static str, &'static str) {
    match Rag::try_from(colour).unwrap_or_default() {
        Rag::Unspecified => ("nothing planned", ""),
        Rag::Red => ("red", "no"),
        Rag::Amber => ("amber", "warn"),
        Rag::Green => ("green", "yes"),
    }
}

pub(crate) fn rag_cell(colour: i32) -> Cell {
    let (word, tone) = rag(colour);
    Cell::text(word).toned(tone)
}

/// A share of what was planned; nothing where nothing was.
fn share(part: i64, whole: i64) -> Cell {
    if whole == 0 {
        return Cell::none();
    }
    let ppm = i128::from(part) * 1_000_000 / i128::from(whole);
    Cell::share(i64::try_from(ppm).unwrap_or(i64::MAX))
}

/// Delivery of a scheme, or of all, as a table of two rows: to date, and the year.
pub(crate) fn delivery(of: &Delivery, to_date: &str, scheme: Option<&str>) -> Table {
    let amount = |pence, key: &str| match scheme {
        Some(scheme) => traced(pence, &format!("scheme/{scheme}/{key}")),
        None => Cell::pounds(pence),
    };
    let table = Table::new("delivery", "Delivery to date and for the full year")
        .text("Time", "time")
        .number("Planned", "planned_pounds")
        .number("Came, or is expected", "actual_or_expected_pounds")
        .number("Of plan", "percent_of_plan")
        .text("Colour", "colour");
    table.rows([
        vec![
            Cell::text(to_date),
            amount(of.plan_to_date_pence, "plan-to-date"),
            amount(of.actual_to_date_pence, "actual-to-date"),
            share(of.actual_to_date_pence, of.plan_to_date_pence),
            rag_cell(of.to_date),
        ],
        vec![
            Cell::text("The full year"),
            amount(of.plan_year_pence, "plan-year"),
            amount(of.forecast_year_pence, "forecast-year"),
            share(of.forecast_year_pence, of.plan_year_pence),
            rag_cell(of.year),
        ],
    ])
}

/// What a figure rests on, in a line.
pub(crate) struct Rests {
    pub(crate) says: String,
    /// Where it is from, with its id.
    pub(crate) from: String,
}

pub(crate) fn rests(of: &Evidence) -> Rests {
    let kind = of.kind.trim_start_matches("muster.").trim_end_matches(".v1");
    let what = if of.event_id.is_empty() {
        format!("{kind}, {}", of.aggregate_id)
    } else {
        let cause = if of.causation_id.is_empty() {
            String::new()
        } else {
            format!(", caused by {}", of.causation_id)
        };
        format!("event {kind} {}{cause}", of.event_id)
    };
    let when = figures::instant(of.occurred_at_micros);
    let from = [what, when].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    Rests { says: of.says.clone(), from }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_at_a_glance_and_rounded_once() {
        assert_eq!(
            [money(850_049), money(-123_456_750), money(0)],
            ["£8,500", "\u{2212}\u{2060}£1,234,568", "£0"]
        );
        assert_eq!(
            [large(85_400_000_000), large(-6_250_000_000), large(99_999_999)],
            ["£854 million", "\u{2212}\u{2060}£62.5 million", "£1,000,000"]
        );
        assert_eq!(trace_href("savings/attested/RJ1", 3), "/trace?figure=savings%2Fattested%2FRJ1&edition=3");
    }

    #[test]
    fn a_share_of_nothing_planned_is_nothing() {
        assert_eq!((share(5, 0).text.as_str(), share(94_999, 100_000).text.as_str()), ("\u{2013}", "95.0%"));
    }
}
