//! A catalogue and a response into XML of UBL 2.1.

use std::io::{self, Write};

use quick_xml::{
    Writer,
    escape::escape,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use super::{
    document::{Catalogue, Identifier, Line, LineItem, Party, Price},
    rules,
};
use crate::domain::{
    offer::Territory,
    ratio::decimal,
    unit::{Quantity, Unit},
    validity::Validity,
};

const CAC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const CBC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

/// Writes elements; what is not there is not written.
pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
    root: &'static str,
}

impl Xml {
    pub(super) fn new(root: &'static str, namespace: &str) -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let spaces = [("xmlns", namespace), ("xmlns:cac", CAC), ("xmlns:cbc", CBC)];
        writer.write_event(Event::Start(BytesStart::new(root).with_attributes(spaces)))?;
        Ok(Self { writer, root })
    }

    pub(super) fn end(mut self) -> io::Result<Vec<u8>> {
        self.writer.write_event(Event::End(BytesEnd::new(self.root)))?;
        let mut bytes = self.writer.into_inner();
        bytes.write_all(b"\n")?;
        Ok(bytes)
    }

    /// An element with elements inside.
    pub(super) fn inside(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.writer.write_event(Event::Start(BytesStart::new(name)))?;
        write(self)?;
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    fn with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.writer.write_event(Event::Start(start))?;
        // a carriage return would be read as the end of a line
        let text = escape(text).replace('\r', "&#13;");
        self.writer.write_event(Event::Text(BytesText::from_escaped(text)))?;
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    pub(super) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.with(name, &[], text)
    }

    fn maybe(&mut self, name: &str, text: Option<&str>) -> io::Result<()> {
        text.map_or(Ok(()), |text| self.text(name, text))
    }

    /// An element that holds one other.
    fn nested(&mut self, name: &str, inner: &str, text: Option<&str>) -> io::Result<()> {
        text.map_or(Ok(()), |text| self.inside(name, |xml| xml.text(inner, text)))
    }

    fn identifier(&mut self, name: &str, id: &Identifier) -> io::Result<()> {
        match &id.scheme {
            Some(scheme) => self.with(name, &[("schemeID", scheme)], &id.value),
            None => self.text(name, &id.value),
        }
    }

    fn quantity(&mut self, name: &str, quantity: Option<Quantity>) -> io::Result<()> {
        quantity.map_or(Ok(()), |quantity| {
            self.with(name, &[("unitCode", &quantity.unit.ubl())], &decimal(quantity.milli, 3, 0))
        })
    }

    fn period(&mut self, name: &str, period: Validity, always: bool) -> io::Result<()> {
        if period == Validity::default() && !always {
            return Ok(());
        }
        self.inside(name, |xml| {
            xml.maybe("cbc:StartDate", period.from.map(|day| day.to_string()).as_deref())?;
            xml.maybe("cbc:EndDate", period.to.map(|day| day.to_string()).as_deref())
        })
    }

    pub(super) fn party(&mut self, party: &Party) -> io::Result<()> {
        if let Some(endpoint) = &party.endpoint {
            self.identifier("cbc:EndpointID", endpoint)?;
        }
        if let Some(id) = &party.id {
            self.inside("cac:PartyIdentification", |xml| xml.identifier("cbc:ID", id))?;
        }
        self.nested("cac:PartyName", "cbc:Name", party.name.as_deref())?;
        if party.legal_name.is_none() && party.company.is_none() {
            return Ok(());
        }
        self.inside("cac:PartyLegalEntity", |xml| {
            xml.maybe("cbc:RegistrationName", party.legal_name.as_deref())?;
            party.company.as_ref().map_or(Ok(()), |id| xml.identifier("cbc:CompanyID", id))
        })
    }
}

/// Writes a catalogue.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn write_catalogue(catalogue: &Catalogue) -> io::Result<Vec<u8>> {
    let mut xml = Xml::new("Catalogue", "urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2")?;
    let profile = if catalogue.answered { rules::WITH_RESPONSE } else { rules::WITHOUT_RESPONSE };
    xml.text("cbc:CustomizationID", rules::T19)?;
    xml.text("cbc:ProfileID", profile)?;
    xml.text("cbc:ID", &catalogue.id)?;
    xml.maybe("cbc:ActionCode", catalogue.action.map(super::document::Action::code))?;
    xml.maybe("cbc:Name", catalogue.name.as_deref())?;
    xml.text("cbc:IssueDate", &catalogue.issued.to_string())?;
    xml.maybe("cbc:VersionID", catalogue.version.as_deref())?;
    xml.period("cac:ValidityPeriod", catalogue.valid, true)?;
    xml.nested("cac:ReferencedContract", "cbc:ID", catalogue.contract.as_deref())?;
    xml.nested("cac:SourceCatalogueReference", "cbc:ID", catalogue.source.as_deref())?;
    xml.inside("cac:ProviderParty", |xml| xml.party(&catalogue.provider))?;
    xml.inside("cac:ReceiverParty", |xml| xml.party(&catalogue.receiver))?;
    for (name, party) in
        [("cac:SellerSupplierParty", &catalogue.seller), ("cac:ContractorCustomerParty", &catalogue.customer)]
    {
        if let Some(party) = party {
            xml.inside(name, |xml| xml.inside("cac:Party", |xml| xml.party(party)))?;
        }
    }
    for terms in &catalogue.terms {
        xml.nested("cac:TradingTerms", "cbc:Information", Some(terms))?;
    }
    for line in &catalogue.lines {
        xml.inside("cac:CatalogueLine", |xml| self::line(xml, line))?;
    }
    xml.end()
}

