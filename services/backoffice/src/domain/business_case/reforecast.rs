//! A case after finance attested some of its savings.

use std::collections::BTreeMap;

use super::{Appraised, BusinessCase, Flows, share};
use crate::domain::{
    Month, Problem,
    case::{Case, CaseResult, CaseRow, Flow},
    figure::{PPM, divide_i64},
    options::Organisation,
};

/// Months of a year.
const YEAR: usize = 12;

/// Share of the plan, ppm, beyond which the high case does not go, whatever came so far.
const MOST_REALISED: i64 = 2 * PPM;

/// What finance attested of the schemes of a case, pence, by organisation (ODS code) and month of the saving.
pub type Attested = BTreeMap<(String, Month), i64>;

/// How an organisation stands, or all together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Organisation; none for all together.
    pub organisation: Option<String>,
    /// Saving planned up to the last month known, pence.
    pub planned: i64,
    /// Attested up to then, pence.
    pub attested: i64,
    /// Net present value as it is forecast now, pence.
    pub npv: i64,
    /// In the low case.
    pub low: i64,
    /// In the high case.
    pub high: i64,
    /// Stranded cost still to come, pence, negative.
    pub stranded_to_come: i64,
}

impl Delivered {
    /// Attested as a share of planned, ppm; none where nothing was planned.
    pub fn realised(&self) -> Option<i64> {
        realised(self.planned, self.attested)
    }
}

/// What the re-forecast said at the end of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// Month.
    pub month: Month,
    /// Net present value, pence.
    pub npv: i64,
    /// Attested up to then, pence.
    pub attested: i64,
}

/// The re-forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reforecast {
    /// Last month known.
    pub as_of: Month,
    /// All together.
    pub total: Delivered,
    /// Each organisation.
    pub organisations: Vec<Delivered>,
    /// Flow of each month from the first, all together, pence.
    pub months: Vec<i64>,
    /// Attested of each month known, all together, pence.
    pub attested: Vec<i64>,
    /// What every month since the first planned saving said.
    pub history: Vec<Past>,
    /// Share of the saving that goes each year, ppm, from the first to the second half of the months known.
    pub observed_decay: Option<i64>,
    /// What a reader must know.
    pub caveats: Vec<String>,
}

/// What is known at the end of a month of an organisation.
#[derive(Clone, Copy, Default)]
struct Known {
    planned: i64,
    attested: i64,
    /// Shares of the plan that came, ppm: in all months known, and in the second half of them.
    realised: Option<i64>,
    lately: Option<i64>,
}

fn realised(planned: i64, attested: i64) -> Option<i64> {
    (planned > 0).then(|| divide_i64(i128::from(attested) * i128::from(PPM), i128::from(planned)))
}

impl BusinessCase {
    /// Forecasts an option anew.
    ///
    /// Up to the last month known the saving is what finance attested, nothing where it attested nothing; a loss that was planned
    /// stays. After it, each organisation realises the share of the plan that it has realised so far, at most the plan itself; the
    /// low case goes on with the share of the later half of the months known where that is smaller, the high case with more than the
    /// plan where more came, at most twice of it. Costs stay as planned: no ledger line shows a cost of the case.
    ///
    /// # Errors
    /// What cannot be appraised.
    pub fn reforecast(
        &self,
        planned: &Appraised<'_>,
        attested: &Attested,
        as_of: Month,
    ) -> Result<Reforecast, Problem> {
        let view = View { of: self, flows: &planned.flows, attested };
        let cash = view.cash(as_of);
        let now = view.worth(&cash)?;
        let known = view.places(as_of);
        let line = |row: &CaseRow| view.delivered(row, known);
        let organisations: Vec<Delivered> = now.organisations.iter().map(line).collect();
        let first = planned.flows.months().iter().position(|parts| parts.saving != 0);
        let mut history = Vec::new();
        for m in first.into_iter().flat_map(|first| first..known) {
            let month = self.start.plus(i32::try_from(m).unwrap_or_default());
            let attested = (0..=m).map(|m| view.attested_in(m)).sum();
            history.push(Past { month, npv: view.worth(&view.cash(month))?.total.npv_pence, attested });
        }
        Ok(Reforecast {
            as_of,
            total: line(&now.total),
            months: cash
                .months(self.start, planned.flows.months().len())
                .iter()
                .map(|it| it.amount)
                .collect(),
            attested: (0..known).map(|m| view.attested_in(m)).collect(),
            observed_decay: view.observed_decay(known),
            caveats: view.caveats(&organisations),
            organisations,
            history,
        })
    }
}

/// The plan beside what was attested.
struct View<'a> {
    of: &'a BusinessCase,
    flows: &'a Flows,
    attested: &'a Attested,
}

