//! The standing backtest of an area: forecasts of earlier years against what came. The last one of an area is kept for editions.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, atomic::AtomicBool},
};

use muster_kit::{
    Action, Actor, Error, Resource, Result, clock,
    imports::{self, Summary, Upload},
};
use muster_proto::common::v1::ImportOutcome;

use super::{
    Deps, area, forecast_task,
    keep_backtest::{is_standing, keep_backtest},
};
use crate::{
    domain::{
        assemble::AreaData,
        backtest::{Origin, Row, backtest, heirs, origins},
        baseline::CountSet,
        forecast::{Control, ListWeighting, PatientBasis, Spec},
        missing::{MissingReturns, PracticeYear},
        parameters::ParameterSet,
        role::{ByRole, Role},
        scenario::Scenario,
    },
    import::{Content, ReadFile, read},
    store::backtests,
};

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Area by code or name.
    pub(crate) area: String,
    /// Years to forecast from, empty for all that the data allow.
    pub(crate) origins: Vec<i32>,
    /// Monte Carlo draws.
    pub(crate) draws: u32,
    /// Seed.
    pub(crate) seed: u64,
    /// Roles.
    pub(crate) roles: Vec<Role>,
    /// Date of the groupings, empty for today.
    pub(crate) groupings_as_of: String,
    /// Threads, 0 for as many as there are cores.
    pub(crate) threads: u32,
    /// A practice series with later years.
    pub(crate) truth: Option<Upload>,
}

/// What a backtest gives.
#[derive(Debug)]
pub(crate) struct Backtest {
    /// Area as it was understood.
    pub(crate) area: String,
    /// Scores.
    pub(crate) rows: Vec<Row>,
    /// What a reader must know.
    pub(crate) caveats: Vec<String>,
}

/// How a backtest ends.
pub(crate) enum End {
    /// With scores.
    Scored(Backtest),
    /// The file with later years cannot be read.
    Refused(ImportOutcome),
}

/// Runs a backtest. `progress` is told parts per million; it stops when `cancelled` is set.
///
/// # Errors
/// Forbidden; not found when nobody knows the area; bad request when there is nothing to score; what the database says.
pub(crate) async fn run_backtest(
    deps: &Deps,
    actor: &Actor,
    request: Request,
    progress: impl Fn(i64) + Send + Sync + 'static,
    cancelled: Arc<AtomicBool>,
) -> Result<End> {
    let permit = deps.permit(actor, Action::Read, Resource::new("baseline", request.area.clone())).await?;
    clock::as_of(&request.groupings_as_of)?;
    let later = match &request.truth {
        None => Vec::new(),
        Some(upload) => match read_truth(upload.clone()).await? {
            Ok(sets) => sets,
            Err(refused) => return Ok(End::Refused(refused)),
        },
    };
    let baselines = backtests::baselines(deps.db.read(), &actor.scope()).await?;
    let found = area::find(deps, actor, &request.area, &request.groupings_as_of).await?;
    let (code, unplaced) = (found.code.clone(), found.unplaced.len());
    let mut years: BTreeSet<i32> = found.years(deps, actor).await?.iter().map(|row| row.year).collect();
    years.extend(later.iter().filter_map(|set| set.year));
    let asked =
        if request.origins.is_empty() { origins(years.iter().copied()) } else { request.origins.clone() };
    check(&asked, &years)?;
    let mut all = Vec::with_capacity(asked.len());
    for year in asked {
        let mut data = found.clone().data(deps, actor, year).await?;
        add_later(&mut data, &later);
        all.push(Origin { year, data });
    }
    let caveats = caveats(&all, unplaced);
    let rows = score(request.clone(), all, progress, cancelled).await?;
    let scored = Backtest { area: code, rows, caveats };
    if is_standing(&request) {
        keep_backtest(deps, actor, (permit, &baselines), (&request, &scored)).await?;
    }
    Ok(End::Scored(scored))
}

async fn score(
    request: Request,
    all: Vec<Origin>,
    progress: impl Fn(i64) + Send + Sync + 'static,
    cancelled: Arc<AtomicBool>,
) -> Result<Vec<Row>> {
    let spec = Spec {
        scenario: Scenario::do_nothing(),
        base_year: 0,
        to_year: 1,
        draws: request.draws,
        seed: request.seed,
        missing: MissingReturns::BoroughMean,
        list_weighting: ListWeighting::Plain,
        deprivation: false,
        patients: PatientBasis::Registered,
        price_year: 0,
        roles: request.roles,
    };
    spec.check().map_err(|problem| Error::bad_request(problem.to_string()))?;
    let threads = usize::try_from(request.threads).unwrap_or_default();
    forecast_task::engine(move || {
        let control = Control { threads, cancelled: &cancelled, progress: &progress };
        backtest(&all, &spec, ParameterSet::shipped(), &control)
    })
    .await
}

