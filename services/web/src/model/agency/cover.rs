//! Cover that the forecast gap would need: a sentence, a chart by node, a table, and the cover that was used beside it.

use std::collections::BTreeSet;

use muster_proto::agency::v1::{CoverObserved, CoverRow};

use super::{money, month_words};
use crate::{
    chart::bars::{self, Bar, Bars},
    figures::{self, Interval},
    model::{Level, Role, charts::ChartView, explorer},
    pages::encode,
    table::{Cell, Table},
};

/// Bars of the chart at most: the dearest.
const MOST_BARS: usize = 12;

/// Remarks that a page shows at most: small areas have one each.
const MOST_REMARKS: usize = 8;

fn read(of: Option<&muster_proto::common::v1::Interval>) -> Interval {
    Interval::read(of)
}

fn cost(row: &CoverRow) -> Interval {
    read(row.cost_pence.as_ref())
}

/// A role by its name in the cover rules: at the start of a heading, and within a sentence.
pub(crate) fn role_words(role: &str) -> (String, String) {
    Role::by_key(role)
        .map_or_else(|| (role.to_owned(), role.to_owned()), |known| (known.heading().into(), known.plural()))
}

/// Roles of the rows, the one whose cover costs most first.
pub(crate) fn roles(rows: &[CoverRow]) -> Vec<&str> {
    let known: BTreeSet<&str> = rows.iter().map(|row| row.role.as_str()).collect();
    let mut known: Vec<&str> = known.into_iter().collect();
    let most = |role: &str| rows.iter().filter(|row| row.role == role).map(|row| cost(row).p50).max();
    known.sort_by_key(|role| std::cmp::Reverse(most(role)));
    known
}

/// The row that the answer is about: that of the whole system, else the dearest there is.
pub(crate) fn head<'a>(whole: &'a [CoverRow], rows: &'a [CoverRow], role: &str) -> Option<&'a CoverRow> {
    let dearest = |rows: &'a [CoverRow]| {
        let of_role = rows.iter().filter(|row| row.role == role);
        of_role.max_by_key(|row| (cost(row).p50, read(row.gap_milli.as_ref()).p50))
    };
    dearest(whole).or_else(|| dearest(rows))
}

fn or_nothing(pence: i64) -> String {
    if pence == 0 { "nothing".into() } else { money(pence) }
}

/// The answer in a sentence or two.
pub(crate) fn finding(row: &CoverRow) -> String {
    let (gap, cost) = (read(row.gap_milli.as_ref()), cost(row));
    let (who, place, year) = (role_words(&row.role).1, &row.name, row.year);
    if figures::round(gap.p50, 100) <= 0 {
        let lacks = explorer::lacks(gap, &who);
        let end = if cost.p90 > 0 {
            format!(
                " A gap at the upper end of the 80% interval would need cover of {} a year.",
                money(cost.p90)
            )
        } else {
            String::new()
        };
        return format!("In {year} {place} {lacks}: in the middle of the forecast no cover is needed.{end}");
    }
    let missing = explorer::shown(gap.p50)(gap.p50);
    let [bank, agency, unfilled] =
        [&row.bank_hours, &row.agency_hours, &row.unfilled_hours].map(|of| read(of.as_ref()).p50);
    let by = |hours: i64, pence: i64| {
        format!("{} hours at {}", figures::count(hours), figures::exact_pounds(pence))
    };
    let left = match unfilled {
        1.. => format!(
            " Nobody would work another {} hours: that cover would be missing.",
            figures::count(unfilled)
        ),
        _ => String::new(),
    };
    format!(
        "Not recruiting the {missing} {who} that are missing in {place} in {year} would cost between {} and {} a year (80% \
         interval) all-in in bank and agency cover; the middle is {}. The bank would work {} and agencies {}, each \
         the middle of its own: they do not make up that of the cost.{left}",
        or_nothing(cost.p10),
        money(cost.p90),
        money(cost.p50),
        by(bank, row.bank_hour_pence),
        by(agency, row.agency_hour_pence),
    )
}

/// Where fill, mix and hourly costs are from, in a cell.
fn basis_words(basis: &str) -> &'static str {
    match basis {
        "organisation" => "own shifts",
        "all" => "all organisations’ shifts",
        _ => "the rule table",
    }
}

