//! Hours that moved from agencies to banks, and what that saved at all-in rates.
//!
//! A month is compared with its base: the same month a year before, or a baseline that somebody stated. Hours count as displaced
//! only where agency hours fell and bank hours rose in the same group of staff, and no more of them than both did: agency hours that
//! ended because nobody worked, or because staff was employed, displaced nothing. Hours that moved back are taken off, and so are
//! agency hours that rose elsewhere in the organisation. An hour is valued at the lower of the two months' agency rates, less
//! the bank's rate of the month, so that dearer hours that are left do not make a saving. What remains doubtful is said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Month, Word,
    figure::{PPM, decimal, divide, divide_i64},
};

/// Who filled shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filled {
    /// The organisation's own or a shared bank.
    Bank,
    /// An agency.
    Agency,
}

impl Word for Filled {
    const WORDS: &'static [(&'static str, Self)] = &[("bank", Self::Bank), ("agency", Self::Agency)];
}

/// Worked shifts of one group of staff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Minutes.
    pub minutes: i64,
    /// Price of the shifts whose price is known, pence.
    pub pence: i64,
    /// Shifts.
    pub shifts: i64,
    /// Shifts among them whose price is unknown.
    pub without_price: i64,
}

impl Hours {
    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.minutes += other.minutes;
        self.pence += other.pence;
        self.shifts += other.shifts;
        self.without_price += other.without_price;
    }

    /// All-in price of a mean hour in 1/100 pence, with a share (ppm) on top; hours without a price count as the others do. None where
    /// no price is known.
    fn rate(self, share_ppm: i64) -> Option<i64> {
        let priced = i128::from(self.shifts - self.without_price);
        if self.minutes <= 0 || priced <= 0 {
            return None;
        }
        let above = i128::from(self.pence) * 100 * 60 * i128::from(PPM + share_ppm) * i128::from(self.shifts);
        Some(divide_i64(above, i128::from(PPM) * i128::from(self.minutes) * priced))
    }
}

/// Bank and agency of one group of staff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupHours {
    /// Bank.
    pub bank: Hours,
    /// Agency.
    pub agency: Hours,
}

/// A month of an organisation by group of staff.
pub type MonthHours = BTreeMap<String, GroupHours>;

/// What comes on top of the posted price to make it all-in, from a month to a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllInShare {
    /// Bank or agency.
    pub supply: Filled,
    /// Share of the posted price, ppm.
    pub share_ppm: i64,
    /// First month.
    pub from: Month,
    /// Last month; none = still.
    pub to: Option<Month>,
    /// Where it is from.
    pub source: String,
    /// Has somebody compared it with the source?
    pub verified: bool,
}

/// The share that holds in a month: the one that began last; nothing on top where none holds.
pub fn share_ppm(rules: &[AllInShare], supply: Filled, month: Month) -> i64 {
    let holds =
        |it: &&AllInShare| it.supply == supply && it.from <= month && it.to.is_none_or(|to| month <= to);
    rules.iter().filter(holds).max_by_key(|it| it.from).map_or(0, |it| it.share_ppm)
}

/// What a month is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared<'a> {
    /// The month.
    pub month: Month,
    /// Its hours.
    pub now: &'a MonthHours,
    /// The month of the base, whose shares on top hold for it.
    pub base_month: Month,
    /// Hours of the base.
    pub base: &'a MonthHours,
}

/// A group of staff in which hours moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Displaced {
    /// Group of staff.
    pub staff_group: String,
    /// Minutes that moved from agencies to banks; below zero where they moved back.
    pub minutes: i64,
    /// All-in agency rate, 1/100 pence an hour.
    pub agency_rate: i64,
    /// All-in bank rate, 1/100 pence an hour.
    pub bank_rate: i64,
    /// What it saved, pence.
    pub pence: i64,
}

/// What displacement saved in a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Displacement {
    /// Groups in which hours moved, before what rose elsewhere is taken off.
    pub groups: Vec<Displaced>,
    /// Minutes that count.
    pub minutes: i64,
    /// What they saved, pence.
    pub pence: i64,
    /// What a reader must know, a sentence each.
    pub caveats: Vec<String>,
}

