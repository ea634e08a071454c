//! What every database must do; the same suite on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use muster_bus::{LogFilter, Relay};
use muster_kit::{
    Db, OrgCode, OrgScope, Permit,
    audit::{self, AuditEntry},
    imports, inbox, outbox,
};
use muster_testkit::{BusKind, TestBus, TestDb, events::event, on_both_databases, sqlite_db};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

use crate::bus_support::{Migrator, changed, command, local, write_thing};

on_both_databases!(
    crate::bus_support::Migrator;
    migrations_apply_twice_and_in_a_transaction,
    a_failing_migration_leaves_nothing,
    concurrent_writers_never_fail,
    rows_outbox_and_audit_stand_or_fall_together,
    the_audit_is_append_only,
    a_tampered_audit_row_is_found,
    a_deleted_audit_row_is_found,
    another_organisations_rows_read_as_not_found,
    the_inbox_admits_once,
    pending_rows_are_marked_once,
    a_late_commit_is_relayed,
    a_lock_has_one_holder,
);

async fn count(db: &Db, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS n FROM {table}");
    let row = db.read().query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}

async fn execute(db: &Db, sql: &str) -> Result<(), DbErr> {
    let tx = db.begin_raw().await.unwrap();
    tx.execute_unprepared(sql).await?;
    tx.commit().await
}

fn transactional<M: MigratorTrait>(service: &str) {
    for migration in M::migrations() {
        assert_eq!(migration.use_transaction(), Some(true), "{} of {service}", migration.name());
    }
}

async fn migrations_apply_twice_and_in_a_transaction(db: TestDb) {
    transactional::<Migrator>("testing");
    transactional::<muster_bus::local::Migrator>("bus");
    transactional::<muster_directory::Migrator>("directory");
    transactional::<muster_staffing::Migrator>("staffing");
    transactional::<muster_agency::Migrator>("agency");
    transactional::<muster_catalogue::Migrator>("catalogue");
    transactional::<muster_backoffice::Migrator>("backoffice");
    transactional::<muster_web::Migrator>("web");
    db.migrate::<Migrator>().await.unwrap();
    assert_eq!(count(&db, "outbox").await, 0);
}

struct Broken;

impl MigrationName for Broken {
    fn name(&self) -> &'static str {
        "m0003_broken"
    }
}

#[async_trait]
impl MigrationTrait for Broken {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let conn = manager.get_connection();
        conn.execute_unprepared("CREATE TABLE half (id TEXT PRIMARY KEY)").await?;
        conn.execute_unprepared("INSERT INTO half VALUES ('x')").await?;
        conn.execute_unprepared("INSERT INTO no_such_table VALUES (1)").await?;
        Ok(())
    }
}

struct BrokenMigrator;

impl MigratorTrait for BrokenMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = Migrator::migrations();
        all.push(Box::new(Broken));
        all
    }
}

async fn a_failing_migration_leaves_nothing(db: TestDb) {
    let before = count(&db, "seaql_migrations").await;
    let error = db.migrate::<BrokenMigrator>().await.unwrap_err();
    assert!(error.message().contains("testing"), "{error}");
    let half = Statement::from_string(db.backend(), "SELECT COUNT(*) FROM half");
    assert!(db.read().query_one_raw(half).await.is_err(), "the first statement was taken back");
    assert_eq!(count(&db, "seaql_migrations").await, before);
}

async fn concurrent_writers_never_fail(db: TestDb) {
    // a second opening of the database is what another process has
    let views = [(*db).clone(), db.again().await];
    let work = (0..8).map(|worker| {
        let view = views[worker % 2].clone();
        tokio::spawn(async move {
            for version in 1..=40 {
                // reads first, which is what makes a deferred transaction of SQLite fail later
                let mut uow = view.begin(&local()).await?;
                outbox::pending(uow.conn(), 1).await?;
                write_thing(&uow, &format!("w-{worker}"), version).await?;
                uow.publish(changed(&format!("w-{worker}"), version))?;
                uow.commit(AuditEntry::new(Permit::system("thing"), "")).await?;
            }
            muster_kit::Result::<()>::Ok(())
        })
    });
    for done in futures::future::join_all(work).await {
        if let Err(error) = done.unwrap() {
            panic!("{}", error.chain());
        }
    }
    assert_eq!((count(&db, "outbox").await, count(&db, "audit").await), (320, 320));
}

