//! Between the contract and the domain.

pub(crate) mod asked;
pub(crate) mod rounds;

use std::collections::{BTreeSet, HashMap};

use muster_kit::{OrgScope, Result, imports};
use muster_proto::{catalogue::v1 as pb, common::v1::Provenance};
use sea_orm::ConnectionTrait;

use crate::{
    app::{get_spend_cube::Cell, list_suppliers, shown::Shown},
    domain::{
        ratio::Ratio,
        variance::{Aside, Row},
    },
    store::{decisions, entity::offer, items::Stored, proposals, realised::Month, suppliers},
};

/// An item without what only its keeper may see.
pub(crate) fn item(row: &Stored) -> pb::Item {
    pb::Item {
        number: row.item_number,
        organisation: row.organisation.clone(),
        item_ref: row.item_ref.clone(),
        description: row.description.clone(),
        supplier: row.supplier.clone(),
        supplier_code: row.supplier_code.clone(),
        manufacturer: row.manufacturer.clone(),
        manufacturer_code: row.manufacturer_code.clone(),
        gtin: row.gtin.clone(),
        class_scheme: row.class_scheme.clone(),
        class_code: row.class_code.clone(),
        class_name: String::new(),
        orderable_unit: row.orderable_unit.clone(),
        pack_size: row.pack_size,
        content_milli: row.content_milli,
        content_unit: row.content_unit.clone(),
        question: row.question.clone(),
        cluster: row.group(),
        own: false,
        provenance: None,
        recorded_at_micros: row.recorded_at,
        ended_at_micros: row.ended_at.unwrap_or(0),
    }
}

/// Where imports come from, by id.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn provenances<'a>(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    ids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, Provenance>> {
    let ids: BTreeSet<&str> = ids.collect();
    let mut found = HashMap::new();
    for id in ids {
        let import = imports::get(conn, scope, id).await?;
        found.insert(id.to_owned(), imports::provenance(&import));
    }
    Ok(found)
}

/// An offer.
pub(crate) fn offer(row: &offer::Model, imports: &HashMap<String, Provenance>) -> pb::Offer {
    let place = [&row.country, &row.subentity, &row.city, &row.postal_zone];
    let place: Vec<&str> = place.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    pb::Offer {
        item_ref: row.item_ref.clone(),
        organisation: row.organisation.clone(),
        supplier: row.supplier.clone(),
        price_hundredths: row.price,
        per_quantity_milli: row.per_quantity,
        unit: row.unit.clone(),
        min_quantity_milli: row.min_quantity,
        max_quantity_milli: row.max_quantity.unwrap_or(0),
        valid_from: row.valid_from.clone(),
        valid_to: row.valid_to.clone(),
        territory: place.join("/"),
        lead_days: row.lead_days.unwrap_or(0),
        contract: row.contract.clone(),
        withdrawn: row.withdrawn != 0,
        recorded_at_micros: row.recorded_at,
        provenance: imports.get(&row.import_id).cloned(),
    }
}

/// A proposal with the money at stake of who asks, pence.
pub(crate) fn proposal(row: &proposals::Model, pence: i64, shown: &Shown) -> pb::Proposal {
    pb::Proposal {
        proposal_id: row.proposal_id.to_string(),
        left: shown.item(row.left_item),
        right: shown.item(row.right_item),
        score_ppm: row.score_ppm,
        relation: row.relation,
        evidence: row.evidence.lines().map(str::to_owned).collect(),
        at_stake_pence: pence,
        proposed_at_micros: row.proposed_at,
    }
}

/// A decision without its items.
pub(crate) fn bare_decision(row: &decisions::Model) -> pb::Decision {
    pb::Decision {
        decision_id: row.decision_id.clone(),
        left: None,
        right: None,
        relation: row.relation,
        reason: row.reason.clone(),
        clinical_use: row.clinical_use.clone(),
        until: row.until.clone(),
        decided_by_organisation: row.org.clone(),
        decided_by: row.decided_by.clone(),
        decided_at_micros: row.decided_at,
        revoked_at_micros: row.revoked_at.unwrap_or(0),
        revoke_reason: row.revoke_reason.clone(),
        score_ppm: row.score_ppm,
    }
}

