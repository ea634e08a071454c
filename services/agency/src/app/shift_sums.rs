//! Sums over the lines of a file, made while they are judged, so that nobody has to read a million stored lines again.

use foldhash::{HashMap, HashMapExt as _};
use jiff::civil::Date;

use crate::{
    domain::{Judged, Priced, Supply, words::Word as _},
    store::{codec, entity::spend_cell, lines::Touched},
};

/// Sums of a file.
#[derive(Default)]
pub(super) struct Sums {
    totals: Totals,
    organisations: HashMap<String, HashMap<(i16, i8), Month>>,
}

/// An organisation's lines of a month.
struct Month {
    lines: i64,
    days: (Date, Date),
    groups: HashMap<String, [Cell; 5]>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    shifts: i64,
    without_price: i64,
    minutes: i64,
    pence: i64,
    over_cap: i64,
}

/// Sums for a person to compare.
#[derive(Default)]
struct Totals {
    worked: i64,
    minutes: i64,
    over_cap: i64,
    over_cap_pence: i64,
    cost_pence: i64,
    without_price: i64,
    framework_unknown: i64,
    not_judged: i64,
}

impl Sums {
    /// Adds a line.
    pub(super) fn add(&mut self, line: &Priced, judged: &Judged) {
        self.totals.add(line, judged);
        let shift = &line.shift;
        let months = entry(&mut self.organisations, &shift.organisation);
        let day = shift.on;
        let month = months.entry((day.year(), day.month())).or_insert_with(|| Month {
            lines: 0,
            days: (day, day),
            groups: HashMap::new(),
        });
        month.lines += 1;
        month.days = (month.days.0.min(day), month.days.1.max(day));
        let supplies = entry(&mut month.groups, &shift.staff_group);
        let place = Supply::WORDS.iter().position(|(_, it)| *it == shift.supply).unwrap_or_default();
        supplies[place].add(line);
    }

    /// Totals of the file.
    pub(super) fn totals(&self) -> Vec<(&'static str, i64)> {
        self.totals.list()
    }

    /// Organisations and months of the file's lines, in order, as if all of them were new.
    pub(super) fn touched(&self) -> Vec<Touched> {
        let mut touched: Vec<Touched> = self
            .months()
            .map(|(organisation, month, of)| Touched {
                organisation: organisation.to_owned(),
                month,
                new: of.lines,
                ended: 0,
                first_day: of.days.0.to_string(),
                last_day: of.days.1.to_string(),
            })
            .collect();
        touched
            .sort_by(|one, other| (&one.organisation, &one.month).cmp(&(&other.organisation, &other.month)));
        touched
    }

    /// What the file's lines add to the cells of spending by month.
    pub(super) fn cells(&self) -> Vec<spend_cell::Model> {
        let mut cells = Vec::new();
        for (organisation, month, of) in self.months() {
            for (staff_group, supplies) in &of.groups {
                let used = supplies.iter().zip(Supply::WORDS).filter(|(cell, _)| cell.shifts > 0);
                cells.extend(used.map(|(cell, (_, supply))| spend_cell::Model {
                    org: String::new(),
                    organisation: organisation.to_owned(),
                    month: month.clone(),
                    staff_group: staff_group.clone(),
                    supply: codec::supply_number(*supply),
                    shifts: cell.shifts,
                    without_price: cell.without_price,
                    minutes: cell.minutes,
                    pence: cell.pence,
                    over_cap: cell.over_cap,
                }));
            }
        }
        cells
    }

    fn months(&self) -> impl Iterator<Item = (&str, String, &Month)> {
        self.organisations.iter().flat_map(|(organisation, months)| {
            months.iter().map(|((year, number), month)| {
                (organisation.as_str(), format!("{year:04}-{number:02}"), month)
            })
        })
    }
}

/// The entry of a text, which is copied only when it is new.
fn entry<'a, T: Default>(of: &'a mut HashMap<String, T>, text: &str) -> &'a mut T {
    // two look-ups, but no copy of the text for each line
    if !of.contains_key(text) {
        return of.entry(text.to_owned()).or_default();
    }
    of.get_mut(text).unwrap_or_else(|| unreachable!("it was there"))
}

impl Cell {
    fn add(&mut self, line: &Priced) {
        self.shifts += 1;
        self.without_price += i64::from(line.cost.is_none() && line.shift.supply.worked());
        self.minutes += line.minutes.total();
        self.pence += line.cost.unwrap_or_default();
        self.over_cap += line.over_cap.unwrap_or_default();
    }
}

impl Totals {
    fn add(&mut self, line: &Priced, judged: &Judged) {
        if !line.shift.supply.worked() {
            return;
        }
        self.worked += 1;
        self.minutes += line.minutes.total();
        self.over_cap += i64::from(line.over_cap.is_some_and(|pence| pence > 0));
        self.over_cap_pence += line.over_cap.unwrap_or_default();
        self.cost_pence += line.cost.unwrap_or_default();
        self.without_price += i64::from(line.cost.is_none());
        let agency = line.shift.supply == Supply::Agency;
        self.framework_unknown += i64::from(agency && judged.framework.is_none());
        self.not_judged += i64::from(line.verdicts.is_empty());
    }

    fn list(&self) -> Vec<(&'static str, i64)> {
        vec![
            ("shifts_worked", self.worked),
            ("minutes_worked", self.minutes),
            ("cost_pence", self.cost_pence),
            ("shifts_above_cap", self.over_cap),
            ("above_cap_pence", self.over_cap_pence),
            ("shifts_without_price", self.without_price),
            ("agency_shifts_with_framework_unknown", self.framework_unknown),
            ("shifts_not_judged", self.not_judged),
        ]
    }
}
