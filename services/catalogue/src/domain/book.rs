//! The price book: every offer that was ever recorded, and the price in force for an organisation, a quantity and a day.
//!
//! Nothing in it is overwritten. A record with the key of an earlier one corrects it from the moment at which it was
//! recorded; what was known before can still be asked for.
//!
//! Of the offers of a supplier in one unit that hold on the day, for the organisation, the place and the quantity, the
//! one in force is found in this order: the organisation's own above everybody's; the narrower territory; the higher
//! break reached; the later first day. Suppliers are never chosen between: each has its price.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, HashMap},
};

use jiff::civil::Date;

use super::{
    offer::{EVERYONE, Key, Offer, Territory},
    pack::Normalised,
    ratio::Ratio,
    unit::{Dimension, Unit},
};

/// An offer with the moment at which it became known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The offer.
    pub offer: Offer,
    /// When it was recorded: any count that grows with time.
    pub recorded: i64,
    /// It was taken back: from then on an offer with its key holds no more.
    pub withdrawn: bool,
}

/// All records, with the places of each item's.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    records: Vec<Record>,
    by_item: HashMap<String, Vec<usize>>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Query {
    /// The item.
    pub item: String,
    /// Who buys.
    pub organisation: String,
    /// How much, in 1/1000.
    pub quantity: i64,
    /// Unit of the quantity; without one, the unit of each offer.
    pub unit: Option<Unit>,
    /// The day of the order.
    pub on: Date,
    /// Only what was recorded until then.
    pub known: Option<i64>,
    /// Where it is delivered.
    pub place: Territory,
    /// How the item is packed, where that is known without contradiction.
    pub pack: Option<Normalised>,
}

/// Why an offer is not in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It was taken back.
    Withdrawn,
    /// It is for another organisation.
    OtherOrganisation,
    /// It holds elsewhere, or the place was not told.
    OtherPlace,
    /// Its first day is still to come.
    NotYet,
    /// Its last day is over.
    Over,
    /// The unit asked for cannot be brought to its own.
    OtherUnit,
    /// Less than its least quantity is asked for.
    BelowMinimum,
    /// More than its most is asked for.
    AboveMaximum,
    /// Another offer of the supplier goes before it.
    Superseded,
}

impl Why {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::OtherOrganisation => "for another organisation",
            Self::OtherPlace => "holds in another place, or the place is not told",
            Self::NotYet => "not yet valid",
            Self::Over => "no longer valid",
            Self::OtherUnit => "its unit cannot be brought to the one asked for",
            Self::BelowMinimum => "the quantity is below its minimum",
            Self::AboveMaximum => "the quantity is above its maximum",
            Self::Superseded => "another offer of the supplier goes before it",
        }
    }
}

/// The price in force of a supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce<'a> {
    /// The offer.
    pub offer: &'a Offer,
    /// The quantity asked for, in units of the offer.
    pub quantity: Ratio,
    /// What all of it costs, in 1/100 pence, exactly.
    pub total: Ratio,
    /// Price of one consumable unit, in 1/100 pence, where the pack is known.
    pub per_consumable: Option<Ratio>,
    /// Price of one base unit of content, in 1/100 pence, where the content is known.
    pub per_content: Option<(Dimension, Ratio)>,
    /// What somebody should look at.
    pub questions: Vec<String>,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer<'a> {
    /// A price for each supplier and unit: the cheapest consumable unit first, then those whose pack is not known.
    pub in_force: Vec<InForce<'a>>,
    /// Offers that are not in force, and why.
    pub not: Vec<(&'a Offer, Why)>,
}

impl PriceBook {
    /// Adds a record; what stands there stays.
    pub fn record(&mut self, record: Record) {
        self.by_item.entry(record.offer.item.clone()).or_default().push(self.records.len());
        self.records.push(record);
    }

    /// Takes back every offer that holds and is chosen, of one item or of all, from a moment on; what was known before can
    /// still be asked for.
    pub fn withdraw(&mut self, recorded: i64, item: Option<&str>, chosen: impl Fn(&Offer) -> bool) {
        let places: Vec<usize> = match item {
            Some(item) => self.by_item.get(item).cloned().unwrap_or_default(),
            None => (0..self.records.len()).collect(),
        };
        let mut latest: BTreeMap<Key, usize> = BTreeMap::new();
        for at in places.into_iter().filter(|at| chosen(&self.records[*at].offer)) {
            let record = &self.records[at];
            let place = latest.entry(record.offer.key()).or_insert(at);
            if self.records[*place].recorded <= record.recorded {
                *place = at;
            }
        }
        let last = latest.into_values().map(|at| &self.records[at]);
        let holding: Vec<Offer> =
            last.filter(|record| !record.withdrawn).map(|record| record.offer.clone()).collect();
        for offer in holding {
            self.record(Record { offer, recorded, withdrawn: true });
        }
    }

