//! Business cases that are stored, approved and re-forecast from what finance attests; gains and recharges that are stored.

use muster_backoffice::import::{BUSINESS_CASE_EXAMPLE, SHARE_EXAMPLE, TARIFF_EXAMPLE};
use muster_kit::actor::ActorRole;
use muster_proto::backoffice::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use prost::Message as _;
use tonic::Code;

use crate::node::Node;

on_both_databases!(muster_backoffice::Migrator; a_case_lives_on_after_its_approval,
    a_document_that_cannot_be_is_refused, gains_and_recharges_are_kept);

/// The shipped example a year earlier, re-forecast from one scheme.
fn example() -> String {
    BUSINESS_CASE_EXAMPLE
        .replace("2018-", "2017-")
        .replace("2019-", "2018-")
        .replace("\"schemes\": []", "\"schemes\": [\"S1\"]")
}

async fn get(node: &Node, request: pb::GetCaseRequest) -> Result<pb::GetCaseResponse, tonic::Status> {
    node.client().get_case(node.ask(request)).await.map(tonic::Response::into_inner)
}

async fn case(node: &Node) -> pb::GetCaseResponse {
    get(node, pb::GetCaseRequest { case_id: "payroll-2018".into(), ..Default::default() }).await.unwrap()
}

async fn decide(node: &Node, option: &str, reason: &str) -> Result<pb::CaseHead, tonic::Status> {
    let request = pb::DecideCaseRequest {
        case_id: "payroll-2018".into(),
        option: option.into(),
        reason: reason.into(),
        version: 0,
    };
    Ok(node.client().decide_case(node.ask(request)).await?.into_inner().case.unwrap())
}

async fn a_case_lives_on_after_its_approval(db: TestDb) {
    let node = Node::new(&db);
    node.schemes(&[("S1", "RJ1", true)]).await;
    node.good("business-case", &example()).await;
    let total = what_options_are_worth(&node).await;
    let finance = node.finance();
    who_may_approve(&node, &finance).await;
    let claim = it_is_forecast_anew(&node, &finance, &total).await;
    what_it_rests_on_is_traced(&node, &claim.claim_id).await;
    // another month asked for knows no more than it could
    let asked =
        pb::GetCaseRequest { case_id: "payroll-2018".into(), as_of: "2017-09".into(), ..Default::default() };
    let earlier = get(&node, asked).await.unwrap().reforecast.unwrap();
    assert_eq!((earlier.total.unwrap().attested_pence, earlier.history.len()), (0, 3));
    // taken back, the forecast is worth what it was
    finance.reject(&claim.claim_id, "posted twice").await.unwrap();
    assert!(case(&node).await.reforecast.is_none());
    it_is_published_again(&node, &finance, &total).await;
    an_approval_falls(&node, &finance).await;
    let missing =
        get(&node, pb::GetCaseRequest { case_id: "x".into(), ..Default::default() }).await.unwrap_err();
    assert_eq!(missing.code(), Code::NotFound);
}

async fn what_options_are_worth(node: &Node) -> pb::CaseAppraisal {
    let before = case(node).await;
    let head = before.case.clone().unwrap();
    assert!(head.approval.is_none() && head.reforecast_npv_pence.is_none() && head.option == "shared");
    let total = before.options[0].total.clone().unwrap();
    let sum: i64 = before.options[0].organisations.iter().map(|it| it.npv_pence).sum();
    assert_eq!((sum, head.npv_pence), (total.npv_pence, total.npv_pence));
    assert!(total.low_pence < total.npv_pence && total.biased_pence < total.npv_pence);
    let parts: i64 = before.months.iter().map(|it| it.planned_pence).sum();
    let whole = total.parts.unwrap();
    assert_eq!(
        parts,
        whole.transition_pence
            + whole.dual_running_pence
            + whole.stranded_pence
            + whole.saving_pence
            + whole.stated_pence
    );
    assert!(whole.stranded_pence < 0 && whole.dual_running_pence < 0 && whole.saving_pence > 0);
    // RJ1 may host and RV5 must stay: the others are cheapest at RJ1; each rule says what it costs
    let cheapest = before.cheapest.clone().unwrap();
    assert!(cheapest.cost_pence < before.all_local_pence && cheapest.organisations[3].provider == "local");
    assert!(before.rules.iter().all(|it| it.costs_pence.unwrap() >= 0), "{:?}", before.rules);
    let shared = before.sharing[0].sharing.as_ref().unwrap();
    let micros: i64 = shared.shares.iter().map(|it| it.shapley_micros).sum();
    assert!((micros - shared.total_micros).abs() <= 5 && shared.total_micros > 0, "{shared:?}");
    total
}

