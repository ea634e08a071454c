//! Readers of outside files: a file in, evidence and findings out. Pure; storing is the use case's work.

mod epcmem;
mod gp_payments;
mod groupings;
mod ods;
pub(crate) mod successions;

use jiff::civil::Date;
use muster_kit::{
    Error, OrgCode, Result,
    intake::{Cell, DateForm, Finding, Findings, ImportKind, RawFile},
};

use crate::domain::{Evidence, FinancialYear};

/// Every kind of file that the directory reads.
pub const KINDS: &[ImportKind] =
    &[gp_payments::KIND, ods::EPRACCUR, ods::ETR, epcmem::KIND, groupings::KIND, successions::KIND];

/// What a file says.
#[derive(Clone, Debug)]
pub struct Read {
    /// Evidence of the rows kept.
    pub evidence: Evidence,
    /// Data rows in the file.
    pub rows_read: u64,
    /// Data rows kept.
    pub rows_kept: u64,
    /// What was found.
    pub findings: Findings,
    /// Totals of the rows kept: name and value, in the unit that the name ends with.
    pub totals: Vec<(&'static str, i64)>,
}

/// Reads a file of a kind. `year` is the financial year that the user gave, if any.
///
/// # Errors
/// Bad request when there is no such kind. Inside: the findings of a file that is refused whole.
pub fn read(kind: &str, file: &RawFile, year: Option<i32>) -> Result<std::result::Result<Read, Findings>> {
    Ok(match kind {
        "gp-payments" => gp_payments::read(file, year),
        "epraccur" => ods::read(&ods::EPRACCUR, file),
        "etr" => ods::read(&ods::ETR, file),
        "epcmem" => epcmem::read(file),
        "groupings" => groupings::read(file),
        "successions" => successions::read(file),
        other => return Err(unknown_kind(other)),
    })
}

/// Says which kinds there are.
fn unknown_kind(kind: &str) -> Error {
    let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    Error::bad_request(format!("`{kind}` is no kind of file of the directory: {}", known.join(", ")))
}

/// The financial year of a file: given by the user, else said by the name.
fn year_of(file: &RawFile, given: Option<i32>) -> std::result::Result<FinancialYear, Finding> {
    let remedy = "give the calendar year in which the financial year ends (2016 for 2015-16), or name the file so, \
                  for instance gp-payments-15-16.csv";
    match given {
        Some(year) => FinancialYear::ending(year).ok_or_else(|| {
            Finding::error("wrong-year", "no such financial year", remedy).at(0, "", &year.to_string())
        }),
        None => FinancialYear::in_name(&file.name).ok_or_else(|| {
            let problem = "the file does not say which financial year it covers";
            Finding::error("missing-year", problem, remedy).at(0, "", &file.name)
        }),
    }
}

/// An ODS code.
fn code(cell: &Cell<'_>) -> std::result::Result<OrgCode, Finding> {
    let text = cell.code()?;
    OrgCode::new(&text)
        .map_err(|error| cell.error("not-a-code", error.message(), "write 2 to 10 letters and digits"))
}

/// A date or nothing; publishers write nothing as `-`, too.
fn date_or_none(cell: &Cell<'_>, forms: &[DateForm]) -> std::result::Result<Option<Date>, Finding> {
    if cell.text == "-" { Ok(None) } else { cell.optional(|cell| cell.date(forms)) }
}

/// Patients in 1/1000 as whole patients, rounded half up.
fn whole_patients(milli: i64) -> i64 {
    (milli + 500).div_euclid(1000)
}
