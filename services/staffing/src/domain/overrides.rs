//! Overrides: a person puts another value in the place of a parameter, says why, and signs. The shipped value stays beside it; an
//! override is never changed, only withdrawn, so that any day's parameters can be had again.

use jiff::civil::Date;

use super::{
    parameters::{Parameter, ParameterSet},
    unit_costs::{Basis, NoPrices, deflated},
};

/// Fewest characters of a reason: a board will read it.
const REASON: usize = 10;

/// One override. Values in the unit of its parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Id.
    pub override_id: String,
    /// Dotted name of the parameter.
    pub name: String,
    /// Value.
    pub value: i64,
    /// 10th percentile that draws are made from.
    pub low: i64,
    /// 90th percentile.
    pub high: i64,
    /// What a unit cost is of.
    pub cost: CostOf,
    /// Why, and where the value comes from.
    pub reason: String,
    /// First day it holds.
    pub valid_from: Date,
    /// Who signed.
    pub signed_by: String,
    /// When, in microseconds.
    pub signed_at: i64,
    /// Who withdrew it and when, in microseconds.
    pub withdrawn: Option<(String, i64)>,
}

/// What the value of a unit cost buys and in whose prices it is. What is not said is as shipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CostOf {
    /// What it buys.
    pub basis: Option<Basis>,
    /// Financial year ending in whose prices it is.
    pub price_year: Option<i32>,
}

impl CostOf {
    /// As requests and tables have it: an empty basis and the year 0 say nothing.
    ///
    /// # Errors
    /// A basis that there is none of.
    pub fn read(basis: &str, price_year: i32) -> Result<Self, BadOverride> {
        let unknown = || BadOverride::Basis(basis.to_owned());
        let basis = (!basis.is_empty()).then(|| Basis::read(basis).ok_or_else(unknown)).transpose()?;
        Ok(Self { basis, price_year: (price_year != 0).then_some(price_year) })
    }

    /// Name of the basis, empty where nothing is said, and the price year, 0 where nothing is.
    pub fn said(self) -> (&'static str, i32) {
        (self.basis.map_or("", Basis::name), self.price_year.unwrap_or_default())
    }

    fn put_into(self, parameter: &Parameter) -> Parameter {
        Parameter {
            basis: self.basis.map_or_else(|| parameter.basis.clone(), |basis| basis.name().to_owned()),
            price_year: self.price_year.unwrap_or(parameter.price_year),
            ..parameter.clone()
        }
    }
}

/// An override that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOverride {
    /// Nobody ships the parameter.
    #[error("no parameter `{0}`: `muster staffing parameters` lists them; age mixes cannot be overridden")]
    Unknown(String),
    /// The interval does not hold the value.
    #[error("parameter `{0}`: the interval {1} to {2} does not hold {3}")]
    Interval(String, i64, i64, i64),
    /// A value that its unit cannot have.
    #[error("parameter `{0}`: {1} is below nothing, and the shipped value is not")]
    Negative(String, i64),
    /// What a value buys, of one that is no cost.
    #[error("parameter `{0}` is no unit cost: leave out what its value buys and the price year")]
    NoCost(String),
    /// A basis that there is none of.
    #[error("what a unit cost buys is `{0}`: write fte-year, working-hour or contact-hour")]
    Basis(String),
    /// Prices of a year that no deflator leads from.
    #[error("parameter `{0}`: its price year leads to no other: {1}")]
    PriceYear(String, NoPrices),
    /// Nobody says why.
    #[error("parameter `{0}`: say why in at least {REASON} characters, with the source of the value")]
    Reason(String),
}

