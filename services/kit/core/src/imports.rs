//! Imports made: what came in, from whom, and what was found in it. The same file is taken once.

use std::sync::Arc;

use futures::{Stream, StreamExt};
use muster_proto::common::v1 as pb;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

use crate::{
    Error, OrgScope, Result, UnitOfWork, clock,
    intake::{Finding, Findings, RawFile, Severity},
    page::{Page, Paged},
    trace,
    uow::set,
};

/// Bytes of an upload at most.
const UPLOAD_LIMIT: usize = 512 << 20;
/// Findings in a report at most.
const REPORTED: usize = 1_000;

/// A row of the imports.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    /// UUIDv7 as text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: String,
    /// Organisation.
    pub org: String,
    /// Kind of file.
    pub kind: String,
    /// Name of the file.
    pub file_name: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Actor id.
    pub actor: String,
    /// Instant, microseconds UTC.
    pub imported_at: i64,
    /// Data rows read.
    pub rows_read: i64,
    /// Rows stored.
    pub rows_kept: i64,
    /// Rows refused.
    pub rows_refused: i64,
    /// Findings of any severity.
    pub findings_total: i64,
    /// The findings as text, a line each.
    pub report: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A file that a caller sent.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Kind of file.
    pub kind: String,
    /// The file.
    pub file: RawFile,
    /// Keep good rows although others are refused; otherwise one refused row refuses the file.
    pub keep_good: bool,
    /// Financial year ending, when the caller gave one.
    pub year: Option<i32>,
}

/// Collects the pieces of an upload.
///
/// # Errors
/// Bad request when the first piece is no start, a further one is, or the file is over 512 MiB.
pub async fn receive<S>(mut pieces: S) -> Result<Upload>
where
    S: Stream<Item = Result<pb::ImportChunk, tonic::Status>> + Unpin,
{
    let first = pieces.next().await.transpose()?.and_then(|piece| piece.part);
    let Some(pb::import_chunk::Part::Start(start)) = first else {
        return Err(Error::bad_request("an upload begins with its start: kind and file name"));
    };
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await.transpose()? {
        match piece.part {
            Some(pb::import_chunk::Part::Data(data)) => bytes.extend_from_slice(&data),
            _ => return Err(Error::bad_request("after its start, an upload holds bytes only")),
        }
        if bytes.len() > UPLOAD_LIMIT {
            return Err(Error::bad_request("the file is over 512 MiB: split it"));
        }
    }
    let keep_good = start.bad_rows() == pb::BadRows::KeepGood;
    // hashing half a gigabyte must not hold a worker thread up
    let file = tokio::task::spawn_blocking(move || RawFile::new(start.file_name, bytes))
        .await
        .map_err(|error| Error::internal("hashing the file failed").with_source(error))?;
    Ok(Upload { kind: start.kind, file, keep_good, year: start.year })
}

/// Is told how far an import has come.
pub type Progress = Arc<dyn Fn(pb::ImportProgress) + Send + Sync>;

/// What is said of an import.
#[derive(Clone, Debug)]
pub enum Told {
    /// How far it is.
    Progress(pb::ImportProgress),
    /// How it ended.
    Outcome(pb::ImportOutcome),
}

/// Runs an import and tells of it in the messages of a context. It is a task of its own: an import that has begun ends, even if the caller
/// goes away, and a caller that is slow or gone misses progress, never the outcome.
pub fn streamed<T, F>(
    message: fn(Told) -> T,
    run: impl FnOnce(Progress) -> F,
) -> ReceiverStream<Result<T, tonic::Status>>
where
    T: Send + 'static,
    F: Future<Output = Result<pb::ImportOutcome>> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(16);
    let teller = sender.clone();
    let outcome = run(Arc::new(move |progress| {
        let _ = teller.try_send(Ok(message(Told::Progress(progress))));
    }));
    trace::spawn(async move {
        let last = outcome.await.map(|outcome| message(Told::Outcome(outcome))).map_err(tonic::Status::from);
        let _ = sender.send(last).await;
    });
    ReceiverStream::new(receiver)
}

/// What a reader made of a file, besides its rows.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Data rows read.
    pub rows_read: u64,
    /// Rows that are good.
    pub rows_kept: u64,
    /// Totals for a person to compare with the publisher's: name (ending in its unit) and sum.
    pub totals: Vec<(&'static str, i64)>,
    /// Everything found.
    pub findings: Findings,
}

impl Summary {
    /// Is the file to be refused whole?
    pub fn refused(&self, upload: &Upload) -> bool {
        self.findings.has_errors() && (!upload.keep_good || self.rows_kept == 0)
    }

    /// A summary of a file that could not be read at all.
    pub fn unreadable(findings: Findings) -> Self {
        Self { rows_read: 0, rows_kept: 0, totals: Vec::new(), findings }
    }

    fn rows_refused(&self) -> u64 {
        self.rows_read.saturating_sub(self.rows_kept)
    }
}

/// The import of this very file, if there was one.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn find(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    kind: &str,
    sha256: &str,
) -> Result<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::Org.eq(scope.as_str()))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Sha256.eq(sha256))
        .one(conn)
        .await?)
}

