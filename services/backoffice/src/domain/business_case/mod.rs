//! A business case of one function: what each organisation would pay and save under each option by month, and how that stands once
//! finance attests savings.
//!
//! Every flow is a difference from staying as it is. Costs are negative.

mod flows;
mod gain;
mod reforecast;

use std::collections::BTreeMap;

pub use flows::{Flows, Parts};
pub use gain::{Gain, gains};
pub use reforecast::{Attested, Delivered, Past, Reforecast};

use super::{
    Bias, Discount, Month, Problem,
    case::{CaseResult, Flow},
    discount::RateTerms,
    figure::{PPM, divide_i64},
    options::{Choice, Setting},
};

/// Shares by which flows may turn out other than planned, ppm: the low case has costs up and savings down, the high case the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// Costs may be this much higher.
    pub costs_up: i64,
    /// Costs may be this much lower.
    pub costs_down: i64,
    /// Savings may be this much lower.
    pub savings_down: i64,
    /// Savings may be this much higher.
    pub savings_up: i64,
}

/// How an organisation moves, whichever option it moves to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moving {
    /// Months for which the old service runs beside the new.
    pub dual_running_months: i32,
    /// Share of the local cost that is left behind when the old service ends, ppm; it falls evenly to nothing.
    pub stranded_share: i64,
    /// Months until it is nothing.
    pub stranded_months: i32,
    /// Share of the saving that is lost each year after the first, ppm.
    pub decay: i64,
}

/// A flow that the document states by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedLine {
    /// Organisation, by place.
    pub organisation: usize,
    /// Month.
    pub month: Month,
    /// Pence.
    pub flow: Flow,
}

/// An option: who would be served by whom, and from when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseOption {
    /// Its name.
    pub id: String,
    /// Title.
    pub title: String,
    /// What each organisation does, by place.
    pub choices: Vec<Choice>,
    /// When each that moves does, by place; the first month where nothing is said.
    pub joins: BTreeMap<usize, Month>,
    /// Flows that are stated by themselves.
    pub lines: Vec<StatedLine>,
}

/// The case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusinessCase {
    /// Its name.
    pub id: String,
    /// Title.
    pub title: String,
    /// Function.
    pub function: String,
    /// Unit of volumes.
    pub driver: String,
    /// First month: flows of it are not discounted.
    pub start: Month,
    /// Months that it looks ahead.
    pub months: i32,
    /// Rate and terms.
    pub terms: RateTerms,
    /// Correction for optimism.
    pub bias: Bias,
    /// How organisations move.
    pub moving: Moving,
    /// How far flows may turn out other than planned.
    pub range: Range,
    /// Organisations, hosts, firms and rules; cost of moving is spread over the months of the case.
    pub setting: Setting,
    /// What moving costs once, pence, by organisation.
    pub moving_once: Vec<i64>,
    /// Options, in order.
    pub options: Vec<CaseOption>,
    /// Schemes whose attested savings are those of the case.
    pub schemes: Vec<String>,
}

/// An option appraised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appraised<'a> {
    /// The option.
    pub option: &'a CaseOption,
    /// Its flows.
    pub flows: Flows,
    /// What they come to.
    pub result: CaseResult,
    /// What it costs a year once everything has settled, pence.
    pub annual_cost: i64,
    /// Rules that it breaks.
    pub broken: Vec<String>,
}

impl BusinessCase {
    /// An option by name.
    ///
    /// # Errors
    /// A problem that names those that there are.
    pub fn option(&self, name: &str) -> Result<&CaseOption, Problem> {
        self.options.iter().find(|it| it.id == name).ok_or_else(|| {
            let names: Vec<&str> = self.options.iter().map(|it| it.id.as_str()).collect();
            Problem::new("option", "no option of the case", format!("use one of: {}", names.join(", ")))
                .with(name)
        })
    }

    /// The discount.
    ///
    /// # Errors
    /// Terms that do not go together.
    pub fn discount(&self) -> Result<Discount, Problem> {
        Discount::new(&self.terms)
    }

