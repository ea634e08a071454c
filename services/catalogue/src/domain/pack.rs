//! Packs: how many consumable units and how much of the product one orderable unit holds, and what contradicts itself.
//!
//! A contradiction is named with the question that settles it; nothing is guessed. Of one pack: the number of
//! consumable units against the unit it is ordered in. Of a hierarchy (bottle, case, pallet): what a level says of
//! itself against what its parts add up to.

use std::collections::HashMap;

use super::{
    ratio::{Ratio, decimal},
    unit::{Dimension, Quantity, Unit},
};

/// A pack as it is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Unit that it is ordered in.
    pub orderable: Unit,
    /// Consumable units in one orderable unit.
    pub pack_size: i64,
    /// Net content of one orderable unit.
    pub content: Option<Quantity>,
}

/// A pack in common units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Normalised {
    /// Unit that it is ordered in.
    pub orderable: Unit,
    /// Consumable units in one orderable unit.
    pub consumables: i64,
    /// Net content of one orderable unit, in base units of its dimension.
    pub content: Option<(Dimension, Ratio)>,
}

/// What contradicts itself, and what to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// Short stable name.
    pub rule: &'static str,
    /// What does not fit, in one clause.
    pub what: String,
    /// What to find out, in one clause.
    pub ask: String,
}

impl Contradiction {
    fn new(rule: &'static str, what: impl Into<String>, ask: impl Into<String>) -> Self {
        Self { rule, what: what.into(), ask: ask.into() }
    }
}

impl Pack {
    /// The pack in common units.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn normalise(&self) -> Result<Normalised, Contradiction> {
        if self.pack_size < 1 {
            let what = format!("{} consumable units are in it", self.pack_size);
            return Err(Contradiction::new(
                "pack-size",
                what,
                "give the number of consumable units, 1 or more",
            ));
        }
        let content = match self.content {
            Some(content) => Some(self.content(content)?),
            None => None,
        };
        let implied = match (self.orderable.dimension(), self.orderable.factor()) {
            (Some(Dimension::Count), Some(pieces)) => {
                self.counted(pieces)?;
                None
            }
            (Some(dimension), Some(factor)) => Some(self.measured((dimension, factor), content)?),
            _ => None,
        };
        Ok(Normalised {
            orderable: self.orderable,
            consumables: self.pack_size,
            content: content.or(implied),
        })
    }

    fn content(&self, content: Quantity) -> Result<(Dimension, Ratio), Contradiction> {
        let text = shown(content);
        let Some((dimension, amount)) = content.in_base() else {
            let what = format!("its net content is {text}, and a {} is a package", content.unit.name());
            return Err(Contradiction::new(
                "content-in-packages",
                what,
                "give the content in pieces, ml, g, m",
            ));
        };
        if content.milli <= 0 {
            let what = format!("its net content is {text}");
            return Err(Contradiction::new(
                "no-content",
                what,
                "give what it holds, or leave it empty if unknown",
            ));
        }
        let each = amount.over(Ratio::whole(self.pack_size));
        if dimension == Dimension::Count && !each.is_some_and(Ratio::is_whole) {
            let what = format!("{text} do not spread evenly over {} consumable units", self.pack_size);
            return Err(Contradiction::new("uneven-content", what, "check pack size and net content"));
        }
        Ok((dimension, amount))
    }

    /// Ordered by the piece, the pair, the dozen: the number of consumable units follows.
    fn counted(&self, pieces: Ratio) -> Result<(), Contradiction> {
        if pieces == Ratio::whole(self.pack_size) {
            return Ok(());
        }
        let (unit, size) = (self.orderable, self.pack_size);
        if pieces == Ratio::ONE {
            let what = format!("it is ordered by {unit} ({}) and holds {size} consumable units", unit.name());
            let ask = format!("is it one piece (pack size 1), or a package of {size} (unit BX, PK, CS ...)?");
            return Err(Contradiction::new("each-of-many", what, ask));
        }
        let what = format!("a {} ({unit}) is {} pieces, not {size}", unit.name(), pieces.numerator());
        Err(Contradiction::new("count-differs", what, "check the orderable unit and the pack size"))
    }

    /// Ordered by the litre, the kilogram, the metre: the content follows.
    fn measured(
        &self,
        one: (Dimension, Ratio),
        content: Option<(Dimension, Ratio)>,
    ) -> Result<(Dimension, Ratio), Contradiction> {
        let unit = self.orderable;
        if self.pack_size != 1 {
            let what =
                format!("it is ordered by the {} and holds {} consumable units", unit.name(), self.pack_size);
            return Err(Contradiction::new("measure-of-many", what, "which package is it ordered in?"));
        }
        if content.is_some_and(|content| content != one) {
            let text = self.content.map(shown).unwrap_or_default();
            let what = format!("it is ordered by the {} and its net content is {text}", unit.name());
            return Err(Contradiction::new("measure-differs", what, "which package is it ordered in?"));
        }
        Ok(one)
    }
}

