//! Trackers as people keep them: three of different shapes, what is refused, and rows that do not depend on how columns are named.

use futures::{StreamExt as _, stream};
use muster_backoffice::import::{
    Field, Measure, TRACKER_MAPPING_EXAMPLE, measure_column_names, propose, read_mapping, read_tracker,
    tracker_column_names,
};
use muster_kit::{intake::RawFile, rpc};
use muster_proto::{
    backoffice::v1::{self as pb, import_tracker_response::Event},
    common::v1::{BadRows, ImportChunk, ImportOutcome, ImportStart, import_chunk::Part},
};
use muster_testkit::{TestDb, on_both_databases};
use proptest::prelude::*;

use crate::node::Node;

on_both_databases!(muster_backoffice::Migrator; months_across_in_thousands, a_row_a_month_with_the_trackers_own_words,
    a_row_a_figure_of_a_workbook, what_is_refused_has_its_place_and_nothing_is_stored,
    what_a_tracker_does_not_say_stays);

/// Months across, in thousands, under a title; totals of organisations and of all.
const ACROSS: &str = "Productivity programme,,,,,,,,\n\
    All figures in £'000,,,,,,,,\n\
    ,,,,,,,,\n\
    Scheme ref,Scheme name,Trust,R/NR,QIA,Apr-17 Plan,Apr-17 Actual,May-17 Plan,Plan total 17/18\n\
    Finance,,,,,,,,\n\
    F1,One bureau,RJ1,R,Signed off,10,9.5,\"1,010.25\",\"1,020.25\"\n\
    F2,Licences,RJZ,NR,Outstanding,2.5,(1),-,2.5\n\
    Sub-total,,,,,12.5,8.5,1010.25,\n\
    ,,,,,,,,\n\
    H1,Bank first,RJ1,R,Signed off,4,,4,8\n\
    Grand total,,,,,16.5,8.5,1014.25,\n\
    Source: returns of finance,,,,,,,,\n";

/// A row a month, in pounds, with words of its own.
const LONG: &str = "Project;Workstream;Ref;Provider;Period;Budget;FOT;Delivered;Stage;Comment\n\
    Stores shared;Procurement;P-1;King's;Apr 2017;1000;900;850.50;Live;on track\n\
    Stores shared;Procurement;P-1;King's;May 2017;1000;900;;Live;\n\
    Courier;Estates;E-1;RPG;Apr 2017;20;20;20;Pipeline;\n";

fn upload<T>(name: &str, bytes: &[u8], rows: BadRows, piece: impl Fn(ImportChunk) -> T) -> Vec<T> {
    let start =
        ImportStart { kind: "tracker".into(), file_name: name.into(), bad_rows: rows.into(), year: None };
    let parts = [Part::Start(start), Part::Data(bytes.to_vec())];
    parts.into_iter().map(|part| piece(ImportChunk { part: Some(part) })).collect()
}

async fn preview(node: &Node, bytes: &[u8], mapping: &str) -> pb::PreviewTrackerResponse {
    let piece = |chunk| pb::PreviewTrackerRequest { chunk: Some(chunk), mapping: mapping.into() };
    let pieces = upload("t.csv", bytes, BadRows::RefuseFile, piece);
    let request = rpc::on_behalf(&node.actor, stream::iter(pieces));
    node.client().preview_tracker(request).await.unwrap().into_inner()
}

async fn import(node: &Node, bytes: &[u8], mapping: &str, rows: BadRows) -> ImportOutcome {
    let piece = |chunk| pb::ImportTrackerRequest { chunk: Some(chunk), mapping: mapping.into() };
    let request = rpc::on_behalf(&node.actor, stream::iter(upload("t.csv", bytes, rows, piece)));
    let mut answers = node.client().import_tracker(request).await.unwrap().into_inner();
    let mut last = None;
    while let Some(answer) = answers.next().await {
        if let Some(Event::Outcome(outcome)) = answer.unwrap().event {
            last = Some(outcome);
        }
    }
    last.unwrap()
}

