//! Electronic catalogues: what is written is read back equal, rules are named with their place, a catalogue may fail in
//! part, and XML that is no honest catalogue does no harm.

use jiff::civil::date;
use muster_catalogue::{
    domain::{
        class::{Class, Scheme},
        gs1::Gtin,
        item::Item,
        offer::{Offer, Territory},
        pack::Pack,
        unit::{Quantity, Unit},
        validity::Validity,
    },
    import::read_tariff,
    import::ubl::{
        Answer, Heading, Identifier, Party, catalogue, offers, read_catalogue, read_response, reject,
        respond, write_catalogue, write_response,
    },
};
use proptest::prelude::*;

use crate::{made::document, tables::published};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn what_is_written_is_read_back_equal(catalogue in document()) {
        let bytes = write_catalogue(&catalogue).expect("XML");
        let mut read = read_catalogue("catalogue.xml", &bytes).expect("a catalogue");
        prop_assert_eq!(read.findings.total(), 0, "{:?}", read.findings.sorted());
        for line in &mut read.catalogue.lines {
            line.at = 0;
        }
        prop_assert_eq!(&read.catalogue, &catalogue);
        let response = respond(&read, "R-1", date(2020, 1, 2));
        let bytes = write_response(&response).expect("XML");
        prop_assert_eq!(read_response("response.xml", &bytes).expect("a response"), response);
    }

    #[test]
    fn no_bytes_make_the_reader_fall(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0_usize..4_000) {
        prop_assert!(read_catalogue("x", &bytes).is_err());
        let text = sample();
        let cut = cut.min(text.len() - 20);
        prop_assert!(text.is_char_boundary(cut) && read_catalogue("x", &text.as_bytes()[..cut]).is_err());
    }
}

/// A catalogue of two lines, gloves in a box and gel in a case.
fn sample() -> String {
    let (items, offers) = stock();
    let heading = heading(Validity::between(date(2020, 4, 1), date(2021, 3, 31)));
    let catalogue = catalogue(heading, &items, &offers).expect("a catalogue");
    String::from_utf8(write_catalogue(&catalogue).expect("XML")).expect("UTF-8")
}

fn heading(valid: Validity) -> Heading {
    let party = |number: &str, name: &str| Party {
        endpoint: Some(Identifier { scheme: Some("0088".into()), value: number.into() }),
        legal_name: Some(name.into()),
        ..Party::default()
    };
    Heading {
        id: "CAT-1".into(),
        version: Some("2".into()),
        issued: date(2020, 3, 1),
        valid,
        provider: party("9436465792104", "Example Medical Ltd"),
        receiver: party("5790000435951", "Lewisham and Greenwich NHS Trust"),
    }
}

fn stock() -> (Vec<Item>, Vec<Offer>) {
    let unit = |code| Unit::of(code).expect("a unit");
    let gloves = Item {
        line: 0,
        reference: "GLOVE-M".into(),
        organisation: "RJ2".into(),
        supplier: "Example Medical".into(),
        description: "Nitrile gloves, medium".into(),
        supplier_code: Some("EM-1".into()),
        manufacturer: Some("Example Gloves".into()),
        manufacturer_code: Some("N-M".into()),
        gtin: Gtin::new("09501101530003").ok(),
        class: Some(Class { scheme: Scheme::Cpv, code: "33141420-0".into() }),
        pack: Pack { orderable: unit("BX"), pack_size: 100, content: None },
    };
    let gel = Item {
        reference: "GEL".into(),
        supplier_code: Some("EM-2".into()),
        gtin: None,
        pack: Pack {
            orderable: unit("CS"),
            pack_size: 6,
            content: Some(Quantity { milli: 1_500_000, unit: unit("MLT") }),
        },
        ..gloves.clone()
    };
    let offer = |item: &str, code, price, min_quantity| Offer {
        line: 0,
        item: item.into(),
        organisation: "RJ2".into(),
        supplier: "Example Medical".into(),
        price,
        per_quantity: 1_000,
        unit: unit(code),
        min_quantity,
        max_quantity: None,
        valid: Validity::between(date(2020, 4, 1), date(2021, 3, 31)),
        territory: Territory { country: Some("GB".into()), ..Territory::default() },
        lead_days: Some(3),
        contract: Some("FW-7".into()),
    };
    let offers = vec![
        offer("GLOVE-M", "BX", 47_500, 0),
        offer("GLOVE-M", "BX", 45_025, 10_000),
        offer("GEL", "CS", 123_456, 0),
    ];
    (vec![gloves, gel], offers)
}

