//! Imports, lines, spend and rules through the contract's calls, on both databases.

use muster_kit::actor::ActorRole;
use muster_proto::{agency::v1 as pb, common::v1::BadRows};
use muster_testkit::{TestDb, on_both_databases};

use crate::node::{HEADER, Node};

on_both_databases!(muster_agency::Migrator; shifts_are_priced_once_and_changed_lines_replace_earlier_ones,
    a_damaged_file_changes_nothing_and_good_rows_can_be_kept, a_load_that_was_cut_off_goes_on_where_it_stopped,
    spend_is_recognised_by_a_table_that_can_be_edited, rules_of_ones_own_go_before_shipped_ones,
    rules_that_change_judge_known_shifts_again,
    another_organisation_sees_nothing);

const DAY: &str =
    "S1,RJZ,RJZ01,nursing,band-5,2016-04-04T08:00,2016-04-04T18:00,0,agency,Y,30.00,vacancy,A LTD";
const BANK: &str = "S2,RJZ,RJZ01,nursing,band-5,2016-04-05T08:00,2016-04-05T18:00,0,bank,,18.00,sickness,";
const OFF: &str =
    "S3,RJZ,RJZ01,nursing,band-5,2016-04-06T08:00,2016-04-06T18:00,0,agency,N,20.00,vacancy,B LTD";
const OPEN: &str = "S4,RJZ,RJZ01,nursing,band-5,2016-05-06T08:00,2016-05-06T18:00,0,unfilled,,,vacancy,";

