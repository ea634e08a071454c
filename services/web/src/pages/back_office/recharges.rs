//! `/back-office/recharges`: what members of shared services pay by quarter.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::backoffice::v1::RechargeQuarter;
use serde::Deserialize;

use crate::{
    calls::Caller,
    data::files,
    deps::Deps,
    failure::PageResult,
    model::back_office::recharges as words,
    pages::{choices::Choice, encode, page},
    shell::Shell,
    table::Table,
};

/// Which service, and the quarter whose bills are shown; empty = all, and the newest of each.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    service: String,
    quarter: String,
}

/// A quarter with its bills.
struct Settled {
    place: usize,
    heading: String,
    finding: String,
    bills: Table,
    left: Vec<String>,
}

#[derive(Template)]
#[template(path = "back_office/recharges.html")]
struct Page {
    shell: Shell,
    /// Nothing came in yet.
    none: bool,
    services: Vec<Choice>,
    finding: String,
    quarters: Table,
    settled: Vec<Settled>,
}

impl Wanted {
    fn fits(&self, of: &RechargeQuarter) -> bool {
        self.service.trim().is_empty() || of.service == self.service.trim()
    }

    /// Quarters whose bills are shown: the one that was asked for, or the newest of each service.
    fn shown<'a>(&self, all: &[&'a RechargeQuarter]) -> Vec<&'a RechargeQuarter> {
        let wanted = self.quarter.trim();
        let mut shown: Vec<&RechargeQuarter> = Vec::new();
        for &of in all {
            let fits = if wanted.is_empty() {
                shown.iter().all(|it| it.service != of.service)
            } else {
                of.quarter == wanted
            };
            if fits {
                shown.push(of);
            }
        }
        shown
    }

    fn query(&self) -> String {
        format!("service={}", encode(self.service.trim()))
    }
}

fn settled((place, of): (usize, &RechargeQuarter)) -> Settled {
    let heading = format!("{}, {}", of.service, words::quarter_words(&of.quarter));
    let query = format!("service={}&quarter={}", encode(&of.service), encode(&of.quarter));
    Settled {
        place,
        finding: words::quarter_finding(of),
        // service and quarter stand above the table
        bills: words::bills(&[of], &format!("bills-{place}"), &format!("Bills of {heading}"))
            .without(1..3)
            .files("/back-office/recharges/bills", &query),
        left: words::left(of),
        heading,
    }
}

pub(crate) async fn list(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let all = caller.recharge_quarters("").await?;
    let mut known: Vec<&str> = all.iter().map(|it| it.service.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let left: Vec<RechargeQuarter> = all.iter().filter(|it| wanted.fits(it)).cloned().collect();
    let settled = wanted.shown(&left.iter().collect::<Vec<_>>()).into_iter().enumerate().map(settled);
    page(&Page {
        shell: Shell::back_office("Recharges", "/back-office/recharges"),
        none: all.is_empty(),
        services: known.iter().map(|it| Choice::new(*it, *it, &wanted.service)).collect(),
        finding: words::finding(&left),
        quarters: words::quarters(&left).files("/back-office/recharges/quarters", &wanted.query()),
        settled: settled.collect(),
    })
}

/// Quarters, or every bill of them, as a file.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let all = quarters(&Caller::new(&deps, &actor), &wanted).await?;
    let table = match files::stem(&file) {
        Some("quarters") => words::quarters(&all),
        Some("bills") => words::bills(&all.iter().collect::<Vec<_>>(), "bills", ""),
        _ => return Err(Error::not_found("there is no such table of recharges").into()),
    };
    files::either(&format!("recharges-{file}"), &table)
}

async fn quarters(caller: &Caller<'_>, wanted: &Wanted) -> Result<Vec<RechargeQuarter>> {
    let mut all = caller.recharge_quarters(wanted.service.trim()).await?;
    all.retain(|it| wanted.quarter.trim().is_empty() || it.quarter == wanted.quarter.trim());
    Ok(all)
}
