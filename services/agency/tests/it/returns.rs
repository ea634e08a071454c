//! Weekly returns through the contract's calls, on both databases.

use muster_proto::agency::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};

use crate::node::{Node, key};

on_both_databases!(muster_agency::Migrator; a_return_is_attested_closed_and_corrected,
    what_was_known_then_gives_the_figures_of_then, a_return_comes_as_a_file);

const OVER: &str =
    "S1,RJZ,RJZ01,nursing,band-5,2020-03-30T08:00,2020-03-30T18:00,0,agency,Y,30.00,vacancy,A LTD";
const BOTH: &str =
    "S2,RJZ,RJZ01,nursing,band-5,2020-04-05T08:00,2020-04-05T18:00,0,agency,N,50.00,sickness,B LTD";
const BANK: &str = "S3,RJZ,RJZ01,medical,consultant,2020-04-01T08:00,2020-04-01T18:00,0,bank,,120.00,,";
const NEXT: &str =
    "S4,RJZ,RJZ01,nursing,band-5,2020-04-06T08:00,2020-04-06T18:00,0,agency,N,50.00,sickness,B LTD";
const LATE: &str =
    "S5,RJZ,RJZ01,nursing,band-5,2020-04-02T08:00,2020-04-02T18:00,0,agency,N,20.00,vacancy,B LTD";
const WEEK: &str = "2020-W14";

async fn attest(node: &Node) -> Result<pb::ReturnHead, tonic::Status> {
    let request = node.ask(pb::AttestReturnRequest { key: Some(key(WEEK)) });
    Ok(node.client().attest_return(request).await?.into_inner().head.unwrap())
}

async fn close(node: &Node) -> Result<pb::ReturnHead, tonic::Status> {
    let request = node.ask(pb::CloseReturnRequest { key: Some(key(WEEK)) });
    Ok(node.client().close_return(request).await?.into_inner().head.unwrap())
}

fn total(found: &pb::GetReturnResponse) -> pb::ReturnCounts {
    found.figures.clone().unwrap().total.unwrap()
}

async fn a_return_is_attested_closed_and_corrected(db: TestDb) {
    let node = Node::new(&db);
    assert_eq!(attest(&node).await.unwrap_err().code(), tonic::Code::InvalidArgument, "no shift is known");
    node.shifts(&[OVER, BOTH, BANK, NEXT]).await;
    let draft = node.weekly(WEEK, 0, false).await.unwrap();
    let all = total(&draft);
    assert_eq!((all.worked, all.agency, all.bank), (3, 2, 1));
    assert_eq!((all.price_cap, all.off_framework, all.both, all.either), (2, 1, 1, 2));
    assert_eq!((all.over_threshold, all.without_sign_off, all.sign_offs), (1, 3, 0));
    let figures = draft.figures.unwrap();
    let off = &figures.off_framework;
    assert!(
        off.len() == 1 && off[0].shift_ref == "S2" && off[0].reason == "sickness" && off[0].agency == "B LTD"
    );
    assert!(close(&node).await.is_err(), "nobody has attested it");
    let head = attest(&node).await.unwrap();
    assert_eq!(
        (head.version, head.state(), head.attested_by.as_str()),
        (1, pb::ReturnState::Attested, "local")
    );
    // something came in between: the attested figures are no longer those of the week
    node.shifts(&[LATE]).await;
    assert_eq!(close(&node).await.unwrap_err().code(), tonic::Code::InvalidArgument);
    attest(&node).await.unwrap();
    assert_eq!(close(&node).await.unwrap().state(), pb::ReturnState::Closed);
    assert!(close(&node).await.is_err() && attest(&node).await.is_err(), "closed, and nothing has changed");
    let now = node.weekly(WEEK, 0, false).await.unwrap().head.unwrap();
    assert_eq!(
        (now.version, now.state()),
        (1, pb::ReturnState::Closed),
        "as it is now it is as it was closed"
    );
    corrections_are_numbered(&node).await;
}

