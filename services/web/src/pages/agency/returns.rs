//! `/agency/returns`: weekly returns: a preview of any week, who stands for it, and its versions and files.

use askama::Template;
use axum::{
    Extension,
    body::Body,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Redirect},
};
use futures::{StreamExt, stream};
use http::{StatusCode, header};
use muster_kit::{Actor, Error, Result};
use muster_proto::agency::v1::{
    ExportReturnRequest, GetReturnRequest, GetReturnResponse, ReturnHead, ReturnKey, ReturnState,
};
use serde::Deserialize;

use super::mended;
use crate::{
    calls::{Caller, Months},
    data::files,
    deps::Deps,
    failure::PageResult,
    figures,
    model::agency::{month as months, weekly as model},
    pages::{
        Fields,
        choices::{Choice, Problem},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// Ends of a file's name and what a browser is told of it.
const FORMATS: [(&str, &str); 2] = [
    ("csv", "text/csv; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

/// The form that leads to a week.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    week: String,
}

#[derive(Template)]
#[template(path = "agency/returns.html")]
struct Returns {
    shell: Shell,
    problems: Vec<Problem>,
    /// Organisations with shift lines; none yet = a field to write in.
    organisations: Vec<Choice>,
    organisation: String,
    week: String,
    versions: Table,
}

pub(crate) async fn list(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (organisation, week) = (wanted.organisation.trim().to_ascii_uppercase(), wanted.week.trim());
    if !organisation.is_empty() && !week.is_empty() {
        let to = format!("/agency/returns/{}/{}", encode(&organisation), encode(week));
        return Ok(Redirect::to(&to).into_response());
    }
    let told = caller.spend_table("", Months::default()).await?;
    let known = months::sums(&told, "", |row| row.organisation.as_str());
    let last = told.rows.iter().map(|row| row.month.as_str()).max().unwrap_or_default();
    let mut problems = Vec::new();
    if !organisation.is_empty() {
        let text = "Write a week, such as 2016-W14, or its Monday, such as 2016-04-04".into();
        problems.push(Problem { field: "week".into(), text });
    }
    let title = if problems.is_empty() { "Weekly returns" } else { "Error: Weekly returns" };
    page(&Returns {
        shell: Shell::agency(title, "/agency/returns"),
        problems,
        organisations: known.keys().map(|code| Choice::new(*code, *code, &organisation)).collect(),
        week: if week.is_empty() { first_monday(last) } else { week.to_owned() },
        versions: model::versions(&caller.weekly_returns("").await?, false).csv("/agency/returns.csv"),
        organisation,
    })
}

/// The first Monday of a month: a week that is sure to have shifts where the month has.
fn first_monday(month: &str) -> String {
    let Ok(day) = format!("{month}-01").parse::<jiff::civil::Date>() else { return String::new() };
    let monday = if day.weekday() == jiff::civil::Weekday::Monday {
        Ok(day)
    } else {
        day.nth_weekday(1, jiff::civil::Weekday::Monday)
    };
    monday.map(|day| day.to_string()).unwrap_or_default()
}

pub(crate) async fn list_file(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let heads = Caller::new(&deps, &actor).weekly_returns("").await?;
    files::file("weekly-returns", &model::versions(&heads, false))
}

/// Which version of a week, and whether it is to be counted again.
#[derive(Default, Deserialize)]
pub(crate) struct Version {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    recompute: bool,
}

#[derive(Template)]
#[template(path = "agency/week.html")]
struct Week {
    shell: Shell,
    problems: Vec<Problem>,
    name: String,
    organisation: String,
    monday: String,
    monday_words: String,
    href: String,
    version: i64,
    version_words: String,
    state: &'static str,
    stored: bool,
    /// The newest stored version is attested and can be closed.
    closable: bool,
    /// What counting again gave; empty where it was not asked for.
    again: String,
    finding: String,
    counts: Table,
    off_framework: Table,
    break_glass: Table,
    versions: Table,
    head: ReturnHead,
    attested: String,
    closed: String,
    known: String,
}

fn key(organisation: &str, week: &str) -> ReturnKey {
    ReturnKey { organisation: organisation.to_ascii_uppercase(), week: week.to_owned() }
}

pub(crate) async fn week(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((organisation, week)): Path<(String, String)>,
    Query(wanted): Query<Version>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let body = shown(&caller, key(&organisation, &week), &wanted, Vec::new()).await?;
    page(&body)
}

async fn shown(
    caller: &Caller<'_>,
    key: ReturnKey,
    wanted: &Version,
    problems: Vec<Problem>,
) -> Result<Week> {
    let request = GetReturnRequest { key: Some(key), version: wanted.version, recompute: wanted.recompute };
    let found = caller.weekly_return(request).await?;
    let again = counted_again(&found);
    let head = found.head.unwrap_or_default();
    let figures = found.figures.unwrap_or_default();
    let name = caller.name_of(&head.organisation).await;
    let monday_words = figures::date(&head.week_commencing);
    let error = if problems.is_empty() { "" } else { "Error: " };
    let title = format!("{error}Weekly return of {name}, {monday_words}");
    let newest = found.versions.last();
    Ok(Week {
        shell: Shell::agency(title, "/agency/returns"),
        problems,
        href: model::href(&head),
        version: head.version,
        version_words: model::version_words(&head),
        state: model::state_words(head.state),
        stored: head.version > 0,
        closable: newest.is_some_and(|it| it.state == ReturnState::Attested as i32),
        again,
        finding: model::finding(&figures),
        counts: model::counts(&figures),
        off_framework: model::off_framework(&figures),
        break_glass: model::break_glass(&figures),
        versions: model::versions(&found.versions, true),
        attested: by(&head.attested_by, head.attested_at_micros),
        closed: by(&head.submitted_by, head.closed_at_micros),
        known: figures::instant(head.known_at_micros),
        name,
        organisation: head.organisation.clone(),
        monday: head.week_commencing.clone(),
        monday_words,
        head,
    })
}

/// Who did it and when; nothing when nobody has.
fn by(who: &str, micros: i64) -> String {
    if who.is_empty() { String::new() } else { format!("{who}, {}", figures::instant(micros)) }
}

fn counted_again(found: &GetReturnResponse) -> String {
    let figures = match found.same_figures {
        None => return String::new(),
        Some(true) => "Counted again by what was known then, the figures are the same.",
        Some(false) => "Counted again by what was known then, the figures are others: they stand below.",
    };
    let rules = match found.same_rules {
        Some(false) => " The rules are others than those of the version: a later program brought them along.",
        _ => "",
    };
    format!("{figures}{rules}")
}

/// Attests or closes, then leads to the version; what cannot be done is said on the week's own page.
pub(crate) async fn act(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((organisation, week)): Path<(String, String)>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let key = key(&organisation, &week);
    let done = match fields.get("act") {
        "attest" => caller.attest(key.clone()).await,
        "close" => caller.close(key.clone()).await,
        other => Err(Error::bad_request(format!("a return is attested or closed, not `{other}`"))),
    };
    match done {
        Ok(head) => {
            let to = format!("{}?version={}", model::href(&head), head.version);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let Some(status) = mended(&error) else { return Err(error.into()) };
            let problem = Problem { field: "act".into(), text: error.message().to_owned() };
            let body = shown(&caller, key, &Version::default(), vec![problem]).await?;
            Ok((status, page(&body)?).into_response())
        }
    }
}

/// `/agency/returns/{organisation}/{week}/v1.csv` or `.xlsx`; `v0` is as it is counted now.
pub(crate) async fn export(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path((organisation, week, file)): Path<(String, String, String)>,
) -> PageResult {
    let unknown = || Error::not_found("a return is given as `v1.csv` or `v1.xlsx`, by its version");
    let (version, end) = file.rsplit_once('.').ok_or_else(unknown)?;
    let version = version.strip_prefix('v').and_then(|n| n.parse().ok()).ok_or_else(unknown)?;
    let (format, kind) = FORMATS.into_iter().find(|(known, _)| *known == end).ok_or_else(unknown)?;
    let request =
        ExportReturnRequest { key: Some(key(&organisation, &week)), version, format: format.to_owned() };
    let mut pieces = Caller::new(&deps, &actor).export_return(request).await?;
    // the first piece is waited for: what is wrong with the return is a page then, not a broken file
    let first = pieces.message().await?.unwrap_or_default();
    let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut name: String = first.file_name.chars().filter(fits).collect();
    if name.is_empty() {
        name = format!("muster-return.{format}");
    }
    let rest = pieces.map(|piece| piece.map(|piece| piece.content).map_err(std::io::Error::other));
    let body = Body::from_stream(deps.shutdown.until(stream::iter([Ok(first.content)]).chain(rest)));
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((StatusCode::OK, head, body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_monday_of_a_month_is_offered() {
        assert_eq!(first_monday("2016-04"), "2016-04-04");
        assert_eq!(first_monday("2016-02"), "2016-02-01");
        assert_eq!(first_monday(""), "");
    }
}
