//! Business rules of the Peppol catalogue, edition 3 (OpenPeppol, post-award rules for transactions T19 and T58),
//! named as there. Rules for numbers of other countries' companies (PEPPOL-COMMON-R041 and R043 to R050) are not checked.

use muster_kit::intake::Finding;

use super::tree::{Element, Place};
use crate::domain::{
    gs1::{Gln, Gtin},
    ratio,
    unit::Unit,
    validity::Validity,
};
use jiff::civil::Date;

/// Beginning of the customization that says T19.
pub(super) const T19: &str = "urn:fdc:peppol.eu:poacc:trns:catalogue:3";
/// Beginning of the customization that says T58.
pub(super) const T58: &str = "urn:fdc:peppol.eu:poacc:trns:catalogue_response:3";
/// Profile of a catalogue that is answered.
pub(super) const WITH_RESPONSE: &str = "urn:fdc:peppol.eu:poacc:bis:catalogue_only:3";
/// Profile of a catalogue that is not answered.
pub(super) const WITHOUT_RESPONSE: &str = "urn:fdc:peppol.eu:poacc:bis:catalogue_wo_response:3";

/// Decimals with which quantities are compared.
const PLACES: usize = 9;

/// A date as it must be written: ten characters.
pub(super) fn date(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// A period; ends that are no dates count as open, R030 names them.
pub(super) fn period(element: Option<&Element>) -> Validity {
    let end = |name| element.and_then(|element| element.text_at(name)).and_then(date);
    Validity { from: end("cbc:StartDate"), to: end("cbc:EndDate") }
}

/// Rules that hold everywhere: of an element and all inside, but lines.
pub(super) fn common(place: &Place<'_>, found: &mut Vec<Finding>) {
    let element = place.element;
    if element.children.is_empty() && element.text.is_empty() {
        let problem = "the element is empty";
        found.push(place.error("PEPPOL-COMMON-R001", "", problem, "fill it in or leave it out"));
    }
    let dated = ["cbc:IssueDate", "cbc:DueDate", "cbc:StartDate", "cbc:EndDate", "cbc:BestBeforeDate"];
    if dated.contains(&element.name.as_str()) && date(&element.text).is_none() {
        found.push(place.error("PEPPOL-COMMON-R030", "", "not a date", "write it as 2020-04-30"));
    }
    let number = matches!(element.name.as_str(), "cbc:EndpointID" | "cbc:CompanyID" | "cbc:ID");
    if number
        && element.attribute("schemeID") == Some("0088")
        && let Err(error) = Gln::new(&element.text)
    {
        let problem = format!("the location number {error}");
        found.push(place.error("PEPPOL-COMMON-R040", "", problem, "compare it with the register of GS1"));
    }
    for child in element.children.iter().filter(|child| child.name != "cac:CatalogueLine") {
        common(&place.down(child), found);
    }
}

/// Rules of the head of a catalogue.
pub(super) fn head(place: &Place<'_>, found: &mut Vec<Finding>) {
    let root = place.element;
    let text = |path| root.text_at(path).unwrap_or_default();
    if root.attributes.iter().any(|(name, _)| name.ends_with(":schemaLocation")) {
        let mut finding =
            place.error("PEPPOL-COMMON-R003", "", "a schema location stands in it", "leave it out");
        finding.severity = muster_kit::intake::Severity::Warning;
        found.push(finding);
    }
    if root.at("cbc:CustomizationID").is_some() && !text("cbc:CustomizationID").starts_with(T19) {
        let remedy = "write urn:fdc:peppol.eu:poacc:trns:catalogue:3";
        found.push(place.error(
            "PEPPOL-T19-R018",
            "cbc:CustomizationID",
            "not a catalogue of edition 3",
            remedy,
        ));
    }
    if root.at("cbc:ProfileID").is_some()
        && ![WITH_RESPONSE, WITHOUT_RESPONSE].contains(&text("cbc:ProfileID"))
    {
        let remedy = "write urn:fdc:peppol.eu:poacc:bis:catalogue_only:3 or ...:catalogue_wo_response:3";
        found.push(place.error("PEPPOL-T19-R017", "cbc:ProfileID", "not a profile of catalogues", remedy));
    }
    if period(root.at("cac:ValidityPeriod")).is_backwards() {
        let problem = "the catalogue ends before it begins";
        found.push(place.error(
            "PEPPOL-T19-R001",
            "cac:ValidityPeriod/cbc:EndDate",
            problem,
            "mend one of the dates",
        ));
    }
    for (path, rule) in
        [("cac:SellerSupplierParty", "PEPPOL-T19-R004"), ("cac:ContractorCustomerParty", "PEPPOL-T19-R005")]
    {
        let Some(party) = root.at(path) else { continue };
        let named = ["cac:Party/cac:PartyName/cbc:Name", "cac:Party/cac:PartyIdentification/cbc:ID"];
        if named.iter().all(|path| party.at(path).is_none()) {
            let problem = "the party has neither name nor identifier";
            found.push(place.error(rule, path, problem, "add a PartyName or a PartyIdentification"));
        }
    }
    action(place, &["Add", "Update", "Delete", "Replace"], found);
}

/// Action codes are told apart by case.
fn action(place: &Place<'_>, codes: &[&str], found: &mut Vec<Finding>) {
    if let Some(code) = place.element.text_at("cbc:ActionCode").filter(|code| !codes.contains(code)) {
        let near = codes.iter().any(|known| known.eq_ignore_ascii_case(code));
        let problem = if near { "the case of the letters is wrong" } else { "not an action" };
        let remedy = format!("write one of {}", codes.join(", "));
        found.push(place.error("code-list", "cbc:ActionCode", problem, &remedy));
    }
}

/// Rules of a line.
pub(super) fn line(place: &Place<'_>, catalogue: Validity, found: &mut Vec<Finding>) {
    action(place, &["Add", "Update", "Delete"], found);
    let line = place.element;
    if line.text_at("cbc:OrderableIndicator").is_some_and(|text| !["true", "false"].contains(&text)) {
        found.push(place.error(
            "code-list",
            "cbc:OrderableIndicator",
            "neither true nor false",
            "write true or false",
        ));
    }
    if line.text_at("cbc:OrderableUnit").is_some_and(|code| Unit::of(code).is_none()) {
        let remedy = "use a code of UNECE Recommendation 20, or X and one of 21";
        found.push(place.error("code-list", "cbc:OrderableUnit", "the unit is not known here", remedy));
    }
    quantities(place, found);
    let own = period(line.at("cac:LineValidityPeriod"));
    let period_of = "cac:LineValidityPeriod";
    if !own.is_within(catalogue) {
        let problem = "the line holds outside the period of the catalogue";
        found.push(place.error(
            "PEPPOL-T19-R007",
            period_of,
            problem,
            "keep it within the catalogue's period",
        ));
    }
    let own = own.or(catalogue);
    if own.is_backwards() && !catalogue.is_backwards() {
        let problem = "the line ends before it begins";
        found.push(place.error("PEPPOL-T19-R013", period_of, problem, "mend one of the dates"));
    }
    for location in line.all("cac:RequiredItemLocationQuantity") {
        price(&place.down(location), own, found);
    }
    if let Some(item) = line.at("cac:Item") {
        self::item(&place.down(item), found);
    }
}

fn number(element: &Element, path: &str) -> Option<i64> {
    element.text_at(path).and_then(|text| ratio::parse(text, PLACES))
}

fn quantities(place: &Place<'_>, found: &mut Vec<Finding>) {
    let line = place.element;
    let (most, least) = ("cbc:MaximumOrderQuantity", "cbc:MinimumOrderQuantity");
    for (path, rule) in [(most, "PEPPOL-T19-R008"), (least, "PEPPOL-T19-R009")] {
        if line.at(path).is_some() && number(line, path).is_none_or(|quantity| quantity < 0) {
            found.push(place.error(
                rule,
                path,
                "not a quantity of zero or more",
                "give a quantity of zero or more",
            ));
        }
    }
    if number(line, most).zip(number(line, least)).is_some_and(|(most, least)| most < least) {
        let problem = "the most that may be ordered is less than the least";
        found.push(place.error("PEPPOL-T19-R010", most, problem, "mend one of the two"));
    }
}

fn price(place: &Place<'_>, line: Validity, found: &mut Vec<Finding>) {
    let location = place.element;
    let amount = "cac:Price/cbc:PriceAmount";
    if number(location, amount).is_none_or(|price| price < 0) {
        let problem = "there is no price of zero or more";
        found.push(place.error("PEPPOL-T19-R006", amount, problem, "give a price of zero or more"));
    }
    let path = "cac:Price/cac:ValidityPeriod";
    let own = period(location.at(path));
    if !own.is_within(line) && !line.is_backwards() {
        let problem = "the price holds outside the period of its line";
        found.push(place.error(
            "PEPPOL-T19-R011",
            path,
            problem,
            "keep it within the period of line and catalogue",
        ));
    }
    if own.or(line).is_backwards() && !line.is_backwards() {
        let problem = "the price ends before it begins";
        found.push(place.error("PEPPOL-T19-R016", path, problem, "mend one of the dates"));
    }
    if number(location, "cac:Price/cbc:BaseQuantity").is_some_and(|base| base <= 0) {
        let problem = "the quantity that the price is for is not above zero";
        found.push(place.error(
            "base-quantity",
            "cac:Price/cbc:BaseQuantity",
            problem,
            "give more than zero",
        ));
    }
}

fn item(place: &Place<'_>, found: &mut Vec<Finding>) {
    let item = place.element;
    let ids = ["cac:StandardItemIdentification/cbc:ID", "cac:SellersItemIdentification/cbc:ID"];
    if ids.iter().all(|path| item.at(path).is_none()) {
        let problem = "the item has neither the seller's nor a standard identifier";
        found.push(place.error("PEPPOL-T19-R012", "", problem, "add one of the two"));
    }
    if let Some(tax) = item.at("cac:ClassifiedTaxCategory") {
        let (category, rate) = (tax.text_at("cbc:ID").unwrap_or_default(), number(tax, "cbc:Percent"));
        let path = "cac:ClassifiedTaxCategory/cbc:Percent";
        if tax.at("cbc:Percent").is_none() && category != "O" {
            found.push(place.error(
                "PEPPOL-T19-R014",
                path,
                "the rate of the tax is missing",
                "add it, or use category O",
            ));
        }
        if category == "S" && rate.is_none_or(|rate| rate <= 0) {
            found.push(place.error(
                "PEPPOL-T19-R015",
                path,
                "the standard rate is not above zero",
                "give the rate",
            ));
        }
    }
    let standard = item.at(ids[0]).filter(|id| id.attribute("schemeID") == Some("0160"));
    if let Some(Err(error)) = standard.map(|id| Gtin::new(&id.text)) {
        let problem = format!("the trade item number {error}");
        found.push(place.error("gtin-check-digit", ids[0], problem, "compare it with the label"));
    }
}

/// Rules of a response.
pub(super) fn response(place: &Place<'_>, found: &mut Vec<Finding>) {
    let text = |path| place.element.text_at(path);
    if text("cbc:CustomizationID").is_some_and(|id| !id.starts_with(T58)) {
        let remedy = "write urn:fdc:peppol.eu:poacc:trns:catalogue_response:3";
        let problem = "not a catalogue response of edition 3";
        found.push(place.error("PEPPOL-T58-R001", "cbc:CustomizationID", problem, remedy));
    }
    if text("cbc:ProfileID").is_some_and(|id| id != WITH_RESPONSE) {
        let remedy = "write urn:fdc:peppol.eu:poacc:bis:catalogue_only:3";
        found.push(place.error(
            "PEPPOL-T58-B00301",
            "cbc:ProfileID",
            "not the profile of the response",
            remedy,
        ));
    }
    for answer in place.element.all("cac:DocumentResponse") {
        let path = "cac:Response/cbc:ResponseCode";
        if answer.text_at(path).is_some_and(|code| !["AB", "AP", "RE"].contains(&code)) {
            let problem = "not an answer";
            found.push(place.down(answer).error("PEPPOL-T58-B02601", path, problem, "write AB, AP or RE"));
        }
    }
}