async fn rows_outbox_and_audit_stand_or_fall_together(db: TestDb) {
    let counts = async || (count(&db, "things").await, count(&db, "outbox").await, count(&db, "audit").await);
    command(&db, "kept", 1).await.unwrap();
    assert_eq!(counts().await, (1, 1, 1));
    let mut uow = db.begin(&local()).await.unwrap();
    write_thing(&uow, "dropped", 1).await.unwrap();
    uow.publish(changed("dropped", 1)).unwrap();
    drop(uow);
    let mut uow = db.begin(&local()).await.unwrap();
    write_thing(&uow, "given-back", 1).await.unwrap();
    uow.publish(changed("given-back", 1)).unwrap();
    uow.rollback().await.unwrap();
    let mut uow = db.begin(&local()).await.unwrap();
    write_thing(&uow, "failed", 1).await.unwrap();
    let mut wrong = changed("failed", 1);
    wrong.event = "Wrong Token";
    assert!(uow.publish(wrong).is_err());
    drop(uow);
    command(&db, "kept", 2).await.unwrap();
    assert_eq!(counts().await, (1, 2, 2));
}

async fn the_audit_is_append_only(db: TestDb) {
    command(&db, "a", 1).await.unwrap();
    for sql in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
        let error = execute(&db, sql).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    }
    assert_eq!(count(&db, "audit").await, 1);
}

async fn without_trigger(db: &Db, sql: &str) {
    let off = if db.backend() == DbBackend::Postgres {
        "DROP TRIGGER audit_append_only ON audit"
    } else {
        "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete"
    };
    execute(db, off).await.unwrap();
    execute(db, sql).await.unwrap();
}

async fn a_tampered_audit_row_is_found(db: TestDb) {
    for version in 1..=5 {
        command(&db, "a", version).await.unwrap();
    }
    let before = audit::verify(&db).await.unwrap();
    assert_eq!(before.len(), 1);
    assert_eq!((before[0].organisation.as_str(), before[0].rows, before[0].broken_at), ("QKK", 5, 0));
    without_trigger(&db, "UPDATE audit SET detail = 'version=33' WHERE detail = 'version=3'").await;
    assert_eq!(audit::verify(&db).await.unwrap()[0].broken_at, 3);
}

async fn a_deleted_audit_row_is_found(db: TestDb) {
    for version in 1..=5 {
        command(&db, "a", version).await.unwrap();
    }
    assert_eq!(audit::seal(&db).await.unwrap(), 5);
    without_trigger(&db, "DELETE FROM audit WHERE detail = 'version=2'").await;
    command(&db, "a", 6).await.unwrap();
    let state = audit::verify(&db).await.unwrap().remove(0);
    assert_eq!((state.rows, state.broken_at), (6, 2));
}

async fn another_organisations_rows_read_as_not_found(db: TestDb) {
    let sql = "INSERT INTO imports (import_id, org, kind, file_name, sha256, actor, imported_at, rows_read, rows_kept, \
               rows_refused, findings_total, report) VALUES ('i-1', 'QKK', 'posts', 'p.csv', 'abc', 'local', 1, 1, 1, 0, 0, '')";
    execute(&db, sql).await.unwrap();
    let scope = |code: &str| OrgScope::new(OrgCode::new(code).unwrap());
    let found = async |scope: &OrgScope| imports::find(db.read(), scope, "posts", "abc").await.unwrap();
    assert!(found(&scope("QKK")).await.is_some());
    assert!(found(&scope("G85034")).await.is_none());
    assert!(imports::get(db.read(), &scope("QKK"), "i-1").await.is_ok());
    let error = imports::get(db.read(), &scope("G85034"), "i-1").await.unwrap_err();
    assert_eq!(error.code(), muster_kit::ErrorCode::NotFound);
}

