//! From a forecast gap to its cover, cost inversion, override intensity and recharges.

use muster_kit::{Actor, Classification, Event, OrgCode, actor::ActorRole};
use muster_proto::{agency::v1 as pb, common::v1::Interval, staffing::v1 as staffing};
use muster_testkit::{TestDb, on_both_databases};
use prost::Message as _;
use uuid::Uuid;

use crate::node::Node;

on_both_databases!(muster_agency::Migrator;
    a_gap_becomes_cover_by_rule, shifts_go_before_the_rule, an_older_forecast_never_replaces_a_newer_one,
    the_bank_is_shown_where_it_is_dearer_all_in, overrides_are_set_against_staff, a_home_recharges_the_host);

const HEADER: &str = "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,pay_per_hour,\
    charge_per_hour,home_organisation\n";

#[expect(clippy::unnecessary_wraps, reason = "the contract wraps every message")]
fn sure(value: i64) -> Option<Interval> {
    Some(Interval { p10: value, p50: value, p90: value })
}

/// A published forecast of SEL with nurses missing at two nodes.
fn forecast(version: i64, nurses: i64) -> Event {
    let row = |node: &str, level: &str, role: staffing::Role, year: i32, gap: i64| staffing::ForecastRow {
        node: node.into(),
        level: level.into(),
        name: format!("{node} (test)"),
        role: role.into(),
        year,
        gap_milli: sure(gap),
        ..Default::default()
    };
    let nurse = staffing::Role::Nurse;
    let rows = vec![
        row("BEX", "borough", nurse, 2030, nurses),
        row("BEX", "borough", nurse, 2031, 2 * nurses),
        row("RJZ", "borough", nurse, 2031, nurses),
        row("RJZ", "borough", staffing::Role::Administration, 2031, nurses),
        row("BEX", "borough", staffing::Role::Gp, 2031, -5_000),
    ];
    let spec =
        staffing::ForecastSpec { scenario: "do-nothing".into(), area: "SEL".into(), ..Default::default() };
    let run =
        staffing::ForecastRun { run_id: format!("run-{version}"), spec: Some(spec), ..Default::default() };
    let told = staffing::ForecastPublished { run: Some(run), rows, practices_left_out: true, version };
    Event {
        id: Uuid::now_v7(),
        subject: "muster.v1.own.qkk.staffing.forecast.published".into(),
        kind: "muster.staffing.forecast.published.v1".into(),
        organisation: OrgCode::new("QKK").unwrap(),
        classification: Classification::Own,
        aggregate_id: "do-nothing SEL".into(),
        aggregate_version: version,
        occurred_at_micros: version,
        causation_id: None,
        actor: Actor::local(OrgCode::new("QKK").unwrap()).id,
        traceparent: String::new(),
        payload: told.encode_to_vec().into(),
    }
}

async fn cover(node: &Node, role: &str) -> pb::ListCoverResponse {
    let request = pb::ListCoverRequest { role: role.into(), ..Default::default() };
    node.client().list_cover(node.ask(request)).await.unwrap().into_inner()
}

async fn import(node: &Node, lines: &str) {
    let outcome = node.import("shifts", &format!("{HEADER}{lines}")).await;
    assert!(!outcome.refused, "{:?}", outcome.findings);
}

async fn a_gap_becomes_cover_by_rule(db: TestDb) {
    let node = Node::new(&db);
    assert_eq!(cover(&node, "").await, pb::ListCoverResponse::default(), "no forecast yet");
    node.hear(&forecast(1, 10_000)).await;
    let found = cover(&node, "").await;
    assert_eq!(
        (found.years.as_slice(), found.scenarios.as_slice()),
        (&[2030, 2031][..], &["do-nothing".to_owned()][..])
    );
    assert_eq!(found.caveats.len(), 1, "administration has no rule: {:?}", found.caveats);
    let seen: Vec<_> =
        found.rows.iter().map(|row| (row.node.as_str(), row.role.as_str(), row.basis.as_str())).collect();
    assert_eq!(seen, [("BEX", "gp", "rule"), ("BEX", "nurse", "rule"), ("RJZ", "nurse", "rule")]);
    assert_eq!(found.rows[0].cost_pence, sure(0), "too many GPs need no cover");
    let nurses = found.rows[1].clone();
    assert_eq!((nurses.year, nurses.run_id.as_str(), nurses.observed.is_none()), (2031, "run-1", true));
    let hours = nurses.hours.unwrap();
    // 20 FTE of 1,575 hours at the rule's 75% filled, within what the rule allows
    assert!((hours.p50 - 23_625).abs() < 120, "{hours:?}");
    assert!(hours.p10 > 18_000 && hours.p90 < 29_000, "{hours:?}");
    // what another organisation forecasts is not ours to see
    let stranger = node.account("local", "RJ2", ActorRole::Administrator);
    assert_eq!(cover(&stranger, "").await, pb::ListCoverResponse::default());
    let wrong = pb::ListCoverRequest { level: "street".into(), ..Default::default() };
    assert_eq!(
        node.client().list_cover(node.ask(wrong)).await.unwrap_err().code(),
        tonic::Code::InvalidArgument
    );
}

