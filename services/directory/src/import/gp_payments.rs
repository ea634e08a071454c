//! NHS Payments to General Practice, every year: names, order and number of columns change, and so do dots, blanks and
//! case in them. One row is one practice; the file covers a financial year and does not say which.

use std::collections::BTreeMap;

use muster_kit::{
    OrgCode,
    intake::{Cell, Col, Column, DateForm, Finding, Findings, ImportKind, Keys, RawFile, Row, Table},
};

use super::{Read, code, date_or_none, whole_patients, year_of};
use crate::domain::{
    Evidence, FinancialYear, OrganisationKind, Source, Statement, evidence::ListStatement,
    territory::tidy_postcode,
};

const PRACTICE: &str = "Practice Code";
const COMMISSIONER: &str = "CCG Code";
const REGISTERED: &str = "Number of Registered Patients (Last Known Figure)";
const WEIGHTED: &str = "Number of Weighted Patients (Last Known Figure)";
const TOTAL: &str = "Total NHS Payments to General Practice";
const QUARTER: &str = "Quarter used for patient data";

/// The kind, with the columns that are read; the many columns of payments are noted as not used.
pub(super) const KIND: ImportKind = ImportKind {
    name: "gp-payments",
    summary: "NHS Payments to General Practice of one financial year: practices, commissioners, networks and lists",
    publisher: "NHS Digital, NHS England",
    columns: &[
        Column::required(PRACTICE, "G85034", "ODS code of the practice"),
        Column::required("Practice Name", "NEXUS HEALTH GROUP", "name"),
        Column::required("Practice Postcode", "SE1 6JP", "postcode"),
        Column::required("Practice Open Date", "01/10/1998", "dd/mm/yyyy, `-` or empty when unknown"),
        Column::required("Practice Close Date", "", "dd/mm/yyyy, `-` or empty while open"),
        Column::required(COMMISSIONER, "08Q", "ODS code of the commissioner").also(&[
            "Sub ICB Location Code",
            "Sub ICB Code",
            "SUB ICB LOC ODS Code",
        ]),
        Column::required(REGISTERED, "58493", "patients; means of quarters carry fractions")
            .also(&["Number of Registered Patients", "Average Number of Registered Patients"]),
        Column::required(WEIGHTED, "55120.5", "patients weighted by the global sum formula")
            .also(&["Number of Weighted Patients", "Average Number of Weighted Patients"]),
        Column::optional("CCG NAME", "NHS SOUTHWARK CCG", "name of the commissioner")
            .also(&["Sub ICB Location Name", "Sub ICB Name"]),
        Column::optional("PCN Code", "U06180", "ODS code of the primary care network, from 2019-20"),
        Column::optional("PCN Name", "NORTH SOUTHWARK PCN", "name of the network"),
        Column::optional(QUARTER, "Q4", "the quarter of the list; without it lists are means of quarters"),
        Column::optional(TOTAL, "1714865.46", "pounds; checked to be a number, otherwise not used"),
    ],
    header: true,
};

const DATES: &[DateForm] = &[DateForm::British, DateForm::Iso, DateForm::Compact];

/// Reads a file.
pub(super) fn read(file: &RawFile, given: Option<i32>) -> Result<Read, Findings> {
    let table = file.table(&KIND)?;
    let year = year_of(file, given).map_err(|finding| Findings::of(&file.name, finding))?;
    let reader = Reader { columns: Columns::of(&table), year };
    let mut findings = Findings::new(&file.name);
    findings.extend(table.findings.clone());
    if let Some(named) = FinancialYear::in_name(&file.name).filter(|named| *named != year) {
        let problem = format!("the name says {named}, the year given is {year}: the year given holds");
        findings.push(Finding::warning("year-differs", problem, "import it again if that is wrong"));
    }
    let mut keys = Keys::default();
    let mut statements = Vec::new();
    for row in table.rows() {
        if let Some(statement) = reader.statement(&row, &mut findings)
            && findings.keep(keys.first(&row, PRACTICE, statement.code.to_string())).is_some()
        {
            statements.push(statement);
        }
    }
    let rows_kept = statements.len() as u64;
    let totals = totals(&statements);
    let commissioners = reader.commissioners(&table, &statements);
    statements.extend(commissioners);
    let evidence = Evidence { statements, ..Evidence::default() };
    Ok(Read { evidence, rows_read: table.rows_read(), rows_kept, findings, totals })
}

fn totals(statements: &[Statement]) -> Vec<(&'static str, i64)> {
    let lists = || statements.iter().filter_map(|statement| statement.list);
    let practices = i64::try_from(statements.len()).unwrap_or(i64::MAX);
    vec![
        ("practices", practices),
        ("registered_patients", whole_patients(lists().map(|list| list.registered_milli).sum())),
        ("weighted_patients", whole_patients(lists().map(|list| list.weighted_milli).sum())),
    ]
}

/// Where the columns are in this file.
struct Columns {
    practice: Option<Col>,
    name: Option<Col>,
    postcode: Option<Col>,
    opened: Option<Col>,
    closed: Option<Col>,
    commissioner: Option<Col>,
    commissioner_name: Option<Col>,
    network: Option<Col>,
    network_name: Option<Col>,
    registered: Option<Col>,
    weighted: Option<Col>,
    quarter: Option<Col>,
    total: Option<Col>,
}

