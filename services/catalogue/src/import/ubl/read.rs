//! A catalogue out of XML: the good lines, the refused ones with what is wrong, or the refusal of the whole.

use std::collections::{BTreeMap, HashMap};

use muster_kit::intake::{Finding, Findings};

use super::{
    document::{Action, Catalogue, Identifier, Line, LineItem, Party, Price},
    rules,
    schema::{self, CATALOGUE, LINE},
    tree::{self, Element, Place},
};
use crate::domain::{
    offer::Territory,
    ratio,
    unit::{Quantity, Unit},
    validity::Validity,
};

const NAMESPACE: &str = "urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2";

/// Largest number in a line, in its last decimal.
const MOST: i64 = 1_000_000_000_000;

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// Its identifier; empty when it has none.
    pub id: String,
    /// Why; the place is an XPath.
    pub findings: Vec<Finding>,
}

/// What a document holds.
#[derive(Clone, Debug)]
pub struct CatalogueRead {
    /// The catalogue with the lines that were taken.
    pub catalogue: Catalogue,
    /// Lines that were not.
    pub refused: Vec<RefusedLine>,
    /// Everything that was found; the place is an XPath.
    pub findings: Findings,
}

/// Reads a catalogue.
///
/// # Errors
/// The findings of a document that is refused whole: it is no catalogue, or its head breaks a rule.
pub fn read_catalogue(name: &str, bytes: &[u8]) -> Result<CatalogueRead, Findings> {
    let root = tree::read(bytes).map_err(|finding| Findings::of(name, finding))?;
    let place = Place::root(&root);
    if root.name != "Catalogue" || root.namespace != NAMESPACE {
        let remedy = "give a Catalogue of UBL 2.1";
        let finding = place.error("another-kind-of-file", "", "not a catalogue", remedy);
        return Err(Findings::of(name, finding));
    }
    let mut findings = Findings::new(name);
    let mut found = Vec::new();
    schema::check(&place, CATALOGUE, &mut found);
    rules::common(&place, &mut found);
    rules::head(&place, &mut found);
    for finding in found {
        findings.push(finding);
    }
    if findings.has_errors() {
        return Err(findings);
    }
    let mut catalogue = head(&place).map_err(|finding| Findings::of(name, *finding))?;
    let mut refused = Vec::new();
    let mut seen = Seen::default();
    for element in root.all("cac:CatalogueLine") {
        match one_line(&place.down(element), catalogue.valid, &mut seen) {
            Ok(line) => catalogue.lines.push(line),
            Err(found) => {
                for finding in &found {
                    findings.push(finding.clone());
                }
                let id = element.text_at("cbc:ID").unwrap_or_default().to_owned();
                refused.push(RefusedLine { id, findings: found });
            }
        }
    }
    let mut counts = BTreeMap::new();
    schema::not_kept(&root, KEPT, &mut counts);
    for (name, count) in counts {
        let problem = format!("{count} times `{name}` was read and is not kept");
        findings.push(Finding::note("not-kept", problem).at(0, &name, ""));
    }
    Ok(CatalogueRead { catalogue, refused, findings })
}

