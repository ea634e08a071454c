//! What a year of one FTE costs: on which basis, where, and in whose prices.
//!
//! A unit cost is for a year of one FTE, or for an hour: of work, or of contact with patients. The two kinds of hour differ by a third and
//! more, so none is ever added to another: each becomes the cost of a year by the hours that one FTE works, and by the share of them
//! that is spent with patients. High cost areas are paid more; prices of another year follow the GDP deflator.

use super::{
    parameters::{BadParameters, Parameter, ParameterSet},
    role::Role,
    units::{divide_rounded, millionths},
};

/// A whole, in parts per million.
const WHOLE: i128 = 1_000_000;

/// What a unit cost buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A year of one FTE.
    FteYear,
    /// An hour of work.
    WorkingHour,
    /// An hour with patients.
    ContactHour,
}

impl Basis {
    /// Name in tables and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FteYear => "fte-year",
            Self::WorkingHour => "working-hour",
            Self::ContactHour => "contact-hour",
        }
    }

    /// The one of a name.
    pub fn read(name: &str) -> Option<Self> {
        [Self::FteYear, Self::WorkingHour, Self::ContactHour].into_iter().find(|basis| basis.name() == name)
    }

    fn of(parameter: &Parameter) -> Result<Self, BadParameters> {
        Self::read(&parameter.basis)
            .ok_or_else(|| BadParameters::Basis(parameter.name.clone(), parameter.basis.clone()))
    }
}

/// A zone of the high cost area supplement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// Inner London.
    Inner,
    /// Outer London.
    Outer,
}

impl Zone {
    /// The zone of a borough; none where nobody has said (the zones of the six boroughs are those of bank and agency's rates).
    pub fn of_borough(borough: &str) -> Option<Self> {
        match borough.to_ascii_lowercase().as_str() {
            "lambeth" | "southwark" | "lewisham" => Some(Self::Inner),
            "bexley" | "bromley" | "greenwich" => Some(Self::Outer),
            _ => None,
        }
    }

    /// Name in parameters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inner => "inner-london",
            Self::Outer => "outer-london",
        }
    }
}

/// Cost of a year of one FTE, in pence of the year that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitCost {
    /// 10th percentile, value and 90th percentile.
    pub pence: [i64; 3],
    /// What the published cost buys.
    pub basis: Basis,
    /// Financial year ending in whose prices it was published.
    pub price_year: i32,
    /// Relative to it, in parts per million: in inner and in outer London.
    places: [i64; 2],
}

/// Prices of a year that no deflator leads to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("costs cannot be given in prices of {asked}: deflators are known from {first} to {last}")]
pub struct NoPrices {
    /// Financial year ending that was asked for.
    asked: i32,
    first: i32,
    last: i32,
}

