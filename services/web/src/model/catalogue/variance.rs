//! What own purchases cost against what others pay for the same: confirmed rows, rows without a figure, lines kept out.

use muster_proto::catalogue::v1::{ListVarianceResponse, Quarantined, Variance};

use super::{item_href, record};
use crate::{
    chart::bars::{self, Bar, Bars},
    figures,
    model::agency::{counted, money},
    pages::encode,
    table::{Cell, Table},
};

/// Rows of the chart.
const DRAWN: usize = 10;

/// A chart with its finding.
pub(crate) struct ChartView {
    pub(crate) title: String,
    pub(crate) finding: String,
    pub(crate) svg: String,
    pub(crate) note: String,
}

/// The answer in a sentence.
pub(crate) fn finding(told: &ListVarianceResponse) -> String {
    if told.rows.is_empty() && told.opportunity_pence == 0 {
        return "No own purchase can be compared yet: a comparison rests on confirmed links and on three other organisations."
            .into();
    }
    format!(
        "Buying at the lower quartile of what others pay would have cost {} less, on links that people have confirmed.",
        money(told.opportunity_pence)
    )
}

/// What is not confirmed, in a sentence; nothing where nothing is.
pub(crate) fn unconfirmed(told: &ListVarianceResponse) -> Option<String> {
    (told.unconfirmed_pairs > 0).then(|| {
        format!(
            "{} are proposed and not decided. Weighed by their scores they stand for {} more: that is work for review, no \
             saving, and in no figure above.",
            counted(told.unconfirmed_pairs, "further pair"),
            money(told.unconfirmed_pence)
        )
    })
}

fn short(pence: i64) -> String {
    if pence >= 95_000_000 {
        format!("£{}m", figures::millions(pence))
    } else {
        format!("£{}", figures::count(figures::round(pence, 100)))
    }
}

/// The largest opportunities; nothing where there is none.
pub(crate) fn chart(rows: &[Variance]) -> Option<ChartView> {
    let mut found: Vec<&Variance> = rows.iter().filter(|row| row.opportunity_pence > 0).collect();
    found.sort_by_key(|row| std::cmp::Reverse(row.opportunity_pence));
    let first = *found.first()?;
    found.truncate(DRAWN);
    let name = |row: &Variance| {
        let item = row.item.clone().unwrap_or_default();
        format!("{}: {}", row.organisation, item.description)
    };
    let bars: Vec<Bar> = found
        .iter()
        .map(|row| Bar {
            name: name(row),
            from: 0,
            // the axis is in 1/1000 of its unit, which is a pound here
            to: row.opportunity_pence.saturating_mul(10),
            said: short(row.opportunity_pence),
        })
        .collect();
    let times = first.paid_hundredths.checked_div(first.lower_quartile_hundredths / 10).unwrap_or_default();
    let factor = if times > 10 {
        format!(", {}.{} times the lower quartile", times / 10, times % 10)
    } else {
        String::new()
    };
    let finding =
        format!("Most could be saved on {}: {}{factor}.", name(first), money(first.opportunity_pence));
    let title = "The largest opportunities".to_owned();
    let svg = bars::svg(&Bars { id: "opportunity", title: &title, finding: &finding, rows: &bars, at: None });
    let note =
        "Pounds paid above the lower quartile of the other organisations, confirmed links only.".to_owned();
    Some(ChartView { title, finding, svg, note })
}

fn item(row: &Variance) -> Cell {
    let item = row.item.clone().unwrap_or_default();
    Cell::link(item.description.clone(), item_href(item.number))
}

fn reference(row: &Variance) -> Cell {
    Cell::text(record(&row.item.clone().unwrap_or_default()))
}