async fn shifts_go_before_the_rule(db: TestDb) {
    let node = Node::new(&db);
    node.hear(&forecast(1, 10_000)).await;
    // three months of own shifts of RJZ: nine of ten hours filled, two thirds of them by the bank
    let mut lines = String::new();
    for month in 1..=3 {
        for n in 0..10 {
            let (supply, framework, pay, charge) = match n {
                0 => ("unfilled", "", "", ""),
                1..=6 => ("bank", "", "20.00", ""),
                _ => ("agency", "Y", "", "30.00"),
            };
            let day = format!("2026-{month:02}-{:02}", n + 1);
            lines.push_str(&format!(
                "{month}-{n},RJZ,RJZ1,Nursing,band-5,{day}T08:00,{day}T18:00,0,{supply},{framework},{pay},{charge},\n"
            ));
        }
    }
    import(&node, &lines).await;
    let found = cover(&node, "nurse").await;
    let [bexley, kings] = &found.rows[..] else { panic!("{found:?}") };
    assert_eq!((bexley.basis.as_str(), kings.basis.as_str()), ("all", "organisation"));
    assert_eq!((kings.fill_ppm, kings.bank_ppm), (sure(900_000), sure(666_667)));
    // pay of 20 pounds with 15% insurance, 23.78% pension and 12.07% holiday; a charge of 30 with a fee of 2%
    assert_eq!((kings.bank_hour_pence, kings.agency_hour_pence), (3_017, 3_060));
    assert_eq!((kings.hours, kings.unfilled_hours), (sure(14_175), sure(1_575)));
    assert_eq!((kings.bank_hours, kings.agency_hours), (sure(9_450), sure(4_725)));
    let cost = kings.cost_pence.unwrap().p50;
    assert!((cost - (9_450 * 3_017 + 4_725 * 3_060)).abs() < 100, "{cost}");
    let observed = kings.observed.clone().unwrap();
    assert_eq!((observed.bank_hours, observed.agency_hours, observed.unfilled_hours), (180, 90, 30));
    assert_eq!((observed.until.as_str(), observed.organisation.as_str()), ("2026-03", "RJZ"));
    assert_eq!(bexley.observed.clone().unwrap().organisation, "", "all together stand for it");
}

async fn an_older_forecast_never_replaces_a_newer_one(db: TestDb) {
    let node = Node::new(&db);
    for (version, nurses) in [(2, 20_000), (1, 10_000), (2, 20_000)] {
        node.hear(&forecast(version, nurses)).await;
    }
    let found = cover(&node, "nurse").await;
    assert_eq!(found.rows[1].gap_milli, sure(20_000));
    node.hear(&forecast(3, 30_000)).await;
    assert_eq!(cover(&node, "nurse").await.rows[1].run_id, "run-3");
}

async fn the_bank_is_shown_where_it_is_dearer_all_in(db: TestDb) {
    let node = Node::new(&db);
    let line = |shift: &str, site: &str, supply: &str, pay: &str, charge: &str| {
        format!(
            "{shift},RJZ,{site},nursing,band-5,2026-01-06T08:00,2026-01-06T18:00,0,{supply},Y,{pay},{charge},\n"
        )
    };
    let lines = [
        line("A", "RJZ1", "bank", "20.00", ""),
        line("B", "RJZ1", "agency", "", "29.00"),
        line("C", "RJZ2", "bank", "19.00", ""),
        line("D", "RJZ2", "agency", "", "29.00"),
        line("E", "RJZ3", "bank", "50.00", ""),
    ];
    import(&node, &lines.concat()).await;
    let ask = pb::ListInversionsRequest { organisation: "rjz".into(), ..Default::default() };
    let found = node.client().list_inversions(node.ask(ask)).await.unwrap().into_inner();
    // pay alone is below the charge at both sites; all-in it is 30.17 against 29.58 at one of them
    assert_eq!((found.compared, found.rows.len()), (2, 1));
    let it = &found.rows[0];
    assert_eq!((it.site.as_str(), it.bank_hour_pence, it.agency_hour_pence), ("RJZ1", 3_017, 2_958));
    assert_eq!((it.bank_minutes, it.excess_pence), (600, 590));
    // a share of your own counts from its month on
    let share = "part,share,valid_from,source\npension,0,2026-01-01,letter\n";
    assert!(!node.import("on-costs", share).await.refused);
    let ask = pb::ListInversionsRequest::default();
    assert_eq!(node.client().list_inversions(node.ask(ask)).await.unwrap().into_inner().rows, []);
    let odd = "part,share,valid_from,source\npension,0.1,2026-01-15,letter\n";
    assert!(node.import("on-costs", odd).await.refused, "months are summed first");
}