async fn who_may_approve(node: &Node, finance: &Node) {
    let own = decide(node, "shared", "it is best").await.unwrap_err();
    assert!(own.code() == Code::PermissionDenied && own.message().contains("somebody else"), "{own}");
    assert_eq!(decide(finance, "", "never mind").await.unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(decide(finance, "none", "why not").await.unwrap_err().code(), Code::InvalidArgument);
    assert_eq!(decide(finance, "shared", " ").await.unwrap_err().code(), Code::InvalidArgument);
    let planner = node.account("planner", "QKK", ActorRole::Planner);
    assert_eq!(decide(&planner, "shared", "I say so").await.unwrap_err().code(), Code::PermissionDenied);
    // what was looked at is what is approved
    let seen = case(node).await.case.unwrap().version;
    let older = pb::DecideCaseRequest {
        case_id: "payroll-2018".into(),
        option: "shared".into(),
        reason: "it keeps the floor".into(),
        version: seen + 1,
    };
    let newer = pb::DecideCaseRequest { version: seen, ..older.clone() };
    let stale = finance.client().decide_case(finance.ask(older)).await.unwrap_err();
    assert!(stale.code() == Code::AlreadyExists && stale.message().contains("read it"), "{stale}");
    let approved = finance.client().decide_case(finance.ask(newer)).await.unwrap().into_inner().case.unwrap();
    assert_eq!(approved.approval.unwrap().approved_by, "finance");
    assert!(case(node).await.reforecast.is_none(), "nothing is attested yet");
}

async fn it_is_forecast_anew(node: &Node, finance: &Node, total: &pb::CaseAppraisal) -> pb::Claim {
    // July to October 2017 are planned to save at RJ1; finance finds some of October
    node.ledger(&[("RJ1", "52100", -1_000_000)]).await;
    let claim = node.claim("S1", 1_000_000, "52100").await.unwrap();
    finance.attest(&claim.claim_id, ("", 0, "")).await.unwrap();
    let after = case(node).await;
    let now = after.reforecast.clone().unwrap();
    let of = |name: &str| now.organisations.iter().find(|it| it.organisation == name).unwrap().clone();
    assert_eq!((now.as_of.as_str(), of("RJ1").attested_pence), ("2017-10", 1_000_000));
    assert!(of("RJ1").realised_ppm.unwrap() < 1_000_000 && of("RV5").realised_ppm.is_none());
    assert!(now.total.clone().unwrap().npv_pence < total.npv_pence);
    assert_eq!(after.case.unwrap().reforecast_npv_pence, Some(now.total.clone().unwrap().npv_pence));
    assert_eq!(after.months[6].attested_pence, Some(1_000_000));
    assert_eq!((after.months[5].attested_pence, after.months[7].attested_pence), (Some(0), None));
    assert!(after.months.iter().all(|it| it.reforecast_pence.is_some()) && now.history.len() == 4);
    claim
}

async fn what_it_rests_on_is_traced(node: &Node, claim: &str) {
    // what it is forecast at leads to the claim, to the line of the ledger, and to who approved the option
    let asked = pb::TraceFigureRequest { key: "case/payroll-2018/reforecast".into(), edition: 0 };
    let trace = node.client().trace_figure(node.ask(asked)).await.unwrap().into_inner();
    assert!(trace.gaps.is_empty(), "{:?}", trace.gaps);
    let step = |nature: pb::TraceNature, says: &str| {
        trace
            .steps
            .iter()
            .any(|it| it.nature() == nature && (it.title.contains(says) || it.id.contains(says)))
    };
    assert!(step(pb::TraceNature::Decision, "option shared approved by finance"), "{:?}", trace.steps);
    assert!(step(pb::TraceNature::Figure, claim) && step(pb::TraceNature::Figure, "npv/RJ2"));
    assert!(
        trace.steps.iter().any(|it| it.nature() == pb::TraceNature::Line && it.line == 2),
        "{:?}",
        trace.steps
    );
}

async fn it_is_published_again(node: &Node, finance: &Node, total: &pb::CaseAppraisal) {
    // a later document stands in its place; the approval stays and says so
    node.good("business-case", &example().replace("\"decay\": 0.02", "\"decay\": 0.05")).await;
    let third = case(node).await.case.unwrap();
    assert!(third.version == 3 && third.approval.is_some() && third.npv_pence < total.npv_pence);
    assert!(decide(finance, "", "it changed").await.unwrap().approval.is_none());
    let told: Vec<String> = node.events().await.into_iter().filter(|it| it.starts_with("case.")).collect();
    let wanted = [("published", 1), ("decided", 2), ("published", 3), ("decided", 4)]
        .map(|(word, version)| format!("case.{word} payroll-2018 {version}"));
    assert_eq!(told, wanted);
    let listed =
        node.client().list_cases(node.ask(pb::ListCasesRequest::default())).await.unwrap().into_inner();
    assert_eq!((listed.cases.len(), listed.cases[0].version), (1, 4));
}

/// With the option that it is of, and with a document of whoever gave it; a later document does not bring it back.
async fn an_approval_falls(node: &Node, finance: &Node) {
    let decay = |share: &str| example().replace("\"decay\": 0.02", &format!("\"decay\": {share}"));
    let approved = async || case(node).await.case.unwrap().approval;
    decide(finance, "two", "two hosts are safer").await.unwrap();
    node.good("business-case", &decay("0.03").replace("\"id\": \"two\"", "\"id\": \"three\"")).await;
    assert!(approved().await.is_none());
    node.good("business-case", &decay("0.04")).await;
    assert!(approved().await.is_none(), "what fell does not come back by itself");
    decide(finance, "two", "still").await.unwrap();
    finance.good("business-case", &decay("0.06")).await;
    assert!(approved().await.is_none(), "nobody approves what they published, before or after");
    node.good("business-case", &decay("0.07")).await;
    let own = decide(finance, "two", "again").await.unwrap_err();
    assert_eq!(own.code(), Code::PermissionDenied, "{own}");
}

async fn a_document_that_cannot_be_is_refused(db: TestDb) {
    let node = Node::new(&db);
    for (from, to, place) in [
        ("\"flows_are\": \"real\"", "\"flows_are\": \"nominal\"", "discount.flows_are"),
        ("\"id\": \"RV5\", \"volume\"", "\"id\": \"RV5, north\", \"volume\"", "organisations[3].id"),
        ("\"RJZ\": \"RJ1\"", "\"RJZ\": \"RJ9\"", "options[0].members.RJZ"),
        ("\"RPG\": \"2019-04\"", "\"RPG\": \"2029-04\"", "options[0].joins.RPG"),
        ("\"stranded_months\": 24, ", "", "moving"),
        ("\"low\": -120000", "\"low\": 0", "options[0].lines[0].amount"),
        ("\"id\": \"payroll-2018\"", "\"id\": \"a / b\"", "id"),
        ("\"months\": 60", "\"months\": 0", "months"),
    ] {
        let outcome = node.import("business-case", &BUSINESS_CASE_EXAMPLE.replacen(from, to, 1)).await;
        assert!(outcome.refused, "{place}");
        assert_eq!(outcome.findings[0].column, place, "{:?}", outcome.findings);
    }
    let untitled = node.import("gain-sharing", &SHARE_EXAMPLE.replacen("title", "players ", 1)).await;
    assert!(untitled.refused && untitled.findings[0].remedy.contains("players"), "{:?}", untitled.findings);
    let nobody = TARIFF_EXAMPLE.replacen("\"running_cost\": 42000", "\"running_cost\": -1", 1);
    assert!(node.import("recharge", &nobody).await.refused);
    assert!(node.events().await.is_empty(), "nothing is told of what was refused");
}

async fn gains_and_recharges_are_kept(db: TestDb) {
    let node = Node::new(&db);
    node.good("gain-sharing", SHARE_EXAMPLE).await;
    let listed = node
        .client()
        .list_gain_sharings(node.ask(pb::ListGainSharingsRequest::default()))
        .await
        .unwrap()
        .into_inner();
    let title = listed.sharings[0].title.clone();
    let asked = node.ask(pb::GetGainSharingRequest { title });
    let found = node.client().get_gain_sharing(asked).await.unwrap().into_inner().sharing.unwrap();
    // saving 200, Shapley 70, 80, 50, equal price 60, 90, 50
    let parts: Vec<_> =
        found.shares.iter().map(|it| (it.shapley_exact.as_str(), it.equal_price_micros)).collect();
    let one = 1_000_000;
    assert_eq!(parts, [("70", Some(60 * one)), ("80", Some(90 * one)), ("50", Some(50 * one))]);
    assert_eq!((found.saving_micros, found.rules.len()), (200 * one, 3));

    node.good("recharge", TARIFF_EXAMPLE).await;
    let later = TARIFF_EXAMPLE.replace("\"quarter\": \"2018-04\"", "\"quarter\": \"2018-07\"");
    node.good("recharge", &later).await;
    let overlapping = TARIFF_EXAMPLE.replace("\"quarter\": \"2018-04\"", "\"quarter\": \"2018-05\"");
    let refused = node.import("recharge", &overlapping).await;
    assert!(refused.refused && refused.findings[0].rule == "months-twice", "{:?}", refused.findings);
    // what a quarter really cost becomes known later
    node.good("recharge", &TARIFF_EXAMPLE.replace("\"running_cost\": 42000", "\"running_cost\": 43000"))
        .await;
    let asked = node.ask(pb::ListRechargesRequest { service: "payroll".into(), ..Default::default() });
    let quarters = node.client().list_recharges(asked).await.unwrap().into_inner().quarters;
    assert_eq!(quarters.iter().map(|it| it.quarter.as_str()).collect::<Vec<_>>(), ["2018-07", "2018-04"]);
    for it in &quarters {
        let paid: i64 = it.bills.iter().map(|it| it.actual_fixed_pence + it.actual_running_pence).sum();
        assert_eq!(paid, it.actual_fixed_pence + it.actual_running_pence, "to the penny");
    }
    assert_eq!((quarters[1].version, quarters[1].actual_running_pence), (2, 4_300_000));
    let told = node.outbox().await;
    let last = pb::RechargeSettled::decode(told.last().unwrap().payload.as_slice()).unwrap();
    assert_eq!(last.quarter.as_ref(), Some(&quarters[1]));
    let page = Some(muster_proto::common::v1::PageRequest { size: 1, token: String::new() });
    let asked = node.ask(pb::ListRechargesRequest { page, ..Default::default() });
    let first = node.client().list_recharges(asked).await.unwrap().into_inner();
    let token = first.page.unwrap().next_token;
    let page = Some(muster_proto::common::v1::PageRequest { size: 1, token });
    let asked = node.ask(pb::ListRechargesRequest { page, ..Default::default() });
    let second = node.client().list_recharges(asked).await.unwrap().into_inner();
    assert_eq!((&first.quarters[0], &second.quarters[0]), (&quarters[0], &quarters[1]));
}
