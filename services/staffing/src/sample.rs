//! The staff of the shipped sample, "South East London (sample)", as a file that the normal import reads.
//!
//! What is real: FTE, heads and missing returns of each borough in FY2016, which the made-up practices add up to exactly. What is
//! made up: how they are spread over practices. The practices themselves come from whoever ships the sample.

mod need;
mod trusts;

use std::fmt::Write as _;

use rand::{RngExt as _, SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};

pub use need::{deprivation_csv, residents_csv};
pub use trusts::trust_workforce_csv;

/// A practice of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamplePractice {
    /// Code, obviously made up.
    pub code: String,
    /// Name, marked as sample.
    pub name: String,
    /// Borough.
    pub borough: String,
    /// Registered patients by financial year ending.
    pub lists: Vec<(i32, i64)>,
}

/// The year that the sample's staff are for.
pub const YEAR: i32 = 2016;

/// FTE (in tenths), heads and missing returns of one borough in September 2015.
///
/// Source: NHS Digital, General Practice Workforce, practice level, year ending 2016, added up by borough. GPs without trainees
/// and locums.
struct Borough {
    name: &'static str,
    gp: i64,
    gp_heads: i64,
    trainee_or_locum: i64,
    nurse: i64,
    direct_patient_care: i64,
    administration: i64,
    /// Practices that returned no GP, no nurse, no administration.
    missing: [usize; 3],
}

const BOROUGHS: [Borough; 6] = [
    borough("Bexley", [1_019, 118, 110, 555, 184, 2_406], [0, 2, 0]),
    borough("Bromley", [1_398, 176, 102, 437, 128, 2_604], [6, 7, 8]),
    borough("Greenwich", [1_215, 141, 167, 556, 188, 2_844], [2, 3, 2]),
    borough("Lambeth", [1_774, 248, 139, 736, 240, 3_360], [1, 2, 2]),
    borough("Lewisham", [1_491, 205, 197, 544, 196, 2_699], [2, 8, 2]),
    borough("Southwark", [1_482, 194, 104, 540, 230, 2_363], [3, 10, 9]),
];

const fn borough(name: &'static str, figures: [i64; 6], missing: [usize; 3]) -> Borough {
    let [gp, gp_heads, trainee_or_locum, nurse, direct_patient_care, administration] = figures;
    Borough { name, gp, gp_heads, trainee_or_locum, nurse, direct_patient_care, administration, missing }
}

/// Spread of FTE per patient between practices, as a standard deviation of the logarithm: about that of the real ones.
const SPREAD: f64 = 0.35;

/// One line of the file, FTE in tenths.
#[derive(Clone, Copy, Default)]
struct Staff {
    gp: i64,
    gp_heads: i64,
    trainee_or_locum: i64,
    nurse: i64,
    direct_patient_care: i64,
    administration: i64,
}

/// The workforce file of the sample for FY2016, in the layout of the practice series.
///
/// Practices without a list in that year are left out. The same seed and practices give the same file.
pub fn workforce_csv(seed: u64, practices: &[SamplePractice]) -> String {
    let mut text = String::from(
        "PRAC_CODE,PRAC_NAME,BOROUGH,FY_END,SNAPSHOT,TOTAL_PATIENTS,TOTAL_GP_EXTGL_FTE,TOTAL_LOCUUM_TRN_FTE,\
         TOTAL_NURSES_FTE,TOTAL_DPC_FTE,TOTAL_ADMIN_FTE,TOTAL_GP_EXTGL_HC\n",
    );
    for (place, borough) in BOROUGHS.iter().enumerate() {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(place as u64);
        let of_borough: Vec<(&SamplePractice, i64)> = practices
            .iter()
            .filter(|practice| practice.borough == borough.name)
            .filter_map(|practice| Some((practice, practice.lists.iter().find(|(year, _)| *year == YEAR)?.1)))
            .collect();
        let lists: Vec<i64> = of_borough.iter().map(|(_, list)| *list).collect();
        for ((practice, list), staff) in of_borough.iter().zip(staff(borough, &lists, &mut random)) {
            let _ = writeln!(
                text,
                "{},\"{}\",{},{YEAR},{}-09,{list},{},{},{},{},{},{}",
                practice.code,
                practice.name.replace('"', "'"),
                practice.borough,
                YEAR - 1,
                tenths(staff.gp),
                tenths(staff.trainee_or_locum),
                tenths(staff.nurse),
                tenths(staff.direct_patient_care),
                tenths(staff.administration),
                staff.gp_heads
            );
        }
    }
    text
}

fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

