//! `/catalogue/rounds`: collective rounds, and the form that opens one.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, Request, State},
    response::{IntoResponse, Redirect},
};
use muster_kit::{Actor, Result};
use muster_proto::catalogue::v1::{Lot, OpenRoundRequest, Partner};
use serde::Deserialize;

use super::read::{self, wrong};
use crate::{
    calls::{Caller, if_allowed},
    data::files,
    deps::Deps,
    failure::PageResult,
    model::catalogue::{SUBJECTS, round as words, unit_words},
    pages::{
        Fields,
        choices::{Choice, Problem, mended},
        page,
    },
    shell::Shell,
    table::Table,
};

#[derive(Template)]
#[template(path = "catalogue/rounds.html")]
struct Rounds {
    shell: Shell,
    finding: String,
    table: Table,
}

pub(crate) async fn list(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    let rounds = Caller::new(&deps, &actor).rounds().await?;
    page(&Rounds {
        shell: Shell::catalogue("Collective rounds", "/catalogue/rounds"),
        finding: words::list_finding(&rounds),
        table: words::list(&rounds).csv("/catalogue/rounds.csv"),
    })
}

pub(crate) async fn file(State(deps): State<Deps>, Extension(actor): Extension<Actor>) -> PageResult {
    files::file("rounds", &words::list(&Caller::new(&deps, &actor).rounds().await?))
}

#[derive(Template)]
#[template(path = "catalogue/round_new.html")]
struct New {
    shell: Shell,
    problems: Vec<Problem>,
    fields: Fields,
    subjects: Vec<Choice>,
}

fn new(mut fields: Fields, problems: Vec<Problem>, host: &str) -> New {
    fields.fill("partners", host);
    let error = if problems.is_empty() { "" } else { "Error: " };
    New {
        shell: Shell::catalogue(format!("{error}Open a collective round"), "/catalogue/rounds"),
        problems,
        subjects: SUBJECTS.map(|(key, words, _)| Choice::new(key, words, fields.get("subject"))).into(),
        fields,
    }
}

/// An item that the first lot is about.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    item: String,
}

/// The form, with a lot for an item where one is named.
pub(crate) async fn form(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    // opening needs the service, and so does the form: it says at once when it is away
    caller.rounds().await?;
    let mut fields = Fields::default();
    if let Ok(number) = wanted.item.parse::<i64>()
        && let Some(told) = if_allowed(caller.item(number).await)?
    {
        let item = told.item.unwrap_or_default();
        let unit = unit_words(&item.orderable_unit);
        let description = item.description.replace(';', ",");
        fields.set("title", description.clone());
        let lot = format!("LOT-1; {description}, 1 {unit}; ; {number}; {}", item.pack_size.max(1));
        fields.set("lots", lot);
    }
    page(&new(fields, Vec::new(), caller.actor.organisation.as_str()))
}

fn partner((line, parts): (usize, Vec<&str>)) -> Result<Partner, Problem> {
    let central = match parts.get(1).map_or("", |kind| *kind).to_ascii_lowercase().as_str() {
        "" | "central" => true,
        "sub-central" => false,
        other => {
            let text = format!("Line {line} of partners: `{other}` must be central or sub-central");
            return Err(wrong("partners", text));
        }
    };
    Ok(Partner { organisation: parts.first().map_or("", |code| *code).to_ascii_uppercase(), central })
}

fn lot((line, parts): (usize, Vec<&str>)) -> Result<Lot, Problem> {
    let part = |place: usize| parts.get(place).copied().unwrap_or_default();
    let bad = |what: &str| wrong("lots", format!("Line {line} of lots: {what}"));
    if parts.len() < 3 || part(0).is_empty() || part(1).is_empty() {
        return Err(bad(
            "write its id, what is bought and the estimated price, with semicolons between them",
        ));
    }
    let price = read::decimal(part(2), 4).filter(|price| *price > 0);
    let price = price.ok_or_else(|| bad("the estimated price must be pounds above nought, such as 12.50"))?;
    let whole = |place: usize, what: &str| match part(place) {
        "" => Ok(0),
        text => read::decimal(text, 0).ok_or_else(|| bad(&format!("{what} must be a whole number"))),
    };
    Ok(Lot {
        lot_id: part(0).to_owned(),
        item: whole(3, "the number of the item")?,
        description: part(1).to_owned(),
        estimated_unit_price_hundredths: price,
        consumables: whole(4, "the consumable units in one")?,
    })
}

