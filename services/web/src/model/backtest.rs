//! A backtest in words: does the forecast earn its place beside the last value, and do its intervals keep what they promise?

use muster_proto::staffing::v1::BacktestRow;

use super::{Role, charts::ChartView};
use crate::{
    chart::coverage::{self, Coverage, Covered},
    figures,
    table::{Cell, Table},
};

/// Cases from which on a row is judged; with fewer a share says little.
const ENOUGH: u32 = 30;

/// Groups of rows that the finding names one by one.
const NAMED: usize = 4;

/// What the 80% interval may hold before a reader is warned, in parts per million.
const FAIR80: std::ops::RangeInclusive<i64> = 750_000..=850_000;

/// What the 95% interval may hold.
const FAIR95: std::ops::RangeInclusive<i64> = 920_000..=980_000;

/// What of a backtest is looked at.
#[derive(Clone, Copy, Default)]
pub(crate) struct Filter<'a> {
    /// Year forecast from; nothing for all together.
    pub(crate) origin: Option<i32>,
    /// Level, empty for all.
    pub(crate) level: &'a str,
    pub(crate) role: Option<Role>,
}

/// Levels from the whole to the single practice: name in addresses, at the start of a heading, within a sentence.
const WORDS: [(&str, &str, &str); 8] = [
    ("england", "England", "England"),
    ("system", "Whole area", "the whole area"),
    ("borough", "Boroughs", "boroughs"),
    ("commissioner", "Commissioners", "commissioners"),
    ("federation", "Federations", "federations"),
    ("lcn", "Local Care Networks", "Local Care Networks"),
    ("pcn", "Primary care networks", "primary care networks"),
    ("practice", "Practices", "practices"),
];

fn rank(level: &str) -> usize {
    WORDS.iter().position(|(key, ..)| *key == level).unwrap_or(WORDS.len())
}

/// A level at the start of a heading; one that is not known as it is.
pub(crate) fn heading(level: &str) -> &str {
    WORDS.get(rank(level)).map_or(level, |(_, heading, _)| heading)
}

fn within(level: &str) -> &str {
    WORDS.get(rank(level)).map_or(level, |(.., within)| within)
}

/// Is there such a level at all?
pub(crate) fn is_level(key: &str) -> bool {
    rank(key) < WORDS.len()
}

/// The levels of some rows, from the whole to the single practice.
pub(crate) fn levels(rows: &[BacktestRow]) -> Vec<&str> {
    let mut levels: Vec<&str> = rows.iter().map(|row| row.level.as_str()).collect();
    levels.sort_by_key(|level| (rank(level), *level));
    levels.dedup();
    levels
}

