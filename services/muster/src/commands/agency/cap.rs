//! `muster agency cap` and `muster agency reconcile`

use std::path::PathBuf;

use muster_agency::domain::{
    CapQuery,
    pay::pounds,
    reconcile as compare,
    words::{Word, grade},
};
use serde_json::{Value, json};

use super::{rules, words::CapArgs};
use crate::{cli::Shared, exit::Failure, output};

/// Prints the cap of a grade on a day.
pub(super) fn cap(args: &CapArgs, shared: &Shared) -> Result<(), Failure> {
    let query = CapQuery {
        grade: grade(&args.grade).into(),
        on: args.on,
        zone: args.zone,
        band: args.time_band,
        class: args.class,
    };
    let cap = rules(&args.rates)?
        .cap(&query)
        .map_err(|gap| Failure::Usage(format!("{gap}; give the missing rows with --rates FILE")))?;
    if shared.json {
        return Ok(output::json(&json!({
            "grade": query.grade.as_str(), "on": query.on.to_string(), "zone": query.zone.map(Word::word),
            "time_band": query.band.word(), "cap_pence": cap.pence, "rule": cap.rule, "source": cap.source,
            "formula": cap.formula, "verified": cap.verified,
        }))?);
    }
    let checked = if cap.verified { "" } else { " (not verified)" };
    output::line(&format!(
        "{} on {}: at most {} pounds an hour{checked}",
        query.grade,
        query.on,
        pounds(cap.pence)
    ))?;
    output::line(&format!("  rule     {}\n  source   {}\n  formula  {}", cap.rule, cap.source, cap.formula))?;
    Ok(())
}

/// Prints how the published caps stand beside the formula.
pub(super) fn reconcile(files: &[PathBuf], shared: &Shared) -> Result<(), Failure> {
    let all = compare(&rules(files)?);
    if shared.json {
        let rows: Vec<Value> = all
            .disagreements
            .iter()
            .map(|it| {
                let rate = &it.cell.value;
                json!({
                    "card": rate.card, "grade": rate.grade, "zone": rate.zone.map(Word::word),
                    "time_band": rate.band.word(), "valid_from": it.cell.from.to_string(),
                    "published_pence": rate.pence, "computed_pence": it.computed, "remark": it.remark,
                    "source": it.cell.source,
                })
            })
            .collect();
        return Ok(output::json(&json!({ "cells": all.cells, "agree": all.agree, "disagreements": rows }))?);
    }
    output::line(&format!("{} of {} published caps are as the formula says", all.agree, all.cells))?;
    let rows: Vec<Vec<String>> = all
        .disagreements
        .iter()
        .map(|it| {
            let (rate, computed) = (&it.cell.value, it.computed.map(pounds).unwrap_or_default());
            vec![
                rate.grade.clone(),
                it.cell.from.to_string(),
                pounds(rate.pence),
                computed,
                it.remark.clone(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        output::table(&["grade", "from", "published", "computed", "formula, or what is missing"], &rows)?;
    }
    Ok(())
}
