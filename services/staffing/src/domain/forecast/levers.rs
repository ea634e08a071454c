//! A scenario's changes of one role, as the courses and the draws take them.

use super::{
    course::{Course, CourseOf, Levers},
    paths::narrow,
    random::{Key, Stream, Z90},
};
use crate::domain::{
    role::Role,
    scenario::{Change, Lever, Scenario, Uncertain},
};

/// The first year and the number of years, and the heads of the area in the base year.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// Base year.
    pub(super) base_year: i32,
    /// Years, the base among them.
    pub(super) years: usize,
    /// FTE per head.
    pub(super) participation: f64,
    /// Share of working time that is not spent with patients.
    pub(super) non_contact: f64,
    /// What becomes of those who take up a training place.
    pub(super) pipeline: Pipeline,
}

/// From a training place to a post.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pipeline {
    /// Years of training.
    pub(super) years: usize,
    /// Share of trainees that complete it.
    pub(super) completion: f64,
    /// Share of those that have joined 6, 12 and 24 months after.
    pub(super) joined: [f64; 3],
}

impl Pipeline {
    /// Joiners in a year for each place a year that is filled, `share` of a place by the year of its intake. Training ends in summer: at the
    /// first count after it half a year has passed, then a year and a half, then two and a half.
    fn joining(&self, year: usize, share: impl Fn(usize) -> f64) -> f64 {
        let [first, second, third] = self.joined;
        let by_count = [first, f64::midpoint(second, third), third];
        let mut before = 0.0;
        let mut joining = 0.0;
        for (late, by) in by_count.into_iter().enumerate() {
            if let Some(intake) = year.checked_sub(self.years + late).filter(|intake| *intake > 0) {
                joining += share(intake) * (by - before);
            }
            before = by;
        }
        joining * self.completion
    }
}

/// Which of a scenario's changes act at some practices, and over how many heads of the role in the base year each is spread.
#[derive(Clone, Copy)]
pub(super) struct Acting<'a> {
    /// The scenario.
    pub(super) scenario: &'a Scenario,
    /// By change: does it act there?
    pub(super) here: &'a [bool],
    /// By change: heads over all places where it acts.
    pub(super) heads: &'a [f64],
}

impl Frame {
    fn year(&self, year: usize) -> i32 {
        self.base_year + i32::try_from(year).unwrap_or(0)
    }
}

/// What the scenario changes of a role, with each change at its middle but one at another value.
pub(super) fn levers(acting: Acting<'_>, role: Role, frame: Frame, other: Option<(usize, i64)>) -> Levers {
    let mut levers = Levers::none(frame.years);
    for (place, change) in acting.scenario.changes.iter().enumerate().filter(|(place, _)| acting.here[*place])
    {
        let by = other.filter(|(at, _)| *at == place).map_or(change.by.value, |(_, by)| by) as f64 / 1e6;
        for year in 1..frame.years {
            let reached = change.reached(frame.year(year));
            match change.lever {
                _ if !change.acts_on(change.lever, role) => {}
                Lever::Leavers => levers.leavers[year] *= 1.0 + by * reached,
                Lever::Joiners => levers.joiners[year] *= 1.0 + by * reached,
                Lever::Hours => levers.hours[year] *= 1.0 + by * reached,
                Lever::Posts => {
                    let new = by * (reached - change.reached(frame.year(year - 1)));
                    levers.posts[year] += new / frame.participation / acting.heads[place].max(1.0);
                }
                Lever::TimeToFill => levers.time_to_fill[year] *= 1.0 + by * reached,
                Lever::Returners | Lever::Overseas => {
                    levers.posts[year] += by * reached / acting.heads[place].max(1.0);
                }
                Lever::TrainingPlaces => {
                    let joining = frame.pipeline.joining(year, |intake| change.reached(frame.year(intake)));
                    levers.posts[year] += by * joining / acting.heads[place].max(1.0);
                }
                Lever::Need | Lever::Productivity | Lever::ContactMinutes | Lever::NonContactShare => {}
            }
        }
    }
    levers
}

/// What is uncertain of the changes, as paths of factors: what a change at the end of its interval makes of the mean course.
pub(super) struct Doubts<const W: usize> {
    ends: Vec<[[f64; W]; 2]>,
    /// Positions of the changes in the scenario.
    places: Vec<usize>,
    key: Key,
}

impl<const W: usize> Doubts<W> {
    /// `mean` is the mean course of `of`. Changes that act elsewhere have a place among them, so that each is the same everywhere in
    /// a draw.
    pub(super) fn new(
        acting: Acting<'_>,
        role: Role,
        frame: Frame,
        (of, mean): (&CourseOf, &[f64; W]),
        seed: u64,
    ) -> Self {
        let uncertain = |change: &Change| {
            change.acts_on(change.lever, role) && !change.lever.on_demand() && change.by.low < change.by.high
        };
        let uncertain = || acting.scenario.changes.iter().enumerate().filter(|(_, change)| uncertain(change));
        let ends = uncertain().map(|(place, change)| {
            [change.by.low, change.by.high].map(|by| {
                let levers = levers(acting, role, frame, Some((place, by)));
                let other = Course::<W>::new(&CourseOf { levers, ..of.clone() }, frame.years).mean;
                std::array::from_fn(|year| (other[year] / mean[year].max(1e-9)).max(1e-3).ln() / Z90)
            })
        });
        Self {
            ends: ends.collect(),
            places: uncertain().map(|(place, _)| place).collect(),
            key: Key::new(seed, "scenario", role.name()),
        }
    }