impl Normalised {
    /// Consumable units in one of this unit; nothing when that cannot be told.
    pub fn consumables_in(&self, unit: Unit) -> Option<Ratio> {
        if unit == self.orderable {
            return Some(Ratio::whole(self.consumables));
        }
        let (dimension, factor) = (unit.dimension()?, unit.factor()?);
        match self.content {
            _ if dimension == Dimension::Count => Some(factor),
            Some((of, amount)) if of == dimension => {
                factor.over(amount)?.times(Ratio::whole(self.consumables))
            }
            _ => None,
        }
    }

    /// Base units of content in one consumable unit.
    pub fn content_each(&self) -> Option<(Dimension, Ratio)> {
        let (dimension, amount) = self.content?;
        Some((dimension, amount.over(Ratio::whole(self.consumables))?))
    }
}

fn shown(quantity: Quantity) -> String {
    format!("{} {}", decimal(quantity.milli, 3, 0), quantity.unit)
}

/// A level of a hierarchy of packs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Its name in the hierarchy.
    pub id: String,
    /// Unit that it is ordered in.
    pub orderable: Unit,
    /// Consumable units in it, where it says so.
    pub pack_size: Option<i64>,
    /// Its net content, where it says so.
    pub content: Option<Quantity>,
    /// The next lower level and how many of it are in it.
    pub inner: Option<(String, i64)>,
}

/// Levels in common units, in the order given: each from what it says and what its parts add up to.
pub fn normalise_levels(levels: &[Level]) -> Vec<Result<Normalised, Contradiction>> {
    let mut by_id: HashMap<&str, usize> = HashMap::new();
    for (at, level) in levels.iter().enumerate() {
        by_id.entry(&level.id).or_insert(at);
    }
    let mut done: Vec<Option<Result<Normalised, Contradiction>>> = vec![None; levels.len()];
    for start in 0..levels.len() {
        // down to what is known, then up again; a level met twice on the way down contains itself
        let mut way = vec![start];
        while let Some(&at) = way.last() {
            let inner = levels[at].inner.as_ref().and_then(|(id, _)| by_id.get(id.as_str()).copied());
            match inner {
                Some(inner) if done[inner].is_none() && done[at].is_none() => {
                    if way.contains(&inner) {
                        done[at] = Some(Err(contains_itself(&levels[at])));
                    } else {
                        way.push(inner);
                    }
                }
                _ => {
                    if done[at].is_none() {
                        let part = inner.and_then(|inner| done[inner].clone());
                        done[at] = Some(one_level(&levels[at], part));
                    }
                    way.pop();
                }
            }
        }
    }
    done.into_iter()
        .zip(levels)
        .map(|(done, level)| done.unwrap_or_else(|| Err(contains_itself(level))))
        .collect()
}

fn contains_itself(level: &Level) -> Contradiction {
    Contradiction::new(
        "contains-itself",
        format!("`{}` is a part of itself", level.id),
        "which level is inside which?",
    )
}

