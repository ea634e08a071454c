//! Steps in rates: found within the import that shows them, priced for the others, told to all once.

use std::fmt::Write as _;

use muster_kit::{Event, actor::ActorRole, outbox};
use muster_proto::agency::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use prost::Message as _;
use sea_orm::EntityTrait as _;

use crate::node::Node;

on_both_databases!(muster_agency::Migrator;
    a_step_is_found_within_one_import_and_told_to_all, a_card_shows_its_step_and_a_ceiling_is_warned_of_once);

const HEADER: &str = "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,pay_per_hour,\
    charge_per_hour,ward,worker_ref\n";

/// Ten hours on Tuesday to Thursday, where no public holiday lies, of each week from 5 January 2026 on: a bank shift of an organisation at a rate of its week.
fn weeks(organisation: &str, weeks: std::ops::Range<i32>, pounds: impl Fn(i32) -> i64) -> String {
    let mut text = String::new();
    for week in weeks {
        for day in 1..4 {
            let date: jiff::civil::Date = "2026-01-05".parse().unwrap();
            let date = date.checked_add(jiff::Span::new().days(7 * week + day)).unwrap();
            let rate = pounds(week);
            let _ = writeln!(
                text,
                "{organisation}-{week}-{day},{organisation},{organisation}1,medical,consultant,{date}T08:00,{date}T18:00,0,bank,,\
                 {rate}.00,,Ward 7,W-1"
            );
        }
    }
    text
}

async fn drifts(node: &Node) -> Vec<pb::RateDrift> {
    node.client()
        .list_drifts(node.ask(pb::ListDriftsRequest { page: None }))
        .await
        .unwrap()
        .into_inner()
        .drifts
}

async fn import(node: &Node, lines: &str) {
    let outcome = node.import("shifts", &format!("{HEADER}{lines}")).await;
    assert!(!outcome.refused, "{:?}", outcome.findings);
    node.follow().await;
}

async fn a_step_is_found_within_one_import_and_told_to_all(db: TestDb) {
    let node = Node::new(&db);
    // both pay 67 pounds for twenty weeks; the neighbour goes on with it
    import(&node, &format!("{}{}", weeks("RJZ", 0..20, |_| 67), weeks("RJ1", 0..26, |_| 67))).await;
    assert_eq!(drifts(&node).await, [], "nothing moved yet");
    import(&node, &weeks("RJZ", 20..26, |_| 90)).await;
    let found = drifts(&node).await;
    assert_eq!(found.len(), 1);
    let it = &found[0];
    assert_eq!(
        (it.organisation.as_str(), it.grade.as_str(), it.time_band.as_str()),
        ("RJZ", "consultant", "core")
    );
    assert_eq!((it.since.as_str(), it.before_pence, it.after_pence), ("2026-05-25", 6_700, 9_000));
    assert_eq!((it.step_ppm, it.shifts_after, it.supply()), (343_284, 18, pb::Supply::Bank));
    // the neighbour worked 780 hours in 26 weeks: 1,564.29 a year at 23 pounds more
    let partner = pb::DriftPartner {
        organisation: "RJ1".into(),
        minutes: 780 * 60,
        rate_pence: 6_700,
        matched_pence: 3_597_857,
    };
    assert_eq!((&it.by_partner[..], it.partners, it.matched_pence), (&[partner][..], 1, 3_597_857));
    // told once, however often the events come, and without the hours of single partners, worker or ward
    node.follow().await;
    node.follow().await;
    let rows = outbox::Entity::find().all(db.read()).await.unwrap();
    let told: Vec<Event> = rows
        .into_iter()
        .filter(|row| row.kind == "muster.agency.rate-drift.detected.v1")
        .map(|row| Event::try_from(row).unwrap())
        .collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].subject.starts_with("muster.v1.shared."), "{}", told[0].subject);
    let message = pb::RateDriftDetected::decode(told[0].payload.clone()).unwrap();
    let drift = message.drift.unwrap();
    assert_eq!((drift.by_partner.len(), drift.matched_pence), (0, 3_597_857));
    let text = format!("{drift:?}");
    assert!(!text.contains("Ward 7") && !text.contains("W-1"), "{text}");
    // another organisation of the same node sees what was shared, and who shared it
    let neighbour = node.account("local", "RJ2", ActorRole::Administrator);
    let seen = drifts(&neighbour).await;
    assert_eq!((seen.len(), seen[0].shared_by.as_str(), seen[0].by_partner.len()), (1, "QKK", 0));
    assert_eq!(seen[0].after_pence, 9_000);
}

async fn a_card_shows_its_step_and_a_ceiling_is_warned_of_once(db: TestDb) {
    let node = Node::new(&db);
    import(&node, &weeks("RJ1", 0..4, |_| 60)).await;
    let card = "card,kind,grade,amount,unit,valid_from,source,time_band\n\
        RJZ,bank,consultant,67.24,hour,2025-01-01,joint rate,core\n\
        RJZ,bank,consultant,90.00,hour,2026-02-01,letter,core\n\
        RJZ,bank,band-5,24.00,hour,2025-01-01,joint rate,core\nRJZ,bank,band-5,24.50,hour,2026-02-01,letter,core\n";
    assert!(!node.import("rate-card", card).await.refused);
    node.follow().await;
    node.follow().await;
    let found = drifts(&node).await;
    assert_eq!(found.len(), 1, "a rise of 2% is none: {found:?}");
    let it = &found[0];
    assert_eq!((it.shown_by.as_str(), it.since.as_str(), it.step_ppm), ("rate-card", "2026-02-01", 338_489));
    // four weeks of 120 hours stand for a year
    assert_eq!(it.matched_pence, 4_692_857);
    let ceiling = "organisation,year,amount,basis,source\nRJ1,2026,1.00,pounds,letter\n";
    assert!(!node.import("ceilings", ceiling).await.refused);
    let agency = |shift: &str, day: &str| {
        format!("{shift},RJ1,RJ11,nursing,band-5,{day}T08:00,{day}T18:00,0,agency,Y,,30.00,,\n")
    };
    let warned = async || {
        let all = node.events().await;
        all.into_iter().filter(|it| it.starts_with("ceiling.at-risk")).collect::<Vec<_>>()
    };
    import(&node, &agency("A", "2026-02-03")).await;
    node.follow().await;
    assert_eq!(warned().await, ["ceiling.at-risk RJ1 2026 1"]);
    import(&node, &agency("B", "2026-02-04")).await;
    assert_eq!(warned().await.len(), 1, "the month was warned of");
    import(&node, &agency("C", "2026-03-04")).await;
    assert_eq!(warned().await, ["ceiling.at-risk RJ1 2026 1", "ceiling.at-risk RJ1 2026 2"]);
}
