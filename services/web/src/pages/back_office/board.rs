//! `/back-office`: what the board sees: attested money in the headline, everything else beside it.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::{Actor, Error};
use serde::Deserialize;

use crate::{
    calls::{Caller, ClaimsWanted},
    data::files,
    deps::Deps,
    failure::PageResult,
    model::{
        back_office::{
            board::{self as words, Tile},
            claims, delivery, schemes,
        },
        catalogue::variance::ChartView,
    },
    pages::page,
    shell::Shell,
    table::{Cell, Table},
};

/// Month at whose end schemes stand; empty = the last that came.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    as_of: String,
}

#[derive(Template)]
#[template(path = "back_office/board.html")]
struct Page {
    shell: Shell,
    /// Nothing came in yet.
    none: bool,
    as_of: String,
    finding: String,
    /// Words, address and words of the link.
    next: (String, String, &'static str),
    tiles: [Tile; 5],
    chart: Option<ChartView>,
    organisations: Table,
    months: Table,
    schemes: Table,
    delivery: Table,
    unknown: Option<String>,
    /// Schemes that are green to date and red for the year: name, address.
    deceiving: Vec<(String, String)>,
    effect: Table,
    held: Table,
    changed: Table,
}

pub(crate) async fn board(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let undecided = ClaimsWanted { undecided: true, ..ClaimsWanted::default() };
    let as_of = wanted.as_of.trim();
    let (told, (known, _), waiting) =
        futures::try_join!(caller.board(as_of), caller.schemes("", as_of), caller.claims(undecided))?;
    let name = |id: &String| {
        let title = known.iter().filter_map(|line| line.scheme.as_ref()).find(|it| it.scheme == *id);
        let name = title.map_or_else(|| id.clone(), |it| format!("{id}: {}", it.title));
        (name, schemes::href(id))
    };
    page(&Page {
        shell: Shell::back_office("Savings that finance has attested", "/back-office"),
        none: words::is_empty(&told, &known),
        finding: words::finding(&told),
        next: words::next_step(&told, waiting.len()),
        tiles: words::tiles(&told),
        chart: words::chart(&told),
        organisations: words::organisations(&told),
        months: words::months(&told),
        schemes: words::by_scheme(&told, &known),
        delivery: delivery(&told.delivery.unwrap_or_default(), &words::to_date(&told.as_of), None)
            .csv("/back-office/board/delivery.csv"),
        unknown: words::unknown(&told),
        deceiving: told.deceiving_schemes.iter().map(name).collect(),
        effect: schemes::effect(&told.effect.unwrap_or_default(), None).csv("/back-office/board/effect.csv"),
        held: claims::doubtful("held", "Claims that are held back", &told.held)
            .csv("/back-office/board/held.csv"),
        changed: claims::doubtful("changed", "Claims whose evidence has moved", &told.evidence_changed)
            .csv("/back-office/board/changed.csv"),
        as_of: told.as_of,
    })
}

/// A table of the page as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let as_of = wanted.as_of.trim();
    let (told, (known, _)) = futures::try_join!(caller.board(as_of), caller.schemes("", as_of))?;
    let table = match file.as_str() {
        "headline.csv" => headline(&words::tiles(&told)),
        "organisations.csv" => words::organisations(&told),
        "months.csv" => words::months(&told),
        "schemes.csv" => words::by_scheme(&told, &known),
        "delivery.csv" => delivery(&told.delivery.unwrap_or_default(), &words::to_date(&told.as_of), None),
        "effect.csv" => schemes::effect(&told.effect.unwrap_or_default(), None),
        "held.csv" => claims::doubtful("held", "", &told.held),
        "changed.csv" => claims::doubtful("changed", "", &told.evidence_changed),
        _ => return Err(Error::not_found("there is no such table of the board").into()),
    };
    files::file(&format!("board-{}", file.trim_end_matches(".csv")), &table)
}

/// The figures above the tables.
fn headline(tiles: &[Tile]) -> Table {
    let table = Table::new("headline", "").text("Figure", "figure").number("Amount", "pounds");
    table.rows(tiles.iter().map(|tile| {
        let plain = tile.exact.replace(['£', ','], "").replace('\u{2212}', "-");
        vec![Cell::text(tile.heading), Cell::number(tile.exact.clone(), plain)]
    }))
}
