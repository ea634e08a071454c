//! Draws the made-up practices: lists with the published spread that add up to each borough's published total.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, LogNormal};

use super::figures::{BOROUGHS, BoroughFigures, LIST_RANGE, LIST_SPREAD};

/// A made-up practice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamplePractice {
    /// Code: Z9 and four digits, outside every range that ODS has given to practices.
    pub code: String,
    /// Name; ends with `(sample)`.
    pub name: String,
    /// Borough.
    pub borough: String,
    /// Commissioner in 2015-16.
    pub commissioner: &'static str,
    /// Local care network: code.
    pub lcn: String,
    /// Federation: code.
    pub federation: String,
    /// Registered patients by financial year ending.
    pub lists: Vec<(i32, i64)>,
}

/// The made-up practices of a seed, by code.
pub fn practices(seed: u64) -> Vec<SamplePractice> {
    let mut practices = Vec::new();
    for (place, figures) in BOROUGHS.iter().enumerate() {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        // a stream a borough: adding a practice to one borough leaves the others as they are
        random.set_stream(place as u64);
        let first = practices.len();
        practices.extend(borough(figures, first, &mut random));
    }
    practices
}

fn borough(figures: &BoroughFigures, first: usize, random: &mut ChaCha8Rng) -> Vec<SamplePractice> {
    let sizes: Vec<f64> = (0..figures.practices).map(|_| relative_size(random)).collect();
    let now = shares_of(figures.list_2016, &sizes);
    // lists moved by a few per cent against each other, and as a whole by what the payments files show
    let moved: Vec<f64> =
        now.iter().map(|list| *list as f64 * (1.0 + random.random_range(-0.03..0.03))).collect();
    let (before, after) = figures.payments_lists;
    let earlier = shares_of(figures.list_2016 * before / after, &moved);
    let lcns = spread(&now, figures.lcns);
    let federations = spread(&now, figures.federations.len());
    (0..figures.practices)
        .map(|place| SamplePractice {
            code: format!("Z9{:04}", first + place + 1),
            name: name(first + place),
            borough: figures.borough.to_owned(),
            commissioner: figures.commissioner,
            lcn: lcn_code(figures.borough, lcns[place]),
            federation: federation_code(figures.borough, federations[place]),
            lists: vec![(2015, earlier[place]), (2016, now[place])],
        })
        .collect()
}

/// Code of a local care network of a borough.
pub(super) fn lcn_code(borough: &str, number: usize) -> String {
    format!("LCN-{}-{}", borough[..3].to_uppercase(), number + 1)
}

/// Code of a federation of a borough.
pub(super) fn federation_code(borough: &str, number: usize) -> String {
    format!("FED-{}-{}", borough[..3].to_uppercase(), number + 1)
}

/// A list relative to the borough's mean.
fn relative_size(random: &mut ChaCha8Rng) -> f64 {
    let Ok(spread) = LogNormal::new(0.0, LIST_SPREAD) else { return 1.0 };
    loop {
        let size = spread.sample(random);
        if LIST_RANGE.contains(&size) {
            return size;
        }
    }
}

/// Whole patients in proportion to the sizes that add up to the total exactly: the largest remainders get one more.
fn shares_of(total: i64, sizes: &[f64]) -> Vec<i64> {
    let sum: f64 = sizes.iter().sum();
    let exact: Vec<f64> = sizes.iter().map(|size| total as f64 * size / sum).collect();
    #[expect(clippy::cast_possible_truncation, reason = "lists are thousands of patients")]
    let mut shares: Vec<i64> = exact.iter().map(|share| share.floor() as i64).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()));
    let missing = usize::try_from(total - shares.iter().sum::<i64>()).unwrap_or_default();
    order.into_iter().cycle().take(missing).for_each(|place| shares[place] += 1);
    shares
}

/// Puts each list, the largest first, into the group that is smallest so far: groups of nearly the same size.
fn spread(lists: &[i64], groups: usize) -> Vec<usize> {
    let mut sums = vec![0_i64; groups];
    let mut order: Vec<usize> = (0..lists.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(lists[*place]));
    let mut group_of = vec![0; lists.len()];
    for place in order {
        let smallest = (0..groups).min_by_key(|group| sums[*group]).unwrap_or_default();
        sums[smallest] += lists[place];
        group_of[place] = smallest;
    }
    group_of
}

const FIRST: [&str; 41] = [
    "Acorn", "Alder", "Ash", "Aspen", "Beech", "Birch", "Bluebell", "Bramble", "Cedar", "Chestnut", "Clover",
    "Copse", "Daisy", "Elder", "Elm", "Fern", "Foxglove", "Hawthorn", "Hazel", "Heather", "Holly",
    "Hornbeam", "Ivy", "Juniper", "Larch", "Laurel", "Lime", "Linden", "Maple", "Meadow", "Mulberry",
    "Myrtle", "Oak", "Orchard", "Pine", "Poplar", "Rowan", "Sorrel", "Spruce", "Sycamore", "Willow",
];

const SECOND: [&str; 6] =
    ["Surgery", "Practice", "Medical Centre", "Health Centre", "Group Practice", "Partnership"];

/// A name that no other made-up practice has: 41 times 6 is 246.
fn name(number: usize) -> String {
    let (first, second) = (FIRST[number % FIRST.len()], SECOND[number / FIRST.len() % SECOND.len()]);
    format!("{first} {second} {}", crate::domain::organisation::SAMPLE_MARK)
}
