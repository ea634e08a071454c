//! The bound: each shift gets a price, each worker alone takes the best course at these prices, and nobody minds whether two
//! take the same shift. What comes out is never more than the least cost, whatever the prices (Lagrangian relaxation); the
//! prices are moved to make it as large as possible. All sums are of integers, so the bound is exact.

use std::cmp::Ordering;

use crate::{
    paths::{Room, lawful},
    pool::{Choice, MILLI, Pool},
};

/// Minutes of a usual shift: brings prices of minutes to the size of prices of shifts.
const USUAL: f64 = 600.0;

/// Highest price of a minute, in 1/1000 pence: far above any that means something, and far from the end of 64 bits.
const MOST_MINUTE: f64 = 1e9;

/// What the workers would take at some prices.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// No allocation costs less, in 1/1000 pence.
    pub(crate) bound: i64,
    /// By worker, positions in the list.
    pub(crate) picks: Vec<Vec<u32>>,
    /// By shift, how many take it.
    pub(crate) times: Vec<i32>,
    /// By worker, minutes above those that the price of minutes is for; none where it played no part.
    over: Vec<Option<i64>>,
    /// Is every course lawful and every worker's part exact?
    pub(crate) exact: bool,
}

/// How exact every worker's part is. Each gives a bound; the more exact, the higher and the slower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// Rest as it is; hours and fairness by a price of minutes; runs of nights left out.
    Fast,
    /// Where that breaks a rule, the best lawful course instead.
    Sharp,
    /// Fairness as it is, too.
    Exact,
}

/// Prices, in 1/1000 pence.
#[derive(Clone, Debug)]
pub(crate) struct Prices {
    /// Of each shift.
    pub(crate) shifts: Vec<f64>,
    /// Of each worker's usual shift of minutes.
    minutes: Vec<f64>,
}

impl Prices {
    pub(crate) fn zero(pool: &Pool) -> Self {
        Self { shifts: vec![0.0; pool.slots.len()], minutes: vec![0.0; pool.people.len()] }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "prices stay below the sum of all, far from 2^53")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// Moves prices upwards along the slope of the bound.
#[derive(Debug)]
pub(crate) struct Ascent<'a> {
    pool: &'a Pool,
    lists: &'a [Vec<Choice>],
    /// How much is worked out and how much is priced.
    pub(crate) grade: Grade,
    room: Room,
    prices: Prices,
    pub(crate) best: Prices,
    /// Best bound so far, in 1/1000 pence.
    pub(crate) bound: i64,
    pub(crate) taken: Taken,
    slope: Prices,
    pub(crate) stride: f64,
    patience: u32,
    still: u32,
}

impl<'a> Ascent<'a> {
    pub(crate) fn new(pool: &'a Pool, lists: &'a [Vec<Choice>], from: Prices, grade: Grade) -> Self {
        Self {
            pool,
            lists,
            grade,
            room: Room::default(),
            best: from.clone(),
            prices: from,
            bound: i64::MIN,
            taken: Taken::default(),
            slope: Prices::zero(pool),
            stride: 1.0,
            patience: if grade == Grade::Exact { 8 } else { 15 },
            still: 0,
        }
    }

    /// Goes on from the best prices with bounds that are slower and higher.
    pub(crate) fn sharpen(&mut self, stride: f64) {
        self.grade = Grade::Sharp;
        self.stride = stride;
        self.prices.clone_from(&self.best);
        self.slope = Prices::zero(self.pool);
        self.still = 0;
    }

    /// Looks at the present prices and moves on; `upper` is the cost of the best allocation known, in 1/1000 pence.
    pub(crate) fn step(&mut self, upper: i64) {
        self.evaluate();
        if self.taken.bound > self.bound {
            self.bound = self.taken.bound;
            self.best.clone_from(&self.prices);
            self.still = 0;
        } else {
            self.still += 1;
            if self.still >= self.patience {
                self.still = 0;
                self.stride *= 0.6;
                self.prices.clone_from(&self.best);
                self.slope = Prices::zero(self.pool);
                return;
            }
        }
        self.advance((upper - self.taken.bound).max(MILLI) as f64);
    }

    /// Highest price of a worker's usual shift of minutes: that of fairness, unless it also has to hold the worker to the most
    /// hours that are lawful.
    fn most(&self, worker: usize) -> f64 {
        if self.grade == Grade::Fast && self.pool.people[worker].cap < i64::MAX {
            MOST_MINUTE * USUAL
        } else {
            self.pool.unfair as f64 * USUAL
        }
    }

