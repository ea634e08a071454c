//! `muster agency spend FILE...`

use std::{collections::BTreeMap, path::PathBuf};

use muster_agency::{
    domain::{SpendLine, SpendRule, SpendSupply, pay::pounds, recognise, words::Word},
    import::{read_spend, read_spend_rules, shipped_spend_rules},
};
use muster_kit::{
    Error,
    intake::{Finding, Findings, RawFile},
};
use serde_json::{Value, json};

use super::say;
use crate::{cli::Shared, commands::import::read_file, exit::Failure, output};

/// What became of a file.
struct Outcome {
    name: String,
    sha256: String,
    lines: Vec<SpendLine>,
    refused: u64,
    whole: bool,
    findings: Findings,
}

/// Reads files of published spend and prints what of it is temporary staffing; stores nothing.
pub(super) fn run(files: &[PathBuf], table: Option<&PathBuf>, shared: &Shared) -> Result<(), Failure> {
    let rules = rules(table)?;
    let mut outcomes = Vec::new();
    for path in files {
        let outcome = read(path)?;
        say(&outcome.findings);
        outcomes.push(outcome);
    }
    if shared.json {
        let files: Vec<Value> = outcomes.iter().map(|it| document(it, &rules)).collect();
        output::json(&json!({ "files": files }))?;
    } else {
        print(&outcomes, &rules)?;
    }
    if outcomes.iter().any(|it| it.whole || it.refused > 0) { Err(Failure::Refused) } else { Ok(()) }
}

fn rules(table: Option<&PathBuf>) -> Result<Vec<SpendRule>, Failure> {
    let Some(path) = table else {
        return shipped_spend_rules()
            .map_err(|_| Error::internal("the shipped rule table is damaged").into());
    };
    let (name, bytes) = read_file(path)?;
    read_spend_rules(&RawFile::new(name, bytes)).map_err(|findings| {
        say(&findings);
        Failure::Refused
    })
}

fn read(path: &std::path::Path) -> Result<Outcome, Failure> {
    let (name, bytes) = read_file(path)?;
    let file = RawFile::new(name, bytes);
    let (name, sha256) = (file.name.clone(), file.sha256.clone());
    Ok(match read_spend(&file) {
        Ok(read) => Outcome {
            name,
            sha256,
            lines: read.lines,
            refused: read.refused,
            whole: false,
            findings: read.findings,
        },
        Err(it) => {
            Outcome { name, sha256, lines: Vec::new(), refused: it.rows, whole: true, findings: it.findings }
        }
    })
}

impl Outcome {
    /// Pence of the good lines.
    fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.pence).sum()
    }

    /// Lines and pence by what they are for; none = no temporary staffing.
    fn by_supply(&self, rules: &[SpendRule]) -> BTreeMap<Option<SpendSupply>, (u64, i64)> {
        let mut sums: BTreeMap<_, (u64, i64)> = BTreeMap::new();
        for line in &self.lines {
            let sum = sums.entry(recognise(rules, line).map(|rule| rule.supply)).or_default();
            *sum = (sum.0 + 1, sum.1 + line.pence);
        }
        sums
    }
}

fn document(it: &Outcome, rules: &[SpendRule]) -> Value {
    let supplies: serde_json::Map<String, Value> = it
        .by_supply(rules)
        .into_iter()
        .map(|(supply, (rows, pence))| {
            let name = supply.map_or("not-staffing", Word::word);
            (name.to_owned(), json!({ "rows": rows, "total_pence": pence }))
        })
        .collect();
    let recognised: Vec<Value> = it
        .lines
        .iter()
        .filter_map(|line| recognise(rules, line).map(|rule| (line, rule)))
        .map(|(line, rule)| {
            json!({
                "line": line.line, "date": line.on.to_string(), "expense_type": line.expense_type,
                "supplier": line.supplier, "pence": line.pence, "supply": rule.supply.word(),
                "staff_group": rule.staff_group, "reason": rule.reason,
            })
        })
        .collect();
    json!({
        "file": it.name, "sha256": it.sha256, "rows": it.lines.len(), "refused": it.refused,
        "refused_whole": it.whole, "total_pence": it.total(), "by_supply": supplies, "recognised": recognised,
        "findings": it.findings.sorted().into_iter().map(finding).collect::<Vec<_>>(),
    })
}

/// A finding as JSON.
pub(super) fn finding(f: &Finding) -> Value {
    json!({
        "severity": format!("{:?}", f.severity).to_lowercase(), "line": f.line, "column": f.column, "value": f.value,
        "problem": f.problem, "remedy": f.remedy, "rule": f.rule,
    })
}

fn print(outcomes: &[Outcome], rules: &[SpendRule]) -> Result<(), Failure> {
    let header = ["file", "rows", "refused", "pounds", "agency", "bank", "locum", "recharge", "unclear"];
    let of = [
        SpendSupply::Agency,
        SpendSupply::Bank,
        SpendSupply::Locum,
        SpendSupply::Recharge,
        SpendSupply::Unclear,
    ];
    let rows: Vec<Vec<String>> = outcomes
        .iter()
        .map(|it| {
            let sums = it.by_supply(rules);
            let mut row = vec![it.name.clone(), it.lines.len().to_string(), it.refused.to_string()];
            row.push(pounds(it.total()));
            row.extend(of.iter().map(|supply| pounds(sums.get(&Some(*supply)).map_or(0, |sum| sum.1))));
            row
        })
        .collect();
    output::table(&header, &rows)?;
    Ok(output::line(
        "\nread and not stored; what a line is was decided by the rule table (--rules FILE for your own)",
    )?)
}