/// Records an import in the transaction that stores its rows; gives its id.
///
/// # Errors
/// Already exists when another transaction imported the same file meanwhile.
pub async fn record(uow: &UnitOfWork, upload: &Upload, summary: &Summary) -> Result<String> {
    let import_id = Uuid::now_v7().to_string();
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let report: Vec<String> =
        summary.findings.sorted().iter().take(REPORTED).map(ToString::to_string).collect();
    let row = ActiveModel {
        import_id: set(import_id.clone()),
        org: set(uow.scope().as_str().to_owned()),
        kind: set(upload.kind.clone()),
        file_name: set(upload.file.name.clone()),
        sha256: set(upload.file.sha256.clone()),
        actor: set(uow.actor().id.clone()),
        imported_at: set(clock::now_micros()),
        rows_read: set(count(summary.rows_read)),
        rows_kept: set(count(summary.rows_kept)),
        rows_refused: set(count(summary.rows_refused())),
        findings_total: set(count(summary.findings.total() as u64)),
        report: set(report.join("\n")),
    };
    match Entity::insert(row).exec_without_returning(uow.conn()).await {
        Ok(_) => Ok(import_id),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(Error::already_exists("the same file is being imported by somebody else"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Imports made, newest first.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub async fn list(conn: &impl ConnectionTrait, scope: &OrgScope, page: &Page) -> Result<Paged<Model>> {
    let mut query = Entity::find().filter(Column::Org.eq(scope.as_str())).order_by_desc(Column::ImportId);
    if !page.after.is_empty() {
        // ids are UUIDv7: their order is the order of time
        query = query.filter(Column::ImportId.lt(page.after.clone()));
    }
    let rows = query.limit(page.size + 1).all(conn).await?;
    Ok(page.cut(rows, |row| row.import_id.clone()))
}

/// One import.
///
/// # Errors
/// Not found when there is none of that id within the scope.
pub async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, import_id: &str) -> Result<Model> {
    Entity::find_by_id(import_id)
        .filter(Column::Org.eq(scope.as_str()))
        .one(conn)
        .await?
        .ok_or_else(|| Error::not_found(format!("no import `{import_id}`")))
}

impl From<Model> for pb::ImportRecord {
    fn from(row: Model) -> Self {
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        Self {
            import_id: row.import_id,
            kind: row.kind,
            file_name: row.file_name,
            sha256: row.sha256,
            actor: row.actor,
            imported_at_micros: row.imported_at,
            rows_read: count(row.rows_read),
            rows_kept: count(row.rows_kept),
            rows_refused: count(row.rows_refused),
            findings_total: count(row.findings_total),
        }
    }
}

/// Where the figures of an import come from.
pub fn provenance(import: &Model) -> pb::Provenance {
    pb::Provenance {
        source: import.file_name.clone(),
        sha256: import.sha256.clone(),
        reference_id: import.import_id.clone(),
        actor: import.actor.clone(),
        recorded_at_micros: import.imported_at,
    }
}

/// The outcome of an import that was stored (`import_id` given) or refused.
pub fn outcome(upload: &Upload, summary: &Summary, import_id: Option<String>) -> pb::ImportOutcome {
    let refused = import_id.is_none();
    let findings =
        summary.findings.sorted().iter().take(REPORTED).map(|f| finding(&upload.file.name, f)).collect();
    pb::ImportOutcome {
        import_id: import_id.unwrap_or_default(),
        sha256: upload.file.sha256.clone(),
        refused,
        already_imported: false,
        rows_read: summary.rows_read,
        rows_kept: if refused { 0 } else { summary.rows_kept },
        rows_refused: summary.rows_refused(),
        findings,
        findings_total: summary.findings.total() as u64,
        totals: summary
            .totals
            .iter()
            .map(|(name, value)| pb::ImportTotal { name: (*name).to_owned(), value: *value })
            .collect(),
        kind: upload.kind.clone(),
        file_name: upload.file.name.clone(),
    }
}

/// The outcome of a file that had been imported before.
pub fn outcome_before(upload: &Upload, before: &Model) -> pb::ImportOutcome {
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    pb::ImportOutcome {
        import_id: before.import_id.clone(),
        sha256: before.sha256.clone(),
        already_imported: true,
        rows_read: count(before.rows_read),
        rows_kept: count(before.rows_kept),
        rows_refused: count(before.rows_refused),
        findings_total: count(before.findings_total),
        kind: upload.kind.clone(),
        file_name: upload.file.name.clone(),
        ..pb::ImportOutcome::default()
    }
}

fn finding(file: &str, finding: &Finding) -> pb::ImportFinding {
    let severity = match finding.severity {
        Severity::Error => pb::Severity::Error,
        Severity::Warning => pb::Severity::Warning,
        Severity::Note => pb::Severity::Note,
    };
    pb::ImportFinding {
        severity: severity.into(),
        file: file.to_owned(),
        line: finding.line,
        column: finding.column.clone(),
        value: finding.value.clone(),
        problem: finding.problem.clone(),
        remedy: finding.remedy.clone(),
        rule: finding.rule.to_owned(),
    }
}