#[test]
fn items_and_offers_come_back_as_they_went() {
    let read = read_catalogue("catalogue.xml", sample().as_bytes()).expect("a catalogue");
    let (taken, findings) = offers(&read.catalogue, "RJ2");
    assert_eq!(findings, []);
    let (mut items, mut back): (Vec<Item>, Vec<Offer>) = (Vec::new(), Vec::new());
    for mut line in taken {
        line.item.line = 0;
        line.offers.iter_mut().for_each(|offer| offer.line = 0);
        items.push(line.item);
        back.extend(line.offers);
    }
    assert_eq!((items, back), stock());
}

#[test]
fn the_drug_tariff_goes_through_a_catalogue_and_comes_back_where_it_is_at_hand() {
    let Some(file) = published("drug_tariff_part_viiia_2023-03.csv") else { return };
    let tariff = read_tariff(&file, date(2023, 3, 1)).expect("a tariff").rows;
    let (mut items, mut prices): (Vec<Item>, Vec<Offer>) =
        tariff.into_iter().map(|row| (row.item, row.offer)).unzip();
    let valid = Validity::between(date(2023, 3, 1), date(2023, 3, 31));
    let made = catalogue(heading(valid), &items, &prices).expect("a catalogue");
    let read = read_catalogue("tariff.xml", &write_catalogue(&made).expect("XML")).expect("a catalogue");
    assert_eq!((read.catalogue.lines.len(), read.findings.total()), (3_790, 0));
    let (taken, findings) = offers(&read.catalogue, "ALL");
    assert_eq!(findings, []);
    // who has no code of the supplier is known by the reference
    for item in &mut items {
        (item.line, item.supplier_code) = (0, Some(item.reference.clone()));
    }
    for price in &mut prices {
        price.line = 0;
    }
    for (taken, (item, price)) in taken.into_iter().zip(items.iter().zip(&prices)) {
        assert_eq!(&Item { line: 0, ..taken.item }, item);
        let offers: Vec<Offer> = taken.offers.into_iter().map(|it| Offer { line: 0, ..it }).collect();
        assert_eq!(offers.as_slice(), std::slice::from_ref(price));
    }
}

#[test]
fn a_deleted_line_needs_no_pack() {
    let text = sample()
        .replacen("<cbc:OrderableUnit>XBX</cbc:OrderableUnit>", "<cbc:ActionCode>Delete</cbc:ActionCode>", 1)
        .replacen("<cbc:PackSizeNumeric>100</cbc:PackSizeNumeric>", "", 1);
    let read = read_catalogue("catalogue.xml", text.as_bytes()).expect("a catalogue");
    let (taken, findings) = offers(&read.catalogue, "RJ2");
    assert_eq!(findings, []);
    let found: Vec<_> =
        taken.iter().map(|it| (it.item.reference.as_str(), it.withdrawn, it.offers.len())).collect();
    assert_eq!(found, [("GLOVE-M", true, 0), ("GEL", false, 1)]);
}

/// Rules found in the sample after a change, with the place.
fn broken(from: &str, to: &str) -> Vec<(&'static str, String)> {
    broken_all(&[(from, to)])
}

fn broken_all(changes: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let mut text = sample();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let findings = match read_catalogue("catalogue.xml", text.as_bytes()) {
        Ok(read) => read.findings,
        Err(findings) => findings,
    };
    findings.sorted().into_iter().map(|it| (it.rule, it.column.clone())).collect()
}

