//! `/back-office/claims`: the inbox of finance: what each claim rests on, what is doubtful about it, and the forms to decide.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use muster_kit::{Actor, Result};
use muster_proto::backoffice::v1::{Claim, ClaimState, SchemeLine};
use serde::Deserialize;

use crate::{
    calls::{Caller, ClaimsWanted},
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::{
        claims::{self as words, Card, STATES},
        money,
    },
    pages::{
        Fields,
        choices::{Choice, Problem},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// Claims of a page: each is read with care.
const SIZE: usize = 10;

/// The filter: empty is what waits for a decision.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// A state, `all`, or empty.
    pub(super) state: String,
    organisation: String,
    scheme: String,
    month: String,
    /// One claim alone.
    claim: String,
    /// Place of the first, from 0.
    from: String,
    /// What was just done, with `claim`.
    done: String,
}

impl Wanted {
    /// As a form sends it along.
    pub(super) fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        Self {
            state: text("filter_state"),
            organisation: text("filter_organisation"),
            scheme: text("filter_scheme"),
            month: text("filter_month"),
            ..Self::default()
        }
    }

    fn undecided(&self) -> bool {
        self.state.is_empty() && self.claim.is_empty()
    }

    async fn claims(&self, caller: &Caller<'_>) -> Result<Vec<Claim>> {
        let state =
            STATES.iter().find(|(key, ..)| *key == self.state).map_or(ClaimState::Unspecified, |it| it.2);
        let organisation = self.organisation.trim().to_ascii_uppercase();
        let wanted = ClaimsWanted { organisation: &organisation, state, undecided: self.undecided() };
        let mut all = caller.claims(wanted).await?;
        let of = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        all.retain(|claim| {
            of(self.scheme.trim(), &claim.scheme)
                && of(self.month.trim(), &claim.month)
                && of(self.claim.trim(), &claim.claim_id)
        });
        Ok(all)
    }

    pub(super) fn query(&self) -> String {
        let [state, organisation, scheme, month, claim] =
            [&self.state, &self.organisation, &self.scheme, &self.month, &self.claim]
                .map(|text| encode(text.trim()));
        format!("state={state}&organisation={organisation}&scheme={scheme}&month={month}&claim={claim}")
    }
}

/// A claim with its forms as they were filled in.
struct Waiting {
    place: usize,
    card: Card,
    schemes: Vec<Choice>,
    fields: Fields,
    /// What was wrong with which of its forms, said beside it.
    act: String,
    problem: Option<(String, String)>,
}

impl Waiting {
    /// What is wrong with a field of one of its forms.
    fn beside(&self, act: &str, field: &str) -> &str {
        let own = self.act == act && self.problem.as_ref().is_some_and(|(known, _)| known == field);
        self.problem.as_ref().filter(|_| own).map_or("", |(_, text)| text)
    }
}

#[derive(Template)]
#[template(path = "back_office/claims.html")]
pub(super) struct Page {
    shell: Shell,
    problems: Vec<Problem>,
    /// What was just done, in words.
    done: String,
    undecided: bool,
    finding: String,
    states: Vec<Choice>,
    wanted: Wanted,
    waiting: Vec<Waiting>,
    table: Table,
    /// Which are shown, and where the others are; empty where there are none.
    shown: String,
    before: String,
    next: String,
}

/// A form that came back; empty for a page that is only looked at.
#[derive(Default)]
pub(super) struct Filled {
    pub(super) claim: String,
    pub(super) fields: Fields,
    pub(super) problems: Vec<Problem>,
}

fn waiting(place: usize, claim: &Claim, schemes: &[SchemeLine], filled: &Filled) -> Waiting {
    let card = words::card(claim);
    let own = card.id == filled.claim;
    let mut fields = if own { filled.fields.clone() } else { Fields::default() };
    if !own {
        fields.set("scheme", card.scheme.clone());
        fields.set("line_month", card.month.clone());
        fields.set("account", card.account.clone());
        fields.set("cost_centre", card.cost_centre.clone());
        fields.set("amount", card.pounds.clone());
    }
    let of_organisation = schemes
        .iter()
        .filter_map(|line| line.scheme.as_ref())
        .filter(|it| it.organisation == card.organisation);
    let choices = of_organisation
        .map(|it| Choice::new(&it.scheme, format!("{}: {}", it.scheme, it.title), fields.get("scheme")))
        .collect();
    let problem = filled.problems.first().filter(|_| own).map(|it| (it.field.clone(), it.text.clone()));
    let act = if own { filled.fields.get("act").to_owned() } else { String::new() };
    Waiting { place, card, schemes: choices, fields, act, problem }
}

