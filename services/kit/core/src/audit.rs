//! The audit: who did what, in the transaction of the change; append-only, and hash-chained per organisation.
//!
//! Rows are written by [`crate::UnitOfWork::commit`] and never touched again (a trigger refuses it). The chain lives in
//! a table of its own, `audit_seal`, and is drawn shortly after the commit by [`seal`]: chaining inside the transaction
//! would make every commit of an organisation wait for the one before it.

use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, entity::prelude::*,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Actor, Db, Permit, Result, clock, trace, uow::set};

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Order of insertion.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// Instant, microseconds UTC.
    pub at: i64,
    /// Organisation.
    pub org: String,
    /// Actor id.
    pub actor: String,
    /// What was done: `import`, `plan`.
    pub action: String,
    /// Kind of what it was done to.
    pub resource: String,
    /// Id of what it was done to.
    pub resource_id: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// The rule that allowed or refused it.
    pub determined_by: String,
    /// What happened, in fields; no personal or commercial data.
    pub detail: String,
    /// Ids of the events that it published, comma-separated.
    pub events: String,
    /// Trace id, empty when nothing was recorded.
    pub trace_id: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a commit says of itself.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    permit: Permit,
    detail: String,
}

impl AuditEntry {
    /// An entry for what `permit` allowed. `detail` is fields, not prose: `kind=gp-payments rows=247`.
    pub fn new(permit: Permit, detail: impl Into<String>) -> Self {
        Self { permit, detail: detail.into() }
    }
}

pub(crate) fn row(actor: &Actor, entry: &AuditEntry, events: &[Uuid]) -> ActiveModel {
    // a batch of effects can publish thousands of events: the first hundred and the number say enough
    let mut ids: Vec<String> = events.iter().take(100).map(Uuid::to_string).collect();
    if events.len() > 100 {
        ids.push(format!("and {} more", events.len() - 100));
    }
    ActiveModel {
        seq: NotSet,
        at: set(clock::now_micros()),
        org: set(actor.organisation.to_string()),
        actor: set(actor.id.clone()),
        action: set(entry.permit.action.as_str().to_owned()),
        resource: set(entry.permit.resource.kind.to_owned()),
        resource_id: set(entry.permit.resource.id.clone()),
        outcome: set("done".to_owned()),
        determined_by: set(entry.permit.determined_by.clone()),
        detail: set(entry.detail.clone()),
        events: set(ids.join(",")),
        trace_id: set(trace::current_trace_id()),
    }
}

pub(crate) async fn record_refusal(db: &Db, actor: &Actor, permit: &Permit) -> Result<()> {
    let entry = AuditEntry::new(permit.clone(), "");
    let refused = ActiveModel { outcome: set("refused".to_owned()), ..row(actor, &entry, &[]) };
    let tx = db.begin_raw().await?;
    Entity::insert(refused).exec_without_returning(&tx).await?;
    tx.commit().await?;
    db.flush().await
}

/// The chain over the audit rows.
pub mod chain {
    use sea_orm::entity::prelude::*;

    /// A link of the chain of one organisation.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_seal")]
    pub struct Model {
        /// Organisation.
        #[sea_orm(primary_key, auto_increment = false)]
        pub org: String,
        /// Place in the chain, from 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        /// The audit row that it seals.
        pub audit_seq: i64,
        /// SHA-256 over the hash before and the row, lower-case hex.
        pub hash: String,
    }

    /// No relations.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The chain of one organisation, as [`verify`] found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainState {
    /// Organisation.
    pub organisation: String,
    /// Links.
    pub rows: u64,
    /// Hash of the last link, lower-case hex.
    pub head: String,
    /// Place of the first link that does not fit, 0 when all do.
    pub broken_at: u64,
}

/// Rows sealed at a time.
const SEAL_BATCH: u64 = 2_000;
/// How far behind the last seal a row that committed late is still looked for; [`verify`] looks at all.
const SEAL_WINDOW: i64 = 20_000;

/// Seals audit rows that have no link yet. Gives how many.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn seal(db: &Db) -> Result<u64> {
    let last: Option<i64> = chain::Entity::find()
        .select_only()
        .column_as(chain::Column::AuditSeq.max(), "last")
        .into_tuple::<Option<i64>>()
        .one(db.read())
        .await?
        .flatten();
    // on SQLite, with its one writer, no row becomes visible after a later one
    let window = if db.backend() == DbBackend::Sqlite { 0 } else { SEAL_WINDOW };
    seal_after(db, last.unwrap_or(0) - window).await
}

