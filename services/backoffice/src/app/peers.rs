//! Other contexts and the log, as the programme office asks them: for figures to freeze, and for what is behind a figure.

use std::collections::BTreeMap;

use muster_kit::{Actor, Error, ErrorCode, Result, rpc, rpc::Channel};
use muster_proto::{
    agency::v1::{self as agency, agency_service_client::AgencyServiceClient},
    catalogue::v1::{self as catalogue, catalogue_service_client::CatalogueServiceClient},
    common::v1::{Figure, ImportRecord, PageRequest, PageResponse},
    operations::v1::{self as operations, operations_service_client::OperationsServiceClient},
    staffing::v1::{self as staffing, staffing_service_client::StaffingServiceClient},
};

use crate::domain::{claim::Evidence, edition::EditionFigure};

/// Rows asked for at a time: a page of figures stays well below the limit of a message.
const PAGE: u32 = 2_000;

/// Imports of a context that are looked through for one.
const MOST_IMPORTS: usize = 20_000;

/// Lines that a trace shows of a month.
const LINES: u32 = 20;

/// Contexts whose figures an edition freezes beside those of the back office.
pub(crate) const CONTEXTS: [&str; 3] = ["agency", "catalogue", "staffing"];

/// Clients of other contexts. Cheap to clone.
#[derive(Clone)]
pub struct Peers {
    /// Staffing.
    pub staffing: StaffingServiceClient<Channel>,
    /// Bank and agency.
    pub agency: AgencyServiceClient<Channel>,
    /// The catalogue.
    pub catalogue: CatalogueServiceClient<Channel>,
    /// The log of events.
    pub operations: OperationsServiceClient<Channel>,
}

/// Asks page after page until the last.
macro_rules! pages {
    ($client:expr, $call:ident, $actor:expr, $module:ident :: $request:ident, $rows:ident, $most:expr) => {{
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let request = $module::$request { page: Some(PageRequest { size: PAGE, token }) };
            let answer =
                $client.clone().$call(rpc::unary($actor, request)).await.map_err(asked)?.into_inner();
            found.extend(answer.$rows);
            token = next(answer.page);
            if token.is_empty() || found.len() >= $most {
                break found;
            }
        }
    }};
}

/// A context that is not part of the node knows no calls: it is away.
fn asked(status: tonic::Status) -> Error {
    match status.code() {
        tonic::Code::Unimplemented => Error::unavailable(status.message()),
        _ => status.into(),
    }
}

fn next(page: Option<PageResponse>) -> String {
    page.unwrap_or_default().next_token
}

impl Peers {
    /// Figures of a context as they stand.
    ///
    /// # Errors
    /// Unavailable when the context is away, with what to do; what it says otherwise.
    pub(crate) async fn figures(&self, actor: &Actor, context: &str) -> Result<Vec<EditionFigure>> {
        let found = self.ask_for_figures(actor, context).await;
        let figures = found.map_err(|error| match error.code() {
            ErrorCode::Unavailable => Error::unavailable(format!(
                "{context} does not answer: start it, or freeze without it (`--without {context}`)"
            ))
            .with_source(error),
            _ => error,
        })?;
        Ok(figures.into_iter().map(|it| figure(context, it)).collect())
    }

    async fn ask_for_figures(&self, actor: &Actor, context: &str) -> Result<Vec<Figure>> {
        Ok(match context {
            "agency" => {
                pages!(self.agency, list_figures, actor, agency::ListFiguresRequest, figures, usize::MAX)
            }
            "catalogue" => {
                pages!(
                    self.catalogue,
                    list_figures,
                    actor,
                    catalogue::ListFiguresRequest,
                    figures,
                    usize::MAX
                )
            }
            "staffing" => {
                pages!(self.staffing, list_figures, actor, staffing::ListFiguresRequest, figures, usize::MAX)
            }
            _ => {
                return Err(Error::bad_request(format!(
                    "no context `{context}`: one of {}",
                    CONTEXTS.join(", ")
                )));
            }
        })
    }

