//! The calls of the back office over a database of the test.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use muster_backoffice::Deps;
use muster_kit::{
    Actor, Classification, Db, Event, OrgCode, Permit,
    actor::ActorRole,
    audit::AuditEntry,
    authz::RoleTable,
    outbox,
    rpc::{self, Channel},
};
use muster_proto::{
    agency::v1 as agency,
    backoffice::v1::{
        self as pb, backoffice_service_client::BackofficeServiceClient, import_file_response::Event as Told,
    },
    common::v1::{BadRows, ImportChunk, ImportOutcome, ImportStart, import_chunk::Part},
};
use sea_orm::{EntityTrait, QueryOrder};
use tonic::Request;
use uuid::Uuid;

/// Columns of schemes.
pub(crate) const SCHEMES: &str = "scheme,organisation,programme,title,category,type,recurrent,start_month,gate,risk,owner,\
                                  quality_signed,over_and_above\n";

/// The back office over a database.
pub(crate) struct Node {
    pub(crate) actor: Actor,
    db: Db,
    client: BackofficeServiceClient<Channel>,
}

impl Node {
    pub(crate) fn new(db: &Db) -> Self {
        let deps = Deps::new(db.clone(), Arc::new(RoleTable));
        let client = BackofficeServiceClient::new(rpc::in_process(muster_backoffice::routes(&deps)));
        Self { actor: Actor::local(OrgCode::new("QKK").unwrap()), db: db.clone(), client }
    }

    /// The same node for another account of an organisation.
    pub(crate) fn account(&self, id: &str, organisation: &str, role: ActorRole) -> Self {
        let organisation = OrgCode::new(organisation).unwrap();
        let actor = Actor { id: id.into(), organisation, roles: vec![role] };
        Self { actor, db: self.db.clone(), client: self.client.clone() }
    }

    /// Who finds savings in the ledger.
    pub(crate) fn finance(&self) -> Self {
        self.account("finance", "QKK", ActorRole::Administrator)
    }

    pub(crate) fn client(&self) -> BackofficeServiceClient<Channel> {
        self.client.clone()
    }

    /// A request of this node's actor.
    pub(crate) fn ask<T>(&self, message: T) -> Request<T> {
        rpc::unary(&self.actor, message)
    }

    pub(crate) async fn import(&self, kind: &str, text: &str) -> ImportOutcome {
        self.upload(kind, text, BadRows::RefuseFile).await.unwrap()
    }

