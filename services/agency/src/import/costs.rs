//! What comes on top of pay and charge, how gaps are covered, and what counts as a step in rates.

use muster_kit::intake::{Cell, Column, Finding, ImportKind};

use super::{
    rates::dated,
    rules::{FROM, Line, SOURCE, TO, VERIFIED},
};
use crate::domain::{
    CoverRule, DriftRule, OnCost, Reference,
    projection::Interval,
    words::{Word, plain},
};

/// Shares on top of pay and charge.
pub(super) const ON_COSTS: ImportKind = ImportKind {
    name: "on-costs",
    summary: "what comes on top of a bank worker's pay and of an agency's charge, so that both are compared all-in",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required(
            "part",
            "pension",
            "national-insurance, pension, holiday or bank-fee (of pay), vat or framework-fee (of an agency's charge)",
        ),
        Column::required("share", "0.2378", "share, 0 to 1"),
        FROM,
        SOURCE,
        TO,
        VERIFIED,
    ],
};

/// How gaps are covered.
pub(super) const COVER_RULES: ImportKind = ImportKind {
    name: "cover-rules",
    summary: "how the gap of a role is covered; shifts of its group of staff go before the shares and costs here",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("role", "nurse", "role of the forecast: gp, nurse, direct-patient-care ..."),
        Column::required("staff_group", "nursing", "group of staff whose shifts cover it"),
        Column::required("hours", "1575", "hours that a whole-time equivalent works in a year"),
        Column::required("fill_low", "0.60", "share of the hours that is filled, one chance in ten of less"),
        Column::required("fill", "0.75", "the same, as likely more as less"),
        Column::required("fill_high", "0.90", "the same, one chance in ten of more"),
        Column::required(
            "bank_low",
            "0.50",
            "share of the filled hours that the bank works, one in ten of less",
        ),
        Column::required("bank", "0.65", "the same, as likely more as less"),
        Column::required("bank_high", "0.80", "the same, one chance in ten of more"),
        Column::required("bank_hour", "28.57", "all-in cost of an hour of the bank, pounds"),
        Column::required("agency_hour", "34.29", "all-in cost of an hour of an agency, pounds"),
        FROM,
        SOURCE,
        TO,
        VERIFIED,
    ],
};

/// What counts as a step in rates.
pub(super) const DRIFT_RULES: ImportKind = ImportKind {
    name: "drift-rules",
    summary: "what counts as a step in the rates of a partner",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("step", "0.05", "least rise as a share of the rate before, 0 to 1"),
        Column::required("shifts", "8", "least shifts on each side of the step"),
        Column::required("weeks_before", "26", "weeks before it that are looked at, 1 to 104"),
        Column::required("weeks_after", "13", "weeks from it on that are looked at, 1 to 104"),
        FROM,
        SOURCE,
        TO,
        VERIFIED,
    ],
};

/// Reads a row of one of these kinds.
pub(super) fn take(line: &Line<'_, '_>, into: &mut Reference) -> Result<(), Finding> {
    match line.kind.name {
        "on-costs" => into.on_costs.push(dated(line, on_cost)?),
        "cover-rules" => into.cover_rules.push(dated(line, cover_rule)?),
        _ => into.drift_rules.push(dated(line, drift_rule)?),
    }
    Ok(())
}

fn on_cost(line: &Line<'_, '_>) -> Result<OnCost, Finding> {
    let first = line.cell("valid_from");
    // months are summed before shares are applied, so a share holds for whole months
    if !first.text.is_empty() && !first.text.ends_with("-01") {
        return Err(first.error(
            "not-first-of-month",
            "not the first day of a month",
            "let the share begin with a month, for instance 2025-04-01",
        ));
    }
    Ok(OnCost { part: line.cell("part").word(Word::WORDS)?, share_ppm: line.cell("share").share_ppm()? })
}

fn cover_rule(line: &Line<'_, '_>) -> Result<CoverRule, Finding> {
    Ok(CoverRule {
        role: plain(line.cell("role").required()?).replace(' ', "-"),
        staff_group: line.cell("staff_group").required()?.to_owned(),
        hours: between(&line.cell("hours"), (1, 8_784))?,
        fill: shares(line, ["fill_low", "fill", "fill_high"])?,
        bank: shares(line, ["bank_low", "bank", "bank_high"])?,
        bank_hour: above_nought(&line.cell("bank_hour"))?,
        agency_hour: above_nought(&line.cell("agency_hour"))?,
    })
}

fn drift_rule(line: &Line<'_, '_>) -> Result<DriftRule, Finding> {
    let step = line.cell("step");
    let step_ppm = step.share_ppm()?;
    if step_ppm == 0 {
        return Err(step.error("out-of-range", "every rate would be a step", "give a share such as 0.05"));
    }
    Ok(DriftRule {
        step_ppm,
        shifts: between(&line.cell("shifts"), (3, 1_000_000))?,
        weeks_before: between(&line.cell("weeks_before"), (1, 104))?,
        weeks_after: between(&line.cell("weeks_after"), (1, 104))?,
    })
}

fn between(cell: &Cell<'_>, (low, high): (i64, i64)) -> Result<i64, Finding> {
    let value = cell.count()?;
    if (low..=high).contains(&value) {
        return Ok(value);
    }
    let remedy = format!("write a whole number from {low} to {high}");
    Err(cell.error("out-of-range", format!("not from {low} to {high}"), remedy))
}

fn shares(line: &Line<'_, '_>, names: [&str; 3]) -> Result<Interval, Finding> {
    let [low, middle, high] = names.map(|name| line.cell(name));
    let of = Interval { p10: low.share_ppm()?, p50: middle.share_ppm()?, p90: high.share_ppm()? };
    if of.p10 <= of.p50 && of.p50 <= of.p90 {
        return Ok(of);
    }
    Err(middle.error("wrong-order", "not between the low and the high one", "write the three in order"))
}

fn above_nought(cell: &Cell<'_>) -> Result<i64, Finding> {
    let pence = cell.pence()?;
    if pence > 0 {
        return Ok(pence);
    }
    Err(cell.error("out-of-range", "not above zero", "give the pounds of an hour, for instance 28.57"))
}
