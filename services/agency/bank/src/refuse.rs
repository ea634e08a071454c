//! Why a worker cannot fill a shift: each rule once, for the search and for the explanation.

use serde::Serialize;

use crate::{
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
        && !worker.wards.iter().any(|(organisation, ward)| *organisation == shift.organisation && *ward == shift.ward)
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

/// Every rule that a shift would break beside what is allocated, with what it lacks; price and weights are not among them.
pub(crate) fn broken(pool: &Pool, case: &Case, asked: Question<'_>) -> Vec<(Reason, String)> {
    let (worker, shift) = (&case.workers[asked.worker], &case.shifts[asked.shift]);
    let mut found = Vec::new();
    if !worker.grades.contains(&shift.grade) {
        found.push((Reason::Grade, format!("may not fill {}", shift.grade)));
    }
    let missing: Vec<&str> = shift.skills.difference(&worker.skills).map(String::as_str).collect();
    if !missing.is_empty() {
        found.push((Reason::Skills, format!("lacks {}", missing.join(", "))));
    }
    if !agrees(worker, shift.organisation) {
        let code = &case.organisations[shift.organisation].code;
        found.push((Reason::Consent, format!("has not agreed to work for {code}")));
    }
    if !available(worker, shift) {
        found.push((Reason::Availability, "is not available for the whole shift".to_owned()));
    }
    if let Some(end) = worker.last_end.filter(|end| end + pool.rest > shift.start) {
        found.push((Reason::Rest, rest(shift.start - end, pool.rest, "after the last shift")));
    }
    found.extend(hours(pool, case, asked));
    found.extend(nights(pool, asked));
    found.extend(allocated(pool, case, asked));
    found
}

/// `7 h 30` for 450 minutes.
pub(crate) fn shown(minutes: i64) -> String {
    if minutes % 60 == 0 { format!("{} h", minutes / 60) } else { format!("{} h {:02}", minutes / 60, minutes % 60) }
}

fn rest(there: i64, due: i64, place: &str) -> String {
    format!("would have {} of rest {place} where {} are due", shown(there.max(0)), shown(due))
}

fn hours(pool: &Pool, case: &Case, asked: Question<'_>) -> Vec<(Reason, String)> {
    let worker = &case.workers[asked.worker];
    let with: i64 = asked.plan.iter().chain([&asked.shift]).map(|shift| pool.slots[*shift].minutes).sum();
    let over = |most: Option<i64>| most.map(|most| with - most).filter(|over| *over > 0);
    let mut found = Vec::new();
    if let Some(over) = over(under_average(case, worker)) {
        let most = shown(case.rules.average_minutes);
        found.push((Reason::AverageHours, format!("would pass {most} a week on average by {}", shown(over))));
    }
    if let Some(over) = over(worker.wanted_minutes) {
        found.push((Reason::WantedHours, format!("would have {} more than wanted", shown(over))));
    }
    found
}

fn nights(pool: &Pool, asked: Question<'_>) -> Option<(Reason, String)> {
    let mut shifts: Vec<usize> = asked.plan.iter().copied().chain([asked.shift]).collect();
    pool.slots[asked.shift].night?;
    shifts.sort_by_key(|shift| pool.slots[*shift].start);
    let person = &pool.people[asked.worker];
    let (mut last, mut run, mut longest) = (person.night, person.run, 0);
    for night in shifts.iter().filter_map(|shift| pool.slots[*shift].night) {
        run = next_run((last, run), night);
        last = night;
        longest = longest.max(run);
    }
    (longest > pool.nights_in_a_row).then(|| {
        let most = pool.nights_in_a_row;
        (Reason::Nights, format!("would work {longest} nights in a row where {most} are allowed"))
    })
}

fn allocated(pool: &Pool, case: &Case, asked: Question<'_>) -> Option<(Reason, String)> {
    let new = &pool.slots[asked.shift];
    asked.plan.iter().find_map(|other| {
        let slot = &pool.slots[*other];
        let gap = (new.start - slot.end).max(slot.start - new.end);
        let name = &case.shifts[*other].reference;
        (gap < pool.rest).then(|| {
            let what = if gap < 0 {
                format!("works {name} at that time")
            } else {
                rest(gap, pool.rest, &format!("beside {name}"))
            };
            (Reason::Allocated, what)
        })
    })
}
