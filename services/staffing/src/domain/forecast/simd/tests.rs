use proptest::prelude::*;

use super::*;

/// Kinds of lanes: those that every processor has, and the wider ones of x86-64.
pub(in super::super) const KINDS: usize = 3;

/// Does the work in lanes of a kind; nothing where the processor does not have them.
pub(in super::super) fn in_kind<T: Work>(kind: usize, work: T) -> Option<T::Out> {
    match kind {
        0 => Some(work.run(Eight)),
        #[cfg(target_arch = "x86_64")]
        1 => pulp::x86::V3::try_new().map(|lanes| lanes.vectorize(x86::With(work, lanes))),
        #[cfg(target_arch = "x86_64")]
        2 => pulp::x86::V4::try_new().map(|lanes| lanes.vectorize(x86::With(work, lanes))),
        _ => None,
    }
}

struct All<'a>(&'a [i16; 32], i16, &'a [i32]);

impl Work for All<'_> {
    type Out = ([i16; 32], [usize; 6], Vec<i8>, Vec<u16>);

    fn run(self, lanes: impl Lanes) -> Self::Out {
        let Self(numbers, bound, values) = self;
        let mut sum = [3; 32];
        let last = lanes.career(&mut sum, numbers, &[7; 32], bound);
        let (mut keys, mut places) = (Vec::new(), [0; 256]);
        lanes.keys(values, Window { middle: -20, shift: 3 }, &mut keys);
        let count = lanes.within(&keys, ([bound as i8, -8, 1], [3, 2, 0]), &mut places);
        let [below, more] =
            lanes.below(&keys, [[bound as i8; 5], [bound as i8 + 2; 5]]).map(|below| below[4] as usize);
        let [less, none] = lanes.less(values, [77, i32::MIN]);
        (sum, [last, lanes.above(numbers, bound), below, more, less, none], keys, places[..count].to_vec())
    }
}

proptest! {
    #[test]
    fn wide_lanes_give_what_narrow_ones_do(
        numbers in prop::array::uniform32(-9..9_i16), bound in -9..9_i16,
        values in prop::collection::vec(prop_oneof![3 => -300..300_i32, 1 => any::<i32>()], 0..200),
    ) {
        let narrow = All(&numbers, bound, &values).run(Eight);
        for wide in (1..KINDS).filter_map(|kind| in_kind(kind, All(&numbers, bound, &values))) {
            prop_assert_eq!(&wide, &narrow);
        }
        let (_, counts, keys, places) = narrow;
        let last = numbers.iter().rposition(|number| *number > bound).map_or(0, |place| place + 1);
        let above = numbers.iter().filter(|number| **number > bound).count();
        let key = |value: i32| ((i64::from(value >> 1) + 20) >> 3).clamp(-128, 127);
        let all: Vec<i64> = values.iter().map(|value| key(*value)).collect();
        let padded: Vec<i64> = keys.iter().map(|key| i64::from(*key)).collect();
        prop_assert_eq!(&padded[..values.len()], &all);
        prop_assert!(padded.len().is_multiple_of(64) && padded[values.len()..].iter().all(|key| *key == 127));
        let bound = i64::from(bound);
        let below = |bound: i64| all.iter().filter(|key| **key < bound).count();
        let less = values.iter().filter(|value| **value < 77).count();
        prop_assert_eq!(counts, [last, above, below(bound), below(bound + 2), less, 0]);
        let within = |key: i64| (bound..bound + 3).contains(&key) || (-8..-6).contains(&key);
        let wanted: Vec<u16> = (0..).zip(&all).filter(|(_, key)| within(**key)).map(|(at, _)| at).collect();
        prop_assert_eq!(places, wanted);
    }
}

/// Keys and bounds, more keys than a byte counts.
struct Below<'a>(&'a [i8], [[i8; 5]; 3]);

impl Work for Below<'_> {
    type Out = [[i32; 8]; 3];

    fn run(self, lanes: impl Lanes) -> Self::Out {
        lanes.below(self.0, self.1)
    }
}

