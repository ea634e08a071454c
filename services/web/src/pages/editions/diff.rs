//! `/editions/diff`: what is other between two editions, before, after and why.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::backoffice::v1::{DiffEditionsRequest, DiffEditionsResponse};
use serde::Deserialize;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::changes::{self as words, Change},
    pages::page,
    shell::Shell,
};

/// Changes of a page; the file has all.
const SHOWN: usize = 100;

/// Which two; empty = the latest and the one before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    from: String,
    to: String,
    /// `1` = only what everybody may see.
    public: String,
}

#[derive(Template)]
#[template(path = "editions/diff.html")]
struct Page {
    shell: Shell,
    from: i64,
    to: i64,
    public: bool,
    finding: String,
    changes: Vec<Change>,
    more: usize,
}

impl Wanted {
    async fn told(&self, caller: &Caller<'_>) -> Result<DiffEditionsResponse> {
        let number = |text: &str| -> Result<Option<i64>> {
            match text.trim() {
                "" => Ok(None),
                text => super::number(text).map(Some),
            }
        };
        let (from, to) = (number(&self.from)?, number(&self.to)?);
        let (from, to) = match (from, to) {
            (Some(from), to) => (from, to.unwrap_or(0)),
            (None, to) => {
                let latest = caller.editions().await?.first().map_or(0, |it| it.number);
                let to = to.filter(|it| *it > 0).unwrap_or(latest);
                if to < 2 {
                    return Err(Error::not_found(
                        "two editions are needed to compare: freeze another one first",
                    ));
                }
                (to - 1, to)
            }
        };
        caller.diff_editions(DiffEditionsRequest { from, to, public_only: !self.public.is_empty() }).await
    }
}

pub(crate) async fn diff(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let told = wanted.told(&Caller::new(&deps, &actor)).await?;
    let [from, to] = [&told.from, &told.to].map(|head| head.as_ref().map_or(0, |it| it.number));
    let mut changes = words::changes(&told);
    let more = changes.len().saturating_sub(SHOWN);
    changes.truncate(SHOWN);
    page(&Page {
        shell: Shell::back_office(format!("Edition {from} against edition {to}"), "/editions"),
        from,
        to,
        public: !wanted.public.is_empty(),
        finding: words::finding(&told),
        changes,
        more,
    })
}

pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    files::file("edition-changes", &words::table(&wanted.told(&Caller::new(&deps, &actor)).await?))
}
