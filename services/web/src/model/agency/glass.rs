//! Overrides: what waits for somebody's leave, and what became of the others.

use muster_proto::agency::v1::{Override, OverrideState};

use super::{local_words, signatory_words, supply_words, verdict_words};
use crate::{
    figures,
    table::{Cell, Table},
};

/// A request that waits.
pub(crate) struct Pending {
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) when: String,
    pub(crate) verdicts: String,
    pub(crate) demanded: String,
    pub(crate) price: String,
    pub(crate) reason: String,
    pub(crate) supply: String,
    pub(crate) asked: String,
    pub(crate) holds: String,
}

fn verdicts(of: &Override) -> String {
    let all: Vec<&str> = of.verdicts.iter().map(|verdict| verdict_words(*verdict)).collect();
    all.join("; ")
}

/// Requests that nobody has decided, the one whose shift begins first on top.
pub(crate) fn pending(all: &[Override]) -> Vec<Pending> {
    let mut waiting: Vec<&Override> =
        all.iter().filter(|it| it.state == OverrideState::Requested as i32).collect();
    waiting.sort_by_key(|it| it.request.as_ref().map(|request| request.start.clone()));
    waiting.into_iter().map(one).collect()
}

fn one(of: &Override) -> Pending {
    let request = of.request.clone().unwrap_or_default();
    let framework = match request.framework {
        Some(true) => ", on framework",
        Some(false) => ", off framework",
        None => "",
    };
    let agency = if request.agency.is_empty() { String::new() } else { format!(" ({})", request.agency) };
    Pending {
        id: of.override_id.clone(),
        heading: format!(
            "{} {}: {}, {}",
            request.organisation, request.shift_ref, request.staff_group, request.grade
        ),
        when: format!(
            "{} to {}, break of {} minutes, at {}",
            local_words(&request.start),
            local_words(&request.end),
            request.break_minutes,
            request.site
        ),
        verdicts: verdicts(of),
        demanded: signatory_words(&of.demanded).to_owned(),
        price: format!("{} an hour", figures::exact_pounds(request.price_pence)),
        reason: request.reason,
        supply: format!("{}{agency}{framework}", supply_words(request.supply)),
        asked: format!("{}, {}", of.requested_by, figures::instant(of.requested_at_micros)),
        holds: local_words(&request.expires),
    }
}

fn state_words(state: i32) -> &'static str {
    match OverrideState::try_from(state).unwrap_or_default() {
        OverrideState::Unspecified => "unknown",
        OverrideState::Requested => "waits",
        OverrideState::Approved => "leave given",
        OverrideState::Refused => "leave refused",
        OverrideState::Expired => "expired",
    }
}

/// Every override, newest first.
pub(crate) fn table(all: &[Override]) -> Table {
    let table = Table::new("overrides", "Overrides, newest first")
        .text("Shift", "shift_ref")
        .text("Organisation", "organisation")
        .text("Start", "start")
        .text("Group of staff", "staff_group")
        .text("Grade", "grade")
        .number("Price an hour", "price_pounds_an_hour")
        .text("Verdicts", "verdicts")
        .text("To be signed by", "demanded")
        .text("State", "state")
        .text("Asked by", "requested_by")
        .text("Decided by", "decided_by")
        .empty("No override has been asked for yet.");
    let rows = all.iter().map(|it| {
        let request = it.request.clone().unwrap_or_default();
        vec![
            Cell::text(request.shift_ref),
            Cell::text(request.organisation),
            Cell::text(request.start.clone()).shown(local_words(&request.start)),
            Cell::text(request.staff_group),
            Cell::text(request.grade),
            Cell::pounds(request.price_pence),
            Cell::text(verdicts(it)),
            Cell::text(it.demanded.clone()).shown(signatory_words(&it.demanded)),
            Cell::text(state_words(it.state)),
            Cell::text(it.requested_by.clone()),
            Cell::text(it.decided_by.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}
