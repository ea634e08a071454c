//! `/editions/N`: its figures in groups, whole or the public variant, and whether it is what was frozen.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::Actor;
use muster_proto::backoffice::v1::GetEditionRequest;
use serde::Deserialize;

use super::number;
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    figures,
    model::{
        agency::{count, month_words},
        back_office::editions::{self as words, Group, Verified},
    },
    pages::{choices::Choice, encode, page},
    shell::Shell,
};

/// What of it is wanted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// How the keys begin; empty = all.
    prefix: String,
    /// `1` = only what everybody may see.
    public: String,
    /// It was frozen just now.
    frozen: String,
}

#[derive(Template)]
#[template(path = "editions/show.html")]
struct Page {
    shell: Shell,
    number: i64,
    frozen: bool,
    public: bool,
    /// What is added to addresses of the public variant.
    query: &'static str,
    facts: Vec<(&'static str, String)>,
    verified: Verified,
    prefixes: Vec<Choice>,
    prefix: String,
    count: String,
    left_out: u64,
    groups: Vec<Group>,
    csv: String,
    /// The edition before; 0 for the first.
    before: i64,
}

pub(crate) async fn show(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let number = number(&text)?;
    let public = !wanted.public.is_empty();
    let prefix = wanted.prefix.trim().to_owned();
    let request = |prefix: String| GetEditionRequest { number, public_only: public, prefix };
    let (all, verified) =
        futures::try_join!(caller.edition(request(String::new())), caller.verify_edition(number))?;
    let head = all.edition.clone().unwrap_or_default();
    let fits: Vec<_> = all.figures.iter().filter(|it| it.key.starts_with(&prefix)).cloned().collect();
    let choices = words::group_choices(&all.figures);
    let query = if public { "?public=1" } else { "" };
    page(&Page {
        shell: Shell::back_office(format!("Edition {}", head.number), "/editions"),
        number: head.number,
        frozen: !wanted.frozen.is_empty(),
        public,
        query,
        facts: vec![
            ("Frozen", figures::instant(head.frozen_at_micros)),
            ("Signed as", head.signed_as.clone()),
            (
                "By",
                if head.frozen_by.is_empty() {
                    "not named in the public variant".into()
                } else {
                    head.frozen_by.clone()
                },
            ),
            ("Note", head.note.clone()),
            (
                "Schemes stand at the end of",
                if head.as_of.is_empty() { "no month yet".into() } else { month_words(&head.as_of) },
            ),
            ("Figures", figures::count(count(head.figures))),
            ("SHA-256", head.sha256.clone()),
            (
                "SHA-256 of the edition before",
                if head.previous_sha256.is_empty() {
                    "none: it is the first".into()
                } else {
                    head.previous_sha256.clone()
                },
            ),
        ],
        verified: words::verified(&verified),
        prefixes: choices.into_iter().map(|(key, text)| Choice::new(key, text, &prefix)).collect(),
        count: figures::count(count(fits.len() as u64)),
        left_out: all.left_out,
        groups: words::groups(&head, &fits, public, !prefix.is_empty()),
        csv: format!(
            "/editions/{}/figures.csv?prefix={}{}",
            head.number,
            encode(&prefix),
            if public { "&public=1" } else { "" }
        ),
        prefix,
        before: head.number - 1,
    })
}