async fn schemes(node: &Node, as_of: &str) -> Vec<pb::SchemeLine> {
    let request = node.ask(pb::ListSchemesRequest { as_of: as_of.into(), ..Default::default() });
    node.client().list_schemes(request).await.unwrap().into_inner().schemes
}

fn delivery(of: &pb::SchemeLine) -> (i64, i64) {
    let delivery = of.delivery.unwrap();
    (delivery.plan_year_pence, delivery.actual_to_date_pence)
}

async fn months_across_in_thousands(db: TestDb) {
    let node = Node::new(&db);
    let found = preview(&node, ACROSS.as_bytes(), "").await;
    let outcome = found.outcome.clone().unwrap();
    assert!(!outcome.refused, "{:?}", outcome.findings);
    assert!(found.unit_reason.contains("line 2 says"), "{}", found.unit_reason);
    assert_eq!((outcome.rows_read, found.lines_left_out), (3, 4));
    assert!(
        found.columns.iter().all(|it| it.certainty_percent >= 90 && !it.reason.is_empty()),
        "{:?}",
        found.columns
    );
    // three columns of two totals rows, and three sums of rows
    assert_eq!(
        (found.totals.len(), found.totals.iter().filter(|it| it.agrees).count()),
        (9, 9),
        "{:?}",
        found.totals
    );
    let first = &found.months[0];
    assert_eq!(
        (first.month.as_str(), first.plan_pence, first.actual_pence),
        ("2017-04", Some(1_000_000), Some(950_000))
    );
    assert!(
        node.events().await.is_empty() && schemes(&node, "").await.is_empty(),
        "a preview stores nothing"
    );
    let done = import(&node, ACROSS.as_bytes(), &found.mapping, BadRows::RefuseFile).await;
    assert_eq!((done.refused, done.rows_kept), (false, 3), "{:?}", done.findings);
    let lines = schemes(&node, "2017-04").await;
    let names: Vec<_> = lines.iter().map(|it| it.scheme.clone().unwrap().title).collect();
    assert_eq!(names, ["One bureau", "Licences", "Bank first"]);
    assert_eq!(delivery(&lines[0]), (102_025_000, 950_000));
    // no plan counts whose impact on quality nobody signed
    assert_eq!(delivery(&lines[1]), (0, -100_000));
    let events = node.events().await;
    assert_eq!(events.iter().filter(|it| it.starts_with("scheme.registered")).count(), 3, "{events:?}");
    assert!(import(&node, ACROSS.as_bytes(), &found.mapping, BadRows::RefuseFile).await.already_imported);
    assert_eq!(node.events().await.len(), events.len());
}

async fn a_row_a_month_with_the_trackers_own_words(db: TestDb) {
    let node = Node::new(&db);
    let found = preview(&node, LONG.as_bytes(), "").await;
    let refused = found.outcome.unwrap();
    let first = &refused.findings[0];
    assert_eq!((first.line, first.column.as_str(), first.value.as_str()), (2, "organisation", "King's"));
    assert!(refused.refused && first.remedy.contains("words.organisation"), "{first:?}");
    assert!(found.unit_reason.contains("pounds are assumed"));
    let mut mapping: serde_json::Value = serde_json::from_str(&found.mapping).unwrap();
    mapping["words"]["organisation"] = serde_json::json!({ "King's": "RJZ" });
    let mapping = mapping.to_string();
    let found = preview(&node, LONG.as_bytes(), &mapping).await;
    assert!(!found.outcome.as_ref().unwrap().refused, "{:?}", found.outcome);
    assert!(!import(&node, LONG.as_bytes(), &mapping, BadRows::RefuseFile).await.refused);
    let lines = schemes(&node, "").await;
    let of = |at: usize| lines[at].scheme.clone().unwrap();
    assert_eq!((of(0).scheme.as_str(), of(0).gate(), of(0).quality_signed), ("E-1", pb::Gate::Idea, false));
    let (organisation, gate) = (of(1).organisation, of(1).gate());
    assert_eq!((organisation.as_str(), gate), ("RJZ", pb::Gate::InDelivery));
    assert_eq!((of(1).programme.as_str(), of(1).start_month.as_str()), ("Procurement", "2017-04"));
    assert_eq!(delivery(&lines[1]).1, 85_050);
}