impl Override {
    /// Checks it against the parameters that it would change.
    pub fn check(&self, shipped: &ParameterSet) -> Result<(), BadOverride> {
        let name = || self.name.clone();
        let parameter = shipped.get(&self.name).map_err(|_| BadOverride::Unknown(name()))?;
        if !(self.low..=self.high).contains(&self.value) {
            return Err(BadOverride::Interval(name(), self.low, self.high, self.value));
        }
        if self.low < 0 && parameter.low >= 0 {
            return Err(BadOverride::Negative(name(), self.low));
        }
        if parameter.basis.is_empty() && self.cost != CostOf::default() {
            return Err(BadOverride::NoCost(name()));
        }
        if let Some(year) = self.cost.price_year {
            // a run in prices of another year would be refused for as long as the override stands
            deflated(shipped, parameter.price_year, year)
                .map_err(|why| BadOverride::PriceYear(name(), why))?;
        }
        if self.reason.trim().chars().count() < REASON {
            return Err(BadOverride::Reason(name()));
        }
        Ok(())
    }

    /// Whether it holds at an instant of that day.
    pub fn holds(&self, at: i64, day: Date) -> bool {
        let withdrawn = self.withdrawn.as_ref().is_some_and(|(_, when)| *when <= at);
        self.signed_at <= at && !withdrawn && self.valid_from <= day
    }

    /// A line for those who read a figure that it changed.
    pub fn line(&self, shipped: &Parameter) -> String {
        let told = |of: &Parameter| match of.basis.as_str() {
            "" => format!("{} ({} to {} {})", of.value, of.low, of.high, of.unit),
            basis => format!(
                "{} ({} to {} {} for one {basis} in prices of {})",
                of.value, of.low, of.high, of.unit, of.price_year
            ),
        };
        format!(
            "Override: {} is {} instead of {}, signed by {} on {}: {}",
            self.name,
            told(&self.put_into(shipped)),
            told(shipped),
            self.signed_by,
            self.valid_from,
            self.reason.trim()
        )
    }

    fn put_into(&self, shipped: &Parameter) -> Parameter {
        let reason = self.reason.trim();
        Parameter {
            value: self.value,
            low: self.low,
            high: self.high,
            source: format!("override signed by {} on {}: {reason}", self.signed_by, self.valid_from),
            valid_from: self.valid_from.to_string(),
            prior: true,
            ..self.cost.put_into(shipped)
        }
    }
}

/// The overrides that hold at an instant, one a parameter: the last that was signed. Sorted by parameter.
pub fn in_force(all: &[Override], at: i64, day: Date) -> Vec<&Override> {
    let mut holding: Vec<&Override> = all.iter().filter(|of| of.holds(at, day)).collect();
    holding
        .sort_by(|a, b| (&a.name, b.signed_at, &b.override_id).cmp(&(&b.name, a.signed_at, &a.override_id)));
    holding.dedup_by(|later, first| later.name == first.name);
    holding
}

