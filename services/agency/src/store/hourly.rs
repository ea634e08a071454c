//! Shift lines that count now, summed by what their hours cost.

use muster_kit::{OrgScope, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

/// The time band in which most of a shift lies; of two that are as long, the cheaper one.
const BAND: &str = "CASE WHEN core >= saturday_night AND core >= sunday_holiday THEN 'core' \
     WHEN saturday_night >= sunday_holiday THEN 'saturday-night' ELSE 'sunday-holiday' END";

/// Lines that count now of an organisation (`$2`, empty = all) from a day to a day (`$3`, `$4`), each once, by the runs that hold them.
pub(super) const LINES: &str = "FROM shift_runs AS run CROSS JOIN shift_lines AS line WHERE run.org = $1 \
     AND ($2 = '' OR run.organisation = $2) AND run.first_day <= $4 AND run.last_day >= $3 \
     AND run.load_id IN (SELECT load_id FROM shift_loads WHERE org = $1 AND recorded_at IS NOT NULL) \
     AND line.line_id >= run.first_line AND line.line_id <= run.last_line AND line.org = $1 \
     AND line.organisation = run.organisation AND line.day >= run.first_day AND line.day <= run.last_day \
     AND line.day >= $3 AND line.day <= $4 AND line.ended_by IS NULL";

/// Whose lines are wanted, and of which days, both included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines<'a> {
    /// ODS code; empty = all.
    pub(crate) organisation: &'a str,
    /// First day, `YYYY-MM-DD`.
    pub(crate) from: &'a str,
    /// Last day.
    pub(crate) until: &'a str,
}

impl Lines<'_> {
    fn statement(&self, conn: &impl ConnectionTrait, scope: &OrgScope, sql: &str) -> Statement {
        let values: [Value; 4] =
            [scope.as_str().into(), self.organisation.into(), self.from.into(), self.until.into()];
        Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
    }
}

/// Worked shifts of one kind whose price is known. Products are pence an hour times minutes.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Sum {
    /// ODS code.
    pub(crate) organisation: String,
    /// Month, `YYYY-MM`.
    pub(crate) month: String,
    /// Site.
    pub(crate) site: String,
    /// Group of staff.
    pub(crate) staff_group: String,
    /// Grade.
    pub(crate) grade: String,
    /// Time band.
    pub(crate) band: String,
    /// 1 for agencies, 0 for own and shared banks.
    pub(crate) agency: i32,
    /// Minutes.
    pub(crate) minutes: i64,
    /// Product of pay of bank shifts.
    pub(crate) pay: i64,
    /// Product of charges.
    pub(crate) charge: i64,
    /// The part of it whose lines name no VAT.
    pub(crate) bare: i64,
    /// VAT that lines name, pence.
    pub(crate) vat: i64,
}

/// Sums by organisation, month, site, group of staff, grade, time band and supply. A bank shift with pay counts by its pay,
/// another by its charge, an agency shift by its charge.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn sums(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    lines: Lines<'_>,
) -> Result<Vec<Sum>> {
    let sql = format!(
        "SELECT organisation, month, site, staff_group, grade, band, agency, \
         CAST(SUM(minutes) AS BIGINT) AS minutes, \
         CAST(SUM(CASE WHEN by_pay = 1 THEN pay * minutes ELSE 0 END) AS BIGINT) AS pay, \
         CAST(SUM(CASE WHEN by_pay = 1 THEN 0 ELSE charge * minutes END) AS BIGINT) AS charge, \
         CAST(SUM(CASE WHEN by_pay = 1 OR vat IS NOT NULL THEN 0 ELSE charge * minutes END) AS BIGINT) AS bare, \
         CAST(SUM(CASE WHEN by_pay = 1 THEN 0 ELSE COALESCE(vat, 0) END) AS BIGINT) AS vat \
         FROM (SELECT line.organisation, substr(day, 1, 7) AS month, site, staff_group, grade, {BAND} AS band, \
         CASE WHEN supply = 3 THEN 1 ELSE 0 END AS agency, core + saturday_night + sunday_holiday AS minutes, \
         CASE WHEN supply <> 3 AND pay IS NOT NULL THEN 1 ELSE 0 END AS by_pay, pay, charge, vat \
         {LINES} AND supply <= 3 AND (charge IS NOT NULL OR (supply <> 3 AND pay IS NOT NULL))) AS lines \
         GROUP BY organisation, month, site, staff_group, grade, band, agency \
         ORDER BY organisation, month, site, staff_group, grade, band, agency"
    );
    Ok(Sum::find_by_statement(lines.statement(conn, scope, &sql)).all(conn).await?)
}