impl Columns {
    fn of(table: &Table) -> Self {
        let column = |name| table.column(&KIND, name);
        let (network, network_name) = network_columns(table);
        Self {
            practice: column(PRACTICE),
            name: column("Practice Name"),
            postcode: column("Practice Postcode"),
            opened: column("Practice Open Date"),
            closed: column("Practice Close Date"),
            commissioner: column(COMMISSIONER),
            commissioner_name: column("CCG NAME"),
            network,
            network_name,
            registered: column(REGISTERED),
            weighted: column(WEIGHTED),
            quarter: column(QUARTER),
            total: column(TOTAL),
        }
    }
}

/// The network's code and name. A file that heads them otherwise (2022-23 has `Code` and a second `CCG NAME`) is known
/// by the codes themselves: a U and five digits, with the name in the next column.
fn network_columns(table: &Table) -> (Option<Col>, Option<Col>) {
    if let Some(code) = table.find("PCN Code") {
        return (Some(code), table.find("PCN Name"));
    }
    let looks_like_one = |text: &str| {
        text.len() == 6 && text.starts_with('U') && text.bytes().skip(1).all(|b| b.is_ascii_digit())
    };
    // some rows say `UNKNOWN OR NO PCN`, so most must look right, not all
    let holds_networks = |place: &usize| {
        let given = table.rows().map(|row| row.cell(table.at(*place)).text).filter(|text| !text.is_empty());
        let (right, all) = given
            .take(50)
            .fold((0, 0), |(right, all), text| (right + usize::from(looks_like_one(text)), all + 1));
        right > 0 && right * 2 >= all
    };
    match (0..table.headers().len()).find(holds_networks) {
        Some(place) => (table.at(place), table.at(place + 1)),
        None => (None, None),
    }
}

/// The quarter that a file names: `Q4` is 4; anything else (`N/A`, `NO KNOWN PATIENTS`) is 0.
fn quarter(text: &str) -> i64 {
    let digit = text.strip_prefix(['Q', 'q']).and_then(|digit| digit.parse().ok());
    digit.filter(|quarter| (1..=4).contains(quarter)).unwrap_or(0)
}

struct Reader {
    columns: Columns,
    year: FinancialYear,
}

impl Reader {
    /// A row as a statement; every wrong cell is a finding, not only the first.
    fn statement(&self, row: &Row<'_>, findings: &mut Findings) -> Option<Statement> {
        let columns = &self.columns;
        let before = findings.errors();
        let code = findings.keep(code(&row.cell(columns.practice)));
        let name = findings.keep(row.cell(columns.name).required());
        let opened = findings.keep(date_or_none(&row.cell(columns.opened), DATES)).flatten();
        let closed = findings.keep(date_or_none(&row.cell(columns.closed), DATES)).flatten();
        let commissioner = findings.keep(row.cell(columns.commissioner).code());
        let registered = findings.keep(row.cell(columns.registered).optional(Cell::milli)).flatten();
        let weighted = findings.keep(row.cell(columns.weighted).optional(Cell::milli)).flatten();
        findings.keep(row.cell(columns.total).optional(Cell::signed_milli));
        if findings.errors() > before {
            return None;
        }
        let quarter = columns.quarter.map(|_| quarter(row.cell(columns.quarter).text));
        let network = row.cell(columns.network).text;
        Some(Statement {
            code: code?,
            source: Source::Payments,
            edition: self.year.last_day(),
            kind: OrganisationKind::Practice,
            name: name?.to_owned(),
            postcode: tidy_postcode(row.cell(columns.postcode).text),
            opened,
            closed,
            stated_open: false,
            commissioner,
            // `UNKNOWN OR NO PCN` is no code
            network: OrgCode::new(network)
                .ok()
                .map(|code| (code.to_string(), row.cell(columns.network_name).text.to_owned())),
            list: registered.map(|registered_milli| ListStatement {
                registered_milli,
                weighted_milli: weighted.unwrap_or(0),
                quarter,
            }),
            line: row.line,
        })
    }

    /// The commissioners of the rows kept, as organisations of their own.
    fn commissioners(&self, table: &Table, kept: &[Statement]) -> Vec<Statement> {
        let names: BTreeMap<u64, &str> =
            table.rows().map(|row| (row.line, row.cell(self.columns.commissioner_name).text)).collect();
        let mut first: BTreeMap<OrgCode, &Statement> = BTreeMap::new();
        for statement in kept {
            if let Some(code) = statement.commissioner.as_deref().and_then(|code| OrgCode::new(code).ok()) {
                first.entry(code).or_insert(statement);
            }
        }
        let commissioner = |(code, statement): (OrgCode, &Statement)| Statement {
            kind: OrganisationKind::Commissioner,
            name: names
                .get(&statement.line)
                .filter(|name| !name.is_empty())
                .unwrap_or(&code.as_str())
                .to_string(),
            code,
            postcode: String::new(),
            opened: None,
            closed: None,
            network: None,
            list: None,
            ..statement.clone()
        };
        first.into_iter().map(commissioner).collect()
    }
}
