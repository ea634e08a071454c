//! Messages of the shared bank's proposal.

use std::collections::BTreeMap;

use muster_proto::agency::v1 as pb;
use muster_shared_bank::{Allocation, Left, Outcome, Recharge};

use crate::app::propose_shared_bank::Proposal;

/// A proposal.
pub(crate) fn proposal(of: Proposal) -> pb::ProposeSharedBankResponse {
    let mut message = pb::ProposeSharedBankResponse {
        from: of.from,
        until: of.until,
        all_agency_pence: of.all_agency,
        workers: u32::try_from(of.workers).unwrap_or(u32::MAX),
        caveats: of.caveats,
        document: of.document,
        ..Default::default()
    };
    let Some(outcome) = of.outcome else { return message };
    let Outcome { allocations, unfilled, cost, bound, first_come, recharge, .. } = outcome;
    message.allocations = allocations.into_iter().map(|it| allocation(it, &of.agency)).collect();
    message.unfilled = unfilled.into_iter().map(left).collect();
    message.bank_pence = cost.bank_pence;
    message.agency_pence = cost.agency_pence;
    message.first_come_pence = first_come.cost.all_in_pence;
    message.first_come_filled = first_come.cost.filled;
    message.optimal = bound.optimal;
    message.gap_ppm = bound.gap_ppm;
    message.recharge = recharge.into_iter().filter(|it| it.recharged).map(recharged).collect();
    message
}

fn allocation(of: Allocation, agency: &BTreeMap<(String, String), i64>) -> pb::BankAllocation {
    let agency_pence =
        agency.get(&(of.organisation.clone(), of.shift_ref.clone())).copied().unwrap_or_default();
    pb::BankAllocation {
        shift_ref: of.shift_ref,
        organisation: of.organisation,
        ward: of.ward,
        start: of.start,
        end: of.end,
        worker_ref: of.worker_ref,
        home_organisation: of.home_organisation,
        minutes: of.minutes,
        all_in_pence: of.all_in_pence,
        agency_pence,
    }
}

fn left(of: Left) -> pb::BankUnfilled {
    let refused = of
        .refused
        .iter()
        .map(|(reason, workers)| pb::BankReason { reason: reason.word().to_owned(), workers: *workers });
    pb::BankUnfilled {
        refused: refused.collect(),
        shift_ref: of.shift_ref,
        organisation: of.organisation,
        start: of.start,
        end: of.end,
        nearest: of.nearest.map(|it| it.reasons.into_iter().map(|it| it.what).collect()).unwrap_or_default(),
    }
}

fn recharged(of: Recharge) -> pb::RechargeRow {
    pb::RechargeRow {
        month: String::new(),
        home: of.home,
        host: of.host,
        shifts: of.shifts,
        minutes: of.minutes,
        pence: of.total_pence,
        without_price: 0,
    }
}
