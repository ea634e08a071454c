//! The newest baseline of each year, so that a page can say that a forecast is older than its data.

use muster_kit::{Db, OrgScope, Result};
use sea_orm::{ConnectionTrait, QuerySelect, entity::prelude::*, sea_query::OnConflict};

/// The newest baseline of one year and date.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "latest_baseline")]
pub struct Model {
    /// Organisation that recorded it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub org: String,
    /// Financial year ending, 0 when the file has none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i64,
    /// Date of the count.
    #[sea_orm(primary_key, auto_increment = false)]
    pub date: String,
    /// The import.
    pub import_id: String,
    /// Places in it.
    pub places: i64,
    /// Version of the year's baseline.
    pub version: i64,
    /// When it was recorded, microseconds UTC.
    pub recorded_at: i64,
    /// The event that it came with.
    pub event_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const LATER: &str = "latest_baseline.recorded_at < excluded.recorded_at OR \
    (latest_baseline.recorded_at = excluded.recorded_at AND latest_baseline.event_id < excluded.event_id)";

/// When the newest baseline came in, microseconds UTC; nothing when none did.
pub(crate) async fn newest(db: &Db, scope: &OrgScope) -> Result<Option<i64>> {
    let newest = Entity::find()
        .select_only()
        .column_as(Column::RecordedAt.max(), "newest")
        .filter(Column::Org.eq(scope.as_str()))
        .into_tuple::<Option<i64>>()
        .one(db.read())
        .await?;
    Ok(newest.flatten())
}

/// Puts a baseline in, where nothing later stands.
pub(crate) async fn put(conn: &impl ConnectionTrait, scope: &OrgScope, row: Model) -> Result<()> {
    let key = [Column::Org, Column::Year, Column::Date];
    let rest = [Column::ImportId, Column::Places, Column::Version, Column::RecordedAt, Column::EventId];
    let later = OnConflict::columns(key).update_columns(rest).action_and_where(Expr::cust(LATER)).to_owned();
    let row = Model { org: scope.as_str().to_owned(), ..row };
    Entity::insert(ActiveModel::from(row).reset_all())
        .on_conflict(later)
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// Empties the projection of every organisation, before it is made anew.
pub(crate) async fn clear(conn: &impl ConnectionTrait) -> Result<()> {
    Entity::delete_many().exec(conn).await?;
    Ok(())
}
