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

/// A bank worker with every time and what is known of earlier shifts. Times are those of the clock of London.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worker {
    /// Opaque reference.
    pub reference: String,
    /// ODS code of the employer.
    pub home: String,
    /// Grades that the worker may fill.
    pub grades: Vec<String>,
    /// Skills.
    pub skills: Vec<String>,
    /// ODS codes of the organisations that the worker agreed to work for.
    pub consents: Vec<String>,
    /// Pay agreed, pence an hour.
    pub rate: i64,
    /// Most hours a week that the worker wants, in 1/1000.
    pub most_hours: i64,
    /// Has opted out of the average of 48 hours.
    pub opted_out: bool,
    /// From when to when the worker can work.
    pub windows: Vec<(String, String)>,
    /// Minutes worked in the reference period; none = nobody knows.
    pub worked: Option<i64>,
    /// End of the last shift before the days that are asked about.
    pub last_end: Option<String>,
    /// Nights in a row up to that shift.
    pub nights: u32,
    /// Organisations and wards that the worker has worked on.
    pub wards: Vec<(String, String)>,
}

/// Workers by reference, each with every time. What rows say differently of one worker is taken from the last one.
pub fn workers(rows: &[Availability]) -> Vec<Worker> {
    let mut of: BTreeMap<&str, Worker> = BTreeMap::new();
    for row in rows {
        let worker = of.entry(&row.worker_ref).or_default();
        let mut grades = std::mem::take(&mut worker.grades);
        let mut windows = std::mem::take(&mut worker.windows);
        grades.push(grade(&row.grade));
        windows.push((row.from.clone(), row.to.clone()));
        *worker = Worker {
            reference: row.worker_ref.clone(),
            home: row.home.clone(),
            grades: deduped(grades),
            skills: deduped(row.skills.iter().map(|it| plain(it)).collect()),
            consents: deduped(row.consents.iter().filter(|code| **code != row.home).cloned().collect()),
            rate: row.rate,
            most_hours: row.most_hours,
            opted_out: row.opted_out,
            windows,
            worked: row.hours_week.map(|milli| milli * WEEKS_WORKED * 60 / 1_000),
            ..Worker::default()
        };
    }
    of.into_values().collect()
}

/// What is left of a time, instants in minutes, when the worker has shifts of these times already and rests so many minutes before
/// and after each.
pub fn free(window: (i64, i64), busy: &[(i64, i64)], rest: i64) -> Vec<(i64, i64)> {
    let mut left = vec![window];
    for (start, end) in busy {
        let (start, end) = (start - rest, end + rest);
        let cut = |(from, to): (i64, i64)| [(from, to.min(start)), (from.max(end), to)];
        left = left.into_iter().flat_map(cut).filter(|(from, to)| from < to).collect();
    }
    left
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
    /// Working time of all shifts that are asked about, minutes.
    pub asked_minutes: i64,
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

/// Price of a shift on a ward that the worker does not know, pence: it decides between workers who cost nearly the same.
const CONTINUITY: i64 = 500;

/// Price of an hour above an equal share of the hours asked for, pence.
const FAIRNESS: i64 = 20;

/// Weeks of the reference period that the worker's usual hours stand for: the 17 of the period less the one that is asked about.
const WEEKS_WORKED: i64 = 16;

/// The document of the case, as `muster agency shared-bank` reads it. Workers who may not fill the grade of any shift are left
/// in: why nobody was taken is part of the answer.
pub fn document(shifts: &[Wanted], workers: &[Worker], terms: &Terms) -> Value {
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
    let fair = terms.asked_minutes / 60 / i64::try_from(workers.len()).unwrap_or(1).max(1);
    let people: Vec<Value> = workers.iter().map(|worker| person(worker, (&codes, terms))).collect();
    json!({
        "schema": "muster-shared-bank/1",
        "title": terms.title,
        "weights": {
            "continuity_pence": CONTINUITY,
            "fairness_pence_per_hour": FAIRNESS,
            "fair_hours": fair.clamp(1, 8_784),
        },
        "holidays": terms.holidays,
        "organisations": organisations,
        "rates": rates(shifts, workers),
        "shifts": shifts.iter().map(shift).collect::<Vec<_>>(),
        "workers": people,
    })
}

/// The fee of a home in pence an hour: its share of what its workers have agreed on average.
fn fee(home: &str, workers: &[Worker], ppm: i64) -> i64 {
    let agreed: Vec<i64> = workers.iter().filter(|it| it.home == home).map(|it| it.rate).collect();
    let below = i128::try_from(agreed.len()).unwrap_or(1).max(1) * i128::from(ONE);
    let sum: i128 = agreed.iter().map(|rate| i128::from(*rate)).sum();
    i64::try_from(round_half_up(sum * i128::from(ppm), below)).unwrap_or_default()
}

/// A rate for each host and grade: the middle of what workers of the grade have agreed. It counts for nobody, since each has agreed a
/// rate; the case wants one all the same.
fn rates(shifts: &[Wanted], workers: &[Worker]) -> Vec<Value> {
    let mut wanted: Vec<(&str, String)> =
        shifts.iter().map(|it| (&*it.organisation, grade(&it.grade))).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let rate = |of: &str| {
        let may = |it: &&Worker| it.grades.iter().any(|grade| grade == of);
        let mut agreed: Vec<i64> = workers.iter().filter(may).map(|it| it.rate).collect();
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

fn person(of: &Worker, (codes, terms): (&[&str], &Terms)) -> Value {
    let windows: Vec<Value> = of.windows.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect();
    let known = |code: &str| codes.contains(&code);
    let consents: Vec<&String> = of.consents.iter().filter(|code| known(code)).collect();
    let wards: Vec<Value> = of
        .wards
        .iter()
        .filter(|(organisation, _)| known(organisation))
        .map(|(organisation, ward)| json!({ "organisation": organisation, "ward": ward }))
        .collect();
    let mut worker = json!({
        "worker_ref": of.reference, "home_organisation": of.home, "grades": of.grades, "skills": of.skills,
        "consents": consents, "available": windows, "wards": wards,
        "max_hours": hours(of.most_hours * terms.weeks.clamp(1, 52) * 60 / 1_000),
        "opted_out": of.opted_out, "pay_pence_per_hour": of.rate,
    });
    if let Some(minutes) = of.worked {
        worker["hours_worked"] = hours(minutes);
    }
    if let Some(end) = &of.last_end {
        worker["last_shift_end"] = json!(end);
        worker["nights_run"] = json!(of.nights);
    }
    worker
}

fn deduped(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words.dedup();
    words
}

/// Minutes as the number of hours that the document wants.
fn hours(minutes: i64) -> Value {
    json!(minutes.clamp(0, 8_784 * 60) as f64 / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is left lies in the window and in no shift with its rest; nothing else is lost.
        #[test]
        fn what_is_left_is_what_no_shift_touches(
            from in 0_i64..2_000, long in 1_i64..3_000, rest in 0_i64..700,
            busy in prop::collection::vec((0_i64..5_000, 1_i64..800), 0..5),
        ) {
            let busy: Vec<_> = busy.into_iter().map(|(start, long)| (start, start + long)).collect();
            let left = free((from, from + long), &busy, rest);
            for minute in -1..6_000 {
                let taken = busy.iter().any(|(start, end)| (start - rest..end + rest).contains(&minute));
                let inside = (from..from + long).contains(&minute) && !taken;
                prop_assert_eq!(left.iter().any(|(from, to)| (*from..*to).contains(&minute)), inside);
            }
        }
    }
}
