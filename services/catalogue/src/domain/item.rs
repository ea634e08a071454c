//! Items as an organisation or a supplier describes them, and the records that describe one trade item.

use std::collections::BTreeMap;

use super::{
    class::Class,
    gs1::Gtin,
    pack::{Contradiction, Normalised, Pack},
};

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Line in the file that it came from.
    pub line: u64,
    /// What its organisation calls it.
    pub reference: String,
    /// Organisation that keeps the record, by ODS code.
    pub organisation: String,
    /// Who supplies it.
    pub supplier: String,
    /// What it is.
    pub description: String,
    /// The supplier's code for it.
    pub supplier_code: Option<String>,
    /// Who makes it.
    pub manufacturer: Option<String>,
    /// The manufacturer's code for it.
    pub manufacturer_code: Option<String>,
    /// Its global number.
    pub gtin: Option<Gtin>,
    /// What it is classed as.
    pub class: Option<Class>,
    /// How it is packed.
    pub pack: Pack,
}

/// Records that carry one GTIN: one trade item, whoever keeps the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradeItem {
    /// The number, in 14 digits.
    pub gtin: String,
    /// Records of it, as places in the list.
    pub records: Vec<usize>,
    /// What they say of it when they agree.
    pub pack: Result<Normalised, Contradiction>,
}

/// One trade item for every GTIN, with all records of it. A GTIN stands for one level of packing, so that records which
/// describe different packs contradict each other: which one is right is a question, not a choice.
pub fn trade_items(items: &[Item]) -> Vec<TradeItem> {
    let mut by_gtin: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(gtin) = &item.gtin {
            by_gtin.entry(gtin.padded()).or_default().push(at);
        }
    }
    by_gtin.into_iter().map(|(gtin, records)| one(gtin, records, items)).collect()
}

fn one(gtin: String, records: Vec<usize>, items: &[Item]) -> TradeItem {
    let mut pack: Option<Result<Normalised, Contradiction>> = None;
    for at in &records {
        let next = items[*at].pack.normalise();
        pack = Some(match (pack, next) {
            (None, next) => next,
            (Some(Ok(one)), Ok(other)) => together(one, other, (&items[records[0]], &items[*at])),
            (Some(Ok(_)), Err(found)) | (Some(Err(found)), _) => Err(found),
        });
    }
    let pack = pack.unwrap_or_else(|| items[records[0]].pack.normalise());
    TradeItem { gtin, records, pack }
}

fn together(one: Normalised, other: Normalised, items: (&Item, &Item)) -> Result<Normalised, Contradiction> {
    let name = |item: &Item| format!("`{}` of {}", item.reference, item.organisation);
    let differs = |what: &str| Contradiction {
        rule: "gtin-of-two-packs",
        what: format!("{what} of one GTIN differs between {} and {}", name(items.0), name(items.1)),
        ask: "which record carries the GTIN of another pack?".to_owned(),
    };
    if one.consumables != other.consumables {
        return Err(differs("the pack size"));
    }
    match (one.content, other.content) {
        (Some(one), Some(other)) if one != other => Err(differs("the net content")),
        (content, more) => Ok(Normalised { content: content.or(more), ..one }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::{Quantity, Unit};

    fn item(reference: &str, gtin: &str, unit: &str, pack_size: i64, ml: Option<i64>) -> Item {
        Item {
            line: 2,
            reference: reference.into(),
            organisation: "RJ1".into(),
            supplier: "supplier".into(),
            description: "saline".into(),
            supplier_code: None,
            manufacturer: None,
            manufacturer_code: None,
            gtin: Some(Gtin::new(gtin).unwrap()),
            class: None,
            pack: Pack {
                orderable: Unit::of(unit).unwrap(),
                pack_size,
                content: ml.map(|ml| Quantity { milli: ml * 1_000, unit: Unit::of("MLT").unwrap() }),
            },
        }
    }

    #[test]
    fn one_item_for_a_gtin_in_whatever_length_it_is_written() {
        let items = [
            item("a", "9501101530003", "CS", 12, Some(6_000)),
            item("b", "09501101530003", "BX", 12, None),
            item("c", "96385272", "EA", 1, None),
        ];
        let found = trade_items(&items);
        assert_eq!(found.iter().map(|it| it.records.clone()).collect::<Vec<_>>(), [vec![2], vec![0, 1]]);
        assert_eq!(found[1].pack, items[0].pack.normalise());
        let apart = [items[0].clone(), item("b", "09501101530003", "BX", 24, None)];
        let found = trade_items(&apart);
        assert_eq!(found[0].pack.as_ref().map_err(|it| it.rule), Err("gtin-of-two-packs"));
    }
}
