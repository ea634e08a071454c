//! What may stand where: the elements of the Peppol catalogue (T19) and its response (T58), in the order of UBL 2.1,
//! with how often and with which attributes.

use muster_kit::intake::Finding;

use super::tree::{Element, Place};

/// An element that may stand in another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    name: &'static str,
    least: usize,
    many: bool,
    needs: &'static [&'static str],
    inside: &'static [Term],
}

const fn term(name: &'static str, least: usize, many: bool) -> Term {
    Term { name, least, many, needs: &[], inside: &[] }
}

const fn one(name: &'static str) -> Term {
    term(name, 1, false)
}

const fn maybe(name: &'static str) -> Term {
    term(name, 0, false)
}

const fn any(name: &'static str) -> Term {
    term(name, 0, true)
}

impl Term {
    const fn of(self, inside: &'static [Term]) -> Self {
        Self { inside, ..self }
    }

    const fn with(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }
}

const ID: &[Term] = &[one("cbc:ID")];
const NAME: &[Term] = &[one("cbc:Name")];
const PERIOD: &[Term] = &[maybe("cbc:StartDate"), maybe("cbc:EndDate")];
const COUNTRY: &[Term] = &[one("cbc:IdentificationCode")];
const ADDRESS: &[Term] = &[
    maybe("cbc:StreetName"),
    maybe("cbc:AdditionalStreetName"),
    maybe("cbc:CityName"),
    maybe("cbc:PostalZone"),
    maybe("cbc:CountrySubentity"),
    maybe("cac:AddressLine").of(&[maybe("cbc:Line")]),
    maybe("cac:Country").of(COUNTRY),
];
/// An address of a party tells its country.
const SEAT: &[Term] =
    &[ADDRESS[0], ADDRESS[1], ADDRESS[2], ADDRESS[3], ADDRESS[4], ADDRESS[5], one("cac:Country").of(COUNTRY)];