/// What is changed into what, the rule that this breaks, and where.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    (">2021-03-31<", ">2020-03-31<", "PEPPOL-T19-R001", "/Catalogue/cac:ValidityPeriod/cbc:EndDate"),
    (
        "<cbc:Name>Example Medical</cbc:Name>",
        "<cbc:Nom>x</cbc:Nom>",
        "PEPPOL-T19-R004",
        "/Catalogue/cac:SellerSupplierParty",
    ),
    (
        ">4.75<",
        ">-4.75<",
        "PEPPOL-T19-R006",
        "/Catalogue/cac:CatalogueLine[1]/cac:RequiredItemLocationQuantity[1]/cac:Price/cbc:PriceAmount",
    ),
    (
        "<cac:RequiredItem",
        "<cac:LineValidityPeriod><cbc:EndDate>2021-04-01</cbc:EndDate></cac:LineValidityPeriod><cac:RequiredItem",
        "PEPPOL-T19-R007",
        "/Catalogue/cac:CatalogueLine[1]/cac:LineValidityPeriod",
    ),
    (
        "<cbc:OrderableUnit>XBX</cbc:OrderableUnit>",
        "<cbc:MinimumOrderQuantity unitCode=\"XBX\">9</cbc:MinimumOrderQuantity><cbc:MaximumOrderQuantity unitCode=\"XBX\">8</cbc:MaximumOrderQuantity>",
        "PEPPOL-T19-R010",
        "/Catalogue/cac:CatalogueLine[1]/cbc:MaximumOrderQuantity",
    ),
    (
        "<cbc:StartDate>2020-04-01</cbc:StartDate>\n          <cbc:EndDate>2021-03-31<",
        "<cbc:StartDate>2020-03-31</cbc:StartDate>\n          <cbc:EndDate>2021-03-31<",
        "PEPPOL-T19-R011",
        "/Catalogue/cac:CatalogueLine[1]/cac:RequiredItemLocationQuantity[1]/cac:Price/cac:ValidityPeriod",
    ),
    (
        ">09501101530003<",
        ">09501101530004<",
        "gtin-check-digit",
        "/Catalogue/cac:CatalogueLine[1]/cac:Item/cac:StandardItemIdentification/cbc:ID",
    ),
    (":catalogue:3<", ":catalogue:2<", "PEPPOL-T19-R018", "/Catalogue/cbc:CustomizationID"),
    (":catalogue_only:3<", ":order:3<", "PEPPOL-T19-R017", "/Catalogue/cbc:ProfileID"),
    (">2020-03-01<", ">1/3/2020<", "PEPPOL-COMMON-R030", "/Catalogue/cbc:IssueDate"),
    (
        ">9436465792104<",
        ">9436465792105<",
        "PEPPOL-COMMON-R040",
        "/Catalogue/cac:ProviderParty/cbc:EndpointID",
    ),
    (">CAT-1<", "><", "PEPPOL-COMMON-R001", "/Catalogue/cbc:ID"),
    (
        "unitCode=\"MLT\"",
        "unitCode=\"ML\"",
        "code-list",
        "/Catalogue/cac:CatalogueLine[2]/cbc:ContentUnitQuantity",
    ),
    (
        "<cbc:OrderableUnit>",
        "<cbc:ActionCode>add</cbc:ActionCode><cbc:OrderableUnit>",
        "code-list",
        "/Catalogue/cac:CatalogueLine[1]/cbc:ActionCode",
    ),
    (
        "<cbc:Name>Nitrile gloves, medium</cbc:Name>",
        "",
        "structure-missing",
        "/Catalogue/cac:CatalogueLine[1]/cac:Item/cbc:Name",
    ),
    (
        "<cbc:OrderableUnit>",
        "<cbc:Note>x</cbc:Note><cbc:OrderableUnit>",
        "structure-unknown",
        "/Catalogue/cac:CatalogueLine[1]/cbc:Note",
    ),
    (
        " schemeID=\"0160\"",
        "",
        "structure-attribute",
        "/Catalogue/cac:CatalogueLine[1]/cac:Item/cac:StandardItemIdentification/cbc:ID",
    ),
    (
        ">4.75<",
        ">4.75001<",
        "number",
        "/Catalogue/cac:CatalogueLine[1]/cac:RequiredItemLocationQuantity[1]/cac:Price/cbc:PriceAmount",
    ),
];

