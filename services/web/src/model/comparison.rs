//! Two scenarios side by side: what differs in them, and what it makes of the gap.

use muster_proto::staffing::v1::{
    CompareScenariosResponse, ComparisonRow, ComparisonStep, Scenario, ScenarioChange, ScheduledClosure,
};

use super::{Role, charts::ChartView, explorer::lacks};
use crate::{
    chart::{
        bars::{self, Bar, Bars},
        lines::{self, Line, Lines},
    },
    figures::{self, Interval},
    table::{Cell, Table},
};

/// What a comparison says of one node and role.
pub(crate) struct Compared {
    pub(crate) finding: String,
    /// What the draws say of the change itself.
    pub(crate) change: String,
    pub(crate) inputs: Table,
    pub(crate) chart: Option<ChartView>,
    pub(crate) years: Table,
    /// Nodes in the last year, largest change first.
    pub(crate) nodes: Table,
    pub(crate) steps: Option<ChartView>,
    pub(crate) caveats: Vec<String>,
}

/// Reads an answer for a node (empty is the whole area) and a role.
pub(crate) fn read(told: &CompareScenariosResponse, node: &str, role: Role) -> Compared {
    let (from, to) = (told.from.clone().unwrap_or_default(), told.to.clone().unwrap_or_default());
    let of_role: Vec<&ComparisonRow> = told.rows.iter().filter(|row| Role::read(row.role) == role).collect();
    let level = of_role.first().map(|row| row.level.clone()).unwrap_or_default();
    let here: Vec<&ComparisonRow> = of_role
        .iter()
        .copied()
        .filter(|row| {
            if node.is_empty() { row.level == level && row.node == of_role[0].node } else { row.node == node }
        })
        .collect();
    Compared {
        finding: finding(&here, role, (&from, &to)),
        change: here.last().map_or_else(String::new, |row| change(row, role)),
        inputs: inputs(&from, &to),
        chart: chart(&here, role, (&from, &to)),
        years: years(&here, role),
        nodes: nodes(&of_role),
        steps: steps(&told.steps, role),
        caveats: told.caveats.clone(),
    }
}

fn gap(row: &ComparisonRow) -> (Interval, Interval) {
    (Interval::read(row.gap_from_milli.as_ref()), Interval::read(row.gap_to_milli.as_ref()))
}

fn finding(here: &[&ComparisonRow], role: Role, (from, to): (&Scenario, &Scenario)) -> String {
    let Some(row) = here.last() else {
        return format!("There are no figures of {} for this choice.", role.plural());
    };
    let (one, other) = gap(row);
    let change = other.p50 - one.p50;
    let way = match figures::round(change, 100) {
        0 => "the same as".to_owned(),
        change if change > 0 => format!("{} FTE more than", figures::tenths(change * 100)),
        change => format!("{} FTE less than", figures::tenths(-change * 100)),
    };
    let said = lacks(other, &format!("{} (FTE)", role.plural()));
    format!("Under {}, in {} {} {said}, {way} under {}.", to.title, row.year, row.name, from.title)
}

/// The change of the gap draw by draw, in a sentence: does it move at all?
fn change(row: &ComparisonRow, role: Role) -> String {
    let change = Interval::read(row.gap_change_milli.as_ref());
    let (name, whose, year) = (&row.name, role.plural(), row.year);
    if (change.p10, change.p90) == (0, 0) {
        return format!(
            "In at least 80% of the draws the gap of {whose} in {name} in {year} is the same in both."
        );
    }
    let range = format!(
        "{} to {} FTE, with {} in the middle",
        figures::tenths(change.p10),
        figures::tenths(change.p90),
        figures::tenths(change.p50)
    );
    if change.p10 > 0 || change.p90 < 0 {
        return format!("Draw by draw, the gap of {whose} changes by {range}, in 80% of the draws.");
    }
    format!(
        "Draw by draw, the gap of {whose} changes by {range}, in 80% of the draws: that holds zero, so it cannot be said whether it moves the gap."
    )
}

fn amount(micro: i64, lever: &str) -> String {
    match lever {
        "posts" => format!("{} FTE", figures::tenths(micro / 1_000)),
        "substitution" => {
            format!("{} FTE for one FTE", figures::plain_milli(figures::round(micro, 10_000) * 10))
        }
        "non-contact-share" => format!("{} points", figures::tenths(micro / 10)),
        _ => figures::percent(micro),
    }
}

