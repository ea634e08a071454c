//! Electronic invoices as lines of purchase: figures worked out by hand, broken documents by the rule that they break, and the way
//! through a node.

use muster_catalogue::import::{
    Read,
    ubl::{Billed, read_invoice},
};
use muster_kit::intake::{Findings, RawFile, Severity};
use muster_proto::{catalogue::v1 as pb, common::v1::BadRows};
use muster_testkit::{TestDb, on_both_databases};
use proptest::prelude::*;

use crate::node::{ITEMS, Node};

on_both_databases!(muster_catalogue::Migrator; an_invoice_is_bought_and_a_credit_note_gives_back);

/// An invoice of three lines: by the box, by the hundred, and by the case with an allowance. 127.50 pounds and 25.50 of VAT.
const INVOICE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
<cbc:ID>2020-117</cbc:ID>
<cbc:IssueDate>2020-05-04</cbc:IssueDate>
<cbc:DueDate>2020-06-03</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>GBP</cbc:DocumentCurrencyCode>
<cbc:BuyerReference>ward stores</cbc:BuyerReference>
<cac:OrderReference><cbc:ID>PO-1001</cbc:ID></cac:OrderReference>
<cac:AccountingSupplierParty><cac:Party>
<cbc:EndpointID schemeID="0088">9436465792104</cbc:EndpointID>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>GB</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>GB123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>Example Medical Ltd</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party>
<cbc:EndpointID schemeID="0088">5012345678900</cbc:EndpointID>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>GB</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity><cbc:RegistrationName>Example Hospitals Trust</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">25.50</cbc:TaxAmount>
<cac:TaxSubtotal><cbc:TaxableAmount currencyID="GBP">127.50</cbc:TaxableAmount><cbc:TaxAmount currencyID="GBP">25.50</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>20</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="GBP">127.50</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="GBP">127.50</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="GBP">153.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="GBP">153.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="XBX">10</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="GBP">47.50</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Nitrile gloves, medium</cbc:Name><cac:BuyersItemIdentification><cbc:ID>GLOVE-M</cbc:ID></cac:BuyersItemIdentification>
<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>20</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="GBP">4.75</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
<cac:InvoiceLine><cbc:ID>2</cbc:ID><cbc:InvoicedQuantity unitCode="EA">200</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="GBP">25.00</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Swabs</cbc:Name><cac:StandardItemIdentification><cbc:ID schemeID="0160">07350053850019</cbc:ID></cac:StandardItemIdentification>
<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>20</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="GBP">12.50</cbc:PriceAmount><cbc:BaseQuantity unitCode="EA">100</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>
<cac:InvoiceLine><cbc:ID>3</cbc:ID><cbc:InvoicedQuantity unitCode="XCS">3</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="GBP">55.00</cbc:LineExtensionAmount>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Damaged box</cbc:AllowanceChargeReason><cbc:Amount currencyID="GBP">5.00</cbc:Amount></cac:AllowanceCharge>
<cac:Item><cbc:Name>Drip stands</cbc:Name><cac:SellersItemIdentification><cbc:ID>DS-9</cbc:ID></cac:SellersItemIdentification>
<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>20</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="GBP">20.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>
"#;

/// The same lines given back.
fn credit_note() -> String {
    INVOICE
        .replace("<Invoice ", "<CreditNote ")
        .replace("</Invoice>", "</CreditNote>")
        .replace("xsd:Invoice-2", "xsd:CreditNote-2")
        .replace("<cbc:DueDate>2020-06-03</cbc:DueDate>\n", "")
        .replace(
            "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>",
            "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>",
        )
        .replace("cac:InvoiceLine>", "cac:CreditNoteLine>")
        .replace("cbc:InvoicedQuantity", "cbc:CreditedQuantity")
        .replace("2020-117", "C-9")
        .replace("2020-05-04", "2020-06-08")
}

fn read(text: &str) -> Result<Read<Billed>, Findings> {
    read_invoice(&RawFile::new("invoice.xml".to_owned(), text.as_bytes().to_vec()), "RJ1")
}

