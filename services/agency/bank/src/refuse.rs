//! Why a worker cannot fill a shift: each rule once, for the search and for the explanation.

use serde::Serialize;

use crate::{
    bill::bill,
    clock::London,
    document::{Case, Shift, Worker},
    pool::{Person, Pool, next_run},
};

/// Why a worker does not fill a shift, in the order in which they are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The worker may not fill the grade.
    Grade,
    /// A skill is missing.
    Skills,
    /// The worker did not agree to work for the host.
    Consent,
    /// The worker is not available for the whole shift.
    Availability,
    /// Too little rest after the last shift before this case.
    Rest,
    /// The average of 48 hours over the reference period would be passed.
    AverageHours,
    /// The worker wants no more hours.
    WantedHours,
    /// The run of nights would be too long.
    Nights,
    /// Another allocation of the worker leaves too little rest beside this shift.
    Allocated,
    /// The worker would cost at least what it costs to leave the shift.
    Dearer,
    /// Fairness or continuity outweigh what filling the shift would save.
    Weights,
}

impl Reason {
    /// Every reason, in order.
    pub const ALL: [Self; 11] = [
        Self::Grade,
        Self::Skills,
        Self::Consent,
        Self::Availability,
        Self::Rest,
        Self::AverageHours,
        Self::WantedHours,
        Self::Nights,
        Self::Allocated,
        Self::Dearer,
        Self::Weights,
    ];

    /// The word for it in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Grade => "grade",
            Self::Skills => "skills",
            Self::Consent => "consent",
            Self::Availability => "availability",
            Self::Rest => "rest",
            Self::AverageHours => "average-hours",
            Self::WantedHours => "wanted-hours",
            Self::Nights => "nights",
            Self::Allocated => "allocated",
            Self::Dearer => "dearer",
            Self::Weights => "weights",
        }
    }
}

/// Minutes left under the average of the reference period; none with an opt-out.
fn under_average(case: &Case, worker: &Worker) -> Option<i64> {
    let most = case.rules.average_minutes * case.rules.reference_weeks;
    (!worker.opted_out).then(|| (most - worker.worked_minutes).max(0))
}

/// What the search needs to know of a worker.
pub(crate) fn person(case: &Case, worker: &Worker) -> Person {
    let left = under_average(case, worker).unwrap_or(i64::MAX);
    let night = match worker.last_end {
        Some(end) if worker.nights_run > 0 => London::new().night_ended(end),
        _ => i64::MIN / 2,
    };
    Person { cap: left.min(worker.wanted_minutes.unwrap_or(i64::MAX)), night, run: worker.nights_run }
}

/// Has the worker grade, skills and consent for a shift?
pub(crate) fn suits(worker: &Worker, shift: &Shift) -> bool {
    worker.grades.contains(&shift.grade)
        && shift.skills.is_subset(&worker.skills)
        && agrees(worker, shift.organisation)
}

fn agrees(worker: &Worker, organisation: usize) -> bool {
    worker.home == organisation || worker.consents.contains(&organisation)
}

/// Does the shift name a ward that the worker does not know?
pub(crate) fn stranger(worker: &Worker, shift: &Shift) -> bool {
    !shift.ward.is_empty()
        && !worker
            .wards
            .iter()
            .any(|(organisation, ward)| *organisation == shift.organisation && *ward == shift.ward)
}

fn available(worker: &Worker, shift: &Shift) -> bool {
    let before = worker.available.partition_point(|(from, _)| *from <= shift.start);
    before > 0 && shift.end <= worker.available[before - 1].1
}

/// Could a worker who suits a shift fill it, were it the only one? Worker and shift by position.
pub(crate) fn alone(pool: &Pool, case: &Case, (worker, shift): (usize, usize)) -> bool {
    let (own, asked) = (&case.workers[worker], &case.shifts[shift]);
    available(own, asked)
        && own.last_end.is_none_or(|end| end + pool.rest <= asked.start)
        && pool.lawful(worker, std::iter::once(u32::try_from(shift).unwrap_or(u32::MAX)))
}

/// A worker, what is allocated to the worker (in order of time) and a shift beside it, by position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) worker: usize,
    pub(crate) plan: &'a [usize],
    pub(crate) shift: usize,
}

/// Every rule that a shift would break beside what is allocated, in order; price and weights are not among them.
pub(crate) fn broken(pool: &Pool, case: &Case, asked: Question<'_>) -> Vec<Reason> {
    let (worker, shift) = (&case.workers[asked.worker], &case.shifts[asked.shift]);
    let mut found = Vec::new();
    let mut unless = |holds: bool, reason: Reason| {
        if !holds {
            found.push(reason);
        }
    };
    unless(worker.grades.contains(&shift.grade), Reason::Grade);
    unless(shift.skills.is_subset(&worker.skills), Reason::Skills);
    unless(agrees(worker, shift.organisation), Reason::Consent);
    unless(available(worker, shift), Reason::Availability);
    unless(worker.last_end.is_none_or(|end| end + pool.rest <= shift.start), Reason::Rest);
    unless(over_average(pool, case, asked) <= 0, Reason::AverageHours);
    unless(over_wanted(pool, case, asked) <= 0, Reason::WantedHours);
    unless(nights(pool, asked) <= pool.nights_in_a_row, Reason::Nights);
    unless(beside(pool, asked).is_none(), Reason::Allocated);
    found
}

