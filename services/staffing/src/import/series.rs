//! The practice series: a row a practice and financial year, for South East London (20 columns) or all England (10).

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_kit::intake::{Cell, Col, Finding, Findings, Keys, RawFile, Row, Table};

use super::{
    ReadFile, counts,
    gather::Gather,
    kinds::GP_WORKFORCE,
    marker::{fte, heads, is_absent, milli},
};
use crate::domain::{
    baseline::{Count, PlaceFacts},
    role::Role,
    units::{Fte, Patients},
};

/// What the GP column counts, in the publisher's words.
const DEFINITION: &str = "General Practice Workforce: FTE excluding GPs in training grades and locums";

/// Columns of the whole roles.
const ROLES: [(Role, &str); 5] = [
    (Role::Gp, "TOTAL_GP_EXTGL_FTE"),
    (Role::GpTraineeOrLocum, "TOTAL_LOCUUM_TRN_FTE"),
    (Role::Nurse, "TOTAL_NURSES_FTE"),
    (Role::DirectPatientCare, "TOTAL_DPC_FTE"),
    (Role::Administration, "TOTAL_ADMIN_FTE"),
];

/// Columns of finer roles of administration.
const FINER: [(&str, &str); 3] = [
    ("manager", "TOTAL_ADMIN_MANAGER_FTE"),
    ("receptionist", "TOTAL_ADMIN_RECEPT_FTE"),
    ("telephonist", "TOTAL_ADMIN_TELEPH_FTE"),
];

