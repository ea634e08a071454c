//! Parameters of the forecast of trusts: data with sources, read once.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{
    super::parameters::{BadParameters, Parameter},
    TrustGroup,
};

const SHIPPED: &str = include_str!("parameters.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    parameter: Vec<Parameter>,
}

/// The shipped parameters, in the order of the table.
///
/// # Panics
/// Never in a build whose tests ran: the table is part of the program and a test reads it.
pub fn shipped() -> &'static [Parameter] {
    static ALL: OnceLock<Vec<Parameter>> = OnceLock::new();
    ALL.get_or_init(|| match toml::from_str::<Table>(SHIPPED) {
        Ok(table) => table.parameter,
        Err(error) => unreachable!("{error}"),
    })
}

/// One parameter of a group: `growth.prior`.
///
/// # Errors
/// When there is none of that name.
pub fn of_group<'a>(
    all: &'a [Parameter],
    group: TrustGroup,
    name: &str,
) -> Result<&'a Parameter, BadParameters> {
    let name = format!("{}.{name}", group.name());
    all.iter().find(|of| of.name == name).ok_or(BadParameters::Missing(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_a_source_and_an_interval_that_holds_it() {
        for of in shipped() {
            assert!(of.source.len() > 20 && of.low <= of.value && of.value <= of.high, "{of:?}");
        }
        for group in TrustGroup::ALL {
            assert!(of_group(shipped(), group, "growth.prior").is_ok());
        }
    }
}
