//! Lines of purchase, each with the time in which it was known.

use std::collections::{BTreeMap, HashMap};

use muster_kit::{OrgScope, Result, UnitOfWork, bulk, clock::today};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value,
    sea_query::Expr,
};

use super::{
    codec,
    entity::purchase::{ActiveModel, Column, Entity, Model},
};
use crate::domain::{
    pack::Normalised,
    purchase::{NoPack, Purchase, consumables_each},
    ratio::Ratio,
};

/// Keys in one statement.
const CHUNK: usize = 500;

/// What a file did to the purchases of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Lines that are new or say something else.
    pub(crate) changed: u64,
    /// First day among them.
    pub(crate) first: String,
    /// Last day among them.
    pub(crate) last: String,
}

/// Writes lines. One that says what the known one of its reference says stays; another ends it. Gives what happened by organisation.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    (import_id, at): (&str, i64),
    lines: &[Purchase],
) -> Result<BTreeMap<String, Written>> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let mut by_organisation: BTreeMap<&str, Vec<&Purchase>> = BTreeMap::new();
    for line in lines {
        by_organisation.entry(&line.organisation).or_default().push(line);
    }
    let mut written = BTreeMap::new();
    for (organisation, lines) in by_organisation {
        let known = known(conn, &scope, organisation, &lines).await?;
        let (mut new, mut ended, mut done) = (Vec::new(), Vec::new(), Written::default());
        for line in lines {
            let row = row(&scope, line, (import_id, at));
            if let Some(before) = known.get(&line.reference) {
                if said(&before.clone().into()) == said(&row) {
                    continue;
                }
                ended.push(before.purchase_id);
            }
            let day = line.on.to_string();
            if done.first.is_empty() || day < done.first {
                done.first.clone_from(&day);
            }
            done.last = done.last.max(day);
            done.changed += 1;
            new.push(row);
        }
        end(conn, &scope, at, &ended).await?;
        bulk::insert_all::<Entity, _>(conn, new).await?;
        if done.changed > 0 {
            written.insert(organisation.to_owned(), done);
        }
    }
    Ok(written)
}

async fn known(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    lines: &[&Purchase],
) -> Result<HashMap<String, Model>> {
    let mut known = HashMap::new();
    for chunk in lines.chunks(CHUNK) {
        let rows = Entity::find()
            .filter(Column::Org.eq(scope.as_str()))
            .filter(Column::Organisation.eq(organisation))
            .filter(Column::LineRef.is_in(chunk.iter().map(|line| line.reference.as_str())))
            .filter(Column::EndedAt.is_null())
            .all(conn)
            .await?;
        known.extend(rows.into_iter().map(|row| (row.line_ref.clone(), row)));
    }
    Ok(known)
}

/// What a line says, whoever said it when.
fn said(row: &ActiveModel) -> [Option<Value>; 13] {
    use Column as C;
    use sea_orm::ActiveModelTrait as _;
    [
        C::Day,
        C::Supplier,
        C::ItemRef,
        C::Description,
        C::Quantity,
        C::Unit,
        C::PackSize,
        C::UnitPrice,
        C::Net,
        C::PoNumber,
        C::OnCatalogue,
        C::UnderContract,
        C::Channel,
    ]
    .map(|column| row.get(column).into_value())
}

async fn end(conn: &impl ConnectionTrait, scope: &OrgScope, at: i64, ids: &[i64]) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(at))
            .filter(Column::Org.eq(scope.as_str()))
            .filter(Column::PurchaseId.is_in(chunk.iter().copied()))
            .exec(conn)
            .await?;
    }
    Ok(())
}

