//! What a stream of cash flows is worth: net present value, payback, peak cash, annuity, switching values, optimism bias.

use super::{
    Problem,
    discount::ONE,
    figure::{PPM, divide, divide_i64},
};

/// Largest flow that can be appraised, in the unit of the flows (10^16: 100 million million pounds in pence).
pub const MOST: i64 = 10_000_000_000_000_000;

/// Most periods.
pub const MOST_PERIODS: usize = 1_200;

/// What the flows come to. Money is in the unit of the flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appraisal {
    /// Net present value before rounding, in 10^-18 of the unit: sums of these are exact.
    pub npv_exact: i128,
    /// Present value of the inflows, the same way.
    pub benefits_exact: i128,
    /// Present value of the outflows, the same way, zero or more.
    pub costs_exact: i128,
    /// Periods until the flows so far never again fall below zero, in 1/1000; none when they do not come back. Within a
    /// period the flow is even.
    pub payback: Option<i64>,
    /// The same for discounted flows.
    pub discounted_payback: Option<i64>,
    /// Most cash that is out at any time (undiscounted), zero or more.
    pub peak_cash: i64,
    /// Period at whose end that is.
    pub peak_at: usize,
    /// Sum of the factors of the periods after the first, scale [`ONE`]: what one in each of them is worth.
    pub annuity: i128,
}

/// By how much something may change before the net present value is nothing, in ppm; negative when it is below zero
/// already and the change would have to go the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switching {
    /// Share by which every benefit may fall; none without benefits.
    pub benefits_may_fall: Option<i64>,
    /// Share by which every cost may rise; none without costs.
    pub costs_may_rise: Option<i64>,
}

/// Correction for the optimism of those who plan (Green Book, supplementary guidance), in ppm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bias {
    /// Costs are this much higher than planned.
    pub costs_ppm: i64,
    /// Benefits are this much lower than planned.
    pub benefits_ppm: i64,
}

impl Appraisal {
    /// Net present value, rounded to a whole unit of the flows divided by `unit`.
    pub fn npv(&self, unit: i64) -> i64 {
        divide_i64(self.npv_exact, ONE * i128::from(unit))
    }

    /// The even flow in each period after the first that is worth the same.
    pub fn equivalent(&self, unit: i64) -> Option<i64> {
        (self.annuity > 0).then(|| divide_i64(self.npv_exact, self.annuity * i128::from(unit)))
    }

    /// Switching values.
    pub fn switching(&self) -> Switching {
        // both sides a million times smaller: the product with PPM could overflow, and nothing is lost at 10^-18
        let share =
            |of: i128| (of / i128::from(PPM) > 0).then(|| divide_i64(self.npv_exact, of / i128::from(PPM)));
        Switching { benefits_may_fall: share(self.benefits_exact), costs_may_rise: share(self.costs_exact) }
    }
}

/// Appraises flows: the first is of the start; `factors` and `deflators` are those of each period, scale [`ONE`].
///
/// # Errors
/// No flows, too many, or one beyond [`MOST`].
pub fn appraise(flows: &[i64], factors: &[i128], deflators: &[i128]) -> Result<Appraisal, Problem> {
    if flows.is_empty() || flows.len() > MOST_PERIODS {
        let remedy = format!("give 1 to {MOST_PERIODS}, the first of the start");
        return Err(
            Problem::new("flows", "not a number of flows that can be appraised", remedy).with(flows.len())
        );
    }
    if let Some((at, flow)) = flows.iter().enumerate().find(|(_, flow)| flow.saturating_abs() > MOST) {
        let remedy = "give the flows in a larger unit";
        return Err(Problem::new(format!("flows[{at}]"), "too large", remedy).with(flow));
    }
    let discounted: Vec<i128> = flows.iter().zip(factors).map(|(flow, by)| i128::from(*flow) * by).collect();
    let real: Vec<i128> = flows.iter().zip(deflators).map(|(flow, by)| i128::from(*flow) * by).collect();
    let (peak, peak_at) = peak(&real);
    Ok(Appraisal {
        npv_exact: discounted.iter().sum(),
        benefits_exact: discounted.iter().filter(|it| **it > 0).sum(),
        costs_exact: -discounted.iter().filter(|it| **it < 0).sum::<i128>(),
        payback: payback(&real),
        discounted_payback: payback(&discounted),
        peak_cash: divide_i64(peak, ONE),
        peak_at,
        annuity: factors.iter().take(flows.len()).skip(1).sum(),
    })
}

/// When the sum so far stays at or above zero for good, in 1/1000 of a period.
fn payback(flows: &[i128]) -> Option<i64> {
    let (mut sum, mut back) = (0_i128, Some(0));
    for (period, flow) in flows.iter().enumerate() {
        let before = sum;
        sum += flow;
        if sum < 0 {
            back = None;
        } else if back.is_none() {
            // the flow brought it from below zero to here, evenly over the period that ends at `period`; both a million
            // times smaller, so that a thousand times as much fits
            let within = divide(-before / i128::from(PPM) * 1_000, flow / i128::from(PPM));
            let started = i128::try_from(period).unwrap_or_default() - 1;
            back = Some(divide_i64(started * 1_000 + within, 1));
        }
    }
    back
}