/// What was done to a claim, in words; nothing where it is not known.
fn done(what: &str, claim: Option<&Claim>) -> String {
    let Some(claim) = claim else { return String::new() };
    let of =
        format!("{} of {}", money(claim.attested_pence.unwrap_or(claim.claimed_pence)), claim.organisation);
    match what {
        "claimed" => {
            format!("{of} is claimed. It waits for finance: somebody other than its owner must attest it.")
        }
        "attested" if claim.headline_pence > 0 => format!("{of} is attested and in the headline."),
        "attested" => format!(
            "{of} is attested. It is within the organisation’s own programme, so it stands beside the headline."
        ),
        "rejected" => format!("The claim of {of} is rejected, with your reason."),
        _ => String::new(),
    }
}

/// Problems with the ids of their fields, which end with what the form does and where its claim stands on the page.
fn placed(filled: Filled, waiting: &[Waiting]) -> Vec<Problem> {
    let act = filled.fields.get("act").to_owned();
    let place = waiting.iter().find(|it| it.card.id == filled.claim).map(|it| it.place);
    let field = |field: &str| match place {
        Some(place) if field != "claims-heading" => format!("{act}-{field}-{place}"),
        _ => "claims-heading".to_owned(),
    };
    filled.problems.into_iter().map(|it| Problem { field: field(&it.field), text: it.text }).collect()
}

pub(super) async fn shown(caller: &Caller<'_>, wanted: Wanted, filled: Filled) -> Result<Page> {
    let (mut found, (schemes, _)) = futures::try_join!(wanted.claims(caller), caller.schemes("", ""))?;
    // a claim that came back with a problem may have left the list meanwhile
    if !filled.claim.is_empty() && found.iter().all(|claim| claim.claim_id != filled.claim) {
        let one = Wanted { claim: filled.claim.clone(), ..Wanted::default() };
        found.splice(0..0, one.claims(caller).await?);
    }
    let from = match found.iter().position(|claim| claim.claim_id == filled.claim) {
        Some(place) if !filled.claim.is_empty() => place / SIZE * SIZE,
        _ => wanted.from.parse::<usize>().unwrap_or(0).min(found.len().saturating_sub(1)),
    };
    let until = (from + SIZE).min(found.len());
    let error = if filled.problems.is_empty() { "" } else { "Error: " };
    let at = |place: usize| format!("/back-office/claims?{}&from={place}", wanted.query());
    let waiting: Vec<Waiting> = found[from..until]
        .iter()
        .enumerate()
        .map(|(place, claim)| waiting(place, claim, &schemes, &filled))
        .collect();
    let said = done(&wanted.done, found.iter().find(|claim| claim.claim_id == wanted.claim));
    Ok(Page {
        shell: Shell::back_office(format!("{error}Claims of savings"), "/back-office/claims"),
        done: said,
        undecided: wanted.undecided(),
        finding: words::finding(&found, wanted.undecided()),
        states: STATES
            .map(|(key, text, _)| Choice::new(key, text, &wanted.state))
            .into_iter()
            .chain([Choice::new("all", "all", &wanted.state)])
            .collect(),
        problems: placed(filled, &waiting),
        waiting,
        table: words::table("claims", "These claims as a table, newest first", &found)
            .csv(format!("/back-office/claims.csv?{}", wanted.query())),
        shown: if found.len() > SIZE {
            format!("{} to {until} of {}", from + 1, found.len())
        } else {
            String::new()
        },
        before: if from == 0 { String::new() } else { at(from.saturating_sub(SIZE)) },
        next: if until < found.len() { at(until) } else { String::new() },
        wanted,
    })
}

pub(crate) async fn list(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    page(&shown(&Caller::new(&deps, &actor), wanted, Filled::default()).await?)
}

pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let found = wanted.claims(&Caller::new(&deps, &actor)).await?;
    files::file("claims", &words::table("claims", "", &found))
}
