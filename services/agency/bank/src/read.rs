//! Reads a document: organisations first, because everything else names them.

use std::collections::BTreeSet;

use muster_document::{Node, Problem};

use crate::{
    clock::London,
    cursor::{At, Fields, Holds, names},
    document::{Case, Organisation, Rate, Rules, SCHEMA, Shift, Unfilled, Weights, Worker},
    shape::{DOCUMENT, ORGANISATION, RATE, RULES, SHIFT, UNFILLED, WARD, WEIGHTS, WINDOW, WORKER},
};

/// Highest price of a shift or an hour, in pence: sums over any case stay far from the end of 64 bits.
const MOST_PENCE: i64 = 100_000_000;

impl Case {
    /// Reads a document.
    ///
    /// # Errors
    /// The first problem, with its place, the value there and what helps.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let root = Node::read(text)?;
        let document = At::root(&root).object(&DOCUMENT)?;
        let schema = document.need("schema")?;
        if schema.text()? != SCHEMA {
            return Err(schema.problem("is another schema", format!("this version reads \"{SCHEMA}\"")));
        }
        let london = London::new();
        let organisations = unlike(&document, "organisations", organisation, |it| it.code.clone())?;
        let codes: Vec<String> = organisations.iter().map(|it| it.code.clone()).collect();
        let rates = unlike(
            &document,
            "rates",
            |at| rate(at, &codes),
            |it| (it.organisation, it.site.clone(), it.grade.clone()),
        )?;
        let shifts = unlike(
            &document,
            "shifts",
            |at| shift(at, &codes, &london, &rates),
            |it| (it.organisation, it.reference.clone()),
        )?;
        let workers =
            unlike(&document, "workers", |at| worker(at, &codes, &london), |it| it.reference.clone())?;
        Ok(Self {
            title: document.or("title", String::new(), |at| at.text().map(str::to_owned))?,
            rules: document.or("rules", Rules::default(), rules)?,
            weights: document.or("weights", Weights::default(), weights)?,
            holidays: document.each("holidays", At::date)?.into_iter().collect(),
            organisations,
            rates,
            shifts,
            workers,
        })
    }
}

/// The entries of a list, no two of them with the same key.
fn unlike<'a, T, K: Ord>(
    document: &Fields<'a>,
    list: &str,
    read: impl Fn(&At<'a>) -> Result<T, Problem>,
    key: impl Fn(&T) -> K,
) -> Result<Vec<T>, Problem> {
    let mut seen = BTreeSet::new();
    document.each(list, |at| Ok((read(at)?, at.clone())))?.into_iter().try_fold(
        Vec::new(),
        |mut items, (item, at)| {
            if !seen.insert(key(&item)) {
                return Err(at.problem("stands twice", "keep one of the two, or give it another reference"));
            }
            items.push(item);
            Ok(items)
        },
    )
}

fn rules(at: &At<'_>) -> Result<Rules, Problem> {
    let fields = at.object(&RULES)?;
    let usual = Rules::default();
    let nights = fields.or("nights_in_a_row", i64::from(usual.nights_in_a_row), |at| at.whole(1, 31))?;
    Ok(Rules {
        // with less than eight hours two shifts could be one night
        rest_minutes: fields.or("rest_hours", usual.rest_minutes, |at| at.hours(8, 24))?,
        average_minutes: fields.or("average_hours", usual.average_minutes, |at| at.hours(1, 168))?,
        reference_weeks: fields.or("reference_weeks", usual.reference_weeks, |at| at.whole(1, 52))?,
        nights_in_a_row: u32::try_from(nights).unwrap_or(usual.nights_in_a_row),
        night_minutes: fields.or("night_hours", usual.night_minutes, |at| at.hours(1, 7))?,
    })
}

fn weights(at: &At<'_>) -> Result<Weights, Problem> {
    let fields = at.object(&WEIGHTS)?;
    let weights = Weights {
        continuity_pence: fields.or("continuity_pence", 0, |at| at.whole(0, MOST_PENCE))?,
        fairness_pence_per_hour: fields.or("fairness_pence_per_hour", 0, |at| at.whole(0, 1_000_000))?,
        fair_minutes: fields.or("fair_hours", 0, |at| at.hours(0, 8784))?,
    };
    if weights.fairness_pence_per_hour > 0 && fields.get("fair_hours").is_none() {
        return Err(at.problem("prices unfair hours but names no fair ones", "add `fair_hours`"));
    }
    Ok(weights)
}

fn organisation(at: &At<'_>) -> Result<Organisation, Problem> {
    let fields = at.object(&ORGANISATION)?;
    Ok(Organisation {
        code: fields.need("code")?.code()?,
        on_cost_ppm: fields.need("on_cost_ppm")?.whole(0, 2_000_000)?,
        fee_pence_per_hour: fields.or("fee_pence_per_hour", 0, |at| at.whole(0, 1_000_000))?,
    })
}

