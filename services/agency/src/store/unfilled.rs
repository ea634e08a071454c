//! Shift lines that nobody fills, and what workers did before.

use muster_kit::{OrgScope, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use super::hourly::LINES;

/// An unfilled shift. Times are minutes since 1970 UTC.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Unfilled {
    /// Reference.
    pub(crate) shift_ref: String,
    /// ODS code.
    pub(crate) organisation: String,
    /// Site.
    pub(crate) site: String,
    /// Ward.
    pub(crate) ward: String,
    /// Group of staff.
    pub(crate) staff_group: String,
    /// Grade.
    pub(crate) grade: String,
    /// Specialty.
    pub(crate) specialty: String,
    /// Start.
    pub(crate) starts: i64,
    /// End.
    pub(crate) ends: i64,
    /// Break.
    pub(crate) break_minutes: i64,
}

/// Unfilled shifts that count now, of all organisations, from a day to a day, both included; in order of start, organisation and
/// reference.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn list(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (from, until): (&str, &str),
) -> Result<Vec<Unfilled>> {
    let sql = format!(
        "SELECT shift_ref, line.organisation, site, ward, staff_group, grade, specialty, starts, ends, break_minutes \
         {LINES} AND supply = 4 ORDER BY starts, line.organisation, shift_ref"
    );
    let values: [Value; 4] = [scope.as_str().into(), "".into(), from.into(), until.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Unfilled::find_by_statement(statement).all(conn).await?)
}

/// A shift that a worker worked. Times are minutes since 1970 UTC.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Did {
    /// Reference of the worker.
    pub(crate) worker_ref: String,
    /// ODS code of the host.
    pub(crate) organisation: String,
    /// Ward.
    pub(crate) ward: String,
    /// Start.
    pub(crate) starts: i64,
    /// End.
    pub(crate) ends: i64,
    /// Working time.
    pub(crate) minutes: i64,
}

/// Shifts of workers whose reference is known, from a day to a day, both included, in order of worker and start.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn history(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (from, until): (&str, &str),
) -> Result<Vec<Did>> {
    let sql = format!(
        "SELECT worker_ref, line.organisation, ward, starts, ends, core + saturday_night + sunday_holiday AS minutes \
         {LINES} AND supply <= 3 AND worker_ref <> '' ORDER BY worker_ref, starts"
    );
    let values: [Value; 4] = [scope.as_str().into(), "".into(), from.into(), until.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Did::find_by_statement(statement).all(conn).await?)
}
