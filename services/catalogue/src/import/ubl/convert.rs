//! Between electronic catalogues and the items and offers of the price book.
//!
//! The net content of a line is ambiguous in the format: its definition speaks of one consumable unit, the example of its
//! guide of the whole orderable unit. It is taken where the line says which (by the content that it gives for comparison),
//! where the parts of the line add up to it, or where a line is one consumable unit; else it is asked for.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use muster_kit::intake::Finding;

use super::document::{Action, Catalogue, Identifier, Line, LineItem, Party, Price};
use crate::domain::{
    class::{Class, Scheme},
    gs1::Gtin,
    item::Item,
    offer::{Offer, Territory},
    pack::{Level, Normalised, Pack, normalise_levels},
    ratio::Ratio,
    unit::{Dimension, Quantity, Unit},
    validity::Validity,
};

/// The scheme of trade item numbers.
pub(super) const GTIN: &str = "0160";

/// A line as item and offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The item.
    pub item: Item,
    /// Its offers.
    pub offers: Vec<Offer>,
    /// The line takes back what was offered of the item; of the item itself only its reference counts.
    pub withdrawn: bool,
}

/// Items and offers of a catalogue for an organisation. Lines that cannot be taken are errors among the findings, what
/// is to be asked are warnings; each names the line by its identifier.
pub fn offers(catalogue: &Catalogue, organisation: &str) -> (Vec<Taken>, Vec<Finding>) {
    let seller = catalogue.seller.as_ref().unwrap_or(&catalogue.provider);
    let name = |party: &Party| party.name.clone().or_else(|| party.legal_name.clone());
    let supplier = name(seller).or_else(|| name(&catalogue.provider)).unwrap_or_default();
    let levels: Vec<Level> = catalogue.lines.iter().filter_map(level).collect();
    let normal = normalise_levels(&levels);
    let mut findings = Vec::new();
    let mut taken = Vec::new();
    let mut next = 0;
    for line in &catalogue.lines {
        if line.action == Some(Action::Delete) {
            // what is taken back need not say how it is packed
            next += usize::from(line.unit.is_some());
            let pack =
                Normalised { orderable: line.unit.unwrap_or(Unit::each()), consumables: 1, content: None };
            let item = Conversion { catalogue, organisation, supplier: &supplier, line, pack }.item(None);
            taken.push(Taken { item, offers: Vec::new(), withdrawn: true });
            continue;
        }
        if line.unit.is_none() {
            findings.push(about(line, "unknown-unit", "the orderable unit is not told", "ask for it"));
            continue;
        }
        let found = normal.get(next).cloned();
        next += 1;
        let pack = match found {
            Some(Ok(normal)) => normal,
            other => {
                let (rule, what, ask) = match other {
                    Some(Err(found)) => (found.rule, found.what, found.ask),
                    _ => ("unknown-pack", "the pack is not known".into(), "ask for it".into()),
                };
                findings.push(about(line, rule, what, &ask));
                continue;
            }
        };
        let conversion = Conversion { catalogue, organisation, supplier: &supplier, line, pack };
        match conversion.taken(&mut findings) {
            Ok(line) => taken.push(line),
            Err(finding) => findings.push(*finding),
        }
    }
    (taken, findings)
}

fn about(line: &Line, rule: &'static str, problem: impl Into<String>, remedy: &str) -> Finding {
    Finding::error(rule, problem, remedy).at(line.at, "cac:CatalogueLine", &line.id)
}

fn level(line: &Line) -> Option<Level> {
    let inner = line.component.as_ref().filter(|(_, many)| many.milli % 1_000 == 0);
    Some(Level {
        id: line.key().0,
        orderable: line.unit?,
        pack_size: line.item.pack_size,
        content: whole_content(line),
        inner: inner.map(|(id, many)| (id.clone(), many.milli / 1_000)),
    })
}

/// The content of the orderable unit where the line lets it be known.
fn whole_content(line: &Line) -> Option<Quantity> {
    let content = line.content?;
    if line.component.is_some() {
        return Some(content);
    }
    let size = line.item.pack_size.unwrap_or(1);
    let whole = |each: Quantity| each.milli.checked_mul(size).map(|milli| Quantity { milli, ..each });
    match line.comparison.map(|each| (each, whole(each))) {
        _ if size == 1 => Some(content),
        Some((_, Some(all))) if all.in_base() == content.in_base() => Some(content),
        Some((each, Some(all))) if each.in_base() == content.in_base() => Some(all),
        _ => None,
    }
}

struct Conversion<'a> {
    catalogue: &'a Catalogue,
    organisation: &'a str,
    supplier: &'a str,
    line: &'a Line,
    pack: Normalised,
}

