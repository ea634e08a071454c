//! `/back-office/cases/X`: a business case worked out, and the forms by which an option is approved or its approval taken back.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Redirect},
};
use http::StatusCode;
use muster_kit::{Actor, Error, Result};
use muster_proto::backoffice::v1::{DecideCaseRequest, GetCaseRequest, GetCaseResponse};
use serde::Deserialize;

use super::document;
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::{
        back_office::{
            cases::{self as words, Fact, months, options, rules, standing},
            sharing::{self, Unit},
        },
        catalogue::variance::ChartView,
    },
    pages::{
        Fields,
        catalogue::read::wrong,
        choices::{Choice, Problem, mended},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// Which option's months, what finance had attested by when, and what was just done; empty = the approved or best, and all.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    option: String,
    as_of: String,
    done: String,
}

/// How the approved option stands.
struct Standing {
    finding: String,
    decay: String,
    caveats: Vec<String>,
    delivered: Table,
    history: Table,
}

/// How the gain of one host or firm could be shared.
struct Shared {
    provider: String,
    view: sharing::View,
}

#[derive(Template)]
#[template(path = "back_office/case.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    /// What was just done, in words.
    done: &'static str,
    id: String,
    /// Version that is shown: a decision names it.
    version: i64,
    title: String,
    finding: String,
    outdated: Option<&'static str>,
    facts: Vec<Fact>,
    options: Table,
    broken: Vec<(String, Vec<String>)>,
    choices: Vec<Choice>,
    as_of: String,
    organisations: Option<Table>,
    chart: Option<ChartView>,
    months: Table,
    standing: Option<Standing>,
    approved: bool,
    cheapest_finding: String,
    cheapest: Table,
    dearest: String,
    rules: Table,
    shared: Vec<Shared>,
    fields: Fields,
    to_approve: Vec<Choice>,
}

impl Page {
    /// The reason as it was typed into one of the forms.
    fn typed(&self, act: &str) -> &str {
        if self.fields.get("act") == act { self.fields.get("reason") } else { "" }
    }

    /// What is wrong with a field of one of the forms.
    fn beside(&self, field: &str) -> &str {
        self.problems.iter().find(|it| it.field == field).map_or("", |it| it.text.as_str())
    }
}

impl Wanted {
    fn request(&self, id: &str) -> GetCaseRequest {
        GetCaseRequest {
            case_id: id.to_owned(),
            option: self.option.trim().to_owned(),
            as_of: self.as_of.trim().to_owned(),
        }
    }

    fn query(&self) -> String {
        let [option, as_of] = [&self.option, &self.as_of].map(|text| encode(text.trim()));
        format!("option={option}&as_of={as_of}")
    }
}

fn done(what: &str) -> &'static str {
    match what {
        "approved" => {
            "The option is approved. From now on the case is re-forecast from what finance attests."
        }
        "taken-back" => "The approval is taken back, with your reason. No option is approved now.",
        _ => "",
    }
}

/// A table of the case by the name of its file.
fn table(told: &GetCaseResponse, name: &str) -> Option<Table> {
    let case = told.case.as_ref().map_or("", |it| it.case_id.as_str());
    if let Some(provider) = name.strip_prefix("shares-") {
        let of = told.sharing.iter().find(|it| it.provider == provider)?.sharing.as_ref()?;
        return Some(sharing::shares(of, Unit::Pound, provider));
    }
    Some(match name {
        "options" => options::options(told),
        "organisations" => options::organisations(told.options.iter().find(|it| it.option == told.option)?),
        "months" => months::table(told),
        "reforecast" => standing::delivered(told.reforecast.as_ref()?, case),
        "history" => standing::history(told.reforecast.as_ref()?),
        "cheapest" => rules::cheapest(told),
        "rules" => rules::rules(told),
        _ => return None,
    })
}

fn shared(told: &GetCaseResponse, place: &str, query: &str) -> Vec<Shared> {
    let one = |(nth, it): (usize, &muster_proto::backoffice::v1::CaseSharing)| {
        let mut view = sharing::view(it.sharing.as_ref()?, Unit::Pound, &nth.to_string());
        view.shares = view.shares.files(&format!("{place}/shares-{}", encode(&it.provider)), query);
        Some(Shared { provider: it.provider.clone(), view })
    };
    told.sharing.iter().enumerate().filter_map(one).collect()
}

