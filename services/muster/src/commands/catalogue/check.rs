//! `muster catalogue check FILE`

use std::{fs, path::PathBuf};

use clap::Args;
use jiff::civil::Date;
use muster_catalogue::{
    domain::item::{Item, trade_items},
    import::{KINDS, workbook},
};
use muster_kit::{
    Error,
    intake::{Finding, ImportKind},
};
use serde_json::{Value, json};

use super::files::{self, Holds, Kind, Opened};
use crate::{cli::Shared, exit::Failure, output};

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// File: CSV (also .gz), XLSX with a sheet named like the kind, or XML
    #[arg(value_name = "FILE", required_unless_present = "template")]
    file: Option<PathBuf>,
    /// What it is [default: what it looks like]
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Month of a Drug Tariff, YYYY-MM [default: the one in the file's name]
    #[arg(long, value_name = "MONTH", value_parser = files::month)]
    month: Option<Date>,
    /// List of classes to look the classes of items up in
    #[arg(long, value_name = "FILE")]
    classes: Option<PathBuf>,
    /// End with 0 although rows were refused
    #[arg(long)]
    keep_good_rows: bool,
    /// Print a file of a kind to begin from, and stop: items, offers, classes, cpv, drug-tariff
    #[arg(long, value_name = "KIND")]
    template: Option<String>,
    /// Write the template as a workbook to this file
    #[arg(long, value_name = "FILE", requires = "template")]
    xlsx: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &CheckArgs, shared: &Shared) -> Result<(), Failure> {
    if let Some(kind) = &args.template {
        return template(kind, args.xlsx.as_ref());
    }
    let path = args.file.as_ref().ok_or_else(|| Failure::Usage("give a FILE".into()))?;
    let opened = match files::open(path, args.kind, args.month)? {
        Ok(opened) => looked_up(opened, args.classes.as_ref())?,
        Err(findings) => {
            files::say(&findings);
            if shared.json {
                output::json(&json!({
                    "file": findings.file(), "rows": 0, "accepted": 0, "refused": 0, "refused_whole": true,
                    "errors": findings.errors(), "findings": files::findings(&findings),
                }))?;
            }
            return Err(Failure::Refused);
        }
    };
    files::say(&opened.findings);
    if shared.json {
        output::json(&document(&opened))?;
    } else {
        print(&opened)?;
    }
    if opened.findings.has_errors() && !args.keep_good_rows { Err(Failure::Refused) } else { Ok(()) }
}

/// Looks classes of items up in a list of their scheme; one that is not there is a warning.
fn looked_up(mut opened: Opened, classes: Option<&PathBuf>) -> Result<Opened, Failure> {
    let (Some(path), Holds::Items(items)) = (classes, &opened.holds) else { return Ok(opened) };
    let list = files::open(path, None, None)?.map_err(|findings| {
        files::say(&findings);
        Failure::Refused
    })?;
    let Holds::Classes(scheme, list) = list.holds else {
        return Err(Failure::Usage(format!("`{}` holds no classes", list.name)));
    };
    for item in items {
        let class = item.class.as_ref().filter(|class| class.scheme == scheme);
        if let Some(class) = class.filter(|class| list.get(&class.code).is_none()) {
            let problem = format!("the class is not in the list of {}", scheme.word());
            let finding = Finding::warning("unknown-class", problem, "look it up by its name");
            opened.findings.push(finding.at(item.line, "class_code", &class.code));
        }
    }
    Ok(opened)
}

fn template(name: &str, xlsx: Option<&PathBuf>) -> Result<(), Failure> {
    let known = |kind: &&ImportKind| kind.name == name;
    let Some(kind) = KINDS.iter().find(known) else {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        return Err(Failure::Usage(format!("no kind `{name}`: choose one of {}", names.join(", "))));
    };
    let Some(path) = xlsx else { return Ok(output::line(kind.template().trim_end())?) };
    let bytes =
        workbook(kind).map_err(|error| Error::internal(format!("cannot make the workbook: {error}")))?;
    Ok(fs::write(path, bytes)?)
}

fn document(opened: &Opened) -> Value {
    json!({
        "file": opened.name, "kind": word(opened), "rows": opened.rows,
        "accepted": opened.rows - opened.refused, "refused": opened.refused, "refused_whole": false,
        "errors": opened.findings.errors(), "summary": summary(opened),
        "findings": files::findings(&opened.findings),
    })
}

fn word(opened: &Opened) -> &'static str {
    match &opened.holds {
        Holds::Items(_) => "items",
        Holds::Offers(_) => "offers",
        Holds::Purchases(_) => "purchases",
        Holds::Equivalences => "equivalences",
        Holds::Tariff(_) => "drug-tariff",
        Holds::Classes(scheme, _) => scheme.word(),
        Holds::Catalogue(_) => "peppol",
    }
}

fn summary(opened: &Opened) -> Value {
    let packs = |items: &[Item]| items.iter().filter(|item| item.pack.normalise().is_err()).count();
    match &opened.holds {
        Holds::Items(items) => json!({
            "items": items.len(), "with_gtin": items.iter().filter(|item| item.gtin.is_some()).count(),
            "trade_items": trade_items(items).len(), "packs_to_ask_about": packs(items),
        }),
        Holds::Offers(offers) => {
            let mut suppliers: Vec<&str> = offers.iter().map(|offer| offer.supplier.as_str()).collect();
            suppliers.sort_unstable();
            suppliers.dedup();
            json!({ "offers": offers.len(), "suppliers": suppliers.len() })
        }
        Holds::Tariff(rows) => json!({
            "prices": rows.len(), "valid_from": files::day(rows.first().and_then(|row| row.offer.valid.from)),
            "valid_to": files::day(rows.first().and_then(|row| row.offer.valid.to)),
        }),
        Holds::Purchases(lines) => json!({ "net_pence": lines.iter().map(|line| line.net).sum::<i64>() }),
        Holds::Equivalences => json!({}),
        Holds::Classes(scheme, list) => json!({ "scheme": scheme.word(), "classes": list.len() }),
        Holds::Catalogue(read) => json!({
            "id": read.catalogue.id, "lines": read.catalogue.lines.len(),
            "refused_lines": read.refused.iter().map(|line| line.id.as_str()).collect::<Vec<_>>(),
        }),
    }
}

fn print(opened: &Opened) -> Result<(), Failure> {
    let Opened { name, rows, refused, findings, .. } = opened;
    let taken = rows - refused;
    output::line(&format!("{name} ({}): {rows} rows, {taken} good, {refused} refused", word(opened)))?;
    output::line(&format!("{} errors, {} findings in all", findings.errors(), findings.total()))?;
    Ok(())
}
