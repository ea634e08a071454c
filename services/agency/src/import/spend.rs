//! The rule table that recognises temporary staffing among published spend; the files themselves are read by `muster_spend`.

use muster_kit::intake::{Column, Finding, Findings, ImportKind, RawFile};
pub use muster_spend::{SPEND, SpendRead, SpendRefused, read_spend};

use super::rules::{self, Line};
use crate::domain::{
    SpendRule,
    words::{Word, plain},
};

/// The rule table that recognises temporary staffing.
pub const SPEND_RULES: ImportKind = ImportKind {
    name: "spend-rules",
    summary: "which lines of spend are temporary staffing; the first rule that fits counts",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("expense_type", "agency nursing", "words of the expense type; empty = any"),
        Column::required("supplier", "", "words of the supplier; empty = any"),
        Column::required("supply", "agency", "agency, bank, locum, recharge, unclear or other"),
        Column::required("reason", "expense type names agency", "why"),
        Column::optional("organisation", "", "words of the payer; empty = any"),
        Column::optional("staff_group", "nursing", "group of staff"),
    ],
};

/// The shipped rule table.
///
/// # Errors
/// Findings when it is damaged, which a test rules out.
pub fn shipped_spend_rules() -> Result<Vec<SpendRule>, Findings> {
    rules::whole(|_| Vec::new()).map(|all| all.reference.spend_rules)
}

/// Reads a rule table.
///
/// # Errors
/// Findings when the file or a row of it is refused.
pub fn read_spend_rules(file: &RawFile) -> Result<Vec<SpendRule>, Findings> {
    let table = file.table(&SPEND_RULES)?;
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    let mut rules = Vec::new();
    for row in table.rows() {
        let cell = |name: &str| row.cell(table.column(&SPEND_RULES, name));
        let rule = take_rule(&Line { kind: &SPEND_RULES, cell: &cell });
        rules.extend(findings.keep(rule));
    }
    if findings.has_errors() { Err(findings) } else { Ok(rules) }
}

/// Reads a row of the rule table.
pub(super) fn take_rule(line: &Line<'_, '_>) -> Result<SpendRule, Finding> {
    let words = |name| plain(line.cell(name).text);
    let supply = line.cell("supply");
    let rule = SpendRule {
        organisation: words("organisation"),
        expense_type: words("expense_type"),
        supplier: words("supplier"),
        supply: supply.word(Word::WORDS)?,
        staff_group: line.cell("staff_group").text.to_owned(),
        reason: line.cell("reason").text.to_owned(),
    };
    if rule.organisation.is_empty() && rule.expense_type.is_empty() && rule.supplier.is_empty() {
        let found =
            Finding::error("matches-everything", "the rule fits every line", "give words to look for");
        return Err(found.at(supply.line, "", ""));
    }
    Ok(rule)
}
