//! Readers of outside files: a file in, counts and findings out. Pure: no reader opens a file or a connection.
//!
//! `gp-workforce` recognises its layout by the header: the practice series (a row a practice and financial year), the
//! publisher's practice-level detailed and high-level files, and the individual-level file. `trust-workforce` and
//! `gp-reg-pat-prac-quin-age` are a publisher's too; `residents` takes a publisher's layout beside our own; `deprivation`,
//! `workforce-snapshot` and `posts` are formats of our own.

mod age_lists;
mod deprivation;
mod detailed;
mod detailed_plan;
mod gather;
mod individual;
mod kinds;
mod marker;
mod posts;
mod residents;
mod series;
mod snapshot;
mod tall;
mod trusts;

pub use kinds::{
    AGE_LISTS, DEPRIVATION, GP_WORKFORCE, KINDS, POSTS, RESIDENTS, TRUST_WORKFORCE, WORKFORCE_SNAPSHOT,
};

use muster_kit::intake::{Finding, Findings, RawFile, Table};

use crate::domain::{
    age_lists::AgeList, baseline::CountSet, deprivation::DeprivationScore, posts::PostPart,
    residents::Residents, role::Role, trusts::TrustCount,
};

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Counts of a publisher, a set a year or date.
    Counts(Vec<CountSet>),
    /// Monthly snapshots, a set a month end.
    Snapshots(Vec<CountSet>),
    /// Posts.
    Posts(Vec<PostPart>),
    /// Staff of trusts.
    Trusts(Vec<TrustCount>),
    /// Registered lists by age and sex.
    AgeLists(Vec<AgeList>),
    /// Deprivation of practices.
    Deprivation(Vec<DeprivationScore>),
    /// Residents of boroughs.
    Residents(Vec<Residents>),
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct ReadFile {
    /// The good rows.
    pub content: Content,
    /// Data rows read.
    pub rows_read: u64,
    /// Rows that are good.
    pub rows_kept: u64,
    /// Totals for a person to compare with the publisher's.
    pub totals: Vec<(&'static str, i64)>,
    /// Everything found.
    pub findings: Findings,
}

/// Reads a file of one of [`KINDS`]. `year` is the financial year ending that the caller gave, for files that do not say.
///
/// # Errors
/// Findings when the file cannot be read at all; refused rows of a readable file stand in [`ReadFile::findings`].
pub fn read(kind: &str, file: &RawFile, year: Option<i32>) -> Result<ReadFile, Findings> {
    match kind {
        "gp-workforce" => gp_workforce(file, year),
        "workforce-snapshot" => file.table(&WORKFORCE_SNAPSHOT).map(|table| snapshot::read(&table)),
        "posts" => file.table(&POSTS).map(|table| posts::read(&table)),
        "gp-reg-pat-prac-quin-age" => file.table(&AGE_LISTS).map(|table| age_lists::read(&table)),
        "deprivation" => file.table(&DEPRIVATION).map(|table| deprivation::read(&table)),
        "residents" => file.table(&RESIDENTS).and_then(|table| residents::read(&table)),
        "trust-workforce" => file.table(&TRUST_WORKFORCE).map(|table| trusts::read(&table)),
        _ => {
            let finding = Finding::error(
                "unknown-kind",
                format!("no kind of file is called `{kind}` here"),
                "choose gp-workforce, gp-reg-pat-prac-quin-age, deprivation, residents, trust-workforce, workforce-snapshot or posts",
            );
            Err(Findings::of(&file.name, finding))
        }
    }
}

fn gp_workforce(file: &RawFile, year: Option<i32>) -> Result<ReadFile, Findings> {
    let table = file.any_table()?;
    let has = |names: &[&str]| names.iter().all(|name| table.find(name).is_some());
    if has(&["unique_identifier", "staff_group", "fte"]) {
        return individual::read(file, &table, year);
    }
    if has(&["prac_code", "staff_group", "measure", "value"]) {
        return tall::read(file, &table, year);
    }
    let columns = table.headers().len();
    if columns > 60
        && (has(&["total_gp_extgl_fte"]) || has(&["total_gp_exrrl_fte"]) || has(&["total_gp_fte"]))
    {
        return detailed::read(file, &table, year);
    }
    series::read(file, &table)
}

/// Totals of the newest set, to be compared with the publisher's own.
fn totals_of(sets: &[CountSet]) -> Vec<(&'static str, i64)> {
    let Some(newest) = sets.iter().max_by_key(|set| (set.date, set.year)) else { return Vec::new() };
    let mut totals = vec![
        ("years_or_dates", i64::try_from(sets.len()).unwrap_or(i64::MAX)),
        ("newest_places", i64::try_from(newest.places.len()).unwrap_or(i64::MAX)),
        (
            "newest_registered_patients_milli",
            newest
                .places
                .iter()
                .filter_map(|place| place.list)
                .map(crate::domain::units::Patients::milli)
                .sum(),
        ),
    ];
    for total in newest.totals() {
        let name = match total.role {
            Role::Gp => "newest_gp_fte_milli",
            Role::GpTrainee => "newest_gp_trainee_fte_milli",
            Role::GpLocum => "newest_gp_locum_fte_milli",
            Role::Nurse => "newest_nurse_fte_milli",
            Role::DirectPatientCare => "newest_direct_patient_care_fte_milli",
            Role::Administration => "newest_administration_fte_milli",
            Role::GpTraineeOrLocum => "newest_gp_trainee_or_locum_fte_milli",
        };
        totals.push((name, total.fte.milli()));
    }
    totals
}

/// A file of counts that was read.
fn counts(table: &Table, sets: Vec<CountSet>, rows_kept: u64, mut findings: Findings) -> ReadFile {
    findings.extend(table.findings.clone());
    ReadFile {
        totals: totals_of(&sets),
        content: Content::Counts(sets),
        rows_read: table.rows_read(),
        rows_kept,
        findings,
    }
}

#[cfg(test)]
mod tests;
