//! Lines of the plan that came by themselves: pressures of forecasts, planned savings of awards. They are netted with nothing.

use muster_proto::backoffice::v1::PlanLine;

use super::{large, trace_href};
use crate::{
    figures::{self, Interval},
    model::back_office::benchmarks::year_words,
    pages::encode,
    table::{Cell, Table},
};

/// Natures: name in the contract, words.
pub(crate) const NATURES: [(&str, &str); 2] =
    [("pressure", "pressures of forecasts"), ("planned-saving", "planned savings of awards")];

/// The scenario of a forecast, or the round of an award.
fn origin(line: &PlanLine) -> Cell {
    if line.nature == "planned-saving" && !line.of.is_empty() {
        return Cell::link(line.of.clone(), format!("/catalogue/rounds/{}", encode(&line.of)))
            .shown("the round");
    }
    Cell::text(line.of.clone())
}

/// Lines of one nature.
pub(crate) fn of<'a>(lines: &'a [PlanLine], nature: &str) -> Vec<&'a PlanLine> {
    lines.iter().filter(|line| line.nature == nature).collect()
}

/// A table of lines.
pub(crate) fn table(id: &'static str, caption: &str, lines: &[&PlanLine]) -> Table {
    let table = Table::new(id, caption)
        .text("What", "title")
        .text("Of", "of")
        .text("Whom it concerns", "scope")
        .text("Financial year", "financial_year_ending")
        .number("A year", "pounds")
        .number("80% interval", "pounds_80_percent_interval")
        .text("Base year", "base_year")
        .text("Version", "version")
        .text("From", "evidence");
    let row = |line: &&PlanLine| {
        let pence = Interval::read(line.pence.as_ref());
        let evidence = line.evidence.clone().unwrap_or_default();
        let base = if line.base_year == 0 { String::new() } else { year_words(line.base_year) };
        let interval = if pence.p10 == pence.p90 {
            Cell::number("not given", "")
        } else {
            Cell::range(pence, super::money, figures::plain_pounds)
        };
        vec![
            Cell::text(super::bridge::capital(&line.title)),
            origin(line),
            Cell::text(line.scope.clone()),
            Cell::text(line.year.to_string()).shown(year_words(line.year)),
            Cell::number(super::money(pence.p50), figures::plain_pounds(pence.p50))
                .to(trace_href(&format!("plan/{}", line.line_id), 0)),
            interval,
            Cell::text(base),
            Cell::text(line.version.to_string()),
            Cell::text(evidence.says),
        ]
    };
    table.rows(lines.iter().map(row).collect::<Vec<_>>())
}

/// How many and up to how much; sums would need percentiles to add up, and they do not.
pub(crate) fn finding(lines: &[PlanLine]) -> String {
    let most = |nature: &str| {
        of(lines, nature).into_iter().max_by_key(|line| Interval::read(line.pence.as_ref()).p50)
    };
    let said = |nature: &str, what: &str| {
        most(nature).map_or_else(
            || format!("No {what} is known."),
            |line| {
                let pence = Interval::read(line.pence.as_ref()).p50;
                let (title, year) = (&line.title, year_words(line.year));
                format!("The largest {what} in {year} is {}: {title}.", large(pence))
            },
        )
    };
    format!("{} {}", said("pressure", "pressure"), said("planned-saving", "planned saving"))
}