fn errors(findings: &Findings) -> Vec<(String, u64, String)> {
    let found = findings.sorted().into_iter().filter(|it| it.severity == Severity::Error);
    found.map(|it| (it.rule.to_owned(), it.line, it.column.clone())).collect()
}

#[test]
fn lines_are_read_as_they_would_be_entered_by_hand() {
    let read_back = read(INVOICE).unwrap();
    assert_eq!(read_back.findings.sorted(), Vec::<&muster_kit::intake::Finding>::new());
    let lines: Vec<(&str, i64, &str, i64, i64)> = read_back
        .rows
        .iter()
        .map(|it| &it.purchase)
        .map(|it| (it.reference.as_str(), it.quantity, it.unit.code(), it.unit_price, it.net))
        .collect();
    assert_eq!(
        lines,
        [
            ("Example Medical Ltd 2020-117/1", 10_000, "BX", 47_500, 4_750),
            ("Example Medical Ltd 2020-117/2", 200_000, "EA", 1_250, 2_500),
            ("Example Medical Ltd 2020-117/3", 3_000, "CS", 200_000, 5_500),
        ]
    );
    let first = &read_back.rows[0].purchase;
    assert_eq!((first.on.to_string().as_str(), first.order.as_deref()), ("2020-05-04", Some("PO-1001")));
    assert_eq!(first.item.as_deref(), Some("GLOVE-M"));
    let at = INVOICE.lines().position(|line| line.starts_with("<cac:InvoiceLine><cbc:ID>2<")).unwrap() + 1;
    assert_eq!(read_back.rows[1].purchase.line, at as u64, "the line of the file, for whoever looks it up");
    let credited = read(&credit_note()).unwrap();
    assert_eq!(errors(&credited.findings), []);
    let back: Vec<(i64, i64)> =
        credited.rows.iter().map(|it| (it.purchase.quantity, it.purchase.net)).collect();
    assert_eq!(back, [(-10_000, -4_750), (-200_000, -2_500), (-3_000, -5_500)]);
}

#[test]
fn lines_of_one_id_are_told_apart() {
    let text = INVOICE.replacen("<cac:InvoiceLine><cbc:ID>2<", "<cac:InvoiceLine><cbc:ID>1<", 1);
    let read = read(&text).unwrap();
    let references: Vec<&str> = read.rows.iter().map(|it| it.purchase.reference.as_str()).collect();
    let of = |id: &str| format!("Example Medical Ltd 2020-117/{id}");
    assert_eq!(references, [of("1"), of("1 (2)"), of("3")]);
}

/// What is changed, the rule that it breaks, and where.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    (">25.00<", ">26.00<", "PEPPOL-EN16931-R120", "BG-25[2]/BT-131"),
    (
        r#"<cbc:BaseQuantity unitCode="EA">"#,
        r#"<cbc:BaseQuantity unitCode="KGM">"#,
        "PEPPOL-EN16931-R130",
        "BG-25[2]/BT-150",
    ),
    (">20.00</cbc:PriceAmount>", ">-20.00</cbc:PriceAmount>", "BR-27", "BG-25[3]/BT-146"),
    (">153.00</cbc:TaxInclusiveAmount>", ">154.00</cbc:TaxInclusiveAmount>", "BR-CO-15", "BT-112"),
    (
        "<cbc:BuyerReference>ward stores</cbc:BuyerReference>\n<cac:OrderReference><cbc:ID>PO-1001</cbc:ID></cac:OrderReference>\n",
        "",
        "PEPPOL-EN16931-R003",
        "BT-10",
    ),
    ("#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "#urn:example:no-profile", "profile", ""),
    (">2020-05-04<", ">4/5/2020<", "malformed", "BT-2"),
    (">GBP</cbc:DocumentCurrencyCode>", ">EUR</cbc:DocumentCurrencyCode>", "not-in-pounds", "BT-5"),
    ("<Invoice ", "<!DOCTYPE a [<!ENTITY b \"c\">]><Invoice ", "document-type", ""),
    (
        "<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode=\"XBX\">",
        "<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode=\"KWT\">",
        "unknown-unit",
        "BT-130",
    ),
];

