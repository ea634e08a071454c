//! `muster catalogue spend|supplier|variance|realised`

use clap::{Args, Subcommand, ValueEnum};
use muster_proto::{catalogue::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::documents::{self, pounds, price, quantity};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Rows at most where nobody says how many.
const PAGE: u32 = 100;

/// A side of the spend cube.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    /// Who was paid
    Supplier,
    /// Who paid
    Organisation,
    /// What for
    ExpenseType,
    /// When
    Month,
}

#[derive(Args, Debug)]
pub(crate) struct SpendArgs {
    /// Sides to keep apart
    #[arg(long, value_enum, value_delimiter = ',', default_value = "supplier,organisation")]
    by: Vec<Side>,
    /// Only this supplier, by id
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    supplier: String,
    /// Only this organisation, as the files name it
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    organisation: String,
    /// First month, such as 2020-04
    #[arg(long, value_name = "MONTH", default_value = "", hide_default_value = true)]
    from: String,
    /// Last month
    #[arg(long, value_name = "MONTH", default_value = "", hide_default_value = true)]
    until: String,
}

#[derive(Subcommand, Debug)]
pub(crate) enum SupplierCommand {
    /// Suppliers by what they were paid
    List {
        /// Only those that at least so many organisations pay
        #[arg(long, default_value_t = 2)]
        organisations: u32,
    },
    /// Pairs that might be one supplier, and decisions on such pairs
    Proposals,
    /// Decide whether two names are one supplier
    Decide {
        /// One name, as ledgers have it
        one: String,
        /// The other
        other: String,
        /// They are one supplier
        #[arg(long, required_unless_present = "different", conflicts_with = "different")]
        same: bool,
        /// They are two
        #[arg(long)]
        different: bool,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Take back what was decided of two names
    Revoke {
        /// One name
        one: String,
        /// The other
        other: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct VarianceArgs {
    /// Only this organisation
    #[arg(long, value_name = "ORG", default_value = "", hide_default_value = true)]
    organisation: String,
    /// Rows at most
    #[arg(long, default_value_t = PAGE, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    limit: u32,
}

#[derive(Args, Debug)]
pub(crate) struct RealisedArgs {
    /// Only of this round
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    round: String,
}

/// Prints the cube.
pub(super) async fn spend(args: SpendArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let side = |side: &Side| match side {
        Side::Supplier => pb::Side::Supplier.into(),
        Side::Organisation => pb::Side::Organisation.into(),
        Side::ExpenseType => pb::Side::ExpenseType.into(),
        Side::Month => pb::Side::Month.into(),
    };
    let request = pb::GetSpendCubeRequest {
        by: args.by.iter().map(side).collect(),
        supplier: args.supplier,
        organisation: args.organisation,
        from: args.from,
        until: args.until,
    };
    let answer = clients.catalogue().get_spend_cube(clients.request(request)).await?.into_inner();
    if shared.json {
        let cells: Vec<Value> = answer.cells.iter().map(cell).collect();
        let document = json!({ "total_pence": answer.total_pence, "lines": answer.lines, "cells": cells });
        return Ok(output::json(&document)?);
    }
    let rows: Vec<Vec<String>> = answer
        .cells
        .iter()
        .map(|it| {
            let mut row: Vec<String> = args
                .by
                .iter()
                .map(|side| match side {
                    Side::Supplier => it.supplier.clone(),
                    Side::Organisation => it.organisation.clone(),
                    Side::ExpenseType => it.expense_type.clone(),
                    Side::Month => it.month.clone(),
                })
                .collect();
            row.extend([pounds(it.pence), it.lines.to_string()]);
            row
        })
        .collect();
    let mut header: Vec<&str> = args
        .by
        .iter()
        .map(|side| match side {
            Side::Supplier => "supplier",
            Side::Organisation => "organisation",
            Side::ExpenseType => "expense_type",
            Side::Month => "month",
        })
        .collect();
    header.extend(["pounds", "lines"]);
    output::table(&header, &rows)?;
    Ok(output::line(&format!("{} pounds in {} lines", pounds(answer.total_pence), answer.lines))?)
}

fn cell(it: &pb::SpendCell) -> Value {
    json!({
        "supplier": it.supplier, "organisation": it.organisation, "expense_type": it.expense_type, "month": it.month,
        "pence": it.pence, "lines": it.lines,
    })
}

/// Runs a command on suppliers.
pub(super) async fn supplier(
    command: SupplierCommand,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    match command {
        SupplierCommand::List { organisations } => list(organisations, shared, clients).await,
        SupplierCommand::Proposals => proposals(shared, clients).await,
        SupplierCommand::Decide { one, other, same, reason, .. } => {
            let request = pb::DecideSuppliersRequest { one, other, same, reason, revoke: false };
            clients.catalogue().decide_suppliers(clients.request(request)).await?;
            Ok(output::line("decided")?)
        }
        SupplierCommand::Revoke { one, other } => {
            let request = pb::DecideSuppliersRequest {
                one,
                other,
                revoke: true,
                ..pb::DecideSuppliersRequest::default()
            };
            clients.catalogue().decide_suppliers(clients.request(request)).await?;
            Ok(output::line("taken back")?)
        }
    }
}

async fn list(least: u32, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let page = Some(PageRequest { size: PAGE, token: String::new() });
    let request = pb::ListSuppliersRequest { least_organisations: least, page };
    let answer = clients.catalogue().list_suppliers(clients.request(request)).await?.into_inner();
    let total = answer.page.and_then(|page| page.total).unwrap_or_default();
    if shared.json {
        let row = |it: &pb::Supplier| {
            json!({
                "supplier": it.supplier, "names": it.names, "codes": it.codes, "pence": it.pence, "lines": it.lines,
                "organisations": it.organisations.iter().map(cell).collect::<Vec<_>>(),
            })
        };
        let rows: Vec<Value> = answer.suppliers.iter().map(row).collect();
        return Ok(output::json(&json!({ "total": total, "suppliers": rows }))?);
    }
    let rows: Vec<Vec<String>> = answer
        .suppliers
        .iter()
        .map(|it| {
            vec![
                it.supplier.clone(),
                it.organisations.len().to_string(),
                it.names.len().to_string(),
                pounds(it.pence),
            ]
        })
        .collect();
    output::table(&["supplier", "organisations", "names", "pounds"], &rows)?;
    Ok(output::line(&format!("{} of {total} suppliers", rows.len()))?)
}

async fn proposals(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let page = Some(PageRequest { size: PAGE, token: String::new() });
    let request = pb::ListSupplierProposalsRequest { page };
    let answer = clients.catalogue().list_supplier_proposals(clients.request(request)).await?.into_inner();
    if shared.json {
        let row = |it: &pb::SupplierProposal| json!({ "one": it.one, "other": it.other, "why": it.why, "pence": it.pence });
        let decided = |it: &pb::SupplierDecision| json!({ "one": it.one, "other": it.other, "same": it.same, "reason": it.reason, "decided_by": it.decided_by });
        let document = json!({
            "total": answer.page.and_then(|page| page.total),
            "proposals": answer.proposals.iter().map(row).collect::<Vec<_>>(),
            "decisions": answer.decisions.iter().map(decided).collect::<Vec<_>>(),
        });
        return Ok(output::json(&document)?);
    }
    let rows: Vec<Vec<String>> = answer
        .proposals
        .iter()
        .map(|it| vec![it.one.clone(), it.other.clone(), it.why.clone(), pounds(it.pence)])
        .collect();
    Ok(output::table(&["one", "other", "why", "pounds"], &rows)?)
}

/// Prints variance.
pub(super) async fn variance(args: VarianceArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let page = Some(PageRequest { size: args.limit, token: String::new() });
    let request = pb::ListVarianceRequest { organisation: args.organisation, page };
    let answer = clients.catalogue().list_variance(clients.request(request)).await?.into_inner();
    if shared.json {
        let row = |it: &pb::Variance| {
            json!({
                "organisation": it.organisation, "item": documents::maybe_item(it.item.as_ref()), "channel": it.channel,
                "consumables_milli": it.consumables_milli, "paid_pence": it.paid_pence,
                "paid_hundredths": it.paid_hundredths, "minimum_hundredths": it.minimum_hundredths,
                "median_hundredths": it.median_hundredths, "lower_quartile_hundredths": it.lower_quartile_hundredths,
                "peers": it.peers, "opportunity_pence": it.opportunity_pence, "confidence_ppm": it.confidence_ppm,
                "withheld": it.withheld,
            })
        };
        let aside = |it: &pb::Quarantined| {
            json!({
                "organisation": it.organisation, "item": documents::maybe_item(it.item.as_ref()),
                "paid_hundredths": it.paid_hundredths, "paid_pence": it.paid_pence, "reason": it.reason,
            })
        };
        let document = json!({
            "opportunity_pence": answer.opportunity_pence, "unconfirmed_pence": answer.unconfirmed_pence,
            "unconfirmed_pairs": answer.unconfirmed_pairs, "total": answer.page.and_then(|page| page.total),
            "rows": answer.rows.iter().map(row).collect::<Vec<_>>(),
            "quarantine": answer.quarantine.iter().map(aside).collect::<Vec<_>>(),
        });
        return Ok(output::json(&document)?);
    }
    let rows: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|it| {
            let item = it.item.clone().unwrap_or_default();
            vec![
                it.organisation.clone(),
                item.description,
                quantity(it.consumables_milli),
                price(it.paid_hundredths),
                price(it.lower_quartile_hundredths),
                it.peers.to_string(),
                pounds(it.opportunity_pence),
                it.withheld.clone(),
            ]
        })
        .collect();
    output::table(
        &["org", "item", "units", "paid_per_1000", "lower_quartile", "others", "opportunity", "withheld"],
        &rows,
    )?;
    Ok(output::line(&format!(
        "{} pounds above the lower quartile of the others; {} pounds more if {} undecided pairs were confirmed, by their score; {} lines aside",
        pounds(answer.opportunity_pence),
        pounds(answer.unconfirmed_pence),
        answer.unconfirmed_pairs,
        answer.quarantine.len()
    ))?)
}

/// Prints realised prices.
pub(super) async fn realised(args: RealisedArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::ListRealisedPricesRequest { round_id: args.round };
    let answer = clients.catalogue().list_realised_prices(clients.request(request)).await?.into_inner();
    if shared.json {
        let row = |it: &pb::RealisedPrice| {
            json!({
                "round_id": it.round_id, "title": it.title, "organisation": it.organisation, "month": it.month,
                "lot": it.lot_id, "quantity_milli": it.quantity_milli, "baseline_pence": it.baseline_pence,
                "award_pence": it.award_pence, "paid_pence": it.paid_pence, "off_award_pence": it.off_award_pence,
            })
        };
        let short = |it: &pb::PledgeShortfall| {
            json!({
                "round_id": it.round_id, "organisation": it.organisation, "lot": it.lot_id, "pledged": it.pledged,
                "bought": it.bought, "expected": it.expected, "clawback_pence": it.clawback_pence,
            })
        };
        let document = json!({
            "rows": answer.rows.iter().map(row).collect::<Vec<_>>(),
            "shortfalls": answer.shortfalls.iter().map(short).collect::<Vec<_>>(),
        });
        return Ok(output::json(&document)?);
    }
    if answer.rows.is_empty() {
        return Ok(output::line("nothing was bought under an award yet")?);
    }
    let rows: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|it| {
            vec![
                it.title.clone(),
                it.organisation.clone(),
                it.month.clone(),
                it.lot_id.clone(),
                quantity(it.quantity_milli),
                it.baseline_pence.map(pounds).unwrap_or_default(),
                pounds(it.award_pence),
                pounds(it.paid_pence),
            ]
        })
        .collect();
    Ok(output::table(&["round", "org", "month", "lot", "quantity", "baseline", "award", "paid"], &rows)?)
}