const LEGAL: &[Term] = &[
    one("cbc:RegistrationName"),
    maybe("cbc:CompanyID"),
    maybe("cac:RegistrationAddress").of(&[maybe("cbc:CityName"), maybe("cac:Country").of(COUNTRY)]),
];
const CONTACT: &[Term] = &[maybe("cbc:Name"), maybe("cbc:Telephone"), maybe("cbc:ElectronicMail")];
/// Provider and receiver: known by their legal name.
const ENDS: &[Term] = &[
    one("cbc:EndpointID").with(&["schemeID"]),
    maybe("cac:PartyIdentification").of(ID),
    maybe("cac:PostalAddress").of(SEAT),
    one("cac:PartyLegalEntity").of(LEGAL),
];
/// Seller and customer: known by their trading name.
const PARTY: &[Term] = &[
    maybe("cbc:EndpointID").with(&["schemeID"]),
    maybe("cac:PartyIdentification").of(ID),
    maybe("cac:PartyName").of(NAME),
    maybe("cac:PostalAddress").of(SEAT),
    maybe("cac:Contact").of(CONTACT),
];
const RELATED: &[Term] = &[maybe("cbc:ID"), maybe("cbc:Quantity").with(&["unitCode"])];
const PRICE: &[Term] = &[
    one("cbc:PriceAmount").with(&["currencyID"]),
    maybe("cbc:BaseQuantity").with(&["unitCode"]),
    maybe("cbc:PriceType"),
    maybe("cbc:OrderableUnitFactorRate"),
    maybe("cac:ValidityPeriod").of(PERIOD),
];
const LOCATION: &[Term] = &[
    maybe("cbc:LeadTimeMeasure").with(&["unitCode"]),
    maybe("cbc:MinimumQuantity").with(&["unitCode"]),
    maybe("cbc:MaximumQuantity").with(&["unitCode"]),
    any("cac:ApplicableTerritoryAddress").of(ADDRESS),
    maybe("cac:Price").of(PRICE),
];
const ATTACHMENT: &[Term] = &[
    maybe("cbc:EmbeddedDocumentBinaryObject").with(&["mimeCode", "filename"]),
    maybe("cac:ExternalReference").of(&[one("cbc:URI")]),
];
const ITEM: &[Term] = &[
    any("cbc:Description"),
    maybe("cbc:PackQuantity").with(&["unitCode"]),
    maybe("cbc:PackSizeNumeric"),
    one("cbc:Name"),
    any("cbc:Keyword"),
    any("cbc:BrandName"),
    maybe("cac:BuyersItemIdentification").of(ID),
    maybe("cac:SellersItemIdentification").of(ID),
    maybe("cac:ManufacturersItemIdentification").of(ID),
    maybe("cac:StandardItemIdentification").of(&[one("cbc:ID").with(&["schemeID"])]),
    any("cac:ItemSpecificationDocumentReference").of(&[
        one("cbc:ID"),
        maybe("cbc:DocumentTypeCode"),
        any("cbc:DocumentDescription"),
        maybe("cac:Attachment").of(ATTACHMENT),
    ]),
    maybe("cac:OriginCountry").of(COUNTRY),
    any("cac:CommodityClassification").of(&[one("cbc:ItemClassificationCode").with(&["listID"])]),
    any("cac:TransactionConditions").of(&[one("cbc:ActionCode")]),
    any("cac:HazardousItem").of(&[maybe("cbc:UNDGCode"), maybe("cbc:HazardClassID")]),
    maybe("cac:ClassifiedTaxCategory").of(&[
        one("cbc:ID"),
        maybe("cbc:Percent"),
        one("cac:TaxScheme").of(ID),
    ]),
    any("cac:AdditionalItemProperty").of(&[
        maybe("cbc:ID"),
        one("cbc:Name"),
        maybe("cbc:NameCode").with(&["listID"]),
        one("cbc:Value"),
        maybe("cbc:ValueQuantity").with(&["unitCode"]),
        maybe("cbc:ValueQualifier"),
    ]),
    maybe("cac:ManufacturerParty").of(&[one("cac:PartyName").of(NAME)]),
    any("cac:ItemInstance")
        .of(&[maybe("cbc:BestBeforeDate"), maybe("cac:LotIdentification").of(&[maybe("cbc:LotNumberID")])]),
    any("cac:Certificate").of(&[
        one("cbc:ID"),
        one("cbc:CertificateTypeCode"),
        one("cbc:CertificateType"),
        any("cbc:Remarks"),
        one("cac:IssuerParty").of(&[one("cac:PartyName").of(NAME)]),
        any("cac:DocumentReference").of(ID),
    ]),
    any("cac:Dimension").of(&[
        one("cbc:AttributeID"),
        maybe("cbc:Measure").with(&["unitCode"]),
        any("cbc:Description"),
        maybe("cbc:MinimumMeasure").with(&["unitCode"]),
        maybe("cbc:MaximumMeasure").with(&["unitCode"]),
    ]),
];

/// A line of a catalogue.
pub(super) const LINE: &[Term] = &[
    one("cbc:ID"),
    maybe("cbc:ActionCode"),
    maybe("cbc:OrderableIndicator"),
    maybe("cbc:OrderableUnit"),
    maybe("cbc:ContentUnitQuantity").with(&["unitCode"]),
    maybe("cbc:OrderQuantityIncrementNumeric"),
    maybe("cbc:MinimumOrderQuantity").with(&["unitCode"]),
    maybe("cbc:MaximumOrderQuantity").with(&["unitCode"]),
    maybe("cbc:WarrantyInformation"),
    maybe("cbc:PackLevelCode"),
    maybe("cac:LineValidityPeriod").of(PERIOD),
    any("cac:ItemComparison")
        .of(&[maybe("cbc:PriceAmount").with(&["currencyID"]), maybe("cbc:Quantity").with(&["unitCode"])]),
    any("cac:ComponentRelatedItem").of(RELATED),
    any("cac:AccessoryRelatedItem").of(RELATED),
    any("cac:RequiredRelatedItem").of(RELATED),
    any("cac:ReplacedRelatedItem").of(RELATED),
    any("cac:RequiredItemLocationQuantity").of(LOCATION),
    one("cac:Item").of(ITEM),
];