/// Works out what a month's displacement saved.
pub fn displacement(of: &Compared<'_>, rules: &[AllInShare]) -> Displacement {
    let share = |supply, month| share_ppm(rules, supply, month);
    let mut found = Displacement::default();
    let (mut agency_fell, mut unpriced) = (0_i64, 0_i64);
    let mut staff_groups: Vec<&String> = of.now.keys().chain(of.base.keys()).collect();
    staff_groups.sort_unstable();
    staff_groups.dedup();
    for staff_group in staff_groups {
        let now = of.now.get(staff_group).copied().unwrap_or_default();
        let base = of.base.get(staff_group).copied().unwrap_or_default();
        let (fell, rose) = (base.agency.minutes - now.agency.minutes, now.bank.minutes - base.bank.minutes);
        agency_fell += fell;
        let minutes = moved(fell, rose);
        if minutes == 0 {
            continue;
        }
        let agency = [
            now.agency.rate(share(Filled::Agency, of.month)),
            base.agency.rate(share(Filled::Agency, of.base_month)),
        ];
        let agency = agency.into_iter().flatten();
        let agency_rate = if minutes > 0 { agency.min() } else { agency.max() };
        let bank_rate = now
            .bank
            .rate(share(Filled::Bank, of.month))
            .or_else(|| base.bank.rate(share(Filled::Bank, of.base_month)));
        let Some((agency_rate, bank_rate)) = agency_rate.zip(bank_rate) else {
            let said =
                format!("hours of {staff_group} moved and are not valued: no price of either is known");
            found.caveats.push(said);
            continue;
        };
        unpriced += now.bank.without_price + now.agency.without_price;
        let pence = divide_i64(i128::from(minutes) * i128::from(agency_rate - bank_rate), 6_000);
        let staff_group = staff_group.clone();
        found.groups.push(Displaced { staff_group, minutes, agency_rate, bank_rate, pence });
    }
    found.net(agency_fell);
    found.caution(unpriced, share(Filled::Bank, of.month));
    found
}

/// What moved from agencies to banks when agency hours fell and bank hours rose; below zero when it moved back.
fn moved(agency_fell: i64, bank_rose: i64) -> i64 {
    match (agency_fell, bank_rose) {
        (fell, rose) if fell > 0 && rose > 0 => fell.min(rose),
        (fell, rose) if fell < 0 && rose < 0 => fell.max(rose),
        _ => 0,
    }
}

impl Displacement {
    /// Takes off what rose elsewhere: no more hours count than the organisation's agencies lost in all.
    fn net(&mut self, agency_fell: i64) {
        let minutes: i64 = self.groups.iter().map(|it| it.minutes).sum();
        let pence: i64 = self.groups.iter().map(|it| it.pence).sum();
        let most = agency_fell.max(0);
        if minutes <= most {
            (self.minutes, self.pence) = (minutes, pence);
            return;
        }
        self.minutes = most;
        self.pence = divide_i64(i128::from(pence) * i128::from(most), i128::from(minutes));
        self.caveats.push(format!(
            "agency hours rose elsewhere in the organisation: {} of {} displaced hours count",
            hours(most),
            hours(minutes)
        ));
    }

    fn caution(&mut self, unpriced: i64, bank_share: i64) {
        if self.groups.is_empty() {
            return;
        }
        if unpriced > 0 {
            let said =
                format!("{unpriced} shifts have no price: their hours are taken at the rate of the others");
            self.caveats.push(said);
        }
        if bank_share > 0 {
            let share = decimal(divide_i64(i128::from(bank_share), 1_000), 1);
            self.caveats.push(format!(
                "the price of bank shifts is taken for pay, with {share}% on top: where it was a charge, more was saved"
            ));
        }
        self.caveats.push("a month whose shifts are not all in shows other hours than it will".to_owned());
    }
}