fn rate(at: &At<'_>, codes: &[String]) -> Result<Rate, Problem> {
    let fields = at.object(&RATE)?;
    let pence = |at: &At<'_>| at.whole(1, 1_000_000);
    let core = pence(&fields.need("core")?)?;
    let saturday_night = fields.or("saturday_night", core, pence)?;
    Ok(Rate {
        organisation: fields.need("organisation")?.known("organisation", codes)?,
        site: fields.or("site", String::new(), At::code)?,
        grade: fields.need("grade")?.name()?,
        core,
        saturday_night,
        sunday_holiday: fields.or("sunday_holiday", saturday_night, pence)?,
    })
}

fn shift(at: &At<'_>, codes: &[String], london: &London, rates: &[Rate]) -> Result<Shift, Problem> {
    let fields = at.object(&SHIFT)?;
    let organisation = fields.need("organisation")?.known("organisation", codes)?;
    let grade = fields.need("grade")?.name()?;
    let site = fields.or("site", String::new(), At::code)?;
    let pays = |rate: &Rate| {
        rate.organisation == organisation
            && rate.grade == grade
            && (rate.site.is_empty() || rate.site == site)
    };
    if !rates.iter().any(pays) {
        let what = format!("has no rate at {}", codes[organisation]);
        return Err(fields.need("grade")?.problem(what, "add one to `rates`"));
    }
    let start = fields.need("start")?.instant(london)?;
    let ends = fields.need("end")?;
    let end = ends.instant(london)?;
    if end <= start || end - start > 24 * 60 {
        return Err(ends.problem("is not within a day after the start", "write when the shift ends"));
    }
    Ok(Shift {
        reference: fields.need("shift_ref")?.code()?,
        organisation,
        site,
        ward: fields.or("ward", String::new(), At::name)?,
        grade,
        skills: names(&fields, "skills")?,
        start,
        end,
        break_minutes: fields.or("break_minutes", 0, |at| at.whole(0, end - start - 1))?,
        unfilled: unfilled(&fields.need("unfilled")?)?,
    })
}

fn unfilled(at: &At<'_>) -> Result<Unfilled, Problem> {
    let fields = at.object(&UNFILLED)?;
    match (fields.get("agency_pence"), fields.get("shortage_pence")) {
        (Some(agency), None) => Ok(Unfilled::Agency(agency.whole(0, MOST_PENCE)?)),
        (None, Some(shortage)) => Ok(Unfilled::Shortage(shortage.whole(0, MOST_PENCE)?)),
        _ => Err(at.problem("names not exactly one price", "write agency_pence or shortage_pence")),
    }
}

fn worker(at: &At<'_>, codes: &[String], london: &London) -> Result<Worker, Problem> {
    let fields = at.object(&WORKER)?;
    let known = |at: &At<'_>| at.known("organisation", codes);
    let last_end = fields.or("last_shift_end", None, |at| at.instant(london).map(Some))?;
    let nights = fields.or("nights_run", 0, |at| at.whole(0, 31))?;
    if let (None, true, Some(at)) = (last_end, nights > 0, fields.get("nights_run")) {
        return Err(at.problem("is a run of nights that ended at no time", "add `last_shift_end`"));
    }
    Ok(Worker {
        reference: fields.need("worker_ref")?.code()?,
        home: known(&fields.need("home_organisation")?)?,
        grades: names(&fields, "grades")?,
        skills: names(&fields, "skills")?,
        consents: fields.each("consents", known)?.into_iter().collect(),
        available: joined(fields.each("available", |at| window(at, london))?),
        worked_minutes: fields.or("hours_worked", 0, |at| at.hours(0, 8784))?,
        wanted_minutes: fields.or("max_hours", None, |at| at.hours(0, 8784).map(Some))?,
        opted_out: fields.or("opted_out", false, At::yes)?,
        last_end,
        nights_run: u32::try_from(nights).unwrap_or(0),
        wards: fields
            .each("wards", |at| {
                let fields = at.object(&WARD)?;
                Ok((known(&fields.need("organisation")?)?, fields.need("ward")?.name()?))
            })?
            .into_iter()
            .collect(),
        pay_pence_per_hour: fields.or("pay_pence_per_hour", None, |at| at.whole(1, 1_000_000).map(Some))?,
    })
}

fn window(at: &At<'_>, london: &London) -> Result<(i64, i64), Problem> {
    let fields = at.object(&WINDOW)?;
    let (from, until) = (fields.need("from")?.instant(london)?, fields.need("to")?);
    let to = until.instant(london)?;
    if to <= from {
        return Err(until.problem("is not after `from`", "write when the worker can work no longer"));
    }
    Ok((from, to))
}

/// Windows in order, those that touch made one: a shift may lie across midnight of two days that are both free.
pub(crate) fn joined(mut windows: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    windows.sort_unstable();
    windows.into_iter().fold(Vec::new(), |mut apart: Vec<(i64, i64)>, (from, to)| {
        match apart.last_mut() {
            Some((_, end)) if from <= *end => *end = (*end).max(to),
            _ => apart.push((from, to)),
        }
        apart
    })
}