/// A closure that is decided, as the table of what differs has it.
fn closure(scenario: &Scenario, of: &ScheduledClosure) -> Vec<Cell> {
    let to = if of.to.is_empty() { "practices nearby".to_owned() } else { of.to.clone() };
    let staff = of.staff_ppm.map_or_else(|| "usual".to_owned(), figures::percent);
    vec![
        Cell::text(scenario.title.clone()),
        Cell::text("closure".to_owned()),
        Cell::text(format!("{}, list to {to}", of.practice)),
        Cell::number(format!("{staff} of staff goes over"), of.staff_ppm.unwrap_or_default().to_string()),
        Cell::number("none given".to_owned(), String::new()),
        Cell::text(format!("from {}", of.year)),
        Cell::text("step".to_owned()),
        Cell::text(of.source.clone()),
    ]
}

fn roles(change: &ScenarioChange) -> String {
    let named: Vec<&str> = change.roles.iter().map(|role| Role::read(*role).heading()).collect();
    let mut whose = if named.is_empty() { "Every role".to_owned() } else { named.join(", ") };
    if !change.places.is_empty() {
        whose = format!("{whose} in {}", change.places.join(", "));
    }
    if change.lever == "substitution" {
        format!("{} for {whose}", Role::read(change.by_role).heading())
    } else {
        whose
    }
}

/// What stands in one of the two only.
fn inputs(from: &Scenario, to: &Scenario) -> Table {
    let both = from.changes.iter().filter(|change| to.changes.contains(change)).count() + from.closures.len();
    let table = Table::new("inputs", "What differs")
        .text("Scenario", "scenario")
        .text("Lever", "lever")
        .text("Whose", "roles")
        .number("How much", "by")
        .number("80% interval", "by_80_percent_interval")
        .text("Years", "years")
        .text("Comes", "profile")
        .text("Source", "source")
        .empty(if both == 0 {
            "Both change nothing: they are the same."
        } else {
            "Both change the same things."
        });
    let row = |scenario: &Scenario, change: &ScenarioChange| {
        let by = Interval::read(change.by_micro.as_ref());
        let (shown, years) = (|micro| amount(micro, &change.lever), (change.from_year, change.to_year));
        let ends = if by.p10 == by.p90 {
            "none given".to_owned()
        } else {
            format!("{} to {}", shown(by.p10), shown(by.p90))
        };
        vec![
            Cell::text(scenario.title.clone()),
            Cell::text(change.lever.clone()),
            Cell::text(roles(change)),
            Cell::number(shown(by.p50), by.p50.to_string()),
            Cell::number(ends.clone(), ends),
            Cell::text(if years.0 == 0 { "all".into() } else { format!("{} to {}", years.0, years.1) }),
            Cell::text(change.profile.clone()),
            Cell::text(change.source.clone()),
        ]
    };
    let only = |one: &Scenario, other: &Scenario| {
        let changes = one.changes.iter().filter(|change| !other.changes.contains(change));
        let closures = one.closures.iter().filter(|of| !other.closures.contains(of));
        changes.map(|change| row(one, change)).chain(closures.map(|of| closure(one, of))).collect::<Vec<_>>()
    };
    table.rows(only(from, to)).rows(only(to, from))
}

fn chart(here: &[&ComparisonRow], role: Role, (from, to): (&Scenario, &Scenario)) -> Option<ChartView> {
    let points =
        |of: fn(&ComparisonRow) -> Interval| here.iter().map(|row| (row.year, of(row))).collect::<Vec<_>>();
    let (one, other) = (points(|row| gap(row).0), points(|row| gap(row).1));
    let name = &here.first()?.name;
    let title = format!("Gap of {} in {name}", role.plural());
    let finding = format!("Dashed: {}. Solid: {}.", from.title, to.title);
    let drawn = [Line { name: "From", points: &one }, Line { name: "Mine", points: &other }];
    let svg = lines::svg(&Lines { id: "chart-compared", title: &title, finding: &finding, drawn: &drawn });
    let note =
        "FTE; above the dark line people are missing. Bands: 80% of the draws, the same draws in both."
            .into();
    Some(ChartView { title, finding, svg, note, table: Table::default() })
}

