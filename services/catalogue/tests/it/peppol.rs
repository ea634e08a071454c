//! Electronic catalogues: what is written is read back equal, rules are named with their place, a catalogue may fail in
//! part, and XML that is no honest catalogue does no harm.

use jiff::civil::{Date, date};
use muster_catalogue::{
    domain::{
        class::{Class, Scheme},
        gs1::{Gtin, check_digit},
        item::Item,
        offer::{Offer, Territory},
        pack::Pack,
        unit::{Quantity, Unit},
        validity::Validity,
    },
    import::ubl::{
        Action, Answer, Catalogue, Heading, Identifier, Line, LineItem, Party, Price, catalogue, offers,
        read_catalogue, read_response, respond, write_catalogue, write_response,
    },
};
use proptest::{option::of, prelude::*, sample::select};

fn text() -> impl Strategy<Value = String> {
    let inner = "[A-Za-z0-9é&<>\"'€/;:.,+-]{1,8}([ \r\n\t][A-Za-z0-9&<>\\]]{1,8}){0,2}";
    inner.prop_map(|text| text.trim().to_owned())
}

fn quantity() -> impl Strategy<Value = Quantity> {
    let unit = select(vec!["EA", "BX", "CS", "MLT", "LTR", "GRM", "DZN"]);
    (1_i64..10_000_000, unit)
        .prop_map(|(milli, unit)| Quantity { milli, unit: Unit::of(unit).expect("a unit") })
}

fn day() -> impl Strategy<Value = Date> {
    (0_i64..360)
        .prop_map(|days| date(2020, 1, 1).checked_add(jiff::Span::new().days(days)).expect("a day of 2020"))
}

fn period() -> impl Strategy<Value = Validity> {
    (of(day()), of(day())).prop_map(|(one, two)| match (one, two) {
        (Some(one), Some(two)) => Validity::between(one.min(two), one.max(two)),
        (from, to) => Validity { from, to },
    })
}

fn gln() -> impl Strategy<Value = Identifier> {
    "[0-9]{12}".prop_map(|body| {
        let digit = check_digit(&body).expect("digits");
        Identifier { scheme: Some("0088".into()), value: format!("{body}{digit}") }
    })
}

fn party() -> impl Strategy<Value = Party> {
    (gln(), of(gln()), text(), text(), of(gln())).prop_map(|(endpoint, id, name, legal, company)| Party {
        endpoint: Some(endpoint),
        id,
        name: Some(name),
        legal_name: Some(legal),
        company,
    })
}

fn territory() -> impl Strategy<Value = Territory> {
    (select(vec!["GB", "IE"]), of(text()), of(text()), of(text())).prop_map(
        |(country, subentity, city, postal_zone)| Territory {
            country: Some(country.to_owned()),
            subentity,
            city,
            postal_zone,
        },
    )
}

fn price() -> impl Strategy<Value = Price> {
    let quantities = (of(quantity()), of(quantity()), of(quantity()));
    let rest = (0_i64..1_000_000_000, select(vec!["GBP", "EUR"]), of(quantity()), of(1_i64..9_000_000));
    (quantities, prop::collection::vec(territory(), 0..3), rest).prop_map(
        |((lead, min, max), territories, (amount, currency, base, factor))| Price {
            lead,
            min,
            max,
            territories,
            amount,
            currency: currency.to_owned(),
            base,
            factor,
            valid: Validity::default(),
        },
    )
}

fn item() -> impl Strategy<Value = LineItem> {
    let ids = (of(text()), of(text()), of(text()), of(gln()));
    let words = (prop::collection::vec(text(), 0..3), prop::collection::vec(text(), 0..2), text());
    let class = (select(vec!["STI", "TST"]), of(text()), text());
    let class = class.prop_map(|(list, version, code)| (list.to_owned(), version, code));
    let tax = of((1_i64..100_000).prop_map(|rate| ("S".to_owned(), Some(rate), "VAT".to_owned())));
    let rest = (of(quantity()), of(1_i64..1_000), prop::collection::vec(class, 0..3), tax, of(text()));
    (ids, words, rest).prop_map(
        |(
            (buyers, manufacturers, origin, standard),
            (descriptions, keywords, name),
            (packed, pack_size, classes, tax, manufacturer),
        )| {
            LineItem {
                descriptions,
                packed,
                pack_size,
                name,
                keywords,
                brands: Vec::new(),
                buyers,
                sellers: None,
                manufacturers,
                standard,
                origin,
                classes,
                tax,
                manufacturer,
            }
        },
    )
}