impl Conversion<'_> {
    fn taken(&self, findings: &mut Vec<Finding>) -> Result<Taken, Box<Finding>> {
        let line = self.line;
        let content = whole_content(line).or_else(|| self.pack.content.and_then(quantity));
        if line.content.is_some() && content.is_none() {
            let mut finding = about(
                line,
                "content-of-which",
                "the net content may be that of one consumable unit or of all",
                "ask which; until then prices are compared by the consumable unit only",
            );
            finding.severity = muster_kit::intake::Severity::Warning;
            findings.push(finding);
        }
        let item = self.item(content);
        let mut offers = Vec::new();
        if line.orderable != Some(false) {
            for price in &line.prices {
                offers.extend(self.offers(price, &item.reference)?);
            }
        }
        Ok(Taken { item, offers, withdrawn: false })
    }

    fn item(&self, content: Option<Quantity>) -> Item {
        let LineItem { buyers, sellers, standard, .. } = &self.line.item;
        let item = &self.line.item;
        let global = standard.as_ref().filter(|id| id.scheme.as_deref() == Some(GTIN));
        let class = item.classes.iter().find_map(|(list, _, code)| {
            let scheme = Scheme::of_list(list)?;
            Some(Class { scheme, code: scheme.code(code)? })
        });
        Item {
            line: self.line.at,
            reference: buyers.clone().unwrap_or_else(|| self.line.key().0),
            organisation: self.organisation.to_owned(),
            supplier: self.supplier.to_owned(),
            description: item.name.clone(),
            supplier_code: sellers.clone(),
            manufacturer: item.manufacturer.clone(),
            manufacturer_code: item.manufacturers.clone(),
            gtin: global.and_then(|id| Gtin::new(&id.value).ok()),
            class,
            pack: Pack { orderable: self.pack.orderable, pack_size: self.pack.consumables, content },
        }
    }

    fn offers(&self, price: &Price, item: &str) -> Result<Vec<Offer>, Box<Finding>> {
        if price.currency != "GBP" {
            let problem = format!("the price is in {}", price.currency);
            return Err(Box::new(about(self.line, "currency", problem, "ask for the price in GBP")));
        }
        let base = price.base.unwrap_or(Quantity { milli: 1_000, unit: self.pack.orderable });
        let everywhere = vec![Territory::default()];
        let territories = if price.territories.is_empty() { &everywhere } else { &price.territories };
        let offer = |territory: &Territory| -> Result<Offer, Box<Finding>> {
            Ok(Offer {
                line: self.line.at,
                item: item.to_owned(),
                organisation: self.organisation.to_owned(),
                supplier: self.supplier.to_owned(),
                price: price.amount,
                per_quantity: base.milli,
                unit: base.unit,
                min_quantity: self.in_unit(price.min, base.unit)?.unwrap_or(0),
                max_quantity: self.in_unit(price.max, base.unit)?,
                valid: price.valid.or(self.line.valid).or(self.catalogue.valid),
                territory: territory.clone(),
                lead_days: price.lead.and_then(days),
                contract: self.catalogue.contract.clone(),
            })
        };
        territories.iter().map(offer).collect()
    }

    /// A quantity in the unit of the price.
    fn in_unit(&self, quantity: Option<Quantity>, unit: Unit) -> Result<Option<i64>, Box<Finding>> {
        let Some(quantity) = quantity.filter(|quantity| quantity.unit != unit) else {
            return Ok(quantity.map(|quantity| quantity.milli));
        };
        let brought = self.pack.consumables_in(quantity.unit).zip(self.pack.consumables_in(unit));
        let milli = brought
            .and_then(|(from, to)| Ratio::whole(quantity.milli).times(from)?.over(to))
            .filter(|milli| milli.is_whole())
            .and_then(|milli| i64::try_from(milli.numerator()).ok());
        milli.map(Some).ok_or_else(|| {
            let problem = format!("a quantity in {} beside a price for {unit}", quantity.unit);
            Box::new(about(self.line, "unit-differs", problem, "ask for both in one unit"))
        })
    }
}

/// Base units as a quantity, where they fit in three decimals.
fn quantity((dimension, amount): (Dimension, Ratio)) -> Option<Quantity> {
    let milli = amount.times(Ratio::whole(1_000)).filter(|milli| milli.is_whole())?;
    Some(Quantity { milli: i64::try_from(milli.numerator()).ok()?, unit: Unit::of(dimension.base())? })
}

