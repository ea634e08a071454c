//! `/staffing/backtest`: how forecasts of earlier years did against what came, beside the last value.

use std::sync::Arc;

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::IntoResponse,
};
use http::StatusCode;
use muster_kit::{Actor, Error, ErrorCode, Result};
use serde::Deserialize;

use super::{
    choices::{self, Choice},
    encode, page,
};
use crate::{
    backtests::{self, Backtests, DEADLINE, Found, Scored},
    calls::{BACKTEST_DRAWS, BACKTEST_SEED, Caller},
    deps::Deps,
    failure::PageResult,
    figures,
    model::{
        Role, SYSTEM,
        backtest::{self as model, Filter},
        charts::ChartView,
    },
    shell::Shell,
    table::Table,
};

/// The form as it was filled in; empty is South East London, every origin, level and role.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    area: String,
    #[serde(default)]
    origin: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    role: String,
}

impl Wanted {
    fn area(&self) -> &str {
        let area = self.area.trim();
        if area.is_empty() { SYSTEM } else { area }
    }

    fn filter(&self) -> Result<Filter<'_>> {
        let origin = match self.origin.trim() {
            "" => None,
            year => Some(year.parse().map_err(|_| {
                Error::bad_request(format!("`{year}` is no year to forecast from, such as 2018"))
            })?),
        };
        if !self.level.is_empty() && !model::is_level(&self.level) {
            return Err(Error::not_found(format!("there is no level `{}`", self.level)));
        }
        let role = match self.role.as_str() {
            "" => None,
            key => {
                Some(Role::by_key(key).ok_or_else(|| Error::not_found(format!("there is no role `{key}`")))?)
            }
        };
        Ok(Filter { origin, level: &self.level, role })
    }

    /// Where the rows of a level and role are as a file.
    fn csv(&self, level: &str, role: Role) -> String {
        let (area, origin, level) = (encode(self.area()), encode(self.origin.trim()), encode(level));
        format!("/staffing/backtest.csv?area={area}&origin={origin}&level={level}&role={}", role.key())
    }

    /// What to run where a page cannot wait.
    fn command(&self) -> String {
        let plain = self.area().chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let area =
            if plain { self.area().to_owned() } else { format!("'{}'", self.area().replace('\'', r"'\''")) };
        let origin = match self.origin.trim() {
            "" => String::new(),
            year => format!(" --origin {year}"),
        };
        format!("muster staffing backtest --area {area}{origin}")
    }
}

/// What the form offers.
struct Offered {
    areas: Vec<Choice>,
    origins: Vec<Choice>,
    levels: Vec<Choice>,
    roles: Vec<Choice>,
}

struct Section {
    key: &'static str,
    heading: &'static str,
    table: Table,
}

/// What a backtest says.
struct Scores {
    finding: String,
    left_out: String,
    sections: Vec<Section>,
    charts: Vec<ChartView>,
    caveats: Vec<String>,
    engine: String,
    took: String,
}

#[derive(Template)]
#[template(path = "backtest.html")]
struct Backtest {
    shell: Shell,
    /// The area in words.
    place: String,
    offered: Offered,
    scores: Option<Scores>,
    /// The years there are, where they are too few; empty when there are none.
    years: String,
    /// What to run where a page cannot wait; empty where it did not have to.
    command: String,
    deadline: u64,
    draws: u32,
    seed: u64,
}

pub(crate) async fn backtest(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Extension(backtests): Extension<Arc<Backtests>>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let filter = wanted.filter()?;
    let mut areas = choices::areas(&caller, wanted.area()).await?;
    let found = backtests.find(&caller, wanted.area(), filter.origin).await?;
    let known = areas.iter().find(|area| area.chosen).map(|area| area.text.clone());
    if known.is_none() {
        if matches!(&found, Found::TooFewYears(years) if years.is_empty()) {
            return Err(nothing_known(wanted.area()).into());
        }
        // the services also know areas by their names
        areas.insert(0, Choice::new(wanted.area(), wanted.area(), wanted.area()));
    }
    let scored = if let Found::Scored(scored) = &found { Some(&**scored) } else { None };
    let body = Backtest {
        shell: Shell::staffing("How earlier forecasts did", "/staffing/backtest"),
        place: known.unwrap_or_else(|| wanted.area().to_owned()),
        offered: offered(areas, &found, &filter),
        scores: scored.map(|scored| scores(scored, &wanted, &filter)),
        years: if let Found::TooFewYears(years) = &found { listed(years) } else { String::new() },
        command: if matches!(found, Found::TooSlow(_)) { wanted.command() } else { String::new() },
        deadline: DEADLINE.as_secs(),
        draws: BACKTEST_DRAWS,
        seed: BACKTEST_SEED,
    };
    let body = page(&body)?;
    Ok(if matches!(found, Found::TooSlow(_)) {
        (StatusCode::GATEWAY_TIMEOUT, body).into_response()
    } else {
        body
    })
}

