//! `muster finance tariff FILE`

use muster_backoffice::{
    domain::{figure::pounds, tariff::Bill},
    import::{TARIFF_EXAMPLE, read_tariff},
};
use serde_json::{Value, json};

use super::document;
use crate::{
    cli::{DocumentArgs, Shared},
    exit::Failure,
    output,
};

/// Runs the command.
pub(super) fn run(args: &DocumentArgs, shared: &Shared) -> Result<(), Failure> {
    if args.example {
        return Ok(output::line(TARIFF_EXAMPLE.trim_end())?);
    }
    let (quarter, bills) = document(args, |text| {
        let quarter = read_tariff(text)?;
        let bills = quarter.settle()?;
        Ok((quarter, bills))
    })?;
    if shared.json {
        let row = |(organisation, it): (&String, &Bill)| {
            json!({
                "organisation": organisation, "advance_fixed_pence": it.advance_fixed,
                "advance_running_pence": it.advance_running, "actual_fixed_pence": it.actual_fixed,
                "stranded_pence": it.stranded, "actual_running_pence": it.actual_running,
                "true_up_pence": it.true_up,
            })
        };
        let rows: Vec<Value> = bills.iter().map(row).collect();
        let total = quarter.actual_fixed + quarter.actual_running;
        return Ok(output::json(
            &json!({ "quarter": quarter.start.to_string(), "cost_pence": total, "members": rows }),
        )?);
    }
    output::line(&format!("three months from {}, pounds\n", quarter.start))?;
    let row = |(organisation, it): (&String, &Bill)| {
        let mut row = vec![organisation.clone()];
        row.extend([it.advance_fixed, it.advance_running, it.actual_fixed].map(pounds));
        row.extend([it.stranded, it.actual_running, it.true_up].map(pounds));
        row
    };
    let rows: Vec<Vec<String>> = bills.iter().map(row).collect();
    let header = [
        "organisation",
        "fixed, paid",
        "running, paid",
        "fixed, actual",
        "of it stranded",
        "running, actual",
        "to settle",
    ];
    Ok(output::table(&header, &rows)?)
}