/// Identifiers and keys of lines so far, with the line in the document.
#[derive(Default)]
struct Seen {
    ids: HashMap<String, u64>,
    keys: HashMap<(String, Option<&'static str>), u64>,
}

fn one_line(place: &Place<'_>, catalogue: Validity, seen: &mut Seen) -> Result<Line, Vec<Finding>> {
    let mut found = Vec::new();
    schema::check(place, LINE, &mut found);
    rules::common(place, &mut found);
    rules::line(place, catalogue, &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let line = line(place).map_err(|finding| vec![*finding])?;
    if let Some(first) = seen.ids.get(&line.id) {
        let problem = format!("the line of line {first} has the same identifier");
        found.push(place.error("line-id-twice", "cbc:ID", problem, "give every line its own"));
    }
    let key = line.key();
    if let Some(first) = seen.keys.get(&key) {
        let problem = format!("`{}` stands already on line {first} in the same orderable unit", key.0);
        found.push(place.error(
            "line-key-twice",
            "cac:Item",
            problem,
            "keep one: the item is the key of a line",
        ));
    }
    if !found.is_empty() {
        return Err(found);
    }
    seen.ids.insert(line.id.clone(), line.at);
    seen.keys.insert(key, line.at);
    Ok(line)
}

/// Elements that are kept, or that hold such.
const KEPT: &[&str] = &[
    "cbc:CustomizationID",
    "cbc:ProfileID",
    "cbc:ID",
    "cbc:ActionCode",
    "cbc:Name",
    "cbc:IssueDate",
    "cbc:VersionID",
    "cac:ValidityPeriod",
    "cbc:StartDate",
    "cbc:EndDate",
    "cac:ReferencedContract",
    "cac:SourceCatalogueReference",
    "cac:ProviderParty",
    "cac:ReceiverParty",
    "cac:SellerSupplierParty",
    "cac:ContractorCustomerParty",
    "cac:Party",
    "cbc:EndpointID",
    "cac:PartyIdentification",
    "cac:PartyName",
    "cac:PartyLegalEntity",
    "cbc:RegistrationName",
    "cbc:CompanyID",
    "cac:TradingTerms",
    "cbc:Information",
    "cac:CatalogueLine",
    "cbc:OrderableIndicator",
    "cbc:OrderableUnit",
    "cbc:ContentUnitQuantity",
    "cbc:OrderQuantityIncrementNumeric",
    "cbc:MinimumOrderQuantity",
    "cbc:MaximumOrderQuantity",
    "cbc:WarrantyInformation",
    "cbc:PackLevelCode",
    "cac:LineValidityPeriod",
    "cac:ItemComparison",
    "cac:ComponentRelatedItem",
    "cbc:Quantity",
    "cac:RequiredItemLocationQuantity",
    "cbc:LeadTimeMeasure",
    "cbc:MinimumQuantity",
    "cbc:MaximumQuantity",
    "cac:ApplicableTerritoryAddress",
    "cbc:CityName",
    "cbc:PostalZone",
    "cbc:CountrySubentity",
    "cac:Country",
    "cbc:IdentificationCode",
    "cac:Price",
    "cbc:PriceAmount",
    "cbc:BaseQuantity",
    "cbc:OrderableUnitFactorRate",
    "cac:Item",
    "cbc:Description",
    "cbc:PackQuantity",
    "cbc:PackSizeNumeric",
    "cbc:Keyword",
    "cbc:BrandName",
    "cac:BuyersItemIdentification",
    "cac:SellersItemIdentification",
    "cac:ManufacturersItemIdentification",
    "cac:StandardItemIdentification",
    "cac:OriginCountry",
    "cac:CommodityClassification",
    "cbc:ItemClassificationCode",
    "cac:ClassifiedTaxCategory",
    "cbc:Percent",
    "cac:TaxScheme",
    "cac:ManufacturerParty",
];

type Taken<T> = Result<T, Box<Finding>>;

fn owned(element: &Element, path: &str) -> Option<String> {
    element.text_at(path).map(str::to_owned)
}

fn head(place: &Place<'_>) -> Taken<Catalogue> {
    let root = place.element;
    let party = |path: &str| root.at(path).map(party);
    let Some(issued) = root.text_at("cbc:IssueDate").and_then(rules::date) else {
        let remedy = "write it as 2020-04-30";
        return Err(Box::new(place.error("PEPPOL-COMMON-R030", "cbc:IssueDate", "not a date", remedy)));
    };
    let terms = root.all("cac:TradingTerms").flat_map(|terms| terms.all("cbc:Information"));
    Ok(Catalogue {
        answered: root.text_at("cbc:ProfileID") == Some(rules::WITH_RESPONSE),
        id: owned(root, "cbc:ID").unwrap_or_default(),
        action: root.text_at("cbc:ActionCode").and_then(Action::of),
        name: owned(root, "cbc:Name"),
        issued,
        version: owned(root, "cbc:VersionID"),
        valid: rules::period(root.at("cac:ValidityPeriod")),
        contract: owned(root, "cac:ReferencedContract/cbc:ID"),
        source: owned(root, "cac:SourceCatalogueReference/cbc:ID"),
        provider: party("cac:ProviderParty").unwrap_or_default(),
        receiver: party("cac:ReceiverParty").unwrap_or_default(),
        seller: party("cac:SellerSupplierParty/cac:Party"),
        customer: party("cac:ContractorCustomerParty/cac:Party"),
        terms: terms.map(|information| information.text.clone()).collect(),
        lines: Vec::new(),
    })
}

fn identifier(element: &Element) -> Identifier {
    Identifier { scheme: element.attribute("schemeID").map(str::to_owned), value: element.text.clone() }
}

pub(super) fn party(element: &Element) -> Party {
    Party {
        endpoint: element.at("cbc:EndpointID").map(identifier),
        id: element.at("cac:PartyIdentification/cbc:ID").map(identifier),
        name: owned(element, "cac:PartyName/cbc:Name"),
        legal_name: owned(element, "cac:PartyLegalEntity/cbc:RegistrationName"),
        company: element.at("cac:PartyLegalEntity/cbc:CompanyID").map(identifier),
    }
}

fn line(place: &Place<'_>) -> Taken<Line> {
    let line = place.element;
    let component = match line.at("cac:ComponentRelatedItem") {
        Some(component) => {
            let many = quantity(&place.down(component), "cbc:Quantity")?;
            owned(component, "cbc:ID").zip(many)
        }
        None => None,
    };
    let mut prices = Vec::new();
    for location in line.all("cac:RequiredItemLocationQuantity") {
        prices.push(price(&place.down(location))?);
    }
    Ok(Line {
        at: line.line,
        id: owned(line, "cbc:ID").unwrap_or_default(),
        action: line.text_at("cbc:ActionCode").and_then(Action::of),
        orderable: line.text_at("cbc:OrderableIndicator").map(|text| text == "true"),
        unit: line.text_at("cbc:OrderableUnit").and_then(Unit::of),
        content: quantity(place, "cbc:ContentUnitQuantity")?,
        increment: number(place, "cbc:OrderQuantityIncrementNumeric", 3)?,
        min_order: quantity(place, "cbc:MinimumOrderQuantity")?,
        max_order: quantity(place, "cbc:MaximumOrderQuantity")?,
        warranty: owned(line, "cbc:WarrantyInformation"),
        level: owned(line, "cbc:PackLevelCode"),
        valid: rules::period(line.at("cac:LineValidityPeriod")),
        comparison: match line.at("cac:ItemComparison") {
            Some(comparison) => quantity(&place.down(comparison), "cbc:Quantity")?,
            None => None,
        },
        component,
        prices,
        item: match line.at("cac:Item") {
            Some(item) => self::item(&place.down(item))?,
            None => LineItem::default(),
        },
    })
}

fn price(place: &Place<'_>) -> Taken<Price> {
    let location = place.element;
    let amount = "cac:Price/cbc:PriceAmount";
    let currency = location.at(amount).and_then(|amount| amount.attribute("currencyID")).unwrap_or_default();
    let territory = |address: &Element| Territory {
        country: owned(address, "cac:Country/cbc:IdentificationCode"),
        subentity: owned(address, "cbc:CountrySubentity"),
        city: owned(address, "cbc:CityName"),
        postal_zone: owned(address, "cbc:PostalZone"),
    };
    Ok(Price {
        lead: quantity(place, "cbc:LeadTimeMeasure")?,
        min: quantity(place, "cbc:MinimumQuantity")?,
        max: quantity(place, "cbc:MaximumQuantity")?,
        territories: location.all("cac:ApplicableTerritoryAddress").map(territory).collect(),
        amount: number(place, amount, 4)?.unwrap_or_default(),
        currency: currency.to_owned(),
        base: quantity(place, "cac:Price/cbc:BaseQuantity")?,
        factor: number(place, "cac:Price/cbc:OrderableUnitFactorRate", 6)?,
        valid: rules::period(location.at("cac:Price/cac:ValidityPeriod")),
    })
}

fn item(place: &Place<'_>) -> Taken<LineItem> {
    let item = place.element;
    let texts = |name| item.all(name).map(|element| element.text.clone()).collect();
    let class = |element: &Element| {
        let code = element.at("cbc:ItemClassificationCode")?;
        let version = code.attribute("listVersionID").map(str::to_owned);
        Some((code.attribute("listID")?.to_owned(), version, code.text.clone()))
    };
    let tax = match item.at("cac:ClassifiedTaxCategory") {
        Some(tax) => {
            let text = |path| owned(tax, path).unwrap_or_default();
            Some((text("cbc:ID"), number(&place.down(tax), "cbc:Percent", 3)?, text("cac:TaxScheme/cbc:ID")))
        }
        None => None,
    };
    Ok(LineItem {
        descriptions: texts("cbc:Description"),
        packed: quantity(place, "cbc:PackQuantity")?,
        pack_size: number(place, "cbc:PackSizeNumeric", 0)?,
        name: owned(item, "cbc:Name").unwrap_or_default(),
        keywords: texts("cbc:Keyword"),
        brands: texts("cbc:BrandName"),
        buyers: owned(item, "cac:BuyersItemIdentification/cbc:ID"),
        sellers: owned(item, "cac:SellersItemIdentification/cbc:ID"),
        manufacturers: owned(item, "cac:ManufacturersItemIdentification/cbc:ID"),
        standard: item.at("cac:StandardItemIdentification/cbc:ID").map(identifier),
        origin: owned(item, "cac:OriginCountry/cbc:IdentificationCode"),
        classes: item.all("cac:CommodityClassification").filter_map(class).collect(),
        tax,
        manufacturer: owned(item, "cac:ManufacturerParty/cac:PartyName/cbc:Name"),
    })
}

/// A number of 10^-places, exactly.
fn number(place: &Place<'_>, path: &str, places: usize) -> Taken<Option<i64>> {
    let Some(text) = place.element.text_at(path) else { return Ok(None) };
    let wrong = |problem: String| {
        Box::new(place.error(
            "number",
            path,
            problem,
            "give a plain number; prices of less for a larger base quantity",
        ))
    };
    match ratio::parse(text, places) {
        Some(value) if (-MOST..=MOST).contains(&value) => Ok(Some(value)),
        Some(_) => Err(wrong("too large to be true".into())),
        None => Err(wrong(format!("not a number of at most {places} decimals"))),
    }
}

fn quantity(place: &Place<'_>, path: &str) -> Taken<Option<Quantity>> {
    let Some(milli) = number(place, path, 3)? else { return Ok(None) };
    let unit = place.element.at(path).and_then(|element| element.attribute("unitCode")).and_then(Unit::of);
    match unit {
        Some(unit) => Ok(Some(Quantity { milli, unit })),
        None => {
            Err(Box::new(place.error("code-list", path, "the unit is not known here", "use a code of UNECE")))
        }
    }
}
