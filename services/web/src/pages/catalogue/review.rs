//! `/catalogue/review`: pairs that may be one item, most own money first, to be decided; and the decisions that were made.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Redirect},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::catalogue::v1::{DecideEquivalenceRequest, ProposeEquivalencesResponse, Relation};
use serde::Deserialize;

use super::{item, read::wrong};
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    figures,
    model::{
        agency::{count, counted},
        catalogue::{
            RELATIONS, item_href,
            review::{self as words, Card, Standing},
        },
    },
    pages::{
        Fields,
        choices::{Choice, Problem, mended},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// Proposals of a page: each is read with care.
const SIZE: u32 = 10;

/// Decisions of the page, the newest; the file has all.
const DECISIONS: u32 = 25;

/// Where the page starts, as the service said.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    token: String,
}

/// A proposal with its form as it was filled in.
struct Waiting {
    place: usize,
    card: Card,
    relations: Vec<Choice>,
    reason: String,
    clinical_use: String,
    until: String,
}

#[derive(Template)]
#[template(path = "catalogue/review.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    /// What a search for pairs brought; empty where none was asked for.
    searched: String,
    /// No item is known, so there is nothing to pair.
    none: bool,
    finding: String,
    waiting: Vec<Waiting>,
    token: String,
    /// Address of the page after; empty on the last.
    next: String,
    standing: Vec<Standing>,
    decisions: Table,
}

/// What a form says of a pair.
pub(super) struct Decision {
    relation: Relation,
    reason: String,
    clinical_use: String,
    until: String,
}

impl Decision {
    /// Confirmed as one of the three relations, or rejected; the service knows what each needs beside a reason.
    pub(super) fn read(fields: &Fields) -> Result<Self> {
        let relation = match fields.get("decision") {
            "confirm" => {
                let key = fields.get("relation");
                let known = RELATIONS.iter().find(|(known, ..)| *known == key);
                known
                    .map(|(_, _, relation)| *relation)
                    .ok_or_else(|| Error::bad_request("choose what the two items are to each other"))?
            }
            "reject" => Relation::Unspecified,
            other => {
                return Err(Error::bad_request(format!("a pair is confirmed or rejected, not `{other}`")));
            }
        };
        if fields.get("reason").is_empty() {
            return Err(Error::bad_request("write why: the next reader of the decision was not there"));
        }
        let substitution = relation == Relation::Substitutable;
        let only = |name: &str| if substitution { fields.get(name).to_owned() } else { String::new() };
        Ok(Self {
            relation,
            reason: fields.get("reason").to_owned(),
            clinical_use: only("clinical_use"),
            until: only("until"),
        })
    }

    fn request(self, proposal_id: String, (left, right): (i64, i64)) -> DecideEquivalenceRequest {
        DecideEquivalenceRequest {
            proposal_id,
            left,
            right,
            relation: self.relation as i32,
            reason: self.reason,
            clinical_use: self.clinical_use,
            until: self.until,
        }
    }

    /// Of two items that nobody proposed.
    pub(super) fn of_items(self, left: i64, right: i64) -> DecideEquivalenceRequest {
        self.request(String::new(), (left, right))
    }
}

/// A form that came back, with the id of its proposal; both empty for a page that is only looked at.
#[derive(Default)]
struct Filled {
    proposal: String,
    fields: Fields,
    problem: Option<(String, Error)>,
}