/// The roles of some rows.
pub(crate) fn roles(rows: &[BacktestRow]) -> Vec<Role> {
    let mut roles: Vec<Role> = rows.iter().map(|row| Role::read(row.role)).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// The rows that a filter leaves, by role, level and years ahead. Without an origin those of all together; of a single
/// origin there is no such row, and its own are all.
pub(crate) fn chosen<'a>(rows: &'a [BacktestRow], filter: &Filter<'_>) -> Vec<&'a BacktestRow> {
    let together = rows.iter().any(|row| row.origin == 0);
    let mut chosen: Vec<&BacktestRow> = rows
        .iter()
        .filter(|row| filter.origin.map_or(!together || row.origin == 0, |origin| row.origin == origin))
        .filter(|row| filter.level.is_empty() || row.level == filter.level)
        .filter(|row| filter.role.is_none_or(|role| Role::read(row.role) == role))
        .collect();
    chosen.sort_by_key(|row| (Role::read(row.role), rank(&row.level), row.horizon));
    chosen
}

/// The answer in one sentence.
pub(crate) fn finding(rows: &[&BacktestRow]) -> String {
    let judged: Vec<&BacktestRow> = rows.iter().copied().filter(|row| row.n >= ENOUGH).collect();
    if judged.is_empty() {
        return format!(
            "No row rests on {ENOUGH} cases or more: too few to say whether the forecast beats the last value."
        );
    }
    let worse: Vec<&BacktestRow> =
        judged.iter().copied().filter(|row| row.no_better_than_last_value).collect();
    let (all, better) = (judged.len(), judged.len() - worse.len());
    let many = match (better, all) {
        (1, 1) => format!("In the one row with {ENOUGH} cases or more"),
        (better, all) if better == all => format!("In all {all} rows with {ENOUGH} cases or more"),
        (0, 1) => format!("Not in the one row with {ENOUGH} cases or more"),
        (0, all) => format!("In none of the {all} rows with {ENOUGH} cases or more"),
        (better, all) => format!("In {better} of the {all} rows with {ENOUGH} cases or more"),
    };
    let verb = if better == 0 && all == 1 { "does the forecast beat" } else { "the forecast beats" };
    let exceptions = if worse.is_empty() || better == 0 {
        String::new()
    } else {
        format!(", but not for {}", exceptions(&worse))
    };
    format!(
        "{many} {verb} the last value{exceptions}; {} of what came lay in the 80% interval, which promises 80%.",
        figures::percent(covered(&judged))
    )
}

/// What the finding leaves out: rows that rest on too few cases. Empty when there are none.
pub(crate) fn left_out(rows: &[&BacktestRow]) -> String {
    let few: Vec<&BacktestRow> = rows.iter().copied().filter(|row| row.n < ENOUGH).collect();
    let worse = few.iter().filter(|row| row.no_better_than_last_value).count();
    match few.len() {
        0 => String::new(),
        all => format!(
            "Not counted above: {all} row{} with fewer cases, of which {worse} no better than the last value. So few cases say little.",
            if all == 1 { "" } else { "s" },
        ),
    }
}

/// Share of the cases of all rows that lay in the 80% interval, in parts per million.
fn covered(rows: &[&BacktestRow]) -> i64 {
    let cases: i64 = rows.iter().map(|row| i64::from(row.n)).sum();
    let inside: i64 = rows.iter().map(|row| i64::from(row.n) * row.coverage80_ppm).sum();
    figures::round(inside, cases.max(1))
}

/// `GPs in practices 2 and 3 years ahead`, one role and level after the other.
fn exceptions(rows: &[&BacktestRow]) -> String {
    let mut groups: Vec<(Role, &str, Vec<i32>)> = Vec::new();
    for row in rows {
        let role = Role::read(row.role);
        match groups.last_mut() {
            Some((of, level, ahead)) if *of == role && *level == row.level => ahead.push(row.horizon),
            _ => groups.push((role, &row.level, vec![row.horizon])),
        }
    }
    let named = groups.iter().take(NAMED).map(|(role, level, ahead)| {
        let word = if ahead.as_slice() == [1] { "year" } else { "years" };
        let ahead = listed(&ahead.iter().map(i32::to_string).collect::<Vec<_>>(), " and ");
        format!("{} in {} {ahead} {word} ahead", role.plural(), within(level))
    });
    let mut named: Vec<String> = named.collect();
    let rest: usize = groups.iter().skip(NAMED).map(|(.., ahead)| ahead.len()).sum();
    match rest {
        0 => {}
        1 => named.push("in one more row".into()),
        rest => named.push(format!("in {rest} more rows")),
    }
    listed(&named, ", and ")
}

/// `a, b and c`.
fn listed(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => format!("{}{last}{end}", first.join(", ")),
    }
}

/// A row's word on its intervals; nothing when they are fair or there are too few cases to tell.
fn intervals(row: &BacktestRow) -> Option<&'static str> {
    if row.n < ENOUGH {
        return None;
    }
    let side = |share: i64, fair: &std::ops::RangeInclusive<i64>| {
        i32::from(share > *fair.end()) - i32::from(share < *fair.start())
    };
    match (side(row.coverage80_ppm, &FAIR80), side(row.coverage95_ppm, &FAIR95)) {
        (0, 0) => None,
        (-1, 1) => Some("80% interval too narrow, 95% too wide"),
        (1, -1) => Some("80% interval too wide, 95% too narrow"),
        (in80, in95) if in80 + in95 < 0 => Some("intervals too narrow"),
        _ => Some("intervals too wide"),
    }
}