fn line() -> impl Strategy<Value = Line> {
    let words = (
        select(vec![None, Some(Action::Add), Some(Action::Update), Some(Action::Delete)]),
        of(any::<bool>()),
    );
    let quantities = (of(quantity()), of(quantity()), of(quantity()), of((text(), quantity())));
    let rest = (of(text()), of(text()), of(1_i64..9_000), prop::collection::vec(price(), 0..4));
    (words, quantities, rest, item()).prop_map(
        |(
            (action, orderable),
            (content, comparison, min_order, component),
            (warranty, level, increment, prices),
            item,
        )| Line {
            at: 0,
            id: String::new(),
            action,
            orderable,
            unit: Unit::of("CS"),
            content,
            increment,
            min_order,
            max_order: None,
            warranty,
            level,
            valid: Validity::default(),
            comparison,
            component,
            prices,
            item,
        },
    )
}

fn document() -> impl Strategy<Value = Catalogue> {
    let head = (text(), of(text()), of(text()), of(text()), day(), period());
    let parties = (party(), party(), of(party()), of(party()));
    let action = select(vec![None, Some(Action::Add), Some(Action::Replace)]);
    let rest = (any::<bool>(), action, prop::collection::vec(text(), 0..3));
    (head, parties, rest, prop::collection::vec(line(), 1..5)).prop_map(
        |(
            (id, name, version, contract, issued, valid),
            (provider, receiver, seller, customer),
            rest,
            mut lines,
        )| {
            for (line, number) in lines.iter_mut().zip(1..) {
                line.id = number.to_string();
                line.item.sellers = Some(format!("item {number}"));
            }
            Catalogue {
                answered: rest.0,
                id,
                action: rest.1,
                name,
                issued,
                version,
                valid,
                contract,
                source: None,
                provider,
                receiver,
                seller,
                customer,
                terms: rest.2,
                lines,
            }
        },
    )
}

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
    let party = |number: &str, name: &str| Party {
        endpoint: Some(Identifier { scheme: Some("0088".into()), value: number.into() }),
        legal_name: Some(name.into()),
        ..Party::default()
    };
    let heading = Heading {
        id: "CAT-1".into(),
        version: Some("2".into()),
        issued: date(2020, 3, 1),
        valid: Validity::between(date(2020, 4, 1), date(2021, 3, 31)),
        provider: party("9436465792104", "Example Medical Ltd"),
        receiver: party("5790000435951", "Lewisham and Greenwich NHS Trust"),
    };
    let (items, offers) = stock();
    let catalogue = catalogue(heading, &items, &offers).expect("a catalogue");
    String::from_utf8(write_catalogue(&catalogue).expect("XML")).expect("UTF-8")
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

/// Rules found in the sample after a change, with the end of the place.
fn broken(from: &str, to: &str) -> Vec<(&'static str, String)> {
    let text = sample();
    assert!(text.contains(from), "{from}");
    let text = text.replacen(from, to, 1);
    let findings = match read_catalogue("catalogue.xml", text.as_bytes()) {
        Ok(read) => read.findings,
        Err(findings) => findings,
    };
    findings.sorted().into_iter().map(|it| (it.rule, it.column.clone())).collect()
}