async fn seal_after(db: &Db, floor: i64) -> Result<u64> {
    let mut sealed = 0;
    loop {
        let tx = db.begin_raw().await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            // two processes of one service must not draw the chain at once
            tx.execute_unprepared(
                "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.audit_seal'))",
            )
            .await?;
        }
        let rows = unsealed(&tx, floor).await?;
        if rows.is_empty() {
            tx.rollback().await?;
            return Ok(sealed);
        }
        sealed += rows.len() as u64;
        let links = link(&tx, &rows).await?;
        crate::bulk::insert_all::<chain::Entity, _>(&tx, links).await?;
        tx.commit().await?;
    }
}

async fn unsealed(conn: &impl ConnectionTrait, floor: i64) -> Result<Vec<Model>> {
    let sql = "SELECT a.* FROM audit a WHERE a.seq > $1 AND NOT EXISTS \
               (SELECT 1 FROM audit_seal s WHERE s.audit_seq = a.seq) ORDER BY a.seq LIMIT $2";
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        sql,
        [floor.into(), i64::try_from(SEAL_BATCH).unwrap_or(i64::MAX).into()],
    );
    Ok(Entity::find().from_raw_sql(statement).all(conn).await?)
}

async fn link(conn: &impl ConnectionTrait, rows: &[Model]) -> Result<Vec<chain::ActiveModel>> {
    let mut heads: std::collections::HashMap<String, (i64, String)> = std::collections::HashMap::new();
    let mut links = Vec::with_capacity(rows.len());
    for row in rows {
        if !heads.contains_key(&row.org) {
            let head = chain::Entity::find()
                .filter(chain::Column::Org.eq(&row.org))
                .order_by_desc(chain::Column::Position)
                .one(conn)
                .await?;
            heads.insert(row.org.clone(), head.map_or((0, String::new()), |h| (h.position, h.hash)));
        }
        let Some(head) = heads.get_mut(&row.org) else { continue };
        *head = (head.0 + 1, hash(&head.1, row));
        links.push(chain::ActiveModel {
            org: set(row.org.clone()),
            position: set(head.0),
            audit_seq: set(row.seq),
            hash: set(head.1.clone()),
        });
    }
    Ok(links)
}

fn hash(before: &str, row: &Model) -> String {
    let mut hasher = Sha256::new();
    let seq = row.seq.to_string();
    let at = row.at.to_string();
    let fields = [
        before,
        &seq,
        &at,
        &row.org,
        &row.actor,
        &row.action,
        &row.resource,
        &row.resource_id,
        &row.outcome,
        &row.determined_by,
        &row.detail,
        &row.events,
        &row.trace_id,
    ];
    for field in fields {
        // the length in front keeps two neighbouring fields from trading bytes
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// Seals what is pending, then walks every chain and compares each link with its row.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn verify(db: &Db) -> Result<Vec<ChainState>> {
    seal_after(db, -1).await?;
    let organisations: Vec<String> = chain::Entity::find()
        .select_only()
        .column(chain::Column::Org)
        .distinct()
        .order_by_asc(chain::Column::Org)
        .into_tuple()
        .all(db.read())
        .await?;
    let mut states = Vec::new();
    for organisation in organisations {
        states.push(walk(db, organisation).await?);
    }
    Ok(states)
}

async fn walk(db: &Db, organisation: String) -> Result<ChainState> {
    let mut state = ChainState { organisation, rows: 0, head: String::new(), broken_at: 0 };
    let mut position = 0_i64;
    loop {
        let links = chain::Entity::find()
            .filter(chain::Column::Org.eq(&state.organisation))
            .filter(chain::Column::Position.gt(position))
            .order_by_asc(chain::Column::Position)
            .limit(SEAL_BATCH)
            .all(db.read())
            .await?;
        if links.is_empty() {
            return Ok(state);
        }
        let rows = Entity::find()
            .filter(Column::Seq.is_in(links.iter().map(|l| l.audit_seq)))
            .all(db.read())
            .await?;
        let rows: std::collections::HashMap<i64, Model> =
            rows.into_iter().map(|row| (row.seq, row)).collect();
        for found in links {
            position += 1;
            let fits = found.position == position
                && rows
                    .get(&found.audit_seq)
                    .is_some_and(|row| row.org == state.organisation && hash(&state.head, row) == found.hash);
            if !fits && state.broken_at == 0 {
                state.broken_at = u64::try_from(position).unwrap_or_default();
            }
            position = found.position;
            state.rows += 1;
            state.head = found.hash;
        }
    }
}