/// Staff of the practices of a borough, which add up to its figures.
fn staff(borough: &Borough, lists: &[i64], random: &mut ChaCha8Rng) -> Vec<Staff> {
    let mut order: Vec<usize> = (0..lists.len()).collect();
    order.shuffle(random);
    // who returns no GP is likely to return no nurse either: the missing returns are nested
    let missing = |count: usize| -> Vec<bool> {
        let mut out = vec![false; lists.len()];
        order.iter().take(count).for_each(|practice| out[*practice] = true);
        out
    };
    let [no_gp, no_nurse, no_administration] = borough.missing.map(missing);
    let nobody = vec![false; lists.len()];
    // half of the practices have no trainee, locum or direct patient care of their own
    let some: Vec<bool> = lists.iter().map(|_| random.random_bool(0.5)).collect();
    let gp = spread(borough.gp, lists, &no_gp, random);
    let gp_heads = shares(borough.gp_heads, &gp.iter().map(|fte| *fte as f64).collect::<Vec<_>>(), &no_gp);
    let columns = [
        spread(borough.trainee_or_locum, lists, &some, random),
        spread(borough.nurse, lists, &no_nurse, random),
        spread(
            borough.direct_patient_care,
            lists,
            if some.iter().all(|gone| *gone) { &nobody } else { &some },
            random,
        ),
        spread(borough.administration, lists, &no_administration, random),
    ];
    (0..lists.len())
        .map(|place| Staff {
            gp: gp[place],
            gp_heads: gp_heads[place],
            trainee_or_locum: columns[0][place],
            nurse: columns[1][place],
            direct_patient_care: columns[2][place],
            administration: columns[3][place],
        })
        .collect()
}

/// Spreads a total over practices by list, with a spread of its own.
fn spread(total: i64, lists: &[i64], left_out: &[bool], random: &mut ChaCha8Rng) -> Vec<i64> {
    let weights: Vec<f64> = lists
        .iter()
        .map(|list| {
            let z: f64 = StandardNormal.sample(random);
            *list as f64 * (SPREAD * z).exp()
        })
        .collect();
    shares(total, &weights, left_out)
}

/// Whole numbers in proportion to the weights that add up to the total, at least one for everybody who is not left out.
fn shares(total: i64, weights: &[f64], left_out: &[bool]) -> Vec<i64> {
    let taking: Vec<usize> = (0..weights.len()).filter(|place| !left_out[*place]).collect();
    let mut out = vec![0; weights.len()];
    let each = i64::from(total >= i64::try_from(taking.len()).unwrap_or(i64::MAX));
    let rest = total - each * i64::try_from(taking.len()).unwrap_or_default();
    let sum: f64 = taking.iter().map(|place| weights[*place]).sum();
    if taking.is_empty() || sum <= 0.0 {
        return out;
    }
    let mut remainders: Vec<(f64, usize)> = Vec::with_capacity(taking.len());
    let mut left = rest;
    for place in taking {
        let exact = rest as f64 * weights[place] / sum;
        #[expect(clippy::cast_possible_truncation, reason = "a few thousand tenths of FTE")]
        let whole = exact.floor() as i64;
        out[place] = each + whole;
        left -= whole;
        remainders.push((exact.fract(), place));
    }
    remainders.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let more = usize::try_from(left).unwrap_or_default();
    remainders.iter().cycle().take(more).for_each(|(_, place)| out[*place] += 1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::role::Role,
        import::{Content, read},
    };
    use muster_kit::intake::RawFile;

    fn practices() -> Vec<SamplePractice> {
        let counts = [27, 45, 41, 48, 41, 44];
        let mut practices = Vec::new();
        for (borough, count) in BOROUGHS.iter().zip(counts) {
            for number in 0..count {
                practices.push(SamplePractice {
                    code: format!("Z9{:04}", practices.len()),
                    name: format!("Practice {number}, {} (sample)", borough.name),
                    borough: borough.name.into(),
                    lists: vec![(2015, 7_000), (2016, 4_000 + 190 * number)],
                });
            }
        }
        practices
    }

    #[test]
    fn the_sample_goes_through_the_front_door_and_adds_up_to_the_published_figures() {
        for seed in [1, 2016, 99] {
            let text = workforce_csv(seed, &practices());
            let read = read("gp-workforce", &RawFile::new("sample.csv", text.into_bytes()), None).unwrap();
            assert!(!read.findings.has_errors());
            let Content::Counts(sets) = read.content else { panic!("no counts") };
            let total = |role: Role| sets[0].totals().into_iter().find(|total| total.role == role).unwrap();
            let (gp, nurse) = (total(Role::Gp), total(Role::Nurse));
            assert_eq!((gp.fte.milli(), gp.missing), (837_900, 14));
            assert_eq!((nurse.fte.milli(), nurse.missing), (336_800, 32));
            assert_eq!(total(Role::DirectPatientCare).fte.milli(), 116_600);
            assert_eq!(total(Role::Administration).fte.milli(), 1_627_600);
            let heads: i64 = sets[0].counts.iter().filter_map(|count| count.heads).sum();
            assert_eq!(heads, 1_082);
        }
        assert_eq!(workforce_csv(1, &practices()), workforce_csv(1, &practices()));
        assert_ne!(workforce_csv(1, &practices()), workforce_csv(2, &practices()));
    }
}
