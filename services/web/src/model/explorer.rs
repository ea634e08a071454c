//! One gap in words: a finding, its chart, and the parts that it lies in.

use super::{Level, Role, charts::ChartView, nodes::Node};
use crate::{
    chart::lines::{self, Line, Lines},
    figures::{self, Interval},
    pages::encode,
    table::{Cell, Table},
};

/// How an amount is shown: to the head where there are many, else with a decimal.
pub(crate) fn shown(largest: i64) -> fn(i64) -> String {
    if largest >= 20_000 { figures::whole } else { figures::tenths }
}

/// What an interval says of the people who are missing: `is likely to lack between 12 and 41 GPs; the middle is 26`.
pub(crate) fn lacks(gap: Interval, who: &str) -> String {
    let show = shown(gap.p10.abs().max(gap.p90.abs()));
    let amount = |milli: i64| show(milli.abs());
    let middle = match figures::way(gap.p50) {
        "" => "the middle is none".to_owned(),
        way => format!("the middle is {} {way}", amount(gap.p50)),
    };
    if figures::round(gap.p10, 100) == figures::round(gap.p90, 100) {
        return match figures::way(gap.p50) {
            "" => format!("lacks no {who}"),
            way => format!("has {} {who} {way}", amount(gap.p50)),
        };
    }
    match (gap.p10 < 0, gap.p90 < 0) {
        (false, _) => {
            format!("is likely to lack between {} and {} {who}; {middle}", amount(gap.p10), amount(gap.p90))
        }
        (true, false) => format!(
            "is likely to have between {} {who} too many and {} too few; {middle}",
            amount(gap.p10),
            amount(gap.p90)
        ),
        (true, true) => format!(
            "is likely to have between {} and {} {who} more than it needs; {middle}",
            amount(gap.p90),
            amount(gap.p10)
        ),
    }
}

/// The answer in a sentence or two.
pub(crate) fn finding(node: &Node, role: Role, year: i32) -> Option<String> {
    let figure = node.figure(role, year)?;
    let share = if figure.gap.p50 > 0 {
        format!(
            ", {} of the {} that its patients need",
            figures::percent(figure.shortfall.p50),
            shown(figure.demand.p50)(figure.demand.p50)
        )
    } else {
        String::new()
    };
    Some(format!(
        "In {year} {} {}{share}. In full-time equivalents; 8 of 10 draws lie between the two ends.",
        node.name,
        lacks(figure.gap, &role.plural())
    ))
}

/// The gap over the years.
pub(crate) fn chart(node: &Node, role: Role) -> Option<ChartView> {
    let points: Vec<(i32, Interval)> = node.years(role).map(|(year, figure)| (year, figure.gap)).collect();
    let (first, last) = (points.first()?, points.last()?);
    let title = format!("Gap of {}", role.plural());
    let finding = format!(
        "From {} to {}, the middle of the gap goes from {} to {} FTE.",
        first.0,
        last.0,
        figures::tenths(first.1.p50),
        figures::tenths(last.1.p50)
    );
    let lines = [Line { name: "Gap", points: &points }];
    let svg = lines::svg(&Lines { id: "chart-gap", title: &title, finding: &finding, drawn: &lines });
    let note = "FTE; above the dark line people are missing. Band: 80% of the draws.".to_owned();
    Some(ChartView { title, finding, svg, note, table: Table::default() })
}

/// Parts of a node, largest gap of the role first.
pub(crate) fn ranked(parts: &[Node], beyond: &[String], (role, year): (Role, i32), level: &Level) -> Table {
    let mut parts: Vec<&Node> = parts.iter().filter(|part| part.figure(role, year).is_some()).collect();
    let gap = |part: &Node| part.figure(role, year).map_or(i64::MIN, |figure| figure.gap.p50);
    parts.sort_by(|a, b| gap(b).cmp(&gap(a)).then_with(|| a.code.cmp(&b.code)));
    let table =
        Table::new("parts", format!("{} by gap of {} in {year}, largest first", level.many, role.plural()))
            .text(level.one, "area")
            .number("Gap (FTE)", "gap_fte")
            .number("80% interval", "gap_fte_80_percent_interval")
            .number("Short by", "shortfall_percent")
            .number("Needed (FTE)", "demand_fte")
            .number("Cost, £ million a year", "cost_pounds_a_year")
            .empty(format!("The forecast holds no {} here.", level.many.to_lowercase()));
    let row = |part: &&Node| {
        let figure = part.figure(role, year).copied().unwrap_or_default();
        let tag = if part.placeholder {
            Some("placeholder")
        } else {
            beyond.contains(&part.code).then_some("partly elsewhere")
        };
        vec![
            Cell::link(part.name.clone(), href(part, role, year)).tagged(tag),
            Cell::gap(figure.gap.p50),
            Cell::range(figure.gap, figures::tenths, figures::plain_milli),
            Cell::share(figure.shortfall.p50),
            Cell::fte(figure.demand.p50),
            Cell::cost(figure.cost.p50),
        ]
    };
    table.rows(parts.iter().map(row).collect::<Vec<_>>())
}

/// The explorer at a node.
fn href(node: &Node, role: Role, year: i32) -> String {
    format!("/staffing?at={}%2F{}&role={}&year={year}", encode(&node.level), encode(&node.code), role.key())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_never_hides_that_nobody_may_be_missing() {
        let said = |p10, p50, p90| lacks(Interval { p10, p50, p90 }, "GPs");
        assert_eq!(
            said(12_000, 26_000, 41_000),
            "is likely to lack between 12 and 41 GPs; the middle is 26 too few"
        );
        assert_eq!(
            said(-3_000, 2_000, 8_400),
            "is likely to have between 3.0 GPs too many and 8.4 too few; the middle is 2.0 too few"
        );
        assert_eq!(
            said(-8_400, -4_000, -1_000),
            "is likely to have between 1.0 and 8.4 GPs more than it needs; the middle is 4.0 too many"
        );
        assert_eq!(said(0, 0, 0), "lacks no GPs");
    }
}
