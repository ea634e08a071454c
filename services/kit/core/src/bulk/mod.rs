//! Many rows in few statements.

mod load;

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, Iterable};

pub use load::{Holds, Rows, Table, load};

use crate::Result;

/// Bound values in one statement: SQLite takes 32,766, PostgreSQL 65,535.
const VALUES: usize = 30_000;

/// Inserts every row, in as few statements as the databases take.
///
/// # Errors
/// Internal or unavailable when the database cannot; run it inside a transaction, so that nothing stays then.
pub async fn insert_all<E, A>(conn: &impl ConnectionTrait, rows: impl IntoIterator<Item = A>) -> Result<u64>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E> + Send,
{
    let columns = E::Column::iter().count().max(1);
    let size = (VALUES / columns).clamp(1, 1_000);
    let mut rows = rows.into_iter();
    let mut inserted = 0;
    loop {
        let part: Vec<A> = rows.by_ref().take(size).collect();
        if part.is_empty() {
            return Ok(inserted);
        }
        inserted += part.len() as u64;
        E::insert_many(part).exec_without_returning(conn).await?;
    }
}
