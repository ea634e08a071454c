//! How long a search may go on. The library has no clock: whoever asks says how much is used up.

/// What of the allowance is used up.
pub trait Budget {
    /// Share of the allowance that is used up, in ppm: at 1,000,000 the search ends with what it has. It is asked often.
    fn used_ppm(&mut self) -> u64;

    /// Seconds that are left, where the allowance is one of time.
    fn seconds_left(&mut self) -> Option<f64> {
        None
    }

    /// Is it used up?
    fn spent(&mut self) -> bool {
        self.used_ppm() >= 1_000_000
    }
}

/// An allowance of so many steps: the same round and number give the same answer on every machine.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    asked: u64,
    of: u64,
}

impl Steps {
    /// An allowance of so many steps.
    pub fn new(of: u64) -> Self {
        Self { asked: 0, of: of.max(1) }
    }
}

impl Budget for Steps {
    fn used_ppm(&mut self) -> u64 {
        self.asked += 1;
        self.asked.saturating_mul(1_000_000) / self.of
    }
}

/// A budget up to a point: what comes after is kept for others.
pub(crate) struct UpTo<'a> {
    budget: &'a mut dyn Budget,
    begun: u64,
    end: u64,
}

impl<'a> UpTo<'a> {
    /// From here to a point, in ppm of the whole.
    pub(crate) fn new(budget: &'a mut dyn Budget, end: u64) -> Self {
        let begun = budget.used_ppm();
        Self { budget, begun, end }
    }

    /// From here on a part of what is left, in ppm of that.
    pub(crate) fn part(budget: &'a mut dyn Budget, ppm: u64) -> Self {
        let begun = budget.used_ppm();
        let left = 1_000_000_u64.saturating_sub(begun);
        Self { budget, begun, end: begun + left * ppm.min(1_000_000) / 1_000_000 }
    }
}

impl Budget for UpTo<'_> {
    fn used_ppm(&mut self) -> u64 {
        let used = self.budget.used_ppm();
        if used >= self.end {
            return 1_000_000;
        }
        used.saturating_sub(self.begun) * 1_000_000 / (self.end - self.begun).max(1)
    }

    fn seconds_left(&mut self) -> Option<f64> {
        let left = self.budget.seconds_left()?;
        let used = self.budget.used_ppm();
        let part = self.end.saturating_sub(used) as f64 / 1_000_000_u64.saturating_sub(used).max(1) as f64;
        Some(left * part)
    }
}