async fn shifts_are_priced_once_and_changed_lines_replace_earlier_ones(db: TestDb) {
    let node = Node::new(&db);
    let first = node.shifts(&[DAY, BANK, OFF, OPEN]).await;
    let total = |name: &str| first.totals.iter().find(|it| it.name == name).map(|it| it.value);
    assert_eq!((first.rows_kept, total("shifts_worked"), total("cost_pence")), (4, Some(3), Some(68_000)));
    assert_eq!(total("above_cap_pence"), Some(7_680));
    let lines = node.lines(pb::ListShiftsRequest::default()).await;
    let seen: Vec<_> =
        lines.iter().map(|it| (it.shift_ref.as_str(), it.cost_pence, it.over_cap_pence)).collect();
    let wanted = [
        ("S1", Some(30_000), Some(7_680)),
        ("S2", Some(18_000), None),
        ("S3", Some(20_000), Some(0)),
        ("S4", None, None),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(lines[0].verdicts().collect::<Vec<_>>(), [pb::Verdict::OverCap]);
    let events = ["spend.posted RJZ 2016-04 1", "spend.posted RJZ 2016-05 1", "shifts.recorded RJZ 1"];
    assert_eq!(node.events().await, events);
    // the very same file, then the same lines in another file, then one that differs
    let text = [HEADER, DAY, BANK, OFF, OPEN, ""].join("\n");
    assert!(node.import("shifts", &text).await.already_imported);
    let again = node.shifts(&[OPEN, OFF, BANK, DAY]).await;
    assert!(!again.already_imported && !again.refused);
    assert_eq!(node.lines(pb::ListShiftsRequest::default()).await, lines, "nothing new was said");
    assert_eq!(node.events().await.len(), 3);
    node.shifts(&[&DAY.replace("30.00", "22.00"), BANK]).await;
    let over = pb::ListShiftsRequest { verdict: pb::Verdict::OverCap.into(), ..Default::default() };
    assert_eq!(node.lines(over).await, []);
    let april = pb::ListShiftsRequest {
        organisation: "rjz".into(),
        until: "2016-04-30".into(),
        ..Default::default()
    };
    let costs: Vec<_> = node.lines(april).await.iter().map(|it| it.cost_pence.unwrap()).collect();
    assert_eq!(costs, [18_000, 20_000, 22_000], "in order of coming in");
    assert_eq!(node.events().await[3..], ["spend.posted RJZ 2016-04 2", "shifts.recorded RJZ 2"]);
}

async fn a_damaged_file_changes_nothing_and_good_rows_can_be_kept(db: TestDb) {
    let node = Node::new(&db);
    let wrong = DAY.replace("S1", "S9").replace("band-5,2016-04-04T08:00", "band-5,2016-04-04 8am");
    let text = format!("{HEADER}\n{DAY}\n{wrong}\n");
    let refused = node.import("shifts", &text).await;
    assert!(refused.refused && refused.import_id.is_empty() && refused.rows_refused == 1);
    let found = &refused.findings[0];
    assert_eq!((found.line, found.column.as_str(), found.value.as_str()), (3, "start", "2016-04-04 8am"));
    assert!(found.remedy.contains("2016-04-04T07:30"));
    for text in ["", "a,b\n1,2\n", &text[..text.len() / 2]] {
        assert!(node.import("shifts", text).await.refused, "{text}");
    }
    assert_eq!(node.lines(pb::ListShiftsRequest::default()).await, []);
    assert_eq!(node.events().await, Vec::<String>::new());
    let kept = node.upload("shifts", text.as_bytes(), BadRows::KeepGood).await.unwrap();
    assert!(!kept.refused && kept.rows_kept == 1 && kept.rows_refused == 1);
    assert_eq!(node.lines(pb::ListShiftsRequest::default()).await.len(), 1);
    let error = node.upload("nonsense", b"a\n1\n", BadRows::RefuseFile).await.unwrap_err();
    assert_eq!(error.code(), tonic::Code::InvalidArgument);
}

/// A file of so many lines, a good one each.
fn many(lines: usize) -> String {
    let row = |n: usize| DAY.replace("S1", &format!("M{n}"));
    let rows: Vec<String> = (0..lines).map(row).collect();
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

async fn a_load_that_was_cut_off_goes_on_where_it_stopped(db: TestDb) {
    use sea_orm::ConnectionTrait as _;
    let node = Node::new(&db);
    let text = many(9_000);
    node.import("shifts", &text).await;
    // as a process leaves it that dies when it has stored 4,000 lines and noted 3,000
    let line = |number: i64| (1_i64 << 32) + number;
    for sql in [
        "DELETE FROM imports",
        "DELETE FROM spend_cells",
        &format!("UPDATE shift_runs SET last_line = {}", line(3_000)),
        "UPDATE shift_loads SET recorded_at = NULL, import_id = NULL, lines = 3000",
        &format!("DELETE FROM shift_lines WHERE line_id > {}", line(4_000)),
    ] {
        let tx = db.begin_raw().await.unwrap();
        tx.execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(node.lines(pb::ListShiftsRequest::default()).await.len(), 0, "it counts for nothing");
    let outcome = node.import("shifts", &text).await;
    assert!(!outcome.refused && !outcome.already_imported && outcome.rows_kept == 9_000);
    let page = Some(muster_proto::common::v1::PageRequest { size: 5_000, token: String::new() });
    let request = node.ask(pb::ListShiftsRequest { page, ..Default::default() });
    let answer = node.client().list_shifts(request).await.unwrap().into_inner();
    assert_eq!(answer.shifts.len(), 5_000);
    // each line says where it stands in the file
    let file: Vec<&str> = text.lines().collect();
    let stands = |it: &pb::ShiftLine| file[usize::try_from(it.line).unwrap() - 1].contains(&it.shift_ref);
    assert!(answer.shifts.iter().all(|it| it.line > 1 && stands(it)));
    let page =
        Some(muster_proto::common::v1::PageRequest { size: 5_000, token: answer.page.unwrap().next_token });
    let request = node.ask(pb::ListShiftsRequest { page, ..Default::default() });
    assert_eq!(node.client().list_shifts(request).await.unwrap().into_inner().shifts.len(), 4_000);
    let request = node.ask(pb::GetSpendTableRequest::default());
    let table = node.client().get_spend_table(request).await.unwrap().into_inner();
    let shifts: Vec<u64> = table.rows.iter().map(|row| row.cell.as_ref().unwrap().shifts).collect();
    assert_eq!(shifts, [9_000], "those stored before are summed too");
}

async fn sums(node: &Node) -> Vec<(String, String, i64)> {
    let request = node.ask(pb::ListSpendRequest::default());
    let sums = node.client().list_spend(request).await.unwrap().into_inner().sums;
    sums.into_iter().map(|it| (it.month, it.supply, it.pence)).collect()
}

async fn spend_is_recognised_by_a_table_that_can_be_edited(db: TestDb) {
    let node = Node::new(&db);
    let text = "Entity,Date,Expense Type,Supplier,Amount\nK,05/04/2020,Agency Nursing,A,100.50\n\
                K,06/04/2020,Drugs,BOOTS,7\nK,06/05/2020,Flying staff,WINGS,2\n";
    let outcome = node.import("spend", text).await;
    let total = |name: &str| outcome.totals.iter().find(|it| it.name == name).map(|it| it.value);
    assert_eq!(
        (outcome.rows_kept, total("total_pence"), total("agency_pence")),
        (3, Some(10_950), Some(10_050))
    );
    let again = node.import("spend", text).await;
    assert!(again.already_imported && again.totals[0].value == 10_950);
    let line = |month: &str, supply: &str, pence| (month.to_owned(), supply.to_owned(), pence);
    assert_eq!(
        sums(&node).await,
        [line("2020-04", "", 700), line("2020-04", "agency", 10_050), line("2020-05", "", 200)]
    );
    let table = "expense_type,supplier,supply,reason\nflying staff,,bank,they fly\n";
    assert!(!node.import("spend-rules", table).await.refused);
    assert_eq!(
        sums(&node).await,
        [line("2020-04", "", 10_750), line("2020-05", "bank", 200)],
        "the user's table takes the place of the shipped one"
    );
    let everything = "expense_type,supplier,supply,reason\n,,bank,all\n";
    assert!(node.import("spend-rules", everything).await.refused);
}

async fn rules_of_ones_own_go_before_shipped_ones(db: TestDb) {
    let node = Node::new(&db);
    let caps = "card,kind,grade,time_band,amount,unit,valid_from,valid_to,source,verified\n\
                price-caps-clinical,cap,band-5,core,22.33,hour,2016-04-01,2017-03-31,mine,Y\n\
                price-caps-clinical,cap,band-6,core,27.63,hour,2016-04-01,2017-03-31,mine,Y\n";
    let outcome = node.import("rate-card", caps).await;
    let found: Vec<_> = outcome.findings.iter().map(|it| (it.rule.as_str(), it.value.clone())).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].0 == "cap-not-as-formula" && found[0].1.contains("band-5") && found[0].1.contains("22.33")
    );
    assert_eq!(node.events().await, ["rate-card.published rate-card 1"]);
    node.shifts(&[&DAY.replace("30.00", "22.33")]).await;
    let line = node.lines(pb::ListShiftsRequest::default()).await.remove(0);
    assert_eq!((line.cap_pence, line.over_cap_pence), (Some(2233), Some(0)));
    // the same rows again in another file: nothing new
    let again = caps.replace("22.33", "22.330").replace("22.330", "22.33") + "\n";
    assert_eq!(node.import("rate-card", &again).await.totals.last().unwrap().value, 0);
    let request = node.ask(pb::ListRulesRequest { kind: "rate-card".into(), ..Default::default() });
    let rules = node.client().list_rules(request).await.unwrap().into_inner();
    assert_eq!((rules.rows.len(), rules.columns[0].as_str()), (2, "card"));
    let request = node.ask(pb::ListRulesRequest { kind: "verdict-rules".into(), shipped: true, page: None });
    assert_eq!(node.client().list_rules(request).await.unwrap().into_inner().rows.len(), 7);
    // a list of frameworks answers where a line is silent
    let list = "agency,framework,valid_from,source\nC Ltd.,RM1,2016-01-01,s\n";
    assert!(!node.import("frameworks", list).await.refused);
    let silent = DAY.replace("S1", "S7").replace("agency,Y,30.00", "agency,,20.00").replace("A LTD", "C LTD");
    let outcome = node.shifts(&[&silent]).await;
    let unknown = outcome.totals.iter().find(|it| it.name == "agency_shifts_with_framework_unknown").unwrap();
    assert_eq!(unknown.value, 0);
}

async fn rules_that_change_judge_known_shifts_again(db: TestDb) {
    let node = Node::new(&db);
    node.shifts(&[DAY, BANK]).await;
    let caps = "card,kind,grade,time_band,amount,unit,valid_from,valid_to,source\n\
                price-caps-clinical,cap,band-5,core,29.00,hour,2016-04-01,2017-03-31,mine\n";
    let outcome = node.import("rate-card", caps).await;
    let again = outcome.totals.iter().find(|it| it.name == "shifts_judged_otherwise_now").unwrap();
    assert_eq!(again.value, 1);
    let lines = node.lines(pb::ListShiftsRequest::default()).await;
    assert_eq!(
        (lines[0].cap_pence, lines[0].over_cap_pence, lines[0].cost_pence),
        (Some(2900), Some(1000), Some(30_000))
    );
    let events = node.events().await;
    assert_eq!(events[2..], ["spend.posted RJZ 2016-04 2", "rate-card.published rate-card 1"]);
    let request = node.ask(pb::GetSpendTableRequest::default());
    let table = node.client().get_spend_table(request).await.unwrap().into_inner();
    let above: i64 = table.rows.iter().map(|row| row.cell.as_ref().unwrap().over_cap_pence).sum();
    assert_eq!(above, 1_000);
}

async fn another_organisation_sees_nothing(db: TestDb) {
    let node = Node::new(&db);
    node.shifts(&[DAY]).await;
    let stranger = node.account("local", "QWE", ActorRole::Administrator);
    assert_eq!(stranger.lines(pb::ListShiftsRequest::default()).await, []);
    assert!(
        !stranger.shifts(&[DAY]).await.already_imported,
        "what one has imported, another can still import"
    );
    let reader = node.account("r", "QKK", ActorRole::Reader);
    let denied = reader.upload("shifts", b"a\n1\n", BadRows::RefuseFile).await.unwrap_err();
    assert_eq!(denied.code(), tonic::Code::PermissionDenied);
    let planner = node.account("p", "QKK", ActorRole::Planner);
    let text = b"actor,organisation,role,valid_from,source\np,RJZ,chief-executive,2016-01-01,me\n";
    let denied = planner.upload("signatories", text, BadRows::RefuseFile).await.unwrap_err();
    assert_eq!(denied.code(), tonic::Code::PermissionDenied, "nobody names themselves");
}