/// A sheet behind another one, with a row for each figure of a scheme, dates as headers, and numbers with fractions of a penny.
fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Read me").unwrap().write(0, 0, "How to fill this in").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("CIP 1718").unwrap();
    for (place, header) in ["", "ID", "Lead", "Org code", "Line"].into_iter().enumerate() {
        sheet.write(2, u16::try_from(place).unwrap(), header).unwrap();
    }
    let date = rust_xlsxwriter::Format::new().set_num_format("mmm-yy");
    for (place, month) in [(5, 4), (6, 5)] {
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2017, month, 1).unwrap();
        sheet.write_with_format(2, place, &day, &date).unwrap();
    }
    let rows = [("Plan", 100.0, 100.0 / 3.0), ("Forecast", 90.0, 30.0), ("Actual", 80.5, 0.0)];
    for (at, (line, april, may)) in (3_u32..).zip(rows) {
        sheet.write(at, 1, "S9").unwrap().write(at, 2, "A. Lead").unwrap().write(at, 3, "RV5").unwrap();
        sheet.write(at, 4, line).unwrap().write(at, 5, april).unwrap().write(at, 6, may).unwrap();
    }
    book.save_to_buffer().unwrap()
}

async fn a_row_a_figure_of_a_workbook(db: TestDb) {
    let node = Node::new(&db);
    let bytes = workbook();
    let found = preview(&node, &bytes, "").await;
    let outcome = found.outcome.clone().unwrap();
    assert!(!outcome.refused, "{:?}", outcome.findings);
    assert_eq!(found.sheets, ["Read me", "CIP 1718"]);
    let may = found.months.iter().find(|it| it.month == "2017-05").unwrap();
    assert_eq!((may.plan_pence, may.forecast_pence, may.actual_pence), (Some(3_333), Some(3_000), Some(0)));
    assert!(
        outcome.findings.iter().any(|it| it.rule == "rounded" && it.column == "2017-05-01"),
        "{outcome:?}"
    );
    assert!(!import(&node, &bytes, &found.mapping, BadRows::RefuseFile).await.refused);
    assert_eq!(schemes(&node, "2017-04").await[0].scheme.clone().unwrap().owner, "A. Lead");
}

async fn what_is_refused_has_its_place_and_nothing_is_stored(db: TestDb) {
    let node = Node::new(&db);
    let good = preview(&node, ACROSS.as_bytes(), "").await.mapping;
    let refused = async |text: &str, mapping: &str, rows: BadRows| {
        let outcome = import(&node, text.as_bytes(), mapping, rows).await;
        assert!(outcome.refused, "{text}");
        outcome.findings.into_iter().map(|it| (it.rule, it.line, it.column)).collect::<Vec<_>>()
    };
    let at = |rule: &str, line: u64, column: &str| (rule.to_owned(), line, column.to_owned());
    let cell = ACROSS.replace("9.5,", "tbc,");
    let found = refused(&cell, &good, BadRows::RefuseFile).await;
    assert!(found.contains(&at("not-an-amount", 6, "Apr-17 Actual")), "{found:?}");
    // a row is gone that the totals still count: good rows are not known to be good
    let cut = ACROSS.replace("H1,Bank first,RJ1,R,Signed off,4,,4,8\n", "");
    for rows in [BadRows::RefuseFile, BadRows::KeepGood] {
        let found = refused(&cut, &good, rows).await;
        assert!(found.contains(&at("total-differs", 10, "Apr-17 Plan")), "{found:?}");
    }
    let twice = ACROSS.replace("H1,Bank first", "F1,One bureau");
    let found = refused(&twice, &good, BadRows::RefuseFile).await;
    assert!(found.contains(&at("twice", 10, "Apr-17 Plan")), "{found:?}");
    let moved = ACROSS.replace("Apr-17 Plan", "Jun-17 Plan");
    assert_eq!(refused(&moved, &good, BadRows::RefuseFile).await, [at("other-header", 4, "Apr-17 Plan")]);
    let found = refused(ACROSS, "{\"version\": 1,\n \"colums\": []}", BadRows::RefuseFile).await;
    assert_eq!((found[0].0.as_str(), found[0].1), ("mapping", 2));
    let nameless = preview(&node, b"a,b\n1,2\n", "").await.outcome.unwrap();
    assert!(nameless.refused && nameless.findings[0].rule == "no-header", "{nameless:?}");
    assert!(schemes(&node, "").await.is_empty() && node.events().await.is_empty());
}

