//! Made-up cases of any size, the same for the same seed.

use std::collections::BTreeSet;

use jiff::civil::date;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::{
    clock::London,
    document::{Case, Organisation, Rate, Rules, Shift, Unfilled, Weights, Worker},
    read::joined,
};

/// What a made-up case is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Unfilled shifts.
    pub shifts: usize,
    /// Bank workers.
    pub workers: usize,
    /// Organisations; at least one.
    pub organisations: usize,
    /// Days that the shifts lie in.
    pub days: i64,
    /// Seed.
    pub seed: u64,
}

/// Grades with the pay of an hour in pence, and the share of weekday nights and Sundays on top in percent (2025/26 tops).
const GRADES: [(&str, i64, [i64; 2]); 4] = [
    ("band-2", 1250, [41, 83]),
    ("band-3", 1359, [35, 69]),
    ("band-5", 1932, [30, 60]),
    ("band-6", 2381, [30, 60]),
];

const SKILLS: [&str; 5] = ["critical-care", "emergency", "theatres", "children", "dialysis"];

/// Starts after midnight and lengths, in minutes; the last three are nights.
const SHIFTS: [(i64, i64); 7] =
    [(450, 750), (450, 450), (480, 720), (810, 450), (1170, 750), (1200, 720), (1275, 630)];

struct Maker {
    random: ChaCha8Rng,
    size: Size,
    start: i64,
}

/// Makes a case up. Sizes of nothing give a case of nothing.
pub fn generate(size: Size) -> Case {
    let start = London::new().read("2026-11-02T00:00").unwrap_or(0);
    let size = Size { organisations: size.organisations.max(1), days: size.days.max(1), ..size };
    let mut maker = Maker { random: ChaCha8Rng::seed_from_u64(size.seed), size, start };
    let organisations: Vec<Organisation> = (0..size.organisations)
        .map(|at| Organisation {
            code: format!("SB{at:02}"),
            on_cost_ppm: maker.within(300_000, 420_000),
            fee_pence_per_hour: maker.within(0, 80),
        })
        .collect();
    let rates = maker.rates();
    let shifts = (0..size.shifts).map(|at| maker.shift(at, &rates)).collect();
    let workers = (0..size.workers).map(|at| maker.worker(at)).collect();
    let weights = Weights { continuity_pence: 300, fairness_pence_per_hour: 60, fair_minutes: 36 * 60 };
    Case {
        title: format!("made up from seed {}", size.seed),
        rules: Rules::default(),
        weights,
        holidays: BTreeSet::from([date(2026, 12, 25)]),
        organisations,
        rates,
        shifts,
        workers,
    }
}

impl Maker {
    fn within(&mut self, low: i64, high: i64) -> i64 {
        self.random.random_range(low..=high)
    }

    fn below(&mut self, count: usize) -> usize {
        self.random.random_range(0..count)
    }

    fn chance(&mut self, percent: i64) -> bool {
        self.within(1, 100) <= percent
    }

    fn rates(&mut self) -> Vec<Rate> {
        let mut rates = Vec::new();
        for organisation in 0..self.size.organisations {
            let level = self.within(96, 112);
            for (grade, pence, [night, sunday]) in GRADES {
                let core = pence * level / 100;
                rates.push(Rate {
                    organisation,
                    site: String::new(),
                    grade: grade.to_owned(),
                    core,
                    saturday_night: core * (100 + night) / 100,
                    sunday_holiday: core * (100 + sunday) / 100,
                });
            }
        }
        rates
    }

    fn grade(&mut self) -> usize {
        match self.within(1, 100) {
            1..=30 => 0,
            31..=45 => 1,
            46..=85 => 2,
            _ => 3,
        }
    }

    fn ward(&mut self) -> String {
        format!("ward-{}", self.within(1, 12))
    }

    fn shift(&mut self, at: usize, rates: &[Rate]) -> Shift {
        let organisation = self.below(self.size.organisations);
        let grade = self.grade();
        let (after_midnight, length) = SHIFTS[self.below(SHIFTS.len())];
        let start = self.start + self.within(0, self.size.days - 1) * 1440 + after_midnight;
        let mut skills = BTreeSet::new();
        if grade >= 2 && self.chance(40) {
            skills.insert(SKILLS[self.below(SKILLS.len())].to_owned());
        }
        let pay = rates.iter().find(|it| it.organisation == organisation && it.grade == GRADES[grade].0);
        let pay = pay.map_or(0, |rate| if after_midnight > 1000 { rate.saturday_night } else { rate.core });
        // an agency is on average a fifth dearer than the bank, and now and then cheaper
        let dearer = self.within(95, 145);
        let price = pay * 136 / 100 * (length - 60) / 60 * dearer / 100;
        let unfilled =
            if self.chance(80) { Unfilled::Agency(price) } else { Unfilled::Shortage(price * 3 / 2) };
        Shift {
            reference: format!("S{at:05}"),
            organisation,
            site: String::new(),
            ward: self.ward(),
            grade: GRADES[grade].0.to_owned(),
            skills,
            start,
            end: start + length,
            break_minutes: if length > 600 { 60 } else { 30 },
            unfilled,
        }
    }

    fn worker(&mut self, at: usize) -> Worker {
        let home = self.below(self.size.organisations);
        let grade = self.grade();
        let mut grades = BTreeSet::from([GRADES[grade].0.to_owned()]);
        if grade % 2 == 1 && self.chance(60) {
            grades.insert(GRADES[grade - 1].0.to_owned());
        }
        let skills = (0..self.within(0, 3)).map(|_| SKILLS[self.below(SKILLS.len())].to_owned()).collect();
        let agreed = if self.chance(70) { self.within(1, 3) } else { 0 };
        let consents: BTreeSet<usize> =
            (0..agreed).map(|_| self.below(self.size.organisations)).filter(|other| *other != home).collect();
        let mut wards = BTreeSet::new();
        for organisation in consents.iter().chain([&home]) {
            for _ in 0..self.within(0, 4) {
                wards.insert((*organisation, self.ward()));
            }
        }
        let (last_end, nights_run) = self.before();
        Worker {
            reference: format!("W{at:05}"),
            home,
            grades,
            skills,
            consents,
            available: self.available(),
            worked_minutes: 60 * self.within(0, 810),
            wanted_minutes: if self.chance(40) { Some(60 * self.within(12, 60)) } else { None },
            opted_out: self.chance(25),
            last_end,
            nights_run,
            wards,
            pay_pence_per_hour: None,
        }
    }

    /// End of the last shift, and the nights in a row up to it.
    fn before(&mut self) -> (Option<i64>, u32) {
        match self.within(1, 100) {
            1..=15 => (Some(self.start + 480), u32::try_from(self.within(1, 4)).unwrap_or(1)),
            16..=50 => (Some(self.start - self.within(180, 2880)), 0),
            _ => (None, 0),
        }
    }

    /// Days, nights or both, on some days.
    fn available(&mut self) -> Vec<(i64, i64)> {
        let (days, nights) = [(true, false), (false, true), (true, true)][self.below(3)];
        let share = self.within(20, 70);
        let mut windows = Vec::new();
        for day in 0..self.size.days {
            let midnight = self.start + day * 1440;
            if days && self.chance(share) {
                windows.push((midnight + 360, midnight + 1290));
            }
            if nights && self.chance(share) {
                windows.push((midnight + 1080, midnight + 1440 + 540));
            }
        }
        joined(windows)
    }
}