/// The same of the answer, in a sentence.
pub(crate) fn source(row: &CoverRow) -> String {
    let group = &row.staff_group;
    match row.basis.as_str() {
        "organisation" => format!(
            "How much is filled, by whom and at what price is as in the last twelve months of its own shifts of {group} staff."
        ),
        "all" => format!(
            "How much is filled, by whom and at what price is as in the last twelve months of all organisations’ shifts of \
             {group} staff together."
        ),
        _ => format!(
            "No shifts of {group} staff are known, or too few: how much is filled, by whom and at what price is what the rule table \
             says."
        ),
    }
}

/// The cover of the gap beside the cover that was used.
pub(crate) fn beside(row: &CoverRow) -> Option<String> {
    let seen = row.observed.as_ref()?;
    let worked = seen.bank_hours + seen.agency_hours;
    let needed = read(row.hours.as_ref()).p50;
    if worked <= 0 {
        return None;
    }
    let who = if seen.organisation.is_empty() { "all organisations together" } else { &seen.organisation };
    let times = match needed {
        1.. if needed >= worked => format!(
            " The gap would need {} times as much.",
            figures::tenths(figures::round(needed.saturating_mul(1_000), worked))
        ),
        1.. => format!(
            " The gap would need {} of that.",
            figures::percent(figures::round(needed.saturating_mul(1_000_000), worked))
        ),
        _ => String::new(),
    };
    Some(format!(
        "{}, bank and agencies worked {} hours of {} for {who}, priced at {}.{times}",
        months(seen),
        figures::count(worked),
        row.staff_group,
        money(seen.bank_pence + seen.agency_pence),
    ))
}

fn months(seen: &CoverObserved) -> String {
    if seen.from == seen.until {
        format!("In {}", month_words(&seen.from))
    } else {
        format!("From {} to {}", month_words(&seen.from), month_words(&seen.until))
    }
}

/// What to bear in mind, once each, and how many more there are than a page shows.
pub(crate) fn caveats(told: &[String], head: &CoverRow, rows: &[&CoverRow]) -> (Vec<String>, usize) {
    let mut all: Vec<String> = Vec::new();
    for caveat in told.iter().chain(&head.caveats).chain(rows.iter().flat_map(|row| &row.caveats)) {
        if !all.contains(caveat) {
            all.push(caveat.clone());
        }
    }
    let more = all.len().saturating_sub(MOST_REMARKS);
    all.truncate(MOST_REMARKS);
    (all, more)
}

/// Rows of a role, the dearest first.
pub(crate) fn of_role<'a>(rows: &'a [CoverRow], role: &str) -> Vec<&'a CoverRow> {
    let mut rows: Vec<&CoverRow> = rows.iter().filter(|row| row.role == role).collect();
    let gap = |row: &CoverRow| read(row.gap_milli.as_ref()).p50;
    rows.sort_by(|a, b| (cost(b).p50, gap(b)).cmp(&(cost(a).p50, gap(a))).then_with(|| a.node.cmp(&b.node)));
    rows
}

/// Costs by node with their intervals; nothing where nothing would have to be paid.
pub(crate) fn chart(rows: &[&CoverRow], role: &str, level: &Level) -> Option<ChartView> {
    let (first, most) = (rows.first()?, rows.iter().map(|row| cost(row).p90).max()?);
    if most <= 0 {
        return None;
    }
    // the axis of the house's bars counts thousandths
    let (unit, words) =
        if most < 1_000_000_000 { (100, "thousands of pounds") } else { (100_000, "millions of pounds") };
    let drawn: Vec<Bar> = rows
        .iter()
        .take(MOST_BARS)
        .map(|row| Bar {
            name: row.name.clone(),
            from: cost(row).p10 / unit,
            to: cost(row).p90 / unit,
            // at the end of a row there is room for nine letters
            said: money(cost(row).p50).replace(" million", "m"),
        })
        .collect();
    let title = format!("Cost of covering the gap of {} in {}", role_words(role).1, first.year);
    let finding = if rows.len() == 1 {
        format!("{} would pay {} a year in the middle.", first.name, money(cost(first).p50))
    } else {
        format!("The most would be paid in {}: {} a year in the middle.", first.name, money(cost(first).p50))
    };
    let part = if rows.len() > drawn.len() {
        format!(" The {} dearest of {} {}.", drawn.len(), rows.len(), level.many.to_lowercase())
    } else {
        String::new()
    };
    let svg = bars::svg(&Bars { id: "cover", title: &title, finding: &finding, rows: &drawn, at: None });
    let note = format!("80% intervals, {words} a year; at the end of a row its middle.{part}");
    Some(ChartView { title, finding, svg, note, table: Table::default() })
}

