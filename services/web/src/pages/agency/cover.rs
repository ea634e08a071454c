//! `/agency/cover`: the bank and agency cover that the forecast gap would need, and what it would cost.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::agency::v1::{CoverRow, ListCoverRequest, ListCoverResponse};
use serde::Deserialize;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::{self, LEVELS, Level, agency::cover as words, charts::ChartView},
    pages::{choices::Choice, encode, page},
    shell::Shell,
    table::Table,
};

/// The form as it was filled in; empty is nobody recruited, boroughs, the dearest role and the last year.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    scenario: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    year: String,
}

/// What the form offers.
struct Offered {
    scenarios: Vec<Choice>,
    levels: Vec<Choice>,
    roles: Vec<Choice>,
    years: Vec<Choice>,
}

/// What is said of a role's cover.
struct CoverView {
    finding: String,
    source: String,
    by_rule: bool,
    beside: Option<String>,
    chart: Option<ChartView>,
    table: Table,
    observed: Table,
    caveats: Vec<String>,
    more: usize,
}

#[derive(Template)]
#[template(path = "agency/cover.html")]
struct Page {
    shell: Shell,
    offered: Option<Offered>,
    shown: Option<CoverView>,
    /// What is not among the rows, and why, where nothing is shown.
    missing: Vec<String>,
}

/// What the service tells: rows of the level, and of the whole system.
struct Told {
    scenario: String,
    level: &'static Level,
    rows: ListCoverResponse,
    whole: Vec<CoverRow>,
    role: String,
}

impl Told {
    async fn of(caller: &Caller<'_>, wanted: &Wanted) -> Result<Self> {
        let key = if wanted.level.is_empty() { "borough" } else { wanted.level.as_str() };
        let level =
            model::level(key).ok_or_else(|| Error::not_found(format!("there is no level `{key}`")))?;
        let year = match wanted.year.trim() {
            "" => 0,
            text => {
                text.parse().map_err(|_| Error::not_found(format!("`{text}` is no year, such as 2030")))?
            }
        };
        let scenario = if wanted.scenario.is_empty() { "do-nothing" } else { wanted.scenario.as_str() };
        let request = |level: &str| ListCoverRequest {
            scenario: scenario.to_owned(),
            level: level.to_owned(),
            year,
            ..ListCoverRequest::default()
        };
        let system = &LEVELS[0];
        let (rows, whole) =
            futures::try_join!(caller.cover(request(level.key)), caller.cover(request(system.key)))?;
        let known = words::roles(if whole.rows.is_empty() { &rows.rows } else { &whole.rows });
        let role = match wanted.role.as_str() {
            "" => known.first().copied().unwrap_or_default().to_owned(),
            role => role.to_owned(),
        };
        Ok(Self { scenario: scenario.to_owned(), level, whole: whole.rows, rows, role })
    }

    fn any(&self) -> bool {
        !self.rows.scenarios.is_empty() || !self.rows.rows.is_empty()
    }

    fn year(&self) -> String {
        self.rows.rows.first().map_or_else(String::new, |row| row.year.to_string())
    }

    fn csv(&self) -> String {
        let [scenario, level, role, year] =
            [&self.scenario, self.level.key, &self.role, &self.year()].map(encode);
        format!("/agency/cover.csv?scenario={scenario}&level={level}&role={role}&year={year}")
    }

    fn offered(&self) -> Offered {
        let rows = self.rows.rows.iter().chain(&self.whole).cloned().collect::<Vec<_>>();
        let levels = LEVELS.iter().map(|of| Choice::new(of.key, of.many, self.level.key));
        let roles = words::roles(&rows).into_iter();
        Offered {
            scenarios: self.rows.scenarios.iter().map(|of| Choice::new(of, of, &self.scenario)).collect(),
            levels: levels.collect(),
            roles: roles.map(|of| Choice::new(of, words::role_words(of).0, &self.role)).collect(),
            years: self
                .rows
                .years
                .iter()
                .map(|of| Choice::new(of.to_string(), of.to_string(), &self.year()))
                .collect(),
        }
    }

    /// Nothing where the forecast says nothing of the role at this level.
    fn view(&self) -> Option<CoverView> {
        let head = words::head(&self.whole, &self.rows.rows, &self.role)?;
        let rows = words::of_role(&self.rows.rows, &self.role);
        let (caveats, more) = words::caveats(&self.rows.caveats, head, &rows);
        let mut all = vec![head];
        all.extend(&rows);
        Some(CoverView {
            finding: words::finding(head),
            source: words::source(head),
            by_rule: all.iter().any(|row| row.basis == "rule"),
            beside: words::beside(head),
            chart: words::chart(&rows, &self.role, self.level),
            table: words::table(&rows, &self.role, self.level).csv(self.csv()),
            observed: words::observed(&all),
            caveats,
            more,
        })
    }
}

pub(crate) async fn cover(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let told = Told::of(&Caller::new(&deps, &actor), &wanted).await?;
    let shown = told.view();
    let title = match &shown {
        Some(_) => format!("Cover of the gap of {}", words::role_words(&told.role).1),
        None => "Cover of the gap".to_owned(),
    };
    let offered = told.any().then(|| told.offered());
    let missing = if shown.is_some() { Vec::new() } else { told.rows.caveats.clone() };
    page(&Page { shell: Shell::agency(title, "/agency/cover"), offered, shown, missing })
}

pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let told = Told::of(&Caller::new(&deps, &actor), &wanted).await?;
    files::file("cover", &words::table(&words::of_role(&told.rows.rows, &told.role), &told.role, told.level))
}