async fn what_a_tracker_does_not_say_stays(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("F1", "RJ1", true), ("H1", "RJZ", true)]).await;
    node.good("scheme-months", "scheme,organisation,month,plan,forecast,actual\nF1,RJ1,2017-04,1,777,1\n")
        .await;
    let short = "Scheme,Apr-17 plan,Apr-17 actual\nF1,5,6\n";
    let found = preview(&node, short.as_bytes(), "").await;
    let month = &found.months[0];
    assert_eq!(
        (month.plan_pence, month.forecast_pence, month.actual_pence),
        (Some(500), Some(77_700), Some(600))
    );
    assert!(!import(&node, short.as_bytes(), &found.mapping, BadRows::RefuseFile).await.refused);
    let scheme = schemes(&node, "").await.remove(0).scheme.unwrap();
    assert!(
        scheme.over_and_above && scheme.quality_signed && scheme.gate() == pb::Gate::Approved,
        "{scheme:?}"
    );
    // a scheme that is registered for somebody else
    let other = preview(&node, ACROSS.as_bytes(), "").await.outcome.unwrap();
    assert!(
        other.refused && other.findings.iter().any(|it| it.rule == "other-organisation" && it.line == 10)
    );
}

#[test]
fn the_documented_mapping_is_one() {
    let mapping = read_mapping(TRACKER_MAPPING_EXAMPLE).unwrap();
    assert_eq!((mapping.header_line, mapping.columns.len()), (4, 12));
    let twice = TRACKER_MAPPING_EXAMPLE.replace("\"column\": 2,", "\"column\": 1,");
    assert!(read_mapping(&twice).unwrap_err().problem.contains("each once"));
}

/// A scheme's name, organisation, whether it recurs, owner, and plan and actual of two months in pence.
type Row = (String, &'static str, bool, &'static str, [i64; 4]);

fn row() -> impl Strategy<Value = Row> {
    let pence = prop::array::uniform4(-90_000_000_i64..90_000_000);
    let organisation = prop::sample::select(vec!["RJ1", "RJZ", "RV5"]);
    let owner = prop::sample::select(vec!["A. Lead", "Finance, pay", "B \"Bee\" Head"]);
    ("S[A-Z]{2}-[1-9]", organisation, any::<bool>(), owner, pence)
}

/// How a tracker is written: which names, which order of columns, months across or not, thousands, and lines around the table.
#[derive(Clone, Debug)]
struct Shape {
    names: Vec<prop::sample::Index>,
    order: Vec<usize>,
    across: bool,
    thousands: bool,
    preamble: usize,
    totals: bool,
}

