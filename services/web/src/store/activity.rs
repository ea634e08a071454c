//! The feed: what was imported, changed and forecast, when and by whom.

use muster_kit::{Db, OrgScope, Result};
use sea_orm::{
    Condition, ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict,
};
use serde::Serialize;

/// A row of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    /// Organisation that it happened in.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// The event that says so.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// Who: an actor id.
    pub actor: String,
    /// Type of the event.
    pub kind: String,
    /// What happened, in one clause.
    pub headline: String,
    /// Figures to it; may be empty.
    pub detail: String,
    /// The page that shows it; may be empty.
    pub link: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A row of the feed.
pub type ActivityRow = Model;

/// The newest rows of the feed.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn activity(db: &Db, scope: &OrgScope, most: u64) -> Result<Vec<ActivityRow>> {
    let newest = Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .order_by_desc(Column::At)
        .order_by_desc(Column::EventId)
        .limit(most);
    Ok(newest.all(db.read()).await?)
}

/// How many events told of what a forecast is made of: baselines, practices and their groupings. Whoever keeps what was
/// worked out from these knows by it that they have changed, whichever event came first.
pub(crate) async fn inputs_told(db: &Db, scope: &OrgScope) -> Result<u64> {
    let of_inputs = Condition::any()
        .add(Column::Kind.eq("muster.staffing.baseline.recorded.v1"))
        .add(Column::Kind.starts_with("muster.directory."));
    Ok(Entity::find().filter(Column::Org.eq(scope.as_str())).filter(of_inputs).count(db.read()).await?)
}

/// Adds a row, once.
pub(crate) async fn add(conn: &impl ConnectionTrait, scope: &OrgScope, row: Model) -> Result<()> {
    let row = Model { org: scope.as_str().to_owned(), ..row };
    let once = OnConflict::columns([Column::Org, Column::EventId]).do_nothing().to_owned();
    let added = Entity::insert(ActiveModel::from(row).reset_all()).try_insert().on_conflict(once);
    added.exec_without_returning(conn).await?;
    Ok(())
}

/// Empties the feed of every organisation, before it is made anew.
pub(crate) async fn clear(conn: &impl ConnectionTrait) -> Result<()> {
    Entity::delete_many().exec(conn).await?;
    Ok(())
}
