//! Large and overlapping files of shift lines, on both databases.

use std::{collections::BTreeMap, fmt::Write as _};

use muster_proto::{
    agency::v1 as pb,
    common::v1::{BadRows, PageRequest},
};
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::{ConnectionTrait as _, Statement};

use crate::node::{HEADER, Node};

on_both_databases!(muster_agency::Migrator; files_that_overlap_count_each_reference_once,
    a_large_file_that_turns_out_bad_is_taken_back, lines_of_before_are_found_after_the_migration_of_runs);

/// A made-up shift: organisation, reference, day within the spring, pence an hour.
type Line = (&'static str, usize, usize, u32);

/// What counts: hourly price and day by organisation and reference.
type Counting = BTreeMap<(&'static str, usize), (u32, String)>;

fn day_of(day: usize) -> String {
    format!("2016-{:02}-{:02}", 4 + day / 28, 1 + day % 28)
}

fn text(lines: &[Line]) -> String {
    let mut text = format!("{HEADER}\n");
    for (organisation, reference, day, pence) in lines {
        let day = day_of(*day);
        writeln!(
            text,
            "S\\{reference},{organisation},X1,nursing,band-5,{day}T08:00,{day}T18:00,0,bank,,{}.{:02},vacancy,",
            pence / 100,
            pence % 100
        )
        .unwrap();
    }
    text
}

/// Every line that counts, by its reference: hourly price and day.
async fn counting(node: &Node, from: &str, until: &str) -> BTreeMap<(String, String), (u32, String)> {
    let page = Some(PageRequest { size: 5_000, token: String::new() });
    let request =
        pb::ListShiftsRequest { page, from: from.into(), until: until.into(), ..Default::default() };
    let shifts = node.client().list_shifts(node.ask(request)).await.unwrap().into_inner().shifts;
    let number = shifts.len();
    let found: BTreeMap<_, _> = shifts
        .into_iter()
        .map(|it| {
            let hourly = u32::try_from(it.cost_pence.unwrap() / 10).unwrap();
            ((it.organisation, it.shift_ref), (hourly, it.date))
        })
        .collect();
    assert_eq!(found.len(), number, "no line comes twice");
    found
}

fn wanted(counting: &Counting, from: &str, until: &str) -> BTreeMap<(String, String), (u32, String)> {
    let within = |day: &str| (from.is_empty() || day >= from) && (until.is_empty() || day <= until);
    let named = counting.iter().filter(|(_, (_, day))| within(day));
    named
        .map(|((organisation, reference), found)| {
            (((*organisation).to_owned(), format!("S\\{reference}")), found.clone())
        })
        .collect()
}

async fn files_that_overlap_count_each_reference_once(db: TestDb) {
    let node = Node::new(&db);
    let mut counts = Counting::new();
    let mut state = 7_usize;
    let mut draw = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for file in 0..5 {
        let mut lines: BTreeMap<(&'static str, usize), (usize, u32)> = BTreeMap::new();
        for _ in 0..300 {
            let organisation = ["RJZ", "RJ1", "RJ2"][draw(3)];
            // few prices and days, so that many lines say what was known
            let line = (draw(3) * 20, 2_000 + u32::try_from(draw(2)).unwrap());
            lines.insert((organisation, file * 60 + draw(200)), line);
        }
        let mut rows: Vec<Line> =
            lines.iter().map(|((code, at), (day, pence))| (*code, *at, *day, *pence)).collect();
        // not in order of anything
        rows.sort_by_key(|(_, reference, day, _)| (reference * 7_919 + day) % 1_000);
        assert!(!node.import("shifts", &text(&rows)).await.refused);
        counts.extend(rows.iter().map(|(code, at, day, pence)| ((*code, *at), (*pence, day_of(*day)))));
        for (from, until) in [("", ""), ("2016-04-10", "2016-05-20"), ("2016-05-01", "")] {
            assert_eq!(counting(&node, from, until).await, wanted(&counts, from, until), "{file} {from}");
        }
    }
    let request = node.ask(pb::GetSpendTableRequest::default());
    let table = node.client().get_spend_table(request).await.unwrap().into_inner();
    let cells = || table.rows.iter().map(|row| row.cell.as_ref().unwrap());
    let pence: i64 = counts.values().map(|(hourly, _)| i64::from(*hourly) * 10).sum();
    assert_eq!(cells().map(|cell| cell.pence).sum::<i64>(), pence);
    assert_eq!(cells().map(|cell| cell.shifts).sum::<u64>(), counts.len() as u64);
}

async fn number(db: &TestDb, sql: &str) -> i64 {
    let statement = Statement::from_string(db.read().get_database_backend(), sql.to_owned());
    db.read().query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

async fn a_large_file_that_turns_out_bad_is_taken_back(db: TestDb) {
    let node = Node::new(&db);
    let lines: Vec<Line> = (0..33_000).map(|at| ("RJZ", at, at % 56, 2_000)).collect();
    let bad = text(&lines) + "S9,RJZ,X1,nursing,band-5,never,2016-04-04T18:00,0,bank,,18.00,vacancy,\n";
    let outcome = node.upload("shifts", bad.as_bytes(), BadRows::RefuseFile).await.unwrap();
    assert!(outcome.refused && outcome.rows_refused == 1 && outcome.findings[0].line == 33_002);
    for table in ["shift_lines", "shift_loads", "shift_runs", "spend_cells", "imports"] {
        assert_eq!(number(&db, &format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
    let outcome = node.upload("shifts", bad.as_bytes(), BadRows::KeepGood).await.unwrap();
    assert_eq!((outcome.refused, outcome.rows_kept), (false, 33_000));
    assert_eq!(number(&db, "SELECT CAST(SUM(shifts) AS BIGINT) FROM spend_cells").await, 33_000);
}

async fn lines_of_before_are_found_after_the_migration_of_runs(db: TestDb) {
    let node = Node::new(&db);
    let lines: Vec<Line> = (0..40).map(|at| ("RJZ", at, at % 56, 2_000)).collect();
    node.import("shifts", &text(&lines)).await;
    // as the table was before: numbers without the load, indexes, no runs
    for sql in [
        "DELETE FROM seaql_migrations WHERE version = 'm0002_shift_runs'",
        "UPDATE shift_lines SET line_id = line_id - load_id * 4294967296",
        "DROP TABLE shift_runs",
        "ALTER TABLE shift_loads DROP COLUMN attempt",
        "CREATE INDEX shift_lines_by_ref ON shift_lines (org, organisation, shift_ref)",
        "CREATE INDEX shift_lines_by_day ON shift_lines (org, organisation, day)",
        "CREATE INDEX shift_lines_by_load ON shift_lines (org, load_id)",
    ] {
        let tx = db.begin_raw().await.unwrap();
        tx.execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    }
    db.migrate::<muster_agency::Migrator>().await.unwrap();
    let mut counts: Counting =
        lines.iter().map(|(code, at, day, pence)| ((*code, *at), (*pence, day_of(*day)))).collect();
    assert_eq!(
        counting(&node, "2016-04-03", "2016-05-02").await,
        wanted(&counts, "2016-04-03", "2016-05-02")
    );
    node.import("shifts", &text(&[("RJZ", 3, 9, 2_500), ("RJZ", 4, 4, 2_000)])).await;
    counts.insert(("RJZ", 3), (2_500, day_of(9)));
    assert_eq!(counting(&node, "", "").await, wanted(&counts, "", ""));
}