async fn the_inbox_admits_once(db: TestDb) {
    let events: Vec<_> = (1..=5).map(|version| event("a", version)).collect();
    let all: Vec<_> = events.iter().collect();
    let tx = db.begin_raw().await.unwrap();
    assert!(inbox::enter(&tx, "one", &events[0]).await.unwrap());
    assert!(!inbox::enter(&tx, "one", &events[0]).await.unwrap());
    let mut entered = inbox::enter_all(&tx, "one", &[all[0], all[1], all[2], all[1]]).await.unwrap();
    entered.sort_unstable();
    assert_eq!(entered, [events[1].id, events[2].id]);
    tx.rollback().await.unwrap();
    let tx = db.begin_raw().await.unwrap();
    assert_eq!(inbox::enter_all(&tx, "one", &all).await.unwrap().len(), 5, "taken back with its effects");
    assert_eq!(inbox::enter_all(&tx, "two", &all).await.unwrap().len(), 5, "consumers are apart");
    tx.commit().await.unwrap();
    let known = inbox::known(db.read(), "one", &[events[3].id, uuid::Uuid::now_v7()]).await.unwrap();
    assert_eq!(known, [events[3].id]);
}

async fn pending_rows_are_marked_once(db: TestDb) {
    for version in 1..=3 {
        command(&db, "a", version).await.unwrap();
    }
    let rows = outbox::pending(db.read(), 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.aggregate_version).collect::<Vec<_>>(), [1, 2, 3]);
    let tx = db.begin_raw().await.unwrap();
    outbox::mark_failed(&tx, rows[0].seq, "the bus is away").await.unwrap();
    outbox::mark_published(&tx, &[rows[1].seq]).await.unwrap();
    tx.commit().await.unwrap();
    let rows = outbox::pending(db.read(), 10).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| (row.aggregate_version, row.attempts)).collect::<Vec<_>>(),
        [(1, 1), (3, 0)]
    );
    let (pending, oldest) = outbox::lag(db.read()).await.unwrap();
    assert_eq!((pending, oldest), (2, Some(rows[0].occurred_at)));
}

async fn a_late_commit_is_relayed(db: TestDb) {
    let bus = TestBus::start(BusKind::Local).await.unwrap();
    let mut relay = Relay::new((*db).clone(), bus.bus.clone());
    if db.backend() == DbBackend::Postgres {
        // its row gets its number first and becomes visible last: a cursor would be past it by then
        let late = db.begin_raw().await.unwrap();
        outbox::insert(&late, &[event("late", 1)]).await.unwrap();
        command(&db, "early", 1).await.unwrap();
        assert_eq!(relay.flush().await.unwrap(), 1);
        late.commit().await.unwrap();
    } else {
        command(&db, "early", 1).await.unwrap();
        assert_eq!(relay.flush().await.unwrap(), 1);
        command(&db, "late", 1).await.unwrap();
    }
    assert_eq!(relay.flush().await.unwrap(), 1);
    let log = bus.bus.log(&LogFilter::all(), 1, 10).await.unwrap();
    let order: Vec<_> = log.iter().map(|logged| logged.event.aggregate_id.as_str()).collect();
    assert_eq!(order, ["early", "late"]);
    assert_eq!(relay.flush().await.unwrap(), 0);
}

async fn a_lock_has_one_holder(db: TestDb) {
    let mut one = db.lock("relay");
    assert!(one.try_take().await.unwrap());
    assert!(one.is_held().await);
    assert!(db.lock("another").try_take().await.unwrap());
    if db.backend() == DbBackend::Sqlite {
        return; // the process is the lock
    }
    let mut two = db.again().await.lock("relay");
    assert!(!two.try_take().await.unwrap());
    assert!(!two.is_held().await);
    // the session dies, as it does with its process
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted \
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    execute(&db, sql).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!one.is_held().await);
    assert!(two.try_take().await.unwrap());
}

/// A file of which a second writer, another process, holds the lock for a while: ours wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_writers_of_two_processes_wait_for_each_other() {
    let db = Arc::new(sqlite_db::<Migrator>("testing").await);
    let other = db.again().await;
    let held = other.begin_raw().await.unwrap();
    held.execute_unprepared("INSERT INTO things VALUES ('other', 1)").await.unwrap();
    let ours = {
        let db = db.clone();
        tokio::spawn(async move { command(&db, "ours", 1).await })
    };
    tokio::time::sleep(Duration::from_millis(400)).await;
    held.commit().await.unwrap();
    ours.await.unwrap().unwrap();
    assert_eq!(count(&db, "things").await, 2);
}
