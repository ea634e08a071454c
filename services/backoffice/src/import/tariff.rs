//! The document of `muster finance tariff`: a quarter of a shared service.

use muster_kit::intake::{Column, Findings, ImportKind, RawFile};

use super::{At, document::parse};
use crate::domain::{
    Problem,
    tariff::{Member, Quarter},
};

/// The kind.
pub const RECHARGE: ImportKind = ImportKind {
    name: "recharge",
    summary: "a quarter of a shared service, a JSON document: budget, actual cost and members; importing it settles it",
    publisher: "muster",
    header: false,
    columns: &[Column::required(
        "document",
        TARIFF_EXAMPLE,
        "service, quarter, stranded_months, budget, actual and members",
    )],
};

/// A document to begin from.
pub const TARIFF_EXAMPLE: &str = include_str!("../../data/tariff-example.json");

/// Largest amount in pence.
const MOST: i64 = 100_000_000_000_000;
/// Largest number of units in 1/1000.
const MOST_UNITS: i64 = 10_000_000_000_000;
/// Largest price in 1/100 pence; times the units it fits in 64 bits of pence.
const MOST_PRICE: i64 = 10_000_000_000;

/// Reads the file of a quarter that is to be stored: it needs the name of its service, and what it bills must come out.
///
/// # Errors
/// The finding that refuses it.
pub fn read_tariff_file(file: &RawFile) -> Result<(String, Quarter), Findings> {
    super::document::of_file(file, |text| {
        let quarter = read_tariff(text)?;
        quarter.settle()?;
        // names are parts of the keys of figures
        if quarter.service.contains('/') {
            return Err(Problem::new("service", "has a slash", "write it without").with(&quarter.service));
        }
        for (at, member) in quarter.members.iter().enumerate() {
            if !member.organisation.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
                let place = format!("members[{at}].organisation");
                let remedy = "write capital letters and digits only, such as RJ1";
                return Err(Problem::new(place, "is no ODS code", remedy).with(&member.organisation));
            }
        }
        if quarter.service.is_empty() {
            return Err(Problem::new(
                "document",
                "`service` is missing",
                "add `service`: quarters are kept by it",
            ));
        }
        Ok(quarter)
    })
}

/// Reads a document.
///
/// # Errors
/// The first problem, with its place, the value there and what helps.
pub fn read_tariff(text: &str) -> Result<Quarter, Problem> {
    let value = parse(text)?;
    let root = At::root(&value);
    root.only(&["service", "quarter", "stranded_months", "budget", "actual", "members"])?;
    let (budget, actual) = (root.need("budget")?, root.need("actual")?);
    budget.only(&["fixed_cost", "price"])?;
    actual.only(&["fixed_cost", "running_cost"])?;
    let pence = |at: &At<'_>, key: &str| at.need(key)?.number_in(2, 0, MOST);
    let members = root.need("members")?.list()?.iter().map(member).collect::<Result<Vec<_>, _>>()?;
    let months = root.need("stranded_months")?.number_in(0, 0, 120)?;
    Ok(Quarter {
        service: root.text_of("service")?,
        start: root.need("quarter")?.month()?,
        stranded_months: i32::try_from(months).unwrap_or_default(),
        fixed: pence(&budget, "fixed_cost")?,
        price: budget.need("price")?.number_in(4, 0, MOST_PRICE)?,
        actual_fixed: pence(&actual, "fixed_cost")?,
        actual_running: pence(&actual, "running_cost")?,
        members,
    })
}

fn member(at: &At<'_>) -> Result<Member, Problem> {
    at.only(&["organisation", "share", "left", "planned", "used"])?;
    Ok(Member {
        organisation: at.need("organisation")?.text()?.to_owned(),
        share: at.need("share")?.share()?,
        left: at.get("left")?.map(|at| at.month()).transpose()?,
        planned: at.need("planned")?.number_in(3, 0, MOST_UNITS)?,
        used: at.need("used")?.number_in(3, 0, MOST_UNITS)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_read_and_settled() {
        let bills = read_tariff(TARIFF_EXAMPLE).and_then(|it| it.settle()).expect("the example");
        // a fifth of 31,500, all of it after leaving
        assert_eq!((bills["RJ2"].stranded, bills["RJ2"].true_up), (630_000, 30_000));
    }
}
