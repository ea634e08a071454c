//! Bank workers of a file, and the case of the shared bank that they and unfilled shifts make.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    pay::{ONE, round_half_up},
    words::{Zone, grade, plain},
};

/// When a bank worker can work, and for whom. A worker has a row for each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// Opaque reference of the worker.
    pub worker_ref: String,
    /// ODS code of the employer.
    pub home: String,
    /// Grade that the worker may fill.
    pub grade: String,
    /// Skills.
    pub skills: Vec<String>,
    /// Pay agreed, pence an hour.
    pub rate: i64,
    /// Zone of the worker's own sites; a shift is paid by the zone of its site all the same.
    pub zone: Option<Zone>,
    /// Most hours a week that the worker wants, in 1/1000.
    pub most_hours: i64,
    /// Has opted out of the average of 48 hours.
    pub opted_out: bool,
    /// ODS codes of the organisations that the worker agreed to work for.
    pub consents: Vec<String>,
    /// From when, local time as the file has it.
    pub from: String,
    /// Until when, local time as the file has it.
    pub to: String,
    /// Hours worked in a usual week, in 1/1000.
    pub hours_week: Option<i64>,
}

/// An unfilled shift as the case wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Reference.
    pub reference: String,
    /// ODS code of the host.
    pub organisation: String,
    /// Site.
    pub site: String,
    /// Ward.
    pub ward: String,
    /// Grade.
    pub grade: String,
    /// Skill that is needed: the specialty; empty = none.
    pub skill: String,
    /// Start, local time.
    pub start: String,
    /// End, local time.
    pub end: String,
    /// Break, minutes.
    pub break_minutes: i64,
    /// What an agency would cost all-in for the whole shift, pence; none = nobody knows.
    pub agency: Option<i64>,
}

/// What the case is made with beside shifts and workers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Days that are asked about, in words.
    pub title: String,
    /// Whole or begun weeks that are asked about.
    pub weeks: i64,
    /// Public holidays, `YYYY-MM-DD`.
    pub holidays: Vec<String>,
    /// What comes on top of pay, parts per million, without the fee.
    pub on_cost_ppm: i64,
    /// Fee, parts per million of pay.
    pub fee_ppm: i64,
}

/// Weight of a shift that stays empty where nobody knows what an agency would cost, pence: above what any bank shift costs, so
/// that it is filled where it can be.
const SHORTAGE: i64 = 500_000;

/// Weeks of the reference period that the worker's usual hours stand for: the 17 of the period less the one that is asked about.
const WEEKS_WORKED: i64 = 16;

/// The document of the case, as `muster agency shared-bank` reads it. Workers who may not fill the grade of any shift are left
/// in: why nobody was taken is part of the answer.
pub fn document(shifts: &[Wanted], workers: &[Availability], terms: &Terms) -> Value {
    let mut codes: Vec<&str> =
        shifts.iter().map(|it| &*it.organisation).chain(workers.iter().map(|it| &*it.home)).collect();
    codes.sort_unstable();
    codes.dedup();
    let organisations: Vec<Value> = codes
        .iter()
        .map(|code| {
            let fee = fee(code, workers, terms.fee_ppm);
            json!({ "code": code, "on_cost_ppm": terms.on_cost_ppm, "fee_pence_per_hour": fee })
        })
        .collect();
    json!({
        "schema": "muster-shared-bank/1",
        "title": terms.title,
        "holidays": terms.holidays,
        "organisations": organisations,
        "rates": rates(shifts, workers),
        "shifts": shifts.iter().map(shift).collect::<Vec<_>>(),
        "workers": people(workers, &codes, terms),
    })
}

/// The fee of a home in pence an hour: its share of what its workers have agreed on average.
fn fee(home: &str, workers: &[Availability], ppm: i64) -> i64 {
    let agreed: Vec<i64> = workers.iter().filter(|it| it.home == home).map(|it| it.rate).collect();
    let below = i128::try_from(agreed.len()).unwrap_or(1).max(1) * i128::from(ONE);
    let sum: i128 = agreed.iter().map(|rate| i128::from(*rate)).sum();
    i64::try_from(round_half_up(sum * i128::from(ppm), below)).unwrap_or_default()
}

/// A rate for each host and grade: the middle of what workers of the grade have agreed. It counts for nobody, since each has agreed a
/// rate; the case wants one all the same.
fn rates(shifts: &[Wanted], workers: &[Availability]) -> Vec<Value> {
    let mut wanted: Vec<(&str, String)> =
        shifts.iter().map(|it| (&*it.organisation, grade(&it.grade))).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let rate = |of: &str| {
        let mut agreed: Vec<i64> =
            workers.iter().filter(|it| grade(&it.grade) == of).map(|it| it.rate).collect();
        agreed.sort_unstable();
        agreed.get(agreed.len() / 2).copied().unwrap_or(1)
    };
    wanted
        .iter()
        .map(|(organisation, grade)| {
            let pence = rate(grade);
            json!({ "organisation": organisation, "grade": grade, "core": pence })
        })
        .collect()
}

fn shift(of: &Wanted) -> Value {
    let unfilled = match of.agency {
        Some(pence) => json!({ "agency_pence": pence }),
        None => json!({ "shortage_pence": SHORTAGE }),
    };
    let mut shift = json!({
        "shift_ref": of.reference, "organisation": of.organisation, "grade": of.grade, "start": of.start,
        "end": of.end, "break_minutes": of.break_minutes, "unfilled": unfilled,
    });
    // what a line does not say is left out, since nothing has no name
    for (key, text) in [("site", &of.site), ("ward", &of.ward)] {
        if !text.is_empty() {
            shift[key] = json!(text);
        }
    }
    if !of.skill.is_empty() {
        shift["skills"] = json!([of.skill]);
    }
    shift
}

fn people(workers: &[Availability], codes: &[&str], terms: &Terms) -> Vec<Value> {
    let mut of: BTreeMap<&str, Vec<&Availability>> = BTreeMap::new();
    for row in workers {
        of.entry(&row.worker_ref).or_default().push(row);
    }
    of.into_iter().filter_map(|(reference, rows)| person(reference, &rows, (codes, terms))).collect()
}

/// A worker with every time; what the rows say differently of one worker is taken from the last one.
fn person(reference: &str, rows: &[&Availability], (codes, terms): (&[&str], &Terms)) -> Option<Value> {
    let last = rows.last()?;
    let mut windows: Vec<(&str, &str)> = rows.iter().map(|it| (&*it.from, &*it.to)).collect();
    windows.sort_unstable();
    let windows: Vec<Value> = windows.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect();
    let consents: Vec<&String> =
        last.consents.iter().filter(|code| codes.contains(&code.as_str()) && **code != last.home).collect();
    let grades: Vec<String> = rows.iter().map(|it| grade(&it.grade)).collect();
    let mut worker = json!({
        "worker_ref": reference, "home_organisation": last.home, "grades": deduped(grades),
        "skills": last.skills.iter().map(|it| plain(it)).collect::<Vec<_>>(), "consents": consents,
        "available": windows, "max_hours": hours(last.most_hours * terms.weeks.clamp(1, 52)),
        "opted_out": last.opted_out, "pay_pence_per_hour": last.rate,
    });
    if let Some(usual) = last.hours_week {
        worker["hours_worked"] = hours(usual * WEEKS_WORKED);
    }
    Some(worker)
}

fn deduped(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words.dedup();
    words
}

/// Thousandths of hours as the number of hours that the document wants, whole minutes.
fn hours(milli: i64) -> Value {
    let minutes = milli * 60 / 1_000;
    json!(minutes as f64 / 60.0)
}
