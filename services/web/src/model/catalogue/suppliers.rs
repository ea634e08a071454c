//! Suppliers that several organisations pay, and pairs of names that might be one supplier.

use muster_proto::catalogue::v1::{SpendCell, Supplier, SupplierDecision, SupplierProposal};

use super::day;
use crate::{
    figures,
    model::agency::{count, counted, money},
    pages::encode,
    table::{Cell, Table},
};

/// Where the spend of a supplier is shown by organisation and month.
fn cube_href(supplier: &str) -> String {
    format!("/catalogue/suppliers?supplier={}&by_organisation=on&by_month=on#cube", encode(supplier))
}

/// An amount within a sentence with its sign: sums of spend may be below zero.
pub(crate) fn signed(pence: i64) -> String {
    if pence < 0 { format!("\u{2212}\u{2060}{}", money(pence)) } else { money(pence) }
}

/// The largest shared supplier in a sentence; nothing where no organisation shares one.
pub(crate) fn finding(total: u64, least: u32, suppliers: &[Supplier]) -> String {
    let Some(first) = suppliers.first() else {
        return match least {
            0 | 1 => "No supplier is known.".into(),
            least => format!("No supplier is paid by {least} organisations or more."),
        };
    };
    let verb = if total == 1 { "is" } else { "are" };
    let lead = if least > 1 {
        format!("{} {verb} paid by {least} organisations or more", counted(total, "supplier"))
    } else {
        format!("{} {verb} known", counted(total, "supplier"))
    };
    format!(
        "{lead}. The largest is {}: {} from {}; a collective round with them would be worth most.",
        first.supplier,
        signed(first.pence),
        counted(first.organisations.len() as u64, "organisation"),
    )
}

/// Suppliers, most money first.
pub(crate) fn table(suppliers: &[Supplier]) -> Table {
    let table = Table::new("suppliers", "Suppliers, most money first")
        .text("Supplier", "supplier")
        .number("Organisations", "organisations")
        .number("Paid", "pounds")
        .number("Lines", "lines")
        .text("Who pays how much", "paid_by")
        .text("Names in ledgers", "names")
        .text("Codes in ledgers", "codes")
        .empty("No supplier is paid by as many organisations.");
    let rows = suppliers.iter().map(|of| {
        let mut paid: Vec<&SpendCell> = of.organisations.iter().collect();
        paid.sort_by_key(|cell| std::cmp::Reverse(cell.pence));
        let paid: Vec<String> =
            paid.iter().map(|c| format!("{} {}", c.organisation, figures::exact_pounds(c.pence))).collect();
        vec![
            Cell::link(of.supplier.clone(), cube_href(&of.supplier)),
            Cell::count(count(of.organisations.len() as u64)),
            Cell::pounds(of.pence),
            Cell::count(count(of.lines)),
            Cell::text(paid.join("; ")),
            Cell::text(of.names.join("; ")),
            Cell::text(of.codes.join("; ")),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// A pair that waits.
pub(crate) struct Pair {
    pub(crate) one: String,
    pub(crate) other: String,
    pub(crate) why: String,
    pub(crate) paid: String,
}

/// Pairs that wait.
pub(crate) fn pairs(all: &[SupplierProposal]) -> Vec<Pair> {
    let pair = |of: &SupplierProposal| Pair {
        one: of.one.clone(),
        other: of.other.clone(),
        why: of.why.clone(),
        paid: format!("Both together were paid {}.", signed(of.pence)),
    };
    all.iter().map(pair).collect()
}

/// A decision that stands.
pub(crate) struct Decided {
    pub(crate) one: String,
    pub(crate) other: String,
    pub(crate) said: String,
}

/// Decisions that stand.
pub(crate) fn decided(all: &[SupplierDecision]) -> Vec<Decided> {
    let said = |of: &SupplierDecision| {
        let what = if of.same { "one supplier" } else { "two suppliers" };
        format!("{what}: {} ({}, {})", of.reason, of.decided_by, day(of.decided_at_micros))
    };
    all.iter().map(|of| Decided { one: of.one.clone(), other: of.other.clone(), said: said(of) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_shared_supplier_is_named_with_its_worth() {
        let supplier = Supplier {
            supplier: "ALLIANCE HEALTHCARE".into(),
            organisations: vec![SpendCell::default(), SpendCell::default(), SpendCell::default()],
            pence: 411_234_500,
            ..Supplier::default()
        };
        assert_eq!(
            finding(212, 2, &[supplier]),
            "212 suppliers are paid by 2 organisations or more. The largest is ALLIANCE HEALTHCARE: £4.1 million from 3 \
             organisations; a collective round with them would be worth most."
        );
        assert_eq!(finding(0, 3, &[]), "No supplier is paid by 3 organisations or more.");
    }
}