    pub(crate) async fn upload(
        &self,
        kind: &str,
        text: &str,
        rows: BadRows,
    ) -> Result<ImportOutcome, tonic::Status> {
        let start =
            ImportStart { kind: kind.into(), file_name: "a.csv".into(), bad_rows: rows.into(), year: None };
        let parts = [Part::Start(start), Part::Data(text.as_bytes().to_vec())];
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

    /// Imports a file that must not be refused.
    pub(crate) async fn good(&self, kind: &str, text: &str) -> ImportOutcome {
        let outcome = self.import(kind, text).await;
        assert!(!outcome.refused, "{:?}", outcome.findings);
        outcome
    }

    /// Registers schemes: name, organisation, and whether each is above the organisation's own programme.
    pub(crate) async fn schemes(&self, schemes: &[(&str, &str, bool)]) {
        let row = |(name, of, above): &(&str, &str, bool)| {
            let above = if *above { "Y" } else { "N" };
            format!(
                "{name},{of},payroll,one bureau,pay,cash-releasing,Y,2017-04,approved,M,A. Owner,Y,{above}\n"
            )
        };
        self.good("schemes", &(SCHEMES.to_owned() + &schemes.iter().map(row).collect::<String>())).await;
    }

    /// Imports a ledger of one month, 2017-10: organisation, account and pence.
    pub(crate) async fn ledger(&self, lines: &[(&str, &str, i64)]) -> ImportOutcome {
        let pounds = muster_backoffice::domain::figure::pounds;
        let mut text = "organisation,month,account,cost_centre,amount\n".to_owned();
        for (of, account, pence) in lines {
            text += &format!("{of},2017-10,{account},,{}\n", pounds(*pence));
        }
        text += &format!("TOTAL,,,,{}\n", pounds(lines.iter().map(|it| it.2).sum()));
        self.good("ledger", &text).await
    }

    pub(crate) async fn board(&self) -> pb::GetBoardResponse {
        let request = self.ask(pb::GetBoardRequest::default());
        self.client().get_board(request).await.unwrap().into_inner()
    }

    /// Claims in order of coming in, by pages of three.
    pub(crate) async fn claims(&self) -> Vec<pb::Claim> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let page = Some(muster_proto::common::v1::PageRequest { size: 3, token });
            let request = self.ask(pb::ListClaimsRequest { page, ..Default::default() });
            let answer = self.client().list_claims(request).await.unwrap().into_inner();
            all.extend(answer.claims);
            token = answer.page.unwrap().next_token;
            if token.is_empty() {
                all.reverse();
                return all;
            }
        }
    }

    /// Claims a saving of 2017-10.
    pub(crate) async fn claim(
        &self,
        scheme: &str,
        pence: i64,
        account: &str,
    ) -> Result<pb::Claim, tonic::Status> {
        let request = pb::ClaimSavingRequest {
            scheme: scheme.into(),
            month: "2017-10".into(),
            pence,
            line: line(account),
            ..Default::default()
        };
        Ok(self.client().claim_saving(self.ask(request)).await?.into_inner().claim.unwrap())
    }

    /// Attests a claim; a line and amount where they are given.
    pub(crate) async fn attest(
        &self,
        claim: &str,
        (account, pence, scheme): (&str, i64, &str),
    ) -> Result<pb::Claim, tonic::Status> {
        let request = pb::AttestClaimRequest {
            claim_id: claim.into(),
            line: line(account),
            pence,
            scheme: scheme.into(),
        };
        Ok(self.client().attest_claim(self.ask(request)).await?.into_inner().claim.unwrap())
    }

    pub(crate) async fn reject(&self, claim: &str, reason: &str) -> Result<pb::Claim, tonic::Status> {
        let request = pb::RejectClaimRequest { claim_id: claim.into(), reason: reason.into() };
        Ok(self.client().reject_claim(self.ask(request)).await?.into_inner().claim.unwrap())
    }

    /// Hands one event to the context's consumer, if it wants it.
    pub(crate) async fn hear(&self, event: &Event) {
        let deps = Deps::new(self.db.clone(), Arc::new(RoleTable));
        for subscription in muster_backoffice::subscriptions(&deps) {
            if !subscription.spec.wants(&event.subject) {
                continue;
            }
            let service = Actor::service("backoffice", event.organisation.clone());
            let mut uow = self.db.begin(&service).await.unwrap();
            uow.caused_by(Some(event.id));
            subscription.handler.handle(&mut uow, event).await.unwrap();
            uow.commit(AuditEntry::new(Permit::system("consumer"), "")).await.unwrap();
        }
    }

    /// Events of the outbox.
    pub(crate) async fn outbox(&self) -> Vec<outbox::Model> {
        outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(self.db.read()).await.unwrap()
    }

    /// Kinds of the events in the outbox with their aggregates and versions.
    pub(crate) async fn events(&self) -> Vec<String> {
        let text = |row: outbox::Model| {
            let kind = row.kind.replace("muster.backoffice.", "").replace(".v1", "");
            format!("{kind} {} {}", row.aggregate_id, row.aggregate_version)
        };
        self.outbox().await.into_iter().map(text).collect()
    }
}

fn line(account: &str) -> Option<pb::LedgerLine> {
    let line = pb::LedgerLine { account: account.into(), ..Default::default() };
    (!account.is_empty()).then_some(line)
}

/// An event as another context would publish it.
pub(crate) fn event(kind: &str, aggregate: &str, version: i64, message: &impl prost::Message) -> Event {
    Event {
        id: Uuid::now_v7(),
        subject: format!("muster.v1.own.qkk.{kind}"),
        kind: format!("muster.{kind}.v1"),
        organisation: OrgCode::new("QKK").unwrap(),
        classification: Classification::Own,
        aggregate_id: aggregate.into(),
        aggregate_version: version,
        occurred_at_micros: version,
        causation_id: Some(Uuid::now_v7()),
        actor: "service:agency".into(),
        traceparent: String::new(),
        payload: message.encode_to_vec().into(),
    }
}

/// A posted month of nursing: hours of agency and bank at 30 and 15 pounds.
pub(crate) fn spend(organisation: &str, month: &str, version: i64, agency: i64, bank: i64) -> Event {
    let cell = |supply: agency::Supply, hours: i64, pounds: i64| agency::SpendCell {
        staff_group: "nursing".into(),
        supply: supply.into(),
        shifts: u64::try_from(hours).unwrap(),
        without_price: 0,
        minutes: hours * 60,
        pence: hours * pounds * 100,
        over_cap_pence: 0,
    };
    let cells = vec![cell(agency::Supply::Bank, bank, 15), cell(agency::Supply::Agency, agency, 30)];
    let told = agency::SpendPosted { organisation: organisation.into(), month: month.into(), cells, version };
    event("agency.spend.posted", &format!("{organisation} {month}"), version, &told)
}
