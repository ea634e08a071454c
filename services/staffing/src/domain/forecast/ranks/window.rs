//! Windows of values, and the keys of eight bits that they have in it.

/// Keys that stand for values of a window; beyond them are those for what lies outside of it.
pub(super) const KEYS: std::ops::RangeInclusive<i32> = -127..=126;
/// Bounds below and above every key.
pub(super) const OUTSIDE: (i32, i32) = (-128, 128);

/// Values that have keys of their own: half a value less the middle, in steps of a power of two, is the key.
#[derive(Clone, Copy)]
pub(in super::super) struct Window {
    /// Half of the value that has the key nothing. Halves, because their differences are numbers of 32 bits again.
    pub(in super::super) middle: i32,
    /// Halves that share a key, as a power of two.
    pub(in super::super) shift: u32,
}

impl Window {
    /// The smallest in which all from `low` to `high` have keys.
    #[inline(always)]
    pub(super) fn over(low: i32, high: i32) -> Self {
        let (low, high) = (low >> 1, high >> 1);
        let middle = i32::midpoint(low, high);
        let reach = (high - middle).max(middle - low).unsigned_abs();
        Self { middle, shift: u32::BITS - (reach / 127).leading_zeros() }
    }

    /// A value's key.
    #[inline(always)]
    pub(in super::super) fn key(self, value: i32) -> i32 {
        (((value >> 1) - self.middle) >> self.shift).clamp(OUTSIDE.0, OUTSIDE.1 - 1)
    }

    /// The least and the greatest value that have a key.
    pub(super) fn values(self, key: i32) -> (i32, i32) {
        let half = |key: i32| i64::from(self.middle) + (i64::from(key) << self.shift);
        let value = |value: i64| value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        (value(2 * half(key)), value(2 * half(key + 1) - 1))
    }
}
