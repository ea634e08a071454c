//! Invoices and credit notes in UBL 2.1, as lines of purchase.
//!
//! The `en16931` crates read the document and judge it by the business rules of the profile that it declares: EN 16931
//! itself or Peppol BIS Billing 3. What they find is told by rule and place; lines of the document are ours, because the
//! model has none.

use std::collections::HashMap;

use en16931::{
    Date as BilledOn, Invoice, InvoiceLine,
    bt::{Group, Path},
    invoice::DocumentKind,
    validation::{self, Severity},
};
use en16931_formats::{Policy, Received, receive, report::Kind};
use jiff::civil::Date;
use muster_kit::intake::{Finding, Findings, ImportKind, RawFile};
use quick_xml::{Reader, events::Event};

use super::tree::{self, Element};
use crate::{
    domain::{gs1::Gtin, purchase::Purchase, ratio::Ratio, unit::Unit},
    import::{MOST, Read},
};

/// The kind.
pub const INVOICE: ImportKind = ImportKind {
    name: "invoice",
    summary: "an invoice or credit note (UBL 2.1 by Peppol BIS Billing 3 or EN 16931, XML) to the account's organisation",
    publisher: "suppliers",
    header: false,
    columns: &[],
};

/// The currency of Muster's money.
const POUNDS: &str = "GBP";

/// A line of an invoice, with the codes by which its item may be found where the buyer's own reference is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billed {
    /// The line.
    pub purchase: Purchase,
    /// Number of the trade item.
    pub gtin: Option<Gtin>,
    /// The seller's code.
    pub supplier_code: Option<String>,
}

/// Reads an invoice or credit note to an organisation. What a credit note gives back is below zero. An error of a line
/// leaves that line out; an error of the whole document refuses it, unless good rows are to be kept.
///
/// # Errors
/// The findings of a file that is no such document, or not in pounds.
pub fn read_invoice(file: &RawFile, organisation: &str) -> Result<Read<Billed>, Findings> {
    let root = tree::read(&file.bytes).map_err(|finding| Findings::of(&file.name, finding))?;
    let received = receive(&file.bytes, &Policy::default());
    let mut findings = Findings::new(&file.name);
    let lines: Vec<&Element> = root
        .children
        .iter()
        .filter(|it| ["cac:InvoiceLine", "cac:CreditNoteLine"].contains(&it.name.as_str()))
        .collect();
    let refused = judged(&received, &lines, &mut findings);
    let Some(invoice) = received.invoice else { return Err(findings) };
    let Some(head) = findings.keep(Head::of(&invoice, organisation)) else { return Err(findings) };
    let (mut rows, mut seen) = (Vec::new(), HashMap::new());
    for (place, line) in invoice.lines.iter().enumerate() {
        let at = lines.get(place).map_or(0, |element| element.line);
        let of_its_id = seen.entry(line.id.as_str()).and_modify(|times| *times += 1).or_insert(1);
        if !refused.contains(&place) {
            rows.extend(findings.keep(head.billed((line, *of_its_id), at)));
        }
    }
    if let Some(finding) = head.left_aside() {
        findings.push(finding);
    }
    Ok(Read { rows, lines: invoice.lines.len() as u64, findings })
}

