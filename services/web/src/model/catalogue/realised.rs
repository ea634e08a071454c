//! What was paid after awards, against baseline and award; and pledges that are not being bought.

use std::collections::BTreeMap;

use muster_proto::catalogue::v1::{ListRealisedPricesResponse, PledgeShortfall, RealisedPrice};

use super::{round, suppliers::signed};
use crate::{
    chart::bars::{self, Bar, Bars},
    figures,
    model::{
        agency::{counted, month_words},
        catalogue::variance::ChartView,
    },
    table::{Cell, Table},
};

/// Baseline, award and paid; the baseline and what was paid beside it only where one is known.
#[derive(Clone, Copy, Default)]
struct Sum {
    baseline: i64,
    paid_with_baseline: i64,
    without_baseline: bool,
    award: i64,
    paid: i64,
    off_award: i64,
}

impl Sum {
    fn add(&mut self, row: &RealisedPrice) {
        match row.baseline_pence {
            Some(baseline) => {
                self.baseline += baseline;
                self.paid_with_baseline += row.paid_pence;
            }
            None => self.without_baseline = true,
        }
        self.award += row.award_pence;
        self.paid += row.paid_pence;
        self.off_award += row.off_award_pence;
    }

    fn saved(&self) -> i64 {
        self.baseline - self.paid_with_baseline
    }

    fn of<'a>(rows: impl IntoIterator<Item = &'a RealisedPrice>) -> Self {
        let mut sum = Self::default();
        rows.into_iter().for_each(|row| sum.add(row));
        sum
    }
}

/// The answer in a sentence or two; nothing where nothing was paid yet.
pub(crate) fn finding(told: &ListRealisedPricesResponse) -> Option<String> {
    if told.rows.is_empty() {
        return None;
    }
    let sum = Sum::of(&told.rows);
    let way = |pence: i64| if pence < 0 { "more" } else { "less" };
    let over = sum.paid - sum.award;
    let award = match over {
        0 => "just what the awards say".to_owned(),
        over => format!("{} {} than the awards say", signed(over.abs()), way(-over)),
    };
    let off = match sum.off_award {
        0 => String::new(),
        off => format!(" {} went to others than the awarded suppliers.", figures::exact_pounds(off)),
    };
    let unknown = if sum.without_baseline { ", where a baseline is known" } else { "" };
    Some(format!(
        "Since the awards {} was paid: {} {} than before{unknown}, and {award}.{off}",
        figures::exact_pounds(sum.paid),
        signed(sum.saved().abs()),
        way(sum.saved()),
    ))
}

fn heads(table: Table) -> Table {
    table
        .number("At the baseline", "baseline_pounds")
        .number("At the award", "award_pounds")
        .number("Paid", "paid_pounds")
        .number("Saved", "saved_pounds")
        .number("Paid to others", "off_award_pounds")
}

fn cells(sum: &Sum) -> [Cell; 5] {
    let known = sum.baseline != 0 || !sum.without_baseline;
    let or_none = |pence| if known { Cell::pounds(pence) } else { Cell::none() };
    [
        or_none(sum.baseline),
        Cell::pounds(sum.award),
        Cell::pounds(sum.paid),
        or_none(sum.saved()),
        Cell::pounds(sum.off_award),
    ]
}

/// By organisation and month, with the sum.
pub(crate) fn months(rows: &[RealisedPrice]) -> Table {
    let table = Table::new("months", "Baseline, award and what was paid, by organisation and month")
        .text("Organisation", "organisation")
        .text("Month", "month")
        .empty("Nothing was paid after an award yet.");
    let mut sums: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
    for row in rows {
        sums.entry((&row.organisation, &row.month)).or_default().add(row);
    }
    let mut lines: Vec<Vec<Cell>> = sums
        .iter()
        .map(|((organisation, month), sum)| {
            let head = [Cell::text(*organisation), Cell::text(*month).shown(month_words(month))];
            head.into_iter().chain(cells(sum)).collect()
        })
        .collect();
    if !lines.is_empty() {
        let head = [Cell::text("All"), Cell::text("")];
        lines.push(head.into_iter().chain(cells(&Sum::of(rows))).collect());
    }
    heads(table).rows(lines)
}

/// Every row: by round, organisation, month and lot.
pub(crate) fn lots(rows: &[RealisedPrice]) -> Table {
    let table = Table::new("realised", "By round, organisation, month and lot")
        .text("Round", "round")
        .text("Organisation", "organisation")
        .text("Month", "month")
        .text("Lot", "lot_id")
        .number("Units", "units")
        .empty("Nothing was paid after an award yet.");
    let lines = rows.iter().map(|row| {
        let head = [
            Cell::link(row.title.clone(), round::href(&row.round_id)),
            Cell::text(row.organisation.clone()),
            Cell::text(row.month.clone()).shown(month_words(&row.month)),
            Cell::text(row.lot_id.clone()),
            Cell::quantity(row.quantity_milli),
        ];
        head.into_iter().chain(cells(&Sum::of([row]))).collect::<Vec<_>>()
    });
    heads(table).rows(lines.collect::<Vec<_>>())
}