/// Rows as a table; with the role in the first column where there may be several.
pub(crate) fn table(table: Table, rows: &[&BacktestRow], with_role: bool) -> Table {
    let table = if with_role { table.text("Role", "role") } else { table };
    let table = table
        .text("Level", "level")
        .number("Years ahead", "years_ahead")
        .number("Cases", "n")
        .number("WAPE of forecast", "wape_percent")
        .number("of last value", "wape_last_value_percent")
        .number("CRPS of forecast, FTE", "crps_fte")
        .number("of last value", "crps_last_value_fte")
        .number("In 80% interval", "in_80_percent_interval_percent")
        .number("In 95% interval", "in_95_percent_interval_percent")
        .text("Beside last value", "beside_last_value")
        .text("Intervals", "intervals")
        .empty("There are no scores for this choice.");
    let crps = |micro: i64| {
        Cell::number(figures::plain_milli(figures::round(micro, 1_000)), figures::plain_micro(micro))
    };
    let row = |row: &&BacktestRow| {
        let worse = row.no_better_than_last_value.then_some("no better than last value");
        let role = with_role.then(|| Cell::text(Role::read(row.role).key()));
        let scores = [
            Cell::text(row.level.clone()).shown(heading(&row.level)),
            Cell::count(row.horizon.into()),
            Cell::count(row.n.into()),
            Cell::share(row.wape_ppm),
            Cell::share(row.wape_last_value_ppm),
            crps(row.crps_micro),
            crps(row.crps_last_value_micro),
            Cell::share(row.coverage80_ppm),
            Cell::share(row.coverage95_ppm),
            Cell::mark(worse),
            Cell::mark(intervals(row)),
        ];
        role.into_iter().chain(scores).collect::<Vec<_>>()
    };
    table.rows(rows.iter().map(row).collect::<Vec<_>>())
}

/// The level that a chart shows: practices, of which there are most, or whatever is nearest to them.
pub(crate) fn charted(rows: &[&BacktestRow]) -> Option<String> {
    rows.iter().max_by_key(|row| rank(&row.level)).map(|row| row.level.clone())
}

/// How often what came lay in the intervals, by years ahead: rows of one role and level.
pub(crate) fn chart(rows: &[&BacktestRow], csv: String) -> Option<ChartView> {
    let role = Role::read(rows.first()?.role);
    let level = &rows.first()?.level;
    let points: Vec<Covered> = rows
        .iter()
        .map(|row| Covered {
            ahead: row.horizon,
            in80: row.coverage80_ppm / 10,
            in95: row.coverage95_ppm / 10,
        })
        .collect();
    let title = format!("{} in {}: what lay in the intervals", role.heading(), within(level));
    let finding = held(&points)?;
    let id = format!("chart-{}", role.key());
    let drawn = Coverage { id: &id, title: &title, finding: &finding, points: &points };
    let mut note = String::from("Across: years ahead. Dotted: what the intervals promise, 80% and 95%.");
    if let Some(start) = coverage::starts_at(&drawn) {
        note = format!("{note} The scale starts at {start}%, not at zero.");
    }
    let svg = coverage::svg(&drawn);
    let caption = format!("{} in {}, by years ahead", role.heading(), within(level));
    let table = table(Table::new(format!("charted-{}", role.key()), caption).csv(csv), rows, false);
    Some(ChartView { title, finding, svg, note, table })
}

fn held(points: &[Covered]) -> Option<String> {
    let (first, last) = (points.first()?, points.last()?);
    let share = |milli: i64| format!("{}%", figures::tenths(milli));
    let ahead = |point: &Covered| format!("{} ahead", figures::years(point.ahead));
    let then = if first.ahead == last.ahead {
        String::new()
    } else {
        format!("; {}, {} and {}", ahead(last), share(last.in80), share(last.in95))
    };
    Some(format!(
        "{}, {} of what came lay in the 80% interval and {} in the 95% interval{then}.",
        ahead(first),
        share(first.in80),
        share(first.in95)
    ))
}

#[cfg(test)]
mod tests {
    use muster_proto::staffing::v1 as staffing;

    use super::*;