fn check(origins: &[i32], years: &BTreeSet<i32>) -> Result<()> {
    let listed = || years.iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
    if origins.is_empty() {
        return Err(Error::bad_request(format!(
            "a backtest needs three years in a row of the area, and there are: {}; import a practice series with `muster import gp-workforce`",
            if years.is_empty() { "none".to_owned() } else { listed() }
        )));
    }
    for origin in origins {
        if !years.contains(origin) || years.last().is_none_or(|last| last <= origin) {
            return Err(Error::bad_request(format!(
                "no forecast from {origin} can be scored: there are the years {}",
                listed()
            )));
        }
    }
    Ok(())
}

/// Reads the file with later years; nothing of it is stored.
async fn read_truth(upload: Upload) -> Result<std::result::Result<Vec<CountSet>, ImportOutcome>> {
    tokio::task::spawn_blocking(move || match read("gp-workforce", &upload.file, None) {
        Ok(ReadFile { content: Content::Counts(sets), findings, .. }) if !findings.has_errors() => Ok(sets),
        Ok(ReadFile { findings, .. }) | Err(findings) => {
            Err(imports::outcome(&upload, &Summary::unreadable(findings), None))
        }
    })
    .await
    .map_err(|error| Error::internal("reading the file failed").with_source(error))
}

/// Adds the years that only the file has. Practices of the area are those that it knows, and newcomers of its boroughs.
fn add_later(data: &mut AreaData, later: &[CountSet]) {
    let known: BTreeSet<i32> = data.rows.iter().map(|row| row.year).collect();
    let boroughs: BTreeSet<String> = data
        .places
        .values()
        .map(|place| place.borough.to_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    let everywhere = data.code.eq_ignore_ascii_case("england");
    for set in later {
        let Some(year) = set.year.filter(|year| !known.contains(year)) else { continue };
        let mut fte: HashMap<&str, ByRole<_>> = HashMap::new();
        for count in set.counts.iter().filter(|count| count.is_total()) {
            fte.entry(&count.place).or_default()[count.role] = count.fte;
        }
        for place in &set.places {
            let of_area = data.places.get(&place.place);
            if of_area.is_none() && !everywhere && !boroughs.contains(&place.borough.to_lowercase()) {
                continue;
            }
            let borough = of_area.map(|place| place.borough.clone()).filter(|name| !name.is_empty());
            data.rows.push(PracticeYear {
                practice: place.place.clone(),
                year,
                borough: borough.unwrap_or_else(|| place.borough.clone()),
                list: place.list.unwrap_or_default(),
                fte: fte.remove(place.place.as_str()).unwrap_or_default(),
            });
        }
    }
    data.rows.sort_by(|a, b| (a.year, &a.practice).cmp(&(b.year, &b.practice)));
}

fn caveats(origins: &[Origin], unplaced: usize) -> Vec<String> {
    let mut caveats = vec![
        "The middle that is scored is the one that is published: the value of the origin where it lies in the middle fifth of the draws, since the draws then cannot tell.".to_owned(),
        "Practices that closed count as zero; practices without a return, at the origin or later, are not scored themselves and count filled in the levels above.".to_owned(),
        "A level's intervals rest on few years: errors of one year are shared by all practices, so a coverage is less certain than its n says.".to_owned(),
    ];
    if origins.iter().any(|origin| origin.data.rows.iter().any(|row| row.year == 2021)) {
        caveats.push("FY2021 is a mean of three months, earlier years are one day in September: part of the change into it is the change of method.".to_owned());
    }
    let heirs: BTreeSet<String> = origins.iter().flat_map(|origin| heirs(&origin.data).into_keys()).collect();
    if !heirs.is_empty() {
        caveats.push(format!(
            "{} codes that closed before today's groupings were drawn count in those of the practice of their borough whose list grew most when they closed.",
            heirs.len()
        ));
    }
    if unplaced > 0 {
        caveats.push(format!("{unplaced} codes of the workforce files are in no area that is known."));
    }
    caveats
}
