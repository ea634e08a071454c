//! Lines of purchase one by one, as they are known now.

use jiff::civil::Date;
use muster_kit::{
    Error, OrgScope, Result,
    page::{Page, Paged},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use super::codec;
use crate::domain::validity::Validity;

/// Which lines are wanted; what is empty limits nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// ODS code.
    pub(crate) organisation: String,
    /// First and last day, `YYYY-MM-DD`.
    pub(crate) days: (String, String),
    /// Only lines that are among one of these.
    pub(crate) counted: Option<Vec<Counted>>,
}

/// Lines of a partner for groups of same items on some days.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    /// ODS code.
    pub(crate) organisation: String,
    /// Numbers of the groups.
    pub(crate) clusters: Vec<i64>,
    /// Days.
    pub(crate) days: Validity,
}

/// A line.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Bought {
    pub(crate) purchase_id: i64,
    pub(crate) organisation: String,
    pub(crate) line_ref: String,
    pub(crate) day: String,
    pub(crate) supplier: String,
    pub(crate) item_ref: String,
    pub(crate) description: String,
    pub(crate) quantity: i64,
    pub(crate) unit: String,
    pub(crate) pack_size: i64,
    pub(crate) unit_price: i64,
    pub(crate) net: i64,
    pub(crate) po_number: String,
    pub(crate) channel: String,
    pub(crate) import_id: String,
    pub(crate) line: i64,
    /// Number of the group of same items; none = not on the catalogue.
    pub(crate) cluster: Option<i64>,
}

const SELECT: &str = "SELECT p.purchase_id, p.organisation, p.line_ref, p.day, p.supplier, p.item_ref, p.description, p.quantity, \
     p.unit, p.pack_size, p.unit_price, p.net, p.po_number, p.channel, p.import_id, p.line, \
     COALESCE(i.cluster, i.item_number) AS cluster \
     FROM purchases p LEFT JOIN items i ON i.org = p.org AND i.organisation = p.organisation AND i.item_ref = p.item_ref \
     AND p.item_ref <> '' WHERE p.ended_at IS NULL AND p.org = $1";

/// Own lines by day, then as they came in.
///
/// # Errors
/// Bad request on a token that is not ours; internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<Bought>> {
    let mut sql = SELECT.to_owned();
    let mut values: Vec<Value> = vec![scope.as_str().into()];
    let mut limit = |clause: &str, value: Value| {
        values.push(value);
        sql.push_str(&format!(" AND {clause} ${}", values.len()));
    };
    let (from, until) = &wanted.days;
    for (clause, text) in
        [("p.organisation =", &wanted.organisation), ("p.day >=", from), ("p.day <=", until)]
    {
        if !text.is_empty() {
            limit(clause, text.as_str().into());
        }
    }
    if !page.after.is_empty() {
        let (day, id) = place(&page.after)?;
        values.extend([day.into(), id.into()]);
        let (day, id) = (values.len() - 1, values.len());
        sql.push_str(&format!(" AND (p.day > ${day} OR (p.day = ${day} AND p.purchase_id > ${id}))"));
    }
    if let Some(counted) = &wanted.counted {
        if counted.is_empty() {
            return Ok(Paged { rows: Vec::new(), next_token: String::new() });
        }
        let any: Vec<String> = counted.iter().map(|it| among(it, &mut values)).collect();
        sql.push_str(&format!(" AND ({})", any.join(" OR ")));
    }
    sql.push_str(&format!(" ORDER BY p.day, p.purchase_id LIMIT {}", page.size + 1));
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let rows = Bought::find_by_statement(statement).all(conn).await?;
    Ok(page.cut(rows, |row| format!("{} {}", row.day, row.purchase_id)))
}

/// The condition of being among some lines.
fn among(of: &Counted, values: &mut Vec<Value>) -> String {
    let mut sql = format!("(COALESCE(i.cluster, i.item_number) IN ({})", codec::list(&of.clusters));
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let limits = [
        ("p.organisation =", Some(of.organisation.clone())),
        ("p.day >=", day(of.days.from)),
        ("p.day <=", day(of.days.to)),
    ];
    for (clause, value) in limits {
        if let Some(value) = value {
            values.push(value.into());
            sql.push_str(&format!(" AND {clause} ${}", values.len()));
        }
    }
    sql.push(')');
    sql
}

fn place(token: &str) -> Result<(&str, i64)> {
    let read = token.split_once(' ').and_then(|(day, id)| Some((day, id.parse().ok()?)));
    read.ok_or_else(|| Error::bad_request("page token unknown: use next_token of the page before as it came"))
}
