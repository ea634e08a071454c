//! `/agency/shared-bank`: who of the bank workers could fill the unfilled shifts at the least all-in cost, and what homes
//! recharge to hosts.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use muster_kit::{Actor, Error, Result};
use muster_proto::agency::v1::{ProposeSharedBankRequest, ProposeSharedBankResponse};
use serde::Deserialize;

use super::mended;
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::agency::shared_bank as words,
    pages::{choices::Problem, encode, page},
    shell::Shell,
    table::Table,
};

/// Seconds that a search may take at most, and when none are named.
const SECONDS: (u32, u32) = (20, 5);

/// Imports that are looked through: where there are as many, older ones are not told.
const MANY_IMPORTS: usize = 500;

/// The form as it was filled in. The page searches only when it was sent, because a search takes seconds.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    /// Seconds; the form always sends them.
    deadline: Option<String>,
}

impl Wanted {
    fn request(&self) -> Result<ProposeSharedBankRequest, Problem> {
        let seconds = self.deadline.as_deref().unwrap_or_default().trim();
        let seconds = if seconds.is_empty() { Ok(SECONDS.1) } else { seconds.parse() };
        let most = SECONDS.0;
        let wrong = || Problem {
            field: "deadline".into(),
            text: format!("Seconds must be a whole number from 1 to {most}; the command line takes more"),
        };
        let deadline_seconds =
            seconds.ok().filter(|seconds| (1..=most).contains(seconds)).ok_or_else(wrong)?;
        let [from, until] = [&self.from, &self.until].map(|day| day.trim().to_owned());
        Ok(ProposeSharedBankRequest { from, until, deadline_seconds })
    }
}

/// A proposal in words.
struct ProposalView {
    finding: String,
    proof: String,
    unpriced: Option<String>,
    workers: u32,
    allocations: Table,
    unfilled: Table,
    recharge: Table,
    caveats: Vec<String>,
    /// The case as a file; empty when there is none.
    document: String,
}

impl ProposalView {
    /// Nothing when no shift of the days is unfilled.
    fn of(told: &ProposeSharedBankResponse) -> Option<Self> {
        if told.allocations.is_empty() && told.unfilled.is_empty() {
            return None;
        }
        let document = if told.document.is_empty() {
            String::new()
        } else {
            let [from, until] = [&told.from, &told.until].map(|day| encode(day));
            format!("/agency/shared-bank/document.json?from={from}&until={until}")
        };
        Some(Self {
            finding: words::finding(told),
            proof: words::proof(told),
            unpriced: words::unpriced(told),
            workers: told.workers,
            allocations: words::allocations(told),
            unfilled: words::unfilled(told),
            recharge: words::recharge(told),
            caveats: told.caveats.clone(),
            document,
        })
    }
}

#[derive(Template)]
#[template(path = "agency/shared_bank.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    from: String,
    until: String,
    deadline: String,
    /// The form was sent and could be answered.
    asked: bool,
    shown: Option<ProposalView>,
    no_workers: bool,
    no_shifts: bool,
    recharged: Option<String>,
    recharges: Table,
}

/// Are workers and shifts missing among the imports?
async fn missing(caller: &Caller<'_>) -> Result<(bool, bool)> {
    let imports = caller.agency_imports().await?.unwrap_or_default();
    let missing = |kind: &str| {
        imports.len() < MANY_IMPORTS && !imports.iter().any(|import| import.kind.eq_ignore_ascii_case(kind))
    };
    Ok((missing("workers"), missing("shifts")))
}

pub(crate) async fn shared_bank(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (rows, (no_workers, no_shifts)) = futures::try_join!(caller.recharges(), missing(&caller))?;
    let mut body = Page {
        shell: Shell::agency("Shared bank", "/agency/shared-bank"),
        problems: Vec::new(),
        from: wanted.from.clone(),
        until: wanted.until.clone(),
        deadline: wanted.deadline.clone().unwrap_or_else(|| SECONDS.1.to_string()),
        asked: false,
        shown: None,
        no_workers,
        no_shifts,
        recharged: words::recharged_finding(&rows),
        recharges: words::recharges(&rows).csv("/agency/shared-bank/recharges.csv"),
    };
    if wanted.deadline.is_none() {
        return page(&body);
    }
    let request = match wanted.request() {
        Ok(request) => request,
        Err(problem) => return again(body, problem, StatusCode::UNPROCESSABLE_ENTITY),
    };
    match caller.propose(request).await {
        Ok(told) => {
            body.asked = true;
            body.shown = ProposalView::of(&told);
            if body.shown.is_some() {
                (body.no_workers, body.no_shifts) = (told.workers == 0, false);
                (body.from, body.until) = (told.from, told.until);
            }
            page(&body)
        }
        Err(error) => match mended(&error) {
            Some(status) => {
                again(body, Problem { field: "from".into(), text: error.message().to_owned() }, status)
            }
            None => Err(error.into()),
        },
    }
}

/// The form with what is wrong.
fn again(mut body: Page, problem: Problem, status: StatusCode) -> PageResult {
    body.shell = Shell::agency("Error: Shared bank", "/agency/shared-bank");
    body.problems.push(problem);
    Ok((status, page(&body)?).into_response())
}

/// The case as a document that the command line reads.
pub(crate) async fn document(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    // the case does not depend on how long is searched
    let [from, until] = [wanted.from, wanted.until];
    let request = ProposeSharedBankRequest { from, until, deadline_seconds: 1 };
    let told = Caller::new(&deps, &actor).propose(request).await?;
    if told.document.is_empty() {
        return Err(Error::not_found("no shift of these days is unfilled, so there is no case").into());
    }
    let head = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"muster-shared-bank-{}-{}.json\"", told.from, told.until),
        ),
    ];
    let response: Response = (head, told.document).into_response();
    Ok(response)
}

pub(crate) async fn recharges_file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
) -> PageResult {
    files::file("recharges", &words::recharges(&Caller::new(&deps, &actor).recharges().await?))
}
