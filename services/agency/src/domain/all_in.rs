//! All-in cost of an hour, so that bank and agency are compared like with like.
//!
//! Bank = pay + employer's national insurance + pension + holiday + fee; agency = charge + irrecoverable VAT + framework fee
//! (domain page "Measures"). Each part is a dated share; those of the bank are of pay, those of agencies of the charge.

use jiff::civil::Date;

use super::{
    dated::{Dated, in_force},
    pay::{ONE, round_half_up},
    shift::Supply,
    words::Word,
};

/// What comes on top of pay or charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Employer's national insurance, of a bank worker's pay.
    NationalInsurance,
    /// Employer's pension contribution, of a bank worker's pay.
    Pension,
    /// Holiday, of a bank worker's pay.
    Holiday,
    /// Fee of whoever runs the bank, of pay.
    BankFee,
    /// VAT that cannot be recovered, of an agency's charge; counts for lines that name no VAT of their own.
    Vat,
    /// Fee of the framework, of an agency's charge.
    FrameworkFee,
}

impl Word for Part {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("national-insurance", Self::NationalInsurance),
        ("pension", Self::Pension),
        ("holiday", Self::Holiday),
        ("bank-fee", Self::BankFee),
        ("vat", Self::Vat),
        ("framework-fee", Self::FrameworkFee),
    ];
}

/// A share on top of pay or charge, parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnCost {
    /// What it is.
    pub part: Part,
    /// Share, parts per million.
    pub share_ppm: i64,
}

/// Shifts of one supply whose price is known, added up. A product is pence an hour times minutes: 60 of it are one penny.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Minutes.
    pub minutes: i64,
    /// Product of pay, for bank shifts whose pay is known.
    pub pay: i64,
    /// Product of the charge, for agency shifts, and for bank shifts of which only a charge is known: that is all-in already.
    pub charge: i64,
    /// The part of `charge` whose lines name no VAT.
    pub charge_without_vat: i64,
    /// VAT that lines name, pence.
    pub vat: i64,
}

/// Products of all-in cost by supply and month, ready to be divided by minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AllIn {
    /// Minutes.
    pub minutes: i64,
    /// Pence an hour times minutes.
    pub product: i64,
}

impl AllIn {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.minutes += other.minutes;
        self.product += other.product;
    }

    /// Pence of a mean hour; none where nothing was worked.
    pub fn hour(self) -> Option<i64> {
        (self.minutes > 0).then(|| rounded(i128::from(self.product), i128::from(self.minutes)))
    }

    /// Pence of all of it.
    pub fn pence(self) -> i64 {
        rounded(i128::from(self.product), 60)
    }
}

fn rounded(above: i128, below: i128) -> i64 {
    i64::try_from(round_half_up(above, below)).unwrap_or(i64::MAX)
}

/// The share of a part on a day; nothing where no rule holds.
fn share(rules: &[Dated<OnCost>], part: Part, on: Date) -> i128 {
    in_force(rules, on, |rule| rule.part == part).map_or(0, |rule| i128::from(rule.value.share_ppm))
}

/// What comes on top of a bank worker's pay on a day, without the bank's fee, parts per million.
pub fn employer_ppm(rules: &[Dated<OnCost>], on: Date) -> i64 {
    let parts = [Part::NationalInsurance, Part::Pension, Part::Holiday];
    i64::try_from(parts.into_iter().map(|part| share(rules, part, on)).sum::<i128>()).unwrap_or(i64::MAX)
}

/// The bank's fee on a day, parts per million of pay.
pub fn bank_fee_ppm(rules: &[Dated<OnCost>], on: Date) -> i64 {
    i64::try_from(share(rules, Part::BankFee, on)).unwrap_or(i64::MAX)
}

/// All-in cost of shifts of one supply, by the shares of a day.
pub fn all_in(rules: &[Dated<OnCost>], supply: Supply, on: Date, of: Worked) -> AllIn {
    let one = i128::from(ONE);
    let [pay, charge, bare] = [of.pay, of.charge, of.charge_without_vat].map(i128::from);
    let micro = if supply == Supply::Agency {
        charge * (one + share(rules, Part::FrameworkFee, on))
            + bare * share(rules, Part::Vat, on)
            + i128::from(of.vat) * 60 * one
    } else {
        let on_top = i128::from(employer_ppm(rules, on)) + share(rules, Part::BankFee, on);
        pay * (one + on_top) + charge * one
    };
    AllIn { minutes: of.minutes, product: rounded(micro, one) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rule(part: Part, share_ppm: i64, from: Date) -> Dated<OnCost> {
        Dated { value: OnCost { part, share_ppm }, from, to: None, source: String::new(), verified: false }
    }

    #[test]
    fn parts_are_those_of_their_supply_and_day() {
        let rules = [
            rule(Part::NationalInsurance, 138_000, date(2015, 4, 1)),
            rule(Part::NationalInsurance, 150_000, date(2025, 4, 1)),
            rule(Part::Holiday, 120_700, date(2015, 4, 1)),
            rule(Part::Vat, 200_000, date(2015, 4, 1)),
            rule(Part::FrameworkFee, 20_000, date(2015, 4, 1)),
        ];
        // ten hours at 20 pounds
        let bank = Worked { minutes: 600, pay: 2_000 * 600, ..Worked::default() };
        let of = |supply, on, worked| all_in(&rules, supply, on, worked);
        assert_eq!(of(Supply::Bank, date(2025, 3, 31), bank).hour(), Some(2_517)); // 20 x 1.2587
        assert_eq!(of(Supply::SharedBank, date(2025, 4, 1), bank).pence(), 25_414); // 200 x 1.2707
        // a bank shift of which only the charge is known has nothing on top
        let charged = Worked { minutes: 600, charge: 2_000 * 600, ..Worked::default() };
        assert_eq!(of(Supply::Bank, date(2025, 4, 1), charged).hour(), Some(2_000));
        // half of the agency's hours come with their own VAT of 5 pounds, the rest has the rule's
        let agency = Worked {
            minutes: 600,
            charge: 3_000 * 600,
            charge_without_vat: 3_000 * 300,
            vat: 500,
            ..Worked::default()
        };
        // 300 x 1.02 + 150 x 0.2 + 5
        assert_eq!(of(Supply::Agency, date(2020, 1, 1), agency).pence(), 34_100);
    }
}
