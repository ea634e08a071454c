//! Units of measure: codes of UNECE Recommendation 20 (measures and counts) and 21 (packages), with exact factors.
//!
//! Codes of Recommendation 21 are read with and without the `X` that UBL puts before them: `CS` and `XCS` are one unit.
//! `PF` is read as a pallet, as older editions of Recommendation 20 and the Peppol catalogue guide have it.

use std::fmt;

use super::ratio::Ratio;

/// What is measured, with the unit that figures are brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Pieces, counted in `EA`.
    Count,
    /// Volume, in millilitres.
    Volume,
    /// Mass, in grams.
    Mass,
    /// Length, in metres.
    Length,
    /// Area, in square metres.
    Area,
    /// Time, in hours.
    Time,
}

impl Dimension {
    /// The unit that figures of this dimension are brought to.
    pub fn base(self) -> &'static str {
        match self {
            Self::Count => "EA",
            Self::Volume => "MLT",
            Self::Mass => "GRM",
            Self::Length => "MTR",
            Self::Area => "MTK",
            Self::Time => "HUR",
        }
    }
}

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// So many base units, as a fraction.
    Measure(Dimension, i64, i64),
    /// A package: how much is in it must be told.
    Package,
}

#[derive(Debug)]
struct Entry {
    code: &'static str,
    name: &'static str,
    kind: Kind,
}

const fn measure(code: &'static str, name: &'static str, dimension: Dimension, factor: (i64, i64)) -> Entry {
    Entry { code, name, kind: Kind::Measure(dimension, factor.0, factor.1) }
}

const fn count(code: &'static str, name: &'static str, pieces: i64) -> Entry {
    measure(code, name, Dimension::Count, (pieces, 1))
}

const fn package(code: &'static str, name: &'static str) -> Entry {
    Entry { code, name, kind: Kind::Package }
}

use Dimension::{Area, Length, Mass, Time, Volume};

/// Every code known here. Imperial units by their definition in metric ones.
static TABLE: &[Entry] = &[
    count("EA", "each", 1),
    count("C62", "one", 1),
    count("H87", "piece", 1),
    count("NAR", "number of articles", 1),
    count("ST", "sheet", 1),
    count("PR", "pair", 2),
    count("NPR", "number of pairs", 2),
    count("DZN", "dozen", 12),
    count("DPC", "dozen pieces", 12),
    count("DPR", "dozen pairs", 24),
    count("CEN", "hundred", 100),
    count("GRO", "gross", 144),
    count("MIL", "thousand", 1_000),
    count("T3", "thousand pieces", 1_000),
    measure("4G", "microlitre", Volume, (1, 1_000)),
    measure("MMQ", "cubic millimetre", Volume, (1, 1_000)),
    measure("MLT", "millilitre", Volume, (1, 1)),
    measure("CMQ", "cubic centimetre", Volume, (1, 1)),
    measure("CLT", "centilitre", Volume, (10, 1)),
    measure("DLT", "decilitre", Volume, (100, 1)),
    measure("LTR", "litre", Volume, (1_000, 1)),
    measure("DMQ", "cubic decimetre", Volume, (1_000, 1)),
    measure("HLT", "hectolitre", Volume, (100_000, 1)),
    measure("MTQ", "cubic metre", Volume, (1_000_000, 1)),
    measure("OZI", "fluid ounce (UK)", Volume, (284_130_625, 10_000_000)),
    measure("PTI", "pint (UK)", Volume, (56_826_125, 100_000)),
    measure("GLI", "gallon (UK)", Volume, (454_609, 100)),
    measure("MC", "microgram", Mass, (1, 1_000_000)),
    measure("MGM", "milligram", Mass, (1, 1_000)),
    measure("GRM", "gram", Mass, (1, 1)),
    measure("KGM", "kilogram", Mass, (1_000, 1)),
    measure("TNE", "tonne", Mass, (1_000_000, 1)),
    measure("ONZ", "ounce", Mass, (28_349_523_125, 1_000_000_000)),
    measure("LBR", "pound", Mass, (45_359_237, 100_000)),
    measure("MMT", "millimetre", Length, (1, 1_000)),
    measure("CMT", "centimetre", Length, (1, 100)),
    measure("DMT", "decimetre", Length, (1, 10)),
    measure("MTR", "metre", Length, (1, 1)),
    measure("KMT", "kilometre", Length, (1_000, 1)),
    measure("KTM", "kilometre", Length, (1_000, 1)),
    measure("INH", "inch", Length, (254, 10_000)),
    measure("FOT", "foot", Length, (3_048, 10_000)),
    measure("YRD", "yard", Length, (9_144, 10_000)),
    measure("MMK", "square millimetre", Area, (1, 1_000_000)),
    measure("CMK", "square centimetre", Area, (1, 10_000)),
    measure("MTK", "square metre", Area, (1, 1)),
    measure("SEC", "second", Time, (1, 3_600)),
    measure("MIN", "minute", Time, (1, 60)),
    measure("HUR", "hour", Time, (1, 1)),
    measure("DAY", "day", Time, (24, 1)),
    measure("WEE", "week", Time, (168, 1)),
    package("AE", "aerosol"),
    package("AM", "ampoule"),
    package("BG", "bag"),
    package("BJ", "bucket"),
    package("BO", "bottle"),
    package("BX", "box"),
    package("CA", "can"),
    package("CQ", "cartridge"),
    package("CR", "crate"),
    package("CS", "case"),
    package("CT", "carton"),
    package("CY", "cylinder"),
    package("DR", "drum"),
    package("JR", "jar"),
    package("JY", "jerrican"),
    package("KI", "kit"),
    package("PA", "packet"),
    package("PK", "package"),
    package("PU", "tray"),
    package("PX", "pallet"),
    package("RL", "reel"),
    package("RO", "roll"),
    package("SA", "sack"),
    package("SH", "sachet"),
    package("SX", "set"),
    package("TB", "tub"),
    package("TU", "tube"),
    package("VI", "vial"),
];

