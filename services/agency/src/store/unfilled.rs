//! Shift lines that nobody fills.

use muster_kit::{OrgScope, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

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
    let sql = "SELECT shift_ref, organisation, site, ward, staff_group, grade, specialty, starts, ends, break_minutes \
         FROM shift_lines WHERE org = $1 AND ended_by IS NULL AND supply = 4 AND day >= $2 AND day <= $3 \
         AND load_id IN (SELECT load_id FROM shift_loads WHERE org = $1 AND recorded_at IS NOT NULL) \
         ORDER BY starts, organisation, shift_ref";
    let values: [Value; 3] = [scope.as_str().into(), from.into(), until.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Unfilled::find_by_statement(statement).all(conn).await?)
}
