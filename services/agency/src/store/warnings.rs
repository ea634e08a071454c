//! Up to which month ceilings were said to be at risk.

use muster_kit::{Result, UnitOfWork};
use sea_orm::{ConnectionTrait as _, Statement, Value};

/// Notes that a warning counts up to a month; gives whether that is later than what was noted.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn new_month(
    uow: &UnitOfWork,
    organisation: &str,
    year: i16,
    last_month: &str,
) -> Result<bool> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let sql = "INSERT INTO ceiling_warnings (org, organisation, year, last_month) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (org, organisation, year) DO UPDATE SET last_month = excluded.last_month \
         WHERE ceiling_warnings.last_month < excluded.last_month";
    let values: [Value; 4] =
        [scope.as_str().into(), organisation.into(), i64::from(year).into(), last_month.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.execute_raw(statement).await?.rows_affected() > 0)
}
