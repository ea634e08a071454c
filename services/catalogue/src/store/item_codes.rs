//! Codes by which an item is found.

use std::collections::BTreeSet;

use muster_kit::{OrgScope, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

/// Codes in one statement.
const CHUNK: usize = 500;

/// An item with its codes.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Coded {
    pub(crate) item_ref: String,
    pub(crate) gtin: String,
    pub(crate) supplier: String,
    pub(crate) supplier_code: String,
}

/// Own items of an organisation that have one of these trade item numbers (in 14 digits) or supplier's codes.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn with_codes(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    (gtins, supplier_codes): (&BTreeSet<String>, &BTreeSet<String>),
) -> Result<Vec<Coded>> {
    let mut found = Vec::new();
    for (column, codes) in [("gtin", gtins), ("supplier_code", supplier_codes)] {
        let codes: Vec<&String> = codes.iter().filter(|code| !code.is_empty()).collect();
        for chunk in codes.chunks(CHUNK) {
            let places: Vec<String> = (3..).take(chunk.len()).map(|place| format!("${place}")).collect();
            let sql = format!(
                "SELECT i.item_ref, v.gtin, v.supplier, v.supplier_code FROM items i \
                 JOIN item_versions v ON v.item_number = i.item_number \
                 WHERE v.ended_at IS NULL AND i.org = $1 AND i.organisation = $2 AND v.{column} IN ({})",
                places.join(", ")
            );
            let mut values: Vec<Value> = vec![scope.as_str().into(), organisation.into()];
            values.extend(chunk.iter().map(|code| Value::from(code.as_str())));
            let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
            found.extend(Coded::find_by_statement(statement).all(conn).await?);
        }
    }
    Ok(found)
}
