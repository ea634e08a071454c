//! Forecasts through the contract's calls, on both databases.

use muster_kit::outbox;
use muster_proto::staffing::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use prost::Message;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use crate::node::{Node, SERIES};

on_both_databases!(muster_staffing::Migrator; a_run_is_watched_stored_and_published, the_same_inputs_give_the_same_numbers,
    a_run_that_cannot_be_made_says_why, an_interrupted_run_is_marked, a_run_can_be_cancelled);

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