/// What comes in after closing.
async fn corrections_are_numbered(node: &Node) {
    // a late shift, and a line that is put right, make one numbered correction; the closed version stays
    let before = node.weekly("2020-03-30", 1, false).await.unwrap();
    node.shifts(&[&LATE.replace("S5", "S6")]).await;
    node.shifts(&[&OVER.replace("30.00", "20.00")]).await;
    let after = node.weekly(WEEK, 1, false).await.unwrap();
    assert_eq!((before.figures, &before.head), (after.figures.clone(), &after.head));
    let states: Vec<_> = after.versions.iter().map(|it| (it.correction, it.state())).collect();
    assert_eq!(states, [(0, pb::ReturnState::Closed), (1, pb::ReturnState::Open)]);
    let correction = total(&node.weekly(WEEK, 2, false).await.unwrap());
    assert_eq!((correction.worked, correction.price_cap, correction.off_framework), (5, 1, 3));
    attest(node).await.unwrap();
    close(node).await.unwrap();
    node.shifts(&[&LATE.replace("S5", "S8")]).await;
    let request = node.ask(pb::ListReturnsRequest::default());
    let all = node.client().list_returns(request).await.unwrap().into_inner().returns;
    assert_eq!(all.iter().map(|it| it.version).collect::<Vec<_>>(), [3, 2, 1]);
    events_tell_the_course(node).await;
}

async fn events_tell_the_course(node: &Node) {
    let events = node.events().await;
    let told: Vec<&str> = events.iter().filter_map(|it| it.strip_prefix("return.")).collect();
    let week = |text: &str| format!("{text} RJZ 2020-03-30");
    let wanted =
        ["attested", "attested", "closed", "corrected", "corrected", "attested", "closed", "corrected"];
    let wanted: Vec<String> = (1..).zip(wanted).map(|(n, word)| format!("{} {n}", week(word))).collect();
    assert_eq!(told, wanted);
}

async fn what_was_known_then_gives_the_figures_of_then(db: TestDb) {
    let node = Node::new(&db);
    node.shifts(&[OVER, BOTH, BANK]).await;
    attest(&node).await.unwrap();
    close(&node).await.unwrap();
    // afterwards a line changes, one comes late, and the threshold is another one
    node.shifts(&[&OVER.replace("30.00", "20.00"), LATE]).await;
    let rule = "verdict,test,value,supply,sign_off,valid_from,source\n\
                over-threshold,charge-at-or-above,130.00,agency;bank,chief-executive,2018-05-31,mine\n";
    assert!(!node.import("verdict-rules", rule).await.refused);
    let stored = node.weekly(WEEK, 1, false).await.unwrap();
    let again = node.weekly(WEEK, 1, true).await.unwrap();
    assert_eq!((again.same_figures, again.same_rules), (Some(true), Some(true)));
    assert_eq!(stored.figures, again.figures);
    let now = total(&node.weekly(WEEK, 0, false).await.unwrap());
    assert_eq!((now.worked, now.over_threshold, now.price_cap), (4, 0, 1));
    assert_eq!(node.weekly(WEEK, 7, false).await.unwrap_err().code(), tonic::Code::NotFound);
    for week in ["2020-W60", "2020-03-31", "April"] {
        assert_eq!(node.weekly(week, 0, false).await.unwrap_err().code(), tonic::Code::InvalidArgument);
    }
}

async fn a_return_comes_as_a_file(db: TestDb) {
    use futures::StreamExt as _;
    let node = Node::new(&db);
    node.shifts(&[OVER, BOTH, BANK]).await;
    for format in ["csv", "xlsx"] {
        let request = pb::ExportReturnRequest { key: Some(key(WEEK)), version: 0, format: format.into() };
        let mut pieces = node.client().export_return(node.ask(request)).await.unwrap().into_inner();
        let first = pieces.next().await.unwrap().unwrap();
        assert_eq!(first.file_name, format!("muster-return-rjz-2020-W14-v1.{format}"));
        if format == "xlsx" {
            assert!(first.content.starts_with(b"PK"));
            continue;
        }
        let text = String::from_utf8(first.content).unwrap();
        assert!(text.contains("week commencing,2020-03-30\n"), "{text}");
        assert!(text.contains("2020-04-05,nursing,S2,sickness,50.00,B LTD\n"), "{text}");
        assert!(text.contains("\nall,3,1,2,0,0,2,0,1,1,2,"), "{text}");
    }
    let request = pb::ExportReturnRequest { key: Some(key(WEEK)), version: 0, format: "pdf".into() };
    assert!(node.client().export_return(node.ask(request)).await.is_err());
}