    /// Appraises every option.
    ///
    /// # Errors
    /// What cannot be appraised.
    pub fn appraise(&self) -> Result<Vec<Appraised<'_>>, Problem> {
        self.options.iter().map(|option| self.appraise_option(option)).collect()
    }

    /// Appraises one.
    ///
    /// # Errors
    /// What cannot be appraised.
    pub fn appraise_option<'a>(&'a self, option: &'a CaseOption) -> Result<Appraised<'a>, Problem> {
        let flows = self.flows(option);
        let result = self.worth(&flows)?;
        let (annual_cost, broken) = (self.annual_cost(option), self.broken(option));
        Ok(Appraised { option, flows, result, annual_cost, broken })
    }

    /// What flows come to.
    ///
    /// # Errors
    /// What cannot be appraised.
    pub fn worth(&self, flows: &Flows) -> Result<CaseResult, Problem> {
        flows.case(self).appraise(&self.discount()?, &self.bias)
    }

    /// The option with the highest net present value after the correction for optimism; the first of equals.
    pub fn best<'a, 'b>(appraised: &'b [Appraised<'a>]) -> Option<&'b Appraised<'a>> {
        let mut best: Option<&Appraised<'a>> = None;
        for it in appraised {
            if best.is_none_or(|best| it.result.total.biased_pence > best.result.total.biased_pence) {
                best = Some(it);
            }
        }
        best
    }

    /// What organisations cost a year under an option, without the cost of moving, pence.
    fn annual_cost(&self, option: &CaseOption) -> i64 {
        let setting = &self.setting;
        let each = option.choices.iter().enumerate().map(|(o, choice)| match choice {
            Choice::Local => setting.organisations[o].local_cost,
            Choice::Served(p) => self.running_cost(o, *p),
        });
        let used = |p: &usize| option.choices.contains(&Choice::Served(*p));
        let fixed = (0..setting.providers.len()).filter(used).map(|p| setting.providers[p].fixed_cost);
        each.chain(fixed).sum()
    }

    /// What serving an organisation costs a year beside the fixed cost, pence.
    fn running_cost(&self, organisation: usize, provider: usize) -> i64 {
        let units = i128::from(self.setting.organisations[organisation].volume);
        divide_i64(units * i128::from(self.setting.providers[provider].price), 100_000)
    }

    /// Service level of an organisation under an option, in 1/1000.
    pub fn service(&self, option: &CaseOption, organisation: usize) -> i64 {
        match option.choices[organisation] {
            Choice::Local => self.setting.organisations[organisation].local_service,
            Choice::Served(p) => self.setting.providers[p].service,
        }
    }

    /// Who serves an organisation under an option: `local`, a host or a firm.
    pub fn provider(&self, option: &CaseOption, organisation: usize) -> &str {
        match option.choices[organisation] {
            Choice::Local => "local",
            Choice::Served(p) => &self.setting.providers[p].id,
        }
    }

    /// Rules that an option breaks. It is shown beside the others: what a rule costs can only be seen so.
    fn broken(&self, option: &CaseOption) -> Vec<String> {
        let (setting, rules) = (&self.setting, &self.setting.rules);
        let mut broken = Vec::new();
        for (o, organisation) in setting.organisations.iter().enumerate() {
            let name = &organisation.id;
            match option.choices[o] {
                Choice::Served(_) if rules.must_stay.contains(&o) => {
                    broken.push(format!("{name} must stay"));
                }
                Choice::Served(p) if rules.closed.contains(&p) => {
                    broken.push(format!(
                        "{name} is served by {}, which may not be used",
                        setting.providers[p].id
                    ));
                }
                _ => {}
            }
            if rules.service_floor.is_some_and(|floor| self.service(option, o) < floor) {
                broken.push(format!("service of {name} is below the floor"));
            }
        }
        for (p, provider) in setting.providers.iter().enumerate() {
            let served = |o: &usize| option.choices[*o] == Choice::Served(p);
            let members: Vec<usize> = (0..setting.organisations.len()).filter(served).collect();
            let taken: i64 = members.iter().map(|o| setting.organisations[*o].volume).sum();
            if provider.capacity.is_some_and(|capacity| taken > capacity) {
                broken.push(format!("{} has not the capacity", provider.id));
            }
            let host = setting.organisations.iter().position(|it| provider.shared && it.id == provider.id);
            if !members.is_empty() && host.is_some_and(|host| !members.contains(&host)) {
                broken.push(format!("{} hosts and is not served by itself", provider.id));
            }
        }
        let used = |p: &usize| setting.providers[*p].shared && option.choices.contains(&Choice::Served(*p));
        let hosts = i64::try_from((0..setting.providers.len()).filter(used).count()).unwrap_or(i64::MAX);
        if rules.most_hosts.is_some_and(|most| hosts > most) {
            broken.push("more hosts than allowed".to_owned());
        }
        broken
    }
}

/// A share (ppm) of an amount, half away from zero.
fn share(amount: i64, ppm: i64) -> i64 {
    divide_i64(i128::from(amount) * i128::from(ppm), i128::from(PPM))
}

impl Range {
    /// A planned amount with its low and high case.
    fn around(&self, amount: i64) -> Flow {
        let (low, high) = if amount < 0 {
            (PPM + self.costs_up, PPM - self.costs_down)
        } else {
            (PPM - self.savings_down, PPM + self.savings_up)
        };
        Flow { amount, low: share(amount, low), high: share(amount, high) }
    }
}

#[cfg(test)]
mod tests;
