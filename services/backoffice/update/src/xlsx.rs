//! The tables: a first sheet with the head, then a sheet for each group of figures.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::{
    edition::{Edition, Figure},
    value::instant,
};

/// Most characters of a cell.
const LONGEST: usize = 32_767;
/// Most characters of the name of a sheet.
const LONGEST_NAME: usize = 31;
/// From here on a cell's number would be another one: it is written as text.
const EXACT: i64 = 1 << 53;
const COLUMNS: [(&str, f64); 13] = [
    ("key", 44.0),
    ("title", 52.0),
    ("value", 18.0),
    ("10th percentile", 18.0),
    ("90th percentile", 18.0),
    ("unit", 16.0),
    ("window", 22.0),
    ("base", 28.0),
    ("version", 20.0),
    ("source", 44.0),
    ("context", 14.0),
    ("public", 8.0),
    ("made of", 40.0),
];

/// How a unit is written: its name, what a stored value is divided by, and how the number looks.
fn unit(of: &str) -> (&str, f64, &'static str) {
    match of {
        "pence" => ("pounds", 100.0, "#,##0.00"),
        "centipence" => ("pounds each", 10_000.0, "#,##0.0000"),
        "milli" => ("number", 1_000.0, "#,##0.000"),
        "ppm" => ("per cent", 1_000_000.0, "0.0000%"),
        unit => (unit, 1.0, "#,##0"),
    }
}

/// Formats that are made once.
struct Looks {
    heading: Format,
    text: Format,
    /// Text that begins as a formula does: stays text also when somebody edits the cell.
    quoted: Format,
    numbers: BTreeMap<&'static str, Format>,
}

impl Looks {
    fn new() -> Self {
        let number = |format: &'static str| (format, Format::new().set_num_format(format));
        Self {
            heading: Format::new().set_bold(),
            text: Format::new(),
            quoted: Format::new().set_quote_prefix(),
            numbers: ["#,##0.00", "#,##0.0000", "#,##0.000", "0.0000%", "#,##0"].map(number).into(),
        }
    }

    fn write(&self, sheet: &mut Worksheet, at: (u32, u16), text: &str) -> Result<(), XlsxError> {
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        let format = if formula { &self.quoted } else { &self.text };
        let text: String = text.chars().take(LONGEST).collect();
        sheet.write_string_with_format(at.0, at.1, text, format)?;
        Ok(())
    }

    fn number(&self, sheet: &mut Worksheet, at: (u32, u16), value: i64, of: &str) -> Result<(), XlsxError> {
        let (_, divisor, format) = unit(of);
        let (Some(format), true) = (self.numbers.get(format), value.abs() < EXACT) else {
            return self.write(sheet, at, &crate::value::in_unit(value.into(), of));
        };
        sheet.write_number_with_format(at.0, at.1, value as f64 / divisor, format)?;
        Ok(())
    }
}

/// Writes the tables.
pub(crate) fn xlsx(edition: &Edition) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_timestamp(edition.head.frozen_at_micros.div_euclid(1_000_000));
    let title = format!("Figures of edition {}", edition.head.number);
    let mut properties = DocProperties::new().set_title(title).set_author("");
    // the program's clock is not asked: the same edition is the same file
    properties = properties.set_creation_datetime(&created.or_else(|_| ExcelDateTime::from_timestamp(0))?);
    book.set_properties(&properties);
    let looks = Looks::new();
    head(book.add_worksheet(), &looks, edition)?;
    let mut groups: BTreeMap<&str, Vec<&Figure>> = BTreeMap::new();
    for it in &edition.figures {
        groups.entry(it.key.split('/').next().unwrap_or_default()).or_default().push(it);
    }
    let mut names = BTreeSet::from(["edition".to_owned()]);
    for (group, figures) in groups {
        let sheet = book.add_worksheet();
        sheet.set_name(name_of(group, &mut names))?;
        table(sheet, &looks, &figures)?;
    }
    book.save_to_buffer()
}

/// A name that a sheet may have, and that no other has.
fn name_of(group: &str, names: &mut BTreeSet<String>) -> String {
    let allowed = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let name: String = group.chars().filter(allowed).take(LONGEST_NAME).collect();
    let name = name.trim();
    // `History` is a name that the format keeps for itself
    let name = if name.is_empty() || name.eq_ignore_ascii_case("history") { "figures" } else { name };
    let mut unique = name.to_owned();
    for number in 2.. {
        if names.insert(unique.to_lowercase()) {
            break;
        }
        let ending = format!(" {number}");
        let kept: String = name.chars().take(LONGEST_NAME - ending.len()).collect();
        unique = format!("{kept}{ending}");
    }
    unique
}

fn head(sheet: &mut Worksheet, looks: &Looks, edition: &Edition) -> Result<(), XlsxError> {
    let head = &edition.head;
    sheet.set_name("Edition")?;
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 80)?;
    let variant = if edition.public { "public" } else { "internal: not for publication" };
    let rows = [
        ("edition", head.number.to_string()),
        ("variant", variant.to_owned()),
        ("frozen", instant(head.frozen_at_micros)),
        ("frozen by", head.frozen_by.clone()),
        ("signed as", head.signed_as.clone()),
        ("note", head.note.clone()),
        ("schemes stand as at the end of", head.as_of.clone()),
        ("figures in the whole edition", head.figures.to_string()),
        ("figures left out of this variant", edition.left_out.to_string()),
        ("SHA-256 of the edition", head.sha256.clone()),
        ("SHA-256 of the edition before", head.previous_sha256.clone()),
    ];
    for (line, (name, value)) in (0..).zip(&rows) {
        sheet.write_string_with_format(line, 0, *name, &looks.heading)?;
        looks.write(sheet, (line, 1), value)?;
    }
    Ok(())
}

fn table(sheet: &mut Worksheet, looks: &Looks, figures: &[&Figure]) -> Result<(), XlsxError> {
    for (column, (heading, width)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, heading, &looks.heading)?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    for (line, it) in (1..).zip(figures) {
        let made_of = it.made_of.join(", ");
        let public = if it.public { "yes" } else { "no" };
        let texts = [
            (0, it.key.as_str()),
            (1, &it.title),
            (5, unit(&it.unit).0),
            (6, &it.window),
            (7, &it.base),
            (8, &it.version),
            (9, &it.source),
            (10, &it.context),
            (11, public),
            (12, &made_of),
        ];
        for (column, text) in texts {
            looks.write(sheet, (line, column), text)?;
        }
        match it.value {
            Some(value) => looks.number(sheet, (line, 2), value, &it.unit)?,
            None => looks.write(sheet, (line, 2), "fewer than 5")?,
        }
        for (column, value) in [(3, it.low), (4, it.high)] {
            if let Some(value) = value {
                looks.number(sheet, (line, column), value, &it.unit)?;
            }
        }
    }
    if let Some(last) = u32::try_from(figures.len()).ok().filter(|last| *last > 0) {
        sheet.autofilter(0, 0, last, 12)?;
    }
    Ok(())
}
