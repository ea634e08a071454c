//! The shared bank's proposal from stored shifts and imported workers.

use muster_agency::{
    domain::bank::{Availability, Terms, Wanted, document, workers},
    import::RuleKind,
};
use muster_kit::intake::RawFile;
use muster_proto::agency::v1 as pb;
use muster_shared_bank::Case;
use muster_testkit::{TestDb, on_both_databases};
use proptest::prelude::*;

use crate::node::Node;

on_both_databases!(muster_agency::Migrator;
    workers_of_others_fill_what_agencies_would, nobody_is_booked_twice_or_without_rest);

const WORKERS: &str = "worker_ref,home_organisation,grade,skills,rate_per_hour,max_hours_week,opted_out,consents,available_from,available_to\n";

async fn propose(node: &Node, from: &str) -> Result<pb::ProposeSharedBankResponse, tonic::Status> {
    let request =
        pb::ProposeSharedBankRequest { from: from.into(), deadline_seconds: 1, ..Default::default() };
    Ok(node.client().propose_shared_bank(node.ask(request)).await?.into_inner())
}

fn three_workers() -> String {
    format!(
        "{WORKERS}W1,RJ1,Band 5,,20.00,37.5,N,RJZ,2026-03-02T06:00,2026-03-03T10:00\n\
         W2,RJ2,band-5,,19.00,37.5,N,,2026-03-02T06:00,2026-03-03T10:00\n\
         W3,RJZ,band-6,,19.00,37.5,N,,2026-03-02T06:00,2026-03-03T10:00\n"
    )
}

async fn workers_of_others_fill_what_agencies_would(db: TestDb) {
    let node = Node::new(&db);
    let empty = propose(&node, "").await.unwrap();
    assert_eq!(empty, pb::ProposeSharedBankResponse::default(), "no shifts at all");
    let rows = [
        "A,RJZ,RJZ01,nursing,band-5,2026-03-02T08:00,2026-03-02T18:00,0,unfilled,,,,",
        "B,RJZ,RJZ01,nursing,band-5,2026-03-02T20:00,2026-03-03T08:00,0,unfilled,,,,",
        "C,RJZ,RJZ01,nursing,band-5,2026-02-10T08:00,2026-02-10T18:00,0,agency,Y,30.00,,Agency",
    ];
    node.shifts(&rows).await;
    let without = propose(&node, "").await.unwrap();
    assert_eq!((without.workers, without.unfilled.len(), without.allocations.len()), (0, 2, 0));
    assert_eq!((without.from.as_str(), without.until.as_str()), ("2026-03-01", "2026-03-31"));
    // 10 and 12 hours at 30 pounds with a fee of 2%
    assert_eq!(without.agency_pence, 30_600 + 36_720);
    let workers = three_workers();
    let outcome = node.import("workers", &workers).await;
    assert!(!outcome.refused, "{:?}", outcome.findings);
    let found = propose(&node, "").await.unwrap();
    assert!(found.optimal);
    let [allocated] = &found.allocations[..] else { panic!("{found:?}") };
    // one of the two, because of the rest between them: the longer night saves more
    assert_eq!((allocated.shift_ref.as_str(), allocated.worker_ref.as_str()), ("B", "W1"));
    assert_eq!((allocated.agency_pence, found.all_agency_pence), (36_720, 67_320));
    assert!(allocated.all_in_pence < 36_720 && found.bank_pence == allocated.all_in_pence);
    let left = &found.unfilled[0];
    let reasons: Vec<_> = left.refused.iter().map(|it| (it.reason.as_str(), it.workers)).collect();
    assert_eq!(reasons, [("grade", 1), ("consent", 1), ("allocated", 1)]);
    assert_eq!((found.recharge[0].home.as_str(), found.recharge[0].host.as_str()), ("RJ1", "RJZ"));
    // the document is what the command reads
    let case = Case::read(&found.document).unwrap();
    assert_eq!((case.shifts.len(), case.workers.len()), (2, 3));
    let wrong = propose(&node, "soon").await.unwrap_err();
    assert_eq!(wrong.code(), tonic::Code::InvalidArgument);
    let bad = format!("{WORKERS}W1,RJ1,band-5,,20.00,37.5,N,RJZ,2026-03-02T06:00,2026-03-01T10:00\n");
    let refused = node.import("workers", &bad).await;
    assert!(refused.refused && refused.findings[0].column == "available_to", "{:?}", refused.findings);
}