/// What is lacking, for people.
pub(crate) fn lacks(pool: &Pool, case: &Case, asked: Question<'_>, reason: Reason) -> String {
    let (worker, shift) = (&case.workers[asked.worker], &case.shifts[asked.shift]);
    match reason {
        Reason::Grade => format!("may not fill {}", shift.grade),
        Reason::Skills => {
            let missing: Vec<&str> = shift.skills.difference(&worker.skills).map(String::as_str).collect();
            format!("lacks {}", missing.join(", "))
        }
        Reason::Consent => {
            format!("has not agreed to work for {}", case.organisations[shift.organisation].code)
        }
        Reason::Availability => "is not available for the whole shift".to_owned(),
        Reason::Rest => rest(shift.start - worker.last_end.unwrap_or(0), pool.rest, "after the last shift"),
        Reason::AverageHours => {
            let (most, over) = (shown(case.rules.average_minutes), shown(over_average(pool, case, asked)));
            format!("would pass the average of {most} a week: {over} too many in the reference period")
        }
        Reason::WantedHours => {
            format!("would have {} more than wanted", shown(over_wanted(pool, case, asked)))
        }
        Reason::Nights => {
            let (run, most) = (nights(pool, asked), pool.nights_in_a_row);
            format!("would work {run} nights in a row where {most} are allowed")
        }
        Reason::Allocated => beside(pool, asked).map_or(String::new(), |(other, gap)| {
            let name = &case.shifts[other].reference;
            if gap < 0 {
                format!("works {name} at that time")
            } else {
                rest(gap, pool.rest, &format!("beside {name}"))
            }
        }),
        Reason::Dearer => {
            let all_in = bill(case, &pool.slots[asked.shift], worker, shift).total();
            format!(
                "would cost {} where leaving the shift costs {}",
                pounds(all_in),
                pounds(shift.unfilled.pence())
            )
        }
        Reason::Weights => "would save less than fairness and continuity weigh".to_owned(),
    }
}

/// `12.30 pounds` for 1230 pence.
pub(crate) fn pounds(pence: i64) -> String {
    format!("{}.{:02} pounds", pence / 100, pence % 100)
}

/// `7 h 30` for 450 minutes.
fn shown(minutes: i64) -> String {
    if minutes % 60 == 0 {
        format!("{} h", minutes / 60)
    } else {
        format!("{} h {:02}", minutes / 60, minutes % 60)
    }
}

fn rest(there: i64, due: i64, place: &str) -> String {
    format!("would have {} of rest {place} where {} are due", shown(there.max(0)), shown(due))
}

fn with(pool: &Pool, asked: Question<'_>) -> i64 {
    asked.plan.iter().chain([&asked.shift]).map(|shift| pool.slots[*shift].minutes).sum()
}

/// Minutes above the average of the reference period; not positive when there are none.
fn over_average(pool: &Pool, case: &Case, asked: Question<'_>) -> i64 {
    under_average(case, &case.workers[asked.worker]).map_or(0, |most| with(pool, asked) - most)
}

fn over_wanted(pool: &Pool, case: &Case, asked: Question<'_>) -> i64 {
    case.workers[asked.worker].wanted_minutes.map_or(0, |most| with(pool, asked) - most)
}

/// The longest run of nights that the shift is part of; none when it is no night.
fn nights(pool: &Pool, asked: Question<'_>) -> u32 {
    if pool.slots[asked.shift].night.is_none() {
        return 0;
    }
    let mut shifts: Vec<usize> = asked.plan.iter().copied().chain([asked.shift]).collect();
    shifts.sort_by_key(|shift| pool.slots[*shift].start);
    let person = &pool.people[asked.worker];
    let (mut last, mut run, mut longest) = (person.night, person.run, 0);
    for night in shifts.iter().filter_map(|shift| pool.slots[*shift].night) {
        run = next_run((last, run), night);
        last = night;
        longest = longest.max(run);
    }
    longest
}

/// An allocation of the worker that leaves too little rest, and the rest that it leaves; negative when the two overlap.
fn beside(pool: &Pool, asked: Question<'_>) -> Option<(usize, i64)> {
    let new = &pool.slots[asked.shift];
    asked.plan.iter().find_map(|other| {
        let slot = &pool.slots[*other];
        let gap = (new.start - slot.end).max(slot.start - new.end);
        (gap < pool.rest).then_some((*other, gap))
    })
}
