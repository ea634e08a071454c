//! Files of records and of labelled pairs, whatever their columns are called.

use std::{collections::HashMap, path::Path};

use muster_kit::intake::{Cell, Col, Finding, Findings, Keys, RawFile, Row, Table};
use muster_matching::{Label, Record};

use crate::{commands::import::read_file, exit::Failure};

const IDS: &[&str] = &["id", "_id", "record id", "item id", "product id", "sku", "subject id"];
const TITLES: &[&str] = &["title", "name", "product name", "product title", "item name", "short description"];
const DESCRIPTIONS: &[&str] =
    &["description", "item description", "product description", "item", "product", "long description"];
const CODES: &[&str] = &[
    "code",
    "modelno",
    "model number",
    "model",
    "mpn",
    "manufacturer code",
    "manufacturer part number",
    "part number",
    "product code",
    "gtin",
    "ean",
    "upc",
    "barcode",
    "supplier code",
];
const BRANDS: &[&str] = &["brand", "manufacturer", "maker", "make", "supplier", "vendor"];
const PRICES: &[&str] = &["price", "unit price", "list price", "pack price", "cost"];
const LEFTS: &[&str] =
    &["left id", "ltable id", "id left", "left", "id1", "id a", "idabt", "idamazon", "idwalmart"];
const RIGHTS: &[&str] =
    &["right id", "rtable id", "id right", "right", "id2", "id b", "idbuy", "idgooglebase", "idgoogle"];
const LABELS: &[&str] = &["label", "match", "matches", "is match", "gold", "class"];

/// What a price column may hold where there is no price.
const NO_PRICE: &[&str] = &["null", "nan", "n/a", "na", "none", "-", "poa"];

fn any(table: &Table, names: &[&str]) -> Option<Col> {
    names.iter().find_map(|name| table.find(name))
}

/// Says on stderr what was found in a file, and refuses it.
#[expect(clippy::print_stderr, reason = "refusals and warnings are for people, on stderr")]
fn refuse(findings: &Findings) -> Failure {
    for finding in findings.sorted() {
        eprintln!("{}: {finding}", findings.file());
    }
    Failure::Refused
}

