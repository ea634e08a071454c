//! The weekly return: shifts of a week counted by group of staff, with overrides of price and framework apart and together.
//!
//! The official template is not to hand, so the form has a version of its own ([`TEMPLATE`]).

mod sheet;
mod week;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    break_glass::{Override, State},
    priced::price,
    shift::{Judged, Shift, Supply, Verdict},
    words::Word,
};

pub use sheet::{Cell, Sheet, sheets};
pub use week::Week;

/// Version of the form of the return.
pub const TEMPLATE: &str = "muster-weekly-return/1";

/// What is counted of a group of staff. Shifts, if nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Worked by bank and agency staff.
    pub worked: u64,
    /// Worked by bank staff, with those of a shared bank.
    pub bank: u64,
    /// Worked by agency staff.
    pub agency: u64,
    /// Asked for and worked by nobody.
    pub unfilled: u64,
    /// Taken back.
    pub cancelled: u64,
    /// Agency shifts above the price cap.
    pub price_cap: u64,
    /// Agency shifts whose pay is above the maximum wage.
    pub wage_cap: u64,
    /// Agency shifts off framework.
    pub off_framework: u64,
    /// Agency shifts above the price cap and off framework.
    pub both: u64,
    /// Agency shifts above the price cap or off framework, each counted once.
    pub either: u64,
    /// 50% or more above the cap and below the threshold.
    pub over_50: u64,
    /// At or above the threshold, agency and bank.
    pub over_threshold: u64,
    /// Shifts that needed somebody's leave and had it.
    pub sign_offs: u64,
    /// Shifts that needed somebody's leave and did not have it.
    pub without_sign_off: u64,
    /// Agency shifts of bands 2 and 3.
    pub band_2_3: u64,
    /// Agency shifts of admin and estates.
    pub admin_estates: u64,
    /// Worked, and some rule or price to judge them by was missing.
    pub not_judged: u64,
    /// Minutes worked.
    pub minutes: i64,
    /// Above the price cap, pence.
    pub over_cap_pence: i64,
}

/// A shift off framework, as the return lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffFramework {
    /// Day, `YYYY-MM-DD`.
    pub date: String,
    /// Group of staff.
    pub staff_group: String,
    /// Reference of the shift.
    pub shift: String,
    /// Reason of the booking; empty = the line does not say.
    pub reason: String,
    /// Price paid, pence an hour; none = unknown.
    pub price_pence: Option<i64>,
    /// Agency; empty = the line does not say.
    pub agency: String,
}

/// An override that was asked for, as the return lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlass {
    /// Day, `YYYY-MM-DD`.
    pub date: String,
    /// Group of staff.
    pub staff_group: String,
    /// Reference of the shift.
    pub shift: String,
    /// Reason.
    pub reason: String,
    /// Price, pence an hour.
    pub price_pence: i64,
    /// Agency.
    pub agency: String,
    /// Who had to sign it off.
    pub demanded: String,
    /// Requested, approved, refused or expired.
    pub state: String,
}

/// The figures of a return.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Counts by group of staff as the lines name it.
    pub groups: BTreeMap<String, Counts>,
    /// Shifts off framework, by day and reference.
    pub off_framework: Vec<OffFramework>,
    /// Overrides that were asked for, by day and reference.
    pub break_glass: Vec<BreakGlass>,
}