    /// Of each uncertain change: its position in the scenario, and in a year the logarithm of the factor of one standard
    /// deviation below and above its middle.
    pub(super) fn in_year(&self, year: usize) -> impl Iterator<Item = (usize, [f64; 2])> {
        let elsewhere = |of: &[[f64; W]; 2]| of.iter().flatten().all(|log| log.abs() < 1e-12);
        let here = self.places.iter().zip(&self.ends).filter(move |(_, ends)| !elsewhere(ends));
        here.map(move |(place, [low, high])| (*place, [low[year], high[year]]))
    }

    /// Multiplies the factors of one draw.
    pub(super) fn draw(&self, draw: u32, factors: &mut [f32; W]) {
        if self.ends.is_empty() {
            return;
        }
        let mut stream = self.key.stream(draw);
        for [low, high] in &self.ends {
            let z = stream.normal();
            let end = if z < 0.0 { low } else { high };
            for (factor, log) in factors.iter_mut().zip(end) {
                *factor *= narrow((z.abs() * log).exp());
            }
        }
    }
}

/// A value drawn from its interval.
fn drawn(of: Uncertain, stream: &mut Stream) -> f64 {
    let part = |value: i64| value as f64 / 1e6;
    stream.split_normal(part(of.low), part(of.value), part(of.high))
}

/// What a change by `by` makes of the demand for a role that spends `non_contact` of its working time without patients.
///
/// As many contacts of so many minutes take `contacts * minutes / (1 - non-contact share)` of working time.
pub(super) fn demand_factor(lever: Lever, by: f64, non_contact: f64) -> f64 {
    let changed = (1.0 + by).max(0.05);
    match lever {
        Lever::Productivity => 1.0 / changed,
        Lever::NonContactShare => (1.0 - non_contact) / (1.0 - non_contact - by).max(0.05),
        _ => changed,
    }
}

/// Factors on the demand for a role at some practices, by draw and year: need, productivity, minutes of a contact and time without
/// patients, each change drawn once a draw. Those that act elsewhere are drawn too, so that each is the same everywhere in a draw.
pub(super) fn demand(
    acting: Acting<'_>,
    role: Role,
    frame: Frame,
    (draws, seed): (u32, u64),
) -> Vec<Vec<f64>> {
    let key = Key::new(seed, "scenario-demand", role.name());
    let moves = |change: &Change| change.lever.on_demand() && change.acts_on(change.lever, role);
    if !acting.scenario.changes.iter().any(moves) {
        return vec![vec![1.0; frame.years]; draws as usize];
    }
    (0..draws)
        .map(|draw| {
            let mut stream = key.stream(draw);
            let mut factors = vec![1.0; frame.years];
            for (place, change) in acting.scenario.changes.iter().enumerate() {
                if !moves(change) {
                    continue;
                }
                let by = drawn(change.by, &mut stream);
                if !acting.here[place] {
                    continue;
                }
                for (year, factor) in factors.iter_mut().enumerate().skip(1) {
                    *factor *=
                        demand_factor(change.lever, by * change.reached(frame.year(year)), frame.non_contact);
                }
            }
            factors
        })
        .collect()
}

/// Work of a role that others take over: position of who does, and by draw the net share of an added FTE.
pub(super) struct Relief {
    /// Position of the role that takes over.
    pub(super) by: usize,
    /// By draw: FTE that one added FTE takes over, supervision taken off; never below nothing.
    pub(super) share: Vec<f64>,
    /// Years until an added FTE takes over its whole share.
    pub(super) ramp_up_years: u32,
}

/// What others take over of a role. `roles` are those of the run.
pub(super) fn reliefs(
    scenario: &Scenario,
    role: Role,
    roles: &[Role],
    (draws, seed): (u32, u64),
) -> Vec<Relief> {
    scenario
        .substitutions
        .iter()
        .filter(|of| of.instead_of == role)
        .filter_map(|of| {
            let by = roles.iter().position(|other| *other == of.role)?;
            let key = Key::new(seed, "substitution", of.role.name());
            let supervision = of.supervision as f64 / 1e6;
            let share = |draw| (drawn(of.share, &mut key.stream(draw)) - supervision).max(0.0);
            Some(Relief { by, share: (0..draws).map(share).collect(), ramp_up_years: of.ramp_up_years })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hundred more places a year from the first year on: three years of training, of which 90% complete it.
    #[test]
    fn trainees_join_after_their_training_as_far_as_they_are_known_to() {
        let pipeline = Pipeline { years: 3, completion: 0.9, joined: [0.34, 0.48, 0.62] };
        let joining: Vec<f64> = (0..8)
            .map(|year| 100.0 * pipeline.joining(year, |intake| f64::from(u8::from(intake >= 1))))
            .collect();
        let wanted = [0.0, 0.0, 0.0, 0.0, 30.6, 49.5, 55.8, 55.8];
        assert!(joining.iter().zip(wanted).all(|(of, wanted)| (of - wanted).abs() < 1e-9), "{joining:?}");
    }

    /// As many contacts of ten minutes take 1 / (1 - share) of working time: vectors by hand.
    #[test]
    fn minutes_and_time_without_patients_change_what_is_needed() {
        let of = |lever, by| (demand_factor(lever, by, 0.379) * 1e6).round() as i64;
        // from 10 minutes to 15
        assert_eq!(of(Lever::ContactMinutes, 0.5), 1_500_000);
        // from 62.1% with patients to 57.1%
        assert_eq!(of(Lever::NonContactShare, 0.05), 1_087_566);
        assert_eq!(of(Lever::NonContactShare, -0.05), 925_484);
        assert_eq!(of(Lever::Productivity, 0.25), 800_000);
        assert_eq!(of(Lever::Need, 0.1), 1_100_000);
        // nobody spends all their time without patients
        assert!(demand_factor(Lever::NonContactShare, 0.9, 0.379) < 13.0);
    }
}
