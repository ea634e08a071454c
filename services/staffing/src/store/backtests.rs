//! Standing backtests, the last of each area, and the baselines that one is made of.

use muster_kit::{OrgScope, Result, UnitOfWork};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait as _, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use super::entity::{backtest, count_set};

pub(crate) use backtest::Model as Kept;

/// Puts a backtest in place of the one before of its area. Of two that are kept at the same time the later stays.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn put(uow: &UnitOfWork, kept: Kept) -> Result<()> {
    use backtest::Column as C;
    let counted = Expr::col((backtest::Entity, C::Version)).add(1);
    let said = [C::Engine, C::Draws, C::Seed, C::Baselines, C::Result, C::Actor, C::RecordedAt];
    let conflict =
        OnConflict::columns([C::Org, C::Area]).update_columns(said).value(C::Version, counted).to_owned();
    let row = Kept { version: 1, ..kept }.into_active_model();
    backtest::Entity::insert(row).on_conflict(conflict).exec_without_returning(uow.conn()).await?;
    Ok(())
}

/// Backtests by area.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn all(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Kept>> {
    use backtest::Column as C;
    let of = backtest::Entity::find().filter(C::Org.eq(scope.as_str()));
    Ok(of.order_by_asc(C::Area).all(conn).await?)
}

/// A baseline: financial year ending, day and version, as its event names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Baseline {
    pub(crate) year: i32,
    pub(crate) day: String,
    pub(crate) version: i64,
}

/// The last baseline of each year and day.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn baselines(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Baseline>> {
    use count_set::Column as C;
    let sets = count_set::Entity::find()
        .filter(C::Org.eq(scope.as_str()))
        .filter(C::Year.gt(0))
        .order_by_asc(C::Year)
        .order_by_asc(C::Day)
        .order_by_desc(C::Version)
        .all(conn)
        .await?;
    let mut last: Vec<Baseline> = Vec::new();
    for set in sets {
        if last.last().is_none_or(|it| (it.year, &it.day) != (set.year, &set.day)) {
            last.push(Baseline { year: set.year, day: set.day, version: set.version });
        }
    }
    Ok(last)
}

/// Baselines as a column has them.
pub(crate) fn text(baselines: &[Baseline]) -> String {
    let one = |it: &Baseline| format!("{} {} {}", it.year, it.day, it.version);
    baselines.iter().map(one).collect::<Vec<_>>().join(",")
}