/// What is opened, or what is wrong with the form. The service knows the rest of what may be wrong.
fn request_of(fields: &Fields) -> Result<OpenRoundRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    if fields.get("title").is_empty() {
        problems.push(wrong("title", "Write what the round is about"));
    }
    let mut all = |found: Vec<Result<Partner, Problem>>| -> Vec<Partner> {
        found.into_iter().filter_map(|it| it.map_err(|problem| problems.push(problem)).ok()).collect()
    };
    let partners = all(read::lines(fields.get("partners")).map(partner).collect());
    if fields.get("partners").is_empty() {
        problems.push(wrong("partners", "Write the ODS codes of the partners, one a line"));
    }
    let lots: Vec<Lot> = read::lines(fields.get("lots"))
        .map(lot)
        .filter_map(|it| it.map_err(|problem| problems.push(problem)).ok())
        .collect();
    if fields.get("lots").is_empty() {
        problems.push(wrong("lots", "Write the lots, one a line"));
    }
    let mut deadline = |field: &str, what: &str| {
        read::instant(fields.get(field)).unwrap_or_else(|| {
            let text = format!("Write until when {what}, as a day and time such as 2026-12-11T17:00");
            problems.push(wrong(field, text));
            0
        })
    };
    let pledge_by_micros = deadline("pledge_by", "pledges are taken");
    let bids_by_micros = deadline("bids_by", "bids are taken");
    let approve_by_micros = deadline("approve_by", "partners approve");
    if !problems.is_empty() {
        return Err(problems);
    }
    let subject = SUBJECTS.iter().find(|(key, ..)| *key == fields.get("subject")).unwrap_or(&SUBJECTS[0]);
    Ok(OpenRoundRequest {
        title: fields.get("title").to_owned(),
        subject: subject.2 as i32,
        partners,
        lots,
        pledge_by_micros,
        bids_by_micros,
        approve_by_micros,
    })
}

/// Opens a round; a form that cannot be sent on comes back to be mended.
pub(crate) async fn open(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let host = caller.actor.organisation.as_str();
    let wanted = match request_of(&fields) {
        Ok(wanted) => wanted,
        Err(problems) => {
            let body = page(&new(fields, problems, host))?;
            return Ok((http::StatusCode::UNPROCESSABLE_ENTITY, body).into_response());
        }
    };
    match caller.open_round(wanted).await {
        Ok(round) => Ok(Redirect::to(&words::href(&round.round_id)).into_response()),
        Err(error) => {
            let Some(status) = mended(&error) else { return Err(error.into()) };
            let problems = vec![wrong("title", error.message())];
            Ok((status, page(&new(fields, problems, host))?).into_response())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(lots: &str) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in [
            ("title", "Gloves"),
            ("partners", "rj1\nRJZ; sub-central"),
            ("lots", lots),
            ("pledge_by", "2026-12-11T17:00"),
            ("bids_by", "2026-12-18T17:00"),
            ("approve_by", "2026-12-23T17:00"),
        ] {
            fields.set(name, value);
        }
        fields
    }

    #[test]
    fn lots_and_partners_are_read_a_line_each() {
        let read =
            request_of(&fields("GLV; Gloves, 200; £6.4825; 1204; 200\n\nSYR;Syringes;0.05")).ok().unwrap();
        assert_eq!(
            read.partners.iter().map(|of| (of.organisation.as_str(), of.central)).collect::<Vec<_>>(),
            [("RJ1", true), ("RJZ", false)]
        );
        let lot = |lot: &Lot| (lot.item, lot.estimated_unit_price_hundredths, lot.consumables);
        assert_eq!(read.lots.iter().map(lot).collect::<Vec<_>>(), [(1_204, 64_825, 200), (0, 500, 0)]);
    }

    #[test]
    fn what_is_wrong_names_its_line() {
        let problems = request_of(&fields("GLV; Gloves; 6.40\nSYR; Syringes; dear")).err().unwrap();
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].text,
            "Line 2 of lots: the estimated price must be pounds above nought, such as 12.50"
        );
        let mut none = fields("");
        none.set("pledge_by", "soon");
        let fields: Vec<String> = request_of(&none).err().unwrap().into_iter().map(|it| it.field).collect();
        assert_eq!(fields, ["lots", "pledge_by"]);
    }
}
