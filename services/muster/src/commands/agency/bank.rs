//! `muster agency propose` and `muster agency recharges`

use std::{fs, path::Path};

use muster_agency::domain::pay::pounds;
use muster_proto::agency::v1 as pb;
use serde_json::{Value, json};

use super::{
    cover::note,
    table::percent,
    words::{MonthsOf, ProposeArgs},
};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints an allocation of the shared bank to the unfilled shifts; books nothing.
pub(super) async fn propose(args: ProposeArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let ProposeArgs { from, until, deadline, document } = args;
    let request = pb::ProposeSharedBankRequest { from, until, deadline_seconds: deadline };
    let found = clients.agency().propose_shared_bank(clients.request(request)).await?.into_inner();
    if let Some(path) = &document {
        save(&found, path)?;
    }
    if shared.json { Ok(output::json(&proposal(&found))?) } else { print(&found) }
}

/// Writes the case for `muster agency shared-bank`.
fn save(found: &pb::ProposeSharedBankResponse, path: &Path) -> Result<(), Failure> {
    if found.document.is_empty() {
        return Err(Failure::Usage(
            "no shift of these days is unfilled, so there is no case to write".into(),
        ));
    }
    fs::write(path, &found.document)
        .map_err(|error| Failure::Usage(format!("cannot write `{}`: {error}", path.display())))
}

fn recharge(it: &pb::RechargeRow) -> Value {
    json!({
        "month": it.month, "home": it.home, "host": it.host, "shifts": it.shifts, "minutes": it.minutes,
        "pence": it.pence, "without_price": it.without_price,
    })
}

fn proposal(found: &pb::ProposeSharedBankResponse) -> Value {
    let allocations: Vec<Value> = found
        .allocations
        .iter()
        .map(|it| {
            json!({
                "shift_ref": it.shift_ref, "organisation": it.organisation, "ward": it.ward, "start": it.start,
                "end": it.end, "worker_ref": it.worker_ref, "home_organisation": it.home_organisation,
                "minutes": it.minutes, "all_in_pence": it.all_in_pence, "agency_pence": it.agency_pence,
            })
        })
        .collect();
    let unfilled: Vec<Value> = found
        .unfilled
        .iter()
        .map(|it| {
            let refused: Vec<Value> =
                it.refused.iter().map(|of| json!({ "reason": of.reason, "workers": of.workers })).collect();
            json!({
                "shift_ref": it.shift_ref, "organisation": it.organisation, "start": it.start, "end": it.end,
                "refused": refused, "nearest": it.nearest,
            })
        })
        .collect();
    // the case is JSON itself, and read as such by whoever takes it from here
    let document: Value = serde_json::from_str(&found.document).unwrap_or_default();
    json!({
        "from": found.from, "until": found.until, "allocations": allocations, "unfilled": unfilled,
        "bank_pence": found.bank_pence, "agency_pence": found.agency_pence,
        "all_agency_pence": found.all_agency_pence, "first_come_pence": found.first_come_pence,
        "first_come_filled": found.first_come_filled, "optimal": found.optimal, "gap_ppm": found.gap_ppm,
        "recharge": found.recharge.iter().map(recharge).collect::<Vec<_>>(), "workers": found.workers,
        "caveats": found.caveats, "document": document,
    })
}

fn print(found: &pb::ProposeSharedBankResponse) -> Result<(), Failure> {
    let (filled, left) = (found.allocations.len(), found.unfilled.len());
    if filled + left == 0 {
        output::line("no shift of these days is unfilled: `muster import shifts FILE`")?;
        return note(found.caveats.iter());
    }
    output::line(&format!(
        "{filled} of {} unfilled shifts, {} to {}, for {} pounds all-in, and agencies for the rest for {}\n",
        filled + left,
        found.from,
        found.until,
        pounds(found.bank_pence),
        pounds(found.agency_pence)
    ))?;
    output::line(&format!(
        "agencies for every shift {}; first come {} ({} filled); {} workers; {}\n",
        pounds(found.all_agency_pence),
        pounds(found.first_come_pence),
        found.first_come_filled,
        found.workers,
        proof(found)
    ))?;
    print_allocations(found)?;
    print_unfilled(found)?;
    if !found.recharge.is_empty() {
        output::line("\nwhat homes would recharge to hosts\n")?;
        print_recharges(&found.recharge, false)?;
    }
    note(found.caveats.iter())
}

/// How far the allocation is from the least that is possible.
fn proof(found: &pb::ProposeSharedBankResponse) -> String {
    match (found.optimal, found.gap_ppm) {
        (true, _) => "nothing cheaper is possible".into(),
        (false, Some(ppm)) => {
            format!("at most {} above the least possible", percent(i64::try_from(ppm).ok()))
        }
        (false, None) => "how far from the least possible is not known".into(),
    }
}

fn print_allocations(found: &pb::ProposeSharedBankResponse) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = found
        .allocations
        .iter()
        .map(|it| {
            vec![
                it.shift_ref.clone(),
                it.organisation.clone(),
                it.start.clone(),
                it.end.clone(),
                it.worker_ref.clone(),
                it.home_organisation.clone(),
                pounds(it.minutes * 100 / 60),
                pounds(it.all_in_pence),
                pounds(it.agency_pence),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let header = ["shift", "host", "start", "end", "worker", "home", "hours", "bank", "agency"];
    Ok(output::table(&header, &rows)?)
}

fn print_unfilled(found: &pb::ProposeSharedBankResponse) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = found
        .unfilled
        .iter()
        .map(|it| {
            let refused: Vec<String> =
                it.refused.iter().map(|of| format!("{} {}", of.workers, of.reason)).collect();
            vec![
                it.shift_ref.clone(),
                it.organisation.clone(),
                it.start.clone(),
                refused.join(", "),
                it.nearest.join("; "),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    output::line("\nwhat is left, and why\n")?;
    let header = ["shift", "host", "start", "workers that cannot", "what the nearest lacks"];
    Ok(output::table(&header, &rows)?)
}

/// Prints what homes recharge to hosts.
pub(super) async fn recharges(of: MonthsOf, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let MonthsOf { organisation, from, until } = of;
    let request = pb::ListRechargesRequest { organisation, from, until };
    let found = clients.agency().list_recharges(clients.request(request)).await?.into_inner().rows;
    if shared.json {
        let rows: Vec<Value> = found.iter().map(recharge).collect();
        return Ok(output::json(&json!({ "rows": rows }))?);
    }
    if found.is_empty() {
        return Ok(output::line("no shared-bank shift of that time is known, so nothing is recharged")?);
    }
    print_recharges(&found, true)
}

fn print_recharges(rows: &[pb::RechargeRow], posted: bool) -> Result<(), Failure> {
    let cells = |it: &pb::RechargeRow| {
        let mut row = if posted { vec![it.month.clone()] } else { Vec::new() };
        row.extend([
            it.home.clone(),
            it.host.clone(),
            it.shifts.to_string(),
            pounds(it.minutes * 100 / 60),
            pounds(it.pence),
        ]);
        if posted {
            row.push(it.without_price.to_string());
        }
        row
    };
    let header = ["month", "home", "host", "shifts", "hours", "pounds", "without price"];
    let header = if posted { &header[..] } else { &header[1..6] };
    Ok(output::table(header, &rows.iter().map(cells).collect::<Vec<_>>())?)
}