/// Most that is out, and after which period.
fn peak(flows: &[i128]) -> (i128, usize) {
    let (mut sum, mut lowest, mut at) = (0, 0, 0);
    for (period, flow) in flows.iter().enumerate() {
        sum += flow;
        if sum < lowest {
            (lowest, at) = (sum, period);
        }
    }
    (-lowest, at)
}

impl Bias {
    /// The flows with costs raised and benefits lowered, each rounded to the unit of the flows.
    pub fn applied(&self, flows: &[i64]) -> Vec<i64> {
        let with =
            |flow: i64, ppm: i64| divide_i64(i128::from(flow) * i128::from(PPM + ppm), i128::from(PPM));
        flows
            .iter()
            .map(|flow| if *flow < 0 { with(*flow, self.costs_ppm) } else { with(*flow, -self.benefits_ppm) })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::discount::{Discount, RateTerms, Terms};
    use proptest::prelude::*;

    const GREEN: RateTerms =
        RateTerms { rate_ppm: 35_000, rate: Terms::Real, flows: Terms::Real, inflation_ppm: None };

    fn yearly(flows: &[i64], terms: &RateTerms) -> Appraisal {
        let discount = Discount::new(terms).expect("a rate");
        let (factors, deflators) = (discount.yearly(100), discount.yearly_deflators(100));
        appraise(flows, &factors, &deflators).expect("flows")
    }

    /// Thousands, in 10^-6: 600 out, then 250 in for five years.
    const CASE: [i64; 6] = [-600_000_000, 250_000_000, 250_000_000, 250_000_000, 250_000_000, 250_000_000];

    #[test]
    fn the_case_of_the_programme() {
        let it = yearly(&CASE, &GREEN);
        assert_eq!(it.npv(1_000), 528_763);
        assert_eq!((it.payback, it.discounted_payback), (Some(2_400), Some(2_555)));
        assert_eq!((it.peak_cash, it.peak_at), (600_000_000, 0));
        assert_eq!(divide_i64(it.annuity, ONE / 1_000_000), 4_515_052);
        // 528.763 of 1128.763, and of 600
        let want = Switching { benefits_may_fall: Some(468_445), costs_may_rise: Some(881_272) };
        assert_eq!(it.switching(), want);
        // a switching value does what it says
        let fallen = Bias { costs_ppm: 0, benefits_ppm: 468_445 }.applied(&CASE);
        assert!(yearly(&fallen, &GREEN).npv(1_000).abs() < 2);
    }

    #[test]
    fn payback_is_when_the_cash_is_back_for_good() {
        let of = |flows: &[i64]| yearly(flows, &RateTerms { rate_ppm: 0, ..GREEN }).payback;
        assert_eq!(of(&[-100, 50]), None);
        assert_eq!(of(&[100, 50]), Some(0));
        assert_eq!(of(&[-100, 200, -150, 100]), Some(2_500), "a later cost opens it again");
        assert_eq!(of(&[0, -100, 100]), Some(2_000));
        assert_eq!(of(&[-100, 0, 100]), Some(2_000));
    }

    #[test]
    fn optimism_raises_costs_and_lowers_benefits() {
        let bias = Bias { costs_ppm: 200_000, benefits_ppm: 100_000 };
        assert_eq!(bias.applied(&[-600, 250, 0]), [-720, 225, 0]);
    }

    #[test]
    fn inflation_alone_is_worth_nothing() {
        let nominal =
            RateTerms { rate_ppm: 0, flows: Terms::Nominal, inflation_ppm: Some(1_000_000), ..GREEN };
        let it = yearly(&[-100_000_000, 200_000_000], &nominal);
        assert_eq!((it.npv(1), it.payback), (0, Some(1_000)));
    }

    proptest! {
        #[test]
        fn present_values_of_parts_add_up(
            one in prop::collection::vec(-1_000_000_000_i64..1_000_000_000, 1..30),
            two in prop::collection::vec(-1_000_000_000_i64..1_000_000_000, 1..30),
        ) {
            let both: Vec<i64> = (0..one.len().max(two.len()))
                .map(|at| one.get(at).unwrap_or(&0) + two.get(at).unwrap_or(&0))
                .collect();
            let sum = yearly(&one, &GREEN).npv_exact + yearly(&two, &GREEN).npv_exact;
            prop_assert_eq!(yearly(&both, &GREEN).npv_exact, sum);
        }

        #[test]
        fn payback_lies_within_the_case(flows in prop::collection::vec(-MOST..MOST, 1..40)) {
            let it = yearly(&flows, &GREEN);
            let last = i64::try_from(flows.len() - 1).unwrap_or_default() * 1_000;
            for back in [it.payback, it.discounted_payback].into_iter().flatten() {
                prop_assert!((0..=last).contains(&back), "{}", back);
            }
            prop_assert_eq!(it.discounted_payback.is_some(), it.npv_exact >= 0);
            prop_assert!(it.peak_cash >= 0);
        }
    }
}
