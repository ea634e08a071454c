//! What is other between two editions, and why.

use muster_proto::backoffice::v1::{DiffEditionsResponse, EditionFigure, Evidence, FigureChange};

use super::{Rests, editions::shown, rests, trace_href};
use crate::{
    figures,
    table::{Cell, Table},
};

/// Events and rows that are named for one change; the file has all.
const NAMED: usize = 5;

/// A figure that is other.
pub(crate) struct Change {
    pub(crate) title: String,
    pub(crate) key: String,
    pub(crate) before: String,
    pub(crate) after: String,
    /// There before and after.
    pub(crate) is_other: bool,
    /// By how much, where both are there.
    pub(crate) by: String,
    pub(crate) trace_before: String,
    pub(crate) trace_after: String,
    pub(crate) why: Vec<Rests>,
    /// What fell away from behind it.
    pub(crate) no_longer: Vec<Rests>,
    pub(crate) more: usize,
}

fn either(of: &FigureChange) -> &EditionFigure {
    static NONE: std::sync::LazyLock<EditionFigure> = std::sync::LazyLock::new(EditionFigure::default);
    of.after.as_ref().or(of.before.as_ref()).unwrap_or(&NONE)
}

/// Changes, with what each rests on now and did not before.
pub(crate) fn changes(told: &DiffEditionsResponse) -> Vec<Change> {
    let numbers = [&told.from, &told.to].map(|head| head.as_ref().map_or(0, |it| it.number));
    let one = |of: &FigureChange| {
        let value = |figure: Option<&EditionFigure>, or: &str| {
            figure.map_or_else(|| or.to_owned(), |it| shown(it.value, &it.unit))
        };
        let trace = |figure: Option<&EditionFigure>, number| {
            figure.map(|it| trace_href(&it.key, number)).unwrap_or_default()
        };
        let by = match (&of.before, &of.after) {
            (Some(before), Some(after)) if before.unit == after.unit && before.value != after.value => {
                let change = after.value - before.value;
                let sign = if change > 0 { "+" } else { "" };
                format!("{sign}{}", shown(change, &after.unit))
            }
            (Some(_), Some(_)) => "same value, other particulars".to_owned(),
            _ => String::new(),
        };
        Change {
            title: super::bridge::capital(&either(of).title),
            key: either(of).key.clone(),
            before: value(of.before.as_ref(), "not there"),
            after: value(of.after.as_ref(), "gone"),
            is_other: of.before.is_some() && of.after.is_some(),
            by,
            trace_before: trace(of.before.as_ref(), numbers[0]),
            trace_after: trace(of.after.as_ref(), numbers[1]),
            why: of.why.iter().take(NAMED).map(rests).collect(),
            no_longer: of.no_longer.iter().take(NAMED).map(rests).collect(),
            more: of.why.len().saturating_sub(NAMED) + of.no_longer.len().saturating_sub(NAMED),
        }
    };
    told.changes.iter().map(one).collect()
}

/// How many are new, gone and other.
pub(crate) fn finding(told: &DiffEditionsResponse) -> String {
    let [from, to] = [&told.from, &told.to].map(|head| head.as_ref().map_or(0, |it| it.number));
    if told.changes.is_empty() {
        return format!("Editions {from} and {to} have the same figures.");
    }
    let new = told.changes.iter().filter(|it| it.before.is_none()).count();
    let gone = told.changes.iter().filter(|it| it.after.is_none()).count();
    let other = told.changes.len() - new - gone;
    let many = |count: usize, what: &str| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        format!("{} {} {what}", figures::count(count), if count == 1 { "is" } else { "are" })
    };
    let noun = if other == 1 { "figure is other".to_owned() } else { "figures are other".to_owned() };
    format!(
        "Between edition {from} and edition {to}, {} {noun}, {} and {}.",
        figures::count(i64::try_from(other).unwrap_or(i64::MAX)),
        many(new, "new"),
        many(gone, "gone")
    )
}

/// The changes as a file.
pub(crate) fn table(told: &DiffEditionsResponse) -> Table {
    let table = Table::new("changes", "Changes")
        .text("Key", "key")
        .text("Figure", "title")
        .number("Before", "before")
        .number("After", "after")
        .text("Unit", "unit")
        .text("Why", "why")
        .text("No longer behind it", "no_longer");
    let row = |of: &FigureChange| {
        let value = |figure: Option<&EditionFigure>| {
            figure.map_or_else(Cell::none, |it| Cell::number(shown(it.value, &it.unit), it.value.to_string()))
        };
        let said = |list: &[Evidence]| {
            Cell::text(list.iter().map(|it| it.says.as_str()).collect::<Vec<_>>().join("; "))
        };
        vec![
            Cell::text(either(of).key.clone()),
            Cell::text(either(of).title.clone()),
            value(of.before.as_ref()),
            value(of.after.as_ref()),
            Cell::text(either(of).unit.clone()),
            said(&of.why),
            said(&of.no_longer),
        ]
    };
    table.rows(told.changes.iter().map(row).collect::<Vec<_>>())
}