/// Every node of a level.
pub(crate) fn table(rows: &[&CoverRow], role: &str, level: &Level) -> Table {
    let who = role_words(role).1;
    let year = rows.first().map_or_else(String::new, |row| format!(" in {}", row.year));
    let caption =
        format!("{}: cover that the gap of {who}{year} would need a year, dearest first", level.many);
    let table = Table::new("cover", caption)
        .text(level.one, "area")
        .number("Gap (FTE)", "gap_fte")
        .number("80% interval", "gap_fte_80_percent_interval")
        .number("Cost, £ million", "cost_pounds")
        .number("80% interval", "cost_pounds_80_percent_interval")
        .text("Fill, mix and prices from", "basis")
        .number("Filled", "filled_percent")
        .number("Hours by the bank", "bank_hours")
        .number("80% interval", "bank_hours_80_percent_interval")
        .number("Hours by agencies", "agency_hours")
        .number("80% interval", "agency_hours_80_percent_interval")
        .number("Hours unfilled", "unfilled_hours")
        .number("Bank, all-in an hour", "bank_pounds_an_hour")
        .number("Agency, all-in an hour", "agency_pounds_an_hour")
        .empty("The forecast holds no such area.");
    table.rows(rows.iter().map(|row| cells(row)).collect::<Vec<_>>())
}

fn cells(row: &CoverRow) -> Vec<Cell> {
    let (gap, cost) = (read(row.gap_milli.as_ref()), cost(row));
    let hours =
        |of: Interval| [Cell::count(of.p50), Cell::range(of, figures::count, |hours| hours.to_string())];
    let mut cells = vec![
        Cell::link(row.name.clone(), explorer_of(row)),
        Cell::gap(gap.p50),
        Cell::range(gap, figures::tenths, figures::plain_milli),
        Cell::cost(cost.p50),
        Cell::range(cost, figures::millions, figures::plain_pounds),
        Cell::text(row.basis.clone()).shown(basis_words(&row.basis)),
        Cell::share(read(row.fill_ppm.as_ref()).p50),
    ];
    cells.extend(hours(read(row.bank_hours.as_ref())));
    cells.extend(hours(read(row.agency_hours.as_ref())));
    cells.push(Cell::count(read(row.unfilled_hours.as_ref()).p50));
    cells.extend([row.bank_hour_pence, row.agency_hour_pence].map(Cell::pounds));
    cells
}

/// Where the gap itself is explained.
fn explorer_of(row: &CoverRow) -> String {
    let (level, node, role) = (encode(&row.level), encode(&row.node), encode(&row.role));
    format!("/staffing?at={level}%2F{node}&role={role}&year={}", row.year)
}