/// Rows with a figure, most opportunity first.
pub(crate) fn rows(rows: &[Variance]) -> Table {
    let table = Table::new(
        "variance",
        "What was paid for 1,000 consumable units against the others, most opportunity first",
    )
    .text("Item", "description")
    .text("Record", "record")
    .number("Opportunity", "opportunity_pounds")
    .number("Paid", "paid_pounds")
    .number("Paid, 1,000 units", "paid_per_1000_pounds")
    .number("Lower quartile", "lower_quartile_per_1000_pounds")
    .number("Median", "median_per_1000_pounds")
    .number("Least", "minimum_per_1000_pounds")
    .number("Others", "peers")
    .number("Confidence", "confidence_percent")
    .text("Channel", "channel")
    .number("Consumable units", "consumables")
    .text("Next step", "next_step")
    .empty("No own purchase can be compared with those of three others by confirmed links.");
    let with_figure = rows.iter().filter(|row| row.withheld.is_empty());
    let rows = with_figure.map(|row| {
        let number = row.item.as_ref().map_or(0, |item| item.number);
        vec![
            item(row),
            reference(row),
            Cell::pounds(row.opportunity_pence),
            Cell::pounds(row.paid_pence),
            Cell::unit_price(row.paid_hundredths),
            Cell::unit_price(row.lower_quartile_hundredths),
            match row.median_hundredths {
                0 => Cell::none(),
                median => Cell::unit_price(median),
            },
            match row.minimum_hundredths {
                0 => Cell::none(),
                least => Cell::unit_price(least),
            },
            Cell::count(row.peers.into()),
            Cell::share(row.confidence_ppm),
            Cell::text(row.channel.clone()),
            Cell::quantity(row.consumables_milli),
            Cell::link("Open a round", format!("/catalogue/rounds/new?item={number}")),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Rows without a figure, with the reason.
pub(crate) fn withheld(rows: &[Variance]) -> Table {
    let table = Table::new("withheld", "Purchases without a comparison, and why")
        .text("Item", "description")
        .text("Record", "record")
        .text("Channel", "channel")
        .number("Paid", "paid_pounds")
        .number("Paid, 1,000 units", "paid_per_1000_pounds")
        .number("Others", "peers")
        .text("Why there is no figure", "why")
        .empty("Every purchase of a linked item has a figure.");
    let without = rows.iter().filter(|row| !row.withheld.is_empty());
    let rows = without.map(|row| {
        vec![
            item(row),
            reference(row),
            Cell::text(row.channel.clone()),
            Cell::pounds(row.paid_pence),
            Cell::unit_price(row.paid_hundredths),
            Cell::count(row.peers.into()),
            Cell::text(row.withheld.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Lines that are kept out.
pub(crate) fn quarantine(lines: &[Quarantined]) -> Table {
    let table = Table::new("quarantine", "Lines kept out of every comparison, and why")
        .text("Item", "description")
        .text("Organisation", "organisation")
        .number("Paid", "paid_pounds")
        .number("Paid, 1,000 units", "paid_per_1000_pounds")
        .text("Why", "why")
        .empty("No line is kept out.");
    let rows = lines.iter().map(|of| {
        let item = of.item.clone().unwrap_or_default();
        vec![
            Cell::link(format!("{} ({})", item.description, record(&item)), item_href(item.number)),
            Cell::text(of.organisation.clone()),
            Cell::pounds(of.paid_pence),
            Cell::unit_price(of.paid_hundredths),
            Cell::text(of.reason.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Where a table of the page is as a file.
pub(crate) fn csv(table: &str, organisation: &str) -> String {
    format!("/catalogue/variance/{table}.csv?organisation={}", encode(organisation))
}

#[cfg(test)]
mod tests {
    use muster_proto::catalogue::v1::Item;

    use super::*;

    fn row(description: &str, opportunity_pence: i64, withheld: &str) -> Variance {
        Variance {
            organisation: "RJZ".into(),
            item: Some(Item { number: 7, description: description.into(), ..Item::default() }),
            paid_hundredths: 16_470_000,
            lower_quartile_hundredths: 350_000,
            opportunity_pence,
            withheld: withheld.into(),
            ..Variance::default()
        }
    }

    #[test]
    fn the_chart_names_the_largest_and_leaves_out_what_has_no_figure() {
        let all =
            [row("gloves", 1_250_000, ""), row("plasters", 4_000_000, ""), row("hips", 0, "too few others")];
        let chart = chart(&all).unwrap();
        assert_eq!(
            chart.finding,
            "Most could be saved on RJZ: plasters: £40,000, 47.0 times the lower quartile."
        );
        assert!(chart.svg.find("plasters") < chart.svg.find("gloves") && !chart.svg.contains("hips"));
        assert_eq!((rows(&all).rows.len(), withheld(&all).rows.len()), (2, 1));
        assert!(super::chart(&all[2..]).is_none());
    }

    #[test]
    fn what_is_not_confirmed_is_said_apart() {
        let told = ListVarianceResponse {
            opportunity_pence: 5_250_000,
            unconfirmed_pence: 700_000,
            unconfirmed_pairs: 12,
            rows: vec![row("gloves", 1, "")],
            ..ListVarianceResponse::default()
        };
        assert!(finding(&told).contains("£52,500 less") && !finding(&told).contains("7,000"));
        assert!(unconfirmed(&told).unwrap().starts_with("12 further pairs are proposed and not decided"));
        assert!(unconfirmed(&ListVarianceResponse::default()).is_none());
    }
}