    /// Imports of a context by id.
    ///
    /// # Errors
    /// What the context says.
    pub(crate) async fn imports(
        &self,
        actor: &Actor,
        context: &str,
    ) -> Result<BTreeMap<String, ImportRecord>> {
        let most = MOST_IMPORTS;
        let found = match context {
            "agency" => pages!(self.agency, list_imports, actor, agency::ListImportsRequest, imports, most),
            "catalogue" => {
                pages!(self.catalogue, list_imports, actor, catalogue::ListImportsRequest, imports, most)
            }
            "staffing" => {
                pages!(self.staffing, list_imports, actor, staffing::ListImportsRequest, imports, most)
            }
            _ => Vec::new(),
        };
        Ok(found.into_iter().map(|it| (it.import_id.clone(), it)).collect())
    }

    /// Events with what caused them.
    ///
    /// # Errors
    /// What the log says.
    pub(crate) async fn events(
        &self,
        actor: &Actor,
        wanted: operations::FindEventsRequest,
    ) -> Result<Vec<operations::FoundEvent>> {
        let request = rpc::unary(actor, wanted);
        Ok(self.operations.clone().find_events(request).await.map_err(asked)?.into_inner().events)
    }

    /// The first shift lines of an organisation's month, and whether there are more.
    ///
    /// # Errors
    /// What bank and agency say.
    pub(crate) async fn shifts(
        &self,
        actor: &Actor,
        organisation: &str,
        month: &str,
    ) -> Result<(Vec<agency::ShiftLine>, bool)> {
        let request = agency::ListShiftsRequest {
            organisation: organisation.to_owned(),
            from: format!("{month}-01"),
            until: last_day(month),
            page: Some(PageRequest { size: LINES, token: String::new() }),
            ..Default::default()
        };
        let answer =
            self.agency.clone().list_shifts(rpc::unary(actor, request)).await.map_err(asked)?.into_inner();
        let more = !next(answer.page).is_empty();
        Ok((answer.shifts, more))
    }

    /// The first purchases that count for the lots of a round: those of an organisation in a month, or without one those of the year
    /// before the contract; and whether there are more.
    ///
    /// # Errors
    /// What the catalogue says.
    pub(crate) async fn purchases(
        &self,
        actor: &Actor,
        (round, organisation, month): (&str, &str, Option<&str>),
    ) -> Result<(Vec<catalogue::PurchaseLine>, bool)> {
        let request = catalogue::ListPurchasesRequest {
            organisation: organisation.to_owned(),
            from: month.map_or_else(String::new, |month| format!("{month}-01")),
            until: month.map_or_else(String::new, last_day),
            round_id: round.to_owned(),
            baseline: month.is_none(),
            page: Some(PageRequest { size: LINES, token: String::new() }),
        };
        let call = self.catalogue.clone().list_purchases(rpc::unary(actor, request)).await;
        let answer = call.map_err(asked)?.into_inner();
        let more = !next(answer.page).is_empty();
        Ok((answer.lines, more))
    }
}

/// Last day of a month, `YYYY-MM-DD`; of no month, what was given.
fn last_day(month: &str) -> String {
    let first: Result<jiff::civil::Date, _> = format!("{month}-01").parse();
    first.map_or_else(|_| month.to_owned(), |day| day.last_of_month().to_string())
}

/// A context's figure as an edition keeps it.
fn figure(context: &str, of: Figure) -> EditionFigure {
    let evidence = of.evidence.into_iter().map(|it| Evidence {
        event_id: it.event_id,
        causation_id: it.causation_id,
        kind: it.kind,
        aggregate_id: it.aggregate_id,
        version: it.version,
        occurred_at: it.occurred_at_micros,
        says: it.says,
        line: it.line,
    });
    EditionFigure {
        key: of.key,
        context: context.to_owned(),
        title: of.title,
        value: of.value,
        unit: of.unit,
        low: of.low,
        high: of.high,
        window: of.window,
        base: of.base,
        version: of.version,
        source: of.source,
        public: of.public,
        made_of: of.made_of,
        evidence: evidence.collect(),
    }
}
