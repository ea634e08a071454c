//! Cohorts: the heads of a role by sex and age band, with the single years inside a band where the data have them.
//!
//! Published rates and hours are by age band; what is known of the sexes is relative to both together, so that the published mean of a
//! band stays what it is. An area's own heads, where the publisher's individual-level file has them, count beside the published mix.

use super::evidence::{AgeGroup, People};
use crate::domain::{
    assemble::cohort_band,
    baseline::AgeBand,
    parameters::{AgeMix, BAND_NAMES, BANDS, ParameterSet},
    role::Role,
};

use super::inputs::InputsProblem;

/// Cohorts of a role: women by age band, then men.
pub(super) const COHORTS: usize = 2 * BANDS;
/// Single years of a band.
const YEARS: usize = 5;
/// Heads of an area that the published FTE per head of a cohort is worth.
const FTE_KNOWN: f64 = 20.0;
/// Heads of an area that an even spread over the years of a band is worth.
const EVEN: f64 = 10.0;

/// Share of a cohort's heads by single year of age within the band, the youngest first.
pub(super) type Within = [[f64; YEARS]; COHORTS];

/// An even spread, where single years are not known.
pub(super) const EVENLY: Within = [[1.0 / YEARS as f64; YEARS]; COHORTS];

/// What is known of the cohorts of a role.
#[derive(Clone, Debug)]
pub(super) struct Cohorts {
    /// Share of heads.
    pub(super) mix: [f64; COHORTS],
    /// Share of joiners.
    pub(super) joiners: [f64; COHORTS],
    /// Chance to leave in a year.
    pub(super) leavers: [f64; COHORTS],
    /// FTE per head.
    pub(super) fte: [f64; COHORTS],
    /// Single years within the bands.
    pub(super) within: Within,
    /// Of 256 heads of an age band, how many are women.
    pub(super) women: [u16; BANDS],
}

/// The cohort of an age band.
pub(super) fn cohort(woman: bool, band: usize) -> usize {
    if woman { band } else { BANDS + band }
}

/// A value by age, `years` after a head was in a cohort: those who were old enough have moved up.
pub(super) fn along(values: &[f64; COHORTS], within: &Within, of: usize, years: usize) -> f64 {
    let (first, band) = (of / BANDS * BANDS, of % BANDS);
    let at = |steps: usize| values[first + (band + steps).min(BANDS - 1)];
    within[of].iter().enumerate().map(|(age, share)| share * at((age + years) / YEARS)).sum()
}

impl Cohorts {
    pub(super) fn of(
        parameters: &ParameterSet,
        role: Role,
        people: Option<&People>,
    ) -> Result<Self, InputsProblem> {
        let part = |name: &str| parameters.of_role(role, name).map(|of| of.value as f64 / 1e6);
        let ages = parameters.age_mix(role)?;
        let mut shape = [0.0; BANDS];
        for (rate, name) in shape.iter_mut().zip(BAND_NAMES) {
            *rate = part(&format!("leaver-rate.{name}"))?;
        }
        let mix = shares(&ages.bands);
        // the published rates by age give the shape, the overall rate the level
        let mean: f64 = shape.iter().zip(mix).map(|(rate, share)| rate * share).sum::<f64>().max(1e-6);
        let overall = part("leaver-rate.overall")?;
        let women = ages.women.map(|share| share as f64 / 1e3);
        let joining = ages.joiners_women.map(|share| share as f64 / 1e3);
        let by_age = ages.participation.map(|value| value as f64 / 1e3);
        let mut cohorts = Self {
            mix: by_sex(&mix, &women),
            joiners: by_sex(&shares(&ages.joiners), &joining),
            leavers: relative(&shape.map(|rate| rate * overall / mean), &women, part("leaver-rate.women")?),
            fte: relative(&by_age, &women, part("participation.women")?),
            within: EVENLY,
            women: women.map(of_256),
        };
        if let Some(people) = people {
            cohorts.learn(people, ages);
        }
        Ok(cohorts)
    }

    /// Counts an area's own heads beside what is published.
    fn learn(&mut self, people: &People, ages: &AgeMix) {
        let (mut heads, mut with_fte, mut fte) = ([0.0; COHORTS], [0.0; COHORTS], [0.0; COHORTS]);
        let mut single = [[EVEN / YEARS as f64; YEARS]; COHORTS];
        for group in &people.groups {
            let Some(of) = cohort_of(group) else { continue };
            heads[of] += f64::from(group.heads);
            if let Some(milli) = group.fte_milli {
                with_fte[of] += f64::from(group.heads);
                fte[of] += milli as f64 / 1e3;
            }
            if group.to == Some(group.from) {
                let age = usize::from(group.from) % YEARS;
                single[of][if group.from < 25 { 0 } else { age }] += f64::from(group.heads);
            }
        }
        let strength = ages.strength as f64;
        let all: f64 = heads.iter().sum::<f64>() + strength;
        for of in 0..COHORTS {
            self.mix[of] = (strength * self.mix[of] + heads[of]) / all;
            self.fte[of] = (FTE_KNOWN * self.fte[of] + fte[of]) / (FTE_KNOWN + with_fte[of]);
            let sum: f64 = single[of].iter().sum();
            self.within[of] = single[of].map(|heads| heads / sum);
        }
        self.women = std::array::from_fn(|band| {
            let [women, men] = [self.mix[cohort(true, band)], self.mix[cohort(false, band)]];
            of_256(women / (women + men).max(1e-12))
        });
    }

