//! Shift lines with verdicts through the real import, into SQLite and into PostgreSQL, beside a plain COPY of the same rows.

use std::{
    fs::{self, File},
    io::{BufWriter, Read as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures::{StreamExt as _, stream};
use muster_agency::Deps;
use muster_kit::{Actor, Db, Error, OrgCode, authz::RoleTable, db::DbConfig, rpc};
use muster_proto::{
    agency::v1::{self as pb, agency_service_client::AgencyServiceClient, import_file_response::Event},
    common::v1 as common,
};
use muster_testkit::{PostgresServer, copy::Copy};
use serde_json::{Map, Value, json};

use super::{failed, import::ImportArgs, memory, shift_lines};
use crate::exit::Failure;

/// Bytes of an upload's piece.
const PIECE: usize = 256 << 10;

/// Makes the file, imports it twice, and compares.
pub(super) async fn measure(args: &ImportArgs) -> Result<Value, Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shifts.csv");
    shift_lines::write(&mut BufWriter::new(File::create(&file)?), args.rows, args.seed)?;
    let bytes = fs::metadata(&file)?.len();
    let path = folder.path().join("agency.sqlite");
    let sqlite = imported(&DbConfig::Sqlite { path }, &file, args.rows).await?;
    let postgres = match Place::find(args.postgres.as_deref()).await? {
        Some(place) => beside_copy(&place, &file, args.rows).await?,
        None => Value::Null,
    };
    Ok(json!({
        "rows": args.rows, "bytes": bytes, "seed": args.seed, "sqlite": sqlite, "postgres": postgres,
    }))
}

/// A database of its own on a PostgreSQL server.
struct Place {
    /// Ends with this.
    _server: Option<PostgresServer>,
    /// Where databases are made, where the server is the user's.
    admin: Option<(String, String)>,
    url: String,
}

impl Place {
    async fn find(given: Option<&str>) -> Result<Option<Self>, Failure> {
        if let Some(given) = given {
            let name = format!("muster_bench_{}", uuid::Uuid::now_v7().simple());
            Copy::connect(given).await?.run(format!("CREATE DATABASE {name}")).await?;
            let (base, options) =
                given.split_once('?').map_or((given, None), |(base, rest)| (base, Some(rest)));
            let server = base.rsplit_once('/').map_or(base, |(server, _)| server);
            let options = options.map(|it| format!("?{it}")).unwrap_or_default();
            let url = format!("{server}/{name}{options}");
            return Ok(Some(Self { _server: None, admin: Some((given.to_owned(), name)), url }));
        }
        let Some(server) = PostgresServer::start_with(true).await else { return Ok(None) };
        let DbConfig::Postgres { url, .. } = server.database().await else { return Ok(None) };
        Ok(Some(Self { _server: Some(server), admin: None, url }))
    }

    fn config(&self) -> DbConfig {
        DbConfig::Postgres { url: self.url.clone(), connections: 8 }
    }

    async fn close(&self) -> Result<(), Failure> {
        if let Some((admin, name)) = &self.admin {
            Copy::connect(admin).await?.run(format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }
}

/// The import between two plain COPYs of the same file, then two of the rows as they were stored.
async fn beside_copy(place: &Place, file: &Path, rows: u32) -> Result<Value, Failure> {
    let mut copy = Copy::connect(&place.url).await?;
    let before = plain(&mut copy, file).await?;
    let mut figures = imported(&place.config(), file, rows).await?;
    let after = plain(&mut copy, file).await?;
    let stored = file.with_extension("stored");
    copy.save("COPY agency.shift_lines TO STDOUT", &stored).await?;
    let bare = stored_rows(&mut copy, &stored, "").await?;
    let indexed = stored_rows(&mut copy, &stored, "INCLUDING INDEXES").await?;
    place.close().await?;
    let plain = f64::midpoint(before, after);
    let seconds = figures["seconds"].as_f64().unwrap_or(f64::NAN);
    let per_second = |seconds: f64| (f64::from(rows) / seconds).round();
    figures["copy_seconds"] = json!(rounded(plain));
    figures["copy_seconds_before_and_after"] = json!([rounded(before), rounded(after)]);
    figures["copy_rows_per_second"] = json!(per_second(plain));
    figures["share_of_copy"] = json!(rounded(plain / seconds));
    figures["stored_rows"] = json!({
        "copy_seconds": rounded(bare), "share_of_copy": rounded(bare / seconds),
        "copy_with_indexes_seconds": rounded(indexed), "share_of_copy_with_indexes": rounded(indexed / seconds),
    });
    Ok(figures)
}

/// Every column of the file as text, a table without any index.
async fn plain(copy: &mut Copy, file: &Path) -> Result<f64, Failure> {
    let columns: Vec<String> = shift_lines::COLUMNS.iter().map(|name| format!("\"{name}\" TEXT")).collect();
    copy.run(format!("CREATE TABLE plain ({})", columns.join(", "))).await?;
    copy.run("CHECKPOINT".into()).await?;
    let (taken, _) = copy.load("COPY plain FROM STDIN (FORMAT csv, HEADER)", file).await?;
    copy.run("DROP TABLE plain".into()).await?;
    Ok(taken.as_secs_f64())
}

/// The rows of the table of the import, into one like it.
async fn stored_rows(copy: &mut Copy, file: &Path, including: &str) -> Result<f64, Failure> {
    copy.run(format!("CREATE TABLE stored (LIKE agency.shift_lines {including})")).await?;
    copy.run("CHECKPOINT".into()).await?;
    let (taken, _) = copy.load("COPY stored FROM STDIN", file).await?;
    copy.run("DROP TABLE stored".into()).await?;
    Ok(taken.as_secs_f64())
}

/// Imports the file into an empty database through the contract's call.
async fn imported(config: &DbConfig, file: &Path, rows: u32) -> Result<Value, Failure> {
    let db = Db::open(config, muster_agency::SERVICE).await?;
    db.migrate::<muster_agency::Migrator>().await?;
    let other = Other::beside(db.clone());
    memory::reset();
    let begun = Instant::now();
    let (kept, phases) = upload(&db, file).await?;
    let taken = begun.elapsed().as_secs_f64();
    let peak = memory::peak_mib();
    let waits = other.end().await?;
    db.close().await?;
    if kept != u64::from(rows) {
        return Err(failed("the made-up shift lines were not imported whole"));
    }
    Ok(json!({
        "seconds": rounded(taken), "rows_per_second": (f64::from(rows) / taken).round(), "peak_rss_mib": peak,
        "phases": phases, "other_writer_waits": waits,
    }))
}

/// Uploads the file; gives the rows kept, and the seconds of each phase.
async fn upload(db: &Db, file: &Path) -> Result<(u64, Value), Failure> {
    let deps = Deps::new(db.clone(), Arc::new(RoleTable));
    let mut client = AgencyServiceClient::new(rpc::in_process(muster_agency::routes(&deps)));
    let actor = Actor::local(OrgCode::new("QKK")?);
    let request = rpc::on_behalf(&actor, stream::iter(Pieces::of(file.to_owned())));
    let begun = Instant::now();
    let mut answers = client.import_file(request).await.map_err(Error::from)?.into_inner();
    let (mut phase, mut since, mut phases) = ("upload".to_owned(), begun, Map::new());
    let mut next = |name: String| {
        if name != phase {
            let now = Instant::now();
            let taken = now.duration_since(std::mem::replace(&mut since, now)).as_secs_f64();
            phases.insert(std::mem::replace(&mut phase, name), json!(rounded(taken)));
        }
    };
    while let Some(answer) = answers.next().await {
        match answer.map_err(Error::from)?.event {
            Some(Event::Progress(progress)) => next(progress.phase),
            Some(Event::Outcome(outcome)) => {
                next("end".to_owned());
                return Ok((outcome.rows_kept, Value::Object(phases)));
            }
            None => {}
        }
    }
    Err(failed("the import ended without its report"))
}

/// The pieces of an upload, read as they are sent.
struct Pieces(Option<PathBuf>, Option<File>);

impl Pieces {
    fn of(path: PathBuf) -> Self {
        Self(Some(path), None)
    }
}

impl Iterator for Pieces {
    type Item = pb::ImportFileRequest;

    fn next(&mut self) -> Option<pb::ImportFileRequest> {
        use common::import_chunk::Part;
        let part = if let Some(path) = self.0.take() {
            self.1 = File::open(path).ok();
            let rows = common::BadRows::RefuseFile.into();
            let (kind, file_name) = ("shifts".to_owned(), "shifts.csv".to_owned());
            Part::Start(common::ImportStart { kind, file_name, bad_rows: rows, year: None })
        } else {
            let mut bytes = Vec::with_capacity(PIECE);
            let read = self.1.as_mut()?.take(PIECE as u64).read_to_end(&mut bytes).ok()?;
            (read > 0).then_some(Part::Data(bytes))?
        };
        Some(pb::ImportFileRequest { chunk: Some(common::ImportChunk { part: Some(part) }) })
    }
}

/// Somebody else who wants to write, twenty times a second, and how long they wait for their turn.
struct Other {
    over: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Result<Vec<Duration>, Error>>,
}

impl Other {
    fn beside(db: Db) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let end = over.clone();
        let task = tokio::spawn(async move {
            let mut waits = Vec::new();
            while !end.load(Ordering::Relaxed) {
                let begun = Instant::now();
                // whose turn does not come in time has waited too
                if let Ok(turn) = db.begin_raw().await {
                    turn.rollback().await?;
                }
                waits.push(begun.elapsed());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(waits)
        });
        Self { over, task }
    }

    async fn end(self) -> Result<Value, Failure> {
        self.over.store(true, Ordering::Relaxed);
        let mut waits = self.task.await.map_err(|_| failed("the other writer ended early"))??;
        waits.sort_unstable();
        let millis = |at: usize| waits.get(at).map(Duration::as_millis);
        let p95 = waits.len().saturating_sub(1) * 95 / 100;
        Ok(json!({
            "turns": waits.len(), "median_ms": millis(waits.len() / 2), "p95_ms": millis(p95),
            "max_ms": millis(waits.len().saturating_sub(1)),
        }))
    }
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1_000.0).round() / 1_000.0
}