/// Is the root of a document that of an invoice or credit note?
pub fn is_invoice(bytes: &[u8]) -> bool {
    let mut reader = Reader::from_reader(bytes);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                return ["Invoice", "CreditNote"].contains(&start.local_name().as_ref());
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Takes over what the rules found; gives the places of lines that must not come in.
fn judged(received: &Received, lines: &[&Element], findings: &mut Findings) -> Vec<usize> {
    let mut refused = Vec::new();
    for entry in received.report_declared.entries() {
        let place = entry.term.as_deref().unwrap_or(&entry.path);
        let finding = Finding {
            severity: severity(entry.level()),
            ..Finding::error(word(entry.kind), entry.message.clone(), entry.hint.clone().unwrap_or_default())
        };
        // what the standard does not know is no concern of the figures
        if entry.kind != Kind::Unmapped {
            findings.push(finding.at(0, place, entry.value.as_deref().unwrap_or_default()));
        }
    }
    for reason in &received.reasons {
        if received.declared.is_none() || received.report_declared.is_valid() {
            let remedy = "ask the supplier for an invoice by EN 16931 or Peppol BIS Billing 3";
            findings.push(Finding::error("profile", reason.clone(), remedy));
        }
    }
    let report = received.report_declared.semantic.report.as_ref();
    for found in report.map(validation::ValidationReport::findings).unwrap_or_default() {
        let line = line_of(&found.path);
        let at = line.and_then(|place| lines.get(place)).map_or(0, |element| element.line);
        let detail = found.detail.as_ref();
        let value = detail.map(|it| it.actual.clone()).unwrap_or_default();
        let problem = match detail {
            Some(it) => format!("{} (should be {})", found.message, it.expected),
            None => found.message.clone(),
        };
        let remedy =
            found.hint.clone().unwrap_or_else(|| "ask the supplier for a corrected document".to_owned());
        let finding = Finding {
            severity: severity(found.severity),
            ..Finding::error(rule(&found.rule), problem, remedy)
        };
        findings.push(finding.at(at, &place(&found.path), &value));
        if found.severity == Severity::Fatal {
            refused.extend(line);
        }
    }
    refused
}

fn severity(of: Severity) -> muster_kit::intake::Severity {
    match of {
        Severity::Fatal => muster_kit::intake::Severity::Error,
        Severity::Warning => muster_kit::intake::Severity::Warning,
        Severity::Info => muster_kit::intake::Severity::Note,
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Unreadable => "not-an-invoice",
        Kind::Malformed => "malformed",
        Kind::Duplicate | Kind::Repeated => "given-twice",
        _ => "structure",
    }
}

fn rule(id: &str) -> &'static str {
    let known = validation::rules::explain(id).map(|it| it.id.as_str());
    known
        .or_else(|| validation::rules::explain_restriction(id).map(|(_, it)| it.id()))
        .unwrap_or("business-rule")
}

/// Where, in terms of the standard, counted from one as people do.
fn place(path: &Path) -> String {
    let text = path.to_string();
    path.index.map_or(text.clone(), |at| text.replacen(&format!("[{at}]"), &format!("[{}]", at + 1), 1))
}

fn line_of(path: &Path) -> Option<usize> {
    if path.group == Group::Line { path.index } else { None }
}

/// What all lines of a document share.
struct Head<'a> {
    invoice: &'a Invoice,
    organisation: &'a str,
    on: Date,
    number: &'a str,
    supplier: &'a str,
    /// Minus one for a credit note.
    sign: i64,
}

impl<'a> Head<'a> {
    fn of(invoice: &'a Invoice, organisation: &'a str) -> Result<Self, Finding> {
        let missing = |term: &str, what: &str| {
            Finding::error("missing", format!("{what} is missing"), "ask the supplier for it").at(0, term, "")
        };
        let currency = invoice.currency.as_ref().map(ToString::to_string).unwrap_or_default();
        if currency != POUNDS {
            let remedy = "ask for an invoice in pounds, or enter its lines as purchases in pounds";
            return Err(Finding::error("not-in-pounds", "not in pounds", remedy).at(0, "BT-5", &currency));
        }
        let on = invoice.issue_date.and_then(day).ok_or_else(|| missing("BT-2", "the day of issue"))?;
        let number = invoice.number.as_deref().ok_or_else(|| missing("BT-1", "the number of the invoice"))?;
        let seller = invoice.seller.name.as_deref().or(invoice.seller.trading_name.as_deref());
        let supplier = seller.ok_or_else(|| missing("BT-27", "the seller's name"))?;
        let sign = if invoice.kind == DocumentKind::CreditNote { -1 } else { 1 };
        Ok(Self { invoice, organisation, on, number, supplier, sign })
    }