/// The cover that was used, by whose it is.
pub(crate) fn observed(rows: &[&CoverRow]) -> Table {
    let table = Table::new("observed", "Cover that was used, as shift lines have it")
        .text("Organisation", "organisation")
        .text("Group of staff", "staff_group")
        .text("From", "from")
        .text("Until", "until")
        .number("Hours by the bank", "bank_hours")
        .number("Hours by agencies", "agency_hours")
        .number("Hours unfilled", "unfilled_hours")
        .number("Bank", "bank_pounds")
        .number("Agencies", "agency_pounds")
        .empty("No shifts of this group of staff are known.");
    let mut seen: Vec<(&str, &CoverObserved)> =
        rows.iter().filter_map(|row| Some((row.staff_group.as_str(), row.observed.as_ref()?))).collect();
    seen.sort_by_key(|(group, of)| (*group, of.organisation.clone()));
    seen.dedup_by_key(|(group, of)| (*group, of.organisation.clone()));
    let rows = seen.into_iter().map(|(group, of)| {
        let whose = if of.organisation.is_empty() { "all together" } else { &of.organisation };
        let mut cells = vec![
            Cell::text(of.organisation.clone()).shown(whose),
            Cell::text(group),
            Cell::text(of.from.clone()).shown(month_words(&of.from)),
            Cell::text(of.until.clone()).shown(month_words(&of.until)),
        ];
        cells.extend([of.bank_hours, of.agency_hours, of.unfilled_hours].map(Cell::count));
        cells.extend([of.bank_pence, of.agency_pence].map(Cell::pounds));
        cells
    });
    table.rows(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use muster_proto::common::v1 as common;

    use super::*;

    fn interval((p10, p50, p90): (i64, i64, i64)) -> common::Interval {
        common::Interval { p10, p50, p90 }
    }

    fn row(gap: (i64, i64, i64), pence: (i64, i64, i64)) -> CoverRow {
        CoverRow {
            name: "Bexley".into(),
            node: "BEX".into(),
            level: "borough".into(),
            role: "nurse".into(),
            year: 2030,
            staff_group: "nursing".into(),
            gap_milli: Some(interval(gap)),
            cost_pence: Some(interval(pence)),
            hours: Some(interval((0, 30_000, 40_000))),
            bank_hours: Some(interval((0, 20_000, 26_000))),
            agency_hours: Some(interval((0, 10_000, 14_000))),
            unfilled_hours: Some(interval((0, 5_000, 9_000))),
            bank_hour_pence: 2_857,
            agency_hour_pence: 3_428,
            basis: "rule".into(),
            ..CoverRow::default()
        }
    }

    #[test]
    fn a_gap_is_priced_with_both_ends_and_none_needs_no_cover() {
        let short = row((5_000, 24_400, 40_000), (12_000_000, 91_000_000, 150_000_000));
        assert_eq!(
            finding(&short),
            "Not recruiting the 24 nurses that are missing in Bexley in 2030 would cost between £120,000 and £1.5 million a year \
             (80% interval) all-in in bank and agency cover; the middle is £910,000. The bank would work 20,000 hours at £28.57 and \
             agencies 10,000 hours at £34.28, each the middle of its own: they do not make up that of the cost. Nobody would work another 5,000 hours: that cover would be missing."
        );
        let none = finding(&row((-20_000, -5_000, 2_000), (0, 0, 7_500_000)));
        assert!(
            none.contains("in the middle of the forecast no cover is needed. A gap at the upper end")
                && none.ends_with("would need cover of £75,000 a year."),
            "{none}"
        );
        let never = finding(&row((-20_000, -5_000, -2_000), (0, 0, 0)));
        assert!(never.contains("more than it needs") && never.ends_with("no cover is needed."), "{never}");
        assert!(finding(&row((0, 24_400, 40_000), (0, 1, 2))).contains("would cost between nothing and £0"));
    }

    #[test]
    fn the_answer_is_of_the_system_where_there_is_one_and_of_the_dearest_area_else() {
        let small = row((0, 1_000, 2_000), (0, 100, 200));
        let large = CoverRow { node: "LAM".into(), ..row((0, 2_000, 3_000), (0, 300, 400)) };
        let whole = CoverRow { node: "SEL".into(), ..row((0, 100, 200), (0, 1, 2)) };
        let rows = [small, large];
        assert_eq!(head(&[whole], &rows, "nurse").unwrap().node, "SEL");
        assert_eq!(head(&[], &rows, "nurse").unwrap().node, "LAM");
        assert!(head(&[], &rows, "gp").is_none());
        assert_eq!(of_role(&rows, "nurse")[0].node, "LAM");
    }

    #[test]
    fn the_cover_of_the_gap_is_compared_with_what_was_used() {
        let seen = CoverObserved {
            from: "2015-05".into(),
            until: "2016-04".into(),
            bank_hours: 9_000,
            agency_hours: 3_000,
            bank_pence: 30_000_000,
            agency_pence: 12_000_000,
            ..CoverObserved::default()
        };
        let of = CoverRow { observed: Some(seen), ..row((0, 1_000, 2_000), (0, 100, 200)) };
        assert_eq!(
            beside(&of).unwrap(),
            "From May 2015 to April 2016, bank and agencies worked 12,000 hours of nursing for all organisations together, \
             priced at £420,000. The gap would need 2.5 times as much."
        );
        assert!(beside(&row((0, 1, 2), (0, 1, 2))).is_none());
    }
}
