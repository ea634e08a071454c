//! `/back-office/bridge`: how the printed figures of affordability come about, and whether they do.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
    response::IntoResponse,
};
use muster_kit::{Actor, Error, Result};
use muster_proto::backoffice::v1::{GetBridgeRequest, GetBridgeResponse};
use serde::Deserialize;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    figures,
    model::back_office::{
        bridge::{self as words, Compared, Derived},
        plan,
    },
    pages::{
        catalogue::read::wrong,
        choices::{Choice, Problem, mended},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// Which bridge, and two figures to compare; empty = the one published last, and no pair.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    title: String,
    shipped: String,
    one: String,
    other: String,
}

#[derive(Template)]
#[template(path = "back_office/bridge.html")]
struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    title: String,
    /// Where it is from.
    from: String,
    sha256: String,
    shipped: bool,
    finding: String,
    derived: Vec<Derived>,
    compared: Vec<Compared>,
    /// The pair that was asked for.
    asked: Option<Compared>,
    wanted: Wanted,
    ones: Vec<Choice>,
    others: Vec<Choice>,
    rolls: Table,
    figures: Table,
    pressures: Table,
}

impl Wanted {
    fn request(&self, pair: bool) -> GetBridgeRequest {
        let text = |text: &str| if pair { text.trim().to_owned() } else { String::new() };
        GetBridgeRequest {
            title: self.title.trim().to_owned(),
            shipped: !self.shipped.is_empty(),
            compare: text(&self.one),
            with: text(&self.other),
        }
    }

    fn pair(&self) -> bool {
        !self.one.trim().is_empty() && !self.other.trim().is_empty()
    }

    fn csv(&self, table: &str) -> String {
        let (title, shipped) = (encode(self.title.trim()), encode(self.shipped.trim()));
        format!("/back-office/bridge/{table}.csv?title={title}&shipped={shipped}")
    }
}

fn from(told: &GetBridgeResponse) -> String {
    match &told.provenance {
        None => "the shipped example: figures that the programme’s own papers printed".to_owned(),
        Some(of) => format!(
            "version {}, {}, published by {} on {}",
            told.version,
            of.source,
            of.actor,
            figures::instant(of.recorded_at_micros),
        ),
    }
}

/// The bridge with the pair; without it where the pair cannot be compared, and what is wrong with it.
async fn asked(caller: &Caller<'_>, wanted: &Wanted) -> Result<(GetBridgeResponse, Vec<Problem>)> {
    match caller.bridge(wanted.request(wanted.pair())).await {
        Err(error) if wanted.pair() && mended(&error).is_some() => {
            let told = caller.bridge(wanted.request(false)).await?;
            Ok((told, vec![wrong("one", error.message())]))
        }
        told => Ok((told?, Vec::new())),
    }
}

pub(crate) async fn bridge(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (told, mut problems) = asked(&caller, &wanted).await?;
    if wanted.one.trim().is_empty() != wanted.other.trim().is_empty() {
        problems.push(wrong("one", "Choose two figures to compare"));
    }
    let bridge = told.bridge.clone().unwrap_or_default();
    let compared = |it: &_| words::compared(&bridge, it);
    let own = |it: &&_| {
        let it: &muster_proto::backoffice::v1::BridgeComparison = it;
        wanted.pair() && it.one == wanted.one.trim() && it.other == wanted.other.trim()
    };
    let choices = |chosen: &str| -> Vec<Choice> {
        bridge.figures.iter().map(|it| Choice::new(&it.id, words::capital(&it.title), chosen)).collect()
    };
    let pressures: Vec<_> = told.pressures.iter().collect();
    let status =
        if problems.is_empty() { http::StatusCode::OK } else { http::StatusCode::UNPROCESSABLE_ENTITY };
    let error = if problems.is_empty() { "" } else { "Error: " };
    let body = page(&Page {
        shell: Shell::back_office(format!("{error}Affordability bridge"), "/back-office/bridge"),
        problems,
        from: from(&told),
        sha256: told.provenance.as_ref().map(|of| of.sha256.clone()).unwrap_or_default(),
        shipped: told.shipped,
        finding: words::finding(&bridge),
        derived: words::derived(&bridge, true),
        compared: bridge.comparisons.iter().filter(|it| !own(it)).map(compared).collect(),
        asked: bridge.comparisons.iter().rev().find(own).map(compared),
        ones: choices(&wanted.one),
        others: choices(&wanted.other),
        rolls: words::rolls(&bridge, true).csv(wanted.csv("rolls")),
        figures: words::figures(&bridge, true).csv(wanted.csv("figures")),
        pressures: plan::table("pressures", "Pressures of the latest forecasts", &pressures)
            .empty("No forecast has been published to the back office yet.")
            .csv("/back-office/plan/pressure.csv"),
        title: bridge.title.clone(),
        wanted,
    })?;
    Ok((status, body).into_response())
}

/// A table of the page as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let told = Caller::new(&deps, &actor).bridge(wanted.request(false)).await?;
    let bridge = told.bridge.unwrap_or_default();
    let table = match file.as_str() {
        "figures.csv" => words::figures(&bridge, false),
        "rolls.csv" => words::rolls(&bridge, false),
        "steps.csv" => words::all_steps(&bridge),
        _ => return Err(Error::not_found("there is no such table of the bridge").into()),
    };
    files::file(&format!("bridge-{}", file.trim_end_matches(".csv")), &table)
}
