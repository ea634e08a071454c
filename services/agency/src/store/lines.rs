//! Shift lines. A line counts from when its load is complete until another of its reference ends it.

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork,
    page::{Page, Paged},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, Query, SimpleExpr},
};

pub(crate) use super::merge::Touched;
use super::{
    codec,
    entity::{
        shift_line::{ActiveModel, Column, Entity, Model},
        shift_load,
    },
    runs,
};
use crate::domain::{Priced, Verdict, Verdicts};

/// Loads that were complete by an instant, microseconds UTC; none = now.
fn complete(scope: &OrgScope, at: Option<i64>) -> SimpleExpr {
    use shift_load::Column as Load;
    let mut loads = Query::select();
    loads.column(Load::LoadId).from(shift_load::Entity).and_where(Expr::col(Load::Org).eq(scope.as_str()));
    match at {
        None => loads.and_where(Expr::col(Load::RecordedAt).is_not_null()),
        Some(at) => loads.and_where(Expr::col(Load::RecordedAt).lte(at)),
    };
    Expr::col((Entity, Column::LoadId)).in_subquery(loads)
}

/// Lines that counted at an instant.
fn counted(scope: &OrgScope, at: Option<i64>) -> Condition {
    let mut condition = Condition::all().add(Column::Org.eq(scope.as_str())).add(complete(scope, at));
    let mut open = Condition::any().add(Column::EndedBy.is_null());
    if let Some(at) = at {
        use shift_load::Column as Load;
        let later = Query::select()
            .column(Load::LoadId)
            .from(shift_load::Entity)
            .and_where(Expr::col(Load::Org).eq(scope.as_str()))
            .and_where(Expr::col(Load::RecordedAt).gt(at))
            .to_owned();
        open = open.add(Expr::col((Entity, Column::EndedBy)).in_subquery(later));
    }
    condition = condition.add(open);
    condition
}

/// Lines of an organisation from a day to a day, both included, as they were known at an instant, microseconds UTC; none =
/// now. In order of day and reference.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn between(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    organisation: &str,
    (first, last): (&str, &str),
    at: Option<i64>,
) -> Result<Vec<Priced>> {
    let found = runs::between(conn, scope, Some(organisation), (first, last)).await?;
    let mut rows = Vec::new();
    for (from, until) in runs::ranges(&found) {
        let of_range = Entity::find()
            .filter(counted(scope, at))
            .filter(Column::LineId.between(from, until))
            .filter(Column::Organisation.eq(organisation))
            .filter(Column::Day.gte(first))
            .filter(Column::Day.lte(last));
        rows.extend(of_range.all(conn).await?);
    }
    rows.sort_by(|one, other| (&one.day, &one.shift_ref).cmp(&(&other.day, &other.shift_ref)));
    rows.into_iter().map(codec::priced).collect()
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only of this organisation.
    pub(crate) organisation: Option<String>,
    /// From this day on.
    pub(crate) from: Option<String>,
    /// Up to this day.
    pub(crate) until: Option<String>,
    /// Only with this verdict.
    pub(crate) verdict: Option<Verdict>,
}

/// A page of lines that count now, in order of coming in.
///
/// # Errors
/// Bad request on a token that is not ours; internal or unavailable when the database cannot.
pub(crate) async fn page(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    wanted: &Wanted,
    page: &Page,
) -> Result<Paged<Model>> {
    let mut query = Entity::find().filter(counted(scope, None));
    if let Some(organisation) = &wanted.organisation {
        query = query.filter(Column::Organisation.eq(organisation));
    }
    if let Some(from) = &wanted.from {
        query = query.filter(Column::Day.gte(from));
    }
    if let Some(until) = &wanted.until {
        query = query.filter(Column::Day.lte(until));
    }
    if let Some(verdict) = wanted.verdict {
        let bit = Verdicts::of(&[verdict]).bits();
        query = query.filter(Expr::col((Entity, Column::Verdicts)).bit_and(bit).ne(0));
    }
    let after = if page.after.is_empty() { 0 } else { place(&page.after)? };
    let room = page.size + 1;
    let mut rows: Vec<Model> = Vec::new();
    for (from, until) in wanted.ranges(conn, scope).await? {
        let (from, left) = (std::cmp::max(from, after + 1), room.saturating_sub(rows.len() as u64));
        if from <= until && left > 0 {
            let of_range = query.clone().filter(Column::LineId.between(from, until));
            rows.extend(of_range.order_by_asc(Column::LineId).limit(left).all(conn).await?);
        }
    }
    Ok(page.cut(rows, |row| row.line_id.to_string()))
}

impl Wanted {
    /// Ranges of lines that hold what is wanted: those of some days, or all.
    async fn ranges(&self, conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<(i64, i64)>> {
        if self.from.is_none() && self.until.is_none() {
            return Ok(vec![(0, i64::MAX)]);
        }
        let days = (self.from.as_deref().unwrap_or_default(), self.until.as_deref().unwrap_or_default());
        Ok(runs::ranges(&runs::between(conn, scope, self.organisation.as_deref(), days).await?))
    }
}

/// Writes what the rules say of a line now; what the line itself says stays.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn price(uow: &UnitOfWork, line_id: i64, line: &Priced) -> Result<()> {
    let row = ActiveModel {
        core: Set(line.minutes.core),
        saturday_night: Set(line.minutes.saturday_night),
        sunday_holiday: Set(line.minutes.sunday_holiday),
        cap: Set(line.cap),
        over_cap: Set(line.over_cap),
        verdicts: Set(line.verdicts.bits()),
        ..Default::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Org.eq(uow.scope().as_str()))
        .filter(Column::LineId.eq(line_id))
        .exec(uow.conn())
        .await?;
    Ok(())
}

/// The row behind which a page starts.
///
/// # Errors
/// Bad request on a token that is not ours.
pub(crate) fn place(after: &str) -> Result<i64> {
    after
        .parse()
        .map_err(|_| Error::bad_request("page token unknown: use next_token of the page before as it came"))
}
