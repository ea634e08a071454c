//! How long a search may go on. The library has no clock: whoever asks says how much is used up.

/// What of the allowance is used up.
pub trait Budget {
    /// Share of the allowance that is used up, in ppm: at 1,000,000 the search ends with what it has. It is asked often,
    /// about once a millisecond.
    fn used_ppm(&mut self) -> u64;

    /// Is it used up?
    fn spent(&mut self) -> bool {
        self.used_ppm() >= 1_000_000
    }
}

impl<F: FnMut() -> u64> Budget for F {
    fn used_ppm(&mut self) -> u64 {
        self()
    }
}

/// An allowance of so many questions: the same case, seed and number give the same answer on every machine.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    asked: u64,
    of: u64,
}

impl Steps {
    /// An allowance of so many questions.
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

/// A budget of which a part is kept for later.
#[derive(Debug)]
pub(crate) struct Kept<'a, B> {
    pub(crate) budget: &'a mut B,
    /// The part, in ppm.
    pub(crate) ppm: u64,
}

impl<B: Budget> Budget for Kept<'_, B> {
    fn used_ppm(&mut self) -> u64 {
        self.budget.used_ppm().saturating_mul(1_000_000) / 1_000_000_u64.saturating_sub(self.ppm).max(1)
    }
}
