//! Parameters of the forecast: data with sources, shipped as a table and read once.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::{Deserialize, Serialize};

use super::role::Role;

/// The shipped table.
const SHIPPED: &str = include_str!("parameters.toml");

/// Age bands of the cohorts: under 30, five-year bands to 60-64, 65 and over.
pub const BANDS: usize = 9;

/// Names of the age bands, as parameters carry them.
pub const BAND_NAMES: [&str; BANDS] =
    ["under-30", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", "65-plus"];

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Dotted name.
    pub name: String,
    /// Value in the unit.
    pub value: i64,
    /// 10th percentile that draws are made from.
    pub low: i64,
    /// 90th percentile that draws are made from.
    pub high: i64,
    /// `ppm`, `milli`, `pence`, `months`, `hours`.
    pub unit: String,
    /// Publication, table and year.
    pub source: String,
    /// First day it holds, `YYYY-MM-DD`; empty = always.
    #[serde(default)]
    pub valid_from: String,
    /// True for a judgement that no publication gives.
    #[serde(default)]
    pub prior: bool,
    /// Of a unit cost, what it buys: `fte-year`, `working-hour` or `contact-hour`; empty otherwise.
    #[serde(default)]
    pub basis: String,
    /// Of a unit cost, the financial year ending in whose prices it is; 0 otherwise.
    #[serde(default)]
    pub price_year: i32,
}

/// Age mix of a role. Shares and FTE per head in 1/1000, by age band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeMix {
    /// Role.
    role: String,
    /// Share of heads by age band; scaled to a whole when used.
    pub bands: [i64; BANDS],
    /// Share of joiners by age band; scaled to a whole when used.
    pub joiners: [i64; BANDS],
    /// FTE per head by age band.
    pub participation: [i64; BANDS],
    /// Share of women among the heads of each age band.
    pub women: [i64; BANDS],
    /// Share of women among joiners of each age band.
    pub joiners_women: [i64; BANDS],
    /// Heads that the mix is worth as evidence: the smaller, the more it varies between draws.
    pub strength: i64,
    /// Publication, table and year.
    pub source: String,
}

/// All parameters, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterSet {
    parameters: BTreeMap<String, Parameter>,
    mixes: BTreeMap<Role, AgeMix>,
}

/// A table of parameters that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadParameters {
    /// Not readable.
    #[error("the table of parameters cannot be read: {0}")]
    Unreadable(String),
    /// An interval that does not hold its value.
    #[error("parameter {0}: the interval does not hold the value")]
    Interval(String),
    /// Two of one name.
    #[error("parameter {0} stands twice")]
    Twice(String),
    /// A unit cost that buys nothing known.
    #[error("parameter {0}: basis `{1}`: one of fte-year, working-hour, contact-hour")]
    Basis(String, String),
    /// One that the engine needs.
    #[error("parameter {0} is missing")]
    Missing(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    parameter: Vec<Parameter>,
    #[serde(rename = "age-mix")]
    age_mix: Vec<AgeMix>,
}

impl ParameterSet {
    /// The shipped parameters.
    ///
    /// # Panics
    /// Never in a build whose tests ran: the table is part of the program and a test reads it.
    pub fn shipped() -> &'static Self {
        static SET: OnceLock<ParameterSet> = OnceLock::new();
        SET.get_or_init(|| match Self::read(SHIPPED) {
            Ok(set) => set,
            Err(error) => unreachable!("{error}"),
        })
    }

    /// Reads a table.
    pub fn read(text: &str) -> Result<Self, BadParameters> {
        let table: Table =
            toml::from_str(text).map_err(|error| BadParameters::Unreadable(error.to_string()))?;
        let mut parameters = BTreeMap::new();
        for parameter in table.parameter {
            if parameter.low > parameter.value || parameter.value > parameter.high {
                return Err(BadParameters::Interval(parameter.name));
            }
            let name = parameter.name.clone();
            if parameters.insert(name.clone(), parameter).is_some() {
                return Err(BadParameters::Twice(name));
            }
        }
        let mut mixes = BTreeMap::new();
        for mix in table.age_mix {
            let role: Role =
                mix.role.parse().map_err(|_| BadParameters::Unreadable(format!("no role {}", mix.role)))?;
            mixes.insert(role, mix);
        }
        Ok(Self { parameters, mixes })
    }

    /// One parameter.
    pub fn get(&self, name: &str) -> Result<&Parameter, BadParameters> {
        self.parameters.get(name).ok_or_else(|| BadParameters::Missing(name.to_owned()))
    }

    /// One parameter of a role: `gp.joiner-rate`.
    pub fn of_role(&self, role: Role, name: &str) -> Result<&Parameter, BadParameters> {
        self.get(&format!("{}.{name}", role.name()))
    }

    /// Age mix of a role.
    pub fn age_mix(&self, role: Role) -> Result<&AgeMix, BadParameters> {
        self.mixes.get(&role).ok_or_else(|| BadParameters::Missing(format!("age mix of {role}")))
    }

    /// Replaces a parameter, for an override or a test.
    pub fn set(&mut self, parameter: Parameter) {
        self.parameters.insert(parameter.name.clone(), parameter);
    }

    /// All parameters by name, the age mixes spelled out as parameters of their bands.
    pub fn list(&self) -> Vec<Parameter> {
        let mut all: Vec<Parameter> = self.parameters.values().cloned().collect();
        for (role, mix) in &self.mixes {
            let parts = [
                ("age-mix", &mix.bands),
                ("joiner-age-mix", &mix.joiners),
                ("participation", &mix.participation),
                ("women", &mix.women),
                ("joiner-women", &mix.joiners_women),
            ];
            for (what, values) in parts {
                for (band, value) in BAND_NAMES.iter().zip(values) {
                    all.push(Parameter {
                        name: format!("{role}.{what}.{band}"),
                        value: *value,
                        low: *value,
                        high: *value,
                        unit: "milli".into(),
                        source: mix.source.clone(),
                        valid_from: String::new(),
                        basis: String::new(),
                        price_year: 0,
                        prior: matches!(what, "joiner-age-mix" | "women" | "joiner-women"),
                    });
                }
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_reads_and_every_parameter_has_a_source() {
        let set = ParameterSet::read(SHIPPED).unwrap();
        let list = set.list();
        assert!(list.len() > 120);
        assert!(list.iter().all(|parameter| parameter.source.len() > 5), "a source is missing");
        // The plan's own arithmetic: 134 GPs and 82 nurses cost about 17.0 million pounds, within 1%.
        let cost =
            134 * set.get("gp.unit-cost").unwrap().value + 82 * set.get("nurse.unit-cost").unwrap().value;
        assert!((cost - 1_700_000_000).abs() <= 17_000_000, "{cost}");
    }

    #[test]
    fn an_interval_without_its_value_is_refused() {
        let text = SHIPPED.replacen("low = 75000", "low = 95000", 1);
        assert_eq!(
            ParameterSet::read(&text),
            Err(BadParameters::Interval("gp.leaver-rate.overall".to_owned()))
        );
    }
}
