//! Discount factors, in whole numbers, so that every machine gives the same figure.
//!
//! The factor of a flow `m` months after the start is `(1 + rate)^(-m/12)` (HM Treasury, Green Book: 3.5% real for years
//! 0 to 30; the first year is not discounted).

use super::{Problem, Word, figure::PPM};

/// One, in the scale of factors: 10^-18.
pub const ONE: i128 = 1_000_000_000_000_000_000;

/// Real rate of the Green Book for years 0 to 30, in ppm.
pub const GREEN_BOOK_PPM: i64 = 35_000;

/// Last year for which [`GREEN_BOOK_PPM`] holds.
pub const GREEN_BOOK_YEARS: u32 = 30;

/// In what money flows or a rate are stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// In money of the start: without general inflation.
    Real,
    /// In money of the day.
    Nominal,
}

impl Word for Terms {
    const WORDS: &'static [(&'static str, Self)] = &[("real", Self::Real), ("nominal", Self::Nominal)];
}

/// What flows are divided by in a year, and whether that takes inflation off, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discount {
    /// `1 + rate`, times `1 + inflation` where nominal flows meet a real rate; scale [`ONE`].
    growth: i128,
    /// `1 + inflation` alone; [`ONE`] where none is taken off.
    deflator: i128,
}

/// A rate and the terms of rate and flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateTerms {
    /// Rate a year, ppm.
    pub rate_ppm: i64,
    /// Terms of the rate.
    pub rate: Terms,
    /// Terms of the flows.
    pub flows: Terms,
    /// General inflation a year, ppm: takes nominal flows to real terms.
    pub inflation_ppm: Option<i64>,
}

impl Discount {
    /// Checks that flows and rate go together.
    ///
    /// # Errors
    /// Nominal flows at a real rate without an inflation to take them to real terms, real flows at a nominal rate, an
    /// inflation that nothing uses, and a rate outside 0 to 100%.
    pub fn new(terms: &RateTerms) -> Result<Self, Problem> {
        let growth = growth("rate", terms.rate_ppm)?;
        let deflator = match (terms.flows, terms.rate, terms.inflation_ppm) {
            (Terms::Nominal, Terms::Real, Some(ppm)) => self::growth("inflation", ppm)?,
            (Terms::Nominal, Terms::Real, None) => {
                let remedy =
                    "give the flows in real terms, the inflation that takes them there, or a nominal rate";
                return Err(Problem::new("flows", "nominal flows are not discounted at a real rate", remedy)
                    .with("nominal"));
            }
            (Terms::Real, Terms::Nominal, _) => {
                let remedy = "give a real rate, such as 0.035 of the Green Book";
                return Err(Problem::new("rate", "real flows are not discounted at a nominal rate", remedy)
                    .with("nominal"));
            }
            (_, _, Some(_)) => {
                let remedy = "leave it out: it takes nominal flows to real terms and does nothing else";
                return Err(Problem::new(
                    "inflation",
                    "flows and rate are in the same terms already",
                    remedy,
                ));
            }
            (_, _, None) => ONE,
        };
        Ok(Self { growth: growth * deflator / ONE, deflator })
    }

    /// Factors of years 0 to `years`, scale [`ONE`].
    pub fn yearly(&self, years: u32) -> Vec<i128> {
        powers(self.growth, years)
    }

    /// Factors of months 0 to `months`, scale [`ONE`].
    pub fn monthly(&self, months: u32) -> Vec<i128> {
        by_month(self.growth, months)
    }

    /// What takes the flows of years 0 to `years` to the terms of the rate, scale [`ONE`].
    pub fn yearly_deflators(&self, years: u32) -> Vec<i128> {
        powers(self.deflator, years)
    }

    /// What takes the flows of months 0 to `months` to the terms of the rate, scale [`ONE`].
    pub fn monthly_deflators(&self, months: u32) -> Vec<i128> {
        by_month(self.deflator, months)
    }
}