/// What each organisation saved; nothing where no baseline is known.
pub(crate) fn chart(rows: &[RealisedPrice]) -> Option<ChartView> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.baseline_pence.is_some()) {
        sums.entry(&row.organisation).or_default().add(row);
    }
    let mut saved: Vec<(&str, i64)> = sums.iter().map(|(code, sum)| (*code, sum.saved())).collect();
    saved.sort_by_key(|(_, pence)| std::cmp::Reverse(*pence));
    let (first, pence) = *saved.first()?;
    let said = |pence: i64| {
        let minus = if pence < 0 { "\u{2212}" } else { "" };
        format!("{minus}£{}", figures::count(figures::round(pence.abs(), 100)))
    };
    let bars: Vec<Bar> = saved
        .iter()
        // the axis is in 1/1000 of its unit, which is a pound here
        .map(|(code, pence)| Bar {
            name: (*code).to_owned(),
            from: pence.saturating_mul(10),
            to: 0,
            said: said(*pence),
        })
        .collect();
    let finding = format!("{first} saved most against its baseline: {}.", signed(pence));
    let title = "What each organisation saved".to_owned();
    let svg = bars::svg(&Bars { id: "saved", title: &title, finding: &finding, rows: &bars, at: None });
    Some(ChartView { title, finding, svg, note: "Pounds: baseline minus what was paid.".into() })
}

/// Pledges that are behind, in a sentence.
pub(crate) fn short(all: &[PledgeShortfall]) -> String {
    let claw: i64 = all.iter().map(|of| of.clawback_pence).sum();
    match all.len() {
        0 => "Every pledge is being bought at the pace that was pledged.".into(),
        many => format!(
            "{} {} behind; at this pace suppliers may claw back {}.",
            counted(many as u64, "pledge"),
            if many == 1 { "is" } else { "are" },
            figures::exact_pounds(claw)
        ),
    }
}

/// Pledges that are not being bought.
pub(crate) fn shortfalls(told: &ListRealisedPricesResponse) -> Table {
    let title = |id: &str| {
        let known = told.rows.iter().find(|row| row.round_id == id);
        known.map_or(id, |row| row.title.as_str()).to_owned()
    };
    let table = Table::new("shortfalls", "Pledges that are not being bought, and what may be clawed back")
        .text("Round", "round")
        .text("Organisation", "organisation")
        .text("Lot", "lot_id")
        .number("Pledged", "pledged")
        .number("Bought so far", "bought")
        .number("Expected at the end", "expected")
        .number("Claw-back", "clawback_pounds")
        .empty("No pledge is behind.");
    let rows = told.shortfalls.iter().map(|of| {
        vec![
            Cell::link(title(&of.round_id), round::href(&of.round_id)),
            Cell::text(of.organisation.clone()),
            Cell::text(of.lot_id.clone()),
            Cell::count(of.pledged),
            Cell::count(of.bought),
            Cell::count(of.expected),
            Cell::pounds(of.clawback_pence),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(organisation: &str, month: &str, baseline: Option<i64>, paid: i64) -> RealisedPrice {
        RealisedPrice {
            organisation: organisation.into(),
            month: month.into(),
            baseline_pence: baseline,
            award_pence: 9_000,
            paid_pence: paid,
            off_award_pence: 500,
            ..RealisedPrice::default()
        }
    }

    #[test]
    fn a_saving_counts_only_what_has_a_baseline() {
        let rows = vec![
            row("RJ1", "2026-04", Some(20_000), 9_000),
            row("RJ1", "2026-04", None, 9_500),
            row("RJZ", "2026-05", None, 9_000),
        ];
        let csv = String::from_utf8(months(&rows).to_csv().unwrap()).unwrap();
        assert_eq!(
            csv,
            "organisation,month,baseline_pounds,award_pounds,paid_pounds,saved_pounds,off_award_pounds\n\
             RJ1,2026-04,200.00,180.00,185.00,110.00,10.00\n\
             RJZ,2026-05,,90.00,90.00,,5.00\n\
             All,,200.00,270.00,275.00,110.00,15.00\n"
        );
        let told = ListRealisedPricesResponse { rows, shortfalls: Vec::new() };
        assert_eq!(
            finding(&told).unwrap(),
            "Since the awards £275.00 was paid: £110 less than before, where a baseline is known, and £5 more than the awards \
             say. £15.00 went to others than the awarded suppliers."
        );
        assert!(finding(&ListRealisedPricesResponse::default()).is_none());
        assert_eq!(chart(&told.rows).unwrap().finding, "RJ1 saved most against its baseline: £110.");
        assert!(chart(&told.rows[1..]).is_none());
    }
}