impl View<'_> {
    /// Months of the case up to and with a month.
    fn places(&self, as_of: Month) -> usize {
        let months = usize::try_from(as_of.since(self.of.start) + 1).unwrap_or_default();
        months.min(usize::try_from(self.of.months).unwrap_or_default())
    }

    fn attested(&self, o: usize, m: usize) -> i64 {
        let month = self.of.start.plus(i32::try_from(m).unwrap_or_default());
        self.attested.get(&(self.of.setting.organisations[o].id.clone(), month)).copied().unwrap_or_default()
    }

    /// Attested in a month at all organisations of the case.
    fn attested_in(&self, m: usize) -> i64 {
        (0..self.flows.organisations.len()).map(|o| self.attested(o, m)).sum()
    }

    /// What is known of an organisation after so many months. A loss that was planned is none of the savings that can be attested.
    fn known(&self, o: usize, months: usize) -> Known {
        let parts = &self.flows.organisations[o];
        let sums = |from: usize| {
            (from..months).fold((0_i64, 0_i64), |(planned, attested), m| {
                (planned + parts[m].saving.max(0), attested + self.attested(o, m))
            })
        };
        let first = parts.iter().position(|it| it.saving != 0).unwrap_or(months).min(months);
        let ((planned, attested), later) = (sums(0), sums(first + (months - first) / 2));
        Known { planned, attested, realised: realised(planned, attested), lately: realised(later.0, later.1) }
    }

    fn cash(&self, as_of: Month) -> Case {
        let months = self.places(as_of);
        let known: Vec<Known> = (0..self.flows.organisations.len()).map(|o| self.known(o, months)).collect();
        self.flows.case_with(self.of, |o, m, parts| {
            if m < months {
                // no ledger shows a loss that was planned: it stays as planned, like every cost
                let came = self.attested(o, m) + parts.saving.min(0);
                return Flow { amount: came, low: came, high: came };
            }
            let planned = self.of.range.around(parts.saving);
            // a loss that was planned stays one: there is no share of it to realise
            let (Some(realised), true) = (known[o].realised, parts.saving > 0) else { return planned };
            let realised = realised.max(0);
            let middle = realised.min(PPM);
            let low = known[o].lately.unwrap_or(middle).clamp(0, middle);
            Flow {
                amount: share(planned.amount, middle),
                low: share(planned.low, low),
                high: share(planned.high, realised.min(MOST_REALISED)),
            }
        })
    }

    fn worth(&self, cash: &Case) -> Result<CaseResult, Problem> {
        cash.appraise(&self.of.discount()?, &self.of.bias)
    }

    /// How the organisation of a row stands after so many months, or all of them where it names none.
    fn delivered(&self, row: &CaseRow, months: usize) -> Delivered {
        let named =
            |(_, it): &(usize, &Organisation)| row.organisation.as_ref().is_none_or(|id| *id == it.id);
        let places = self.of.setting.organisations.iter().enumerate().filter(named).map(|(o, _)| o);
        let mut it = Delivered {
            organisation: row.organisation.clone(),
            npv: row.npv_pence,
            low: row.low_pence,
            high: row.high_pence,
            ..Delivered::default()
        };
        for o in places {
            let known = self.known(o, months);
            it.planned += known.planned;
            it.attested += known.attested;
            it.stranded_to_come +=
                self.flows.organisations[o].iter().skip(months).map(|parts| parts.stranded).sum::<i64>();
        }
        it
    }

    /// How the share of the undecayed saving that came fell from the first half of the months known to the second, as a share of the
    /// first a year. With less than a year there is no telling.
    fn observed_decay(&self, months: usize) -> Option<i64> {
        let all = self.flows.months();
        let first = all.iter().position(|it| it.saving != 0).filter(|first| months >= first + YEAR)?;
        let half = first + (months - first) / 2;
        let came = |from: usize, to: usize| {
            let planned: i64 = all[from..to].iter().map(|it| it.undecayed).sum();
            let attested: i64 = (from..to).map(|m| self.attested_in(m)).sum();
            realised(planned, attested)
        };
        let (early, late) = (came(first, half)?, came(half, months)?);
        // the middles of the two halves are half of the months apart
        let apart = i128::try_from(months - first).ok()?;
        let per_year = i128::from(early - late) * 2 * i128::try_from(YEAR).ok()? * i128::from(PPM);
        (early > 0).then(|| divide_i64(per_year, i128::from(early) * apart))
    }

    fn caveats(&self, organisations: &[Delivered]) -> Vec<String> {
        let mut caveats = vec![
            "costs are as planned: what finance attests are savings, no ledger line shows a cost of the case"
                .into(),
        ];
        let names: Vec<&str> = self.of.setting.organisations.iter().map(|it| it.id.as_str()).collect();
        let mut elsewhere: Vec<&str> = self
            .attested
            .keys()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .map(|(name, _)| name.as_str())
            .collect();
        elsewhere.dedup();
        if !elsewhere.is_empty() {
            caveats.push(format!(
                "savings attested at {} are of no organisation of the case and are left out",
                elsewhere.join(", ")
            ));
        }
        let end = self.of.start.plus(self.of.months);
        let outside = |(_, month): &(String, Month)| *month < self.of.start || *month >= end;
        if self.attested.keys().any(outside) {
            caveats.push("savings attested outside the months of the case are left out".into());
        }
        let unplanned: Vec<&str> = organisations
            .iter()
            .filter(|it| it.planned <= 0 && it.attested != 0)
            .filter_map(|it| it.organisation.as_deref())
            .collect();
        if !unplanned.is_empty() {
            caveats.push(format!(
                "savings came at {} where none was planned yet: the plan stands for the months to come",
                unplanned.join(", ")
            ));
        }
        caveats
    }
}