impl Figures {
    /// Counts lines of one week; overrides as they stood at an instant, microseconds UTC.
    pub fn count<'a>(
        lines: impl IntoIterator<Item = (&'a Shift, &'a Judged)>,
        overrides: &[Override],
        at: i64,
    ) -> Self {
        let mut figures = Self::default();
        for (shift, judged) in lines {
            figures.add(shift, judged, overrides);
        }
        figures.off_framework.sort_by(|a, b| (&a.date, &a.shift).cmp(&(&b.date, &b.shift)));
        figures.break_glass = overrides.iter().map(|it| entry(it, at)).collect();
        figures.break_glass.sort_by(|a, b| (&a.date, &a.shift).cmp(&(&b.date, &b.shift)));
        figures
    }

    fn add(&mut self, shift: &Shift, judged: &Judged, overrides: &[Override]) {
        let has = |verdict| judged.verdicts.contains(&verdict);
        if has(Verdict::OffFramework) {
            self.off_framework.push(OffFramework {
                date: shift.on.to_string(),
                staff_group: shift.staff_group.to_string(),
                shift: shift.reference.to_string(),
                reason: shift.booking.reason.to_string(),
                price_pence: shift.charge,
                agency: shift.booking.agency.to_string(),
            });
        }
        let counts = self.groups.entry(shift.staff_group.to_string()).or_default();
        match shift.supply {
            Supply::Unfilled => counts.unfilled += 1,
            Supply::Cancelled => counts.cancelled += 1,
            Supply::Bank | Supply::SharedBank => counts.bank += 1,
            Supply::Agency => counts.agency += 1,
        }
        if !shift.supply.worked() {
            return;
        }
        counts.worked += 1;
        counts.minutes += judged.minutes.total();
        counts.over_cap_pence += judged.over_cap.unwrap_or_default();
        counts.price_cap += u64::from(has(Verdict::OverCap));
        counts.wage_cap += u64::from(judged.over_wage_cap == Some(true));
        counts.off_framework += u64::from(has(Verdict::OffFramework));
        counts.both += u64::from(has(Verdict::Both));
        counts.either += u64::from(has(Verdict::OverCap) || has(Verdict::OffFramework));
        counts.over_50 += u64::from(has(Verdict::Over50));
        counts.over_threshold += u64::from(has(Verdict::OverThreshold));
        counts.band_2_3 += u64::from(has(Verdict::Band23));
        counts.admin_estates += u64::from(has(Verdict::AdminEstates));
        counts.not_judged += u64::from(judged.verdicts.is_empty());
        if judged.verdicts.iter().any(|it| *it != Verdict::Within) {
            let given = overrides.iter().any(|it| it.covers(shift));
            *(if given { &mut counts.sign_offs } else { &mut counts.without_sign_off }) += 1;
        }
    }

    /// All groups together.
    pub fn total(&self) -> Counts {
        let mut all = Counts::default();
        for one in self.groups.values() {
            for ((_, sum), (_, more)) in all.cells_mut().into_iter().zip(one.clone().cells_mut()) {
                *sum += *more;
            }
            all.minutes += one.minutes;
            all.over_cap_pence += one.over_cap_pence;
        }
        all
    }
}

impl Counts {
    /// Every count of shifts with its name, in the order of the form.
    pub fn cells_mut(&mut self) -> [(&'static str, &mut u64); 17] {
        [
            ("shifts worked", &mut self.worked),
            ("bank", &mut self.bank),
            ("agency", &mut self.agency),
            ("unfilled", &mut self.unfilled),
            ("cancelled", &mut self.cancelled),
            ("price-cap overrides", &mut self.price_cap),
            ("wage-cap overrides", &mut self.wage_cap),
            ("off framework", &mut self.off_framework),
            ("both", &mut self.both),
            ("either", &mut self.either),
            ("50% or more over cap", &mut self.over_50),
            ("at or over threshold", &mut self.over_threshold),
            ("sign-offs", &mut self.sign_offs),
            ("without sign-off", &mut self.without_sign_off),
            ("band 2-3 agency", &mut self.band_2_3),
            ("admin and estates", &mut self.admin_estates),
            ("not judged", &mut self.not_judged),
        ]
    }
}

fn entry(it: &Override, at: i64) -> BreakGlass {
    let asked = &it.request.shift;
    BreakGlass {
        date: asked.on.to_string(),
        staff_group: asked.staff_group.to_string(),
        shift: asked.reference.to_string(),
        reason: asked.booking.reason.to_string(),
        price_pence: price(asked).unwrap_or_default(),
        agency: asked.booking.agency.to_string(),
        demanded: it.demanded.word().to_owned(),
        state: State::word(it.state(at)).to_owned(),
    }
}
