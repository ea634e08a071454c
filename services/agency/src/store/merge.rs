//! Puts the lines of a load in place of those that they replace.

use std::collections::{BTreeSet, HashMap};

use muster_kit::{Result, UnitOfWork};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use super::{entity::shift_run, runs, staging::numbers};

/// Runs that are looked at together.
const TOGETHER: usize = 500;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// Lines that said nothing new and went.
    pub(crate) unchanged: u64,
    /// Known lines that were ended.
    pub(crate) ended: u64,
}

impl Merged {
    /// Did every line only come on top?
    pub(crate) fn only_new(self) -> bool {
        self == Self::default()
    }
}

/// Puts the lines of a load in place of those that they replace, before it is completed: a line that says what the known one
/// says goes, and a known line whose reference came with something else is ended. Where no known run may have a reference of the
/// load, no line is looked at.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn merge(uow: &UnitOfWork, load_id: i64) -> Result<Merged> {
    let (conn, scope) = (uow.conn(), uow.scope());
    let mine = runs::of_load(conn, &scope, load_id).await?;
    let known = runs::between(conn, &scope, None, ("", "")).await?;
    let (mine, known) = overlap(&mine, &known);
    if known.is_empty() {
        return Ok(Merged::default());
    }
    conn.execute_unprepared(
        "CREATE TEMPORARY TABLE new_refs (organisation TEXT, shift_ref TEXT, line_id BIGINT, fingerprint BIGINT)",
    )
    .await?;
    let take = "INSERT INTO new_refs SELECT mine.organisation, mine.shift_ref, mine.line_id, mine.fingerprint FROM shift_runs AS run \
         CROSS JOIN shift_lines AS mine WHERE mine.org = $1 AND mine.line_id >= run.first_line AND mine.line_id <= run.last_line \
         AND mine.organisation = run.organisation AND mine.day >= run.first_day AND mine.day <= run.last_day AND run.run_id IN ";
    each(uow, take, &mine).await?;
    // their number is known to the planner with this
    conn.execute_unprepared("CREATE INDEX new_refs_by_ref ON new_refs (shift_ref, organisation)").await?;
    conn.execute_unprepared("CREATE TEMPORARY TABLE replaced (mine BIGINT, known BIGINT, same INTEGER)")
        .await?;
    let find = "INSERT INTO replaced SELECT mine.line_id, known.line_id, \
         CASE WHEN known.fingerprint = mine.fingerprint THEN 1 ELSE 0 END \
         FROM shift_runs AS run CROSS JOIN shift_lines AS known CROSS JOIN new_refs AS mine \
         WHERE known.org = $1 AND known.line_id >= run.first_line AND known.line_id <= run.last_line \
         AND known.organisation = run.organisation AND known.day >= run.first_day AND known.day <= run.last_day \
         AND known.ended_by IS NULL AND mine.shift_ref = known.shift_ref AND mine.organisation = known.organisation \
         AND run.run_id IN ";
    each(uow, find, &known).await?;
    let same =
        "DELETE FROM shift_lines WHERE org = $1 AND line_id IN (SELECT mine FROM replaced WHERE same = 1)";
    let unchanged = execute(uow, same, []).await?;
    let end = "UPDATE shift_lines SET ended_by = $2 WHERE org = $1 \
         AND line_id IN (SELECT known FROM replaced WHERE same = 0)";
    let ended = execute(uow, end, [load_id.into()]).await?;
    for statement in ["DROP TABLE replaced", "DROP TABLE new_refs"] {
        conn.execute_unprepared(statement).await?;
    }
    Ok(Merged { unchanged, ended })
}

/// Runs of the load and known ones that may have references in common.
fn overlap(mine: &[shift_run::Model], known: &[shift_run::Model]) -> (Vec<i64>, Vec<i64>) {
    let mut of: HashMap<&str, Vec<&shift_run::Model>> = HashMap::new();
    for run in mine {
        of.entry(&run.organisation).or_default().push(run);
    }
    let (mut ours, mut theirs) = (BTreeSet::new(), Vec::new());
    for run in known {
        let meets = |own: &&&shift_run::Model| own.first_ref <= run.last_ref && run.first_ref <= own.last_ref;
        let met: Vec<i64> = of
            .get(run.organisation.as_str())
            .into_iter()
            .flatten()
            .filter(meets)
            .map(|own| own.run_id)
            .collect();
        if !met.is_empty() {
            theirs.push(run.run_id);
        }
        ours.extend(met);
    }
    (ours.into_iter().collect(), theirs)
}

/// Runs a statement that ends in a list of runs, for some runs at a time.
async fn each(uow: &UnitOfWork, sql: &str, runs: &[i64]) -> Result<()> {
    for part in runs.chunks(TOGETHER) {
        let list: Vec<String> = part.iter().map(ToString::to_string).collect();
        execute(uow, &format!("{sql}({})", list.join(",")), []).await?;
    }
    Ok(())
}

/// Runs a statement whose first value is the scope.
async fn execute<const N: usize>(uow: &UnitOfWork, sql: &str, more: [Value; N]) -> Result<u64> {
    let scope = uow.scope();
    let values = std::iter::once(Value::from(scope.as_str())).chain(more);
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
    let sql = "SELECT organisation, month, CAST(SUM(new) AS BIGINT) AS new, CAST(SUM(ended) AS BIGINT) AS ended, \
         MIN(day) AS first_day, MAX(day) AS last_day FROM ( \
         SELECT organisation, substr(day, 1, 7) AS month, 1 AS new, 0 AS ended, day FROM shift_lines \
         WHERE org = $1 AND line_id >= $2 AND line_id <= $3 UNION ALL \
         SELECT organisation, substr(day, 1, 7), 0, 1, day FROM shift_lines WHERE org = $1 AND ended_by = $4) AS changed \
         GROUP BY organisation, month ORDER BY organisation, month";
    let (scope, (first, last)) = (uow.scope(), numbers(load_id));
    let values: [Value; 4] = [scope.as_str().into(), first.into(), last.into(), load_id.into()];
    let statement = Statement::from_sql_and_values(uow.conn().get_database_backend(), sql, values);
    Ok(Touched::find_by_statement(statement).all(uow.conn()).await?)
}