/// Other codes for an entry of the table.
const ALIASES: &[(&str, &str)] = &[("PF", "PX"), ("SET", "SX"), ("KT", "KI"), ("NMP", "PK")];
/// Words that people write for a unit.
const WORDS: &[(&str, &str)] = &[
    ("unit", "EA"),
    ("item", "EA"),
    ("single", "EA"),
    ("tablet", "EA"),
    ("capsule", "EA"),
    ("pcs", "EA"),
    ("pack", "PK"),
    ("pkt", "PA"),
    ("ml", "MLT"),
    ("l", "LTR"),
    ("g", "GRM"),
    ("gm", "GRM"),
    ("kg", "KGM"),
    ("mg", "MGM"),
    ("m", "MTR"),
    ("cm", "CMT"),
    ("mm", "MMT"),
];

/// A unit of the table.
#[derive(Clone, Copy)]
pub struct Unit(&'static Entry);

impl Unit {
    /// A unit by its code, with or without the `X` of a package, in any case.
    pub fn of(code: &str) -> Option<Self> {
        let code = code.to_ascii_uppercase();
        let named = |code: &str| {
            let code = ALIASES.iter().find(|(alias, _)| *alias == code).map_or(code, |(_, code)| code);
            TABLE.iter().find(|entry| entry.code == code).map(Self)
        };
        // XPF is a pen of Recommendation 21, not the pallet of Recommendation 20
        let package = code.strip_prefix('X').filter(|rest| *rest != "PF").and_then(named);
        named(&code).or_else(|| package.filter(|unit| unit.is_package()))
    }

    /// The one that pieces are counted in.
    pub fn each() -> Self {
        Self(&TABLE[0])
    }

    /// What people may have meant by a text that is no code.
    pub fn meant(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let stem = if text.len() > 3 { text.strip_suffix('s').unwrap_or(&text) } else { &text };
        let word = WORDS.iter().find(|(word, _)| *word == stem).and_then(|(_, code)| Self::of(code));
        word.or_else(|| TABLE.iter().find(|entry| entry.name == stem).map(Self))
    }

    /// The code, without the `X` of packages.
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// The code as UBL has it: packages with `X`.
    pub fn ubl(self) -> String {
        if self.is_package() { format!("X{}", self.0.code) } else { self.0.code.to_owned() }
    }

    /// What it is, in words.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// Is it a package, which says nothing of what is in it?
    pub fn is_package(self) -> bool {
        self.0.kind == Kind::Package
    }

    /// What it measures; nothing for a package.
    pub fn dimension(self) -> Option<Dimension> {
        match self.0.kind {
            Kind::Measure(dimension, _, _) => Some(dimension),
            Kind::Package => None,
        }
    }

    /// Base units in one of it; nothing for a package.
    pub fn factor(self) -> Option<Ratio> {
        match self.0.kind {
            Kind::Measure(_, n, d) => Ratio::new(n.into(), d.into()),
            Kind::Package => None,
        }
    }
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.0.code == other.0.code
    }
}

impl Eq for Unit {}

impl PartialOrd for Unit {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Unit {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.code.cmp(other.0.code)
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code)
    }
}

/// So much of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Amount in 1/1000.
    pub milli: i64,
    /// The unit.
    pub unit: Unit,
}

impl Quantity {
    /// Base units, exactly; nothing for packages.
    pub fn in_base(self) -> Option<(Dimension, Ratio)> {
        let dimension = self.unit.dimension()?;
        let factor = self.unit.factor()?;
        Some((dimension, factor.times(Ratio::new(self.milli.into(), 1_000)?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_once_and_factors_are_those_of_their_definitions() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert!(TABLE[at + 1..].iter().all(|other| other.code != entry.code), "{}", entry.code);
            assert!(ALIASES.iter().all(|(alias, _)| *alias != entry.code), "{}", entry.code);
            assert_eq!(Unit::of(&Unit(entry).ubl()), Some(Unit(entry)), "{}", entry.code);
        }
        assert!(ALIASES.iter().chain(WORDS).all(|(_, code)| Unit::of(code).is_some()));
        let base = |milli, code| Quantity { milli, unit: Unit::of(code).unwrap() }.in_base().unwrap().1;
        for (milli, code, wanted) in [
            (1_500, "LTR", (1_500, 1)),
            (1_000, "GLI", (454_609, 100)),
            (8_000, "PTI", (454_609, 100)),
            (20_000, "OZI", (56_826_125, 100_000)),
            (16_000, "ONZ", (45_359_237, 100_000)),
            (3_000, "FOT", (9_144, 10_000)),
            (12_000, "INH", (3_048, 10_000)),
            (2_500, "DZN", (30, 1)),
        ] {
            assert_eq!(Some(base(milli, code)), Ratio::new(wanted.0, wanted.1), "{code}");
        }
    }

    #[test]
    fn a_package_is_read_with_and_without_its_x() {
        assert_eq!(Unit::of("xcs"), Unit::of("CS"));
        assert_eq!(Unit::of("PF").map(Unit::name), Some("pallet"));
        for none in ["XPF", "XEA", "X", "", "BOX", "XX"] {
            assert_eq!(Unit::of(none), None, "{none}");
        }
        assert_eq!(Unit::meant("Boxes").or(Unit::meant("Box")).map(Unit::code), Some("BX"));
        assert_eq!(Unit::meant("Tablets").map(Unit::code), Some("EA"));
    }
}