#[test]
fn as_many_keys_are_below_each_bound_as_there_are_however_many() {
    let bounds = [[-128, -127, -5, 0, 3], [3, 2, 1, 0, -1], [126, 127, 100, -100, 7]];
    for (words, step) in [(0, 1), (1, 3), (255, 0), (256, 0), (700, 11)] {
        let keys: Vec<i8> = (0..words * 64).map(|place| (place * step % 256 - 128) as i8).collect();
        let wanted = bounds.map(|bounds| bounds.map(|bound| keys.iter().filter(|key| **key < bound).count()));
        for found in (0..KINDS).filter_map(|kind| in_kind(kind, Below(&keys, bounds))) {
            let found = found.map(|of| of.map(|below| below as usize));
            assert_eq!(found.map(|[a, b, c, d, e, ..]| [a, b, c, d, e]), wanted, "{words} {step}");
            assert!(found.iter().all(|of| of[5..] == [0; 3]));
        }
    }
}

/// Years side by side: bytes, sums, factors and values.
struct Courses<'a, const W: usize>(&'a [u8; W], &'a [i16; W], &'a [f32; W], &'a [i32; W], [i32; 2]);

impl<const W: usize> Work for Courses<'_, W> {
    type Out = (Vec<i16>, Vec<u32>, Vec<i32>);

    fn run(self, lanes: impl Lanes) -> Self::Out {
        let Self(bytes, sums, factors, values, [from, until]) = self;
        let mut parts = [*sums; 3];
        lanes.add_parts(&mut parts[0], bytes);
        lanes.add_parts_until(&mut parts[1], bytes, until as u8);
        let first = parts[0];
        lanes.add_sums(&mut parts[2], &first);
        let mut both = [parts[1], parts[2]];
        lanes.add_both(&mut both, &[first, *sums]);
        let mut courses = [lanes.times(3.7, factors), *factors, [0.0; W]];
        lanes.multiply(&mut courses[1], factors);
        courses[2] = lanes.course(&[parts[0], parts[2]], [1.3, 0.9], [factors, &courses[1]]);
        let mut whole = [lanes.whole(&courses[2]), *values, lanes.share(values, 0.37)];
        lanes.add_between(&mut whole[1], values, (from, until));
        let bits = courses.as_flattened().iter().map(|value| value.to_bits()).collect();
        ([&parts[..], &both[..]].concat().as_flattened().to_vec(), bits, whole.as_flattened().to_vec())
    }
}

/// The first years alone, as many as a run has lanes.
fn alike<const W: usize>(
    (bytes, sums, factors, values): (&[u8; 32], &[i16; 32], &[f32; 32], &[i32; 32]),
    years: [i32; 2],
) -> Result<(), TestCaseError> {
    let (bytes, sums) = (bytes.first_chunk::<W>().unwrap(), sums.first_chunk::<W>().unwrap());
    let (factors, values) = (factors.first_chunk::<W>().unwrap(), values.first_chunk::<W>().unwrap());
    let of = || Courses(bytes, sums, factors, values, years);
    for wide in (1..KINDS).filter_map(|kind| in_kind(kind, of())) {
        prop_assert_eq!(wide, of().run(Eight));
    }
    Ok(())
}

