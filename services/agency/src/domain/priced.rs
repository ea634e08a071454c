//! A shift line with what the rules of its date say of it and what it cost: what is stored.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};
use sha2::{Digest as _, Sha256};

use super::{
    hours::Minutes,
    pay::round_half_up,
    shift::{Judged, Shift, Supply, Verdict},
    words::Word,
};

/// A priced shift line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The line.
    pub shift: Shift,
    /// Minutes worked, or planned where nobody worked.
    pub minutes: Minutes,
    /// The cap of an hour, pence.
    pub cap: Option<i64>,
    /// Above the cap, pence for the whole shift.
    pub over_cap: Option<i64>,
    /// Price of the whole shift, pence; none when unknown or nobody worked.
    pub cost: Option<i64>,
    /// Verdicts.
    pub verdicts: Verdicts,
}

impl Priced {
    /// Joins a line and its judgement.
    pub fn new(shift: Shift, judged: &Judged) -> Self {
        let hourly = price(&shift).filter(|_| shift.supply.worked());
        let minutes = i128::from(judged.minutes.total());
        let cost =
            hourly.and_then(|pence| i64::try_from(round_half_up(i128::from(pence) * minutes, 60)).ok());
        Self {
            minutes: judged.minutes,
            cap: judged.cap,
            over_cap: judged.over_cap,
            cost,
            verdicts: Verdicts::of(&judged.verdicts),
            shift,
        }
    }
}

/// What an hour of a shift costs, pence: its charge, or the pay of a bank shift without one.
pub fn price(shift: &Shift) -> Option<i64> {
    if shift.supply == Supply::Agency { shift.charge } else { shift.charge.or(shift.pay) }
}

impl Supply {
    /// Did somebody work?
    pub fn worked(self) -> bool {
        matches!(self, Self::Bank | Self::SharedBank | Self::Agency)
    }
}

/// A set of verdicts, one bit each in the order of [`Verdict`]'s words: how a table keeps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Verdicts(u8);

impl Verdicts {
    /// The set of these.
    pub fn of(verdicts: &[Verdict]) -> Self {
        Self(verdicts.iter().fold(0, |bits, verdict| bits | Self::bit(*verdict)))
    }

    fn bit(verdict: Verdict) -> u8 {
        let place = Verdict::WORDS.iter().position(|(_, it)| *it == verdict).unwrap_or_default();
        1 << place
    }

    /// The set that a table keeps as this number; bits that mean nothing are left out by [`Verdicts::iter`].
    pub fn from_bits(bits: i64) -> Self {
        Self(u8::try_from(bits).unwrap_or_default())
    }

    /// The number that a table keeps.
    pub fn bits(self) -> i64 {
        i64::from(self.0)
    }

    /// Is it in the set?
    pub fn has(self, verdict: Verdict) -> bool {
        self.0 & Self::bit(verdict) != 0
    }

    /// Is none in the set?
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those in the set.
    pub fn iter(self) -> impl Iterator<Item = Verdict> {
        Verdict::WORDS.iter().map(|(_, verdict)| *verdict).filter(move |verdict| self.has(*verdict))
    }
}

/// A number that two lines share only when they say the same, up to a chance of one in 2^64.
pub fn fingerprint(shift: &Shift) -> i64 {
    let it = &shift.booking;
    let numbers = [
        Some(shift.time.0),
        Some(shift.time.1),
        Some(shift.break_minutes),
        shift.framework.map(i64::from),
        shift.pay,
        shift.charge,
        it.vat,
        it.requested_at,
        it.booked_at,
    ];
    let texts = [
        shift.site.as_str(),
        &shift.staff_group,
        &shift.grade,
        shift.supply.word(),
        &it.ward,
        &it.specialty,
        &it.reason,
        &it.worker_ref,
        &it.home_organisation,
        &it.agency,
        &it.tier,
        &it.cost_centre,
    ];
    let mut bytes = Vec::with_capacity(512);
    for number in numbers {
        bytes.push(u8::from(number.is_some()));
        bytes.extend_from_slice(&number.unwrap_or_default().to_le_bytes());
    }
    for text in texts {
        bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    let digest = Sha256::digest(&bytes);
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(first)
}

/// The Monday of a day's week.
pub fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().since(Weekday::Monday));
    day.checked_sub(back.days()).unwrap_or(day)
}

/// The month of a day, `YYYY-MM`.
pub fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}