#[test]
fn a_broken_rule_is_named_with_its_place() {
    let head = "/Catalogue/cac:";
    let line = "/Catalogue/cac:CatalogueLine[1]/";
    let price = format!("{line}cac:RequiredItemLocationQuantity[1]/cac:Price/");
    for (from, to, rule, place) in [
        (">2021-03-31<", ">2020-03-31<", "PEPPOL-T19-R001", format!("{head}ValidityPeriod/cbc:EndDate")),
        (
            "<cbc:Name>Example Medical</cbc:Name>",
            "<cbc:Nom>x</cbc:Nom>",
            "PEPPOL-T19-R004",
            format!("{head}SellerSupplierParty"),
        ),
        (">4.75<", ">-4.75<", "PEPPOL-T19-R006", format!("{price}cbc:PriceAmount")),
        (
            "<cac:RequiredItem",
            "<cac:LineValidityPeriod><cbc:EndDate>2021-04-01</cbc:EndDate></cac:LineValidityPeriod><cac:RequiredItem",
            "PEPPOL-T19-R007",
            format!("{line}cac:LineValidityPeriod"),
        ),
        (
            "<cbc:OrderableUnit>XBX</cbc:OrderableUnit>",
            "<cbc:MinimumOrderQuantity unitCode=\"XBX\">9</cbc:MinimumOrderQuantity><cbc:MaximumOrderQuantity unitCode=\"XBX\">8</cbc:MaximumOrderQuantity>",
            "PEPPOL-T19-R010",
            format!("{line}cbc:MaximumOrderQuantity"),
        ),
        (
            "<cbc:StartDate>2020-04-01</cbc:StartDate>\n          <cbc:EndDate>2021-03-31<",
            "<cbc:StartDate>2020-03-31</cbc:StartDate>\n          <cbc:EndDate>2021-03-31<",
            "PEPPOL-T19-R011",
            format!("{price}cac:ValidityPeriod"),
        ),
        (
            ">09501101530003<",
            ">09501101530004<",
            "gtin-check-digit",
            format!("{line}cac:Item/cac:StandardItemIdentification/cbc:ID"),
        ),
        (":catalogue:3<", ":catalogue:2<", "PEPPOL-T19-R018", "/Catalogue/cbc:CustomizationID".into()),
        (":catalogue_only:3<", ":order:3<", "PEPPOL-T19-R017", "/Catalogue/cbc:ProfileID".into()),
        (">2020-03-01<", ">1/3/2020<", "PEPPOL-COMMON-R030", "/Catalogue/cbc:IssueDate".into()),
        (
            ">9436465792104<",
            ">9436465792105<",
            "PEPPOL-COMMON-R040",
            format!("{head}ProviderParty/cbc:EndpointID"),
        ),
        (">CAT-1<", "><", "PEPPOL-COMMON-R001", "/Catalogue/cbc:ID".into()),
        (
            "unitCode=\"MLT\"",
            "unitCode=\"ML\"",
            "code-list",
            "/Catalogue/cac:CatalogueLine[2]/cbc:ContentUnitQuantity".into(),
        ),
        (
            "<cbc:OrderableUnit>",
            "<cbc:ActionCode>add</cbc:ActionCode><cbc:OrderableUnit>",
            "code-list",
            format!("{line}cbc:ActionCode"),
        ),
        (
            "<cbc:Name>Nitrile gloves, medium</cbc:Name>",
            "",
            "structure-missing",
            format!("{line}cac:Item/cbc:Name"),
        ),
        (
            "<cbc:OrderableUnit>",
            "<cbc:Note>x</cbc:Note><cbc:OrderableUnit>",
            "structure-unknown",
            format!("{line}cbc:Note"),
        ),
        (
            " schemeID=\"0160\"",
            "",
            "structure-attribute",
            format!("{line}cac:Item/cac:StandardItemIdentification/cbc:ID"),
        ),
        (">4.75<", ">4.75001<", "number", format!("{price}cbc:PriceAmount")),
        (">EM-2<", ">EM-1<", "", String::new()),
    ] {
        let found = broken(from, to);
        if rule.is_empty() {
            assert_eq!(found, [], "one item in two orderable units is two lines");
        } else {
            assert!(found.contains(&(rule, place.clone())), "{rule} at {place}: {found:?}");
        }
    }
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
