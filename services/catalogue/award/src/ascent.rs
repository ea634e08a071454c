//! Moves prices so that the bound of a node rises.

use crate::{
    relax::{Frame, MILLI, Prices, Relaxed},
    state::State,
};

/// Steps without a better bound after which the stride is halved.
const PATIENCE: u32 = 8;

/// Part of the last step in the average of what is taken.
const FRESH: f64 = 0.1;

/// A climb at one node.
pub(crate) struct Ascent<'f> {
    frame: &'f Frame,
    pub(crate) prices: Prices,
    /// Best prices so far, and what came of them.
    pub(crate) best: Prices,
    pub(crate) top: Relaxed,
    now: Relaxed,
    /// How often each column and each supplier is taken, lately.
    pub(crate) often: Vec<f64>,
    pub(crate) often_supplier: Vec<f64>,
    pub(crate) stride: f64,
    stalled: u32,
}

impl<'f> Ascent<'f> {
    pub(crate) fn new(frame: &'f Frame, state: &State<'_>, prices: Prices, stride: f64) -> Self {
        let top = Relaxed::at(frame, state, &prices);
        let shown = |it: &[bool]| it.iter().map(|taken| f64::from(u8::from(*taken))).collect();
        Self {
            frame,
            often: shown(&top.taken),
            often_supplier: shown(&top.chosen),
            now: top.clone(),
            best: prices.clone(),
            prices,
            top,
            stride,
            stalled: 0,
        }
    }

    /// One step towards a target in pence. Says whether there was anything to climb for.
    pub(crate) fn step(&mut self, state: &State<'_>, target: i64) -> bool {
        let aim = target.saturating_mul(MILLI) as f64;
        let way = (aim - self.now.bound as f64).max(aim.abs() * 1e-6).max(1.0);
        let broken = self.now.broken(self.frame, state.of);
        if !broken.move_prices(&mut self.prices, self.stride * way) {
            return false;
        }
        self.now.evaluate(self.frame, state, &self.prices);
        blend(&mut self.often, &self.now.taken);
        blend(&mut self.often_supplier, &self.now.chosen);
        if self.now.bound > self.top.bound {
            std::mem::swap(&mut self.top, &mut self.now);
            self.now.clone_from(&self.top);
            self.best.clone_from(&self.prices);
            self.stalled = 0;
        } else {
            self.stalled += 1;
            if self.stalled >= PATIENCE {
                self.stalled = 0;
                self.stride /= 2.0;
                self.prices.clone_from(&self.best);
                self.now.clone_from(&self.top);
            }
        }
        true
    }
}

fn blend(often: &mut [f64], now: &[bool]) {
    for (often, now) in often.iter_mut().zip(now) {
        *often += FRESH * (f64::from(u8::from(*now)) - *often);
    }
}