async fn shown(caller: &Caller<'_>, token: &str, filled: Filled) -> Result<Page> {
    let (told, decided) = futures::try_join!(caller.proposals(SIZE, token), caller.decisions(DECISIONS, ""))?;
    let total = told.page.as_ref().and_then(|page| page.total).unwrap_or(told.proposals.len() as u64);
    let next = told.page.as_ref().map(|page| page.next_token.clone()).filter(|token| !token.is_empty());
    let none = told.proposals.is_empty() && decided.decisions.is_empty() && !any_item(caller).await?;
    let waiting = told.proposals.iter().enumerate().map(|(place, proposal)| {
        let card = words::card(place, proposal);
        let own = card.id == filled.proposal;
        let text = |name: &str| if own { filled.fields.get(name).to_owned() } else { String::new() };
        let relation = if own { filled.fields.get("relation") } else { card.relation_key };
        Waiting {
            place,
            relations: RELATIONS.map(|(key, words, _)| Choice::new(key, words, relation)).into(),
            reason: text("reason"),
            clinical_use: text("clinical_use"),
            until: text("until"),
            card,
        }
    });
    let waiting: Vec<Waiting> = waiting.collect();
    let mut problems = Vec::new();
    if let Some((field, error)) = &filled.problem {
        let known = waiting.iter().find(|it| it.card.id == filled.proposal);
        let field = known.map_or_else(|| field.clone(), |it| format!("reason-{}", it.place));
        problems.push(wrong(&field, error.message()));
    }
    let error = if problems.is_empty() { "" } else { "Error: " };
    Ok(Page {
        shell: Shell::catalogue(format!("{error}Review of pairs"), "/catalogue/review"),
        problems,
        searched: String::new(),
        none,
        finding: words::finding(total, told.proposals.first()),
        waiting,
        token: token.to_owned(),
        next: next.map_or_else(String::new, |token| format!("/catalogue/review?token={}", encode(&token))),
        standing: words::standing(&decided.decisions),
        decisions: words::decisions(&decided.decisions).csv("/catalogue/review/decisions.csv"),
    })
}

async fn any_item(caller: &Caller<'_>) -> Result<bool> {
    let request = muster_proto::catalogue::v1::SearchItemsRequest {
        page: Some(crate::calls::catalogue_rows(1, "")),
        ..Default::default()
    };
    Ok(!caller.search_items(request).await?.hits.is_empty())
}

pub(crate) async fn review(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    page(&shown(&Caller::new(&deps, &actor), &wanted.token, Filled::default()).await?)
}

/// All decisions as a file.
pub(crate) async fn file(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::file(
        "equivalence-decisions",
        &words::decisions(&Caller::new(&deps, &actor).all_decisions().await?),
    )
}

fn searched(told: &ProposeEquivalencesResponse) -> String {
    format!(
        "{} were compared: {} are alike enough to be proposed, {} of them nobody had proposed or decided before.",
        counted(told.items, "item"),
        counted(told.pairs, "pair"),
        figures::count(count(told.new_proposals))
    )
}

/// Looks for pairs and says how many were found.
pub(crate) async fn propose(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    match caller.propose_equivalences().await {
        Ok(told) => {
            let body = shown(&caller, "", Filled::default()).await?;
            page(&Page { searched: searched(&told), ..body })
        }
        Err(error) => refused(&caller, "", ("queue-heading", error), Filled::default()).await,
    }
}

/// Confirms or rejects a proposal; why it cannot be done is said at its form.
pub(crate) async fn decide(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(proposal): Path<String>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let token = fields.get("token").to_owned();
    let decided = async {
        let request = Decision::read(&fields)?.request(proposal.clone(), (0, 0));
        caller.decide_equivalence(request).await
    };
    match decided.await {
        Ok(()) => {
            let to = format!("/catalogue/review?token={}#queue-heading", encode(&token));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let filled = Filled { proposal, fields, problem: None };
            refused(&caller, &token, ("queue-heading", error), filled).await
        }
    }
}

/// Takes a decision back, from the page of an item or from here.
pub(crate) async fn revoke(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let of_item = fields.get("item").parse::<i64>().ok();
    let reason = fields.get("reason");
    let done = if reason.is_empty() {
        Err(Error::bad_request("write why the decision is taken back"))
    } else {
        caller.revoke_equivalence(&id, reason).await
    };
    match (done, of_item) {
        (Ok(()), Some(number)) => {
            Ok(Redirect::to(&format!("{}#links-heading", item_href(number))).into_response())
        }
        (Ok(()), None) => Ok(Redirect::to("/catalogue/review#decisions-heading").into_response()),
        (Err(error), Some(number)) => {
            item::refused(&caller, number, Fields::default(), ("links-heading", error)).await
        }
        (Err(error), None) => refused(&caller, "", ("decisions-heading", error), Filled::default()).await,
    }
}

/// The page with what was refused; nothing where it is no matter of a form.
async fn refused(
    caller: &Caller<'_>,
    token: &str,
    (field, error): (&str, Error),
    filled: Filled,
) -> PageResult {
    let Some(status) = mended(&error) else { return Err(error.into()) };
    let filled = Filled { problem: Some((field.to_owned(), error)), ..filled };
    Ok((status, page(&shown(caller, token, filled).await?)?).into_response())
}
