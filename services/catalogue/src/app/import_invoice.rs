//! Imports an electronic invoice or credit note: its lines become lines of purchase, as if they had come in a table.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{Result, imports::Summary, intake::Finding};
use muster_proto::common::v1::ImportOutcome;

use super::{
    import_file::{Import, beside},
    import_rows::bought,
};
use crate::{
    domain::{gs1::Gtin, legal_name::LegalName, purchase::Purchase},
    import::{
        Read,
        ubl::{Billed, read_invoice},
    },
    store::item_codes::{Coded, with_codes},
};

/// Reads an invoice to the account's organisation and stores its lines. A line that does not name the buyer's item is one of the item
/// that alone has its trade item number, or its supplier's code.
pub(super) async fn invoice(import: Import<'_>) -> Result<ImportOutcome> {
    let organisation = import.actor.organisation.as_str().to_owned();
    let read = match beside(&import.upload, move |file| read_invoice(file, &organisation)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let read = with_items(&import, read).await?;
    bought(import, read).await
}

async fn with_items(import: &Import<'_>, read: Read<Billed>) -> Result<Read<Purchase>> {
    let (mut gtins, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for row in read.rows.iter().filter(|row| row.purchase.item.is_none()) {
        gtins.extend(row.gtin.as_ref().map(Gtin::padded));
        codes.extend(row.supplier_code.clone());
    }
    let (scope, organisation) = (import.actor.scope(), import.actor.organisation.as_str());
    let known = with_codes(import.deps.db.read(), &scope, organisation, (&gtins, &codes)).await?;
    let known = Known::of(&known);
    let mut findings = read.findings;
    let mut rows = Vec::with_capacity(read.rows.len());
    for Billed { mut purchase, gtin, supplier_code } in read.rows {
        if purchase.item.is_none() {
            let gtin = gtin.map(|it| it.padded()).unwrap_or_default();
            let code = supplier_code.unwrap_or_default();
            purchase.item = known.item(&gtin, (&purchase.supplier, &code)).map(str::to_owned);
        }
        if purchase.item.is_none() {
            let remedy = "give the item its trade item number or supplier's code; until then the line counts as bought off catalogue";
            let problem = "no single item of the organisation has the codes of this line";
            findings.push(Finding::warning("unknown-item", problem, remedy).at(
                purchase.line,
                "BT-155, BT-156, BT-157",
                &purchase.description,
            ));
        }
        rows.push(purchase);
    }
    Ok(Read { rows, lines: read.lines, findings })
}

/// References of items by their codes.
struct Known<'a> {
    gtins: BTreeMap<&'a str, BTreeSet<&'a str>>,
    codes: BTreeMap<(String, &'a str), BTreeSet<&'a str>>,
}

impl<'a> Known<'a> {
    fn of(rows: &'a [Coded]) -> Self {
        let mut known = Self { gtins: BTreeMap::new(), codes: BTreeMap::new() };
        for row in rows {
            known.gtins.entry(&row.gtin).or_default().insert(&row.item_ref);
            let code = (LegalName::read(&row.supplier).key(), row.supplier_code.as_str());
            known.codes.entry(code).or_default().insert(&row.item_ref);
        }
        known
    }

    /// The one item that has the number, else the one that has the supplier's code; several are none.
    fn item(&self, gtin: &str, (supplier, code): (&str, &str)) -> Option<&'a str> {
        let single = |of: Option<&BTreeSet<&'a str>>| {
            of.filter(|of| of.len() == 1).and_then(|of| of.iter().next().copied())
        };
        let by_number = if gtin.is_empty() { None } else { single(self.gtins.get(gtin)) };
        let by_code = || single(self.codes.get(&(LegalName::read(supplier).key(), code)));
        by_number.or_else(|| if code.is_empty() { None } else { by_code() })
    }
}
