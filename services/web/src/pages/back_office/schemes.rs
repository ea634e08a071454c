//! `/back-office/schemes`: what schemes are worth and how their delivery stands.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use muster_kit::{Actor, Result};
use muster_proto::backoffice::v1::SchemeLine;
use serde::Deserialize;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::schemes::{self as words, STANDINGS},
    pages::{choices::Choice, encode, page},
    shell::Shell,
    table::Table,
};

/// The form as it was filled in; empty is everything.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    organisation: String,
    programme: String,
    standing: String,
    as_of: String,
}

#[derive(Template)]
#[template(path = "back_office/schemes.html")]
struct Page {
    shell: Shell,
    /// Nothing came in yet.
    none: bool,
    organisations: Vec<Choice>,
    programmes: Vec<Choice>,
    standings: Vec<Choice>,
    wanted: Wanted,
    finding: String,
    worth: Table,
    standing: Table,
}

impl Wanted {
    /// Every scheme, those that the form leaves, and the month at whose end they stand.
    async fn lines(&self, caller: &Caller<'_>) -> Result<(Vec<SchemeLine>, Vec<SchemeLine>, String)> {
        let (all, as_of) = caller.schemes("", self.as_of.trim()).await?;
        let fits = |line: &&SchemeLine| {
            let scheme = line.scheme.clone().unwrap_or_default();
            let of = |wanted: &str, value: &str| wanted.is_empty() || wanted.eq_ignore_ascii_case(value);
            of(self.organisation.trim(), &scheme.organisation)
                && of(self.programme.trim(), &scheme.programme)
                && words::stands(line, &self.standing)
        };
        let left = all.iter().filter(fits).cloned().collect();
        Ok((all, left, as_of))
    }

    fn query(&self) -> String {
        let [organisation, programme, standing, as_of] =
            [&self.organisation, &self.programme, &self.standing, &self.as_of]
                .map(|text| encode(text.trim()));
        format!("organisation={organisation}&programme={programme}&standing={standing}&as_of={as_of}")
    }
}

fn each(all: &[SchemeLine], value: fn(&SchemeLine) -> Option<&String>, chosen: &str) -> Vec<Choice> {
    let known: BTreeSet<&String> = all.iter().filter_map(value).collect();
    known.into_iter().map(|it| Choice::new(it, it, chosen)).collect()
}

pub(crate) async fn list(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(mut wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let asked = wanted.as_of.trim().to_owned();
    let (all, left, as_of) = wanted.lines(&caller).await?;
    let query = wanted.query();
    wanted.as_of.clone_from(&as_of);
    page(&Page {
        shell: Shell::back_office("Savings schemes", "/back-office/schemes"),
        none: all.is_empty(),
        organisations: each(
            &all,
            |line| line.scheme.as_ref().map(|it| &it.organisation),
            &wanted.organisation,
        ),
        programmes: each(&all, |line| line.scheme.as_ref().map(|it| &it.programme), &wanted.programme),
        standings: STANDINGS.map(|(key, text)| Choice::new(key, text, &wanted.standing)).into(),
        finding: words::finding(&left, &asked),
        worth: words::worth(&left).csv(format!("/back-office/schemes.csv?{query}")),
        standing: words::standing(&left).csv(format!("/back-office/schemes-delivery.csv?{query}")),
        wanted,
    })
}

pub(crate) async fn worth_file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let (_, left, _) = wanted.lines(&Caller::new(&deps, &actor)).await?;
    files::file("schemes", &words::worth(&left))
}

pub(crate) async fn standing_file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let (_, left, _) = wanted.lines(&Caller::new(&deps, &actor)).await?;
    files::file("schemes-delivery", &words::standing(&left))
}
