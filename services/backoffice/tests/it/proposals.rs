//! Claims and plan lines that come by themselves: once, however often events come and in whatever order.

use muster_kit::Event;
use muster_proto::{
    backoffice::v1 as pb, catalogue::v1 as catalogue, common::v1::Interval, staffing::v1 as staffing,
};
use muster_testkit::{TestDb, on_both_databases};
use prost::Message as _;

use crate::node::{Node, event, spend};

on_both_databases!(muster_backoffice::Migrator; displaced_hours_become_one_proposal,
    a_later_version_moves_what_nobody_touched, an_owner_takes_a_proposal_on,
    a_stated_baseline_goes_first_and_shares_can_be_replaced, a_forecast_becomes_pressure_lines,
    realised_prices_become_one_proposal_a_month, an_award_becomes_planned_savings);

/// 100 hours moved from agencies at 30 to the bank at 15 and 40.25% on top: 100 x (30 - 21.0375).
const SAVED: i64 = 89_625;

/// Half of these hours.
const HALF: i64 = 44_813;

async fn displaced_hours_become_one_proposal(db: TestDb) {
    let node = Node::new(&db);
    let (before, now) = (spend("RJZ", "2016-10", 1, 300, 50), spend("RJZ", "2017-10", 1, 200, 150));
    // the later month first, and everything twice
    for event in [&now, &before, &now, &before] {
        node.hear(event).await;
    }
    let claims = node.claims().await;
    assert_eq!(claims.len(), 1);
    let claim = &claims[0];
    assert_eq!(
        (claim.claim_id.as_str(), claim.state()),
        ("agency-displacement RJZ 2017-10", pb::ClaimState::Proposed)
    );
    assert_eq!((claim.claimed_pence, claim.headline_pence, claim.version), (SAVED, 0, 1));
    assert_eq!(claim.claimed_by, "service:backoffice");
    let evidence: Vec<_> = claim.evidence.iter().map(|it| it.event_id.clone()).collect();
    assert_eq!(evidence, [now.id.to_string(), before.id.to_string()]);
    assert_eq!(claim.evidence[0].causation_id, now.causation_id.unwrap().to_string());
    assert!(
        claim.evidence[0].says.contains("nursing 100.0 hours at 30.00 less 21.04"),
        "{:?}",
        claim.evidence
    );
    assert!(claim.caveats.iter().any(|it| it.contains("40.3% on top")), "{:?}", claim.caveats);
    let board = node.board().await;
    assert_eq!((board.attested_pence, board.unattested_pence, board.proposed_pence), (0, 0, SAVED));
    let told = node.outbox().await;
    assert_eq!(told.len(), 1);
    let told = Event::try_from(told[0].clone()).unwrap();
    assert_eq!(
        (told.kind.as_str(), told.causation_id),
        ("muster.backoffice.saving.claimed.v1", Some(before.id))
    );
    let said = pb::SavingClaimed::decode(told.payload).unwrap().claim.unwrap();
    assert_eq!((said.claimed_pence, said.evidence.len()), (SAVED, 2));
    // finance names the scheme and the line
    node.schemes(&[("S1", "RJZ", true)]).await;
    node.ledger(&[("RJZ", "61000", -SAVED)]).await;
    let finance = node.finance();
    let refused = finance.attest(&claim.claim_id, ("61000", 0, "")).await.unwrap_err();
    assert!(refused.message().contains("names no scheme"), "{refused}");
    assert_eq!(finance.attest(&claim.claim_id, ("61000", 0, "S1")).await.unwrap().headline_pence, SAVED);
}

