//! Groupings with how many practices and patients are in them on a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_kit::{
    OrgScope, Result,
    page::{Page, Paged},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Func},
};

use super::{
    codec,
    entity::{grouping, list, membership, organisation},
    organisations::list_of,
};
use crate::domain::{FinancialYear, GroupingKey, GroupingKind, OrganisationKind, RegisteredList};

/// A grouping with its size on a day.
#[derive(Clone, Debug)]
pub struct Sized {
    /// The grouping.
    pub key: GroupingKey,
    /// Name.
    pub name: String,
    /// True when the name or the membership is a stand-in.
    pub placeholder: bool,
    /// Practices open and in it on the day.
    pub practices: u32,
    /// Their registered patients without those counted twice, in 1/1000.
    pub patients_milli: i64,
}

/// A page of groupings, by kind and code.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    kind: Option<GroupingKind>,
    as_of: Date,
    page: &Page,
) -> Result<Paged<Sized>> {
    use grouping::Column;
    let mut query = grouping::Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::Code);
    if let Some(kind) = kind {
        query = query.filter(Column::Kind.eq(kind.as_str()));
    }
    if let Some((kind, code)) = page.after.split_once(':') {
        let same_kind = Condition::all().add(Column::Kind.eq(kind)).add(Column::Code.gt(code));
        query = query.filter(Condition::any().add(Column::Kind.gt(kind)).add(same_kind));
    }
    let rows = query.limit(page.size + 1).all(conn).await?;
    let cut = page.cut(rows, |row| format!("{}:{}", row.kind, row.code));
    let sizes = if cut.rows.is_empty() { BTreeMap::new() } else { sizes(conn, scope, kind, as_of).await? };
    let sized = |row: grouping::Model| {
        let (practices, patients_milli) =
            sizes.get(&(row.kind.clone(), row.code.clone())).copied().unwrap_or_default();
        let key = GroupingKey::new(codec::word(&row.kind, GroupingKind::parse)?, row.code);
        Ok(Sized { key, name: row.name, placeholder: row.placeholder, practices, patients_milli })
    };
    Ok(Paged { rows: cut.rows.into_iter().map(sized).collect::<Result<_>>()?, next_token: cut.next_token })
}

/// Practices and patients by kind and code of the grouping.
async fn sizes(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    kind: Option<GroupingKind>,
    as_of: Date,
) -> Result<BTreeMap<(String, String), (u32, i64)>> {
    let patients = open_practices(conn, scope, as_of).await?;
    let day = as_of.to_string();
    let mut query = membership::Entity::find()
        .filter(membership::Column::Org.eq(scope.as_str()))
        .filter(membership::Column::ValidFrom.lte(day.as_str()))
        .filter(
            Condition::any()
                .add(membership::Column::ValidTo.is_null())
                .add(membership::Column::ValidTo.gte(day)),
        );
    if let Some(kind) = kind {
        query = query.filter(membership::Column::Kind.eq(kind.as_str()));
    }
    let mut sizes: BTreeMap<(String, String), (u32, i64)> = BTreeMap::new();
    for row in query.all(conn).await? {
        if let Some(milli) = patients.get(&row.practice) {
            let size = sizes.entry((row.kind, row.grouping_code)).or_default();
            size.0 += 1;
            size.1 += milli;
        }
    }
    Ok(sizes)
}

/// Practices open on a day, each with its registered patients for totals in 1/1000.
async fn open_practices(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    as_of: Date,
) -> Result<BTreeMap<String, i64>> {
    use organisation::Column;
    let day = as_of.to_string();
    let open: Vec<String> = organisation::Entity::find()
        .select_only()
        .column(Column::Code)
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Kind.eq(OrganisationKind::Practice.as_str()))
        .filter(Condition::any().add(Column::Opened.is_null()).add(Column::Opened.lte(day.as_str())))
        .filter(Condition::any().add(Column::Closed.is_null()).add(Column::Closed.gte(day.as_str())))
        .into_tuple()
        .all(conn)
        .await?;
    let newest = FinancialYear::of(as_of).map_or(0, FinancialYear::year);
    let rows = list::Entity::find()
        .filter(list::Column::Org.eq(scope.as_str()))
        .filter(list::Column::Year.lte(newest))
        .order_by_asc(list::Column::Year)
        .all(conn)
        .await?;
    let mut lists: BTreeMap<String, Vec<RegisteredList>> = BTreeMap::new();
    for row in rows {
        lists.entry(row.code.clone()).or_default().push(list_of(&row)?);
    }
    let patients = |code: &String| {
        let list = lists.get(code).and_then(|lists| RegisteredList::on(lists, as_of));
        list.map_or(0, RegisteredList::for_totals_milli)
    };
    Ok(open.into_iter().map(|code| (code.clone(), patients(&code))).collect())
}

/// The groupings that a user calls by this code or name, in any case.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn called(conn: &impl ConnectionTrait, scope: &OrgScope, text: &str) -> Result<Vec<GroupingKey>> {
    let text = text.trim().to_lowercase();
    let is = |column| Expr::expr(Func::lower(Expr::col(column))).eq(text.as_str());
    let rows = grouping::Entity::find()
        .filter(grouping::Column::Org.eq(scope.as_str()))
        .filter(Condition::any().add(is(grouping::Column::Code)).add(is(grouping::Column::Name)))
        .all(conn)
        .await?;
    rows.into_iter()
        .map(|row| Ok(GroupingKey::new(codec::word(&row.kind, GroupingKind::parse)?, row.code)))
        .collect()
}
