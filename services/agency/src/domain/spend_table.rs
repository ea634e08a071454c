//! Temporary staffing of a month, measured: shares, fill rate, and what is displacement and no saving.
//!
//! Each measure has one definition, on the page "Measures" of the rules: agency % is agency over all pay; bank share is bank
//! over bank and agency, by pounds, by hours and by shifts; the fill rate is what was worked of what was asked for and not
//! taken back.

use std::collections::BTreeMap;

use super::{
    pay::{ONE, round_half_up},
    shift::Supply,
};

/// What shifts of one supply come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Shifts.
    pub shifts: i64,
    /// Shifts that were worked at an unknown price: their pounds are not in the sum.
    pub without_price: i64,
    /// Minutes.
    pub minutes: i64,
    /// Price, pence.
    pub pence: i64,
    /// Above the cap, pence.
    pub over_cap: i64,
}

impl Sum {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.shifts += other.shifts;
        self.without_price += other.without_price;
        self.minutes += other.minutes;
        self.pence += other.pence;
        self.over_cap += other.over_cap;
    }
}

/// Sums by supply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(BTreeMap<Supply, Sum>);

impl Cells {
    /// Adds shifts of a supply.
    pub fn add(&mut self, supply: Supply, sum: Sum) {
        self.0.entry(supply).or_default().add(sum);
    }

    /// Adds all of another.
    pub fn extend(&mut self, other: &Self) {
        for (supply, sum) in &other.0 {
            self.add(*supply, *sum);
        }
    }

    /// What one supply comes to.
    pub fn of(&self, supply: Supply) -> Sum {
        self.0.get(&supply).copied().unwrap_or_default()
    }

    /// Own and shared bank.
    pub fn bank(&self) -> Sum {
        let mut bank = self.of(Supply::Bank);
        bank.add(self.of(Supply::SharedBank));
        bank
    }
}

/// Measures, parts per million; none where there is nothing to divide by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Agency over substantive, bank and agency pay; none without a pay bill.
    pub agency: Option<i64>,
    /// Bank over bank and agency, by pounds.
    pub bank_by_pounds: Option<i64>,
    /// The same by hours.
    pub bank_by_hours: Option<i64>,
    /// The same by shifts.
    pub bank_by_shifts: Option<i64>,
    /// Shifts worked of those asked for and not taken back.
    pub filled: Option<i64>,
    /// Shifts worked by the own bank, of the same.
    pub filled_bank: Option<i64>,
    /// Shifts worked by a shared bank, of the same.
    pub filled_shared: Option<i64>,
    /// Shifts worked by agencies, of the same.
    pub filled_agency: Option<i64>,
    /// Shifts that nobody worked, of the same.
    pub unfilled: Option<i64>,
    /// Shifts taken back, of all that were asked for.
    pub cancelled: Option<i64>,
}

/// A share in parts per million.
pub fn share(part: i64, whole: i64) -> Option<i64> {
    if whole <= 0 {
        return None;
    }
    i64::try_from(round_half_up(i128::from(part) * i128::from(ONE), i128::from(whole))).ok()
}

/// Measures sums; `substantive` is the pay of substantive staff for the same time, pence.
pub fn measure(cells: &Cells, substantive: Option<i64>) -> Measures {
    let (bank, agency) = (cells.bank(), cells.of(Supply::Agency));
    let [own, shared, unfilled, cancelled] =
        [Supply::Bank, Supply::SharedBank, Supply::Unfilled, Supply::Cancelled].map(|it| cells.of(it).shifts);
    let worked = bank.shifts + agency.shifts;
    let asked = worked + unfilled;
    Measures {
        agency: substantive.and_then(|pay| share(agency.pence, pay + bank.pence + agency.pence)),
        bank_by_pounds: share(bank.pence, bank.pence + agency.pence),
        bank_by_hours: share(bank.minutes, bank.minutes + agency.minutes),
        bank_by_shifts: share(bank.shifts, worked),
        filled: share(worked, asked),
        filled_bank: share(own, asked),
        filled_shared: share(shared, asked),
        filled_agency: share(agency.shifts, asked),
        unfilled: share(unfilled, asked),
        cancelled: share(cancelled, asked + cancelled),
    }
}

/// How spending moved from one time to an equally long one, pence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Agency: after less before.
    pub agency: i64,
    /// Bank: after less before.
    pub bank: i64,
    /// What agencies lost and the bank took over: no saving.
    pub displaced: i64,
    /// What both together cost less; below zero they cost more.
    pub saved: i64,
}

/// Compares two times. Where agency falls and bank rises, the smaller of the two is displaced, and only what both together
/// fell by was saved.
pub fn change(before: &Cells, after: &Cells) -> Change {
    let agency = after.of(Supply::Agency).pence - before.of(Supply::Agency).pence;
    let bank = after.bank().pence - before.bank().pence;
    let displaced = if agency < 0 && bank > 0 { bank.min(-agency) } else { 0 };
    Change { agency, bank, displaced, saved: -(agency + bank) }
}
