//! Shift lines on their way in: encoded one by one where they are judged, stored a batch at a time.
//!
//! A line's number is that of its load and its place in it, so that a batch that is stored twice is noticed, lines of a load are a
//! range of the primary key, and no counter is waited for. Lines of a batch are sorted by organisation and day; [`runs`] says
//! which lie where.

use compact_str::{CompactString, ToCompactString as _};
use foldhash::{HashMap, HashMapExt as _};
use jiff::civil::Date;
use muster_kit::{
    Db, OrgScope, Result, UnitOfWork,
    bulk::{
        self,
        Holds::{Numbers, Text},
        Rows, Table,
    },
};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    codec,
    entity::{shift_line, shift_load},
    loads, runs,
};
use crate::domain::{Priced, priced::fingerprint};

/// Numbers of lines that a load has.
const NUMBERS: i64 = 1 << 32;

/// Numbers of the lines of a load, the first and the last.
pub(super) fn numbers(load_id: i64) -> (i64, i64) {
    (load_id * NUMBERS + 1, load_id * NUMBERS + NUMBERS - 1)
}

const LINES: Table = Table {
    name: "shift_lines",
    columns: &[
        ("line_id", Numbers),
        ("org", Text),
        ("load_id", Numbers),
        ("organisation", Text),
        ("shift_ref", Text),
        ("fingerprint", Numbers),
        ("site", Text),
        ("staff_group", Text),
        ("grade", Text),
        ("day", Text),
        ("starts", Numbers),
        ("ends", Numbers),
        ("break_minutes", Numbers),
        ("supply", Numbers),
        ("framework", Numbers),
        ("pay", Numbers),
        ("charge", Numbers),
        ("ward", Text),
        ("specialty", Text),
        ("reason", Text),
        ("worker_ref", Text),
        ("home_organisation", Text),
        ("agency", Text),
        ("tier", Text),
        ("vat", Numbers),
        ("requested_at", Numbers),
        ("booked_at", Numbers),
        ("cost_centre", Text),
        ("core", Numbers),
        ("saturday_night", Numbers),
        ("sunday_holiday", Numbers),
        ("cap", Numbers),
        ("over_cap", Numbers),
        ("cost", Numbers),
        ("verdicts", Numbers),
        ("line", Numbers),
    ],
};

/// Lines that are stored together.
#[derive(Default)]
pub(crate) struct Batch {
    rows: Rows,
    /// Organisation, by its place in `extents`, and day of each.
    places: Vec<(usize, Date)>,
    organisations: Vec<Organisation>,
}

struct Organisation {
    code: String,
    months: HashMap<(i16, i8), Extent>,
}

/// From where to where the lines of an organisation and a month go.
struct Extent {
    days: (Date, Date),
    references: (String, String),
}

impl Batch {
    /// How many lines it has.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a line of a scope.
    pub(crate) fn push(&mut self, line: &Priced) {
        let (code, day) = (&line.shift.organisation, line.shift.on);
        let known = self.organisations.iter().position(|it| it.code == *code);
        let place = known.unwrap_or_else(|| {
            self.organisations.push(Organisation { code: code.to_string(), months: HashMap::new() });
            self.organisations.len() - 1
        });
        let reference = &line.shift.reference;
        let months = &mut self.organisations[place].months;
        if let Some(extent) = months.get_mut(&(day.year(), day.month())) {
            extent.widen(day, reference);
        } else {
            let extent =
                Extent { days: (day, day), references: (reference.to_string(), reference.to_string()) };
            months.insert((day.year(), day.month()), extent);
        }
        self.places.push((place, day));
        encode(&mut self.rows, line);
    }

    /// The rows of a load behind so many others, and the runs that they make.
    fn place(&self, org: &str, load_id: i64, behind: i64) -> (Rows, Vec<runs::Run>) {
        let mut order: Vec<usize> = (0..self.places.len()).collect();
        order.sort_by_key(|at| self.places[*at]);
        let first = numbers(load_id).0 + behind;
        let mut found = Vec::new();
        let mut next = first;
        let month = |at: &usize| {
            let (place, day) = self.places[*at];
            (place, day.year(), day.month())
        };
        for lines in order.chunk_by(|one, other| month(one) == month(other)) {
            let (place, year, number) = month(&lines[0]);
            let organisation = &self.organisations[place];
            let last = next + i64::try_from(lines.len()).unwrap_or_default() - 1;
            if let Some(extent) = organisation.months.get(&(year, number)) {
                found.push(runs::Run {
                    org: org.to_owned(),
                    load_id,
                    organisation: organisation.code.clone(),
                    lines: (next, last),
                    days: extent.days,
                    references: extent.references.clone(),
                });
            }
            next = last + 1;
        }
        let mut same = Rows::default();
        same.text(org);
        same.number(load_id);
        (self.rows.numbered(&order, first, &same), found)
    }
}