async fn nobody_is_booked_twice_or_without_rest(db: TestDb) {
    let node = Node::new(&db);
    let rows = [
        "A,RJZ,RJZ01,nursing,band-5,2026-03-02T08:00,2026-03-02T18:00,0,unfilled,,,,",
        "B,RJZ,RJZ01,nursing,band-5,2026-03-02T20:00,2026-03-03T08:00,0,unfilled,,,,",
        "C,RJZ,RJZ01,nursing,band-5,2026-02-10T08:00,2026-02-10T18:00,0,agency,Y,30.00,,Agency",
    ];
    node.shifts(&rows).await;
    assert!(!node.import("workers", &three_workers()).await.refused);
    // whoever worked the night before rests, and whoever is booked already is not booked again
    let header = "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,pay_per_hour,worker_ref\n";
    let booked =
        format!("{header}D,RJ1,RJ101,nursing,band-5,2026-03-02T21:00,2026-03-03T07:00,0,bank,20.00,W1\n");
    assert!(!node.import("shifts", &booked).await.refused);
    let found = propose(&node, "").await.unwrap();
    assert_eq!(found.allocations, [], "no rest on either side of the night that W1 has");
    let moved =
        format!("{header}D,RJ1,RJ101,nursing,band-5,2026-02-28T21:00,2026-03-01T07:00,0,bank,20.00,W1\n");
    assert!(!node.import("shifts", &moved).await.refused);
    let case = Case::read(&propose(&node, "").await.unwrap().document).unwrap();
    let worker = case.workers.iter().find(|it| it.reference == "w1" || it.reference == "W1").unwrap();
    assert_eq!((worker.worked_minutes, worker.nights_run, worker.last_end.is_some()), (600, 1, true));
}

fn availability() -> impl Strategy<Value = Availability> {
    (0_usize..6, 0_usize..3, 1_000_i64..9_000, prop::option::of(0_i64..60), any::<bool>(), 0_u32..20)
        .prop_map(|(worker, home, rate, hours, opted_out, day)| {
            let homes = ["RJ1", "RJ2", "RJZ"];
            Availability {
                worker_ref: format!("W{worker}"),
                home: homes[home].into(),
                grade: "Band 5".into(),
                skills: vec!["Theatre".into()],
                rate,
                zone: None,
                most_hours: 37_500,
                opted_out,
                consents: vec!["RJ2".into(), "RPG".into()],
                from: format!("2026-03-{:02}T07:00", day + 1),
                to: format!("2026-03-{:02}T21:30", day + 1),
                hours_week: hours.map(|hours| hours * 1_000),
            }
        })
}

proptest! {
    /// Whatever the rows say, the case that they make can be read.
    #[test]
    fn the_case_can_always_be_read(
        rows in prop::collection::vec(availability(), 0..12), fee in 0_i64..200_000, known in any::<bool>(),
    ) {
        let shift = Wanted {
            reference: "A".into(),
            organisation: "RJ2".into(),
            site: String::new(),
            ward: String::new(),
            grade: "band-5".into(),
            skill: "theatre".into(),
            start: "2026-03-02T08:00".into(),
            end: "2026-03-02T18:00".into(),
            break_minutes: 30,
            agency: known.then_some(30_000),
        };
        let terms = Terms { title: "test".into(), weeks: 5, asked_minutes: 570, holidays: vec![], on_cost_ppm: 400_000, fee_ppm: fee };
        let text = document(&[shift], &workers(&rows), &terms).to_string();
        let case = Case::read(&text);
        prop_assert!(case.is_ok(), "{:?} in {}", case.err(), text);
    }
}

#[test]
fn the_template_of_workers_can_be_read() {
    let kind = RuleKind::named("workers").unwrap();
    let names: Vec<&str> = kind.kind.columns.iter().map(|column| column.name).collect();
    let example: Vec<&str> = kind.kind.columns.iter().map(|column| column.example).collect();
    let text = format!("{}\n{}\n", names.join(","), example.join(","));
    let read = kind.read(&RawFile::new("workers.csv", text.into_bytes())).unwrap();
    assert!(!read.findings.has_errors() && read.rows.len() == 1, "{:?}", read.findings);
}
