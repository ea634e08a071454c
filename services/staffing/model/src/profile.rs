//! How a change spreads over the years it takes.

/// Share of a change that is done after a share of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// The same each year.
    Linear,
    /// All at the end: the old value holds until then.
    Step,
    /// Most of it early: 1 - (1 - t)^2.
    FrontLoaded,
    /// Most of it late: t^2.
    BackLoaded,
}

impl Profile {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "step" => Self::Step,
            "front-loaded" => Self::FrontLoaded,
            "back-loaded" => Self::BackLoaded,
            _ => Self::Linear,
        }
    }

    /// Share done at time `t` of 0..=1.
    pub(crate) fn done(self, t: f64) -> f64 {
        match self {
            Self::Linear => t,
            Self::Step => {
                if t < 1.0 {
                    0.0
                } else {
                    1.0
                }
            }
            Self::FrontLoaded => 1.0 - (1.0 - t) * (1.0 - t),
            Self::BackLoaded => t * t,
        }
    }

    /// Share that falls to year number `year` (from 0) of `years`.
    pub(crate) fn of_year(self, year: i32, years: i32) -> f64 {
        let at = |year: i32| self.done(f64::from(year) / f64::from(years));
        at(year + 1) - at(year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_spends_its_whole_once() {
        for word in crate::shape::PROFILE.words {
            let profile = Profile::of(word);
            let whole: f64 = (0..7).map(|year| profile.of_year(year, 7)).sum();
            assert!((whole - 1.0).abs() < 1e-12 && profile.done(0.0) == 0.0, "{word}");
        }
        assert!(Profile::FrontLoaded.of_year(0, 5) > 0.3 && Profile::BackLoaded.of_year(0, 5) < 0.05);
    }
}
