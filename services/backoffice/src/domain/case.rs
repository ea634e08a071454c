//! A business case of several organisations: what each pays and saves by month.

use std::collections::BTreeMap;

use super::{
    Appraisal, Bias, Discount, Month, Problem, appraisal::MOST_PERIODS, appraise, discount::ONE,
    figure::rounded_to_total,
};

/// Flow of a month in pence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// As planned; costs are negative.
    pub amount: i64,
    /// In the low case.
    pub low: i64,
    /// In the high case.
    pub high: i64,
}

impl Flow {
    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let sum = i64::saturating_add;
        Self {
            amount: sum(self.amount, other.amount),
            low: sum(self.low, other.low),
            high: sum(self.high, other.high),
        }
    }
}

/// The case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Flows of each organisation (ODS code) by month.
    pub organisations: BTreeMap<String, BTreeMap<Month, Flow>>,
}

/// What a case comes to, of one organisation or of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Organisation; none for all together.
    pub organisation: Option<String>,
    /// As planned; a period is a month.
    pub planned: Appraisal,
    /// Net present value in pence, rounded so that organisations add up to the total to the penny.
    pub npv_pence: i64,
    /// Net present value in pence when every month is as in the low case at once.
    pub low_pence: i64,
    /// The same in the high case.
    pub high_pence: i64,
    /// With the correction for optimism, in pence.
    pub biased_pence: i64,
    /// Month at whose end most cash is out.
    pub peak_month: Month,
}

/// What the whole case comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseResult {
    /// First month: flows of it are not discounted.
    pub start: Month,
    /// Months, with empty ones between.
    pub months: usize,
    /// A row an organisation.
    pub organisations: Vec<CaseRow>,
    /// All together.
    pub total: CaseRow,
}

/// One series of a case for every organisation, appraised.
struct Series {
    each: Vec<Appraisal>,
    rounded: Vec<i64>,
    all: Appraisal,
}

impl Case {
    /// Flow of each month from the first, all organisations together.
    #[must_use]
    pub fn months(&self, start: Month, count: usize) -> Vec<Flow> {
        let of = |at: Month| {
            let flows = self.organisations.values().filter_map(|months| months.get(&at));
            flows.fold(Flow::default(), |sum, it| sum.plus(it))
        };
        (0..).map(|m| of(start.plus(m))).take(count).collect()
    }

    /// Appraises it.
    ///
    /// # Errors
    /// No flows, or a window beyond what can be appraised.
    pub fn appraise(&self, discount: &Discount, bias: &Bias) -> Result<CaseResult, Problem> {
        let months = || self.organisations.values().flat_map(|flows| flows.keys().copied());
        let (Some(start), Some(last)) = (months().min(), months().max()) else {
            return Err(Problem::new("flows", "no flow is there", "give at least one"));
        };
        let count = usize::try_from(last.since(start)).unwrap_or(usize::MAX).saturating_add(1);
        if count > MOST_PERIODS {
            let remedy = format!("keep it within {MOST_PERIODS} months");
            return Err(
                Problem::new("month", "the window is too long", remedy).with(format!("{start} to {last}"))
            );
        }
        let series =
            |pick: &dyn Fn(&Flow) -> i64, bias: &Bias| self.series(start, count, (discount, bias), pick);
        let planned = series(&|flow| flow.amount, &Bias::default())?;
        let low = series(&|flow| flow.low, &Bias::default())?;
        let high = series(&|flow| flow.high, &Bias::default())?;
        let biased = series(&|flow| flow.amount, bias)?;
        let names = self.organisations.keys();
        let row = |(at, name): (usize, &String)| CaseRow {
            organisation: Some(name.clone()),
            npv_pence: planned.rounded[at],
            low_pence: low.rounded[at],
            high_pence: high.rounded[at],
            biased_pence: biased.rounded[at],
            peak_month: month_of(start, planned.each[at].peak_at),
            planned: planned.each[at].clone(),
        };
        let organisations: Vec<CaseRow> = names.enumerate().map(row).collect();
        let total = CaseRow {
            organisation: None,
            npv_pence: planned.all.npv(1),
            low_pence: low.all.npv(1),
            high_pence: high.all.npv(1),
            biased_pence: biased.all.npv(1),
            peak_month: month_of(start, planned.all.peak_at),
            planned: planned.all,
        };
        Ok(CaseResult { start, months: count, organisations, total })
    }

