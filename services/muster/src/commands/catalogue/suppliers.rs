//! `muster catalogue suppliers FILE...`

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use muster_agency::import::read_spend;
use muster_catalogue::{
    domain::{
        cube::{Cube, Side, Spend, Sum},
        ratio::decimal,
        supplier::{Decision, Suppliers},
    },
    import::read_decisions,
};
use muster_kit::intake::{Findings, RawFile};
use serde_json::{Value, json};

use super::files;
use crate::{cli::Shared, commands::import::read_file, exit::Failure, output};

#[derive(Args, Debug)]
pub(crate) struct SuppliersArgs {
    /// Files of published spend, CSV (also .gz) or XLSX with a sheet `spend`
    #[arg(value_name = "FILE", required_unless_present = "template")]
    files: Vec<PathBuf>,
    /// What people decided of pairs of names, CSV or XLSX with a sheet `supplier-decisions`
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Sums along these sides: supplier, organisation, expense-type, month
    #[arg(long, value_name = "SIDES", value_delimiter = ',', default_value = "supplier,organisation", value_parser = side)]
    by: Vec<Side>,
    /// Print a file of decisions to begin from, and stop
    #[arg(long)]
    template: bool,
}

const SIDES: [(&str, Side); 4] = [
    ("supplier", Side::Supplier),
    ("organisation", Side::Organisation),
    ("expense-type", Side::ExpenseType),
    ("month", Side::Month),
];

fn side(text: &str) -> Result<Side, String> {
    let known = SIDES.iter().find(|(word, _)| *word == text).map(|(_, side)| *side);
    known.ok_or_else(|| "choose among supplier, organisation, expense-type, month".to_owned())
}

/// A file of spend.
struct File {
    name: String,
    lines: Vec<Spend>,
    refused: u64,
    findings: Findings,
}

/// Runs the command.
pub(super) fn run(args: &SuppliersArgs, shared: &Shared) -> Result<(), Failure> {
    if args.template {
        return Ok(output::line(muster_catalogue::import::DECISIONS.template().trim_end())?);
    }
    let mut opened = Vec::new();
    for path in &args.files {
        let file = open(path)?;
        files::say(&file.findings);
        opened.push(file);
    }
    let lines: Vec<Spend> = opened.iter().flat_map(|file| file.lines.clone()).collect();
    let decisions = decisions(args.decisions.as_ref())?;
    let suppliers = Suppliers::recognise(lines.iter().map(|line| line.supplier.as_str()), &decisions);
    let cube = Cube::new(&lines, &suppliers);
    if shared.json {
        output::json(&document(&opened, &suppliers, &cube, &args.by))?;
    } else {
        print(&opened, &suppliers, &cube, &args.by)?;
    }
    if opened.iter().any(|file| file.findings.has_errors()) { Err(Failure::Refused) } else { Ok(()) }
}

fn open(path: &std::path::Path) -> Result<File, Failure> {
    let (name, bytes) = read_file(path)?;
    let file = RawFile::new(name, bytes);
    Ok(match read_spend(&file) {
        Ok(read) => {
            let line = |line: muster_agency::domain::SpendLine| Spend {
                organisation: line.entity,
                on: line.on,
                expense_type: line.expense_type,
                supplier: line.supplier,
                pence: line.pence,
            };
            let lines = read.lines.into_iter().map(line).collect();
            File { name: file.name, lines, refused: read.refused, findings: read.findings }
        }
        Err(whole) => {
            File { name: file.name, lines: Vec::new(), refused: whole.rows, findings: whole.findings }
        }
    })
}

fn decisions(path: Option<&PathBuf>) -> Result<Vec<Decision>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let (name, bytes) = read_file(path)?;
    let read = read_decisions(&RawFile::new(name, bytes)).map_err(|findings| {
        files::say(&findings);
        Failure::Refused
    })?;
    files::say(&read.findings);
    if read.findings.has_errors() { Err(Failure::Refused) } else { Ok(read.rows) }
}

fn pence(lines: &[Spend]) -> i128 {
    lines.iter().map(|line| i128::from(line.pence)).sum()
}

