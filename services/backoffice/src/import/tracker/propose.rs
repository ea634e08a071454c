//! Proposes a mapping, with the reason and certainty of each column.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::intake::{Finding, Grid};

use super::{
    Field, MappedColumn, Mapping, Measure, Unit,
    synonyms::{field_of, measure_of, month_in, nearest, plain, unit_in, value_of, without_unit, year_of},
};
use crate::domain::Word as _;

/// Lines among which the header is looked for.
const HEADER_WITHIN: usize = 40;

/// Lines whose cells are looked at to tell what a column holds.
const LOOKED_AT: usize = 50;

/// A column with why it is read so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldColumn {
    /// The column.
    pub column: MappedColumn,
    /// Why, in a sentence.
    pub reason: String,
    /// How certain that is, in per cent.
    pub certainty: u8,
}

/// A mapping with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The mapping.
    pub mapping: Mapping,
    /// Every column of the header, in its order.
    pub columns: Vec<ToldColumn>,
    /// Why this unit.
    pub unit_reason: String,
}

/// What holds where the tracker says nothing, so that nothing counts which nobody stated: an idea of high risk whose quality nobody
/// signed, that does not come again and is no part of the collaborative total.
const CAREFUL: [(Field, &str); 9] = [
    (Field::Programme, "not stated"),
    (Field::Category, "non-pay"),
    (Field::Type, "cash-releasing"),
    (Field::Recurrent, "N"),
    (Field::Gate, "idea"),
    (Field::Risk, "H"),
    (Field::Owner, "not stated"),
    (Field::QualitySigned, "N"),
    (Field::OverAndAbove, "N"),
];

/// Proposes how a tracker is to be read.
///
/// # Errors
/// A finding when no line looks like a header.
pub fn propose(grid: &Grid) -> Result<Proposal, Finding> {
    let at = header(grid)?;
    let (line, cells) = &grid.rows[at];
    let above = at.checked_sub(1).map(|at| grid.rows[at].1.as_slice()).unwrap_or_default();
    let (unit, unit_reason) = unit(grid, at);
    let mut mapping = Mapping::empty(&grid.sheet, *line, unit);
    let mut columns: Vec<ToldColumn> = cells
        .iter()
        .enumerate()
        .filter(|(_, header)| !header.is_empty())
        .map(|(place, header)| told(grid, (at, place), header, group(above, place)))
        .collect();
    once_each(&mut columns);
    dates_of_money(&mut columns);
    mapping.columns = columns.iter().map(|it| it.column.clone()).collect();
    mapping.defaults = CAREFUL.iter().map(|(field, word)| (*field, (*word).to_owned())).collect();
    if mapping.columns.iter().any(|it| it.field == Field::Amount && it.measure.is_none())
        && mapping.column_of(Field::Measure).is_none()
    {
        mapping.defaults.insert(Field::Measure, Measure::Plan.word().to_owned());
    }
    mapping.words = words(grid, at, &mapping);
    Ok(Proposal { mapping, columns, unit_reason })
}

/// The columns of a mapping that a person confirmed.
pub fn as_confirmed(mapping: &Mapping) -> Proposal {
    let columns = mapping.columns.iter().map(|column| ToldColumn {
        column: column.clone(),
        reason: "as the mapping says".to_owned(),
        certainty: 100,
    });
    let unit_reason = "as the mapping says".to_owned();
    Proposal { columns: columns.collect(), unit_reason, mapping: mapping.clone() }
}

/// The line with most cells that name a field or a month.
fn header(grid: &Grid) -> Result<usize, Finding> {
    let named =
        |cell: &String| field_of(cell).is_some() || measured(cell).is_some() || month_in(cell).is_some();
    let score = |cells: &[String]| cells.iter().filter(|cell| named(cell)).count();
    let scored = grid.rows.iter().take(HEADER_WITHIN).map(|(_, cells)| score(cells)).enumerate();
    // of equals the first: rows of months under a header of months would be later
    let best = scored.max_by_key(|(at, score)| (*score, usize::MAX - at));
    match best {
        Some((at, score)) if score >= 2 => Ok(at),
        _ => Err(Finding::error(
            "no-header",
            "no line of the first forty names columns of a tracker",
            "give `header_line` and `columns` in a mapping: `muster back-office tracker template` prints one",
        )),
    }
}

/// A measure that a header names, whatever unit stands beside it.
fn measured(header: &str) -> Option<Measure> {
    measure_of(header).or_else(|| measure_of(&without_unit(header)))
}

/// What the line above says of a column: a label stands over the first of the columns that it is for.
fn group(above: &[String], place: usize) -> Option<Measure> {
    // what stands in the first column is a title
    let label = above.iter().take(place + 1).skip(1).rev().find(|cell| !cell.is_empty())?;
    measured(label).or_else(|| label.split_whitespace().find_map(measure_of))
}

fn unit(grid: &Grid, at: usize) -> (Unit, String) {
    for (line, cells) in &grid.rows[..=at] {
        for cell in cells {
            if let Some(unit) = unit_in(cell) {
                return (unit, format!("line {line} says `{cell}`"));
            }
        }
    }
    (
        Unit::Pounds,
        "no unit is stated anywhere above the rows: pounds are assumed, look at the amounts".to_owned(),
    )
}

