//! Deprivation of the sample's practices and residents of its boroughs. Every figure is made up, and says so.

use std::fmt::Write as _;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};

use super::SamplePractice;

/// Numbers of the scores' own, apart from those that staff are drawn from.
const STREAM: u64 = 1_000;
/// Spread of the scores of a borough's practices, in points.
const SPREAD: f64 = 0.35;
/// Year of the indices that the scores are to be of.
const YEAR: i32 = 2015;

/// Borough, its mean score in 1/1000 of a point, and its residents in mid-2013, mid-2014 and mid-2015. Every figure is made up.
const BOROUGHS: [(&str, i32, [i64; 3]); 6] = [
    ("Bexley", -400, [236_000, 238_000, 240_000]),
    ("Bromley", -700, [317_000, 320_000, 323_000]),
    ("Greenwich", 250, [263_000, 268_000, 273_000]),
    ("Lambeth", 300, [312_000, 316_000, 319_000]),
    ("Lewisham", 350, [286_000, 290_000, 294_000]),
    ("Southwark", 250, [297_000, 302_000, 306_000]),
];

/// The file of scores: one of each practice. The same seed and practices give the same file.
pub fn deprivation_csv(seed: u64, practices: &[SamplePractice]) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(STREAM);
    let mut text = String::from("practice,score,year,source\n");
    for practice in practices {
        let mean =
            BOROUGHS.iter().find(|(name, ..)| *name == practice.borough).map_or(0, |(_, mean, _)| *mean);
        let z: f64 = StandardNormal.sample(&mut random);
        let score = f64::from(mean) / 1e3 + SPREAD * z;
        let _ = writeln!(text, "{},{score:.3},{YEAR},made up for the sample", practice.code);
    }
    text
}

/// The file of residents, three years of every borough.
pub fn residents_csv() -> String {
    let mut text = String::from("borough,year,residents,source\n");
    for (borough, _, residents) in BOROUGHS {
        for (year, residents) in (YEAR - 2..).zip(residents) {
            let _ = writeln!(text, "{borough},{year},{residents},made up for the sample");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use muster_kit::intake::RawFile;

    use super::*;
    use crate::import::{Content, read};

    #[test]
    fn the_sample_reads_without_an_error_and_says_that_it_is_made_up() {
        let practice = |number: usize| SamplePractice {
            code: format!("Z9{number:04}"),
            name: "Practice (sample)".into(),
            borough: BOROUGHS[number % 6].0.into(),
            lists: Vec::new(),
        };
        let practices: Vec<_> = (0..246).map(practice).collect();
        let text = deprivation_csv(1, &practices);
        let of = read("deprivation", &RawFile::new("sample.csv", text.clone().into()), None).unwrap();
        let Content::Deprivation(scores) = &of.content else { panic!("no scores") };
        assert!(!of.findings.has_errors() && scores.len() == 246);
        assert!(scores.iter().all(|of| of.source.contains("made up")));
        assert!(text == deprivation_csv(1, &practices) && text != deprivation_csv(2, &practices));
        let of = read("residents", &RawFile::new("sample.csv", residents_csv().into()), None).unwrap();
        let Content::Residents(found) = &of.content else { panic!("no residents") };
        assert!(of.findings.total() == 0 && found.len() == 18, "{:?}", of.findings.sorted());
    }
}