fn growth(place: &str, ppm: i64) -> Result<i128, Problem> {
    if !(0..=PPM).contains(&ppm) {
        let remedy = "write a share a year such as 0.035";
        return Err(Problem::new(place, "not between 0 and 1", remedy).with(super::figure::decimal(ppm, 6)));
    }
    Ok(i128::from(PPM + ppm) * (ONE / i128::from(PPM)))
}

/// `growth^-0` to `growth^-count`.
fn powers(growth: i128, count: u32) -> Vec<i128> {
    let next = |factor: &i128| Some(super::figure::divide(factor * ONE, growth));
    std::iter::successors(Some(ONE), next).take(count as usize + 1).collect()
}

/// `growth^(-m/12)`: whole years exactly, months within a year by the twelfth root.
fn by_month(growth: i128, months: u32) -> Vec<i128> {
    let within = powers(twelfth_root(growth), 11);
    let years = powers(growth, months / 12);
    let factor = |month: u32| years[(month / 12) as usize] * within[(month % 12) as usize] / ONE;
    (0..=months).map(factor).collect()
}

/// The number whose twelfth power is `growth`, by halving the interval.
fn twelfth_root(growth: i128) -> i128 {
    let (mut low, mut high) = (ONE / 4, 4 * ONE);
    while high - low > 1 {
        let middle = i128::midpoint(low, high);
        // 4^12 would overflow on the way; a power that is past 8 is past every growth allowed
        let power = (0..12).try_fold(ONE, |power, _| Some(power * middle / ONE).filter(|it| *it < 8 * ONE));
        if power.is_none_or(|power| power > growth) {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(ppm: i64) -> Discount {
        let terms = RateTerms { rate_ppm: ppm, rate: Terms::Real, flows: Terms::Real, inflation_ppm: None };
        Discount::new(&terms).expect("a rate")
    }

    #[test]
    fn twelve_months_are_a_year() {
        for ppm in [0, 1, 35_000, 1_000_000] {
            let (years, months) = (real(ppm).yearly(30), real(ppm).monthly(360));
            for year in 0..=30 {
                assert_eq!(years[year], months[year * 12], "{ppm} in year {year}");
            }
            let half = months[6] * months[6] / ONE;
            assert!((half - years[1]).abs() < 100, "{ppm}: two half years are {half}, not {}", years[1]);
        }
    }

    #[test]
    fn five_years_of_one_at_three_and_a_half_per_cent() {
        let factors = real(35_000).yearly(5);
        assert_eq!(super::super::figure::divide(factors[1..].iter().sum(), ONE / 1_000_000), 4_515_052);
    }

    #[test]
    fn nominal_flows_at_a_real_rate_are_refused_unless_inflation_is_taken_off() {
        let terms = |rate, flows, inflation_ppm| RateTerms { rate_ppm: 35_000, rate, flows, inflation_ppm };
        let refused = Discount::new(&terms(Terms::Real, Terms::Nominal, None)).expect_err("other terms");
        assert!(refused.to_string().contains("nominal flows are not discounted at a real rate"), "{refused}");
        assert!(Discount::new(&terms(Terms::Nominal, Terms::Real, None)).is_err());
        assert!(Discount::new(&terms(Terms::Real, Terms::Real, Some(20_000))).is_err());
        let deflated = Discount::new(&terms(Terms::Real, Terms::Nominal, Some(20_000))).expect("deflated");
        // 1.035 x 1.02 = 1.0557
        assert_eq!(deflated, Discount { growth: 1_055_700_000_000_000_000, deflator: ONE / 100 * 102 });
        assert!(Discount::new(&terms(Terms::Nominal, Terms::Nominal, None)).is_ok());
        let far = RateTerms { rate_ppm: 3_500_000, ..terms(Terms::Real, Terms::Real, None) };
        assert!(Discount::new(&far).expect_err("350%").to_string().contains("found 3.500000"));
    }
}
