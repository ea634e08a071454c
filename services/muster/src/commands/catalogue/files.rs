//! Files of the catalogue, recognised by what is in them.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;
use muster_catalogue::{
    domain::{
        book::{PriceBook, Record},
        class::{ClassList, Scheme},
        item::Item,
        offer::Offer,
        purchase::Purchase,
    },
    import::{
        self, KINDS, Tariff,
        ubl::{Action, CatalogueRead, Taken},
    },
};
use muster_kit::intake::{Finding, Findings, RawFile, Severity};
use serde_json::{Value, json};

use crate::{commands::import::read_file, exit::Failure};

/// Kinds that a file may be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Items with codes, class and pack
    Items,
    /// Prices by organisation, supplier, quantity and day
    Offers,
    /// What was bought
    Purchases,
    /// What people decided of pairs of items
    Equivalences,
    /// Part VIIIA of the Drug Tariff, a month
    DrugTariff,
    /// The Common Procurement Vocabulary
    Cpv,
    /// Classes of any scheme
    Classes,
    /// An electronic catalogue of Peppol, transaction T19
    Peppol,
    /// An electronic invoice or credit note, UBL 2.1
    Invoice,
}

/// What a file holds.
pub(super) enum Holds {
    /// Items.
    Items(Vec<Item>),
    /// Offers.
    Offers(Vec<Offer>),
    /// Prices of the Drug Tariff.
    Tariff(Vec<Tariff>),
    /// Classes of a scheme.
    Classes(Scheme, ClassList),
    /// A catalogue.
    Catalogue(Box<CatalogueRead>),
    /// Lines of purchase.
    Purchases(Vec<Purchase>),
    /// Decisions on pairs of items.
    Equivalences,
}

/// A file that was read.
pub(super) struct Opened {
    /// Its name.
    pub(super) name: String,
    /// What it holds.
    pub(super) holds: Holds,
    /// Rows, or lines of a catalogue.
    pub(super) rows: u64,
    /// Of these, refused.
    pub(super) refused: u64,
    /// What was found.
    pub(super) findings: Findings,
}

/// Opens a file of a kind, or of the kind that it looks like. The Drug Tariff needs its month: the one given, or the
/// one in the file's name.
pub(super) fn open(
    path: &Path,
    kind: Option<Kind>,
    month: Option<Date>,
) -> Result<Result<Opened, Findings>, Failure> {
    let (name, bytes) = read_file(path)?;
    let file = RawFile::new(name, bytes);
    let kind = kind.or_else(|| looks_like(&file)).ok_or_else(|| {
        Failure::Usage(format!(
            "`{}` looks like no file of the catalogue: say what it is with --kind",
            file.name
        ))
    })?;
    if kind == Kind::DrugTariff {
        let month = month.or_else(|| month_in(&file.name)).ok_or_else(|| {
            Failure::Usage(format!("say which month `{}` is of with --month 2023-03", file.name))
        })?;
        return Ok(import::read_tariff(&file, month).map(|read| table(&file, read, Holds::Tariff)));
    }
    Ok(match kind {
        Kind::Items => import::read_items(&file).map(|read| table(&file, read, Holds::Items)),
        Kind::Offers | Kind::DrugTariff => {
            import::read_offers(&file).map(|read| table(&file, read, Holds::Offers))
        }
        Kind::Purchases => import::read_purchases(&file).map(|read| table(&file, read, Holds::Purchases)),
        Kind::Equivalences => {
            import::read_equivalences(&file).map(|read| table(&file, read, |_| Holds::Equivalences))
        }
        Kind::Cpv => import::read_cpv(&file)
            .map(|(list, read)| table(&file, read, |_| Holds::Classes(Scheme::Cpv, list))),
        Kind::Classes => import::read_classes(&file)
            .map(|(scheme, list, read)| table(&file, read, |_| Holds::Classes(scheme, list))),
        Kind::Peppol => import::ubl::read_catalogue(&file.name, &file.bytes).map(|read| Opened {
            name: file.name.clone(),
            rows: (read.catalogue.lines.len() + read.refused.len()) as u64,
            refused: read.refused.len() as u64,
            findings: read.findings.clone(),
            holds: Holds::Catalogue(Box::new(read)),
        }),
        Kind::Invoice => import::ubl::read_invoice(&file, "ALL").map(|read| {
            table(&file, read, |rows| Holds::Purchases(rows.into_iter().map(|row| row.purchase).collect()))
        }),
    })
}

fn table<T>(file: &RawFile, read: import::Read<T>, holds: impl FnOnce(Vec<T>) -> Holds) -> Opened {
    let refused = read.refused();
    Opened {
        name: file.name.clone(),
        rows: read.lines,
        refused,
        holds: holds(read.rows),
        findings: read.findings,
    }
}

fn looks_like(file: &RawFile) -> Option<Kind> {
    let start = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes).trim_ascii_start();
    if start.starts_with(b"<") {
        return Some(if import::ubl::is_invoice(&file.bytes) { Kind::Invoice } else { Kind::Peppol });
    }
    let kind = KINDS.iter().find(|kind| file.table(kind).is_ok())?;
    Kind::from_str(kind.name, true).ok()
}

/// `2023-03` in a name, as the first day of the month.
fn month_in(name: &str) -> Option<Date> {
    (0..name.len()).filter_map(|at| name.get(at..at + 7)).find_map(|text| month(text).ok())
}

/// A month as its first day.
pub(super) fn month(text: &str) -> Result<Date, String> {
    let form = text.len() == 7 && text.as_bytes()[4] == b'-';
    form.then(|| format!("{text}-01").parse().ok()).flatten().ok_or_else(|| "write it as 2023-03".to_owned())
}

