//! Forecasts through the contract's calls, on both databases.

use muster_kit::outbox;
use muster_proto::staffing::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use prost::Message;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::node::{Node, SERIES};

on_both_databases!(muster_staffing::Migrator; a_run_is_watched_stored_and_published, the_same_inputs_give_the_same_numbers,
    a_run_that_cannot_be_made_says_why, an_interrupted_run_is_marked, a_run_can_be_cancelled,
    an_override_is_signed_and_shown_and_old_runs_stay_what_they_were, an_override_is_withdrawn_once);

fn spec() -> pb::ForecastSpec {
    pb::ForecastSpec {
        area: "SEL".into(),
        base_year: 2016,
        to_year: 2019,
        draws: 64,
        seed: 5,
        ..Default::default()
    }
}

async fn node(db: &TestDb) -> Node {
    let node = Node::new(db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    node
}

async fn a_run_is_watched_stored_and_published(db: TestDb) {
    let node = node(&db).await;
    let run = node.forecast(spec()).await;
    assert_eq!(run.state(), pb::RunState::Finished, "{}", run.failure);
    assert_eq!((run.progress_ppm, run.inputs_sha256.len()), (1_000_000, 64));
    assert!(!run.caveats.is_empty() && !run.engine.is_empty() && run.elapsed_micros > 0);
    assert_eq!(run.sources[0].source, "series.csv");
    let rows = node.rows(&run.run_id, "").await;
    // system, two boroughs, one federation, one LCN, five practices; two roles; four years
    assert_eq!(rows.len(), 10 * 2 * 4);
    assert_eq!((rows[0].level.as_str(), rows[0].node.as_str(), rows[0].year), ("system", "SEL", 2016));
    let lcn = node.rows(&run.run_id, "lcn").await;
    assert!(lcn.iter().all(|row| row.placeholder && row.node == "LCN1"));
    let latest = pb::GetForecastRequest::default();
    let latest = node.client().get_forecast(node.ask(latest)).await.unwrap().into_inner().run.unwrap();
    assert_eq!(latest.run_id, run.run_id);
    let events = outbox::Entity::find().order_by_desc(outbox::Column::Seq).all(db.read()).await.unwrap();
    assert_eq!(events[0].kind, "muster.staffing.forecast.published.v1");
    let event = pb::ForecastPublished::decode(events[0].payload.as_slice()).unwrap();
    assert_eq!((event.rows.len(), event.practices_left_out, event.version), (80, false, 1));
    assert_eq!(event.run.unwrap().inputs_sha256, run.inputs_sha256);
    let stranger = node.stranger();
    let request = stranger.ask(pb::GetForecastRequest { run_id: run.run_id });
    assert_eq!(stranger.client().get_forecast(request).await.unwrap_err().code(), tonic::Code::NotFound);
}

async fn the_same_inputs_give_the_same_numbers(db: TestDb) {
    let node = node(&db).await;
    let one = node.forecast(pb::ForecastSpec { threads: 1, ..spec() }).await;
    let two = node.forecast(pb::ForecastSpec { threads: 3, ..spec() }).await;
    assert_eq!(one.inputs_sha256, two.inputs_sha256);
    assert_eq!(node.rows(&one.run_id, "").await, node.rows(&two.run_id, "").await);
    let other = node.forecast(pb::ForecastSpec { seed: 6, ..spec() }).await;
    assert_ne!(one.inputs_sha256, other.inputs_sha256);
    let request = node.ask(pb::ListForecastsRequest::default());
    let runs = node.client().list_forecasts(request).await.unwrap().into_inner().runs;
    let ids: Vec<&str> = runs.iter().map(|run| run.run_id.as_str()).collect();
    assert_eq!(ids, [&other.run_id, &two.run_id, &one.run_id]);
}

async fn a_run_that_cannot_be_made_says_why(db: TestDb) {
    let node = node(&db).await;
    for wrong in [
        pb::ForecastSpec { draws: 3, ..spec() },
        pb::ForecastSpec { to_year: 2016, ..spec() },
        pb::ForecastSpec { scenario: "more-of-everything".into(), ..spec() },
        pb::ForecastSpec { roles: vec![pb::Role::GpLocum.into()], ..spec() },
        pb::ForecastSpec { groupings_as_of: "tomorrow".into(), ..spec() },
    ] {
        let request = node.ask(pb::StartForecastRequest { spec: Some(wrong) });
        assert_eq!(
            node.client().start_forecast(request).await.unwrap_err().code(),
            tonic::Code::InvalidArgument
        );
    }
    let run = node.forecast(pb::ForecastSpec { base_year: 2011, to_year: 2013, ..spec() }).await;
    assert_eq!(run.state(), pb::RunState::Failed);
    assert!(run.failure.contains("import a baseline"), "{}", run.failure);
    let request = node.ask(pb::ListForecastRowsRequest { run_id: run.run_id, ..Default::default() });
    assert_eq!(
        node.client().list_forecast_rows(request).await.unwrap_err().code(),
        tonic::Code::InvalidArgument
    );
}

async fn an_interrupted_run_is_marked(db: TestDb) {
    let node = node(&db).await;
    let run = node.forecast(spec()).await;
    // what a process leaves behind that was killed while the run ran
    let tx = db.begin_raw().await.unwrap();
    tx.execute_unprepared("UPDATE forecast_runs SET state = 2, touched_at = 0").await.unwrap();
    tx.commit().await.unwrap();
    muster_staffing::start(&node.deps).await.unwrap();
    let found = node.watch(&run.run_id).await;
    assert_eq!(found.state(), pb::RunState::Failed);
    assert!(found.failure.starts_with("interrupted"), "{}", found.failure);
}

async fn a_run_can_be_cancelled(db: TestDb) {
    let node = node(&db).await;
    let long = pb::ForecastSpec { draws: 65_536, to_year: 2036, threads: 1, ..spec() };
    let request = node.ask(pb::StartForecastRequest { spec: Some(long) });
    let run = node.client().start_forecast(request).await.unwrap().into_inner().run.unwrap();
    let request = node.ask(pb::CancelForecastRequest { run_id: run.run_id.clone() });
    node.client().cancel_forecast(request).await.unwrap();
    let ended = node.watch(&run.run_id).await;
    assert_eq!(ended.state(), pb::RunState::Cancelled, "{}", ended.failure);
    let request = node.ask(pb::CancelForecastRequest { run_id: run.run_id });
    let again = node.client().cancel_forecast(request).await.unwrap().into_inner().run.unwrap();
    assert_eq!(again.state(), pb::RunState::Cancelled);
}

async fn reproduced(node: &Node, run: &pb::ForecastRun) -> bool {
    let request = node.ask(pb::ReproduceForecastRequest { run_id: run.run_id.clone() });
    node.client().reproduce_forecast(request).await.unwrap().into_inner().reproduced
}

const PAY_AWARD: &str = "local pay award, finance paper 12";

async fn signed(node: &Node) -> pb::ParameterOverride {
    let asked = pb::OverrideParameterRequest {
        name: "gp.unit-cost".into(),
        value: 20_000_000,
        reason: PAY_AWARD.into(),
        price_year: 2024,
        ..Default::default()
    };
    let made = node.client().override_parameter(node.ask(asked)).await.unwrap().into_inner();
    made.parameter_override.unwrap()
}

async fn an_override_is_signed_and_shown_and_old_runs_stay_what_they_were(db: TestDb) {
    let node = node(&db).await;
    let before = node.forecast(spec()).await;
    let made = signed(&node).await;
    assert_eq!((made.low, made.high, made.withdrawn_by.as_str()), (20_000_000, 20_000_000, ""));
    assert_eq!((made.basis.as_str(), made.price_year), ("", 2024), "what is not said is as shipped");
    let known = node.client().list_parameters(node.ask(pb::ListParametersRequest::default())).await.unwrap();
    assert_eq!(known.into_inner().overrides, [made]);
    let with = node.forecast(spec()).await;
    let first = &with.caveats[0];
    assert!(first.contains("gp.unit-cost") && first.contains(PAY_AWARD), "{first}");
    assert!(first.contains("for one fte-year in prices of 2024) instead of"), "{first}");
    assert_ne!(with.inputs_sha256, before.inputs_sha256);
    let cost =
        |rows: &[pb::ForecastRow]| rows.iter().map(|row| row.cost_pence.unwrap().p50.abs()).sum::<i64>();
    let (dear, usual) = (node.rows(&with.run_id, "system").await, node.rows(&before.run_id, "system").await);
    assert!(cost(&dear) > cost(&usual), "the dearer GP costs more");
    assert!(
        reproduced(&node, &with).await && reproduced(&node, &before).await,
        "each with the overrides of its time"
    );
    let stranger = node.stranger();
    let request = stranger.ask(pb::ListParametersRequest::default());
    assert!(stranger.client().list_parameters(request).await.unwrap().into_inner().overrides.is_empty());
}

async fn an_override_is_withdrawn_once(db: TestDb) {
    let node = node(&db).await;
    let before = node.forecast(spec()).await;
    let withdraw = pb::WithdrawOverrideRequest { override_id: signed(&node).await.override_id };
    let stranger = node.stranger();
    let refused = stranger.client().withdraw_override(stranger.ask(withdraw.clone())).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::NotFound);
    let withdrawn = node.client().withdraw_override(node.ask(withdraw.clone())).await.unwrap().into_inner();
    let again = node.client().withdraw_override(node.ask(withdraw)).await.unwrap().into_inner();
    assert_eq!(withdrawn.parameter_override, again.parameter_override, "a second time changes nothing");
    let after = node.forecast(spec()).await;
    assert_eq!(after.inputs_sha256, before.inputs_sha256);
    let events = outbox::Entity::find().all(db.read()).await.unwrap();
    let told = events.iter().filter(|event| event.kind == "muster.staffing.parameter.overridden.v1").count();
    assert_eq!(told, 2, "signed, and withdrawn once");
}