    /// Leavers a head and year.
    pub(super) fn leaver_rate(&self) -> f64 {
        self.leavers.iter().zip(self.mix).map(|(rate, share)| rate * share).sum()
    }

    /// FTE per head.
    pub(super) fn fte_per_head(&self) -> f64 {
        self.mix.iter().zip(self.fte).map(|(share, fte)| share * fte).sum()
    }
}

/// The cohort that a group of heads is in; none where its ages span several.
fn cohort_of(group: &AgeGroup) -> Option<usize> {
    let band = cohort_band(AgeBand { from: group.from, to: group.to })?;
    Some(cohort(group.women, band))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range")]
fn of_256(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 256.0).round() as u16
}

fn shares(values: &[i64; BANDS]) -> [f64; BANDS] {
    let sum = values.iter().sum::<i64>().max(1) as f64;
    values.map(|value| value as f64 / sum)
}

fn by_sex(shares: &[f64; BANDS], women: &[f64; BANDS]) -> [f64; COHORTS] {
    std::array::from_fn(|of| {
        let (share, women) = (shares[of % BANDS], women[of % BANDS]);
        share * if of < BANDS { women } else { 1.0 - women }
    })
}

/// Values of the cohorts: women have `factor` times what their band has, and men so much that the band keeps its mean.
fn relative(values: &[f64; BANDS], women: &[f64; BANDS], factor: f64) -> [f64; COHORTS] {
    std::array::from_fn(|of| {
        let (value, women) = (values[of % BANDS], women[of % BANDS]);
        let men = if women < 1.0 { (1.0 - women * factor) / (1.0 - women) } else { 1.0 };
        // where hardly any are men, no factor of theirs keeps the mean
        value * if of < BANDS { factor } else { men.clamp(0.5, 2.0) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(people: Option<&People>) -> Cohorts {
        Cohorts::of(ParameterSet::shipped(), Role::Gp, people).unwrap()
    }

    #[test]
    fn both_sexes_together_have_what_is_published() {
        let of = shipped(None);
        let part = |name: &str| ParameterSet::shipped().of_role(Role::Gp, name).unwrap().value as f64 / 1e6;
        assert!((of.leaver_rate() - part("leaver-rate.overall")).abs() < 1e-9);
        assert!((of.mix.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let band = 5;
        let [women, men] = [cohort(true, band), cohort(false, band)];
        let mean =
            (of.mix[women] * of.fte[women] + of.mix[men] * of.fte[men]) / (of.mix[women] + of.mix[men]);
        assert!((mean - 0.764).abs() < 1e-9 && of.fte[women] < of.fte[men], "{mean}");
    }

    #[test]
    fn ageing_moves_up_whoever_is_old_enough() {
        let values: [f64; COHORTS] = std::array::from_fn(|of| (of * 10) as f64);
        let at = |within: &Within, years| along(&values, within, 1, years);
        assert!((at(&EVENLY, 0) - 10.0).abs() < 1e-12);
        assert!((at(&EVENLY, 2) - 14.0).abs() < 1e-12);
        assert!((at(&EVENLY, 7) - 24.0).abs() < 1e-12);
        // men stay among men, and nobody grows out of the last band
        assert!((along(&values, &EVENLY, COHORTS - 1, 15) - 170.0).abs() < 1e-12);
        assert!((along(&values, &EVENLY, BANDS - 1, 15) - 80.0).abs() < 1e-12);
        let mut oldest = EVENLY;
        oldest[1] = [0.0, 0.0, 0.0, 0.0, 1.0];
        assert!((at(&oldest, 1) - 20.0).abs() < 1e-12, "all of them are 34");
    }

    #[test]
    fn an_areas_own_people_outweigh_what_is_published() {
        let group = |women, from, to, heads, fte_milli| AgeGroup {
            women,
            from,
            to,
            heads,
            fte_milli: Some(fte_milli),
        };
        let people = People {
            groups: vec![
                group(true, 34, Some(34), 3_000, 1_500_000),
                group(true, 30, Some(33), 0, 0),
                group(false, 65, None, 1_000, 900_000),
                // spans several bands
                group(false, 30, Some(49), 5_000, 1_000_000),
            ],
        };
        let (before, of) = (shipped(None), shipped(Some(&people)));
        let young = cohort(true, 1);
        assert!(of.mix[young] > 0.7 && before.mix[young] < 0.1);
        assert!((of.fte[young] - 0.5).abs() < 0.01 && of.within[young][4] > 0.99);
        assert!(of.women[1] > 250 && of.women[8] < 20);
        assert!((of.mix.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