/// Says on stderr what was found in a file; notes are left out.
#[expect(clippy::print_stderr, reason = "refusals and warnings are for people, on stderr")]
pub(super) fn say(findings: &Findings) {
    for finding in findings.sorted().into_iter().filter(|finding| finding.severity < Severity::Note) {
        eprintln!("{}: {finding}", findings.file());
    }
}

/// What files of items and offers say, in their order.
pub(super) struct Stock {
    /// Items.
    pub(super) items: Vec<Item>,
    /// What to do to the price book, with the place of the file among the files, from 1.
    pub(super) steps: Vec<(i64, Step)>,
}

/// A step of the price book.
pub(super) enum Step {
    /// An offer becomes known.
    Offer(Box<Offer>),
    /// Offers of a supplier are taken back: of one item, or all.
    Withdraw {
        /// The supplier.
        supplier: String,
        /// The item; nothing for all of them.
        item: Option<String>,
    },
}

impl Stock {
    /// Offers, without what takes them back.
    pub(super) fn into_offers(self) -> (Vec<Item>, Vec<Offer>) {
        let offer = |(_, step)| match step {
            Step::Offer(offer) => Some(*offer),
            Step::Withdraw { .. } => None,
        };
        (self.items, self.steps.into_iter().filter_map(offer).collect())
    }

    /// The price book after every step.
    pub(super) fn book(steps: Vec<(i64, Step)>) -> PriceBook {
        let mut book = PriceBook::default();
        for (recorded, step) in steps {
            match step {
                Step::Offer(offer) => book.record(Record { offer: *offer, recorded, withdrawn: false }),
                Step::Withdraw { supplier, item } => {
                    book.withdraw(recorded, item.as_deref(), |offer| offer.supplier == supplier);
                }
            }
        }
        book
    }

    fn offer(&mut self, known: i64, offer: Offer) {
        self.steps.push((known, Step::Offer(Box::new(offer))));
    }

    /// A catalogue that replaces takes back all that its supplier offered before; a line that updates or deletes, what
    /// was offered of its item.
    fn catalogue(&mut self, known: i64, action: Option<Action>, taken: Vec<Taken>) {
        let replaces = matches!(action, None | Some(Action::Replace | Action::Delete));
        if let Some(first) = taken.first().filter(|_| replaces) {
            let supplier = first.item.supplier.clone();
            self.steps.push((known, Step::Withdraw { supplier, item: None }));
        }
        for line in taken {
            if !replaces {
                let item = Some(line.item.reference.clone());
                self.steps.push((known, Step::Withdraw { supplier: line.item.supplier.clone(), item }));
            }
            if !line.withdrawn && action != Some(Action::Delete) {
                for offer in line.offers {
                    self.offer(known, offer);
                }
                self.items.push(line.item);
            }
        }
    }
}

/// Opens files of items and offers, the Drug Tariff and electronic catalogues, in the order in which they became known.
pub(super) fn stock(paths: &[PathBuf], options: &StockOptions<'_>) -> Result<Stock, Failure> {
    let mut stock = Stock { items: Vec::new(), steps: Vec::new() };
    let mut refused = false;
    for (path, known) in paths.iter().zip(1..) {
        match open(path, None, options.month)? {
            Ok(opened) => refused |= take(&mut stock, known, opened, options.organisation)?,
            Err(findings) => {
                say(&findings);
                return Err(Failure::Refused);
            }
        }
    }
    if refused && !options.keep_good_rows { Err(Failure::Refused) } else { Ok(stock) }
}

/// Takes a file in; true when a row or line of it was refused.
fn take(stock: &mut Stock, known: i64, opened: Opened, organisation: &str) -> Result<bool, Failure> {
    say(&opened.findings);
    let mut refused = opened.findings.has_errors();
    match opened.holds {
        Holds::Items(items) => stock.items.extend(items),
        Holds::Offers(offers) => {
            for offer in offers {
                stock.offer(known, offer);
            }
        }
        Holds::Tariff(rows) => {
            for row in rows {
                stock.items.push(row.item);
                stock.offer(known, row.offer);
            }
        }
        Holds::Catalogue(read) => {
            let (taken, found) = import::ubl::offers(&read.catalogue, organisation);
            let mut findings = Findings::new(&opened.name);
            for finding in found {
                findings.push(finding);
            }
            say(&findings);
            refused |= findings.has_errors();
            stock.catalogue(known, read.catalogue.action, taken);
        }
        Holds::Classes(..) | Holds::Purchases(_) | Holds::Equivalences => {
            return Err(Failure::Usage(format!(
                "`{}` holds neither items nor offers: give these",
                opened.name
            )));
        }
    }
    Ok(refused)
}

/// How files are opened.
pub(super) struct StockOptions<'a> {
    /// Month of the Drug Tariff.
    pub(super) month: Option<Date>,
    /// Whom offers of an electronic catalogue are for.
    pub(super) organisation: &'a str,
    /// Go on with the good rows of a file.
    pub(super) keep_good_rows: bool,
}

/// A finding as JSON; in an electronic catalogue its place is an XPath.
pub(super) fn finding(finding: &Finding) -> Value {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let place = if finding.column.starts_with('/') { "xpath" } else { "column" };
    let mut value = json!({
        "severity": severity, "rule": finding.rule, "line": finding.line, "value": finding.value,
        "problem": finding.problem, "remedy": finding.remedy,
    });
    value[place] = json!(finding.column);
    value
}

/// Findings as JSON.
pub(super) fn findings(findings: &Findings) -> Value {
    findings.sorted().into_iter().map(finding).collect()
}

/// A day as JSON, where there is one.
pub(super) fn day(day: Option<Date>) -> Value {
    json!(day.map(|day| day.to_string()))
}