fn one_level(
    level: &Level,
    part: Option<Result<Normalised, Contradiction>>,
) -> Result<Normalised, Contradiction> {
    let says =
        |size| Pack { orderable: level.orderable, pack_size: size, content: level.content }.normalise();
    let (Some((id, times)), part) = (&level.inner, part) else {
        let Some(size) = level.pack_size.or(counted(level.orderable)) else {
            let what = format!("nothing says how many consumable units a {} holds", level.orderable.name());
            return Err(Contradiction::new("unknown-pack", what, "give the number of consumable units"));
        };
        return says(size);
    };
    if *times < 1 {
        let what = format!("{times} of `{id}` are in it");
        return Err(Contradiction::new("pack-size", what, "give how many are in it, 1 or more"));
    }
    let Some(Ok(part)) = part else {
        let what = format!("its part `{id}` is missing or contradicts itself");
        return Err(Contradiction::new("unknown-part", what, "mend that level first"));
    };
    let adds_up = part.consumables.checked_mul(*times);
    if let Some(size) = level.pack_size.filter(|size| Some(*size) != adds_up) {
        let what = format!(
            "it says {size} consumable units, but {times} of `{id}` with {} each are {}",
            part.consumables,
            adds_up.map_or("too many".to_owned(), |it| it.to_string())
        );
        return Err(Contradiction::new(
            "pack-size-differs",
            what,
            "how many are in one, and which level is inside?",
        ));
    }
    let mut normal = says(adds_up.unwrap_or(0))?;
    let content = part.content.and_then(|(of, amount)| Some((of, amount.times(Ratio::whole(*times))?)));
    match (normal.content, content) {
        (Some(says), Some(adds)) if says != adds => {
            let each = part.content_each();
            let what = if each == Some(says) || part.content == Some(says) {
                "its net content is that of one part, not of the whole"
            } else {
                "its net content is not what its parts add up to"
            };
            return Err(Contradiction::new(
                "content-differs",
                what,
                "is the content given per part or for the whole?",
            ));
        }
        (None, adds) => normal.content = adds,
        _ => {}
    }
    Ok(normal)
}

