//! Tables of items, offers, classes and the Drug Tariff: what is read, what is refused, and where.

use std::{fs, path::Path};

use jiff::civil::date;
use muster_catalogue::{
    domain::{class::Scheme, unit::Unit},
    import::{
        CLASSES, CPV, ITEMS, KINDS, OFFERS, read_classes, read_cpv, read_decisions, read_equivalences,
        read_items, read_offers, read_purchases, read_spend, read_tariff, workbook,
    },
};
use muster_kit::intake::{Findings, RawFile};

fn file(name: &str, text: &str) -> RawFile {
    RawFile::new(name, text.as_bytes().to_vec())
}

/// Rule, line, column and value of what was found, without notes.
fn found(findings: &Findings) -> Vec<(&'static str, u64, String, String)> {
    let listed = findings.sorted().into_iter().filter(|it| !it.remedy.is_empty());
    listed.map(|it| (it.rule, it.line, it.column.clone(), it.value.clone())).collect()
}

#[test]
fn the_template_of_every_kind_is_read_back_from_csv_and_xlsx() {
    for kind in KINDS.iter().filter(|kind| !kind.columns.is_empty()) {
        let csv = file(&format!("{}.csv", kind.name), &kind.template());
        let xlsx = RawFile::new(format!("{}.xlsx", kind.name), workbook(kind).expect("a workbook"));
        for raw in [csv, xlsx] {
            let refused = match kind.name {
                "items" => read_items(&raw).map(|it| found(&it.findings)),
                "offers" => read_offers(&raw).map(|it| found(&it.findings)),
                // the example's class above is not in the example
                "classes" => read_classes(&raw).map(|(_, _, it)| found(&it.findings)),
                "supplier-decisions" => read_decisions(&raw).map(|it| found(&it.findings)),
                "purchases" => read_purchases(&raw).map(|it| found(&it.findings)),
                "equivalences" => read_equivalences(&raw).map(|it| found(&it.findings)),
                "spend" => read_spend(&raw).map(|it| found(&it.findings)).map_err(|it| it.findings),
                "cpv" => read_cpv(&raw).map(|(_, it)| found(&it.findings)),
                _ => read_tariff(&raw, date(2023, 3, 1)).map(|it| found(&it.findings)),
            };
            let rules: Vec<&str> = refused.expect(kind.name).into_iter().map(|it| it.0).collect();
            let wanted: &[&str] =
                if [CPV.name, CLASSES.name].contains(&kind.name) { &["not-in-the-tree"] } else { &[] };
            assert_eq!(rules, wanted, "{}", raw.name);
        }
    }
}

#[test]
fn a_bad_item_is_named_and_the_others_are_kept() {
    let text = "item_ref,organisation,supplier,description,orderable_unit,pack_size,gtin,class_scheme,class_code,content_quantity,content_unit\n\
        a,RJ1,S,gloves,BX,100,09501101530003,cpv,33141420-0,,\n\
        b,RJ1,S,gloves,BX,100,09501101530004,,,,\n\
        c,RJ1,S,gloves,Box,100,,,,,\n\
        d,RJ1,S,gloves,BX,1.5,,,,,\n\
        a,RJ1,S,gloves,BX,100,,,,,\n\
        a,RJ2,S,gloves,BX,50,9501101530003,,,,\n\
        e,RJ1,S,gloves,EA,100,,,,,\n\
        f,RJ1,S,gloves,BX,100,,unspsc,3314142,,\n\
        g,RJ1,S,gel,BX,6,,,,500,\n\
        h,RJ1,S,gloves,BX,100,9.50111E+12,,,,\n";
    let read = read_items(&file("items.csv", text)).expect("a table");
    assert_eq!((read.rows.len(), read.refused()), (3, 7));
    let at = |rule, line, column: &str, value: &str| (rule, line, column.to_owned(), value.to_owned());
    assert_eq!(
        found(&read.findings),
        [
            at("not-a-gtin", 3, "gtin", "09501101530004"),
            at("unknown-unit", 4, "orderable_unit", "Box"),
            at("too-precise", 5, "pack_size", "1.5"),
            at("duplicate-key", 6, "item_ref", "RJ1 a"),
            at("not-a-class", 9, "class_code", "3314142"),
            at("missing-value", 10, "content_unit", ""),
            at("not-a-gtin", 11, "gtin", "9.50111E+12"),
            at("gtin-of-two-packs", 2, "gtin", "09501101530003"),
            at("each-of-many", 8, "pack_size", "100"),
        ]
    );
    let meant = read.findings.by_rule("unknown-unit").next().expect("a finding");
    assert!(meant.remedy.contains("`BX`"), "{meant}");
}