/// The rows of a backtest as a table: the page's own, or those of all roles one after the other.
pub(crate) async fn table(caller: &Caller<'_>, backtests: &Backtests, wanted: &Wanted) -> Result<Table> {
    let filter = wanted.filter()?;
    match backtests.find(caller, wanted.area(), filter.origin).await? {
        Found::Scored(scored) => {
            let rows = model::chosen(&scored.result.rows, &filter);
            Ok(model::table(Table::new("backtest", ""), &rows, filter.role.is_none()))
        }
        Found::TooFewYears(years) if years.is_empty() => Err(nothing_known(wanted.area())),
        Found::TooFewYears(years) => Err(Error::not_found(format!(
            "a backtest needs three years in a row, and there are: {}",
            listed(&years)
        ))),
        Found::TooSlow(_) => Err(Error::new(
            ErrorCode::Timeout,
            format!(
                "this backtest takes longer than {} seconds: use `{}`",
                DEADLINE.as_secs(),
                wanted.command()
            ),
        )),
    }
}

fn nothing_known(area: &str) -> Error {
    Error::not_found(format!("no year of staff is known in `{area}`"))
}

fn listed(years: &[i32]) -> String {
    years.iter().map(i32::to_string).collect::<Vec<_>>().join(", ")
}

/// Whatever was chosen is offered too, so that the form says what the page shows.
fn offered(areas: Vec<Choice>, found: &Found, filter: &Filter<'_>) -> Offered {
    let (years, rows) = match found {
        Found::Scored(scored) => (&scored.years, scored.result.rows.as_slice()),
        Found::TooFewYears(years) | Found::TooSlow(years) => (years, &[][..]),
    };
    let mut origins = backtests::origins(years);
    origins.extend(filter.origin.filter(|origin| !origins.contains(origin)));
    origins.sort_unstable();
    let mut levels = model::levels(rows);
    if !filter.level.is_empty() && !levels.contains(&filter.level) {
        levels.push(filter.level);
    }
    let mut roles = model::roles(rows);
    roles.extend(filter.role.filter(|role| !roles.contains(role)));
    let origin = filter.origin.map(|origin| origin.to_string()).unwrap_or_default();
    let role = filter.role.map_or("", Role::key);
    Offered {
        areas,
        origins: origins
            .iter()
            .map(|year| Choice::new(year.to_string(), year.to_string(), &origin))
            .collect(),
        levels: levels.iter().map(|key| Choice::new(*key, model::heading(key), filter.level)).collect(),
        roles: roles.iter().map(|of| Choice::new(of.key(), of.heading(), role)).collect(),
    }
}

fn scores(scored: &Scored, wanted: &Wanted, filter: &Filter<'_>) -> Scores {
    let result = &scored.result;
    let rows = model::chosen(&result.rows, filter);
    let (mut sections, mut charts) = (Vec::new(), Vec::new());
    for role in model::roles(&result.rows) {
        let of_role = model::chosen(&result.rows, &Filter { role: Some(role), ..*filter });
        if filter.role.is_some_and(|only| only != role) || of_role.is_empty() {
            continue;
        }
        let caption = format!("{}: forecast and last value against what came", role.heading());
        let empty = Table::new(format!("scores-{}", role.key()), caption);
        let table = model::table(empty.csv(wanted.csv(filter.level, role)), &of_role, false);
        sections.push(Section { key: role.key(), heading: role.heading(), table });
        if let Some(level) = model::charted(&of_role) {
            let charted = model::chosen(&result.rows, &Filter { role: Some(role), level: &level, ..*filter });
            charts.extend(model::chart(&charted, wanted.csv(&level, role)));
        }
    }
    Scores {
        finding: model::finding(&rows),
        left_out: model::left_out(&rows),
        sections,
        charts,
        caveats: result.caveats.clone(),
        engine: result.engine.clone(),
        took: figures::seconds(result.elapsed_micros),
    }
}
