//! `/staffing/trusts`: nurses and doctors of trusts, from two counts and a prior, and nothing that claims to be more.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::IntoResponse,
};
use http::StatusCode;
use muster_kit::{Actor, Error, Result};
use muster_proto::staffing::v1 as staffing;
use serde::Deserialize;

use super::sensitivity::asked_wrongly;
use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::trusts::{self, GROUPS, TrustView},
    pages::{
        choices::{Choice, Problem},
        encode, page,
    },
    shell::Shell,
    table::Table,
};

/// The form as it was filled in; empty is nurses of all trusts together, five years on, need as it is.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    trust: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    years: String,
    /// Growth of need a year, in per cent.
    #[serde(default)]
    need: String,
    #[serde(default)]
    draws: String,
    #[serde(default)]
    seed: String,
}

#[derive(Template)]
#[template(path = "trusts.html")]
struct Trusts {
    shell: Shell,
    problems: Vec<Problem>,
    offered: Vec<Choice>,
    groups: Vec<Choice>,
    years: String,
    need: String,
    draws: String,
    seed: String,
    shown: Option<TrustView>,
    counts: Table,
    unknown: Vec<String>,
    /// There are more counts than the page holds.
    more: bool,
    has_data: bool,
}

impl Wanted {
    fn filled(mut self) -> Self {
        let fill = |text: &mut String, other: &str| {
            if text.trim().is_empty() {
                other.clone_into(text);
            }
        };
        fill(&mut self.group, GROUPS[0].0);
        fill(&mut self.years, "5");
        fill(&mut self.need, "0");
        fill(&mut self.draws, "1024");
        fill(&mut self.seed, "1");
        self.trust = self.trust.trim().to_uppercase();
        self
    }

    /// What is asked of the service, all trusts of the group: each is drawn beside the others.
    fn request(&self) -> Result<staffing::ForecastTrustsRequest, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, text: String| {
            problems.push(Problem { field: field.into(), text });
        };
        let group = trusts::group(&self.group);
        if group.is_none() {
            wrong("group", format!("There is no group `{}`: choose nurses or doctors", self.group));
        }
        let years = self.years.trim().parse::<u32>().ok().filter(|years| (1..=20).contains(years));
        if years.is_none() {
            wrong("years", format!("Years: `{}` must be a whole number from 1 to 20", self.years));
        }
        let need = self.need.trim().parse::<f64>().ok().filter(|need| need.abs() <= 20.0);
        if need.is_none() {
            wrong("need", format!("Growth of need: `{}` must be a number from -20 to 20, as 1.5", self.need));
        }
        let draws = self.draws.trim().parse::<u32>().ok().filter(|draws| (16..=65_536).contains(draws));
        if draws.is_none() {
            wrong("draws", format!("Draws: `{}` must be a whole number from 16 to 65,536", self.draws));
        }
        let seed = self.seed.trim().parse::<u64>().ok();
        if seed.is_none() {
            wrong("seed", format!("Seed: `{}` must be a whole number", self.seed));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 20%")]
        let need = need.map(|need| (need * 10_000.0).round() as i64);
        Ok(staffing::ForecastTrustsRequest {
            organisation: String::new(),
            group: group.unwrap_or_default().into(),
            years: years.unwrap_or_default(),
            draws: draws.unwrap_or_default(),
            seed: seed.unwrap_or_default(),
            need_growth_ppm: need,
        })
    }

    fn csv(&self) -> String {
        let [trust, group, years, need, draws, seed] =
            [&self.trust, &self.group, &self.years, &self.need, &self.draws, &self.seed].map(|of| encode(of));
        format!(
            "/staffing/trusts.csv?trust={trust}&group={group}&years={years}&need={need}&draws={draws}&seed={seed}"
        )
    }
}

/// The forecast of all, and the finding of the trust that is shown.
async fn told(
    caller: &Caller<'_>,
    wanted: &Wanted,
) -> Result<Result<(staffing::ForecastTrustsResponse, String), Vec<Problem>>> {
    let request = match wanted.request() {
        Ok(request) => request,
        Err(problems) => return Ok(Err(problems)),
    };
    let asked = |error: Error| {
        if asked_wrongly(&error) {
            Ok(Err(vec![Problem { field: "trust".into(), text: error.message().to_owned() }]))
        } else {
            Err(error)
        }
    };
    let all = match caller.trusts(request.clone()).await {
        Ok(all) => all,
        Err(error) => return asked(error),
    };
    if wanted.trust.is_empty() {
        let finding = all.findings.first().cloned().unwrap_or_default();
        return Ok(Ok((all, finding)));
    }
    let one = staffing::ForecastTrustsRequest { organisation: wanted.trust.clone(), ..request };
    match caller.trusts(one).await {
        Ok(one) => Ok(Ok((all, one.findings.first().cloned().unwrap_or_default()))),
        Err(error) => asked(error),
    }
}

pub(crate) async fn trusts(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let wanted = wanted.filled();
    let counted = caller.trust_workforce().await?;
    let has_data = !counted.counts.is_empty();
    let told = if has_data { told(&caller, &wanted).await? } else { Err(Vec::new()) };
    let (mut offered, mut shown) = (vec![Choice::new("", "All trusts together", &wanted.trust)], None);
    if let Ok((all, finding)) = &told {
        let each = all.evidence.iter().filter(|of| !of.organisation.is_empty());
        offered.extend(each.map(|of| {
            let name = all.rows.iter().find(|row| row.organisation == of.organisation);
            Choice::new(&of.organisation, name.map_or("", |row| row.name.as_str()), &wanted.trust)
        }));
        shown = trusts::read(all, &wanted.trust, (finding.clone(), wanted.csv()));
    }
    let problems = told.err().unwrap_or_default();
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = if problems.is_empty() { "Trusts" } else { "Error: Trusts" };
    let body = page(&Trusts {
        shell: Shell::staffing(title, "/staffing/trusts"),
        problems,
        offered,
        groups: GROUPS.map(|(key, name)| Choice::new(key, name, &wanted.group)).into(),
        years: wanted.years,
        need: wanted.need,
        draws: wanted.draws,
        seed: wanted.seed,
        shown,
        counts: trusts::counts(&counted),
        more: counted.page.as_ref().is_some_and(|page| !page.next_token.is_empty()),
        unknown: counted.unknown_groups,
        has_data,
    })?;
    Ok((status, body).into_response())
}

/// The years of the trust that is shown, as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let wanted = wanted.filled();
    let said = |problems: Vec<Problem>| {
        Error::bad_request(problems.into_iter().map(|of| of.text).collect::<Vec<_>>().join("; "))
    };
    let (all, finding) = told(&caller, &wanted).await?.map_err(said)?;
    let view = trusts::read(&all, &wanted.trust, (finding, String::new()));
    let view = view.ok_or_else(|| Error::not_found(format!("no trust `{}` is counted", wanted.trust)))?;
    files::file("trusts", &view.years)
}