    fn row(role: staffing::Role, level: &str, horizon: i32, worse: bool) -> BacktestRow {
        BacktestRow {
            role: role.into(),
            level: level.into(),
            horizon,
            n: ENOUGH,
            coverage80_ppm: 800_000,
            coverage95_ppm: 950_000,
            no_better_than_last_value: worse,
            ..Default::default()
        }
    }

    fn said(rows: &[BacktestRow]) -> String {
        finding(&rows.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_finding_counts_only_rows_with_enough_cases() {
        use staffing::Role::{Administration, Gp};
        let good = row(Gp, "practice", 1, false);
        let few = BacktestRow { n: ENOUGH - 1, coverage80_ppm: 0, ..row(Gp, "system", 1, true) };
        assert!(said(std::slice::from_ref(&few)).starts_with("No row rests on 30 cases or more"));
        assert!(
            left_out(&[&few, &good])
                .starts_with("Not counted above: 1 row with fewer cases, of which 1 no better")
        );
        assert_eq!(left_out(&[&good]), "");
        assert_eq!(
            said(&[few, good.clone()]),
            "In the one row with 30 cases or more the forecast beats the last value; 80.0% of what came lay in the 80% \
             interval, which promises 80%."
        );
        let worse = [1, 2, 3].map(|ahead| row(Administration, "pcn", ahead, true));
        assert!(
            said(&worse).starts_with(
                "In none of the 3 rows with 30 cases or more the forecast beats the last value;"
            )
        );
        assert!(said(&[worse.to_vec(), vec![good]].concat()).starts_with(
            "In 1 of the 4 rows with 30 cases or more the forecast beats the last value, but not for administration in \
             primary care networks 1, 2 and 3 years ahead;"
        ));
    }

    #[test]
    fn a_long_list_of_exceptions_is_cut_and_counted() {
        let levels = ["borough", "federation", "lcn", "pcn", "practice"];
        let mut rows = vec![row(staffing::Role::Gp, "practice", 9, false)];
        rows.extend(levels.map(|level| row(staffing::Role::Nurse, level, 1, true)));
        rows.push(row(staffing::Role::Nurse, "practice", 2, true));
        let said = said(&rows);
        assert!(
            said.contains("nurses in boroughs 1 year ahead, nurses in federations 1 year ahead"),
            "{said}"
        );
        assert!(said.contains("nurses in primary care networks 1 year ahead, and in 2 more rows;"), "{said}");
    }

    #[test]
    fn intervals_are_judged_from_their_bounds_on() {
        let of = |in80, in95| {
            let fair = row(staffing::Role::Gp, "practice", 1, false);
            intervals(&BacktestRow { coverage80_ppm: in80, coverage95_ppm: in95, ..fair })
        };
        assert_eq!((of(750_000, 920_000), of(850_000, 980_000)), (None, None));
        assert_eq!([of(749_999, 950_000), of(800_000, 919_999)], [Some("intervals too narrow"); 2]);
        assert_eq!([of(850_001, 950_000), of(800_000, 980_001)], [Some("intervals too wide"); 2]);
        assert_eq!(of(700_000, 990_000), Some("80% interval too narrow, 95% too wide"));
        assert_eq!(of(900_000, 900_000), Some("80% interval too wide, 95% too narrow"));
    }

    #[test]
    fn of_several_origins_those_together_are_shown() {
        let from = |origin, level: &str| BacktestRow { origin, ..row(staffing::Role::Gp, level, 1, false) };
        let rows = [from(2018, "practice"), from(2019, "practice"), from(0, "practice"), from(0, "borough")];
        let seen = |filter: Filter<'_>, rows: &[BacktestRow]| -> Vec<(i32, String)> {
            chosen(rows, &filter).iter().map(|row| (row.origin, row.level.clone())).collect()
        };
        assert_eq!(seen(Filter::default(), &rows), [(0, "borough".into()), (0, "practice".into())]);
        assert_eq!(
            seen(Filter { origin: Some(2019), ..Filter::default() }, &rows),
            [(2019, "practice".into())]
        );
        assert_eq!(
            seen(Filter::default(), &rows[..1]),
            [(2018, "practice".into())],
            "one origin is all there is"
        );
        assert!(seen(Filter { level: "pcn", ..Filter::default() }, &rows).is_empty());
    }
}