/// Shifts of one day at one rate.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Rates {
    /// ODS code.
    pub(crate) organisation: String,
    /// Day, `YYYY-MM-DD`.
    pub(crate) day: String,
    /// Group of staff.
    pub(crate) staff_group: String,
    /// Grade.
    pub(crate) grade: String,
    /// Time band.
    pub(crate) band: String,
    /// 1 for agencies, 0 for own and shared banks.
    pub(crate) agency: i32,
    /// Pay of the bank or charge of the agency, pence an hour.
    pub(crate) rate: i64,
    /// Shifts.
    pub(crate) shifts: i64,
    /// Minutes.
    pub(crate) minutes: i64,
}

/// What was paid, by day and rate: pay of bank shifts, the charge of agencies.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn rates(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    lines: Lines<'_>,
) -> Result<Vec<Rates>> {
    let sql = format!(
        "SELECT organisation, day, staff_group, grade, band, agency, rate, COUNT(*) AS shifts, \
         CAST(SUM(minutes) AS BIGINT) AS minutes \
         FROM (SELECT line.organisation, day, staff_group, grade, {BAND} AS band, \
         CASE WHEN supply = 3 THEN 1 ELSE 0 END AS agency, core + saturday_night + sunday_holiday AS minutes, \
         CASE WHEN supply = 3 THEN charge ELSE pay END AS rate \
         {LINES} AND supply <= 3) AS lines WHERE rate IS NOT NULL \
         GROUP BY organisation, day, staff_group, grade, band, agency, rate"
    );
    Ok(Rates::find_by_statement(lines.statement(conn, scope, &sql)).all(conn).await?)
}

/// Shared-bank shifts of one home, with their price where it is known. Products are pence an hour times minutes.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Lent {
    /// ODS code of the home.
    pub(crate) home: String,
    /// Shifts.
    pub(crate) shifts: i64,
    /// Shifts at an unknown price.
    pub(crate) without_price: i64,
    /// Minutes of all of them.
    pub(crate) minutes: i64,
    /// Minutes of those whose price is known.
    pub(crate) priced: i64,
    /// Product of charges, which are all-in.
    pub(crate) charge: i64,
    /// Product of pay where no charge is known.
    pub(crate) pay: i64,
}

/// What workers of other homes did for a host.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn lent(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    lines: Lines<'_>,
) -> Result<Vec<Lent>> {
    let sql = format!(
        "SELECT home, COUNT(*) AS shifts, \
         CAST(SUM(CASE WHEN charge IS NULL AND pay IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS without_price, \
         CAST(SUM(minutes) AS BIGINT) AS minutes, \
         CAST(SUM(CASE WHEN charge IS NULL AND pay IS NULL THEN 0 ELSE minutes END) AS BIGINT) AS priced, \
         CAST(SUM(COALESCE(charge, 0) * minutes) AS BIGINT) AS charge, \
         CAST(SUM(CASE WHEN charge IS NULL THEN COALESCE(pay, 0) * minutes ELSE 0 END) AS BIGINT) AS pay \
         FROM (SELECT home_organisation AS home, core + saturday_night + sunday_holiday AS minutes, pay, charge \
         {LINES} AND supply = 2 AND home_organisation <> '' AND home_organisation <> line.organisation) AS lines \
         GROUP BY home ORDER BY home"
    );
    Ok(Lent::find_by_statement(lines.statement(conn, scope, &sql)).all(conn).await?)
}

/// Agency shifts above the cap or off framework, by organisation and month, each counted once.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Overrides {
    /// ODS code.
    pub(crate) organisation: String,
    /// Month, `YYYY-MM`.
    pub(crate) month: String,
    /// Shifts.
    pub(crate) shifts: i64,
}

/// Counts them; `bits` are the verdicts of which one is enough.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn overrides(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    lines: Lines<'_>,
    bits: i64,
) -> Result<Vec<Overrides>> {
    let sql = format!(
        "SELECT line.organisation, substr(day, 1, 7) AS month, COUNT(*) AS shifts \
         {LINES} AND supply = 3 AND verdicts & {bits} <> 0 GROUP BY line.organisation, substr(day, 1, 7)"
    );
    Ok(Overrides::find_by_statement(lines.statement(conn, scope, &sql)).all(conn).await?)
}

/// The last day of lines that came in, or of those among them that are unfilled; none when there is no such line.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn last_day(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    unfilled: bool,
) -> Result<Option<String>> {
    #[derive(FromQueryResult)]
    struct Last {
        day: Option<String>,
    }
    const LOADS: &str =
        "load_id IN (SELECT load_id FROM shift_loads WHERE org = $1 AND recorded_at IS NOT NULL)";
    let sql = if unfilled {
        format!(
            "SELECT MAX(day) AS day FROM shift_lines WHERE org = $1 AND ended_by IS NULL AND supply = 4 AND {LOADS}"
        )
    } else {
        format!("SELECT MAX(last_day) AS day FROM shift_runs WHERE org = $1 AND {LOADS}")
    };
    let values: [Value; 1] = [scope.as_str().into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Last::find_by_statement(statement).one(conn).await?.and_then(|last| last.day))
}