/// Pieces in a unit that counts.
fn counted(unit: Unit) -> Option<i64> {
    let whole = unit.factor().filter(|factor| factor.is_whole())?;
    if unit.dimension() == Some(Dimension::Count) { i64::try_from(whole.numerator()).ok() } else { Some(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unit(code: &str) -> Unit {
        Unit::of(code).unwrap()
    }

    fn pack(code: &str, pack_size: i64, content: Option<(i64, &str)>) -> Result<Normalised, Contradiction> {
        let content = content.map(|(milli, code)| Quantity { milli, unit: unit(code) });
        Pack { orderable: unit(code), pack_size, content }.normalise()
    }

    /// The shampoo of the Peppol catalogue guide: bottles of 250 ml, six in a case, 18 cases on a pallet.
    fn shampoo() -> Vec<Level> {
        let level = |id: &str, code, size, ml: i64, inner: Option<(&str, i64)>| Level {
            id: id.to_owned(),
            orderable: unit(code),
            pack_size: size,
            content: Some(Quantity { milli: ml * 1_000, unit: unit("MLT") }),
            inner: inner.map(|(id, times)| (id.to_owned(), times)),
        };
        vec![
            level("pallet", "PF", Some(108), 27_000, Some(("case", 18))),
            level("bottle", "EA", Some(1), 250, None),
            level("case", "CS", Some(6), 1_500, Some(("bottle", 6))),
        ]
    }

    #[test]
    fn the_bottle_the_case_and_the_pallet() {
        let ml = |amount| Some((Dimension::Volume, Ratio::whole(amount)));
        let read = |levels: &[Level]| -> Vec<_> {
            normalise_levels(levels).into_iter().map(|it| it.map(|it| (it.consumables, it.content))).collect()
        };
        let wanted = vec![Ok((108, ml(27_000))), Ok((1, ml(250))), Ok((6, ml(1_500)))];
        assert_eq!(read(&shampoo()), wanted);
        // what case and pallet do not say follows from their parts
        let mut silent = shampoo();
        for at in [0, 2] {
            (silent[at].pack_size, silent[at].content) = (None, None);
        }
        assert_eq!(read(&silent), wanted);
        // litres are the same content
        let litres = pack("CS", 6, Some((1_500, "LTR"))).unwrap();
        assert_eq!((litres.consumables, litres.content), (6, ml(1_500)));
    }

    #[test]
    fn a_hierarchy_that_contradicts_itself_is_named() {
        let rule = |change: &dyn Fn(&mut Vec<Level>)| {
            let mut levels = shampoo();
            change(&mut levels);
            normalise_levels(&levels)
                .into_iter()
                .filter_map(|it| it.err().map(|it| it.rule))
                .collect::<Vec<_>>()
        };
        assert_eq!(rule(&|it| it[0].pack_size = Some(18)), ["pack-size-differs"]);
        assert_eq!(rule(&|it| it[2].content = it[1].content), ["unknown-part", "content-differs"]);
        let circle = rule(&|it| it[1].inner = Some(("pallet".into(), 1)));
        assert_eq!(circle, ["unknown-part", "contains-itself", "unknown-part"]);
        assert_eq!(rule(&|it| it[1].pack_size = Some(12)), ["unknown-part", "each-of-many", "unknown-part"]);
    }

    #[test]
    fn a_pack_that_contradicts_itself_is_named() {
        for (code, size, content, rule) in [
            ("EA", 100, None, "each-of-many"),
            ("PR", 1, None, "count-differs"),
            ("DZN", 10, None, "count-differs"),
            ("BX", 0, None, "pack-size"),
            ("BX", 12, Some((1_000, "CS")), "content-in-packages"),
            ("BX", 12, Some((0, "MLT")), "no-content"),
            ("BX", 12, Some((100_000, "EA")), "uneven-content"),
            ("LTR", 1, Some((500_000, "MLT")), "measure-differs"),
            ("LTR", 6, None, "measure-of-many"),
        ] {
            assert_eq!(pack(code, size, content).map_err(|it| it.rule), Err(rule), "{code} {size}");
        }
        for (code, size, content) in [
            ("DZN", 12, None),
            ("PR", 2, None),
            ("LTR", 1, Some((1_000_000, "MLT"))),
            ("BX", 5, Some((2_500_000, "ST"))),
        ] {
            assert!(pack(code, size, content).is_ok(), "{code} {size}");
        }
    }

    proptest! {
        /// Whatever the hierarchy, what it says is accepted when it adds up, and named when one figure is changed.
        #[test]
        fn one_changed_figure_is_always_named(each in 1_i64..2_000, times in prop::collection::vec(2_i64..40, 1..4), at in 0_usize..9, by in 1_i64..9) {
            let mut levels = vec![Level {
                id: "0".into(), orderable: unit("EA"), pack_size: Some(1),
                content: Some(Quantity { milli: each * 1_000, unit: unit("MLT") }), inner: None,
            }];
            let (mut size, mut content) = (1, each);
            for (place, times) in times.iter().enumerate() {
                (size, content) = (size * times, content * times);
                levels.push(Level {
                    id: (place + 1).to_string(), orderable: unit("CS"), pack_size: Some(size),
                    content: Some(Quantity { milli: content * 1_000, unit: unit("MLT") }),
                    inner: Some((place.to_string(), *times)),
                });
            }
            prop_assert!(normalise_levels(&levels).iter().all(Result::is_ok));
            let place = 1 + at % times.len();
            let level = &mut levels[place];
            match at % 3 {
                0 => level.pack_size = level.pack_size.map(|size| size + by),
                1 => level.content = level.content.map(|it| Quantity { milli: it.milli + by, ..it }),
                _ => level.inner = level.inner.take().map(|(id, times)| (id, times + by)),
            }
            prop_assert!(normalise_levels(&levels)[place].is_err());
        }
    }
}