/// A decision.
pub(crate) fn decision(row: &decisions::Model, shown: &Shown) -> pb::Decision {
    pb::Decision { left: shown.item(row.left_item), right: shown.item(row.right_item), ..bare_decision(row) }
}

/// A cell of the cube.
pub(crate) fn spend_cell((cell, (pence, lines)): (Cell, (i64, u64))) -> pb::SpendCell {
    pb::SpendCell {
        supplier: cell.supplier,
        organisation: cell.organisation,
        expense_type: cell.expense_type,
        month: cell.month,
        pence,
        lines,
    }
}

/// A supplier.
pub(crate) fn supplier(row: list_suppliers::Row) -> pb::Supplier {
    let paid = |(organisation, (pence, lines))| pb::SpendCell {
        organisation,
        pence,
        lines,
        ..pb::SpendCell::default()
    };
    pb::Supplier {
        supplier: row.supplier,
        names: row.names,
        codes: row.codes,
        organisations: row.organisations.into_iter().map(paid).collect(),
        pence: row.pence,
        lines: row.lines,
    }
}

/// A decision on suppliers.
pub(crate) fn supplier_decision(row: &suppliers::Model) -> pb::SupplierDecision {
    pb::SupplierDecision {
        one: row.one.clone(),
        other: row.other.clone(),
        same: row.same != 0,
        reason: row.reason.clone(),
        decided_by: row.decided_by.clone(),
        decided_at_micros: row.decided_at,
    }
}

/// A row of variance, with how sure its links are, ppm.
pub(crate) fn variance(row: &Row, confidence_ppm: i64, shown: &Shown) -> pb::Variance {
    let peers = row.peers;
    pb::Variance {
        organisation: row.organisation.clone(),
        item: shown.item(row.item),
        channel: row.channel.clone(),
        consumables_milli: row.consumables,
        paid_pence: row.pence,
        paid_hundredths: row.paid,
        minimum_hundredths: peers.and_then(|it| it.minimum).unwrap_or(0),
        median_hundredths: peers.and_then(|it| it.median).unwrap_or(0),
        lower_quartile_hundredths: peers.map_or(0, |it| it.lower_quartile),
        peers: u32::try_from(row.peer_count).unwrap_or(u32::MAX),
        opportunity_pence: row.opportunity,
        confidence_ppm,
        withheld: if peers.is_some() {
            String::new()
        } else {
            "fewer than three other organisations bought enough of it this way".to_owned()
        },
    }
}

/// A line that stands aside.
pub(crate) fn quarantined(of: &Aside, shown: &Shown) -> pb::Quarantined {
    let paid = of.bought.consumables.ok().filter(|many| *many > 0).map_or(0, |many| {
        let each = Ratio::new(i128::from(of.bought.pence) * 100_000, many.into());
        each.map_or(0, |it| it.rounded(1_000))
    });
    pb::Quarantined {
        organisation: of.bought.organisation.clone(),
        item: shown.item(of.bought.item),
        paid_hundredths: paid,
        paid_pence: of.bought.pence,
        reason: of.reason.to_owned(),
    }
}

/// A month of a lot.
pub(crate) fn realised(row: &Month, title: &str) -> pb::RealisedPrice {
    pb::RealisedPrice {
        round_id: row.round_id.clone(),
        title: title.to_owned(),
        organisation: row.organisation.clone(),
        month: row.month.clone(),
        lot_id: row.lot_id.clone(),
        quantity_milli: row.quantity,
        baseline_pence: row.baseline_pence,
        award_pence: row.award_pence,
        paid_pence: row.paid_pence,
        off_award_pence: row.off_award_pence,
    }
}