    /// What the workers take at the present prices.
    pub(crate) fn evaluate(&mut self) {
        let prices: Vec<i64> = self.prices.shifts.iter().map(|price| whole(*price)).collect();
        let pool = self.pool;
        let most: Vec<f64> = (0..pool.people.len()).map(|worker| self.most(worker)).collect();
        let taken = &mut self.taken;
        taken.bound = pool.all_left() - prices.iter().sum::<i64>();
        taken.picks.resize(pool.people.len(), Vec::new());
        taken.times.clear();
        taken.times.resize(pool.slots.len(), 0);
        taken.over.clear();
        taken.exact = true;
        for (worker, list) in self.lists.iter().enumerate() {
            let minute = whole(self.prices.minutes[worker].min(most[worker]) / USUAL);
            let worth = |it: &Choice| it.gain - prices[it.shift as usize] - minute * i64::from(it.minutes);
            let mut value = self.room.best(list, worth) + saved(pool, worker, minute);
            let picks = &mut taken.picks[worker];
            picks.clone_from(&self.room.picks);
            let minutes: i64 = picks.iter().map(|pick| i64::from(list[*pick as usize].minutes)).sum();
            let mut over = Some(over(pool, worker, (minute, minutes)));
            let rough = self.grade == Grade::Exact && (minute > 0 || pool.unfairness(minutes) > 0);
            let unlawful = || !pool.lawful(worker, picks.iter().map(|pick| list[*pick as usize].shift));
            if self.grade > Grade::Fast && (rough || unlawful()) {
                let plain = |it: &Choice| it.gain - prices[it.shift as usize];
                if let Some((exact, course)) = lawful(pool, worker, list, plain) {
                    // never more than the rough value, which is a bound of it
                    value = value.min(exact);
                    *picks = course;
                    over = None;
                } else {
                    taken.exact = false;
                }
            }
            taken.bound -= value;
            for pick in picks.iter() {
                taken.times[list[*pick as usize].shift as usize] += 1;
            }
            taken.over.push(over);
        }
    }

    /// A step as long as the distance to the best cost known asks for, in a direction bent away from the last one where the
    /// two would cancel out (Camerini, Fratta and Maffioli).
    fn advance(&mut self, distance: f64) {
        let Prices { shifts, minutes } = &self.prices;
        let slope = |it: f64, at: f64| if it < 0.0 && at <= 0.0 { 0.0 } else { it };
        let now: Vec<f64> =
            self.taken.times.iter().zip(shifts).map(|(n, at)| slope(f64::from(*n) - 1.0, *at)).collect();
        let most: Vec<f64> = (0..self.pool.people.len()).map(|worker| self.most(worker)).collect();
        let hours: Vec<f64> = self
            .taken
            .over
            .iter()
            .zip(minutes)
            .enumerate()
            .map(|(worker, (over, at))| {
                let it = over.map_or(0.0, |over| over as f64 / USUAL);
                if it > 0.0 && *at >= most[worker] { 0.0 } else { slope(it, *at) }
            })
            .collect();
        let dot = |one: &[f64], two: &[f64]| one.iter().zip(two).map(|(a, b)| a * b).sum::<f64>();
        let with = dot(&now, &self.slope.shifts) + dot(&hours, &self.slope.minutes);
        let before =
            dot(&self.slope.shifts, &self.slope.shifts) + dot(&self.slope.minutes, &self.slope.minutes);
        let bend = if before > 0.0 { (-1.5 * with / before).max(0.0) } else { 0.0 };
        for (last, now) in
            self.slope.shifts.iter_mut().zip(now).chain(self.slope.minutes.iter_mut().zip(hours))
        {
            *last = now + bend * *last;
        }
        let length =
            dot(&self.slope.shifts, &self.slope.shifts) + dot(&self.slope.minutes, &self.slope.minutes);
        if length <= 0.0 {
            return;
        }
        let step = self.stride * distance / length;
        for (price, slope) in self.prices.shifts.iter_mut().zip(&self.slope.shifts) {
            *price = (*price + step * slope).max(0.0);
        }
        for ((price, slope), most) in self.prices.minutes.iter_mut().zip(&self.slope.minutes).zip(most) {
            *price = (*price + step * slope).clamp(0.0, most);
        }
    }
}

/// Minutes that fairness is about: the fair ones, unless the worker may not have as many.
fn fair(pool: &Pool, worker: usize) -> i64 {
    pool.fair_minutes.min(pool.people[worker].cap)
}

/// What a price of minutes gives back whatever the course: the most that the price of lawful minutes can exceed the price of
/// unfair ones.
fn saved(pool: &Pool, worker: usize, minute: i64) -> i64 {
    let (fair, cap) = (fair(pool, worker), pool.people[worker].cap);
    if minute <= pool.unfair { minute * fair } else { minute * cap - pool.unfair * (cap - fair) }
}

/// Minutes above those that the price gives back: its slope.
fn over(pool: &Pool, worker: usize, (minute, minutes): (i64, i64)) -> i64 {
    let (fair, cap) = (fair(pool, worker), pool.people[worker].cap);
    match minute.cmp(&pool.unfair) {
        Ordering::Less => minutes - fair,
        Ordering::Greater => minutes - cap,
        Ordering::Equal => (minutes - cap).max(0) + (minutes - fair).min(0),
    }
}
