//! The calls of the agency context over a database of the test.

use std::{fmt::Write as _, sync::Arc};

use futures::{StreamExt as _, stream};
use muster_agency::Deps;
use muster_kit::{
    Actor, Db, Event, OrgCode, Permit,
    actor::ActorRole,
    audit::AuditEntry,
    authz::RoleTable,
    outbox,
    rpc::{self, Channel},
};
use muster_proto::{
    agency::v1::{
        self as pb, agency_service_client::AgencyServiceClient, import_file_response::Event as Told,
    },
    common::v1::{BadRows, ImportChunk, ImportOutcome, ImportStart, import_chunk::Part},
};
use sea_orm::{EntityTrait, QueryOrder};
use tonic::Request;

/// Columns of the shift lines of these tests.
pub(crate) const HEADER: &str = "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,charge_per_hour,reason,agency";

/// The agency context over a database.
pub(crate) struct Node {
    pub(crate) actor: Actor,
    db: Db,
    client: AgencyServiceClient<Channel>,
}

impl Node {
    pub(crate) fn new(db: &Db) -> Self {
        let deps = Deps::new(db.clone(), Arc::new(RoleTable));
        let client = AgencyServiceClient::new(rpc::in_process(muster_agency::routes(&deps)));
        Self { actor: Actor::local(OrgCode::new("QKK").unwrap()), db: db.clone(), client }
    }

    /// The same node for another account of an organisation.
    pub(crate) fn account(&self, id: &str, organisation: &str, role: ActorRole) -> Self {
        let organisation = OrgCode::new(organisation).unwrap();
        let actor = Actor { id: id.into(), organisation, roles: vec![role] };
        Self { actor, db: self.db.clone(), client: self.client.clone() }
    }

    pub(crate) fn client(&self) -> AgencyServiceClient<Channel> {
        self.client.clone()
    }

    /// A request of this node's actor.
    pub(crate) fn ask<T>(&self, message: T) -> Request<T> {
        rpc::unary(&self.actor, message)
    }

    /// Uploads a file in pieces and waits for the outcome.
    pub(crate) async fn import(&self, kind: &str, text: &str) -> ImportOutcome {
        self.upload(kind, text.as_bytes(), BadRows::RefuseFile).await.unwrap()
    }

    pub(crate) async fn upload(
        &self,
        kind: &str,
        bytes: &[u8],
        rows: BadRows,
    ) -> Result<ImportOutcome, tonic::Status> {
        let start =
            ImportStart { kind: kind.into(), file_name: "a.csv".into(), bad_rows: rows.into(), year: None };
        let mut parts = vec![Part::Start(start)];
        parts.extend(bytes.chunks(1 << 20).map(|piece| Part::Data(piece.to_vec())));
        let pieces: Vec<_> = parts
            .into_iter()
            .map(|part| pb::ImportFileRequest { chunk: Some(ImportChunk { part: Some(part) }) })
            .collect();
        let request = rpc::on_behalf(&self.actor, stream::iter(pieces));
        let mut answers = self.client().import_file(request).await?.into_inner();
        let mut outcome = None;
        while let Some(answer) = answers.next().await {
            match answer?.event.unwrap() {
                Told::Progress(progress) => assert!(!progress.phase.is_empty()),
                Told::Outcome(last) => outcome = Some(last),
            }
        }
        Ok(outcome.unwrap())
    }

    /// Imports shift lines given as rows.
    pub(crate) async fn shifts(&self, rows: &[&str]) -> ImportOutcome {
        let outcome = self.import("shifts", &format!("{HEADER}\n{}\n", rows.join("\n"))).await;
        assert!(!outcome.refused, "{:?}", outcome.findings);
        outcome
    }

    pub(crate) async fn lines(&self, wanted: pb::ListShiftsRequest) -> Vec<pb::ShiftLine> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let page = Some(muster_proto::common::v1::PageRequest { size: 3, token });
            let request = pb::ListShiftsRequest { page, ..wanted.clone() };
            let answer = self.client().list_shifts(self.ask(request)).await.unwrap().into_inner();
            all.extend(answer.shifts);
            token = answer.page.unwrap().next_token;
            if token.is_empty() {
                return all;
            }
        }
    }

    pub(crate) async fn weekly(
        &self,
        week: &str,
        version: i64,
        recompute: bool,
    ) -> Result<pb::GetReturnResponse, tonic::Status> {
        let request = pb::GetReturnRequest { key: Some(key(week)), version, recompute };
        Ok(self.client().get_return(self.ask(request)).await?.into_inner())
    }

    /// Hands every event of the outbox to the context's consumer, as the bus would bring them, and gives how many there were.
    pub(crate) async fn follow(&self) -> usize {
        let rows =
            outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(self.db.read()).await.unwrap();
        let events = rows.into_iter().map(|row| Event::try_from(row).unwrap());
        let events: Vec<Event> = events.collect();
        for event in &events {
            self.hear(event).await;
        }
        events.len()
    }

    /// Hands one event to the context's consumer, if it wants it.
    pub(crate) async fn hear(&self, event: &Event) {
        let deps = Deps::new(self.db.clone(), Arc::new(RoleTable));
        for subscription in muster_agency::subscriptions(&deps) {
            if !subscription.spec.wants(&event.subject) {
                continue;
            }
            let service = Actor::service("agency", event.organisation.clone());
            let mut uow = self.db.begin(&service).await.unwrap();
            subscription.handler.handle(&mut uow, event).await.unwrap();
            uow.commit(AuditEntry::new(Permit::system("consumer"), "")).await.unwrap();
        }
    }

    /// Kinds of the events in the outbox with their aggregates.
    pub(crate) async fn events(&self) -> Vec<String> {
        let rows =
            outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(self.db.read()).await.unwrap();
        rows.into_iter()
            .map(|row| {
                let mut text = row.kind.replace("muster.agency.", "").replace(".v1", "");
                let _ = write!(text, " {} {}", row.aggregate_id, row.aggregate_version);
                text
            })
            .collect()
    }
}

/// A return of RJZ.
pub(crate) fn key(week: &str) -> pb::ReturnKey {
    pb::ReturnKey { organisation: "RJZ".into(), week: week.into() }
}