/// Text that is no UTF-8, byte by byte as Latin-1: the usual data sets have stray bytes that belong to no one encoding, and a
/// letter misread within a description does less harm than a file refused.
fn readable(bytes: Vec<u8>) -> Vec<u8> {
    let other_kind = [&b"\x1f\x8b"[..], b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\xd0\xcf"];
    if other_kind.iter().any(|start| bytes.starts_with(start)) || std::str::from_utf8(&bytes).is_ok() {
        return bytes;
    }
    bytes.into_iter().map(char::from).collect::<String>().into_bytes()
}

fn table(path: &Path) -> Result<(String, Table), Failure> {
    let (name, bytes) = read_file(path)?;
    let table =
        RawFile::new(name.clone(), readable(bytes)).any_table().map_err(|findings| refuse(&findings))?;
    if table.findings.has_errors() {
        return Err(refuse(&table.findings));
    }
    Ok((name, table))
}

/// A column that a file must have.
fn needed(file: &str, table: &Table, names: &[&str], what: &str) -> Result<Col, Failure> {
    any(table, names).ok_or_else(|| {
        let header = table.headers().join(",");
        let remedy = format!("head the column with {what} `{}` (also {})", names[0], names[1..].join(", "));
        let finding =
            Finding::error("missing-column", "the column is missing", remedy).at(1, names[0], &header);
        refuse(&Findings::of(file, finding))
    })
}

struct Columns {
    id: Col,
    description: Col,
    details: Option<Col>,
    code: Option<Col>,
    codes: Vec<Col>,
    brand: Option<Col>,
    price: Option<Col>,
}

impl Columns {
    fn find(file: &str, table: &Table) -> Result<Self, Failure> {
        let title = any(table, TITLES);
        let description = any(table, DESCRIPTIONS);
        let (description, details) = match (title, description) {
            (Some(title), details) => (title, details),
            (None, Some(description)) => (description, None),
            (None, None) => (needed(file, table, DESCRIPTIONS, "the text")?, None),
        };
        let mut codes = CODES.iter().filter_map(|name| table.find(name));
        Ok(Self {
            id: needed(file, table, IDS, "the id")?,
            description,
            details,
            code: codes.next(),
            codes: codes.collect(),
            brand: any(table, BRANDS),
            price: any(table, PRICES),
        })
    }

    fn record(&self, row: &Row<'_>) -> Result<Record, Finding> {
        let text = |column: Option<Col>| row.cell(column).text.to_owned();
        let mut record = Record {
            id: text(Some(self.id)),
            description: text(Some(self.description)),
            details: text(self.details),
            code: text(self.code),
            brand: text(self.brand),
            price: price(&row.cell(self.price))?,
        };
        if record.id.is_empty() {
            let finding =
                Finding::error("missing-id", "the record has no id", "give each record an id of its own");
            return Err(finding.at(row.line, row.cell(Some(self.id)).column, ""));
        }
        for column in &self.codes {
            let more = row.cell(Some(*column)).text;
            if record.code.is_empty() {
                record.code = more.to_owned();
            } else if !more.is_empty() {
                record.details.push(' ');
                record.details.push_str(more);
            }
        }
        Ok(record)
    }
}

/// A price in pence, whatever stands before and after the figure: `$1,299.00`, `16.99 gbp`.
fn price(cell: &Cell<'_>) -> Result<Option<i64>, Finding> {
    let text = cell.text.trim();
    if text.is_empty() || NO_PRICE.contains(&text.to_lowercase().as_str()) {
        return Ok(None);
    }
    let wrong = || {
        let remedy = "write pounds and pence such as 12.50, or leave it empty";
        Finding::error("not-a-price", "is no price", remedy).at(cell.line, cell.column, cell.text)
    };
    let bare = |c: char| c.is_alphabetic() || c.is_whitespace() || matches!(c, '$' | '£' | '€');
    let figure: String = text.trim_matches(bare).chars().filter(|c| *c != ',').collect();
    let (whole, part) = figure.split_once('.').unwrap_or((&figure, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + part.len() == 0 || !digits(whole) || !digits(part) || whole.len() > 12 {
        return Err(wrong());
    }
    let pounds: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| wrong())? };
    let pence = part.bytes().chain([b'0'; 2]).take(2).fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
    Ok(Some(pounds * 100 + pence))
}

/// Reads a file of records.
pub(super) fn records(path: &Path) -> Result<Vec<Record>, Failure> {
    let (file, table) = table(path)?;
    let columns = Columns::find(&file, &table)?;
    let mut findings = Findings::new(file);
    let mut keys = Keys::default();
    let mut records = Vec::new();
    for row in table.rows() {
        let Some(record) = findings.keep(columns.record(&row)) else { continue };
        let column = row.cell(Some(columns.id)).column;
        if findings.keep(keys.first(&row, column, record.id.clone())).is_some() {
            records.push(record);
        }
    }
    if findings.has_errors() { Err(refuse(&findings)) } else { Ok(records) }
}

/// Reads labelled pairs of the records of a left and a right file, or of one file where the right is empty.
pub(super) fn labels(path: &Path, left: &[Record], right: &[Record]) -> Result<Vec<Label>, Failure> {
    let (file, table) = table(path)?;
    let lefts = needed(&file, &table, LEFTS, "the id of the left record")?;
    let rights = needed(&file, &table, RIGHTS, "the id of the right record")?;
    let label = any(&table, LABELS);
    let mut findings = Findings::new(file);
    let of_left = places(left);
    let of_right = if right.is_empty() { of_left.clone() } else { places(right) };
    let mut labels = Vec::new();
    for row in table.rows() {
        let found = (
            findings.keep(place(&row.cell(Some(lefts)), &of_left)),
            findings.keep(place(&row.cell(Some(rights)), &of_right)),
            findings.keep(matches(&row.cell(label))),
        );
        if let (Some(left), Some(right), Some(matches)) = found {
            labels.push(Label { left, right, matches });
        }
    }
    if findings.has_errors() { Err(refuse(&findings)) } else { Ok(labels) }
}

fn places(records: &[Record]) -> HashMap<&str, u32> {
    (0..).zip(records).map(|(place, record)| (record.id.as_str(), place)).collect()
}

fn place(cell: &Cell<'_>, places: &HashMap<&str, u32>) -> Result<u32, Finding> {
    places.get(cell.text).copied().ok_or_else(|| {
        let remedy = "give the id of a record of the file that it stands for";
        Finding::error("unknown-id", "no record has this id", remedy).at(cell.line, cell.column, cell.text)
    })
}

/// A label; a file without labels lists matches.
fn matches(cell: &Cell<'_>) -> Result<bool, Finding> {
    match cell.text.to_lowercase().as_str() {
        "1" | "1.0" | "true" | "yes" | "y" | "match" => Ok(true),
        "" if cell.column.is_empty() => Ok(true),
        "0" | "0.0" | "false" | "no" | "n" | "non-match" => Ok(false),
        _ => {
            let remedy = "write 1 for a match and 0 for none";
            Err(Finding::error("not-a-label", "is no label", remedy).at(cell.line, cell.column, cell.text))
        }
    }
}
