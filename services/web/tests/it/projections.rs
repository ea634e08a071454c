//! The projections: once, in any order, per organisation, and the same from the log as from following.

use std::sync::Arc;

use muster_bus::{Bus, LocalBus};
use muster_kit::{Actor, OrgCode, OrgScope, authz::RoleTable};
use muster_proto::backoffice::v1 as pb;
use muster_testkit::{TestDb, postgres_db, sqlite_db};
use muster_web::{LatestGap, Migrator, activity, latest_gap, rebuild};

use crate::fixture::{
    backoffice_cases, backoffice_sharing,
    events::{back_office, baseline, event, follow, forecast},
};

fn scope(org: &str) -> OrgScope {
    OrgScope::new(OrgCode::new(org).unwrap())
}

fn system_gp(gaps: &[LatestGap]) -> &LatestGap {
    gaps.iter().find(|gap| gap.level == "system" && gap.role == "gp").unwrap()
}

async fn the_latest_wins_in_any_order(db: TestDb) {
    let (old, new, other) = (forecast("QKK", 10, 50), forecast("QKK", 20, 100), forecast("RJ1", 30, 10));
    for event in [&new, &old, &new, &other] {
        follow(&db, event).await.unwrap();
    }
    let gaps = latest_gap(&db, &scope("QKK")).await.unwrap();
    assert_eq!(gaps.len(), 4, "two nodes, two roles, the last year only");
    let gap = system_gp(&gaps);
    assert_eq!(
        (gap.gap_p50_milli, gap.year, gap.run_id.as_str(), gap.published_at),
        (120_849, 2021, "run-20", 20)
    );
    assert_eq!(gap.cost_p50_pence, 120_849 * 9_930);
    assert_eq!(system_gp(&latest_gap(&db, &scope("RJ1")).await.unwrap()).gap_p50_milli, 12_084);
    assert!(latest_gap(&db, &scope("RV5")).await.unwrap().is_empty(), "nobody else's figures");
    let feed = activity(&db, &scope("QKK"), 50).await.unwrap();
    assert_eq!(feed.len(), 2, "an event stands in the feed once");
    assert_eq!(feed[0].headline, "Forecast `do-nothing` of SEL to 2021 published");
    assert_eq!(feed[0].detail, "121 GPs too few, 50 nurses too few");
    assert_eq!(feed[0].link, "/forecasts/run-20");
}

#[tokio::test]
async fn the_latest_wins_in_any_order_on_sqlite() {
    the_latest_wins_in_any_order(sqlite_db::<Migrator>("web").await).await;
}

#[tokio::test]
async fn the_latest_wins_in_any_order_on_postgres() {
    let Some(db) = postgres_db::<Migrator>("web").await else { return };
    the_latest_wins_in_any_order(db).await;
}

#[tokio::test]
async fn the_feed_tells_of_cases_and_recharges() {
    let db = sqlite_db::<Migrator>("web").await;
    let case = backoffice_cases::heads().into_iter().find(|it| it.case_id == "payroll-2016");
    let published = pb::CasePublished { case: case.clone(), version: 3, ..Default::default() };
    let decided = pb::CaseDecided { case: case.clone(), reason: "cheapest".into(), ..Default::default() };
    let back = case.map(|it| pb::CaseHead { approval: None, ..it });
    let back = pb::CaseDecided { case: back, reason: "stale".into(), ..Default::default() };
    let quarter = backoffice_sharing::quarters().into_iter().nth(1);
    let settled = pb::RechargeSettled { quarter, version: 2, ..Default::default() };
    for event in [
        back_office("QKK", "case.published", 1, &published),
        back_office("QKK", "case.decided", 2, &decided),
        back_office("QKK", "case.decided", 3, &back),
        back_office("QKK", "recharge.settled", 4, &settled),
    ] {
        follow(&db, &event).await.unwrap();
    }
    let feed = activity(&db, &scope("QKK"), 9).await.unwrap();
    let told: Vec<(&str, &str)> = feed.iter().map(|it| (it.headline.as_str(), it.link.as_str())).collect();
    let page = "/back-office/cases/payroll-2016";
    let bills = "/back-office/recharges?service=payroll&quarter=2017-07";
    assert_eq!(
        told,
        [
            ("Recharge of payroll, July to September 2017, settled anew", bills),
            ("Business case payroll-2016: approval taken back", page),
            ("Business case payroll-2016: shared approved", page),
            ("Business case payroll-2016 published anew", page),
        ]
    );
    assert_eq!(feed[0].detail, "4 members: £13,850 goes back to members");
    assert_eq!(feed[2].detail, "One payroll for five trusts: cheapest");
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_is_refused_for_good() {
    let db = sqlite_db::<Migrator>("web").await;
    let broken = event("QKK", "forecast.published", 1, vec![0xff, 0xff]);
    let error = follow(&db, &broken).await.unwrap_err();
    assert!(matches!(error, muster_bus::HandlerError::Permanent(_)), "{error}");
    assert!(activity(&db, &scope("QKK"), 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_rebuild_from_the_log_ends_in_the_same_rows() {
    let db = sqlite_db::<Migrator>("web").await;
    let folder = tempfile::tempdir().unwrap();
    let bus: Arc<dyn Bus> = Arc::new(LocalBus::open(&folder.path().join("bus.db")).await.unwrap());
    let events = [baseline("QKK", 5), forecast("QKK", 10, 50), forecast("QKK", 20, 100), baseline("QKK", 25)];
    for stored in bus.publish_batch(&events).await {
        stored.unwrap();
    }
    // as a consumer that was given one event twice and two in the other order
    for place in [0, 2, 1, 2, 3] {
        follow(&db, &events[place]).await.unwrap();
    }
    let followed =
        (latest_gap(&db, &scope("QKK")).await.unwrap(), activity(&db, &scope("QKK"), 50).await.unwrap());
    assert_eq!(followed.1[0].headline, "Baseline of 2016 recorded for 242 places");
    assert_eq!(followed.1[0].detail, "GPs 837.9 FTE; GP workforce, practice series (sample)");
    let administrator = Actor::local(OrgCode::new("QKK").unwrap());
    assert_eq!(rebuild(&db, &RoleTable, &administrator, &*bus).await.unwrap(), 4);
    let rebuilt =
        (latest_gap(&db, &scope("QKK")).await.unwrap(), activity(&db, &scope("QKK"), 50).await.unwrap());
    assert_eq!(followed, rebuilt);
    let service = Actor::service("web", OrgCode::new("QKK").unwrap());
    assert!(rebuild(&db, &RoleTable, &service, &*bus).await.is_err(), "not for everybody");
}