fn told(grid: &Grid, (at, place): (usize, usize), header: &str, group: Option<Measure>) -> ToldColumn {
    let is = |field: Field, reason: String, certainty: u8| ToldColumn {
        column: MappedColumn {
            column: place + 1,
            header: header.to_owned(),
            field,
            month: None,
            measure: None,
            year: None,
        },
        reason,
        certainty,
    };
    if let Some((month, rest)) = month_in(header) {
        let of = rest.split_whitespace().find_map(measure_of).or_else(|| measured(&rest));
        let (measure, reason) = match (of, group) {
            (Some(of), _) => (Some(of), format!("its header names {month} and `{}`", of.word())),
            (None, Some(of)) => {
                (Some(of), format!("its header names {month}, and the line above `{}`", of.word()))
            }
            (None, None) => {
                (None, format!("its header names {month}; the row or the mapping says which figure"))
            }
        };
        let mut told = is(Field::Amount, reason, if measure.is_some() { 100 } else { 90 });
        (told.column.month, told.column.measure) = (Some(month), measure);
        return told;
    }
    if let Some(measure) = measured(header) {
        let mut told = is(Field::Amount, format!("`{header}` is a name of {}", measure.word()), 100);
        told.column.measure = Some(measure);
        return told;
    }
    if let Some(told) = total(header, group, &is) {
        return told;
    }
    if let Some(field) = field_of(header) {
        return is(field, format!("`{header}` is a name of {}", field.word()), 100);
    }
    if let Some((field, name, percent)) = nearest(header) {
        return is(
            field,
            format!("`{header}` is nearly `{name}`, a name of {}", field.word()),
            percent.min(95),
        );
    }
    match by_content(grid, (at, place)) {
        Some((field, reason)) => is(field, reason, 60),
        None => is(Field::Ignore, format!("`{header}` is no name known here"), 0),
    }
}

/// Totals of rows: `Total`, `Total 17/18`, `Plan total`.
fn total(
    header: &str,
    group: Option<Measure>,
    is: &impl Fn(Field, String, u8) -> ToldColumn,
) -> Option<ToldColumn> {
    let year = year_of(header);
    let names_total = header.to_lowercase().split_whitespace().any(|it| it == "total" || it == "fye");
    let a_year_alone = year.is_some() && header.chars().all(|it| !it.is_alphabetic());
    if !names_total && !a_year_alone {
        return None;
    }
    let measure = header.split_whitespace().find_map(measure_of).or(group);
    let mut told = is(Field::Total, "a sum of the row, to be compared".to_owned(), 90);
    (told.column.measure, told.column.year) = (measure, year);
    Some(told)
}

/// What the cells below say where the header says nothing.
fn by_content(grid: &Grid, (at, place): (usize, usize)) -> Option<(Field, String)> {
    let rows = grid.rows.iter().skip(at + 1).take(LOOKED_AT);
    let cells: Vec<&str> = rows.filter_map(|(_, cells)| cells.get(place).map(String::as_str)).collect();
    let filled: Vec<&str> = cells.into_iter().filter(|cell| !cell.is_empty()).collect();
    if filled.len() < 3 {
        return None;
    }
    let all = |fits: &dyn Fn(&str) -> bool| filled.iter().all(|cell| fits(cell));
    let recurrent = |cell: &str| ["r", "nr"].contains(&plain(cell).as_str());
    if all(&recurrent) {
        return Some((Field::Recurrent, "its cells are R and NR".to_owned()));
    }
    if all(&|cell| month_in(cell).is_some_and(|(_, rest)| rest.is_empty())) {
        return Some((Field::Month, "its cells are months".to_owned()));
    }
    if all(&|cell| measure_of(cell).is_some()) {
        return Some((Field::Measure, "its cells are plan, forecast and actual".to_owned()));
    }
    None
}

/// Leaves a field to the column that is surest of it.
fn once_each(columns: &mut [ToldColumn]) {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(columns[*at].certainty));
    let mut taken: BTreeMap<Field, String> = BTreeMap::new();
    for at in order {
        let told = &mut columns[at];
        let field = told.column.field;
        if [Field::Amount, Field::Total, Field::Ignore].contains(&field) {
            continue;
        }
        if let Some(other) = taken.get(&field) {
            told.reason = format!("`{other}` is surer to be {}", field.word());
            told.column.field = Field::Ignore;
            told.certainty = 0;
        } else {
            taken.insert(field, told.column.header.clone());
        }
    }
}

/// Money without a month in a tracker without a column of months is the whole year's, which is no month: it is not read.
fn dates_of_money(columns: &mut [ToldColumn]) {
    let has = |field: Field, columns: &[ToldColumn]| columns.iter().any(|it| it.column.field == field);
    if has(Field::Month, columns) {
        return;
    }
    for told in columns.iter_mut() {
        if told.column.field == Field::Amount && told.column.month.is_none() {
            told.column.field = Field::Total;
            told.reason = format!("{}, of no month: a sum of the row, to be compared", told.reason);
            told.certainty = 70;
        }
    }
}

/// Words of the tracker that the mapping has to give ours for: known ones are filled in, unknown ones left empty.
fn words(grid: &Grid, at: usize, mapping: &Mapping) -> BTreeMap<Field, BTreeMap<String, String>> {
    const LISTED: [Field; 8] = [
        Field::Category,
        Field::Type,
        Field::Recurrent,
        Field::Gate,
        Field::Risk,
        Field::QualitySigned,
        Field::OverAndAbove,
        Field::Measure,
    ];
    let mut words: BTreeMap<Field, BTreeMap<String, String>> = BTreeMap::new();
    for field in LISTED {
        let Some(column) = mapping.column_of(field) else { continue };
        let cells = grid.rows.iter().skip(at + 1).filter_map(|(_, cells)| cells.get(column.column - 1));
        let distinct: BTreeSet<&String> = cells.filter(|cell| !cell.is_empty()).collect();
        // a column of free text is not a closed list
        for cell in distinct.into_iter().take(30) {
            if let Some(ours) = value_of(field, cell).filter(|ours| ours != cell) {
                words.entry(field).or_default().insert(cell.clone(), ours);
            }
        }
    }
    words
}
