//! Gathers counts into sets, one for each year or date.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use muster_kit::intake::{Finding, Findings, Row, Table};

use super::marker::{month_in_name, no_date};
use crate::domain::{
    baseline::{Count, CountSet, PlaceFacts},
    role::Role,
    units::Fte,
};

/// Sets in the making.
#[derive(Default)]
pub(super) struct Gather {
    sets: BTreeMap<(Date, Option<i32>), CountSet>,
}

impl Gather {
    /// The set of a date and year.
    pub(super) fn set(&mut self, date: Date, year: Option<i32>, definition: &str) -> &mut CountSet {
        self.sets.entry((date, year)).or_insert_with(|| CountSet {
            date,
            year,
            definition: definition.to_owned(),
            places: Vec::new(),
            counts: Vec::new(),
        })
    }

    /// The sets by date.
    pub(super) fn finish(self) -> Vec<CountSet> {
        self.sets.into_values().collect()
    }
}

/// How a file says which month it is for.
pub(super) struct Months {
    columns: Option<(muster_kit::intake::Col, muster_kit::intake::Col)>,
    whole_file: Option<Date>,
}

impl Months {
    /// Finds the columns `year` and `month`, or the month in the name of the file.
    pub(super) fn of(file: &muster_kit::intake::RawFile, table: &Table) -> Result<Self, Findings> {
        let columns = table.find("year").zip(table.find("month"));
        let whole_file = month_in_name(file);
        if columns.is_none() && whole_file.is_none() {
            return Err(Findings::of(&file.name, no_date(file)));
        }
        Ok(Self { columns, whole_file })
    }

    /// Month end of a row.
    pub(super) fn of_row(&self, row: &Row<'_>) -> Result<Date, Finding> {
        if let Some((year, month)) = self.columns {
            let (year, month) = (row.cell(Some(year)), row.cell(Some(month)));
            let number = year.count()?;
            let wrong = |cell: &muster_kit::intake::Cell<'_>| {
                cell.error("out-of-range", "not a year from 2000 and a month from 1 to 12", "mend the month")
            };
            let number = i16::try_from(number)
                .ok()
                .filter(|n| (2000..2100).contains(n))
                .ok_or_else(|| wrong(&year))?;
            let in_year = i8::try_from(month.count()?).map_err(|_| wrong(&month))?;
            return Date::new(number, in_year, 1).map(Date::last_of_month).map_err(|_| wrong(&month));
        }
        self.whole_file
            .ok_or_else(|| row.error("date-unknown", "no month", "give the file its published name"))
    }
}

/// A place of which only the code is known.
pub(super) fn bare_place(place: &str) -> PlaceFacts {
    PlaceFacts { place: place.to_owned(), name: String::new(), borough: String::new(), list: None }
}

/// Adds the counts of whole roles that a set has only in parts: FTE adds up; heads do when `heads_add_up`.
pub(super) fn add_missing_totals(set: &mut CountSet, heads_add_up: bool) {
    let mut totals: HashMap<(String, Role), Option<Count>> = HashMap::new();
    for count in &set.counts {
        let key = (count.place.clone(), count.role);
        if count.is_total() {
            totals.insert(key, None);
            continue;
        }
        let total = totals.entry(key).or_insert_with(|| Some(Count::of_role(&count.place, count.role)));
        if let Some(total) = total {
            add(total, count, heads_add_up);
        }
    }
    let mut made: Vec<Count> = totals.into_values().flatten().collect();
    made.sort_by(|a, b| (&a.place, a.role).cmp(&(&b.place, b.role)));
    set.counts.extend(made);
}

fn add(total: &mut Count, part: &Count, heads_add_up: bool) {
    total.fte = sum(total.fte, part.fte);
    total.vacancies = sum(total.vacancies, part.vacancies);
    total.estimated |= part.estimated;
    if heads_add_up {
        total.heads = match (total.heads, part.heads) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or_default() + b.unwrap_or_default()),
        };
    }
}

fn sum(a: Option<Fte>, b: Option<Fte>) -> Option<Fte> {
    match (a, b) {
        (None, None) => None,
        (a, b) => Some(a.unwrap_or_default() + b.unwrap_or_default()),
    }
}