fn columns(table: Table) -> Table {
    table
        .number("Gap before", "gap_from_fte")
        .number("80% interval", "gap_from_fte_80_percent_interval")
        .number("Gap with mine", "gap_to_fte")
        .number("80% interval", "gap_to_fte_80_percent_interval")
        .number("Change, draw by draw", "change_fte")
        .number("80% interval", "change_fte_80_percent_interval")
        .number("In post before", "supply_from_fte")
        .number("In post with mine", "supply_to_fte")
}

fn cells(row: &ComparisonRow) -> impl Iterator<Item = Cell> + use<> {
    let (one, other) = gap(row);
    let range = |i| Cell::range(i, figures::tenths, figures::plain_milli);
    let supply = |i| Cell::fte(Interval::read(i).p50);
    let change = Interval::read(row.gap_change_milli.as_ref());
    [
        Cell::gap(one.p50),
        range(one),
        Cell::gap(other.p50),
        range(other),
        Cell::fte(change.p50),
        range(change),
        supply(row.supply_from_milli.as_ref()),
        supply(row.supply_to_milli.as_ref()),
    ]
    .into_iter()
}

fn years(here: &[&ComparisonRow], role: Role) -> Table {
    let caption = here
        .first()
        .map_or_else(String::new, |row| format!("{} in {}, by year, FTE", role.heading(), row.name));
    let table = columns(Table::new("compared-years", caption).text("Year", "year"));
    table.rows(here.iter().map(|row| std::iter::once(Cell::year(row.year)).chain(cells(row)).collect()))
}

/// Nodes in the last year, by level and then by what changes most.
fn nodes(rows: &[&ComparisonRow]) -> Table {
    let last = rows.iter().map(|row| row.year).max().unwrap_or_default();
    let mut rows: Vec<&ComparisonRow> = rows.iter().copied().filter(|row| row.year == last).collect();
    let rank = |row: &ComparisonRow| super::LEVELS.iter().position(|level| level.key == row.level);
    rows.sort_by_key(|row| (rank(row), Interval::read(row.gap_change_milli.as_ref()).p50));
    let words = |key: &str| super::level(key).map_or_else(|| key.to_owned(), |level| level.one.to_owned());
    let table = Table::new("compared-nodes", format!("Every area in {last}, FTE"))
        .text("Area", "area")
        .text("Level", "level");
    columns(table).rows(rows.into_iter().map(|row| {
        [Cell::text(row.name.clone()), Cell::text(row.level.clone()).shown(words(&row.level))]
            .into_iter()
            .chain(cells(row))
            .collect()
    }))
}

/// The way from the one to the other, a step each.
fn steps(all: &[ComparisonStep], role: Role) -> Option<ChartView> {
    let steps: Vec<&ComparisonStep> = all.iter().filter(|step| Role::read(step.role) == role).collect();
    let (first, last) = (steps.first()?, steps.last()?);
    let said = |milli: i64| format!("{}{}", if milli > 0 { "+" } else { "" }, figures::tenths(milli));
    let mut rows: Vec<Bar> = steps
        .iter()
        .enumerate()
        .map(|(place, step)| Bar {
            name: step.what.clone(),
            from: step.gap_milli - step.change_milli,
            to: step.gap_milli,
            said: if place == 0 { figures::tenths(step.gap_milli) } else { said(step.change_milli) },
        })
        .collect();
    let end = last.gap_milli;
    rows.push(Bar { name: "Mine".into(), from: end, to: end, said: figures::tenths(end) });
    let title = format!("Step by step: gap of {} of the whole area in the last year", role.plural());
    let finding = format!(
        "From {} to {} FTE in {}.",
        figures::tenths(first.gap_milli),
        figures::tenths(end),
        if steps.len() == 2 { "one step".to_owned() } else { format!("{} steps", steps.len() - 1) }
    );
    let svg = bars::svg(&Bars { id: "chart-steps", title: &title, finding: &finding, rows: &rows, at: None });
    let table = Table::new("steps", "Steps, middles of the gap in FTE")
        .text("Step", "step")
        .number("Changes the gap by", "change_fte")
        .number("Gap after it", "gap_fte")
        .rows(steps.iter().map(|step| {
            let change = Cell::number(said(step.change_milli), figures::plain_milli(step.change_milli));
            vec![Cell::text(step.what.clone()), change, Cell::gap(step.gap_milli)]
        }));
    let note = "A bar to the left closes the gap, one to the right widens it. The order of steps matters where levers act together. Middles only: the intervals stand above.".into();
    Some(ChartView { title, finding, svg, note, table })
}