/// Days, begun ones counted in full; nothing for what is no time.
fn days(lead: Quantity) -> Option<i64> {
    let (Dimension::Time, hours) = lead.in_base()? else { return None };
    let days = hours.over(Ratio::whole(24))?;
    i64::try_from(-(-days.numerator()).div_euclid(days.denominator())).ok()
}

/// Head of a catalogue to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
    /// When it is issued.
    pub issued: Date,
    /// When it holds.
    pub valid: Validity,
    /// Who sends it; its legal name is needed.
    pub provider: Party,
    /// Who receives it; its legal name is needed.
    pub receiver: Party,
}

/// A catalogue of the items of one supplier with their offers.
///
/// # Errors
/// What cannot be said in one catalogue.
pub fn catalogue(heading: Heading, items: &[Item], offers: &[Offer]) -> Result<Catalogue, Box<Finding>> {
    let suppliers: BTreeSet<&str> = items.iter().map(|item| item.supplier.as_str()).collect();
    let mut contracts: BTreeSet<Option<&str>> = BTreeSet::new();
    contracts.extend(offers.iter().map(|offer| offer.contract.as_deref()));
    if suppliers.len() != 1 || contracts.len() > 1 {
        let problem = format!("{} suppliers and {} contracts", suppliers.len(), contracts.len());
        let remedy = "write a catalogue for each supplier and contract";
        return Err(Box::new(Finding::error("one-supplier", problem, remedy)));
    }
    if heading.valid == Validity::default() {
        let problem = "the catalogue has neither a first nor a last day";
        return Err(Box::new(Finding::error(
            "no-period",
            problem,
            "give one of the two: the format needs it",
        )));
    }
    let mut by_item: HashMap<&str, Vec<&Offer>> = HashMap::new();
    for offer in offers {
        by_item.entry(&offer.item).or_default().push(offer);
    }
    let mut lines = Vec::new();
    for (item, number) in items.iter().zip(1..) {
        let own = by_item.get(item.reference.as_str()).map_or(&[][..], Vec::as_slice);
        lines.push(line(item, own, number));
    }
    let seller = suppliers.first().map(|name| Party { name: Some((*name).to_owned()), ..Party::default() });
    Ok(Catalogue {
        answered: true,
        id: heading.id,
        action: None,
        name: None,
        issued: heading.issued,
        version: heading.version,
        valid: heading.valid,
        contract: contracts.first().copied().flatten().map(str::to_owned),
        source: None,
        provider: heading.provider,
        receiver: heading.receiver,
        seller,
        customer: None,
        terms: Vec::new(),
        lines,
    })
}

fn line(item: &Item, offers: &[&Offer], number: usize) -> Line {
    let pack = item.pack;
    // the content of one consumable unit tells which of the two the net content is
    let each = pack.content.filter(|content| pack.pack_size > 0 && content.milli % pack.pack_size == 0);
    Line {
        at: 0,
        id: number.to_string(),
        action: None,
        orderable: None,
        unit: Some(pack.orderable),
        content: pack.content,
        increment: None,
        min_order: None,
        max_order: None,
        warranty: None,
        level: None,
        valid: Validity::default(),
        comparison: each.map(|content| Quantity { milli: content.milli / pack.pack_size, ..content }),
        component: None,
        prices: offers.iter().map(|offer| price(offer)).collect(),
        item: LineItem {
            name: item.description.clone(),
            pack_size: Some(pack.pack_size),
            buyers: Some(item.reference.clone()),
            sellers: Some(item.supplier_code.clone().unwrap_or_else(|| item.reference.clone())),
            manufacturers: item.manufacturer_code.clone(),
            standard: item
                .gtin
                .as_ref()
                .map(|gtin| Identifier { scheme: Some(GTIN.to_owned()), value: gtin.as_str().to_owned() }),
            classes: item
                .class
                .iter()
                .map(|class| (class.scheme.list_id().to_owned(), None, class.code.clone()))
                .collect(),
            manufacturer: item.manufacturer.clone(),
            ..LineItem::default()
        },
    }
}

fn price(offer: &Offer) -> Price {
    let of = |milli| Quantity { milli, unit: offer.unit };
    let days = Unit::of("DAY").zip(offer.lead_days);
    Price {
        lead: days.map(|(unit, days)| Quantity { milli: days.saturating_mul(1_000), unit }),
        min: (offer.min_quantity > 0).then(|| of(offer.min_quantity)),
        max: offer.max_quantity.map(of),
        territories: if offer.territory.depth() == 0 { Vec::new() } else { vec![offer.territory.clone()] },
        amount: offer.price,
        currency: "GBP".to_owned(),
        base: Some(of(offer.per_quantity)),
        factor: None,
        valid: offer.valid,
    }
}
