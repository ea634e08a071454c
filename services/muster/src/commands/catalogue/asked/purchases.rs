//! `muster catalogue purchases`

use clap::Args;
use muster_proto::{catalogue::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::documents::{pounds, price, quantity};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Lines where nobody says how many.
const PAGE: u32 = 100;

#[derive(Args, Debug)]
pub(crate) struct PurchasesArgs {
    /// Only of this organisation
    #[arg(long, value_name = "ORG", default_value = "", hide_default_value = true)]
    organisation: String,
    /// First day, such as 2020-04-01
    #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
    from: String,
    /// Last day
    #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
    until: String,
    /// Only what counts for the lots of this awarded round
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    round: String,
    /// With --round: the year before its contract, of which the baseline is worked out
    #[arg(long, requires = "round")]
    baseline: bool,
    /// Lines at most
    #[arg(long, default_value_t = PAGE, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    limit: u32,
}

/// Prints lines with file line and import.
pub(super) async fn purchases(
    args: PurchasesArgs,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let request = pb::ListPurchasesRequest {
        organisation: args.organisation,
        from: args.from,
        until: args.until,
        round_id: args.round,
        baseline: args.baseline,
        page: Some(PageRequest { size: args.limit, token: String::new() }),
    };
    let answer = clients.catalogue().list_purchases(clients.request(request)).await?.into_inner();
    let more = answer.page.is_some_and(|page| !page.next_token.is_empty());
    if shared.json {
        let lines: Vec<Value> = answer.lines.iter().map(document).collect();
        return Ok(output::json(&json!({ "lines": lines, "more": more }))?);
    }
    if answer.lines.is_empty() {
        return Ok(output::line("no purchase fits; `muster import purchases FILE` brings purchases in")?);
    }
    let rows: Vec<Vec<String>> = answer.lines.iter().map(row).collect();
    output::table(
        &[
            "date",
            "org",
            "line_ref",
            "supplier",
            "description",
            "quantity",
            "unit",
            "unit price",
            "net",
            "line",
        ],
        &rows,
    )?;
    if more {
        output::line(&format!("the first {} lines: narrow the days, or give a higher --limit", rows.len()))?;
    }
    Ok(())
}

fn row(it: &pb::PurchaseLine) -> Vec<String> {
    vec![
        it.date.clone(),
        it.organisation.clone(),
        it.line_ref.clone(),
        it.supplier.clone(),
        it.description.clone(),
        quantity(it.quantity_milli),
        it.unit.clone(),
        price(it.unit_price_hundredths),
        pounds(it.net_pence),
        if it.line == 0 { String::new() } else { it.line.to_string() },
    ]
}

fn document(it: &pb::PurchaseLine) -> Value {
    json!({
        "line_ref": it.line_ref, "organisation": it.organisation, "date": it.date, "supplier": it.supplier,
        "item_ref": it.item_ref, "description": it.description, "quantity_milli": it.quantity_milli, "unit": it.unit,
        "pack_size": it.pack_size, "unit_price_hundredths": it.unit_price_hundredths, "net_pence": it.net_pence,
        "po_number": it.po_number, "channel": it.channel, "lot": it.lot_id, "import_id": it.import_id, "line": it.line,
    })
}
