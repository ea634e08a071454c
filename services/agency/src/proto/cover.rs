//! Messages of cover, cost inversion and recharges.

use muster_kit::{Error, Result};
use muster_proto::{agency::v1 as pb, common::v1 as common};

use crate::{
    app::{
        list_cover::{Basis, Covered, Found, Observed},
        list_inversions::Compared,
    },
    domain::{cover::Cover, projection::Interval},
    store::{gaps::Wanted, recharges::Recharge},
};

/// Levels that a forecast has.
const LEVELS: [&str; 6] = ["system", "borough", "federation", "lcn", "pcn", "practice"];

/// What is asked of the cover.
///
/// # Errors
/// Bad request when there is no such level.
pub(crate) fn wanted(of: pb::ListCoverRequest) -> Result<Wanted> {
    let or = |text: String, usual: &str| if text.trim().is_empty() { usual.to_owned() } else { text };
    let level = or(of.level, "borough").trim().to_ascii_lowercase();
    if !LEVELS.contains(&level.as_str()) {
        return Err(Error::bad_request(format!("no level `{level}`: write one of {}", LEVELS.join(", "))));
    }
    Ok(Wanted {
        scenario: or(of.scenario, "do-nothing"),
        level,
        node: of.node.trim().to_owned(),
        role: of.role.trim().to_ascii_lowercase(),
        year: Some(i64::from(of.year)).filter(|year| *year != 0),
    })
}

fn interval(of: Interval) -> common::Interval {
    common::Interval { p10: of.p10, p50: of.p50, p90: of.p90 }
}

/// Cover of gaps.
pub(crate) fn cover(found: Found) -> pb::ListCoverResponse {
    pb::ListCoverResponse {
        rows: found.rows.into_iter().map(row).collect(),
        years: found.years.into_iter().map(year).collect(),
        scenarios: found.scenarios,
        caveats: found.caveats,
    }
}

fn year(of: i64) -> i32 {
    i32::try_from(of).unwrap_or_default()
}

fn row(of: Covered) -> pb::CoverRow {
    let Covered { head, gap, staff_group, filling, cover, basis, observed, caveats } = of;
    let Cover { hours, unfilled, bank, agency, cost } = cover;
    pb::CoverRow {
        run_id: head.run_id,
        scenario: gap.scenario,
        area: gap.area,
        node: gap.node,
        level: gap.level,
        name: gap.name,
        role: gap.role,
        year: year(gap.year),
        gap_milli: Some(interval(Interval { p10: gap.p10, p50: gap.p50, p90: gap.p90 })),
        staff_group,
        fill_ppm: Some(interval(filling.fill)),
        bank_ppm: Some(interval(filling.bank)),
        hours: Some(interval(hours)),
        unfilled_hours: Some(interval(unfilled)),
        bank_hours: Some(interval(bank)),
        agency_hours: Some(interval(agency)),
        cost_pence: Some(interval(cost)),
        bank_hour_pence: filling.bank_hour,
        agency_hour_pence: filling.agency_hour,
        basis: match basis {
            Basis::Organisation => "organisation",
            Basis::All => "all",
            Basis::Rule => "rule",
        }
        .to_owned(),
        observed: observed.map(seen),
        caveats,
    }
}

fn seen(of: Observed) -> pb::CoverObserved {
    let [bank, agency, unfilled] = of.minutes.map(|minutes| (minutes + 30).div_euclid(60));
    let (from, until) = of.months;
    pb::CoverObserved {
        organisation: of.organisation,
        from,
        until,
        bank_hours: bank,
        agency_hours: agency,
        unfilled_hours: unfilled,
        bank_pence: of.pence[0],
        agency_pence: of.pence[1],
    }
}

/// A grade, site and time at which the bank is no cheaper.
pub(crate) fn inversion(of: Compared) -> pb::Inversion {
    pb::Inversion {
        organisation: of.organisation,
        site: of.site,
        grade: of.grade,
        time_band: of.band,
        bank_minutes: of.bank.minutes,
        agency_minutes: of.agency.minutes,
        bank_hour_pence: of.bank.hour().unwrap_or_default(),
        agency_hour_pence: of.agency.hour().unwrap_or_default(),
        excess_pence: of.excess,
    }
}

/// A recharge.
pub(crate) fn recharge(of: &Recharge) -> pb::RechargeRow {
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    pb::RechargeRow {
        month: of.month.clone(),
        home: of.home.clone(),
        host: of.host.clone(),
        shifts: count(of.shifts),
        minutes: of.minutes,
        pence: of.pence,
        without_price: count(of.without_price),
    }
}