    fn series(
        &self,
        start: Month,
        count: usize,
        (discount, bias): (&Discount, &Bias),
        pick: &dyn Fn(&Flow) -> i64,
    ) -> Result<Series, Problem> {
        let last = u32::try_from(count - 1).unwrap_or_default();
        let (factors, deflators) = (discount.monthly(last), discount.monthly_deflators(last));
        let mut all = vec![0_i64; count];
        let mut each = Vec::new();
        for flows in self.organisations.values() {
            let mut dense = vec![0_i64; count];
            for (month, flow) in flows {
                dense[usize::try_from(month.since(start)).unwrap_or_default()] = pick(flow);
            }
            let dense = bias.applied(&dense);
            for (sum, flow) in all.iter_mut().zip(&dense) {
                *sum = sum.saturating_add(*flow);
            }
            each.push(appraise(&dense, &factors, &deflators)?);
        }
        let exact: Vec<i128> = each.iter().map(|it| it.npv_exact).collect();
        Ok(Series {
            rounded: rounded_to_total(&exact, ONE),
            all: appraise(&all, &factors, &deflators)?,
            each,
        })
    }
}

fn month_of(start: Month, at: usize) -> Month {
    start.plus(i32::try_from(at).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::discount::{RateTerms, Terms};
    use proptest::prelude::*;

    fn green() -> Discount {
        let terms =
            RateTerms { rate_ppm: 35_000, rate: Terms::Real, flows: Terms::Real, inflation_ppm: None };
        Discount::new(&terms).expect("a rate")
    }

    fn certain(amount: i64) -> Flow {
        Flow { amount, low: amount, high: amount }
    }

    #[test]
    fn flows_a_year_apart_are_worth_what_yearly_flows_are() {
        let start = Month::new(2018, 4).expect("a month");
        let mut flows = BTreeMap::from([(start, certain(-60_000_000))]);
        flows.extend((1..=5).map(|year| (start.plus(12 * year), certain(25_000_000))));
        let case = Case { organisations: BTreeMap::from([("RJ1".to_owned(), flows)]) };
        let it = case.appraise(&green(), &Bias::default()).expect("a case");
        assert_eq!(it.total.npv_pence, 52_876_309);
        assert_eq!((it.months, it.total.peak_month, it.total.planned.peak_cash), (61, start, 60_000_000));
        // even over the month in which it is paid: two fifths of the 36th
        assert_eq!(it.total.planned.payback, Some(35_400));
    }

    proptest! {
        #[test]
        fn organisations_add_up_to_the_total_to_the_penny(
            rows in prop::collection::vec((0_usize..6, 0_i32..60, -9_999_999_i64..9_999_999, 0_i64..99_999), 1..80),
        ) {
            let start = Month::new(2018, 4).expect("a month");
            let mut case = Case::default();
            for (organisation, month, amount, spread) in rows {
                let flows = case.organisations.entry(format!("R{organisation}")).or_default();
                let flow = Flow { amount, low: amount - spread, high: amount + spread };
                let sum = flows.entry(start.plus(month)).or_default();
                *sum = sum.plus(&flow);
            }
            let bias = Bias { costs_ppm: 200_000, benefits_ppm: 50_000 };
            let it = case.appraise(&green(), &bias).expect("a case");
            let sum = |pick: fn(&CaseRow) -> i64| it.organisations.iter().map(pick).sum::<i64>();
            prop_assert_eq!(sum(|row| row.npv_pence), it.total.npv_pence);
            prop_assert_eq!(sum(|row| row.low_pence), it.total.low_pence);
            prop_assert_eq!(sum(|row| row.high_pence), it.total.high_pence);
            prop_assert!(it.total.low_pence <= it.total.npv_pence && it.total.npv_pence <= it.total.high_pence);
        }
    }
}