fn line(xml: &mut Xml, line: &Line) -> io::Result<()> {
    xml.text("cbc:ID", &line.id)?;
    xml.maybe("cbc:ActionCode", line.action.map(super::document::Action::code))?;
    xml.maybe("cbc:OrderableIndicator", line.orderable.map(|it| if it { "true" } else { "false" }))?;
    xml.maybe("cbc:OrderableUnit", line.unit.map(Unit::ubl).as_deref())?;
    xml.quantity("cbc:ContentUnitQuantity", line.content)?;
    let increment = line.increment.map(|milli| decimal(milli, 3, 0));
    xml.maybe("cbc:OrderQuantityIncrementNumeric", increment.as_deref())?;
    xml.quantity("cbc:MinimumOrderQuantity", line.min_order)?;
    xml.quantity("cbc:MaximumOrderQuantity", line.max_order)?;
    xml.maybe("cbc:WarrantyInformation", line.warranty.as_deref())?;
    xml.maybe("cbc:PackLevelCode", line.level.as_deref())?;
    xml.period("cac:LineValidityPeriod", line.valid, false)?;
    if line.comparison.is_some() {
        xml.inside("cac:ItemComparison", |xml| xml.quantity("cbc:Quantity", line.comparison))?;
    }
    if let Some((id, many)) = &line.component {
        xml.inside("cac:ComponentRelatedItem", |xml| {
            xml.text("cbc:ID", id)?;
            xml.quantity("cbc:Quantity", Some(*many))
        })?;
    }
    for price in &line.prices {
        xml.inside("cac:RequiredItemLocationQuantity", |xml| self::price(xml, price))?;
    }
    xml.inside("cac:Item", |xml| item(xml, &line.item))
}

fn price(xml: &mut Xml, price: &Price) -> io::Result<()> {
    xml.quantity("cbc:LeadTimeMeasure", price.lead)?;
    xml.quantity("cbc:MinimumQuantity", price.min)?;
    xml.quantity("cbc:MaximumQuantity", price.max)?;
    for territory in &price.territories {
        xml.inside("cac:ApplicableTerritoryAddress", |xml| self::territory(xml, territory))?;
    }
    xml.inside("cac:Price", |xml| {
        let amount = decimal(price.amount, 4, 2);
        xml.with("cbc:PriceAmount", &[("currencyID", &price.currency)], &amount)?;
        xml.quantity("cbc:BaseQuantity", price.base)?;
        let factor = price.factor.map(|factor| decimal(factor, 6, 0));
        xml.maybe("cbc:OrderableUnitFactorRate", factor.as_deref())?;
        xml.period("cac:ValidityPeriod", price.valid, false)
    })
}

fn territory(xml: &mut Xml, territory: &Territory) -> io::Result<()> {
    xml.maybe("cbc:CityName", territory.city.as_deref())?;
    xml.maybe("cbc:PostalZone", territory.postal_zone.as_deref())?;
    xml.maybe("cbc:CountrySubentity", territory.subentity.as_deref())?;
    xml.nested("cac:Country", "cbc:IdentificationCode", territory.country.as_deref())
}

fn item(xml: &mut Xml, item: &LineItem) -> io::Result<()> {
    for text in &item.descriptions {
        xml.text("cbc:Description", text)?;
    }
    xml.quantity("cbc:PackQuantity", item.packed)?;
    xml.maybe("cbc:PackSizeNumeric", item.pack_size.map(|size| size.to_string()).as_deref())?;
    xml.text("cbc:Name", &item.name)?;
    for (name, texts) in [("cbc:Keyword", &item.keywords), ("cbc:BrandName", &item.brands)] {
        for text in texts {
            xml.text(name, text)?;
        }
    }
    xml.nested("cac:BuyersItemIdentification", "cbc:ID", item.buyers.as_deref())?;
    xml.nested("cac:SellersItemIdentification", "cbc:ID", item.sellers.as_deref())?;
    xml.nested("cac:ManufacturersItemIdentification", "cbc:ID", item.manufacturers.as_deref())?;
    if let Some(id) = &item.standard {
        xml.inside("cac:StandardItemIdentification", |xml| xml.identifier("cbc:ID", id))?;
    }
    xml.nested("cac:OriginCountry", "cbc:IdentificationCode", item.origin.as_deref())?;
    for (list, version, code) in &item.classes {
        let mut attributes = vec![("listID", list.as_str())];
        attributes.extend(version.as_deref().map(|version| ("listVersionID", version)));
        xml.inside("cac:CommodityClassification", |xml| {
            xml.with("cbc:ItemClassificationCode", &attributes, code)
        })?;
    }
    if let Some((category, rate, scheme)) = &item.tax {
        xml.inside("cac:ClassifiedTaxCategory", |xml| {
            xml.text("cbc:ID", category)?;
            xml.maybe("cbc:Percent", rate.map(|rate| decimal(rate, 3, 0)).as_deref())?;
            xml.nested("cac:TaxScheme", "cbc:ID", Some(scheme))
        })?;
    }
    match &item.manufacturer {
        Some(name) => {
            xml.inside("cac:ManufacturerParty", |xml| xml.nested("cac:PartyName", "cbc:Name", Some(name)))
        }
        None => Ok(()),
    }
}