struct Columns {
    code: Option<Col>,
    year: Option<Col>,
    patients: Option<Col>,
    snapshot: Option<Col>,
    borough: Option<Col>,
    name: Option<Col>,
    gp_heads: Option<Col>,
    roles: Vec<(Role, Col)>,
    finer: Vec<(&'static str, Col)>,
}

impl Columns {
    fn of(file: &RawFile, table: &Table) -> Result<Self, Findings> {
        let column = |name: &str| table.column(&GP_WORKFORCE, name);
        let required: Vec<_> = GP_WORKFORCE.columns.iter().filter(|column| column.required).collect();
        let missing: Vec<_> = required.iter().filter(|wanted| column(wanted.name).is_none()).collect();
        let header = table.headers().join(",");
        let mut findings = Findings::new(&file.name);
        if missing.len() + 1 >= required.len() {
            findings.push(
                Finding::another_kind("the header is none of the layouts of a `gp-workforce` file")
                    .at(1, "", &header),
            );
            return Err(findings);
        }
        for wanted in missing {
            let remedy = format!("add the column ({}), or choose another kind", wanted.help);
            findings.push(Finding::error("missing-column", "the column is missing", remedy).at(
                1,
                wanted.name,
                &header,
            ));
        }
        if findings.has_errors() {
            return Err(findings);
        }
        Ok(Self {
            code: column("PRAC_CODE"),
            year: column("FY_END"),
            patients: column("TOTAL_PATIENTS"),
            snapshot: column("SNAPSHOT"),
            borough: column("BOROUGH"),
            name: column("PRAC_NAME"),
            gp_heads: column("TOTAL_GP_EXTGL_HC"),
            roles: ROLES.iter().filter_map(|(role, name)| Some((*role, column(name)?))).collect(),
            finer: FINER.iter().filter_map(|(finer, name)| Some((*finer, column(name)?))).collect(),
        })
    }
}

/// One good row.
struct Line {
    date: Date,
    year: i32,
    place: PlaceFacts,
    counts: Vec<Count>,
}

/// Reads the series. A zero of GPs, nurses or administration at a practice with patients is a return that is missing.
pub(super) fn read(file: &RawFile, table: &Table) -> Result<ReadFile, Findings> {
    let columns = Columns::of(file, table)?;
    let mut findings = Findings::new(&file.name);
    let mut keys = Keys::default();
    let mut gather = Gather::default();
    let mut missing: BTreeMap<(i32, Role), u32> = BTreeMap::new();
    let mut kept = 0;
    for row in table.rows() {
        let Some(line) = line(&row, &columns, &mut findings) else { continue };
        let key = format!("{} {}", line.place.place, line.year);
        if findings.keep(keys.first(&row, "PRAC_CODE", key)).is_none() {
            continue;
        }
        for count in line.counts.iter().filter(|count| count.is_total() && count.fte.is_none()) {
            if line.place.list.is_some_and(Patients::is_positive) {
                *missing.entry((line.year, count.role)).or_default() += 1;
            }
        }
        let set = gather.set(line.date, Some(line.year), DEFINITION);
        set.places.push(line.place);
        set.counts.extend(line.counts);
        kept += 1;
    }
    for ((year, role), practices) in missing {
        let problem = format!(
            "{practices} practices with patients did not return {} in {year}: counted as missing, not as zero",
            role.plural()
        );
        findings.push(Finding::note("missing-return", problem));
    }
    Ok(counts(table, gather.finish(), kept, findings))
}

fn line(row: &Row<'_>, columns: &Columns, findings: &mut Findings) -> Option<Line> {
    let code = findings.keep(row.cell(columns.code).code());
    let year = findings.keep(year(&row.cell(columns.year)));
    let list = findings.keep(milli(&row.cell(columns.patients)));
    let date = year.and_then(|year| findings.keep(date(&row.cell(columns.snapshot), year)));
    let mut values = Vec::with_capacity(columns.roles.len());
    for (role, column) in &columns.roles {
        values.push((*role, findings.keep(fte(&row.cell(Some(*column))))));
    }
    let gp_heads = findings.keep(heads(&row.cell(columns.gp_heads)));
    let mut finer = Vec::with_capacity(columns.finer.len());
    for (name, column) in &columns.finer {
        finer.push((*name, findings.keep(fte(&row.cell(Some(*column))))));
    }
    let good =
        values.iter().all(|(_, value)| value.is_some()) && finer.iter().all(|(_, value)| value.is_some());
    let (code, year, list, date, gp_heads) = (code?, year?, list?, date?, gp_heads?);
    if !good {
        return None;
    }
    let list = list.map(Patients::from_milli);
    let values: Vec<(Role, Option<Fte>)> =
        values.into_iter().map(|(role, value)| (role, value.flatten())).collect();
    let mut counts = role_counts(&code, &values, list.is_some_and(Patients::is_positive));
    if let Some(gp) = counts.iter_mut().find(|count| count.role == Role::Gp && count.fte.is_some()) {
        gp.heads = gp_heads;
    }
    for (name, value) in finer {
        if let Some(value) = value.flatten().filter(|value| value.is_positive()) {
            let mut count = Count::of_role(&code, Role::Administration);
            count.detailed_role = name.to_owned();
            count.fte = Some(value);
            counts.push(count);
        }
    }
    let text = |column| row.cell(column).text.to_owned();
    let place = PlaceFacts { place: code, name: text(columns.name), borough: text(columns.borough), list };
    Some(Line { date, year, place, counts })
}

/// The counts of whole roles, with the zeros that mean "did not return" taken as missing.
///
/// GPs, nurses and administration: every practice has some, so a zero beside patients is no return. Direct patient care, trainees and
/// locums: many practices have none, so a zero is missing only where nothing else came either.
fn role_counts(code: &str, values: &[(Role, Option<Fte>)], with_patients: bool) -> Vec<Count> {
    let expected = |role: Role| matches!(role, Role::Gp | Role::Nurse | Role::Administration);
    let nothing_came = values
        .iter()
        .filter(|(role, _)| expected(*role))
        .all(|(_, value)| !value.is_some_and(Fte::is_positive));
    values
        .iter()
        .map(|(role, value)| {
            let mut count = Count::of_role(code, *role);
            count.fte = value
                .filter(|value| value.is_positive() || !with_patients || !(expected(*role) || nothing_came));
            count
        })
        .collect()
}

fn year(cell: &Cell<'_>) -> Result<i32, Finding> {
    let number = cell.count()?;
    i32::try_from(number).ok().filter(|year| (2000..2100).contains(year)).ok_or_else(|| {
        cell.error(
            "out-of-range",
            "not a financial year ending",
            "write the year that it ends in, for instance 2016",
        )
    })
}

/// The last month end of the count: from the file, or by the publisher's calendar (September snapshots to 2020).
fn date(snapshot: &Cell<'_>, year: i32) -> Result<Date, Finding> {
    let wrong = || {
        snapshot.error(
            "not-a-month",
            "not a month",
            "write the month as 2015-09, or `mean of 2020-09,2020-12,2021-03`",
        )
    };
    let (year, month) = if is_absent(snapshot) {
        let year = i16::try_from(year).map_err(|_| wrong())?;
        if year <= 2020 { (year - 1, 9) } else { (year, 3) }
    } else {
        let last = snapshot.text.rsplit([',', ' ']).next().unwrap_or_default();
        let (year, month) = last.split_once('-').ok_or_else(wrong)?;
        (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?)
    };
    Date::new(year, month, 1).map(Date::last_of_month).map_err(|_| wrong())
}
