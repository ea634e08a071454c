//! One trace from the caller's span across the gRPC call, the outbox, the bus and the consumer.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::stream;
use muster_bus::{Handler, HandlerError, Runtime, Subscription};
use muster_kit::{Actor, Event, OrgCode, UnitOfWork, authz::RoleTable, rpc, server, sign_in::SignIn, trace};
use muster_proto::{
    common::v1 as common,
    directory::v1::{
        ImportFileRequest, directory_service_client::DirectoryServiceClient, import_file_response,
    },
};
use muster_testkit::{TestBus, on_both_buses, sqlite_db};
use tonic::service::Routes;
use tracing::Instrument;

/// What the consumer saw: the trace that its own span is in, and the one that the event names.
#[derive(Default, Clone)]
struct Seen(Arc<Mutex<Vec<(String, String)>>>);

#[async_trait]
impl Handler for Seen {
    async fn handle(&self, _uow: &mut UnitOfWork, event: &Event) -> Result<(), HandlerError> {
        let named = event.traceparent.split('-').nth(1).unwrap_or_default().to_owned();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((trace::current_trace_id(), named));
        Ok(())
    }
}

const FILE: &str = "grouping_kind,grouping_code,grouping_name,practice,valid_from\n\
                    federation,FED-A,Federation A,G85034,2016-04-01\n";

fn pieces() -> impl Iterator<Item = ImportFileRequest> {
    let start = common::ImportStart {
        kind: "groupings".into(),
        file_name: "groupings.csv".into(),
        bad_rows: common::BadRows::RefuseFile.into(),
        year: None,
    };
    let parts = [common::import_chunk::Part::Start(start), common::import_chunk::Part::Data(FILE.into())];
    parts.into_iter().map(|part| ImportFileRequest { chunk: Some(common::ImportChunk { part: Some(part) }) })
}

async fn one_trace_from_call_to_effect(bus: TestBus) {
    let telemetry = muster_kit::config::Telemetry {
        otlp_endpoint: String::new(),
        log: "warn".into(),
        log_format: muster_kit::config::LogFormat::Text,
    };
    let _guard = muster_kit::telemetry::start(&telemetry, "test").expect("telemetry");
    let organisation = OrgCode::new("QKK").expect("a code");
    let directory = sqlite_db::<muster_directory::Migrator>("directory").await;
    let consumer = sqlite_db::<muster_web::Migrator>("web").await;
    let deps = muster_directory::Deps { db: directory.db.clone(), authorizer: Arc::new(RoleTable) };
    let routes = Routes::new(muster_directory::server(deps)).into_axum_router();
    let guarded = server::guarded(routes, Arc::new(SignIn::None(organisation.clone())));
    let channel = rpc::in_process(Routes::from(guarded));
    let seen = Seen::default();
    let runtime = Runtime::new(bus.bus.clone());
    runtime.relay(&directory.db);
    let subscription = Subscription::new("trace-test", &["muster.v1.*.*.directory.>"], seen.clone());
    runtime.consume(&consumer.db, subscription).expect("subscribed");

    let root = tracing::info_span!("caller");
    let trace_id = async {
        let request = rpc::on_behalf(&Actor::local(organisation), stream::iter(pieces()));
        let answers = DirectoryServiceClient::new(channel).import_file(request).await.expect("the call");
        let mut answers = answers.into_inner();
        while let Some(answer) = answers.message().await.expect("an answer") {
            if let Some(import_file_response::Event::Outcome(outcome)) = answer.event {
                assert!(!outcome.refused, "{outcome:?}");
            }
        }
        trace::current_trace_id()
    }
    .instrument(root)
    .await;

    assert_eq!(trace_id.len(), 32, "the caller is in a trace");
    for _ in 0..200 {
        if !seen.0.lock().expect("seen").is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    runtime.stop().await;
    let seen = seen.0.lock().expect("seen").clone();
    assert!(!seen.is_empty(), "no event arrived");
    for (consumer, event) in seen {
        assert_eq!((consumer.as_str(), event.as_str()), (trace_id.as_str(), trace_id.as_str()));
    }
}

on_both_buses!(one_trace_from_call_to_effect);
