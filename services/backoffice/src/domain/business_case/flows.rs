//! Flows of an option by organisation, month and what they are for.

use super::{BusinessCase, CaseOption, share};
use crate::domain::{
    case::{Case, Flow},
    figure::{PPM, divide_i64, rounded_to_total},
    options::Choice,
};

/// Months of a year.
const YEAR: i32 = 12;

/// What the flow of a month is made of, pence; costs are negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Cost of moving, once.
    pub transition: i64,
    /// The new service while the old one still runs.
    pub dual_running: i64,
    /// What the old service leaves behind.
    pub stranded: i64,
    /// What the new service saves, or costs more.
    pub saving: i64,
    /// What the saving would be had nothing of it been lost since; no part of the sum.
    pub undecayed: i64,
    /// Lines that the case states by themselves.
    pub stated: Flow,
}

impl Parts {
    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.transition += other.transition;
        self.dual_running += other.dual_running;
        self.stranded += other.stranded;
        self.saving += other.saving;
        self.undecayed += other.undecayed;
        self.stated = self.stated.plus(&other.stated);
    }
}

/// Flows of an option: by organisation (place) the parts of each month from the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flows {
    /// Parts.
    pub organisations: Vec<Vec<Parts>>,
}

impl Flows {
    /// Each month, all organisations together.
    pub fn months(&self) -> Vec<Parts> {
        let mut months = vec![Parts::default(); self.organisations.first().map_or(0, Vec::len)];
        for parts in &self.organisations {
            for (sum, it) in months.iter_mut().zip(parts) {
                sum.add(it);
            }
        }
        months
    }

    /// All months of an organisation together.
    pub fn whole(&self, organisation: usize) -> Parts {
        let mut whole = Parts::default();
        for parts in &self.organisations[organisation] {
            whole.add(parts);
        }
        whole
    }

    /// Cash flows with their low and high case.
    pub fn case(&self, of: &BusinessCase) -> Case {
        self.case_with(of, |_, _, parts| of.range.around(parts.saving))
    }

    /// Cash flows of which the saving is another than planned; `saving` gets the place of organisation and month.
    pub(super) fn case_with(&self, of: &BusinessCase, saving: impl Fn(usize, usize, &Parts) -> Flow) -> Case {
        let mut case = Case::default();
        for (o, months) in self.organisations.iter().enumerate() {
            let flows = case.organisations.entry(of.setting.organisations[o].id.clone()).or_default();
            for (m, parts) in months.iter().enumerate() {
                let costs = [parts.transition, parts.dual_running, parts.stranded];
                let flow = costs
                    .into_iter()
                    .map(|cost| of.range.around(cost))
                    .fold(parts.stated.plus(&saving(o, m, parts)), |sum, it| sum.plus(&it));
                flows.insert(of.start.plus(i32::try_from(m).unwrap_or_default()), flow);
            }
        }
        case
    }
}

impl BusinessCase {
    /// Flows of an option.
    ///
    /// An organisation pays for the move in the month in which it joins; both services run for the months of dual running; from then on
    /// it saves the difference, less what is stranded, and loses a share of the saving each year. The fixed cost of a host or
    /// firm is borne by those who have joined, in proportion to their volumes.
    pub fn flows(&self, option: &CaseOption) -> Flows {
        let months = usize::try_from(self.months).unwrap_or_default();
        let mut organisations = vec![vec![Parts::default(); months]; self.setting.organisations.len()];
        let fixed: Vec<Vec<i64>> = (0..self.months).map(|at| self.fixed_of_month(option, at)).collect();
        for (o, (choice, flows)) in option.choices.iter().zip(&mut organisations).enumerate() {
            let Choice::Served(p) = choice else { continue };
            for ((at, parts), fixed) in (0..).zip(flows).zip(&fixed) {
                if let Some(since) = self.since_joining(option, o, at) {
                    let paid = twelfth(self.running_cost(o, *p), at).saturating_add(fixed[o]);
                    *parts = self.parts(o, (at, since), paid);
                }
            }
        }
        for line in &option.lines {
            let place = usize::try_from(line.month.since(self.start)).ok();
            if let Some(parts) = place.and_then(|m| organisations[line.organisation].get_mut(m)) {
                parts.stated = parts.stated.plus(&line.flow);
            }
        }
        Flows { organisations }
    }

    /// Months since an organisation joined; none before.
    fn since_joining(&self, option: &CaseOption, organisation: usize, at: i32) -> Option<i32> {
        let joins = option.joins.get(&organisation).copied().unwrap_or(self.start);
        let since = self.start.plus(at).since(joins);
        (since >= 0).then_some(since)
    }

    /// Fixed cost of a month that each organisation bears, pence.
    fn fixed_of_month(&self, option: &CaseOption, at: i32) -> Vec<i64> {
        let mut borne = vec![0; option.choices.len()];
        for (p, provider) in self.setting.providers.iter().enumerate() {
            let joined = |o: &usize| {
                option.choices[*o] == Choice::Served(p) && self.since_joining(option, *o, at).is_some()
            };
            let members: Vec<usize> = (0..option.choices.len()).filter(joined).collect();
            let volumes: Vec<i128> =
                members.iter().map(|o| i128::from(self.setting.organisations[*o].volume)).collect();
            let all: i128 = volumes.iter().sum();
            // members without any volume share evenly
            let (volumes, all) = if all > 0 {
                (volumes, all)
            } else {
                (vec![1; members.len()], i128::try_from(members.len()).unwrap_or(1).max(1))
            };
            let cost = i128::from(twelfth(provider.fixed_cost, at));
            let parts: Vec<i128> = volumes.iter().map(|volume| cost * volume).collect();
            for (o, part) in members.iter().zip(rounded_to_total(&parts, all)) {
                borne[*o] += part;
            }
        }
        borne
    }

    /// Parts of a month of an organisation that joined `since` months ago and pays so much for the new service.
    fn parts(&self, organisation: usize, (at, since): (i32, i32), paid: i64) -> Parts {
        let moving = &self.moving;
        let mut parts = Parts::default();
        if since == 0 {
            parts.transition = -self.moving_once[organisation];
        }
        let after = since - moving.dual_running_months;
        if after < 0 {
            parts.dual_running = -paid;
            return parts;
        }
        let local = twelfth(self.setting.organisations[organisation].local_cost, at);
        parts.undecayed = local - paid;
        parts.saving = decayed(parts.undecayed, moving.decay, after / YEAR);
        if after < moving.stranded_months {
            let left = i128::from(moving.stranded_months - after);
            let share = share(local, moving.stranded_share);
            parts.stranded = -divide_i64(i128::from(share) * left, i128::from(moving.stranded_months));
        }
        parts
    }
}

/// A twelfth of a yearly amount: of months counted from the first, any twelve add up to the year.
fn twelfth(yearly: i64, at: i32) -> i64 {
    let place = i64::from(at.rem_euclid(YEAR));
    let upto = |months: i64| i128::from(yearly) * i128::from(months) / i128::from(YEAR);
    i64::try_from(upto(place + 1) - upto(place)).unwrap_or_default()
}

/// What is left of a saving after whole years; a loss does not wear off.
fn decayed(saving: i64, decay: i64, years: i32) -> i64 {
    if saving <= 0 {
        return saving;
    }
    (0..years).fold(saving, |left, _| share(left, PPM - decay))
}