/// A unit cost that cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUnitCost {
    /// Parameters that are missing or cannot be used.
    #[error(transparent)]
    Parameters(#[from] BadParameters),
    /// Prices of a year that no deflator leads to.
    #[error(transparent)]
    Prices(#[from] NoPrices),
}

impl UnitCost {
    /// Cost of a year of one FTE of a role in the prices of a financial year; of its own for 0.
    ///
    /// # Errors
    /// Parameters that are missing, or a year without a deflator.
    pub fn of(parameters: &ParameterSet, role: Role, price_year: i32) -> Result<Self, BadUnitCost> {
        let published = parameters.of_role(role, "unit-cost")?;
        let basis = Basis::of(published)?;
        let hours = match basis {
            Basis::FteYear => (1, WHOLE),
            Basis::WorkingHour => (parameters.get("fte.working-hours")?.value, WHOLE),
            Basis::ContactHour => {
                let away = parameters.of_role(role, "non-contact-share")?.value;
                (parameters.get("fte.working-hours")?.value, WHOLE - i128::from(away))
            }
        };
        let prices = match price_year {
            0 => 1_000_000,
            year => deflated(parameters, published.price_year, year)?,
        };
        let in_year = |pence: i64| {
            let of_year = i128::from(pence) * i128::from(hours.0) * hours.1;
            divide_rounded(of_year * i128::from(prices), WHOLE * WHOLE)
        };
        let place =
            |zone: Zone| parameters.of_role(role, &format!("unit-cost.{}", zone.name())).map(|of| of.value);
        Ok(Self {
            pence: [published.low, published.value, published.high].map(in_year),
            basis,
            price_year: published.price_year,
            places: [place(Zone::Inner)?, place(Zone::Outer)?],
        })
    }

    /// Relative to the published cost, in parts per million; a place of no known zone has that.
    pub fn at(&self, zone: Option<Zone>) -> i64 {
        match zone {
            Some(Zone::Inner) => self.places[0],
            Some(Zone::Outer) => self.places[1],
            None => 1_000_000,
        }
    }
}

/// Prices of one financial year relative to those of another, in parts per million, by the yearly changes of the GDP deflator.
///
/// # Errors
/// A year between them that no deflator is known for.
pub fn deflated(parameters: &ParameterSet, from: i32, to: i32) -> Result<i64, NoPrices> {
    let growth = |year: i32| parameters.get(&format!("prices.gdp-deflator.{year}")).ok().map(|of| of.value);
    let mut factor = 1.0;
    for year in from.min(to) + 1..=from.max(to) {
        let Some(growth) = growth(year) else {
            let known: Vec<i32> = (1990..2100).filter(|year| growth(*year).is_some()).collect();
            let ends = (known.first().map_or(from, |first| first - 1), known.last().copied().unwrap_or(from));
            return Err(NoPrices { asked: to, first: ends.0, last: ends.1 });
        };
        factor *= 1.0 + growth as f64 / 1e6;
    }
    Ok(millionths(if to < from { 1.0 / factor } else { factor }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, change: impl Fn(&mut Parameter)) -> ParameterSet {
        let mut set = ParameterSet::shipped().clone();
        let mut of = set.get(name).unwrap().clone();
        change(&mut of);
        set.set(of);
        set
    }

    #[test]
    fn hours_of_work_and_of_contact_are_kept_apart() {
        let hourly = |basis: &str| {
            set("gp.unit-cost", |of| {
                of.basis = basis.into();
                (of.low, of.value, of.high) = (10_000, 10_000, 10_000);
            })
        };
        let hours = ParameterSet::shipped().get("fte.working-hours").unwrap().value;
        let of = |basis: &str| UnitCost::of(&hourly(basis), Role::Gp, 0).map(|of| of.pence[1]);
        assert_eq!(of("working-hour"), Ok(10_000 * hours));
        // 37.9% of a GP's time is not spent with patients
        assert_eq!(of("contact-hour"), Ok(divide_rounded(i128::from(10_000 * hours) * 621, 1_000)));
        assert_eq!(of("fte-year"), Ok(10_000));
        assert!(of("session").unwrap_err().to_string().contains("session"));
    }

    #[test]
    fn prices_follow_the_deflator_there_and_back() {
        let shipped = ParameterSet::shipped();
        let own = UnitCost::of(shipped, Role::Gp, 0).unwrap();
        assert_eq!(own, UnitCost::of(shipped, Role::Gp, own.price_year).unwrap());
        let [there, back] =
            [(2017, 2023), (2023, 2017)].map(|(from, to)| deflated(shipped, from, to).unwrap());
        assert!(
            (there as f64 * back as f64 / 1e12 - 1.0).abs() < 1e-5 && there > 1_100_000,
            "{there} {back}"
        );
        let later = UnitCost::of(shipped, Role::Gp, 2023).unwrap();
        assert_eq!(later.pence[1], divide_rounded(i128::from(own.pence[1]) * i128::from(there), WHOLE));
        assert!(UnitCost::of(shipped, Role::Gp, 2090).unwrap_err().to_string().contains("2090"));
    }

    #[test]
    fn inner_london_costs_more_than_outer_but_not_for_gps() {
        let of = |role: Role| {
            let cost = UnitCost::of(ParameterSet::shipped(), role, 0).unwrap();
            ["Lambeth", "Bexley", "Elsewhere"].map(|borough| cost.at(Zone::of_borough(borough)))
        };
        let [inner, outer, elsewhere] = of(Role::Nurse);
        assert!(inner > elsewhere && elsewhere > outer && elsewhere == 1_000_000);
        // supplements of 20% and 15% of basic pay
        assert!((inner as f64 / outer as f64 - 1.20 / 1.15).abs() < 1e-4);
        assert_eq!(of(Role::Gp), [1_000_000; 3]);
    }
}
