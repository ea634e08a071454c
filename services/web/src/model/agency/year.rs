//! The financial year against its ceiling: a sentence, a chart and a table.

use muster_proto::{agency::v1::GetProjectionResponse, common::v1 as common};

use super::{money, month_words};
use crate::{
    chart::bars::{self, Bar, Bars},
    figures::{self, Interval},
    table::{Cell, Table},
};

/// A year with everything that belongs to it.
pub(crate) struct YearView {
    pub(crate) finding: String,
    pub(crate) basis: String,
    pub(crate) at_risk: bool,
    pub(crate) title: String,
    pub(crate) svg: String,
    pub(crate) note: String,
    pub(crate) table: Table,
    pub(crate) caveats: Vec<String>,
}

/// Models in words.
fn model_words(name: &str) -> &str {
    match name {
        "run-rate" => "The last months go on",
        "last-year-scaled" => "Last year, scaled",
        "trend" => "The trend goes on",
        other => other,
    }
}

/// `2016-17` for the year ending 2017.
fn year_words(ending: i32) -> String {
    format!("{}-{:02}", ending - 1, ending.rem_euclid(100))
}

/// The year; nothing when it has no interval.
pub(crate) fn view(of: &GetProjectionResponse, name: &str, csv: String) -> Option<YearView> {
    let all = Interval::read(Some(of.year_pence.as_ref()?));
    let year = year_words(of.year);
    let finding = finding(of, name, all);
    let title = format!("Agency spending of {year}");
    let table = table(of, all, &title).csv(csv);
    let (svg, unit) = chart(of, all, (&title, &finding));
    let line = if of.ceiling_pence.is_some() { " The dashed line is the ceiling." } else { "" };
    let basis = match of.basis.as_str() {
        "pay-bill" => "the pay bill",
        _ => "the shift lines",
    };
    Some(YearView {
        basis: format!(
            "{} of 12 months are known, up to {}, from {basis}: {} so far.",
            of.months_known,
            month_words(&of.last_month),
            money(of.so_far_pence)
        ),
        at_risk: of.at_risk,
        note: format!("80% intervals, {unit}. A ring marks a middle without spread.{line}"),
        caveats: of.caveats.clone(),
        finding,
        title,
        svg,
        table,
    })
}

fn finding(of: &GetProjectionResponse, name: &str, all: Interval) -> String {
    let whole = format!(
        "In {} {name} is likely to spend between {} and {} on agencies; the middle is {}",
        year_words(of.year),
        money(all.p10),
        money(all.p90),
        money(all.p50)
    );
    let Some(ceiling) = of.ceiling_pence else {
        return format!("{whole}. No ceiling is known: import a file of ceilings.");
    };
    let against = match all.p50 - ceiling {
        0 => "at the ceiling".to_owned(),
        over @ 1.. => format!("{} over the ceiling", money(over)),
        under => format!("{} under the ceiling", money(under)),
    };
    let chance = of.over_ppm.map_or_else(String::new, |ppm| {
        format!(" The chance of being over it is {}.", figures::percent(ppm))
    });
    format!("{whole}, {against} of {}.{chance}", money(ceiling))
}

/// The chart and its unit: the axis of the house's bars counts thousandths.
fn chart(
    of: &GetProjectionResponse,
    all: Interval,
    (title, finding): (&str, &str),
) -> (String, &'static str) {
    let read = |it: &Option<common::Interval>| Interval::read(it.as_ref());
    let largest = of.models.iter().map(|model| read(&model.year_pence).p90).chain([all.p90]).max();
    let (unit, words) = if largest.unwrap_or_default() < 1_000_000_000 {
        (100, "thousands of pounds")
    } else {
        (100_000, "millions of pounds")
    };
    let bar = |name: &str, it: Interval| Bar {
        name: name.to_owned(),
        from: it.p10 / unit,
        to: it.p90 / unit,
        // at the end of a row there is room for nine letters
        said: money(it.p50).replace(" million", "m"),
    };
    let mut rows = vec![bar("All models together", all)];
    rows.extend(of.models.iter().map(|model| bar(model_words(&model.name), read(&model.year_pence))));
    let at = of.ceiling_pence.map(|ceiling| ceiling / unit);
    (bars::svg(&Bars { id: "year", title, finding, rows: &rows, at }), words)
}

/// All models together, then each.
fn table(of: &GetProjectionResponse, all: Interval, title: &str) -> Table {
    let table = Table::new("year", format!("{title}, the whole year by model"))
        .text("Model", "model")
        .number("Low end (10%)", "p10_pounds")
        .number("Middle", "p50_pounds")
        .number("High end (90%)", "p90_pounds")
        .number("Chance over the ceiling", "over_ceiling_percent")
        .number("Earlier years tried", "earlier_years_tried")
        .number("Off by, of what was to come", "off_percent")
        .text("Remark", "remark");
    let share = |ppm: Option<i64>| ppm.map_or_else(Cell::none, Cell::share);
    let ends = |it: Interval| [it.p10, it.p50, it.p90].map(Cell::pounds);
    let mut whole = vec![Cell::text("All together")];
    whole.extend(ends(all));
    whole.extend([share(of.over_ppm), Cell::none(), Cell::none(), Cell::text("")]);
    let rows = of.models.iter().map(|model| {
        let mut row = vec![Cell::text(model.name.clone()).shown(model_words(&model.name))];
        row.extend(ends(Interval::read(model.year_pence.as_ref())));
        row.push(share(model.over_ppm));
        row.push(Cell::count(model.tried.into()));
        row.push(share(model.off_ppm));
        row.push(Cell::text(if model.blind { "spread is a guess" } else { "" }));
        row
    });
    table.rows([whole]).rows(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_named_by_both_its_ends_and_a_missing_ceiling_is_said() {
        assert_eq!((year_words(2017).as_str(), year_words(2000).as_str()), ("2016-17", "1999-00"));
        let of = GetProjectionResponse { year: 2017, ..Default::default() };
        let all = Interval { p10: 100_000_000, p50: 200_000_000, p90: 300_000_000 };
        assert!(finding(&of, "RJZ", all).ends_with("No ceiling is known: import a file of ceilings."));
        let over = GetProjectionResponse { ceiling_pence: Some(150_000_000), over_ppm: Some(700_000), ..of };
        assert!(
            finding(&over, "RJZ", all)
                .contains("£500,000 over the ceiling of £1.5 million. The chance of being over it is 70.0%.")
        );
    }
}