fn row(scope: &OrgScope, line: &Purchase, (import_id, at): (&str, i64)) -> ActiveModel {
    let text = |text: &Option<String>| Set(text.clone().unwrap_or_default());
    ActiveModel {
        purchase_id: NotSet,
        org: Set(scope.as_str().to_owned()),
        organisation: Set(line.organisation.clone()),
        line_ref: Set(line.reference.clone()),
        day: Set(line.on.to_string()),
        month: Set(codec::month(line.on)),
        supplier: Set(line.supplier.clone()),
        item_ref: text(&line.item),
        description: Set(line.description.clone()),
        quantity: Set(line.quantity),
        unit: Set(line.unit.code().to_owned()),
        pack_size: Set(line.pack_size.unwrap_or(0)),
        unit_price: Set(line.unit_price),
        net: Set(line.net),
        po_number: text(&line.order),
        on_catalogue: Set(line.on_catalogue.map(i32::from)),
        under_contract: Set(line.under_contract.map(i32::from)),
        channel: text(&line.channel),
        import_id: Set(import_id.to_owned()),
        line: Set(i64::try_from(line.line).unwrap_or(0)),
        recorded_at: Set(at),
        ended_at: Set(None),
    }
}

/// Purchases of an item at one price.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Group {
    pub(crate) org: String,
    pub(crate) organisation: String,
    pub(crate) item_number: i64,
    pub(crate) cluster: i64,
    pub(crate) channel: String,
    pub(crate) month: String,
    pub(crate) supplier: String,
    pub(crate) quantity: i64,
    pub(crate) net: i64,
    pub(crate) lines: i64,
    unit: String,
    line_pack: i64,
    orderable_unit: String,
    pack_size: i64,
    content_milli: i64,
    content_unit: String,
}

impl Group {
    /// Consumable units, in 1/1000; why there is no number of them.
    ///
    /// # Errors
    /// Internal when a unit cannot be read back.
    pub(crate) fn consumables(&self) -> Result<std::result::Result<i64, &'static str>> {
        let of = (self.content_milli, self.content_unit.as_str());
        let pack = codec::pack(&self.orderable_unit, self.pack_size, of)?;
        let normal: Option<Normalised> = match pack.normalise() {
            Ok(normal) => Some(normal),
            Err(_) => return Ok(Err("the pack of the item contradicts itself")),
        };
        let line_pack = (self.line_pack > 0).then_some(self.line_pack);
        Ok(match consumables_each(codec::unit(&self.unit)?, line_pack, normal.as_ref()) {
            Ok(each) => Ratio::whole(self.quantity)
                .times(each)
                .map(|it| it.rounded(1))
                .ok_or("the quantity is too large to be true"),
            Err(NoPack::Unknown) => Err("how many consumable units the unit holds is not known"),
            Err(NoPack::Differs) => Err("the line says another pack size than the item"),
        })
    }
}

const FROM: &str = "FROM purchases p \
     JOIN items i ON i.org = p.org AND i.organisation = p.organisation AND i.item_ref = p.item_ref \
     JOIN item_versions v ON v.item_number = i.item_number AND v.ended_at IS NULL \
     WHERE p.ended_at IS NULL AND p.item_ref <> ''";

const SIDES: &str = "p.org, p.organisation, i.item_number, i.cluster, p.channel, p.unit, p.pack_size, v.orderable_unit, \
     v.pack_size, v.content_milli, v.content_unit";

async fn groups(
    conn: &impl ConnectionTrait,
    (apart, rest): (&str, &str),
    values: Vec<Value>,
) -> Result<Vec<Group>> {
    // sides that are summed up read as empty
    let side = |name: &str| {
        if apart.contains(name) { format!("p.{name}") } else { "''".to_owned() }
    };
    let (month, supplier) = (side("month"), side("supplier"));
    let sql = format!(
        "SELECT p.org, p.organisation, i.item_number, COALESCE(i.cluster, i.item_number) AS cluster, p.channel, \
         {month} AS month, {supplier} AS supplier, CAST(SUM(p.quantity) AS BIGINT) AS quantity, \
         CAST(SUM(p.net) AS BIGINT) AS net, COUNT(*) AS lines, p.unit, p.pack_size AS line_pack, v.orderable_unit, \
         v.pack_size AS pack_size, v.content_milli, v.content_unit {FROM} {rest} GROUP BY {SIDES}{apart}"
    );
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(Group::find_by_statement(statement).all(conn).await?)
}

