//! `/catalogue/suppliers`: suppliers that several organisations pay, the spend cube, and names that may be one supplier.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    response::{IntoResponse, Redirect},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::catalogue::v1::{DecideSuppliersRequest, GetSpendCubeRequest, GetSpendCubeResponse, Side};
use serde::Deserialize;

use super::read::wrong;
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::catalogue::{
        spend::{self, SIDES},
        suppliers::{self as words, Decided, Pair},
    },
    pages::{
        Fields,
        choices::{Problem, mended},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// Suppliers of the page; the file has all.
const SIZE: u32 = 50;

/// Pairs of a page.
const PAIRS: u32 = 10;

/// Organisations that pay a supplier at least, when nobody says.
const LEAST: u32 = 2;

/// The form of the cube as it was filled in.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    least: String,
    supplier: String,
    organisation: String,
    from: String,
    until: String,
    by_supplier: String,
    by_organisation: String,
    by_expense_type: String,
    by_month: String,
    /// Where the pairs start, as the service said.
    token: String,
}

impl Wanted {
    fn least(&self) -> Result<u32, Problem> {
        match self.least.trim() {
            "" => Ok(LEAST),
            text => text.parse().map_err(|_| {
                wrong("least", "Organisations must be a whole number, such as 2; 0 shows every supplier")
            }),
        }
    }

    /// Sides that are kept apart; with none chosen, suppliers.
    fn by(&self) -> Vec<Side> {
        let chosen = [&self.by_supplier, &self.by_organisation, &self.by_expense_type, &self.by_month];
        let chosen = SIDES.iter().zip(chosen).filter(|(_, chosen)| !chosen.is_empty());
        let chosen: Vec<Side> = chosen.map(|((_, _, side), _)| *side).collect();
        if chosen.is_empty() { vec![Side::Supplier] } else { chosen }
    }

    fn request(&self) -> GetSpendCubeRequest {
        GetSpendCubeRequest {
            by: self.by().into_iter().map(Into::into).collect(),
            supplier: self.supplier.trim().to_owned(),
            organisation: self.organisation.trim().to_owned(),
            from: self.from.trim().to_owned(),
            until: self.until.trim().to_owned(),
        }
    }

    fn filtered(&self) -> bool {
        [&self.supplier, &self.organisation, &self.from, &self.until]
            .iter()
            .any(|text| !text.trim().is_empty())
    }

    fn query(&self) -> String {
        let [supplier, organisation, from, until] =
            [&self.supplier, &self.organisation, &self.from, &self.until].map(|text| encode(text.trim()));
        let by = self.by();
        let sides = SIDES.iter().filter(|(_, _, side)| by.contains(side));
        let sides: Vec<String> = sides.map(|(key, ..)| format!("&by_{key}=on")).collect();
        let sides = sides.concat();
        format!("supplier={supplier}&organisation={organisation}&from={from}&until={until}{sides}")
    }
}

/// A side as a box to tick.
struct Tick {
    field: String,
    words: &'static str,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "catalogue/suppliers.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    /// No spend is known at all.
    none: bool,
    wanted: Wanted,
    least: String,
    finding: String,
    suppliers: Table,
    sides: Vec<Tick>,
    cube_finding: String,
    cube: Table,
    more: usize,
    pairs: Vec<Pair>,
    pairs_total: u64,
    next_pairs: String,
    decided: Vec<Decided>,
}

