//! Lines of published spend.

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use muster_spend::SpendLine;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, FromQueryResult, Statement, Value,
};

use super::{
    codec,
    entity::spend_line::{ActiveModel, Entity},
};

/// Writes the lines of a file.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(uow: &UnitOfWork, import_id: &str, lines: &[SpendLine]) -> Result<()> {
    let org = uow.scope().as_str().to_owned();
    let rows: Vec<ActiveModel> = lines
        .iter()
        .map(|line| ActiveModel {
            spend_id: NotSet,
            org: Set(org.clone()),
            import_id: Set(import_id.to_owned()),
            line: Set(i64::try_from(line.line).unwrap_or(i64::MAX)),
            organisation: Set(line.entity.clone()),
            month: Set(codec::month(line.on)),
            expense_type: Set(line.expense_type.clone()),
            supplier: Set(line.supplier.clone()),
            pence: Set(line.pence),
        })
        .collect();
    bulk::insert_all::<Entity, _>(uow.conn(), rows).await?;
    Ok(())
}

/// A sum of lines.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Sum {
    /// Who paid.
    pub(crate) organisation: String,
    /// Month, `YYYY-MM`.
    pub(crate) month: String,
    /// What for.
    pub(crate) expense_type: String,
    /// Who was paid, as ledgers have it.
    pub(crate) supplier: String,
    /// Pence.
    pub(crate) pence: i64,
    /// Lines.
    pub(crate) lines: i64,
}

/// Sums by all sides, from a month to a month; empty = no bound.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn sums(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (from, until): (&str, &str),
) -> Result<Vec<Sum>> {
    let sql = "SELECT organisation, month, expense_type, supplier, CAST(SUM(pence) AS BIGINT) AS pence, COUNT(*) AS lines \
         FROM spend_lines WHERE org = $1 AND ($2 = '' OR month >= $2) AND ($3 = '' OR month <= $3) \
         GROUP BY organisation, month, expense_type, supplier";
    let values: [Value; 3] = [scope.as_str().into(), from.into(), until.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Sum::find_by_statement(statement).all(conn).await?)
}

/// Sum of the lines of an import, pence.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn total(conn: &impl ConnectionTrait, scope: &OrgScope, import_id: &str) -> Result<i64> {
    #[derive(FromQueryResult)]
    struct Total {
        pence: Option<i64>,
    }
    let sql = "SELECT CAST(SUM(pence) AS BIGINT) AS pence FROM spend_lines WHERE org = $1 AND import_id = $2";
    let values: [Value; 2] = [scope.as_str().into(), import_id.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Total::find_by_statement(statement).one(conn).await?.and_then(|it| it.pence).unwrap_or(0))
}

/// What an import brought of an organisation and month.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Brought {
    /// Who paid.
    pub(crate) organisation: String,
    /// Month, `YYYY-MM`.
    pub(crate) month: String,
    /// The import.
    pub(crate) import_id: String,
    /// Pence.
    pub(crate) pence: i64,
    /// Lines.
    pub(crate) lines: i64,
    /// First line in the file.
    pub(crate) first_line: i64,
}

/// Sums by organisation, month and import, in this order.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn brought(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Brought>> {
    let sql = "SELECT organisation, month, import_id, CAST(SUM(pence) AS BIGINT) AS pence, COUNT(*) AS lines, \
         MIN(line) AS first_line FROM spend_lines WHERE org = $1 GROUP BY organisation, month, import_id \
         ORDER BY organisation, month, import_id";
    let values: [Value; 1] = [scope.as_str().into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Brought::find_by_statement(statement).all(conn).await?)
}
