//! How the columns of a tracker are to be read: a small document that is confirmed, saved and given again.

use std::collections::BTreeMap;

use muster_kit::intake::{Column, Finding, ImportKind};
use serde::{Deserialize, Serialize};

use crate::domain::{Month, Word};

/// Version of the document.
const VERSION: u32 = 1;

/// A tracker, as imports list it.
pub const TRACKER: ImportKind = ImportKind {
    name: "tracker",
    summary: "a savings tracker as it is kept, with a mapping of its columns: `muster back-office tracker`",
    publisher: "muster",
    header: false,
    columns: &[Column::required(
        "document",
        "",
        "any CSV or XLSX; `muster back-office tracker preview` proposes a mapping",
    )],
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Name of the scheme.
    Scheme,
    /// ODS code, or a name that the mapping gives a code for.
    Organisation,
    /// Programme.
    Programme,
    /// Title.
    Title,
    /// Pay, non-pay, income.
    Category,
    /// Cash-releasing and so on.
    Type,
    /// Recurrent or not.
    Recurrent,
    /// First month.
    StartMonth,
    /// Gate.
    Gate,
    /// Risk.
    Risk,
    /// Owner.
    Owner,
    /// What it costs once.
    OneOffCost,
    /// Is the impact on quality signed?
    QualitySigned,
    /// Is it above the organisation's own programme?
    OverAndAbove,
    /// Month of the row.
    Month,
    /// Which of plan, forecast and actual the row holds.
    Measure,
    /// Money of a month: of the column's, or of the row's.
    Amount,
    /// Sum of the row's months, to be compared.
    Total,
    /// Not read.
    Ignore,
}

impl Word for Field {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("scheme", Self::Scheme),
        ("organisation", Self::Organisation),
        ("programme", Self::Programme),
        ("title", Self::Title),
        ("category", Self::Category),
        ("type", Self::Type),
        ("recurrent", Self::Recurrent),
        ("start-month", Self::StartMonth),
        ("gate", Self::Gate),
        ("risk", Self::Risk),
        ("owner", Self::Owner),
        ("one-off-cost", Self::OneOffCost),
        ("quality-signed", Self::QualitySigned),
        ("over-and-above", Self::OverAndAbove),
        ("month", Self::Month),
        ("measure", Self::Measure),
        ("amount", Self::Amount),
        ("total", Self::Total),
        ("ignore", Self::Ignore),
    ];
}

/// Which figure of a month it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Planned.
    Plan,
    /// Forecast.
    Forecast,
    /// Came.
    Actual,
}

impl Word for Measure {
    const WORDS: &'static [(&'static str, Self)] =
        &[("plan", Self::Plan), ("forecast", Self::Forecast), ("actual", Self::Actual)];
}

/// In what amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Pounds.
    Pounds,
    /// Thousands of pounds.
    Thousands,
    /// Millions of pounds.
    Millions,
}

impl Word for Unit {
    const WORDS: &'static [(&'static str, Self)] =
        &[("pounds", Self::Pounds), ("thousands", Self::Thousands), ("millions", Self::Millions)];
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedColumn {
    /// Its place, 1 = the first.
    pub column: usize,
    /// Its header: a file in which another one stands there is refused.
    pub header: String,
    /// What it holds.
    pub field: Field,
    /// Month of its amounts; none = the row's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<Month>,
    /// Which figure its amounts are; none = what the row says, or the document's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// Of a total: the financial year that it is of, as it ends; none = all months of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
}

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Version of the document: 1.
    pub version: u32,
    /// Sheet of a workbook; empty = the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sheet: String,
    /// Line of the header, 1 = the first of the file.
    pub header_line: u64,
    /// In what amounts are written.
    pub unit: Unit,
    /// Columns.
    pub columns: Vec<MappedColumn>,
    /// What holds where the tracker says nothing and the scheme is not registered.
    #[serde(default)]
    pub defaults: BTreeMap<Field, String>,
    /// The tracker's own words with ours, by field: `{"organisation": {"Guy's": "RJ1"}}`.
    #[serde(default)]
    pub words: BTreeMap<Field, BTreeMap<String, String>>,
    /// Import although a total differs from its rows.
    #[serde(default)]
    pub accept_differences: bool,
}

impl Mapping {
    /// The column of a field; the first where there are several.
    pub fn column_of(&self, field: Field) -> Option<&MappedColumn> {
        self.columns.iter().find(|it| it.field == field)
    }

    /// A document without columns.
    pub(super) fn empty(sheet: &str, header_line: u64, unit: Unit) -> Self {
        Self {
            version: VERSION,
            sheet: sheet.to_owned(),
            header_line,
            unit,
            columns: Vec::new(),
            defaults: BTreeMap::new(),
            words: BTreeMap::new(),
            accept_differences: false,
        }
    }
}

/// Reads a mapping.
///
/// # Errors
/// A finding with the place in the document when it is no mapping, or one that cannot be read by.
pub fn read_mapping(text: &str) -> Result<Mapping, Finding> {
    let remedy = "`muster back-office tracker preview FILE --json` writes one to begin from";
    let mapping: Mapping = serde_json::from_str(text).map_err(|error| {
        let line = u64::try_from(error.line()).unwrap_or_default();
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or(&said).to_owned();
        Finding::error("mapping", format!("the mapping is wrong: {what}"), remedy).at(
            line,
            &format!("character {}", error.column()),
            "",
        )
    })?;
    let wrong = |what: String| Err(Finding::error("mapping", what, remedy));
    if mapping.version != VERSION {
        return wrong(format!("the mapping has version {}, not {VERSION}", mapping.version));
    }
    let mut places: Vec<usize> = mapping.columns.iter().map(|it| it.column).collect();
    places.sort_unstable();
    if places.first() == Some(&0) || places.windows(2).any(|two| two[0] == two[1]) {
        return wrong("columns of the mapping are counted from 1, each once".to_owned());
    }
    for field in [Field::Scheme, Field::Month, Field::Measure] {
        if mapping.columns.iter().filter(|it| it.field == field).count() > 1 {
            return wrong(format!("two columns of the mapping are `{}`", field.word()));
        }
    }
    for column in &mapping.columns {
        if column.field != Field::Amount || column.month.is_some() {
            continue;
        }
        if mapping.column_of(Field::Month).is_none() {
            let what =
                format!("column {} holds money of no month: give it one, or map a month", column.column);
            return wrong(what);
        }
    }
    if mapping.column_of(Field::Scheme).is_none() {
        return wrong("no column of the mapping is `scheme`".to_owned());
    }
    Ok(mapping)
}