proptest! {
    #[test]
    fn wide_lanes_do_to_courses_what_narrow_ones_do(
        bytes in prop::array::uniform32(any::<u8>()), sums in prop::array::uniform32(any::<i16>()),
        factors in prop::array::uniform32(0.0..900.0_f32), values in prop::array::uniform32(0..4_000_000_i32),
        years in [0..33_i32, 0..33_i32],
    ) {
        let of = || Courses(&bytes, &sums, &factors, &values, years);
        let (parts, _, whole) = of().run(Eight);
        for wide in (1..KINDS).filter_map(|kind| in_kind(kind, of())) {
            prop_assert_eq!(wide, of().run(Eight));
        }
        alike::<8>((&bytes, &sums, &factors, &values), years)?;
        alike::<16>((&bytes, &sums, &factors, &values), years)?;
        prop_assert_eq!(parts[0], sums[0].wrapping_add(i16::from(bytes[0])));
        prop_assert_eq!(whole[32], values[0] * if years[0] == 0 && years[1] > 0 { 2 } else { 1 });
    }

    #[test]
    fn rows_become_columns(count in 1..40_usize, first in 0..5_usize, years in 1..33_usize) {
        if years <= 8 {
            become_columns::<8>((count, first), years)?;
        }
        if years <= 16 {
            become_columns::<16>((count, first), years)?;
        }
        become_columns::<32>((count, first), years)?;
    }

    #[test]
    fn wide_lanes_tell_a_handful_apart_and_reckon_as_narrow_ones_do(
        handful in prop::array::uniform16(-5..5_i32), count in 0..16_usize, rank in 0..16_i32,
        columns in prop::collection::vec((0..900_000_i32, 0..60_000_i32, 0.01..0.02_f32), 0..70),
    ) {
        let (mut list, mut supply, mut factors) = (Vec::new(), Vec::new(), Vec::new());
        for (patients, fte, factor) in columns {
            list.push(if patients % 7 == 0 { 0 } else { patients });
            supply.push(fte);
            factors.push(factor);
        }
        let of = || Reckoning { handful: &handful, at: (count, rank), list: &list, supply: &supply, factors: &factors };
        let narrow = of().run(Eight);
        for wide in (1..KINDS).filter_map(|kind| in_kind(kind, of())) {
            prop_assert_eq!(&wide, &narrow);
        }
        let before = |value: i32| handful[..count].iter().filter(|other| **other < value).count() as i32;
        let first = handful.iter().copied().filter(|value| before(*value) <= rank).max();
        prop_assert_eq!(narrow.0, first.unwrap_or(i32::MIN));
    }
}

/// A handful of values with a rank among the first of them, and columns of a year.
struct Reckoning<'a> {
    handful: &'a [i32; 16],
    at: (usize, i32),
    list: &'a [i32],
    supply: &'a [i32],
    factors: &'a [f32],
}

impl Work for Reckoning<'_> {
    type Out = (i32, [Vec<i32>; 5]);

    fn run(self, lanes: impl Lanes) -> Self::Out {
        let (eights, (count, rank)) = (self.handful.as_chunks::<8>().0, self.at);
        let eights = [eights[0], eights[1]];
        let less = lanes.less_than_each(&eights, count);
        let mut columns: [Vec<i32>; 5] = std::array::from_fn(|_| vec![0; self.list.len()]);
        let [demand, gap, short, cost, scaled] = &mut columns;
        lanes.needs(self.factors, (self.list, self.supply), (demand, gap));
        lanes.shortfalls((gap, demand), short);
        lanes.weighted(gap, self.factors, cost);
        lanes.gaps((self.factors, 4_100.0), (self.factors, 900.0), scaled);
        (lanes.greatest(&eights, (&less, rank)), columns)
    }
}

fn become_columns<const W: usize>((count, first): (usize, usize), years: usize) -> Result<(), TestCaseError> {
    let row = |row: usize| std::array::from_fn(|year| (100 * row + year) as i32);
    let rows: Vec<[i32; W]> = (0..count).map(row).collect();
    let draws = first + count + 3;
    let mut narrow = vec![-1; draws * years];
    Turning(&rows, (first, draws), &mut narrow).run(Eight);
    for (place, value) in narrow.iter().enumerate() {
        let (year, draw) = (place / draws, place % draws);
        let of = draw.checked_sub(first).filter(|row| *row < count);
        prop_assert_eq!(*value, of.map_or(-1, |row| (100 * row + year) as i32));
    }
    for kind in 1..KINDS {
        let mut columns = vec![-1; draws * years];
        if in_kind(kind, Turning(&rows, (first, draws), &mut columns)).is_some() {
            prop_assert_eq!(&columns, &narrow);
        }
    }
    Ok(())
}

struct Turning<'a, const W: usize>(&'a [[i32; W]], (usize, usize), &'a mut [i32]);

impl<const W: usize> Work for Turning<'_, W> {
    type Out = ();

    fn run(self, lanes: impl Lanes) {
        lanes.turn(self.0, self.1, self.2);
    }
}