/// A catalogue; its lines are looked at one by one.
pub(super) const CATALOGUE: &[Term] = &[
    one("cbc:CustomizationID"),
    one("cbc:ProfileID"),
    one("cbc:ID"),
    maybe("cbc:ActionCode"),
    maybe("cbc:Name"),
    one("cbc:IssueDate"),
    maybe("cbc:VersionID"),
    one("cac:ValidityPeriod").of(PERIOD),
    maybe("cac:ReferencedContract").of(ID),
    maybe("cac:SourceCatalogueReference").of(ID),
    one("cac:ProviderParty").of(ENDS),
    one("cac:ReceiverParty").of(ENDS),
    maybe("cac:SellerSupplierParty").of(&[one("cac:Party").of(PARTY)]),
    maybe("cac:ContractorCustomerParty").of(&[maybe("cac:Party").of(PARTY)]),
    any("cac:TradingTerms").of(&[any("cbc:Information")]),
    term("cac:CatalogueLine", 1, true),
];

const RESPONDER: &[Term] = &[
    one("cbc:EndpointID").with(&["schemeID"]),
    any("cac:PartyIdentification").of(ID),
    maybe("cac:PartyLegalEntity").of(&[one("cbc:RegistrationName")]),
];

/// A response.
pub(super) const RESPONSE: &[Term] = &[
    one("cbc:CustomizationID"),
    one("cbc:ProfileID"),
    one("cbc:ID"),
    one("cbc:IssueDate"),
    maybe("cbc:IssueTime"),
    any("cbc:Note"),
    one("cac:SenderParty").of(RESPONDER),
    one("cac:ReceiverParty").of(RESPONDER),
    any("cac:DocumentResponse").of(&[
        one("cac:Response").of(&[one("cbc:ResponseCode")]),
        one("cac:DocumentReference").of(&[one("cbc:ID"), maybe("cbc:VersionID")]),
    ]),
];

/// Compares what stands in an element with what may.
pub(super) fn check(place: &Place<'_>, inside: &'static [Term], found: &mut Vec<Finding>) {
    let element = place.element;
    let mut last = 0;
    for child in &element.children {
        let below = place.down(child);
        let Some(at) = inside.iter().position(|term| term.name == child.name) else {
            let problem = "the element is not part of the format here";
            found.push(below.error("structure-unknown", "", problem, "leave it out"));
            continue;
        };
        if at < last {
            let problem = format!("it stands after `{}`", inside[last].name);
            found.push(below.error("structure-order", "", problem, "put the elements in the order of UBL"));
        }
        last = last.max(at);
        if child.index > 1 && !inside[at].many {
            let remedy = "keep one of them";
            found.push(below.error("structure-repeated", "", "the element may stand once", remedy));
        }
        for attribute in inside[at].needs.iter().filter(|name| child.attribute(name).is_none()) {
            let problem = format!("the attribute `{attribute}` is missing");
            found.push(below.error("structure-attribute", "", problem, "add it"));
        }
        if !inside[at].inside.is_empty() {
            text(&below, found);
            check(&below, inside[at].inside, found);
        } else if child.name != "cac:CatalogueLine" && !child.children.is_empty() {
            found.push(below.error("structure-unknown", "", "elements stand in it", "give text only"));
        }
    }
    for term in inside.iter().filter(|term| term.least > element.all(term.name).count()) {
        let problem = "the element is missing";
        found.push(place.error("structure-missing", term.name, problem, "add it"));
    }
}

/// Text may stand in elements without others only.
fn text(place: &Place<'_>, found: &mut Vec<Finding>) {
    if !place.element.text.is_empty() {
        found.push(place.error("structure-text", "", "text stands between elements", "take it out"));
    }
}

/// Elements that the format has and that are not kept here, by name with how often.
pub(super) fn not_kept(
    element: &Element,
    kept: &[&str],
    counts: &mut std::collections::BTreeMap<String, usize>,
) {
    for child in &element.children {
        if kept.contains(&child.name.as_str()) {
            not_kept(child, kept, counts);
        } else {
            *counts.entry(child.name.clone()).or_default() += 1;
        }
    }
}
