//! Lines of published spend, and which of them are temporary staffing by a rule table that the user can see and edit.

pub use muster_spend::SpendLine;

use super::words::{Word, plain};

/// What a line of spend is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SpendSupply {
    /// Agency staff.
    Agency,
    /// Bank staff.
    Bank,
    /// Locums of general practices, reimbursed by the commissioner.
    Locum,
    /// Staff of another body, charged on.
    Recharge,
    /// Perhaps temporary staffing: the file does not say.
    Unclear,
    /// Looks like staffing and is none.
    Other,
}

impl Word for SpendSupply {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("agency", Self::Agency),
        ("bank", Self::Bank),
        ("locum", Self::Locum),
        ("recharge", Self::Recharge),
        ("unclear", Self::Unclear),
        ("other", Self::Other),
    ];
}

/// A rule: words that must stand together in the expense type and in the supplier; no words fit anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpendRule {
    /// Words of the payer.
    pub organisation: String,
    /// Words of the expense type. `account 5` in front is any account from 50000 to 55999, which is pay.
    pub expense_type: String,
    /// Words of the supplier.
    pub supplier: String,
    /// What such a line is.
    pub supply: SpendSupply,
    /// Group of staff; empty = unknown.
    pub staff_group: String,
    /// Why.
    pub reason: String,
}

/// Do the words stand in the text, together and whole? Both as [`plain`] writes them.
fn stands(words: &str, text: &str) -> bool {
    words.is_empty() || format!(" {text} ").contains(&format!(" {words} "))
}

impl SpendRule {
    /// Does it fit a line?
    fn fits(&self, entity: &str, expense_type: &str, supplier: &str) -> bool {
        let expense = match self.expense_type.strip_prefix("account 5") {
            Some(rest) => pay_account(expense_type) && stands(rest.trim(), expense_type),
            None => stands(&self.expense_type, expense_type),
        };
        expense && stands(&self.organisation, entity) && stands(&self.supplier, supplier)
    }
}

/// `50552 qualified nursing staff`: an account of pay.
fn pay_account(expense_type: &str) -> bool {
    let code = expense_type.split(' ').next().unwrap_or_default();
    code.len() == 5 && code.parse().is_ok_and(|code: u32| (50_000..56_000).contains(&code))
}

/// The first rule that fits a line; none = no temporary staffing.
pub fn recognise<'a>(rules: &'a [SpendRule], line: &SpendLine) -> Option<&'a SpendRule> {
    // apostrophes stand in one spelling and not in another
    let simple = |text: &str| plain(&text.replace(['\'', '`', '’'], ""));
    let (entity, expense_type, supplier) =
        (simple(&line.entity), simple(&line.expense_type), simple(&line.supplier));
    rules.iter().find(|rule| rule.fits(&entity, &expense_type, &supplier))
}