/// The parameters with overrides in force, and a line for each of these.
pub fn overridden(shipped: &ParameterSet, holding: &[&Override]) -> (ParameterSet, Vec<String>) {
    let mut set = shipped.clone();
    let mut lines = Vec::with_capacity(holding.len());
    for of in holding {
        // one that a newer program does not ship any more changes nothing
        let Ok(parameter) = shipped.get(&of.name) else { continue };
        lines.push(of.line(parameter));
        set.set(of.put_into(parameter));
    }
    (set, lines)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{role::Role, unit_costs::UnitCost};

    fn signed(override_id: &str, value: i64, signed_at: i64) -> Override {
        Override {
            override_id: override_id.into(),
            name: "gp.unit-cost".into(),
            value,
            low: value - 1,
            high: value + 1,
            cost: CostOf::default(),
            reason: "local pay award, finance paper 12".into(),
            valid_from: date(2024, 4, 1),
            signed_by: "a planner".into(),
            signed_at,
            withdrawn: None,
        }
    }

    #[test]
    fn the_last_that_was_signed_holds_until_it_is_withdrawn_and_the_one_before_comes_back() {
        let mut all = vec![signed("a", 100, 10), signed("b", 200, 20)];
        let held =
            |all: &[Override], at, day| in_force(all, at, day).first().map(|of| of.override_id.clone());
        let day = date(2024, 5, 1);
        assert_eq!(held(&all, 9, day), None);
        assert_eq!(held(&all, 15, day).as_deref(), Some("a"));
        assert_eq!(held(&all, 25, day).as_deref(), Some("b"));
        assert_eq!(held(&all, 25, date(2024, 3, 31)), None, "its first day has not come");
        all[1].withdrawn = Some(("another".into(), 30));
        assert_eq!(held(&all, 25, day).as_deref(), Some("b"), "what held then still held then");
        assert_eq!(held(&all, 30, day).as_deref(), Some("a"));
    }

    #[test]
    fn the_shipped_value_stays_in_the_line() {
        let shipped = ParameterSet::shipped();
        let of = signed("a", 12_345, 10);
        let (set, lines) = overridden(shipped, &[&of]);
        assert_eq!(set.get("gp.unit-cost").unwrap().value, 12_345);
        let before = shipped.get("gp.unit-cost").unwrap().value.to_string();
        assert!(lines[0].contains(&before) && lines[0].contains("a planner"), "{lines:?}");
    }

    #[test]
    fn a_cost_is_of_what_its_override_says_and_else_of_what_was_shipped() {
        let shipped = ParameterSet::shipped();
        let as_shipped = overridden(shipped, &[&signed("a", 12_345, 10)]);
        let of = as_shipped.0.get("gp.unit-cost").unwrap();
        assert_eq!((of.basis.as_str(), of.price_year), ("fte-year", 2017));
        let hourly =
            Override { cost: CostOf::read("contact-hour", 2024).unwrap(), ..signed("a", 15_000, 10) };
        assert_eq!(hourly.check(shipped), Ok(()));
        let (set, lines) = overridden(shipped, &[&hourly]);
        let of = set.get("gp.unit-cost").unwrap();
        assert_eq!((of.basis.as_str(), of.price_year), ("contact-hour", 2024));
        for words in
            ["for one contact-hour in prices of 2024) instead of", "for one fte-year in prices of 2017)"]
        {
            assert!(lines[0].contains(words), "{lines:?}");
        }
        // a year has fewer hours with patients than hours of work, and prices of 2024 are less in those of 2017
        let pence = |set: &ParameterSet| UnitCost::of(set, Role::Gp, 2017).unwrap().pence[1];
        let working = Override { cost: CostOf::read("working-hour", 2024).unwrap(), ..hourly.clone() };
        let earlier = Override { cost: CostOf::read("contact-hour", 2017).unwrap(), ..hourly };
        let [contact, working, earlier] =
            [set, overridden(shipped, &[&working]).0, overridden(shipped, &[&earlier]).0]
                .map(|set| pence(&set));
        assert!(working > contact && contact < earlier, "{working} {contact} {earlier}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let shipped = ParameterSet::shipped();
        let good = signed("a", 100, 10);
        assert_eq!(good.check(shipped), Ok(()));
        let unknown = Override { name: "gp.patience".into(), ..good.clone() };
        assert_eq!(unknown.check(shipped), Err(BadOverride::Unknown("gp.patience".into())));
        let outside = Override { high: 99, ..good.clone() };
        assert_eq!(outside.check(shipped), Err(BadOverride::Interval("gp.unit-cost".into(), 99, 99, 100)));
        let below = Override { low: -1, ..good.clone() };
        assert_eq!(below.check(shipped), Err(BadOverride::Negative("gp.unit-cost".into(), -1)));
        let no_cost = Override {
            name: "gp.leaver-rate.30-34".into(),
            cost: CostOf::read("", 2024).unwrap(),
            ..good.clone()
        };
        assert_eq!(no_cost.check(shipped), Err(BadOverride::NoCost(no_cost.name.clone())));
        for year in [24, 2010, 2028] {
            let of = Override { cost: CostOf::read("fte-year", year).unwrap(), ..good.clone() };
            let refused = of.check(shipped).unwrap_err().to_string();
            assert!(refused.contains(&format!("in prices of {year}: deflators are known from")), "{refused}");
        }
        assert_eq!(CostOf::read("hour", 2024), Err(BadOverride::Basis("hour".into())));
        let mute = Override { reason: "because".into(), ..good };
        assert_eq!(mute.check(shipped), Err(BadOverride::Reason("gp.unit-cost".into())));
    }
}
