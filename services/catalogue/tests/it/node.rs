//! The calls of the catalogue over a database of the test.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use muster_catalogue::Deps;
use muster_kit::{
    Actor, Db, Event, OrgCode, Permit,
    actor::ActorRole,
    audit::AuditEntry,
    authz::RoleTable,
    outbox,
    rpc::{self, Channel},
};
use muster_proto::{
    catalogue::v1::{
        self as pb, catalogue_service_client::CatalogueServiceClient, import_file_response::Event as Told,
    },
    common::v1::{BadRows, ImportChunk, ImportOutcome, ImportStart, PageRequest, import_chunk::Part},
};
use sea_orm::{EntityTrait, QueryOrder};
use tonic::{Request, Status};

pub(crate) const ITEMS: &str = "item_ref,organisation,supplier,description,orderable_unit,pack_size,manufacturer,manufacturer_code,gtin\n";
pub(crate) const OFFERS: &str =
    "item_ref,organisation,supplier,price,per_quantity,unit,valid_from,min_quantity,valid_to\n";
pub(crate) const PURCHASES: &str =
    "line_ref,organisation,date,supplier,description,quantity,unit,unit_price,net,item_ref,channel\n";

/// The catalogue over a database, for an account.
pub(crate) struct Node {
    pub(crate) actor: Actor,
    pub(crate) db: Db,
    deps: Deps,
    client: CatalogueServiceClient<Channel>,
}

impl Node {
    /// An administrator of the hub.
    pub(crate) fn new(db: &Db) -> Self {
        let deps = Deps::new(db.clone(), Arc::new(RoleTable), None).unwrap();
        let client = CatalogueServiceClient::new(rpc::in_process(muster_catalogue::routes(&deps)));
        Self { actor: Actor::local(OrgCode::new("QKK").unwrap()), db: db.clone(), deps, client }
    }

    /// A planner of an organisation on the same node.
    pub(crate) fn planner(&self, organisation: &str) -> Self {
        let actor = Actor {
            id: format!("planner-{organisation}"),
            organisation: OrgCode::new(organisation).unwrap(),
            roles: vec![ActorRole::Planner],
        };
        Self { actor, db: self.db.clone(), deps: self.deps.clone(), client: self.client.clone() }
    }

    pub(crate) fn client(&self) -> CatalogueServiceClient<Channel> {
        self.client.clone()
    }

    pub(crate) fn ask<T>(&self, message: T) -> Request<T> {
        rpc::unary(&self.actor, message)
    }

    pub(crate) async fn upload(
        &self,
        kind: &str,
        name: &str,
        bytes: &[u8],
        rows: BadRows,
    ) -> Result<ImportOutcome, Status> {
        let start =
            ImportStart { kind: kind.into(), file_name: name.into(), bad_rows: rows.into(), year: None };
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

    /// Imports a file that must be taken.
    pub(crate) async fn import(&self, kind: &str, text: &str) -> ImportOutcome {
        let outcome = self.upload(kind, "a.csv", text.as_bytes(), BadRows::RefuseFile).await.unwrap();
        assert!(!outcome.refused, "{:?}", outcome.findings);
        outcome
    }

    pub(crate) async fn search(&self, words: &str) -> Vec<pb::ItemHit> {
        let request = pb::SearchItemsRequest { words: words.into(), ..pb::SearchItemsRequest::default() };
        self.found(request).await
    }

    /// What a search finds once the index has everything.
    async fn found(&self, request: pb::SearchItemsRequest) -> Vec<pb::ItemHit> {
        loop {
            let found = self.client().search_items(self.ask(request.clone())).await.unwrap().into_inner();
            if !found.catching_up {
                return found.hits;
            }
        }
    }

    /// Number of an item by organisation and reference.
    pub(crate) async fn number(&self, organisation: &str, item_ref: &str) -> i64 {
        let request =
            pb::SearchItemsRequest { organisation: organisation.into(), ..pb::SearchItemsRequest::default() };
        let hits = self.found(request).await;
        hits.into_iter().filter_map(|hit| hit.item).find(|it| it.item_ref == item_ref).unwrap().number
    }

    pub(crate) async fn item(&self, number: i64) -> pb::GetItemResponse {
        self.client().get_item(self.ask(pb::GetItemRequest { number })).await.unwrap().into_inner()
    }

    pub(crate) async fn prices(
        &self,
        request: pb::GetPricesRequest,
    ) -> Result<pb::GetPricesResponse, Status> {
        Ok(self.client().get_prices(self.ask(request)).await?.into_inner())
    }

    pub(crate) async fn propose(&self) -> pb::ProposeEquivalencesResponse {
        let request = self.ask(pb::ProposeEquivalencesRequest::default());
        let mut told = self.client().propose_equivalences(request).await.unwrap().into_inner();
        let mut last = None;
        while let Some(progress) = told.next().await {
            last = Some(progress.unwrap());
        }
        last.unwrap()
    }

    pub(crate) async fn proposals(&self) -> Vec<pb::Proposal> {
        let request = pb::ListProposalsRequest::default();
        self.client().list_proposals(self.ask(request)).await.unwrap().into_inner().proposals
    }

    pub(crate) async fn decide(
        &self,
        pair: (i64, i64),
        relation: pb::Relation,
    ) -> Result<pb::Decision, Status> {
        let request = pb::DecideEquivalenceRequest {
            left: pair.0,
            right: pair.1,
            relation: relation.into(),
            reason: "both labels say so".into(),
            ..pb::DecideEquivalenceRequest::default()
        };
        let answer = self.client().decide_equivalence(self.ask(request)).await?;
        Ok(answer.into_inner().decision.unwrap())
    }

    pub(crate) async fn variance(&self) -> pb::ListVarianceResponse {
        let request = pb::ListVarianceRequest {
            page: Some(PageRequest { size: 100, token: String::new() }),
            ..pb::ListVarianceRequest::default()
        };
        self.client().list_variance(self.ask(request)).await.unwrap().into_inner()
    }

    pub(crate) async fn act(
        &self,
        round_id: &str,
        action: pb::act_on_round_request::Action,
    ) -> Result<pb::Round, Status> {
        let request = pb::ActOnRoundRequest { round_id: round_id.into(), action: Some(action) };
        Ok(self.client().act_on_round(self.ask(request)).await?.into_inner().round.unwrap())
    }

    /// Every event of the outbox.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let rows =
            outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(self.db.read()).await.unwrap();
        rows.into_iter().map(|row| Event::try_from(row).unwrap()).collect()
    }

    /// Hands every event of the outbox to the context's consumer, until nothing new comes of it.
    pub(crate) async fn follow(&self) {
        let mut heard = 0;
        loop {
            let events = self.events().await;
            if events.len() == heard {
                return;
            }
            for event in &events[heard..] {
                self.hear(event).await;
            }
            heard = events.len();
        }
    }

    /// Hands one event to the context's consumer, if it wants it.
    pub(crate) async fn hear(&self, event: &Event) {
        for subscription in muster_catalogue::subscriptions(&self.deps) {
            if !subscription.spec.wants(&event.subject) {
                continue;
            }
            let service = Actor::service("catalogue", event.organisation.clone());
            let mut uow = self.db.begin(&service).await.unwrap();
            subscription.handler.handle(&mut uow, event).await.unwrap();
            uow.commit(AuditEntry::new(Permit::system("consumer"), "")).await.unwrap();
        }
    }
}
