//! `/catalogue/rounds/{id}`: a round from opening to award, with forms for what can be done now.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect},
};
use muster_kit::{Actor, Error};
use muster_proto::catalogue::v1::{Lot, Phase, Round};

use super::{act, read::wrong};
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    figures,
    model::catalogue::{
        award as awards,
        round::{self as words, Step},
        subject_words,
    },
    pages::{
        Fields,
        choices::{Choice, Problem, mended},
        page,
    },
    shell::Shell,
    table::Table,
};

/// An award in words.
struct AwardView {
    heading: &'static str,
    finding: String,
    proof: String,
    runner_up: String,
    lots: Table,
    constraints: Table,
    verdicts: Table,
}

/// A lot as a box to tick.
struct Tick {
    field: String,
    words: String,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "catalogue/round.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    href: String,
    title: String,
    finding: String,
    steps: Vec<Step>,
    facts: Vec<(&'static str, String)>,
    threshold: Option<(bool, String)>,
    lots: Table,
    pledges: Table,
    bids: Table,
    award: Option<AwardView>,
    awarded: bool,
    history: Table,
    possible: Vec<String>,
    fields: Fields,
    partners: Vec<Choice>,
    deciding: Vec<Choice>,
    lot_choices: Vec<Choice>,
    ticks: Vec<Tick>,
    bid_choices: Vec<Choice>,
}

impl Page {
    /// Can it be done now?
    fn can(&self, act: &str) -> bool {
        self.possible.iter().any(|known| known == act)
    }
}

fn award_view(round: &Round, href: &str) -> Option<AwardView> {
    let award = round.award.as_ref()?;
    let csv = |table: &str| format!("{href}/{table}.csv");
    Some(AwardView {
        heading: match Phase::try_from(round.phase).unwrap_or_default() {
            Phase::Awarded => "The award",
            Phase::Refused => "The award that was refused",
            _ => "The award that is put forward",
        },
        finding: awards::finding(award),
        proof: awards::proof(award),
        runner_up: awards::runner_up(award),
        lots: awards::lots(award).csv(csv("awarded")),
        constraints: awards::constraints(award).csv(csv("constraints")),
        verdicts: awards::verdicts(round).csv(csv("verdicts")),
    })
}

fn facts(round: &Round) -> Vec<(&'static str, String)> {
    let partner = |of: &muster_proto::catalogue::v1::Partner| {
        if of.central { of.organisation.clone() } else { format!("{} (sub-central)", of.organisation) }
    };
    vec![
        ("Host", round.host.clone()),
        ("Partners", round.partners.iter().map(partner).collect::<Vec<_>>().join(", ")),
        ("What is bought", subject_words(round.subject).to_owned()),
        ("Pledges until", figures::instant(round.pledge_by_micros)),
        ("Bids before", figures::instant(round.bids_by_micros)),
        ("Approvals before", figures::instant(round.approve_by_micros)),
    ]
}

fn lot_words(lot: &Lot) -> String {
    format!("{}: {}", lot.lot_id, lot.description)
}

fn shown(round: &Round, mut fields: Fields, problems: Vec<Problem>, own: &str) -> Page {
    fields.fill("pledge_organisation", own);
    fields.fill("decide_organisation", own);
    fields.fill("seconds", act::SECONDS.0.to_string());
    let href = words::href(&round.round_id);
    let error = if problems.is_empty() { "" } else { "Error: " };
    let csv = |table: &str| format!("{href}/{table}.csv");
    let partners: Vec<&str> = round.partners.iter().map(|of| of.organisation.as_str()).collect();
    // who has spoken can change their mind only by a new award
    let deciding = round.missing.iter().map(String::as_str).collect::<Vec<_>>();
    let deciding = if deciding.is_empty() { partners.clone() } else { deciding };
    let codes = |field: &str, codes: Vec<&str>| -> Vec<Choice> {
        codes.into_iter().map(|code| Choice::new(code, code, fields.get(field))).collect()
    };
    let choices = |field: &str, all: Vec<(String, String)>| -> Vec<Choice> {
        all.into_iter().map(|(value, text)| Choice::new(value, text, fields.get(field))).collect()
    };
    let lots = round.lots.iter().map(|lot| (lot.lot_id.clone(), lot_words(lot))).collect();
    let bids =
        round.bids.iter().map(|bid| (bid.bid_id.clone(), format!("{} ({})", bid.bid_id, bid.supplier)));
    let tick = |(place, lot): (usize, &Lot)| {
        let field = format!("bid_lot_{place}");
        Tick { ticked: !fields.get(&field).is_empty(), words: lot_words(lot), field }
    };
    Page {
        shell: Shell::catalogue(format!("{error}{}", round.title), "/catalogue/rounds"),
        problems,
        title: round.title.clone(),
        finding: words::finding(round),
        steps: words::steps(round),
        facts: facts(round),
        threshold: round.threshold.as_ref().map(|of| (of.reached, words::threshold(of))),
        lots: words::lots(round).csv(csv("lots")),
        pledges: words::pledges(round).csv(csv("pledges")),
        bids: words::bids(round).csv(csv("bids")),
        award: award_view(round, &href),
        awarded: round.phase == Phase::Awarded as i32,
        history: words::history(&round.history).csv(csv("history")),
        possible: round.possible.clone(),
        partners: codes("pledge_organisation", partners),
        deciding: codes("decide_organisation", deciding),
        lot_choices: choices("pledge_lot", lots),
        ticks: round.lots.iter().enumerate().map(tick).collect(),
        bid_choices: choices("withdraw_bid", bids.collect()),
        href,
        fields,
    }
}

pub(crate) async fn round(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let round = caller.round(&id).await?;
    page(&shown(&round, Fields::default(), Vec::new(), caller.actor.organisation.as_str()))
}

/// Does something in the round; what cannot be done is said on its own page.
pub(crate) async fn act(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let round = caller.round(&id).await?;
    let (problems, refused, status) = match act::action(&fields, &round.lots) {
        Err(problems) => (problems, None, http::StatusCode::UNPROCESSABLE_ENTITY),
        Ok(action) => match caller.act_on_round(&id, action).await {
            Ok(()) => return Ok(Redirect::to(&words::href(&id)).into_response()),
            Err(error) => match mended(&error) {
                Some(status) => (Vec::new(), Some(error), status),
                None => return Err(error.into()),
            },
        },
    };
    // how things stand may have changed since the form was made, and its form may be gone
    let round = caller.round(&id).await?;
    let act = fields.get("act").to_owned();
    let field = if round.possible.contains(&act) { act::heading(&act) } else { act::heading("") };
    let refused = refused.map(|error| wrong(&field, error.message()));
    let problems = problems.into_iter().chain(refused).collect();
    let body = shown(&round, fields, problems, caller.actor.organisation.as_str());
    Ok((status, page(&body)?).into_response())
}

/// A table of the page as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((id, file)): Path<(String, String)>,
) -> PageResult {
    let round = Caller::new(&deps, &actor).round(&id).await?;
    let award = || round.award.as_ref().ok_or_else(|| Error::not_found("this round has no award yet"));
    let table = match file.as_str() {
        "lots.csv" => words::lots(&round),
        "pledges.csv" => words::pledges(&round),
        "bids.csv" => words::bids(&round),
        "awarded.csv" => awards::lots(award()?),
        "constraints.csv" => awards::constraints(award()?),
        "verdicts.csv" => awards::verdicts(&round),
        "history.csv" => words::history(&round.history),
        _ => return Err(Error::not_found("there is no such table of a round").into()),
    };
    files::file(&format!("round-{}", file.trim_end_matches(".csv")), &table)
}