async fn a_later_version_moves_what_nobody_touched(db: TestDb) {
    let node = Node::new(&db);
    let before = spend("RJZ", "2016-10", 1, 300, 50);
    let (old, new) = (spend("RJZ", "2017-10", 1, 200, 150), spend("RJZ", "2017-10", 2, 250, 100));
    for event in [&before, &new, &old] {
        node.hear(event).await;
    }
    let claim = node.claims().await.remove(0);
    assert_eq!((claim.claimed_pence, claim.version), (HALF, 1), "the older version comes too late");
    node.hear(&spend("RJZ", "2017-10", 3, 300, 100)).await;
    let claim = node.claims().await.remove(0);
    assert_eq!((claim.claimed_pence, claim.state()), (0, pb::ClaimState::Lapsed));
    assert_eq!(node.board().await.proposed_pence, 0);
    node.hear(&spend("RJZ", "2017-10", 4, 200, 150)).await;
    let claim = node.claims().await.remove(0);
    assert_eq!((claim.claimed_pence, claim.state(), claim.version), (SAVED, pb::ClaimState::Proposed, 3));
    // once it is attested, the amount stays and the difference is shown
    node.schemes(&[("S1", "RJZ", true)]).await;
    node.ledger(&[("RJZ", "61000", -SAVED)]).await;
    node.finance().attest(&claim.claim_id, ("61000", 0, "S1")).await.unwrap();
    node.hear(&spend("RJZ", "2016-10", 2, 250, 50)).await;
    let board = node.board().await;
    assert_eq!((board.attested_pence, board.evidence_changed.len()), (SAVED, 1));
    assert_eq!(board.evidence_changed[0].evidence_pence, Some(HALF));
}

async fn an_owner_takes_a_proposal_on(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("S1", "RJZ", true), ("S2", "RJ1", true)]).await;
    node.hear(&spend("RJZ", "2016-10", 1, 300, 50)).await;
    node.hear(&spend("RJZ", "2017-10", 1, 200, 150)).await;
    let proposal = node.claims().await.remove(0).claim_id;
    let take = async |scheme: &str, pence: i64| {
        let request = pb::ClaimSavingRequest {
            scheme: scheme.into(),
            pence,
            proposal: proposal.clone(),
            ..Default::default()
        };
        node.client().claim_saving(node.ask(request)).await.map(|it| it.into_inner().claim.unwrap())
    };
    assert!(take("S2", 0).await.unwrap_err().message().contains("another organisation"));
    assert!(take("S1", SAVED + 1).await.unwrap_err().message().contains("not between"));
    let claim = take("S1", 50_000).await.unwrap();
    assert_eq!(
        (claim.state(), claim.claimed_pence, claim.claimed_by.as_str()),
        (pb::ClaimState::Claimed, 50_000, "local")
    );
    assert_eq!((claim.evidence.len(), claim.evidence_pence), (2, Some(SAVED)));
    assert!(take("S1", 0).await.unwrap_err().message().contains("only what is proposed"));
    let board = node.board().await;
    assert_eq!((board.unattested_pence, board.proposed_pence), (50_000, 0));
}

async fn a_stated_baseline_goes_first_and_shares_can_be_replaced(db: TestDb) {
    let node = Node::new(&db);
    node.hear(&spend("RJZ", "2017-10", 1, 200, 150)).await;
    assert_eq!(node.claims().await, [], "nothing to compare with");
    let baseline = "organisation,month,staff_group,agency_hours,agency_cost,bank_hours,bank_cost,source\n\
                    RJZ,2017-10,nursing,250,7500,100,1500,agreed plan\n";
    node.good("displacement-baselines", baseline).await;
    let claim = node.claims().await.remove(0);
    assert_eq!((claim.claimed_pence, claim.evidence[1].kind.as_str()), (HALF, "displacement-baselines"));
    node.hear(&spend("RJZ", "2016-10", 1, 300, 50)).await;
    assert_eq!(node.claims().await[0].claimed_pence, HALF, "the year before does not count beside it");
    node.good("all-in-shares", "supply,share,valid_from,source\nbank,0.2,2016-01,own\n").await;
    assert_eq!(node.claims().await[0].claimed_pence, 50 * (3_000 - 1_800));
}

/// A published forecast of SEL.
fn forecast(version: i64, p50: i64) -> Event {
    let row = |node: &str, level: &str, role: staffing::Role, year: i32| staffing::ForecastRow {
        node: node.into(),
        level: level.into(),
        name: node.into(),
        role: role.into(),
        year,
        cost_pence: Some(Interval { p10: p50 / 2, p50, p90: p50 * 2 }),
        ..Default::default()
    };
    let rows = vec![
        row("SEL", "system", staffing::Role::Gp, 2021),
        row("SEL", "system", staffing::Role::Nurse, 2021),
        row("BEX", "borough", staffing::Role::Gp, 2021),
    ];
    let spec = staffing::ForecastSpec {
        scenario: "do-nothing".into(),
        area: "SEL".into(),
        base_year: 2016,
        ..Default::default()
    };
    let run = staffing::ForecastRun { run_id: format!("r{version}"), spec: Some(spec), ..Default::default() };
    let told = staffing::ForecastPublished { run: Some(run), rows, practices_left_out: true, version };
    event("staffing.forecast.published", "do-nothing SEL", version, &told)
}