#[test]
fn a_broken_document_names_the_rule_and_the_place() {
    let mut missed = Vec::new();
    for (from, to, rule, place) in BROKEN {
        let text = INVOICE.replacen(from, to, 1);
        assert_ne!(text, INVOICE, "{from}");
        let findings = match read(&text) {
            Ok(read) => read.findings,
            Err(findings) => findings,
        };
        let found = errors(&findings);
        if !found.iter().any(|it| it.0 == *rule && it.2.contains(place)) {
            missed.push(format!("{rule} at {place}: {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn an_error_of_a_line_leaves_out_that_line_only() {
    let kept = read(&INVOICE.replacen(">20.00</cbc:PriceAmount>", ">-20.00</cbc:PriceAmount>", 1)).unwrap();
    assert_eq!((kept.lines, kept.refused()), (3, 1));
    assert!(kept.rows.iter().all(|it| !it.purchase.reference.ends_with("/3")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever happens to a document on its way: it is refused with a reason, or every line of it comes in.
    #[test]
    fn a_damaged_document_is_refused_or_whole(at in 0..INVOICE.len(), with in prop::collection::vec(any::<u8>(), 0..4), cut in any::<bool>()) {
        let mut bytes = INVOICE.as_bytes().to_vec();
        if cut { bytes.truncate(at); }
        let at = at.min(bytes.len());
        let until = (at + with.len()).min(bytes.len());
        bytes.splice(at..until, with);
        match read_invoice(&RawFile::new("invoice.xml".to_owned(), bytes), "RJ1") {
            Err(findings) => prop_assert!(findings.has_errors()),
            Ok(read) if read.findings.has_errors() => {}
            Ok(read) => {
                prop_assert_eq!(read.rows.len(), 3);
                prop_assert_eq!(read.rows.iter().map(|it| it.purchase.net).sum::<i64>(), 12_750);
            }
        }
    }
}

async fn an_invoice_is_bought_and_a_credit_note_gives_back(db: TestDb) {
    let host = Node::new(&db);
    let trust = host.planner("RJ1");
    let items = format!(
        "{ITEMS}GLOVE-M,RJ1,Example Medical Ltd,nitrile gloves,BX,100,,,\nSWAB,RJ1,Other Ltd,swabs,EA,1,,,7350053850019\n"
    );
    trust.import("items", &items).await;
    let send = async |text: &str| {
        trust.upload("invoice", "invoice.xml", text.as_bytes(), BadRows::RefuseFile).await.unwrap()
    };
    let outcome = send(INVOICE).await;
    assert!(!outcome.refused, "{:?}", outcome.findings);
    let asked: Vec<&str> = outcome.findings.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(asked, ["unknown-item"], "nobody has the code of the drip stands");
    assert!(send(INVOICE).await.already_imported, "the same file a second time");
    assert!(!send(&credit_note()).await.refused);
    let broken = send(&INVOICE.replacen(">25.00<", ">26.00<", 1)).await;
    assert!(broken.refused, "a document that breaks the rules is refused whole");
    let ask = pb::ListPurchasesRequest::default();
    let lines = trust.client().list_purchases(trust.ask(ask)).await.unwrap().into_inner().lines;
    let mut found: Vec<(&str, &str, i64)> =
        lines.iter().map(|it| (it.date.as_str(), it.item_ref.as_str(), it.net_pence)).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("2020-05-04", "", 5_500),
            ("2020-05-04", "GLOVE-M", 4_750),
            ("2020-05-04", "SWAB", 2_500),
            ("2020-06-08", "", -5_500),
            ("2020-06-08", "GLOVE-M", -4_750),
            ("2020-06-08", "SWAB", -2_500),
        ]
    );
}