/// Pence as a JSON number; sums of files stay far below the limits of 64 bits.
fn whole(pence: i128) -> i64 {
    i64::try_from(pence).unwrap_or(i64::MAX)
}

fn word(side: Side) -> &'static str {
    SIDES.iter().find(|(_, known)| *known == side).map_or("", |(word, _)| word)
}

fn document(opened: &[File], suppliers: &Suppliers, cube: &Cube, by: &[Side]) -> Value {
    let files: Vec<Value> = opened
        .iter()
        .map(|file| {
            json!({
                "file": file.name, "lines": file.lines.len(), "refused": file.refused,
                "pence": whole(pence(&file.lines)), "findings": files::findings(&file.findings),
            })
        })
        .collect();
    let sums = cube.by(&[Side::Supplier]);
    let list: Vec<Value> = suppliers
        .by_id
        .iter()
        .map(|(id, supplier)| {
            let sum = sums.get(std::slice::from_ref(id)).copied().unwrap_or_default();
            json!({
                "supplier": id, "names": supplier.names, "codes": supplier.codes,
                "pence": whole(sum.pence), "lines": sum.lines,
            })
        })
        .collect();
    let proposals: Vec<Value> = suppliers
        .proposals
        .iter()
        .map(|(one, other, why)| json!({ "one": one, "other": other, "reason": why.text() }))
        .collect();
    let cells: Vec<Value> = cube
        .by(by)
        .into_iter()
        .map(|(key, sum)| {
            let mut cell = json!({ "pence": whole(sum.pence), "lines": sum.lines });
            for (side, text) in by.iter().zip(key) {
                cell[word(*side).replace('-', "_")] = json!(text);
            }
            cell
        })
        .collect();
    let in_files: i128 = opened.iter().map(|file| pence(&file.lines)).sum();
    let Sum { pence, lines } = cube.total();
    json!({
        "files": files, "lines": lines, "pence": whole(pence), "equals_files": pence == in_files,
        "names": suppliers.by_id.values().map(|it| it.names.len()).sum::<usize>(),
        "suppliers": list, "to_review": proposals, "cube": cells,
    })
}

/// Rows that are shown to people.
const SHOWN: usize = 25;

fn print(opened: &[File], suppliers: &Suppliers, cube: &Cube, by: &[Side]) -> Result<(), Failure> {
    let pounds = |pence: i128| decimal(whole(pence), 2, 2);
    for file in opened {
        let text = format!(
            "{}: {} lines, {} refused, {}",
            file.name,
            file.lines.len(),
            file.refused,
            pounds(pence(&file.lines))
        );
        output::line(&text)?;
    }
    let organisations: BTreeSet<&str> = cube.cells.keys().map(|cell| cell.organisation.as_str()).collect();
    let names: usize = suppliers.by_id.values().map(|it| it.names.len()).sum();
    output::line(&format!(
        "{names} names are {} suppliers of {} organisations; {} pairs to review; in all {}\n",
        suppliers.by_id.len(),
        organisations.len(),
        suppliers.proposals.len(),
        pounds(cube.total().pence)
    ))?;
    let mut sums: Vec<(Vec<String>, Sum)> = cube.by(by).into_iter().collect();
    sums.sort_by_key(|(_, sum)| -sum.pence);
    let left = sums.len().saturating_sub(SHOWN);
    let header: Vec<&str> = by.iter().map(|side| word(*side)).chain(["pounds", "lines"]).collect();
    let row = |(key, sum): (Vec<String>, Sum)| {
        key.into_iter().chain([pounds(sum.pence), sum.lines.to_string()]).collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> = sums.into_iter().take(SHOWN).map(row).collect();
    output::table(&header, &rows)?;
    if left > 0 {
        output::line(&format!("and {left} more: --json has all"))?;
    }
    for (one, other, why) in suppliers.proposals.iter().take(SHOWN) {
        output::line(&format!("to review: {one} | {other}: {}", why.text()))?;
    }
    Ok(())
}
