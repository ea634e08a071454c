//! The contract's messages from our values, and back.

pub(crate) mod bank;
pub(crate) mod cover;
pub(crate) mod spend;
pub(crate) mod weekly;

use muster_kit::{Error, Result};
use muster_proto::agency::v1 as pb;

use crate::{
    app::{list_rules::Listed, list_spend::OfSupplier},
    domain::{
        Priced, Supply, Verdict,
        priced::price,
        reconcile::{Disagreement, Reconciliation},
        words::Word as _,
    },
    store::{codec, entity::spend_cell, spend::Sum},
};

/// A supply.
pub(crate) fn supply(of: Supply) -> pb::Supply {
    match of {
        Supply::Bank => pb::Supply::Bank,
        Supply::SharedBank => pb::Supply::SharedBank,
        Supply::Agency => pb::Supply::Agency,
        Supply::Unfilled => pb::Supply::Unfilled,
        Supply::Cancelled => pb::Supply::Cancelled,
    }
}

/// A verdict.
pub(crate) fn verdict(of: Verdict) -> pb::Verdict {
    match of {
        Verdict::Within => pb::Verdict::Within,
        Verdict::OverCap => pb::Verdict::OverCap,
        Verdict::Over50 => pb::Verdict::Over50,
        Verdict::OverThreshold => pb::Verdict::OverThreshold,
        Verdict::OffFramework => pb::Verdict::OffFramework,
        Verdict::Both => pb::Verdict::Both,
        Verdict::Band23 => pb::Verdict::Band23,
        Verdict::AdminEstates => pb::Verdict::AdminEstates,
    }
}

/// The verdict that a request names; none for all.
///
/// # Errors
/// Bad request when the number means nothing.
pub(crate) fn wanted_verdict(number: i32) -> Result<Option<Verdict>> {
    let named = pb::Verdict::try_from(number)
        .map_err(|_| Error::bad_request(format!("no verdict has the number {number}")))?;
    Ok(match named {
        pb::Verdict::Unspecified => None,
        pb::Verdict::Within => Some(Verdict::Within),
        pb::Verdict::OverCap => Some(Verdict::OverCap),
        pb::Verdict::Over50 => Some(Verdict::Over50),
        pb::Verdict::OverThreshold => Some(Verdict::OverThreshold),
        pb::Verdict::OffFramework => Some(Verdict::OffFramework),
        pb::Verdict::Both => Some(Verdict::Both),
        pb::Verdict::Band23 => Some(Verdict::Band23),
        pb::Verdict::AdminEstates => Some(Verdict::AdminEstates),
    })
}

/// A shift line with its import.
pub(crate) fn shift_line((line, import_id): (Priced, String)) -> pb::ShiftLine {
    let price_pence = price(&line.shift);
    pb::ShiftLine {
        shift_ref: line.shift.reference.into(),
        organisation: line.shift.organisation.into(),
        site: line.shift.site.into(),
        staff_group: line.shift.staff_group.into(),
        grade: line.shift.grade.into(),
        date: line.shift.on.to_string(),
        supply: supply(line.shift.supply).into(),
        core_minutes: line.minutes.core,
        saturday_night_minutes: line.minutes.saturday_night,
        sunday_holiday_minutes: line.minutes.sunday_holiday,
        price_pence,
        cap_pence: line.cap,
        over_cap_pence: line.over_cap,
        cost_pence: line.cost,
        verdicts: line.verdicts.iter().map(|it| verdict(it).into()).collect(),
        import_id,
        line: line.shift.line,
    }
}

/// A row of rules.
pub(crate) fn rule_row(listed: Listed) -> pb::RuleRow {
    pb::RuleRow {
        values: listed.row.values,
        import_id: listed.import_id,
        recorded_at_micros: listed.recorded_at,
    }
}

/// A sum of published spend.
pub(crate) fn spend_sum(sum: Sum) -> pb::SpendSum {
    pb::SpendSum {
        entity: sum.entity,
        month: sum.month,
        supply: sum.supply,
        staff_group: sum.staff_group,
        lines: u64::try_from(sum.lines).unwrap_or_default(),
        pence: sum.pence,
        ..Default::default()
    }
}

/// A sum of one supplier.
pub(crate) fn supplier_sum((key, sum): OfSupplier) -> pb::SpendSum {
    let [.., supplier, reason] = key;
    pb::SpendSum { supplier, reason, ..spend_sum(sum) }
}

/// How published caps compare with the formula.
pub(crate) fn caps(of: Reconciliation) -> pb::CheckCapsResponse {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let disagreement = |it: Disagreement| pb::CapDisagreement {
        card: it.cell.value.card,
        grade: it.cell.value.grade,
        zone: it.cell.value.zone.map(|zone| zone.word().to_owned()).unwrap_or_default(),
        time_band: it.cell.value.band.word().to_owned(),
        valid_from: it.cell.from.to_string(),
        published_pence: it.cell.value.pence,
        computed_pence: it.computed,
        remark: it.remark,
        source: it.cell.source,
    };
    pb::CheckCapsResponse {
        cells: count(of.cells),
        agree: count(of.agree),
        disagreements: of.disagreements.into_iter().map(disagreement).collect(),
    }
}

/// A cell of a month.
///
/// # Errors
/// Internal when the stored row cannot be read back.
pub(crate) fn spend_cell(row: &spend_cell::Model) -> Result<pb::SpendCell> {
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(pb::SpendCell {
        staff_group: row.staff_group.clone(),
        supply: supply(codec::supply(row.supply)?).into(),
        shifts: count(row.shifts),
        without_price: count(row.without_price),
        minutes: row.minutes,
        pence: row.pence,
        over_cap_pence: row.over_cap,
    })
}

/// A day of a request, checked; empty stays empty.
///
/// # Errors
/// Bad request when it is no civil date.
pub(crate) fn day(text: &str) -> Result<String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    muster_kit::clock::as_of(text).map(|day| day.to_string())
}
