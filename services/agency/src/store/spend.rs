//! Lines of published spend.

use muster_kit::{OrgScope, Result, UnitOfWork, bulk};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement, Value,
    sea_query::Expr,
};

use super::entity::spend_line::{ActiveModel, Column, Entity};
use crate::domain::{SpendLine, SpendRule, priced::month, recognise, words::Word};

/// Writes the lines of a file, each with what the rule table makes of it.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    import_id: &str,
    lines: &[SpendLine],
    rules: &[SpendRule],
) -> Result<()> {
    let org = uow.scope().as_str().to_owned();
    let rows: Vec<ActiveModel> = lines
        .iter()
        .map(|line| {
            let (supply, staff_group) = made_of(rules, line);
            ActiveModel {
                line_id: NotSet,
                org: Set(org.clone()),
                import_id: Set(import_id.to_owned()),
                line: Set(i64::try_from(line.line).unwrap_or(i64::MAX)),
                entity: Set(line.entity.clone()),
                day: Set(line.on.to_string()),
                month: Set(month(line.on)),
                expense_type: Set(line.expense_type.clone()),
                supplier: Set(line.supplier.clone()),
                pence: Set(line.pence),
                supply: Set(supply.to_owned()),
                staff_group: Set(staff_group.to_owned()),
            }
        })
        .collect();
    bulk::insert_all::<Entity, _>(uow.conn(), rows).await?;
    Ok(())
}

/// What a line is for, and for which group of staff; empty = no temporary staffing, or unknown.
fn made_of<'a>(rules: &'a [SpendRule], line: &SpendLine) -> (&'static str, &'a str) {
    recognise(rules, line).map_or(("", ""), |rule| (rule.supply.word(), rule.staff_group.as_str()))
}

/// Payer, expense type and supplier: all that the rule table looks at, with what it made of them.
#[derive(Debug, FromQueryResult)]
struct Seen {
    entity: String,
    expense_type: String,
    supplier: String,
    supply: String,
    staff_group: String,
}

/// Looks at every line again with a new rule table; gives how many kinds of line are something else now.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn recognise_again(uow: &UnitOfWork, rules: &[SpendRule]) -> Result<u64> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let seen: Vec<Seen> = Entity::find()
        .select_only()
        .columns([Column::Entity, Column::ExpenseType, Column::Supplier, Column::Supply, Column::StaffGroup])
        .filter(Column::Org.eq(scope.as_str()))
        .distinct()
        .into_model()
        .all(conn)
        .await?;
    let mut changed = 0;
    for one in seen {
        let line = SpendLine {
            line: 0,
            entity: one.entity,
            on: jiff::civil::Date::ZERO,
            expense_type: one.expense_type,
            supplier: one.supplier,
            pence: 0,
        };
        let (supply, staff_group) = made_of(rules, &line);
        if (supply, staff_group) == (one.supply.as_str(), one.staff_group.as_str()) {
            continue;
        }
        changed += 1;
        Entity::update_many()
            .col_expr(Column::Supply, Expr::value(supply))
            .col_expr(Column::StaffGroup, Expr::value(staff_group))
            .filter(Column::Org.eq(scope.as_str()))
            .filter(Column::Entity.eq(line.entity))
            .filter(Column::ExpenseType.eq(line.expense_type))
            .filter(Column::Supplier.eq(line.supplier))
            .exec(conn)
            .await?;
    }
    Ok(changed)
}

/// A sum of lines.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Sum {
    /// Payer.
    pub(crate) entity: String,
    /// Month, `YYYY-MM`.
    pub(crate) month: String,
    /// What it is for; empty = no temporary staffing.
    pub(crate) supply: String,
    /// Group of staff; empty = unknown.
    pub(crate) staff_group: String,
    /// Lines.
    pub(crate) lines: i64,
    /// Pence.
    pub(crate) pence: i64,
}

/// Sums by payer, month, what it is for and group of staff, from a month to a month; empty = no bound.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn sums(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (from, until): (&str, &str),
) -> Result<Vec<Sum>> {
    let sql = "SELECT entity, month, supply, staff_group, COUNT(*) AS lines, CAST(SUM(pence) AS BIGINT) AS pence \
         FROM spend_lines WHERE org = $1 AND ($2 = '' OR month >= $2) AND ($3 = '' OR month <= $3) \
         GROUP BY entity, month, supply, staff_group ORDER BY entity, month, supply, staff_group";
    let values: [Value; 3] = [scope.as_str().into(), from.into(), until.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Sum::find_by_statement(statement).all(conn).await?)
}

/// A sum of lines of one supplier and expense type: all that the rule table looks at, month by month.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Detail {
    /// Payer.
    pub(crate) entity: String,
    /// Month, `YYYY-MM`.
    pub(crate) month: String,
    /// Expense type.
    pub(crate) expense_type: String,
    /// Supplier as the files spell it.
    pub(crate) supplier: String,
    /// What it is for; empty = no temporary staffing.
    pub(crate) supply: String,
    /// Group of staff; empty = unknown.
    pub(crate) staff_group: String,
    /// Lines.
    pub(crate) lines: i64,
    /// Pence.
    pub(crate) pence: i64,
}

/// The same sums apart by expense type and supplier.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn details(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (from, until): (&str, &str),
) -> Result<Vec<Detail>> {
    let sql = "SELECT entity, month, expense_type, supplier, supply, staff_group, COUNT(*) AS lines, \
         CAST(SUM(pence) AS BIGINT) AS pence \
         FROM spend_lines WHERE org = $1 AND ($2 = '' OR month >= $2) AND ($3 = '' OR month <= $3) \
         GROUP BY entity, month, expense_type, supplier, supply, staff_group";
    let values: [Value; 3] = [scope.as_str().into(), from.into(), until.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Detail::find_by_statement(statement).all(conn).await?)
}

/// How many lines an import brought, and their sum in pence.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn total(conn: &impl ConnectionTrait, scope: &OrgScope, import_id: &str) -> Result<i64> {
    let total: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Expr::cust("CAST(SUM(pence) AS BIGINT)"), "pence")
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::ImportId.eq(import_id))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(total.flatten().unwrap_or(0))
}
