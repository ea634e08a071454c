//! Imports an electronic catalogue: lines that can be taken come in, the others are reported by rule and XPath.

use std::collections::BTreeSet;

use muster_kit::{Result, imports::Summary, intake::Findings};
use muster_proto::common::v1::ImportOutcome;

use super::{
    import_file::{Import, beside, count},
    import_offers::{record, sum},
};
use crate::{
    domain::{item::Item, offer::Offer},
    import::ubl::{self, Action, Taken, read_catalogue},
    store::{item_writes, offers::Gone},
};

/// What a catalogue comes to.
struct Came {
    lines: u64,
    action: Option<Action>,
    taken: Vec<Taken>,
    findings: Findings,
}

/// Reads a catalogue for the account's organisation and stores what can be taken of it. A catalogue that replaces takes back whatever
/// its supplier offered before and does not offer now; a line that updates or deletes, what was offered of its item.
pub(super) async fn peppol(import: Import<'_>) -> Result<ImportOutcome> {
    let organisation = import.actor.organisation.as_str().to_owned();
    let came = beside(&import.upload, move |file| {
        let read = read_catalogue(&file.name, &file.bytes)?;
        let (taken, found) = ubl::offers(&read.catalogue, &organisation);
        let mut findings = read.findings;
        for finding in found {
            findings.push(finding);
        }
        let lines = (read.catalogue.lines.len() + read.refused.len()) as u64;
        Ok(Came { lines, action: read.catalogue.action, taken, findings })
    })
    .await?;
    let came = match came {
        Ok(came) => came,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let mut summary = Summary {
        rows_read: came.lines,
        rows_kept: came.taken.len() as u64,
        totals: Vec::new(),
        findings: came.findings,
    };
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let gone = gone(came.action, &came.taken, import.actor.organisation.as_str());
    let (found, offers) = kept(came.action, came.taken);
    let mut storing = import.store(&summary).await?;
    let described = item_writes::write(&storing.uow, (&storing.import_id, storing.at), &found).await?;
    let written = record(&mut storing, &offers, &gone).await?;
    summary.totals.extend([
        ("items_new", count(described.new)),
        ("items_changed", count(described.changed)),
        ("offers_new_or_changed", sum(&written, |it| it.recorded)),
        ("offers_withdrawn", sum(&written, |it| it.withdrawn)),
    ]);
    import.done(storing, &summary).await
}

fn gone(action: Option<Action>, taken: &[Taken], to: &str) -> Gone {
    let Some(first) = taken.first() else { return Gone::Nothing };
    let (supplier, to) = (first.item.supplier.clone(), to.to_owned());
    match action {
        None | Some(Action::Replace | Action::Delete) => Gone::AllOf(supplier, to),
        Some(Action::Add | Action::Update) => {
            let items: BTreeSet<String> = taken.iter().map(|line| line.item.reference.clone()).collect();
            Gone::Items(supplier, to, items)
        }
    }
}

fn kept(action: Option<Action>, taken: Vec<Taken>) -> (Vec<Item>, Vec<Offer>) {
    let stays = |line: &Taken| !line.withdrawn && action != Some(Action::Delete);
    let (mut items, mut offers) = (Vec::new(), Vec::new());
    for line in taken.into_iter().filter(stays) {
        offers.extend(line.offers);
        items.push(line.item);
    }
    (items, offers)
}
