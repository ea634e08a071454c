//! Parameters with their intervals, as whole numbers in the shipped set and as fractions in the draws.

use super::random::{Stream, Z90};
use crate::domain::parameters::Parameter;

/// One, in parts per million.
const PPM: f64 = 1e6;

/// A parameter as the draws see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) value: f64,
    pub(super) high: f64,
}

impl Range {
    pub(super) fn of(parameter: &Parameter) -> Self {
        let unit = match parameter.unit.as_str() {
            "ppm" => PPM,
            "milli" => 1e3,
            _ => 1.0,
        };
        let scaled = |value: i64| value as f64 / unit;
        Self { low: scaled(parameter.low), value: scaled(parameter.value), high: scaled(parameter.high) }
    }

    pub(super) fn draw(self, stream: &mut Stream) -> f64 {
        stream.split_normal(self.low, self.value, self.high)
    }

    pub(super) fn sd(self) -> f64 {
        (self.high - self.low) / 2.0 / Z90
    }
}