    /// Every record, in the order in which they were added.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The price in force.
    pub fn in_force(&self, query: &Query) -> Answer<'_> {
        let mut answer = Answer::default();
        let mut groups: BTreeMap<(&str, &str), Vec<(&Offer, Ratio)>> = BTreeMap::new();
        for record in self.latest(query) {
            match applies(record, query) {
                Ok(quantity) => {
                    let key = (record.offer.supplier.as_str(), record.offer.unit.code());
                    groups.entry(key).or_default().push((&record.offer, quantity));
                }
                Err(why) => answer.not.push((&record.offer, why)),
            }
        }
        for mut group in groups.into_values() {
            group.sort_by_key(|(offer, _)| Reverse(rank(offer)));
            let questions = questions(&group);
            let mut group = group.into_iter();
            if let Some((offer, quantity)) = group.next() {
                answer.in_force.extend(price(offer, quantity, query, questions));
            }
            answer.not.extend(group.map(|(offer, _)| (offer, Why::Superseded)));
        }
        answer.in_force.sort_by(|one, other| match (one.per_consumable, other.per_consumable) {
            (Some(one), Some(other)) => one.cmp(&other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
        answer.not.sort_by_key(|(offer, why)| (*why, offer.line));
        answer
    }

    /// The last record of each key that was known; of two recorded at once the one added later.
    fn latest(&self, query: &Query) -> Vec<&Record> {
        let mut latest: BTreeMap<Key, &Record> = BTreeMap::new();
        for at in self.by_item.get(&query.item).into_iter().flatten() {
            let record = &self.records[*at];
            if query.known.is_some_and(|known| known < record.recorded) {
                continue;
            }
            let entry = latest.entry(record.offer.key()).or_insert(record);
            if entry.recorded <= record.recorded {
                *entry = record;
            }
        }
        latest.into_values().collect()
    }
}

/// The quantity in units of the offer when it holds.
fn applies(record: &Record, query: &Query) -> Result<Ratio, Why> {
    let offer = &record.offer;
    if record.withdrawn {
        return Err(Why::Withdrawn);
    }
    if offer.organisation != query.organisation && offer.organisation != EVERYONE {
        return Err(Why::OtherOrganisation);
    }
    if !offer.territory.covers(&query.place) {
        return Err(Why::OtherPlace);
    }
    if offer.valid.from.is_some_and(|from| query.on < from) {
        return Err(Why::NotYet);
    }
    if !offer.valid.holds_on(query.on) {
        return Err(Why::Over);
    }
    let quantity = quantity_in(offer.unit, query).ok_or(Why::OtherUnit)?;
    let milli = |value: i64| Ratio::new(value.into(), 1_000);
    if milli(offer.min_quantity).is_some_and(|least| quantity < least) {
        return Err(Why::BelowMinimum);
    }
    if offer.max_quantity.and_then(milli).is_some_and(|most| most < quantity) {
        return Err(Why::AboveMaximum);
    }
    Ok(quantity)
}

fn quantity_in(unit: Unit, query: &Query) -> Option<Ratio> {
    let asked = Ratio::new(query.quantity.into(), 1_000)?;
    let from = query.unit.unwrap_or(unit);
    if from == unit {
        return Some(asked);
    }
    if from.dimension().is_some() && from.dimension() == unit.dimension() {
        return asked.times(from.factor()?)?.over(unit.factor()?);
    }
    let pack = query.pack?;
    asked.times(pack.consumables_in(from)?)?.over(pack.consumables_in(unit)?)
}

/// What goes before: own, narrow, high break, late.
fn rank(offer: &Offer) -> (bool, usize, i64, Option<Date>) {
    let own = offer.organisation != EVERYONE;
    (own, offer.territory.depth(), offer.min_quantity, offer.valid.from)
}

fn questions(group: &[(&Offer, Ratio)]) -> Vec<String> {
    let Some(((first, _), others)) = group.split_first() else { return Vec::new() };
    let mut questions = Vec::new();
    let cost = |offer: &Offer| Ratio::new(offer.price.into(), offer.per_quantity.into());
    for (other, _) in others {
        if rank(other) == rank(first) && cost(other) != cost(first) {
            questions.push(format!(
                "lines {} and {} hold alike for two territories and differ in price",
                first.line, other.line
            ));
        }
        let same_buyer = (&other.organisation, &other.territory) == (&first.organisation, &first.territory);
        if same_buyer && other.min_quantity < first.min_quantity && other.valid.from > first.valid.from {
            questions.push(format!(
                "the break of line {} is older than the list of line {}: end it if that list replaced it",
                first.line, other.line
            ));
        }
    }
    questions
}

fn price<'a>(
    offer: &'a Offer,
    quantity: Ratio,
    query: &Query,
    mut questions: Vec<String>,
) -> Option<InForce<'a>> {
    let each = Ratio::new(i128::from(offer.price) * 1_000, offer.per_quantity.into())?;
    let consumables = query.pack.and_then(|pack| pack.consumables_in(offer.unit));
    let per_consumable = consumables.and_then(|many| each.over(many));
    let content = query.pack.and_then(|pack| pack.content_each());
    let per_content =
        per_consumable.zip(content).and_then(|(price, (of, amount))| Some((of, price.over(amount)?)));
    if query.pack.is_some() && consumables.is_none() {
        questions.push(format!("how many consumable units a {} holds is not known", offer.unit.name()));
    }
    let total = each.times(quantity)?;
    Some(InForce { offer, quantity, total, per_consumable, per_content, questions })
}