/// The first of the last twelve months that have purchases, as text; empty = there are none.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn year_from(conn: &impl ConnectionTrait, _scope: &OrgScope) -> Result<String> {
    #[derive(FromQueryResult)]
    struct Last {
        month: Option<String>,
    }
    // a mistaken day ahead must not move the year of all
    let sql = "SELECT MAX(month) AS month FROM purchases WHERE ended_at IS NULL AND month <= $1";
    let now = [Value::from(codec::month(today()))];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, now);
    let last = Last::find_by_statement(statement).one(conn).await?.and_then(|it| it.month);
    let Some(last) = last else { return Ok(String::new()) };
    let first = codec::date(&format!("{last}-01"))?;
    Ok(first.checked_sub(jiff::Span::new().months(11)).map(codec::month).unwrap_or_default())
}

/// What every organisation paid from a month on for items of which several records are known, at each price. It holds prices of others:
/// only quantiles of it may leave the use case.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn bought(conn: &impl ConnectionTrait, _scope: &OrgScope, from: &str) -> Result<Vec<Group>> {
    let all = "AND p.month >= $1 AND i.cluster IS NOT NULL";
    groups(conn, (", p.unit_price", all), vec![from.into()]).await
}

/// What an organisation paid for a group of same items from a day to a day, by month and supplier.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_cluster(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    (organisation, cluster): (&str, i64),
    (from, until): (&str, &str),
) -> Result<Vec<Group>> {
    let rest = "AND p.org = $1 AND p.organisation = $2 AND COALESCE(i.cluster, i.item_number) = $3 \
         AND p.day >= $4 AND p.day <= $5";
    let values = vec![scope.as_str().into(), organisation.into(), cluster.into(), from.into(), until.into()];
    groups(conn, (", p.month, p.supplier", rest), values).await
}

/// Own purchases of an item from a month on, at any price, by month.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn of_item(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    item: i64,
    from: &str,
) -> Result<Vec<Group>> {
    let rest = "AND p.org = $1 AND p.month >= $2 AND i.item_number = $3";
    groups(conn, (", p.month", rest), vec![scope.as_str().into(), from.into(), item.into()]).await
}

/// Own purchases of every item from a month on, at any price.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn own(conn: &impl ConnectionTrait, scope: &OrgScope, from: &str) -> Result<Vec<Group>> {
    let rest = "AND p.org = $1 AND p.month >= $2";
    groups(conn, ("", rest), vec![scope.as_str().into(), from.into()]).await
}

/// Organisations of which there are purchases, each after who keeps them, whoever asks.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn kept(conn: &impl ConnectionTrait, _scope: &OrgScope) -> Result<Vec<(String, String)>> {
    use sea_orm::{QueryOrder as _, QuerySelect as _};
    let rows: Vec<(String, String)> = Entity::find()
        .select_only()
        .columns([Column::Org, Column::Organisation])
        .distinct()
        .order_by_asc(Column::Org)
        .order_by_asc(Column::Organisation)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows)
}

/// Who keeps purchases of an organisation: itself, or whoever brought them in for it.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn owners(
    conn: &impl ConnectionTrait,
    _scope: &OrgScope,
    organisation: &str,
) -> Result<Vec<String>> {
    use sea_orm::QuerySelect as _;
    let rows: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Org)
        .filter(Column::Organisation.eq(organisation))
        .distinct()
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows)
}

/// What the scope paid for each of its items from a month on, pence.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn spent(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    from: &str,
) -> Result<HashMap<i64, i64>> {
    #[derive(FromQueryResult)]
    struct Spent {
        item_number: i64,
        pence: i64,
    }
    let sql = "SELECT i.item_number, CAST(SUM(p.net) AS BIGINT) AS pence FROM purchases p \
         JOIN items i ON i.org = p.org AND i.organisation = p.organisation AND i.item_ref = p.item_ref \
         WHERE p.ended_at IS NULL AND p.org = $1 AND p.month >= $2 GROUP BY i.item_number";
    let values: [Value; 2] = [scope.as_str().into(), from.into()];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let rows = Spent::find_by_statement(statement).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.item_number, row.pence)).collect())
}
