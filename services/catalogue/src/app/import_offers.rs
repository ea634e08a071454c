//! Imports offers, also those of the Drug Tariff.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_kit::{
    Result,
    imports::{self, Summary},
    intake::{Finding, Findings},
};
use muster_proto::common::v1::ImportOutcome;

use super::import_file::{Import, Storing, beside, count, summary};
use crate::{
    domain::{item::Item, offer::Offer},
    events,
    import::{read_offers, read_tariff},
    store::{
        item_writes,
        offers::{self, Gone, Written},
        versions,
    },
};

/// Reads offers and stores them; an offer that says what is known already is left out.
pub(super) async fn offers(import: Import<'_>) -> Result<ImportOutcome> {
    let read = match beside(&import.upload, read_offers).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let mut summary = summary(&read, Vec::new());
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let mut storing = import.store(&summary).await?;
    let written = record(&mut storing, &read.rows, &Gone::Nothing).await?;
    summary.totals.push(("offers_new_or_changed", sum(&written, |it| it.recorded)));
    import.done(storing, &summary).await
}

/// Reads a month of the Drug Tariff: items and their prices. The month stands in the name of the file.
pub(super) async fn tariff(import: Import<'_>) -> Result<ImportOutcome> {
    let Some(month) = month_in(&import.upload.file.name) else {
        let finding = Finding::error(
            "no-month",
            "the name of the file does not say which month it is of",
            "name it like drug-tariff-2023-03.csv",
        );
        let findings = Findings::of(&import.upload.file.name, finding);
        return Ok(import.refused(&Summary::unreadable(findings)));
    };
    let read = match beside(&import.upload, move |file| read_tariff(file, month)).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let mut summary = summary(&read, Vec::new());
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let (found, prices): (Vec<Item>, Vec<Offer>) =
        read.rows.into_iter().map(|row| (row.item, row.offer)).unzip();
    let mut storing = import.store(&summary).await?;
    let described = item_writes::write(&storing.uow, (&storing.import_id, storing.at), &found).await?;
    let written = record(&mut storing, &prices, &Gone::Nothing).await?;
    summary.totals.extend([
        ("items_new", count(described.new)),
        ("items_changed", count(described.changed)),
        ("offers_new_or_changed", sum(&written, |it| it.recorded)),
    ]);
    import.done(storing, &summary).await
}

/// `2023-03` or `202303` in a name, as the first day of the month.
fn month_in(name: &str) -> Option<Date> {
    let month = |text: &str| format!("{text}-01").parse::<Date>().ok();
    let dashed =
        (0..name.len()).filter_map(|at| name.get(at..at + 7)).filter(|text| text.as_bytes()[4] == b'-');
    let plain = (0..name.len())
        .filter_map(|at| name.get(at..at + 6))
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|text| format!("{}-{}", &text[..4], &text[4..]));
    dashed.map(str::to_owned).chain(plain).find_map(|text| month(&text))
}

/// Stores offers and says so, organisation by organisation.
pub(super) async fn record(
    storing: &mut Storing,
    new: &[Offer],
    gone: &Gone,
) -> Result<BTreeMap<String, Written>> {
    let uow = &mut storing.uow;
    let written = offers::write(uow, (&storing.import_id, storing.at), new, gone).await?;
    let import = imports::get(uow.conn(), &uow.scope(), &storing.import_id).await?;
    for (organisation, done) in &written {
        let version = versions::next(uow, &format!("offers {organisation}")).await?;
        uow.publish(events::offer_changed(&import, organisation, *done, version))?;
    }
    Ok(written)
}

/// A count over all organisations.
pub(super) fn sum(written: &BTreeMap<String, Written>, of: fn(&Written) -> u64) -> i64 {
    count(written.values().map(of).sum())
}
