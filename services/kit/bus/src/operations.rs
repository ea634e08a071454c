//! The operations service: the log of events, the dead letters and the audit chain of a node.

use std::{pin::Pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{Stream, StreamExt, stream};
use muster_kit::{
    Action, Actor, Authorizer, Db, Error, Event, Permit, Resource, Result,
    actor::actor_of,
    audit::{self, AuditEntry},
    authz::permit,
    event,
    shutdown::Shutdown,
};
use muster_proto::operations::v1::{
    AuditChain, DeadLetter, FindEventsRequest, FindEventsResponse, FoundEvent, ListDeadLettersRequest,
    ListDeadLettersResponse, LoggedEvent, ReplayDeadLettersRequest, ReplayDeadLettersResponse,
    TailEventsRequest, TailEventsResponse, VerifyAuditRequest, VerifyAuditResponse,
    operations_service_server::{OperationsService, OperationsServiceServer},
};
use tonic::{Request, Response, Status, service::Routes};
use uuid::Uuid;

use crate::{
    Bus, LogFilter,
    find::{self, Sought},
};

/// Events read from the log at a time.
const PAGE: usize = 500;
/// How often the end of the log is looked at.
const POLL: Duration = Duration::from_millis(250);

/// What the service works on.
#[derive(Clone)]
pub struct Operations {
    bus: Arc<dyn Bus>,
    databases: Vec<Db>,
    authorizer: Arc<dyn Authorizer>,
    shutdown: Shutdown,
}

/// The service as part of a server.
pub fn routes(operations: Operations) -> Routes {
    Routes::new(OperationsServiceServer::new(operations))
}

impl Operations {
    /// A service over the bus and the databases of this process; what is done is audited in the first of them.
    pub fn new(
        bus: Arc<dyn Bus>,
        databases: Vec<Db>,
        authorizer: Arc<dyn Authorizer>,
        shutdown: Shutdown,
    ) -> Self {
        Self { bus, databases, authorizer, shutdown }
    }

    async fn permit<T>(&self, request: &Request<T>, what: &'static str) -> Result<(Actor, Permit)> {
        let actor = actor_of(request)?;
        let permit =
            permit(self.home()?, &*self.authorizer, &actor, Action::Operate, Resource::all(what)).await?;
        Ok((actor, permit))
    }

    fn home(&self) -> Result<&Db> {
        self.databases.first().ok_or_else(|| Error::unavailable("this process has no database to audit in"))
    }

    /// The log from a position on; ends at the end of the log, or at the shutdown.
    fn tail(
        &self,
        filter: LogFilter,
        from: u64,
        until_end: bool,
    ) -> impl Stream<Item = Result<LoggedEvent>> + use<> {
        let (bus, shutdown) = (self.bus.clone(), self.shutdown.clone());
        let pages = stream::try_unfold((from, false), move |(from, ended)| {
            let (bus, shutdown, filter) = (bus.clone(), shutdown.clone(), filter.clone());
            async move {
                let mut ended = ended;
                loop {
                    if ended && (until_end || !shutdown.sleep(POLL).await) {
                        return Ok::<_, Error>(None);
                    }
                    let page = bus.log(&filter, from, PAGE).await?;
                    ended = page.len() < PAGE;
                    if let Some(last) = page.last() {
                        let next = last.position + 1;
                        let events = page.into_iter().map(|logged| Ok(told(logged.position, &logged.event)));
                        return Ok(Some((stream::iter(events), (next, ended))));
                    }
                }
            }
        });
        pages.flat_map(|page| match page {
            Ok(events) => events.left_stream(),
            Err(error) => stream::iter([Err(error)]).right_stream(),
        })
    }
}

fn told(position: u64, event: &Event) -> LoggedEvent {
    LoggedEvent {
        position,
        id: event.id.to_string(),
        subject: event.subject.clone(),
        r#type: event.kind.clone(),
        aggregate: event.aggregate_id.clone(),
        aggregate_version: event.aggregate_version,
        occurred_at_micros: event.occurred_at_micros,
        causation_id: event.causation_id.map(|id| id.to_string()).unwrap_or_default(),
        actor: event.actor.clone(),
        traceparent: event.traceparent.clone(),
        payload_bytes: event.payload.len() as u64,
    }
}

/// The events that a request is after.
fn sought(request: FindEventsRequest) -> Result<Sought> {
    if request.ids.len() + request.names.len() > find::MOST {
        return Err(Error::bad_request(format!("ask for {} events at most", find::MOST)));
    }
    let id = |text: &String| {
        Uuid::parse_str(text).map_err(|_| Error::bad_request(format!("`{text}` is no id of an event")))
    };
    let ids = request.ids.iter().map(id).collect::<Result<_>>()?;
    let names = request.names.into_iter().map(|it| (it.r#type, it.aggregate, it.aggregate_version));
    Ok(Sought { ids, names: names.collect() })
}

fn named(consumer: &str) -> Option<&str> {
    Some(consumer).filter(|consumer| !consumer.is_empty())
}

#[async_trait]
impl OperationsService for Operations {
    type TailEventsStream =
        Pin<Box<dyn Stream<Item = std::result::Result<TailEventsResponse, Status>> + Send>>;

    async fn tail_events(
        &self,
        request: Request<TailEventsRequest>,
    ) -> std::result::Result<Response<Self::TailEventsStream>, Status> {
        self.permit(&request, "events").await?;
        let TailEventsRequest { from, filter, until_end } = request.into_inner();
        if !filter.is_empty() {
            event::check_filter(&filter)?;
        }
        let from = if from == 0 { self.bus.head().await.map_err(Error::from)? + 1 } else { from };
        let events = self.tail(LogFilter::subject(&filter), from, until_end);
        let answers = events
            .map(|event| event.map(|event| TailEventsResponse { event: Some(event) }).map_err(Status::from));
        Ok(Response::new(Box::pin(self.shutdown.until(answers))))
    }

    async fn find_events(
        &self,
        request: Request<FindEventsRequest>,
    ) -> std::result::Result<Response<FindEventsResponse>, Status> {
        let actor = actor_of(&request)?;
        permit(self.home()?, &*self.authorizer, &actor, Action::Read, Resource::all("events")).await?;
        let sought = sought(request.into_inner())?;
        let found = find::find(&*self.bus, &actor.organisation, &sought).await?;
        let events = found.into_iter().map(|logged| FoundEvent {
            event: Some(told(logged.position, &logged.event)),
            payload: logged.event.payload.to_vec(),
        });
        Ok(Response::new(FindEventsResponse { events: events.collect() }))
    }

    async fn list_dead_letters(
        &self,
        request: Request<ListDeadLettersRequest>,
    ) -> std::result::Result<Response<ListDeadLettersResponse>, Status> {
        self.permit(&request, "dead-letters").await?;
        let consumer = request.into_inner().consumer;
        let letters = self.bus.dead_letters(named(&consumer)).await.map_err(Error::from)?;
        let dead_letters = letters
            .into_iter()
            .map(|letter| DeadLetter {
                id: letter.id,
                consumer: letter.consumer,
                reason: letter.reason,
                attempts: letter.attempts,
                died_at_micros: letter.died_at_micros,
                event: Some(told(letter.position, &letter.event)),
            })
            .collect();
        Ok(Response::new(ListDeadLettersResponse { dead_letters }))
    }

    async fn replay_dead_letters(
        &self,
        request: Request<ReplayDeadLettersRequest>,
    ) -> std::result::Result<Response<ReplayDeadLettersResponse>, Status> {
        let (actor, permit) = self.permit(&request, "dead-letters").await?;
        let ReplayDeadLettersRequest { mut ids, consumer } = request.into_inner();
        let letters = self.bus.dead_letters(named(&consumer)).await.map_err(Error::from)?;
        let there: Vec<String> = letters.into_iter().map(|letter| letter.id).collect();
        if ids.is_empty() {
            ids = there;
        } else if let Some(missing) = ids.iter().find(|id| !there.contains(id)) {
            return Err(
                Error::not_found(format!("there is no dead letter `{missing}`: list them first")).into()
            );
        }
        let replayed = self.bus.replay(&ids).await.map_err(Error::from)?;
        let entry = AuditEntry::new(permit.on(&consumer), format!("replayed={replayed}"));
        self.home()?.begin(&actor).await?.commit(entry).await?;
        Ok(Response::new(ReplayDeadLettersResponse { replayed }))
    }

    async fn verify_audit(
        &self,
        request: Request<VerifyAuditRequest>,
    ) -> std::result::Result<Response<VerifyAuditResponse>, Status> {
        self.permit(&request, "audit").await?;
        let mut chains = Vec::new();
        for db in &self.databases {
            let states = audit::verify(db).await?;
            chains.extend(states.into_iter().map(|state| AuditChain {
                service: db.service().to_owned(),
                organisation: state.organisation,
                rows: state.rows,
                head: state.head,
                intact: state.broken_at == 0,
                broken_at: state.broken_at,
            }));
        }
        Ok(Response::new(VerifyAuditResponse { chains }))
    }
}
