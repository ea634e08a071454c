//! Text and numbers of columns to values. What cannot be read back is a fault of ours, never the caller's.

use jiff::civil::Date;
use muster_kit::{Error, Result};

use super::entity::shift_line::Model;
use crate::domain::{Booking, Minutes, Priced, Shift, Supply, Verdicts, words::Word};

/// A date as its column has it.
pub(crate) fn date(text: &str) -> Result<Date> {
    text.parse().map_err(|error: jiff::Error| {
        Error::internal(format!("stored date `{text}` unreadable")).with_source(error)
    })
}

/// The number of a supply: its place among the words, from 1.
pub(crate) fn supply_number(supply: Supply) -> i32 {
    let place = Supply::WORDS.iter().position(|(_, it)| *it == supply).unwrap_or_default();
    i32::try_from(place + 1).unwrap_or_default()
}

/// A supply as its column has it.
pub(crate) fn supply(number: i32) -> Result<Supply> {
    let place = usize::try_from(number - 1).ok();
    place
        .and_then(|place| Supply::WORDS.get(place))
        .map(|(_, supply)| *supply)
        .ok_or_else(|| Error::internal(format!("stored supply {number} unreadable")))
}

/// A line as its row has it.
pub(crate) fn priced(row: Model) -> Result<Priced> {
    let booking = Booking {
        ward: row.ward.into(),
        specialty: row.specialty.into(),
        reason: row.reason.into(),
        worker_ref: row.worker_ref.into(),
        home_organisation: row.home_organisation.into(),
        agency: row.agency.into(),
        tier: row.tier.into(),
        vat: row.vat,
        requested_at: row.requested_at,
        booked_at: row.booked_at,
        cost_centre: row.cost_centre.into(),
    };
    let shift = Shift {
        reference: row.shift_ref.into(),
        organisation: row.organisation.into(),
        site: row.site.into(),
        staff_group: row.staff_group.into(),
        grade: row.grade.into(),
        on: date(&row.day)?,
        time: (row.starts, row.ends),
        break_minutes: row.break_minutes,
        supply: supply(row.supply)?,
        framework: row.framework.map(|it| it != 0),
        pay: row.pay,
        charge: row.charge,
        booking,
        line: row.line,
    };
    let minutes =
        Minutes { core: row.core, saturday_night: row.saturday_night, sunday_holiday: row.sunday_holiday };
    let verdicts = Verdicts::from_bits(row.verdicts);
    Ok(Priced { shift, minutes, cap: row.cap, over_cap: row.over_cap, cost: row.cost, verdicts })
}