fn shape() -> impl Strategy<Value = Shape> {
    let order = Just((0..8).collect::<Vec<usize>>()).prop_shuffle();
    let names = prop::collection::vec(any::<prop::sample::Index>(), 8);
    (names, order, any::<bool>(), any::<bool>(), 0_usize..4, any::<bool>()).prop_map(
        |(names, order, across, thousands, preamble, totals)| Shape {
            names,
            order,
            across,
            thousands,
            preamble,
            totals,
        },
    )
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn write(rows: &[Row], shape: &Shape) -> String {
    let name = |at: usize, field: Field| (*shape.names[at].get(tracker_column_names(field))).to_owned();
    let measure = |at: usize, of: Measure| (*shape.names[at].get(measure_column_names(of))).to_owned();
    let money = |pence: i64| {
        let places = if shape.thousands { 5 } else { 2 };
        muster_backoffice::domain::figure::decimal(pence, places)
    };
    let (plan, actual) = (measure(4, Measure::Plan), measure(5, Measure::Actual));
    let mut headers = vec![
        name(0, Field::Scheme),
        name(1, Field::Organisation),
        name(2, Field::Recurrent),
        name(3, Field::Owner),
    ];
    if shape.across {
        headers.extend([format!("Apr-17 {plan}"), format!("Apr-17 {actual}")]);
        headers.extend([format!("{plan} May 2017"), format!("2017-05 {actual}")]);
    } else {
        headers.extend([name(6, Field::Month), plan, actual, "Remarks".to_owned()]);
    }
    let line = |cells: &[String]| -> String {
        let cells: Vec<String> = shape.order.iter().map(|at| quoted(&cells[*at])).collect();
        cells.join(",") + "\n"
    };
    let mut text = "Savings of the year\n\n".repeat(shape.preamble);
    text += if shape.thousands { "\"in £k\"\n" } else { "\n" };
    text += &line(&headers);
    for (scheme, organisation, recurrent, owner, pence) in rows {
        let recurrent = if *recurrent { "R" } else { "NR" };
        let head = [scheme.as_str(), organisation, recurrent, owner].map(str::to_owned).to_vec();
        if shape.across {
            text += &line(&[head, pence.map(money).to_vec()].concat());
        } else {
            for (month, at) in [("Apr-17", 0), ("2017-05-01", 2)] {
                let tail = vec![month.to_owned(), money(pence[at]), money(pence[at + 1]), String::new()];
                text += &line(&[head.clone(), tail].concat());
            }
        }
        text += "\n";
    }
    if shape.totals && shape.across {
        let sums = [0, 1, 2, 3].map(|at| money(rows.iter().map(|it| it.4[at]).sum()));
        let head = ["Total", "", "", ""].map(str::to_owned).to_vec();
        text += &line(&[head, sums.to_vec()].concat());
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_same_rows_whatever_the_columns_are_called(
        rows in prop::collection::btree_map("S[A-Z]{2}-[1-9]", row(), 1..6),
        shape in shape(),
    ) {
        let rows: Vec<Row> = rows.into_iter().map(|(name, row)| (name, row.1, row.2, row.3, row.4)).collect();
        let text = write(&rows, &shape);
        let grid = RawFile::new("t.csv", text.clone().into_bytes()).grid("").unwrap();
        let mapping = propose(&grid).unwrap().mapping;
        let read = read_tracker("t.csv", &grid, &mapping).unwrap();
        prop_assert!(!read.findings.has_errors(), "{:?}\n{text}", read.findings.sorted());
        prop_assert!(read.totals.iter().all(|it| it.agrees));
        let month = |text: &str| muster_backoffice::domain::Month::read(text).unwrap();
        for (part, (scheme, organisation, recurrent, owner, pence)) in read.schemes.iter().zip(&rows) {
            let known = part.complete(&mapping, None).unwrap();
            prop_assert_eq!((&known.id, known.organisation.as_str()), (scheme, *organisation));
            prop_assert_eq!((known.recurrent, known.owner.as_str()), (*recurrent, *owner));
            for (at, text) in [(0, "2017-04"), (2, "2017-05")] {
                let figures = read.months[&(scheme.clone(), month(text))].value;
                prop_assert_eq!((figures.plan, figures.actual), (Some(pence[at]), Some(pence[at + 1])));
            }
        }
        prop_assert_eq!((read.schemes.len(), read.months.len()), (rows.len(), rows.len() * 2));
    }
}
