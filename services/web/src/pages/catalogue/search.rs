//! `/catalogue`: what stands where, and a search over the items of everybody.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use muster_kit::{Actor, Result};
use muster_proto::catalogue::v1::{SearchItemsRequest, SearchItemsResponse};
use serde::Deserialize;

use crate::{
    calls::{Caller, catalogue_rows, if_allowed},
    data::files,
    deps::Deps,
    failure::PageResult,
    figures,
    model::{
        agency::{count, counted, money},
        catalogue::{SCHEMES, ended, item as words},
    },
    pages::{choices::Choice, encode, page},
    shell::Shell,
    table::Table,
};

/// Items of a page.
const SIZE: u32 = 25;

/// Items of a file.
const FILE: u32 = 5_000;

/// The form as it was filled in; empty is everything.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    q: String,
    scheme: String,
    class: String,
    supplier: String,
    organisation: String,
    /// Where the page starts, as the service said.
    token: String,
    /// Place of its first item, from 1, to say which are shown.
    from: String,
}

impl Wanted {
    fn request(&self, size: u32) -> SearchItemsRequest {
        SearchItemsRequest {
            words: self.q.trim().to_owned(),
            class_scheme: self.scheme.trim().to_owned(),
            class_code: self.class.trim().to_owned(),
            supplier: self.supplier.trim().to_owned(),
            organisation: self.organisation.trim().to_ascii_uppercase(),
            page: Some(catalogue_rows(size, &self.token)),
        }
    }

    fn filtered(&self) -> bool {
        [&self.q, &self.scheme, &self.class, &self.supplier, &self.organisation]
            .iter()
            .any(|text| !text.trim().is_empty())
    }

    fn query(&self) -> String {
        let [q, scheme, class, supplier, organisation] =
            [&self.q, &self.scheme, &self.class, &self.supplier, &self.organisation]
                .map(|text| encode(text.trim()));
        format!("q={q}&scheme={scheme}&class={class}&supplier={supplier}&organisation={organisation}")
    }

    fn first(&self) -> u64 {
        self.from.parse().unwrap_or(1).max(1)
    }
}

/// A figure above the search, with where it leads.
struct Tile {
    key: &'static str,
    heading: &'static str,
    number: String,
    note: String,
    href: &'static str,
    link: &'static str,
}

#[derive(Template)]
#[template(path = "catalogue/search.html")]
struct Page {
    shell: Shell,
    wanted: Wanted,
    /// No item is known at all.
    none: bool,
    tiles: Vec<Tile>,
    schemes: Vec<Choice>,
    finding: String,
    hits: Table,
    /// Address of the page after; empty on the last.
    next: String,
    first: String,
}

/// Items, proposals, opportunity and rounds; what the account may not see is left out.
async fn tiles(caller: &Caller<'_>, items: Option<u64>) -> Result<Vec<Tile>> {
    let (proposals, variance, rounds) = futures::try_join!(
        async { if_allowed(caller.proposals(1, "").await) },
        async { if_allowed(caller.variance("", (1, "")).await) },
        async { if_allowed(caller.rounds().await) },
    )?;
    let mut tiles = Vec::new();
    let mut tile = |key, heading, number: String, note: String, (href, link)| {
        tiles.push(Tile { key, heading, number, note, href, link });
    };
    let items = items.map_or_else(|| "some".to_owned(), |n| figures::count(count(n)));
    tile("items", "Items", items, "in the catalogue of everybody".into(), ("#search-heading", "Search them"));
    if let Some(told) = proposals {
        let known = told.page.and_then(|page| page.total).unwrap_or(told.proposals.len() as u64);
        let note = told.proposals.first().filter(|first| first.at_stake_pence > 0).map_or_else(
            || "pairs that may be one item".to_owned(),
            |first| format!("the first is about {} a year", money(first.at_stake_pence)),
        );
        let number = figures::count(count(known));
        tile("proposals", "Proposals that wait", number, note, ("/catalogue/review", "Decide on them"));
    }
    if let Some(told) = variance {
        let note = match told.unconfirmed_pairs {
            0 => "against the lower quartile of the others".to_owned(),
            pairs => format!(
                "confirmed; {} in {} not confirmed",
                money(told.unconfirmed_pence),
                counted(pairs, "pair")
            ),
        };
        let number = money(told.opportunity_pence);
        tile("opportunity", "Opportunity", number, note, ("/catalogue/variance", "See where it lies"));
    }
    if let Some(rounds) = rounds {
        let open = rounds.iter().filter(|round| !ended(round.phase)).count() as u64;
        let note = format!("of {}", counted(rounds.len() as u64, "round"));
        let number = figures::count(count(open));
        tile("rounds", "Rounds open", number, note, ("/catalogue/rounds", "Take part"));
    }
    Ok(tiles)
}

/// What was found, in a sentence.
fn finding(wanted: &Wanted, told: &SearchItemsResponse) -> String {
    let shown = told.hits.len() as u64;
    let behind = if told.catching_up {
        " Items that came in are still being put into the index: some are not found yet."
    } else {
        ""
    };
    if shown == 0 {
        return format!("No item fits.{behind}");
    }
    let first = wanted.first();
    let last = first + shown - 1;
    let total = told.page.as_ref().and_then(|page| page.total);
    let forgiven = told.hits.iter().map(|hit| hit.forgiven.as_str()).find(|text| !text.is_empty());
    let forgiven = forgiven.map_or_else(String::new, |text| format!(" Forgiven: {text}."));
    let what = match total {
        Some(total) if total == shown => counted(total, "item"),
        Some(total) => format!("Items {first} to {last} of {}", figures::count(count(total))),
        None => format!("Items {first} to {last}"),
    };
    let by = if wanted.q.trim().is_empty() { "" } else { ", best first" };
    format!("{what}{by}.{forgiven}{behind}")
}

pub(crate) async fn search(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let told = caller.search_items(wanted.request(SIZE)).await?;
    let total = told.page.as_ref().and_then(|page| page.total);
    let all = if wanted.filtered() || !wanted.token.is_empty() {
        let request = Wanted::default().request(1);
        let everything = caller.search_items(request).await?;
        everything.page.and_then(|page| page.total).or(Some(everything.hits.len() as u64))
    } else {
        total.or(Some(told.hits.len() as u64))
    };
    let none = all == Some(0);
    let next = told.page.as_ref().map(|page| page.next_token.clone()).filter(|token| !token.is_empty());
    let query = wanted.query();
    let after = wanted.first() + told.hits.len() as u64;
    page(&Page {
        shell: Shell::catalogue("Catalogue", "/catalogue"),
        tiles: if none { Vec::new() } else { tiles(&caller, all).await? },
        none,
        schemes: SCHEMES.map(|(scheme, words)| Choice::new(scheme, words, &wanted.scheme)).into(),
        finding: finding(&wanted, &told),
        hits: words::hits(&told.hits).csv(format!("/catalogue/search.csv?{query}")),
        next: next.map_or_else(String::new, |token| {
            format!("/catalogue?{query}&token={}&from={after}#hits-heading", encode(&token))
        }),
        first: if wanted.token.is_empty() {
            String::new()
        } else {
            format!("/catalogue?{query}#hits-heading")
        },
        wanted,
    })
}

/// What was found as a file, the first 5,000.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let request = Wanted { token: String::new(), ..wanted }.request(FILE);
    files::file("items", &words::hits(&Caller::new(&deps, &actor).search_items(request).await?.hits))
}
