//! Shift lines. A line counts from when its load is complete until another of its reference ends it.

use muster_kit::{
    Error, OrgScope, Result, UnitOfWork, bulk,
    page::{Page, Paged},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Statement, Value,
    sea_query::{Expr, ExprTrait as _, Query, SimpleExpr},
};

use super::{
    codec,
    entity::{
        shift_line::{ActiveModel, Column, Entity, Model},
        shift_load,
    },
};
use crate::domain::{Priced, Verdict, Verdicts, priced::fingerprint};

/// Stores lines of a load that is not complete yet.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn stage(uow: &UnitOfWork, load_id: i64, lines: &[Priced]) -> Result<()> {
    let org = uow.scope().as_str().to_owned();
    let rows: Vec<ActiveModel> = lines.iter().map(|line| row(&org, load_id, line)).collect();
    bulk::insert_all::<Entity, _>(uow.conn(), rows).await?;
    Ok(())
}

fn row(org: &str, load_id: i64, line: &Priced) -> ActiveModel {
    let (shift, booking) = (&line.shift, &line.shift.booking);
    ActiveModel {
        line_id: NotSet,
        org: Set(org.to_owned()),
        load_id: Set(load_id),
        ended_by: Set(None),
        organisation: Set(shift.organisation.clone()),
        shift_ref: Set(shift.reference.clone()),
        fingerprint: Set(fingerprint(shift)),
        site: Set(shift.site.clone()),
        staff_group: Set(shift.staff_group.clone()),
        grade: Set(shift.grade.clone()),
        day: Set(shift.on.to_string()),
        starts: Set(shift.time.0),
        ends: Set(shift.time.1),
        break_minutes: Set(shift.break_minutes),
        supply: Set(codec::supply_number(shift.supply)),
        framework: Set(shift.framework.map(i32::from)),
        pay: Set(shift.pay),
        charge: Set(shift.charge),
        ward: Set(booking.ward.clone()),
        specialty: Set(booking.specialty.clone()),
        reason: Set(booking.reason.clone()),
        worker_ref: Set(booking.worker_ref.clone()),
        home_organisation: Set(booking.home_organisation.clone()),
        agency: Set(booking.agency.clone()),
        tier: Set(booking.tier.clone()),
        vat: Set(booking.vat),
        requested_at: Set(booking.requested_at),
        booked_at: Set(booking.booked_at),
        cost_centre: Set(booking.cost_centre.clone()),
        core: Set(line.minutes.core),
        saturday_night: Set(line.minutes.saturday_night),
        sunday_holiday: Set(line.minutes.sunday_holiday),
        cap: Set(line.cap),
        over_cap: Set(line.over_cap),
        cost: Set(line.cost),
        verdicts: Set(line.verdicts.bits()),
    }
}

/// Another line of the same reference that counts: `other` of `mine`, whose load is the parameter `$2`.
const COUNTS: &str = "SELECT 1 FROM shift_lines AS other JOIN shift_loads AS loaded ON loaded.load_id = other.load_id \
     WHERE other.org = $1 AND other.organisation = mine.organisation AND other.shift_ref = mine.shift_ref \
     AND other.load_id <> $2 AND other.ended_by IS NULL AND loaded.recorded_at IS NOT NULL";

/// Puts the lines of a load in place of those that they replace, before it is completed: a line that says what the known one
/// says goes, and a known line whose reference came with something else is ended. Gives how many lines said nothing new.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn merge(uow: &UnitOfWork, load_id: i64) -> Result<u64> {
    // a database that has not seen how many lines came in pairs each with each, which takes for ever
    for statement in ["ANALYZE shift_loads", "ANALYZE shift_lines"] {
        uow.conn().execute_unprepared(statement).await?;
    }
    let same = format!(
        "DELETE FROM shift_lines AS mine WHERE mine.org = $1 AND mine.load_id = $2 \
         AND EXISTS ({COUNTS} AND other.fingerprint = mine.fingerprint)"
    );
    let unchanged = execute(uow, &same, load_id).await?;
    let end = "UPDATE shift_lines SET ended_by = $2 WHERE org = $1 AND ended_by IS NULL AND load_id <> $2 \
         AND load_id IN (SELECT load_id FROM shift_loads WHERE org = $1 AND recorded_at IS NOT NULL) \
         AND EXISTS (SELECT 1 FROM shift_lines AS mine WHERE mine.org = $1 AND mine.load_id = $2 \
         AND mine.organisation = shift_lines.organisation AND mine.shift_ref = shift_lines.shift_ref)";
    execute(uow, end, load_id).await?;
    Ok(unchanged)
}

async fn execute(uow: &UnitOfWork, sql: &str, load_id: i64) -> Result<u64> {
    let scope = uow.scope();
    let values: [Value; 2] = [scope.as_str().into(), load_id.into()];
    let backend = uow.conn().get_database_backend();
    Ok(uow.conn().execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?.rows_affected())
}

/// What a load did to an organisation in a month.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Touched {
    /// ODS code.
    pub(crate) organisation: String,
    /// Month, `YYYY-MM`.
    pub(crate) month: String,
    /// Lines of the load.
    pub(crate) new: i64,
    /// Lines that it ended.
    pub(crate) ended: i64,
    /// First day.
    pub(crate) first_day: String,
    /// Last day.
    pub(crate) last_day: String,
}

/// Organisations and months whose lines a load changed, in order.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn touched(uow: &UnitOfWork, load_id: i64) -> Result<Vec<Touched>> {
    let sql = "SELECT organisation, substr(day, 1, 7) AS month, \
         SUM(CASE WHEN load_id = $2 THEN 1 ELSE 0 END) AS new, \
         SUM(CASE WHEN load_id = $2 THEN 0 ELSE 1 END) AS ended, \
         MIN(day) AS first_day, MAX(day) AS last_day \
         FROM shift_lines WHERE org = $1 AND (load_id = $2 OR ended_by = $2) \
         GROUP BY organisation, substr(day, 1, 7) ORDER BY organisation, month";
    let scope = uow.scope();
    let values: [Value; 2] = [scope.as_str().into(), load_id.into()];
    let statement = Statement::from_sql_and_values(uow.conn().get_database_backend(), sql, values);
    Ok(Touched::find_by_statement(statement).all(uow.conn()).await?)
}

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
    let rows = Entity::find()
        .filter(counted(scope, at))
        .filter(Column::Organisation.eq(organisation))
        .filter(Column::Day.gte(first))
        .filter(Column::Day.lte(last))
        .order_by_asc(Column::Day)
        .order_by_asc(Column::ShiftRef)
        .all(conn)
        .await?;
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
    if !page.after.is_empty() {
        query = query.filter(Column::LineId.gt(place(&page.after)?));
    }
    let rows = query.order_by_asc(Column::LineId).limit(page.size + 1).all(conn).await?;
    Ok(page.cut(rows, |row| row.line_id.to_string()))
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