async fn shown(
    caller: &Caller<'_>,
    wanted: Wanted,
    mut problems: Vec<Problem>,
) -> Result<(Page, Option<http::StatusCode>)> {
    let least = wanted.least().unwrap_or_else(|problem| {
        problems.push(problem);
        LEAST
    });
    let (known, pairs) = futures::try_join!(
        caller.suppliers(least, (SIZE, "")),
        caller.supplier_proposals(PAIRS, &wanted.token)
    )?;
    let mut status = (!problems.is_empty()).then_some(http::StatusCode::UNPROCESSABLE_ENTITY);
    let told = match caller.spend_cube(wanted.request()).await {
        Ok(told) => told,
        Err(error) => {
            problems.push(wrong("supplier", error.message()));
            status = Some(mended(&error).ok_or(error)?);
            GetSpendCubeResponse::default()
        }
    };
    let by = wanted.by();
    let total = known.page.as_ref().and_then(|page| page.total).unwrap_or(known.suppliers.len() as u64);
    let pairs_total = pairs.page.as_ref().and_then(|page| page.total).unwrap_or(pairs.proposals.len() as u64);
    let next = pairs.page.as_ref().map(|page| page.next_token.clone()).filter(|token| !token.is_empty());
    let (cube, more) = spend::shown(spend::table(&told, &by));
    let error = if problems.is_empty() { "" } else { "Error: " };
    let query = wanted.query();
    let body = Page {
        shell: Shell::catalogue(format!("{error}Suppliers and spend"), "/catalogue/suppliers"),
        none: known.suppliers.is_empty() && told.lines == 0 && !wanted.filtered() && problems.is_empty(),
        problems,
        least: least.to_string(),
        finding: words::finding(total, least, &known.suppliers),
        suppliers: words::table(&known.suppliers)
            .csv(format!("/catalogue/suppliers/suppliers.csv?least={least}")),
        sides: SIDES
            .map(|(key, words, side)| Tick { field: format!("by_{key}"), words, ticked: by.contains(&side) })
            .into(),
        cube_finding: spend::finding(&told) + &spend::largest(&told, &by),
        cube: cube.csv(format!("/catalogue/suppliers/spend.csv?{query}")),
        more,
        pairs: words::pairs(&pairs.proposals),
        pairs_total,
        next_pairs: next.map_or_else(String::new, |token| {
            format!("/catalogue/suppliers?{query}&least={least}&token={}#pairs-heading", encode(&token))
        }),
        decided: words::decided(&pairs.decisions),
        wanted,
    };
    Ok((body, status))
}

pub(crate) async fn suppliers(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let (body, status) = shown(&Caller::new(&deps, &actor), wanted, Vec::new()).await?;
    let body = page(&body)?;
    Ok(match status {
        Some(status) => (status, body).into_response(),
        None => body,
    })
}

/// Decides on two suppliers, or takes that back.
pub(crate) async fn decide(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let text = |name: &str| fields.get(name).to_owned();
    let act = fields.get("decision");
    let done = match act {
        "same" | "different" | "revoke" if fields.get("reason").is_empty() => {
            Err(Error::bad_request("write why: the next reader of the decision was not there"))
        }
        "same" | "different" | "revoke" => {
            let request = DecideSuppliersRequest {
                one: text("one"),
                other: text("other"),
                same: act == "same",
                reason: text("reason"),
                revoke: act == "revoke",
            };
            caller.decide_suppliers(request).await
        }
        other => Err(Error::bad_request(format!("two suppliers are one or two, not `{other}`"))),
    };
    let error = match done {
        Ok(()) => return Ok(Redirect::to("/catalogue/suppliers#pairs-heading").into_response()),
        Err(error) => error,
    };
    let Some(status) = mended(&error) else { return Err(error.into()) };
    let field = if act == "revoke" { "decided-heading" } else { "pairs-heading" };
    let (body, _) = shown(&caller, Wanted::default(), vec![wrong(field, error.message())]).await?;
    Ok((status, page(&body)?).into_response())
}

/// A table of the page as a file, with all its rows.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let table = match file.as_str() {
        "suppliers.csv" => {
            let least = wanted.least().map_err(|problem| Error::bad_request(problem.text))?;
            words::table(&caller.all_suppliers(least).await?)
        }
        "spend.csv" => spend::table(&caller.spend_cube(wanted.request()).await?, &wanted.by()),
        _ => return Err(Error::not_found("there is no such table of suppliers").into()),
    };
    files::file(file.trim_end_matches(".csv"), &table)
}