    /// A line of the document, the first of its id or a later one: no rule of the standard says that ids differ. Numbers of invoices are
    /// the supplier's own, so its name is a part of the reference.
    fn billed(&self, (line, of_its_id): (&InvoiceLine, u32), at: u64) -> Result<Billed, Finding> {
        let net = line.net_amount.to_minor_units() * self.sign;
        let standard = line.item.standard_identifier.as_ref();
        let gtin =
            standard.filter(|id| id.scheme() == Some(super::convert::GTIN)).map(en16931::Identifier::content);
        let again = if of_its_id > 1 { format!(" ({of_its_id})") } else { String::new() };
        let purchase = Purchase {
            line: at,
            reference: format!("{} {}/{}{again}", self.supplier, self.number, line.id),
            organisation: self.organisation.to_owned(),
            on: self.on,
            supplier: self.supplier.to_owned(),
            item: line.item.buyer_identifier.clone(),
            description: line.item.name.clone().unwrap_or_default(),
            quantity: quantity(line, at)? * self.sign,
            unit: unit(line, at)?,
            pack_size: None,
            unit_price: unit_price(line, at)?,
            net,
            order: self.invoice.purchase_order_reference.as_ref().map(|it| it.as_str().to_owned()),
            on_catalogue: None,
            under_contract: self.invoice.contract_reference.as_ref().map(|_| true),
            channel: None,
        };
        Ok(Billed {
            purchase,
            gtin: gtin.and_then(|it| Gtin::new(it).ok()),
            supplier_code: line.item.seller_identifier.clone(),
        })
    }

    /// Money of the document that no line carries.
    fn left_aside(&self) -> Option<Finding> {
        let sum = |of: &[en16931::invoice::DocumentAllowanceCharge]| -> i64 {
            of.iter().map(|it| it.amount.to_minor_units()).sum()
        };
        let pence = (sum(&self.invoice.charges) - sum(&self.invoice.allowances)) * self.sign;
        (pence != 0).then(|| {
            let problem = format!(
                "charges and allowances of the whole document ({pence} pence) are of no line and are left out"
            );
            Finding::warning(
                "not-of-a-line",
                problem,
                "ask for prices that hold them, or enter them as a line of their own",
            )
            .at(0, "BG-20, BG-21", "")
        })
    }
}

fn day(on: BilledOn) -> Option<Date> {
    on.to_string().parse().ok()
}

/// A decimal number by its digits and how many of them stand behind the point, exactly.
fn exactly(digits: i128, behind: u32) -> Option<Ratio> {
    Ratio::new(digits, 10_i128.checked_pow(behind)?)
}

/// Times `scale`, rounded half away from zero; nothing when it is too large to be true.
fn scaled(value: Ratio, scale: i64) -> Option<i64> {
    Some(value.rounded(scale)).filter(|it| it.abs() <= MOST)
}

fn quantity(line: &InvoiceLine, at: u64) -> Result<i64, Finding> {
    let asked = line.quantity.into_decimal();
    let place = |rule, problem: &str| {
        let remedy = "ask the supplier for the quantity";
        Finding::error(rule, problem, remedy).at(at, "BT-129", &asked.to_string())
    };
    match exactly(asked.mantissa(), asked.scale()).and_then(|it| scaled(it, 1_000)) {
        Some(0) => Err(place("nothing", "a line of nothing")),
        Some(milli) => Ok(milli),
        None => Err(place("too-large", "too large to be true")),
    }
}

fn unit(line: &InvoiceLine, at: u64) -> Result<Unit, Finding> {
    let code = line.unit_code.to_string();
    Unit::of(&code).ok_or_else(|| {
        let remedy = "enter the line as a purchase in a unit that is known here, or ask for another unit";
        Finding::error("unknown-unit", "not a code of a unit that is known here", remedy)
            .at(at, "BT-130", &code)
    })
}

/// Price of one unit in 1/100 pence: the net price by its base quantity.
fn unit_price(line: &InvoiceLine, at: u64) -> Result<i64, Finding> {
    let price = line.price.net_price.into_decimal();
    let base = line.price.base_quantity.map(en16931::Quantity::into_decimal);
    let base = base.map_or(Some(Ratio::ONE), |it| exactly(it.mantissa(), it.scale()));
    let each = exactly(price.mantissa(), price.scale()).zip(base).and_then(|(price, base)| price.over(base));
    each.and_then(|it| scaled(it, 10_000)).ok_or_else(|| {
        let problem = "no price of one unit can be made of it";
        Finding::error("price", problem, "ask the supplier for the price").at(
            at,
            "BT-146",
            &price.to_string(),
        )
    })
}