#[test]
fn a_broken_rule_is_named_with_its_place() {
    for (from, to, rule, place) in BROKEN {
        let found = broken(from, to);
        assert!(found.contains(&(*rule, (*place).to_owned())), "{rule} at {place}: {found:?}");
    }
    // one item in two orderable units is two lines; in the same unit it is one line too many
    assert_eq!(broken(">EM-2<", ">EM-1<"), []);
    let twice = broken_all(&[(">EM-2<", ">EM-1<"), (">XCS<", ">XBX<")]);
    assert_eq!(twice, [("line-key-twice", "/Catalogue/cac:CatalogueLine[2]/cac:Item".to_owned())]);
}

#[test]
fn a_catalogue_may_fail_in_part() {
    let text = sample().replacen(">09501101530003<", ">09501101530004<", 1);
    let read = read_catalogue("catalogue.xml", text.as_bytes()).expect("one line is good");
    assert_eq!((read.catalogue.lines.len(), read.refused.len()), (1, 1));
    let response = respond(&read, "R-1", date(2020, 3, 2));
    assert_eq!((response.answer, response.refusals.len()), (Answer::Accepted, 1));
    assert_eq!(
        (response.refusals[0].line.as_str(), response.refusals[0].rule.as_str()),
        ("1", "gtin-check-digit")
    );
    let bytes = write_response(&response).expect("XML");
    assert_eq!(read_response("r.xml", &bytes).expect("a response"), response);
    // nothing taken is a rejection
    let none = text.replace(">12.3456<", ">-12.3456<");
    let read = read_catalogue("catalogue.xml", none.as_bytes()).expect("a head");
    assert_eq!(respond(&read, "R-2", date(2020, 3, 2)).answer, Answer::Rejected);
}

#[test]
fn a_catalogue_refused_whole_is_rejected() {
    let text = sample().replacen(":catalogue_only:3<", ":order:3<", 1);
    let findings = read_catalogue("catalogue.xml", text.as_bytes()).expect_err("a wrong profile");
    let response = reject(text.as_bytes(), &findings, "R-3", date(2020, 3, 2)).expect("an answer");
    assert_eq!((response.answer, response.refusals[0].rule.as_str()), (Answer::Rejected, "PEPPOL-T19-R017"));
    assert_eq!(response.catalogue, "CAT-1");
    // nobody can be answered at a wrong address
    let text = sample().replacen(">9436465792104<", ">9436465792105<", 1);
    let findings = read_catalogue("catalogue.xml", text.as_bytes()).expect_err("a wrong address");
    assert_eq!(reject(text.as_bytes(), &findings, "R-3", date(2020, 3, 2)), None);
}

#[test]
fn xml_that_is_no_honest_catalogue_is_refused() {
    let rule = |text: &str| match read_catalogue("x.xml", text.as_bytes()) {
        Ok(_) => "taken",
        Err(findings) => findings.sorted()[0].rule,
    };
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Catalogue>&b;</Catalogue>";
    assert_eq!(rule(bomb), "document-type");
    assert_eq!(rule("<Catalogue>&b;</Catalogue>"), "entity");
    assert_eq!(rule("<Catalogue>&#1;</Catalogue>"), "not-xml");
    assert_eq!(rule(&"<a>".repeat(100_000)), "too-deep");
    assert_eq!(rule("<Catalogue/>"), "another-kind-of-file");
    assert_eq!(rule("<Catalogue/><Catalogue/>"), "not-xml");
    assert_eq!(rule(""), "not-xml");
    assert_eq!(rule("<?xml version=\"1.0\" encoding=\"UTF-16\"?><Catalogue/>"), "wrong-encoding");
    // another prefix is the same namespace
    let other = sample().replace("cbc:", "b:").replace("xmlns:cbc", "xmlns:b");
    assert_eq!(rule(&other), "taken");
}