impl Extent {
    fn widen(&mut self, day: Date, reference: &str) {
        self.days = (self.days.0.min(day), self.days.1.max(day));
        if reference < self.references.0.as_str() {
            reference.clone_into(&mut self.references.0);
        }
        if reference > self.references.1.as_str() {
            reference.clone_into(&mut self.references.1);
        }
    }
}

/// The columns of a line behind those that a load's lines share.
fn encode(rows: &mut Rows, line: &Priced) {
    let (shift, booking) = (&line.shift, &line.shift.booking);
    rows.text(&shift.organisation);
    rows.text(&shift.reference);
    rows.number(fingerprint(shift));
    rows.text(&shift.site);
    rows.text(&shift.staff_group);
    rows.text(&shift.grade);
    rows.text(&day(shift.on));
    rows.number(shift.time.0);
    rows.number(shift.time.1);
    rows.number(shift.break_minutes);
    rows.number(codec::supply_number(shift.supply).into());
    rows.optional(shift.framework.map(i64::from));
    rows.optional(shift.pay);
    rows.optional(shift.charge);
    rows.text(&booking.ward);
    rows.text(&booking.specialty);
    rows.text(&booking.reason);
    rows.text(&booking.worker_ref);
    rows.text(&booking.home_organisation);
    rows.text(&booking.agency);
    rows.text(&booking.tier);
    rows.optional(booking.vat);
    rows.optional(booking.requested_at);
    rows.optional(booking.booked_at);
    rows.text(&booking.cost_centre);
    rows.number(line.minutes.core);
    rows.number(line.minutes.saturday_night);
    rows.number(line.minutes.sunday_holiday);
    rows.optional(line.cap);
    rows.optional(line.over_cap);
    rows.optional(line.cost);
    rows.number(line.verdicts.bits());
    rows.number(shift.line);
    rows.end();
}

/// A day as [`Date`] prints it, without its printer: there is one in each line.
fn day(on: Date) -> CompactString {
    let (year, month, day) = (on.year(), on.month().unsigned_abs(), on.day().unsigned_abs());
    let Ok(year @ 0..=9999) = u16::try_from(year) else { return on.to_compact_string() };
    let digit =
        |number: u16, place: u16| char::from(b'0' + u8::try_from(number / place % 10).unwrap_or_default());
    let mut text = CompactString::default();
    text.extend([1000, 100, 10, 1].map(|place| digit(year, place)));
    for part in [month, day] {
        text.push('-');
        text.extend([10, 1].map(|place| digit(part.into(), place)));
    }
    text
}

/// Lines that are stored but not noted yet.
pub(crate) struct Stored {
    runs: Vec<runs::Run>,
    lines: i64,
}

/// Stores the lines of a batch behind so many others of its load, in a transaction of its own. Nobody reads them until the load is
/// complete.
///
/// # Errors
/// Already exists when somebody else is storing the same file; internal or unavailable when the database cannot.
pub(crate) async fn store(
    db: Db,
    scope: OrgScope,
    (load_id, behind): (i64, i64),
    batch: Batch,
) -> Result<Stored> {
    let (rows, runs) = batch.place(scope.as_str(), load_id, behind);
    drop(batch);
    let lines = i64::try_from(rows.len()).unwrap_or_default();
    bulk::load(&db, &LINES, rows).await?;
    Ok(Stored { runs, lines })
}

/// Notes how far a load has come, a batch behind the other.
///
/// # Errors
/// Already exists when somebody else goes on with the same file meanwhile.
pub(crate) async fn note(uow: &UnitOfWork, load: &mut shift_load::Model, stored: Stored) -> Result<()> {
    loads::advance(uow, load, stored.lines).await?;
    runs::add(uow, stored.runs).await
}

/// Takes a load over from whoever began it and died: lines that were stored and not noted go, because those before them may be
/// missing. Should the other one live after all, it can neither note nor complete anything from here on.
///
/// # Errors
/// Already exists when somebody else takes it over too; internal or unavailable when the database cannot.
pub(crate) async fn take_over(uow: &UnitOfWork, load: &mut shift_load::Model) -> Result<()> {
    loads::take_over(uow, load).await?;
    let (first, last) = numbers(load.load_id);
    shift_line::Entity::delete_many()
        .filter(shift_line::Column::Org.eq(uow.scope().as_str()))
        .filter(shift_line::Column::LineId.between(first + load.lines, last))
        .exec(uow.conn())
        .await?;
    Ok(())
}