#[test]
fn a_bad_offer_is_named() {
    let text = "item_ref,organisation,supplier,price,per_quantity,unit,min_quantity,max_quantity,valid_from,valid_to,territory\n\
        a,ALL,S,4.7501,1,BX,,,2020-04-01,2021-03-31,GB/SE13\n\
        a,ALL,S,4.75011,1,BX,,,2020-04-01,,\n\
        a,ALL,S,-1,1,BX,,,2020-04-01,,\n\
        a,ALL,S,1,0,BX,,,2020-04-01,,\n\
        a,ALL,S,1,1,BX,10,5,2020-04-01,,\n\
        a,ALL,S,1,1,BX,,,2020-04-01,2020-03-31,\n\
        a,ALL,S,1,1,BX,,,2020-04-01,,England\n\
        a,ALL,S,1,1,BX,,,1/4/2020,,\n\
        a,ALL,T,1,1,BX,,,2020-04-01,,\n\
        a,ALL,T,2,1,XBX,,,2020-04-01,,\n";
    let read = read_offers(&file("offers.csv", text)).expect("a table");
    let rules: Vec<_> = found(&read.findings).into_iter().map(|it| (it.0, it.1)).collect();
    assert_eq!(
        rules,
        [
            ("too-precise", 3),
            ("too-small", 4),
            ("too-small", 5),
            ("most-below-least", 6),
            ("backwards", 7),
            ("not-a-country", 8),
            ("not-a-date", 9),
            ("duplicate-key", 11),
        ]
    );
    assert_eq!((read.rows[0].price, read.rows[0].territory.postal_zone.as_deref()), (47_501, Some("SE13")));
    assert!(ITEMS.columns.iter().chain(OFFERS.columns).all(|column| !column.help.is_empty()));
}

#[test]
fn classes_of_a_scheme_make_a_tree() {
    let text = "class_scheme,class_code,name,parent\nunspsc,42130000,apparel,\nunspsc,42132200,gloves,42130000\n\
        unspsc,42132203,examination gloves,42132200\ncpv,33141420-0,gloves,\nunspsc,42999999,lost,42990000\n";
    let (scheme, list, read) = read_classes(&file("classes.csv", text)).expect("a table");
    let rules: Vec<_> = found(&read.findings).into_iter().map(|it| (it.0, it.1)).collect();
    assert_eq!(rules, [("two-schemes", 5), ("not-in-the-tree", 6)]);
    assert_eq!((scheme, list.len(), list.path("42132203").len()), (Scheme::Unspsc, 3, 3));
}

/// A published file, where it is at hand.
pub(crate) fn published(name: &str) -> Option<RawFile> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/procurement").join(name);
    fs::read(path).ok().map(|bytes| RawFile::new(name, bytes))
}

#[test]
fn the_drug_tariff_of_march_2023_where_it_is_at_hand() {
    let Some(file) = published("drug_tariff_part_viiia_2023-03.csv") else { return };
    let read = read_tariff(&file, date(2023, 3, 15)).expect("a tariff");
    assert_eq!((read.lines, read.rows.len(), read.refused()), (3_913, 3_790, 123));
    let broken: Vec<_> = read.findings.by_rule("moved-columns").collect();
    assert_eq!(broken.len(), 123);
    assert!(broken.iter().all(|it| it.line > 1 && !it.column.is_empty() && !it.value.is_empty()));
    let abacavir = &read.rows[0];
    assert_eq!((abacavir.offer.price, abacavir.item.pack.pack_size), (1_900_000, 30));
    assert!(read.rows.iter().all(|it| it.item.pack.normalise().is_ok()));
    let ear_spray =
        read.rows.iter().find(|it| it.item.description == "Acetic acid 2% ear spray").expect("it");
    assert_eq!(
        ear_spray.item.pack.content.map(|it| (it.milli, it.unit)),
        Unit::of("MLT").map(|ml| (5_000, ml))
    );
    let pence: i64 = read.rows.iter().map(|it| it.offer.price).sum();
    assert_eq!(pence % 100, 0, "basic prices are whole pence");
}

#[test]
fn the_common_procurement_vocabulary_where_it_is_at_hand() {
    let Some(file) = published("cpv_2008_codes.csv") else { return };
    let (list, read) = read_cpv(&file).expect("a list");
    assert_eq!((list.len(), read.refused(), found(&read.findings)), (9_454, 0, Vec::new()));
    // the file leaves 33141400 out of this path: whoever made it inferred some of the classes above
    let path: Vec<&str> = list.path("33141420").into_iter().map(|it| it.code.as_str()).collect();
    assert_eq!(path, ["33000000-0", "33100000-1", "33140000-3", "33141000-0", "33141420-0"]);
}