async fn shown(
    caller: &Caller<'_>,
    id: &str,
    wanted: &Wanted,
    (fields, problems): (Fields, Vec<Problem>),
) -> Result<Page> {
    let told = caller.case(wanted.request(id)).await?;
    let head = told.case.clone().unwrap_or_default();
    let (place, query) = (words::href(id), wanted.query());
    let given = |name: &str| table(&told, name).map(|it| it.files(&format!("{place}/{name}"), &query));
    let standing = told.reforecast.as_ref().map(|of| Standing {
        finding: standing::finding(of),
        decay: standing::decay(of),
        caveats: of.caveats.clone(),
        delivered: given("reforecast").unwrap_or_default(),
        history: given("history").unwrap_or_default(),
    });
    let choose = |chosen: &str| -> Vec<Choice> {
        told.options.iter().map(|it| Choice::new(&it.option, &it.title, chosen)).collect()
    };
    let error = if problems.is_empty() { "" } else { "Error: " };
    let chosen = if fields.get("option").is_empty() { head.option.as_str() } else { fields.get("option") };
    Ok(Page {
        shell: Shell::back_office(format!("{error}Business case {id}"), "/back-office/cases"),
        done: done(&wanted.done),
        finding: words::case_finding(&told),
        outdated: words::outdated(&head),
        facts: words::facts(&told),
        options: given("options").unwrap_or_default().turned(),
        broken: options::broken(&told),
        choices: choose(&told.option),
        as_of: wanted.as_of.trim().to_owned(),
        organisations: given("organisations"),
        chart: months::chart(&told),
        months: given("months").unwrap_or_default(),
        standing,
        approved: head.approval.is_some(),
        cheapest_finding: rules::finding(&told),
        cheapest: given("cheapest").unwrap_or_default(),
        dearest: rules::dearest(&told),
        rules: given("rules").unwrap_or_default(),
        shared: shared(&told, &place, &query),
        to_approve: choose(chosen),
        id: id.to_owned(),
        version: head.version,
        title: head.title,
        fields,
        problems,
    })
}

pub(crate) async fn show(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    page(&shown(&Caller::new(&deps, &actor), &id, &wanted, (Fields::default(), Vec::new())).await?)
}

/// A table of the page as a file, or the document as it was imported.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((id, file)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let told = Caller::new(&deps, &actor).case(wanted.request(&id)).await?;
    if file == "document.json" {
        return Ok(document(&format!("case-{id}"), told.document));
    }
    let table = files::stem(&file).and_then(|name| table(&told, name));
    let table = table.ok_or_else(|| Error::not_found("there is no such table of a business case"))?;
    files::either(&format!("case-{file}"), &table)
}

/// What the form asks for; the id of the field that is wrong and what to do about it where it asks for nothing.
fn request_of(id: &str, fields: &Fields) -> Result<DecideCaseRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    let back = fields.get("act") == "take-back";
    if !back && fields.get("option").is_empty() {
        problems.push(wrong("option-to-approve", "Choose the option that is approved"));
    }
    if fields.get("reason").trim().is_empty() {
        problems.push(wrong(reason(back), "Write why: it is kept with the decision"));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let option = if back { String::new() } else { fields.get("option").to_owned() };
    Ok(DecideCaseRequest {
        case_id: id.to_owned(),
        option,
        reason: fields.get("reason").to_owned(),
        version: fields.get("version").parse().unwrap_or(0),
    })
}

/// Id of the field of the reason.
fn reason(back: bool) -> &'static str {
    if back { "take-back-reason-case" } else { "approve-reason-case" }
}

/// Approves an option or takes the approval back; what is wrong is said beside the form with what was typed.
pub(crate) async fn decide(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let back = fields.get("act") == "take-back";
    let (status, problems) = match request_of(&id, &fields) {
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Ok(request) => match caller.decide_case(request).await {
            Ok(_) => {
                let what = if back { "taken-back" } else { "approved" };
                return Ok(Redirect::to(&format!("{}?done={what}", words::href(&id))).into_response());
            }
            Err(error) => {
                let Some(status) = mended(&error) else { return Err(error.into()) };
                (status, vec![wrong(reason(back), error.message())])
            }
        },
    };
    let body = page(&shown(&caller, &id, &Wanted::default(), (fields, problems)).await?)?;
    Ok((status, body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_needs_its_option_and_its_reason() {
        let told = |pairs: &[(&str, &str)]| {
            let mut fields = Fields::default();
            for (name, value) in pairs {
                fields.set(name, *value);
            }
            request_of("c", &fields)
                .map_err(|all| all.into_iter().map(|it| it.field).collect::<Vec<_>>())
                .map(|it| (it.option, it.reason))
        };
        assert_eq!(told(&[("act", "approve")]).unwrap_err(), ["option-to-approve", "approve-reason-case"]);
        assert_eq!(told(&[("act", "take-back"), ("option", "a")]).unwrap_err(), ["take-back-reason-case"]);
        let approved = told(&[("act", "approve"), ("option", "a"), ("reason", "best")]);
        assert_eq!(approved.unwrap(), ("a".into(), "best".into()));
        let back = told(&[("act", "take-back"), ("option", "a"), ("reason", "stale")]);
        assert_eq!(back.unwrap(), (String::new(), "stale".into()), "no option is a decision to take back");
    }
}