async fn overrides_are_set_against_staff(db: TestDb) {
    let node = Node::new(&db);
    let line = |shift: &str, framework: &str, charge: &str| {
        format!(
            "{shift},RJZ,RJZ1,nursing,band-5,2016-05-03T08:00,2016-05-03T18:00,0,agency,{framework},,{charge},\n"
        )
    };
    import(
        &node,
        &[line("A", "Y", "20.00"), line("B", "Y", "30.00"), line("C", "N", "30.00"), line("D", "N", "20.00")]
            .concat(),
    )
    .await;
    let pay = "organisation,month,staff_group,substantive,substantive_fte\nRJZ,2016-05,nursing,5000.00,150\nRJZ,2016-05,medical,4450.00,50\n";
    assert!(!node.import("pay-bill", pay).await.refused);
    let ask = pb::GetSpendTableRequest::default();
    let found = node.client().get_spend_table(node.ask(ask)).await.unwrap().into_inner();
    let may = found.measures.iter().find(|it| it.month == "2016-05").unwrap();
    assert_eq!((may.overrides, may.substantive_fte_milli), (3, Some(200_000)));
    assert_eq!(may.override_intensity_milli, Some(1_500), "three for 200 staff are 1.5 for 100");
}

async fn a_home_recharges_the_host(db: TestDb) {
    let node = Node::new(&db);
    let line = |shift: &str, supply: &str, pay: &str, charge: &str, home: &str| {
        format!(
            "{shift},RJZ,RJZ1,nursing,band-5,2026-01-06T08:00,2026-01-06T18:00,0,{supply},,{pay},{charge},{home}\n"
        )
    };
    let lines = [
        line("A", "shared-bank", "20.00", "", "RJ1"),
        line("B", "shared-bank", "20.00", "33.00", "RJ1"),
        line("C", "shared-bank", "", "", "RJ2"),
        line("D", "shared-bank", "20.00", "", "RJZ"),
        line("E", "bank", "20.00", "", "RJ1"),
    ];
    import(&node, &lines.concat()).await;
    node.follow().await;
    let ask = async |organisation: &str| {
        let request = pb::ListRechargesRequest { organisation: organisation.into(), ..Default::default() };
        node.client().list_recharges(node.ask(request)).await.unwrap().into_inner().rows
    };
    let rows = ask("").await;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.month.as_str(),
                row.home.as_str(),
                row.host.as_str(),
                row.shifts,
                row.pence,
                row.without_price,
            )
        })
        .collect();
    // pay with its on-costs, a charge as it stands; own workers are no recharge
    assert_eq!(seen, [("2026-01", "RJ1", "RJZ", 2, 30_170 + 33_000, 0), ("2026-01", "RJ2", "RJZ", 1, 0, 1)]);
    assert_eq!(ask("rj2").await.len(), 1);
    let posted = async || {
        let all = node.events().await;
        all.into_iter().filter(|it| it.starts_with("recharge.posted")).collect::<Vec<_>>()
    };
    assert_eq!(posted().await, ["recharge.posted RJZ 2026-01 1"]);
    import(&node, &line("F", "bank", "20.00", "", "")).await;
    node.follow().await;
    assert_eq!(posted().await.len(), 1, "nothing of it moved");
    assert!(
        !node.import("on-costs", "part,share,valid_from,source\nholiday,0,2026-01-01,letter\n").await.refused
    );
    assert_eq!(posted().await.len(), 2);
    assert_eq!(ask("RJ1").await[0].pence, 27_756 + 33_000);
}