async fn a_forecast_becomes_pressure_lines(db: TestDb) {
    let node = Node::new(&db);
    let (first, second) = (forecast(1, 1_000), forecast(2, 3_000));
    for event in [&second, &first, &second] {
        node.hear(event).await;
    }
    let list = async |nature: &str| {
        let request = node.ask(pb::ListPlanLinesRequest { nature: nature.into(), page: None });
        node.client().list_plan_lines(request).await.map(|it| it.into_inner().lines)
    };
    let lines = list("pressure").await.unwrap();
    let seen: Vec<_> =
        lines.iter().map(|it| (it.title.as_str(), it.year, it.pence.unwrap().p50, it.version)).collect();
    assert_eq!(seen, [("gap of GPs at SEL", 2021, 3_000, 2), ("gap of nurses at SEL", 2021, 3_000, 2)]);
    assert_eq!(lines[0].evidence.as_ref().unwrap().event_id, second.id.to_string());
    assert_eq!(list("planned-saving").await.unwrap(), []);
    assert!(list("nonsense").await.unwrap_err().message().contains("pressure, planned-saving"));
    let request = node.ask(pb::GetBridgeRequest::default());
    let bridge = node.client().get_bridge(request).await.unwrap().into_inner();
    assert!(bridge.shipped && bridge.pressures.len() == 2, "they stand beside the bridge");
}

fn realised(version: i64, paid_pence: i64) -> Event {
    let lot = |lot_id: &str, baseline_pence: Option<i64>| catalogue::RealisedPrice {
        lot_id: lot_id.into(),
        baseline_pence,
        award_pence: 800,
        paid_pence,
        off_award_pence: 100,
        ..Default::default()
    };
    let told = catalogue::PriceRealised {
        round_id: "r1".into(),
        title: "gloves".into(),
        organisation: "RJ1".into(),
        month: "2020-02".into(),
        lots: vec![lot("gloves", Some(1_000)), lot("swabs", None)],
        realised_pence: 1_000 - paid_pence,
        version,
    };
    event("catalogue.price.realised", "r1 RJ1 2020-02", version, &told)
}

async fn realised_prices_become_one_proposal_a_month(db: TestDb) {
    let node = Node::new(&db);
    let (old, new) = (realised(1, 900), realised(2, 850));
    for event in [&new, &old, &new] {
        node.hear(event).await;
    }
    let claims = node.claims().await;
    assert_eq!(claims.len(), 1);
    let claim = &claims[0];
    assert_eq!((claim.claimed_pence, claim.state()), (150, pb::ClaimState::Proposed));
    assert_eq!(claim.evidence[0].event_id, new.id.to_string());
    assert_eq!(
        claim.evidence[0].says,
        "RJ1 under `gloves` in 2020-02: 10.00 pounds at the price before less 8.50 paid"
    );
    assert_eq!(claim.caveats.len(), 2, "no baseline for swabs, and some paid to others: {:?}", claim.caveats);
    // more was paid than before: nothing is left to claim
    node.hear(&realised(3, 1_200)).await;
    assert_eq!(node.claims().await[0].state(), pb::ClaimState::Lapsed);
}

async fn an_award_becomes_planned_savings(db: TestDb) {
    let node = Node::new(&db);
    let told = catalogue::AwardApproved {
        round_id: "r1".into(),
        title: "gloves".into(),
        organisation: "RJ1".into(),
        from: "2020-01-01".into(),
        until: "2020-12-30".into(),
        baseline_pence: 100_000,
        award_pence: 63_499,
        without_baseline: vec!["swabs".into()],
        version: 9,
    };
    let event = event("catalogue.award.approved", "r1 RJ1", 9, &told);
    node.hear(&event).await;
    node.hear(&event).await;
    let request = node.ask(pb::ListPlanLinesRequest { nature: "planned-saving".into(), page: None });
    let lines = node.client().list_plan_lines(request).await.unwrap().into_inner().lines;
    let figures: Vec<(i32, i64)> = lines.iter().map(|it| (it.year, it.pence.unwrap().p50)).collect();
    assert_eq!(figures, [(2020, 9_100), (2021, 27_401)]);
    assert!(lines[0].evidence.as_ref().unwrap().says.contains("nothing is planned for swabs"));
}