/// Minutes as hours with one decimal.
pub fn hours(minutes: i64) -> String {
    decimal(i64::try_from(divide(i128::from(minutes) * 10, 60)).unwrap_or_default(), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn month(text: &str) -> Month {
        Month::read(text).expect("a month")
    }

    /// Hours at so many pounds an hour.
    fn at(hours: i64, pounds: i64) -> Hours {
        Hours { minutes: hours * 60, pence: hours * pounds * 100, shifts: hours, without_price: 0 }
    }

    fn group(agency: (i64, i64), bank: (i64, i64)) -> GroupHours {
        GroupHours { bank: at(bank.0, bank.1), agency: at(agency.0, agency.1) }
    }

    fn run(base: &[(&str, GroupHours)], now: &[(&str, GroupHours)], rules: &[AllInShare]) -> Displacement {
        let hours =
            |of: &[(&str, GroupHours)]| of.iter().map(|(name, it)| ((*name).to_owned(), *it)).collect();
        let (base, now): (MonthHours, MonthHours) = (hours(base), hours(now));
        let (this, before) = (month("2017-10"), month("2016-10"));
        displacement(&Compared { month: this, now: &now, base_month: before, base: &base }, rules)
    }

    #[test]
    fn only_hours_that_both_fell_and_rose_are_displaced() {
        // 1,000 agency hours at 30 became 400; the bank at 20 gained 500; the other 100 went away
        let it = run(
            &[("nursing", group((1_000, 30), (200, 20)))],
            &[("nursing", group((400, 30), (700, 20)))],
            &[],
        );
        assert_eq!((it.minutes, it.pence), (500 * 60, 500_000));
        // agency hours that just ended displaced nothing, and neither did bank hours that came on top
        for now in [group((400, 30), (200, 20)), group((1_000, 30), (900, 20))] {
            let it = run(&[("nursing", group((1_000, 30), (200, 20)))], &[("nursing", now)], &[]);
            assert_eq!((it.minutes, it.pence), (0, 0));
        }
    }

    #[test]
    fn on_costs_and_the_lower_agency_rate_count() {
        let bank = AllInShare {
            supply: Filled::Bank,
            share_ppm: 400_000,
            from: month("2015-04"),
            to: None,
            source: "s".into(),
            verified: false,
        };
        let later = AllInShare { share_ppm: 500_000, from: month("2018-04"), ..bank.clone() };
        // the hours left with agencies cost 45: the 30 of the base count; 20 of pay are 28 all-in
        let it = run(
            &[("nursing", group((100, 30), (0, 0)))],
            &[("nursing", group((10, 45), (90, 20)))],
            &[bank, later],
        );
        assert_eq!((it.groups[0].agency_rate, it.groups[0].bank_rate), (300_000, 280_000));
        assert_eq!(it.pence, 90 * 200);
        assert!(it.caveats.iter().any(|it| it.contains("40.0% on top")), "{:?}", it.caveats);
    }

    #[test]
    fn what_moved_back_or_rose_elsewhere_is_taken_off() {
        let base = [("ahp", group((50, 40), (80, 30))), ("nursing", group((100, 30), (100, 20)))];
        // 60 hours of nursing moved to the bank, 20 of the therapists moved back
        let it =
            run(&base, &[("ahp", group((70, 40), (60, 30))), ("nursing", group((40, 30), (160, 20)))], &[]);
        assert_eq!((it.minutes, it.pence), (40 * 60, 60_000 - 20_000));
        // therapists' agency hours rise by 45 and their bank stays: 15 of the 60 hours count
        let it =
            run(&base, &[("ahp", group((95, 40), (80, 30))), ("nursing", group((40, 30), (160, 20)))], &[]);
        assert_eq!((it.minutes, it.pence), (15 * 60, 15_000));
        assert!(it.caveats[0].contains("15.0 of 60.0 displaced hours count"), "{:?}", it.caveats);
    }

    #[test]
    fn hours_without_a_price_are_said() {
        let mut now = group((0, 0), (100, 20));
        now.bank.without_price = 50;
        now.bank.pence /= 2;
        let it = run(&[("nursing", group((100, 30), (0, 0)))], &[("nursing", now)], &[]);
        assert_eq!((it.pence, it.groups[0].bank_rate), (100_000, 200_000));
        assert!(it.caveats[0].contains("50 shifts have no price"), "{:?}", it.caveats);
        now.bank.without_price = 100;
        let it = run(&[("nursing", group((100, 30), (0, 0)))], &[("nursing", now)], &[]);
        assert_eq!((it.pence, it.groups.len()), (0, 0));
    }

    proptest! {
        /// No more than what both fell and rose, in all as in each group; and nothing that both months agree on.
        #[test]
        fn never_more_than_fell(
            base in prop::collection::vec((0_i64..200, 1_i64..60, 0_i64..200, 1_i64..60), 1..4),
            now in prop::collection::vec((0_i64..200, 1_i64..60, 0_i64..200, 1_i64..60), 1..4),
        ) {
            let names = ["a", "b", "c"];
            let of = |rows: &[(i64, i64, i64, i64)]| -> Vec<(&str, GroupHours)> {
                rows.iter().zip(names).map(|(it, name)| (name, group((it.0, it.1), (it.2, it.3)))).collect()
            };
            let (base, now) = (of(&base), of(&now));
            let it = run(&base, &now, &[]);
            let sum = |rows: &[(&str, GroupHours)]| rows.iter().map(|(_, it)| it.agency.minutes).sum::<i64>();
            prop_assert!(it.minutes <= (sum(&base) - sum(&now)).max(0));
            prop_assert_eq!(run(&now, &now, &[]).pence, 0);
        }
    }
}
