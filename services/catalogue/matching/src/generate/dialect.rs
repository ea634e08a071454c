//! How each of seven organisations writes: order, abbreviations, units, packs, what is left out, and mistakes.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::{families::SHORT, names::title};

/// Letters of a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Lower,
    Upper,
    Title,
}

/// What a code column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codes {
    Maker,
    Gtin,
    Own,
}

/// How an organisation writes.
#[derive(Debug)]
pub(super) struct Dialect {
    pub(super) organisation: u8,
    /// Order: b brand, l line, n noun, q qualifiers, s size, p pack, c code.
    order: &'static str,
    case: Case,
    comma: bool,
    /// Chance of each to be said, or written so.
    brand: f64,
    line: f64,
    pub(super) other: f64,
    qualifier: f64,
    pack: f64,
    code: f64,
    short: f64,
    mistake: f64,
    codes: Codes,
    code_given: f64,
    brand_given: f64,
    pub(super) price: f64,
    /// Longest description; a catalogue of fixed width cuts the rest.
    width: usize,
    units: u8,
}

const PLAIN: Dialect = Dialect {
    organisation: 0,
    order: "blnqsp",
    case: Case::Title,
    comma: false,
    brand: 0.9,
    line: 0.95,
    other: 0.1,
    qualifier: 0.97,
    pack: 0.85,
    code: 0.1,
    short: 0.03,
    mistake: 0.008,
    codes: Codes::Maker,
    code_given: 0.9,
    brand_given: 0.9,
    price: 0.9,
    width: 200,
    units: 0,
};

/// The seven organisations.
pub(super) const DIALECTS: [Dialect; 7] = [
    PLAIN,
    Dialect {
        organisation: 1,
        order: "nqslbp",
        case: Case::Upper,
        comma: true,
        brand: 0.6,
        line: 0.9,
        other: 0.5,
        short: 0.1,
        units: 1,
        code_given: 0.8,
        brand_given: 0.7,
        ..PLAIN
    },
    Dialect {
        organisation: 2,
        order: "nqslbp",
        case: Case::Upper,
        brand: 0.5,
        line: 0.88,
        short: 0.75,
        qualifier: 0.95,
        pack: 0.7,
        units: 2,
        code_given: 0.75,
        brand_given: 0.5,
        width: 72,
        ..PLAIN
    },
    Dialect {
        organisation: 3,
        order: "lnqspcb",
        brand: 0.5,
        code: 0.85,
        codes: Codes::Own,
        code_given: 1.0,
        brand_given: 0.85,
        units: 3,
        comma: true,
        ..PLAIN
    },
    Dialect {
        organisation: 4,
        order: "bnlsqp",
        case: Case::Lower,
        line: 0.85,
        mistake: 0.05,
        short: 0.15,
        other: 0.3,
        units: 4,
        code_given: 0.7,
        brand_given: 0.6,
        price: 0.8,
        ..PLAIN
    },
    Dialect {
        organisation: 5,
        order: "nlqspb",
        codes: Codes::Gtin,
        code_given: 0.95,
        units: 5,
        brand: 0.8,
        pack: 0.95,
        ..PLAIN
    },
    Dialect {
        organisation: 6,
        order: "blnsqp",
        case: Case::Upper,
        short: 0.5,
        width: 60,
        other: 0.4,
        units: 1,
        codes: Codes::Maker,
        code_given: 0.85,
        brand_given: 0.8,
        price: 0.95,
        ..PLAIN
    },
];

/// What there is to say of a product.
pub(super) struct Said<'a> {
    pub(super) noun: &'a str,
    pub(super) brand: &'a str,
    pub(super) line: &'a str,
    pub(super) qualifiers: &'a [&'static str],
    pub(super) size: &'a str,
    pub(super) pack: u32,
    pub(super) code: &'a str,
}

impl Dialect {
    /// A description.
    pub(super) fn describe(&self, said: &Said<'_>, random: &mut ChaCha8Rng) -> String {
        let mut parts: Vec<String> = Vec::new();
        for what in self.order.chars() {
            match what {
                'b' if random.random_bool(self.brand) => parts.push(self.words(said.brand, random)),
                'l' if random.random_bool(self.line) => parts.push(self.words(said.line, random)),
                'n' => parts.push(self.words(&self.plural(said.noun, random), random)),
                'q' => {
                    for qualifier in said.qualifiers.iter().filter(|it| !it.is_empty()) {
                        if random.random_bool(self.qualifier) {
                            parts.push(self.words(qualifier, random));
                        }
                    }
                }
                's' => parts.push(self.size(said.size)),
                'p' if random.random_bool(self.pack) => parts.push(self.packed(said.pack, random)),
                'c' if random.random_bool(self.code) => parts.push(said.code.to_owned()),
                _ => {}
            }
        }
        let joined = parts.join(if self.comma { ", " } else { " " });
        let cased = match self.case {
            Case::Lower => joined.to_lowercase(),
            Case::Upper => joined.to_uppercase(),
            Case::Title => joined.split(' ').map(title).collect::<Vec<_>>().join(" "),
        };
        cased.chars().take(self.width).collect::<String>().trim_end().to_owned()
    }

    fn plural(&self, noun: &str, random: &mut ChaCha8Rng) -> String {
        if self.organisation.is_multiple_of(2) && random.random_bool(0.4) {
            format!("{noun}s")
        } else {
            noun.to_owned()
        }
    }

    /// Words, some abbreviated and some mistyped.
    fn words(&self, text: &str, random: &mut ChaCha8Rng) -> String {
        let each = text.split(' ').map(|word| {
            let short = SHORT.iter().find(|(long, _)| *long == word.trim_end_matches('s') || *long == word);
            match short {
                Some((_, short)) if random.random_bool(self.short) => {
                    short[usize::from(self.organisation / 3) % short.len()].to_owned()
                }
                _ if random.random_bool(self.mistake) => mistyped(word, random),
                _ => word.to_owned(),
            }
        });
        each.collect::<Vec<_>>().join(" ")
    }

    /// A size in the units and with the signs of the organisation.
    fn size(&self, size: &str) -> String {
        if let Some(letter) = size.strip_prefix('=') {
            let long = match letter {
                "XS" => "extra small",
                "S" => "small",
                "M" => "medium",
                "L" => "large",
                _ => "extra large",
            };
            return match self.units {
                0 | 4 => long.to_owned(),
                5 => format!("size {letter}"),
                _ => letter.to_owned(),
            };
        }
        let parts: Vec<String> = size.split('|').map(|part| self.measure(part)).collect();
        let times = match self.units {
            0 | 3 => " x ",
            2 => "/",
            _ => "x",
        };
        parts.join(times)
    }

    fn measure(&self, part: &str) -> String {
        let (value, unit) = part.split_once(' ').unwrap_or((part, ""));
        let gap = if matches!(self.units, 0 | 3 | 5) { " " } else { "" };
        match (unit, self.units) {
            ("std" | "", _) => value.to_owned(),
            ("size" | "no" | "usp", _) => format!("size {value}"),
            ("g", 0) => format!("{value} gauge"),
            ("ch", 0 | 3) => format!("{value} Fr"),
            ("ch", 2) => format!("FG{value}"),
            ("ch", _) => format!("CH{value}"),
            ("cm", 1 | 5) => {
                millimetres(value).map_or_else(|| format!("{value}{gap}cm"), |mm| format!("{mm}{gap}mm"))
            }
            ("l", 2) => format!("{value}ltr"),
            ("ml", 4) => format!("{value}mls"),
            _ => format!("{value}{gap}{unit}"),
        }
    }

    fn packed(&self, pack: u32, random: &mut ChaCha8Rng) -> String {
        if pack == 1 {
            return ["each", "single", "ea"][usize::from(self.units) % 3].to_owned();
        }
        match (self.units, random.random_bool(0.7)) {
            (0, true) => format!("pack of {pack}"),
            (0, false) | (4, true) => format!("box of {pack}"),
            (1, true) => format!("BX{pack}"),
            (1, false) | (2, true) => format!("PK{pack}"),
            (2, false) => format!("X{pack}"),
            (3, true) => format!("{pack}/box"),
            (3, false) => format!("{pack} per case"),
            (5, true) => format!("({pack} pcs)"),
            _ => format!("{pack}s"),
        }
    }

    /// What stands in the code column: rarely another product's code, or one with a digit wrong.
    pub(super) fn code(&self, maker: &str, gtin: u64, random: &mut ChaCha8Rng) -> String {
        if !random.random_bool(self.code_given) {
            return String::new();
        }
        let code = match self.codes {
            Codes::Gtin if random.random_bool(0.75) => format!("{gtin:014}"),
            Codes::Maker | Codes::Gtin => maker.to_owned(),
            Codes::Own => return format!("NSV{:06}", random.random_range(0..1_000_000)),
        };
        let chance = random.random_range(0..1_000);
        match chance {
            0..12 => next_digit(&code, random),
            12..60 => code.replace(['-', '.'], ""),
            60..100 => code.to_lowercase(),
            _ => code,
        }
    }

    /// What stands in the brand column.
    pub(super) fn brand(&self, brand: &str, random: &mut ChaCha8Rng) -> String {
        if !random.random_bool(self.brand_given) {
            return String::new();
        }
        let first = brand.split(' ').next().unwrap_or(brand);
        match self.organisation {
            1 | 6 => brand.to_uppercase(),
            2 => first.to_uppercase(),
            3 => format!("{brand} Ltd"),
            4 => first.to_lowercase(),
            _ => brand.to_owned(),
        }
    }
}

fn millimetres(centimetres: &str) -> Option<String> {
    let (whole, part) = centimetres.split_once('.').unwrap_or((centimetres, "0"));
    let whole: u32 = whole.parse().ok()?;
    let part: u32 = part.parse().ok().filter(|it| *it < 10)?;
    Some((whole * 10 + part).to_string())
}

/// A neighbour's code: the last digit one higher.
fn next_digit(code: &str, random: &mut ChaCha8Rng) -> String {
    let places: Vec<usize> =
        code.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
    let last = places.len().saturating_sub(1);
    let at = if random.random_bool(0.5) { last } else { random.random_range(0..=last) };
    let mut code = code.to_owned();
    if let Some(place) = places.get(at) {
        let digit = code.as_bytes()[*place] - b'0';
        code.replace_range(*place..=*place, &((digit + 1) % 10).to_string());
    }
    code
}

/// A letter left out, doubled, swapped with the next or hit beside.
fn mistyped(word: &str, random: &mut ChaCha8Rng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 || letters.iter().any(char::is_ascii_digit) {
        return word.to_owned();
    }
    let at = random.random_range(1..letters.len() - 1);
    match random.random_range(0..4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = char::from(b'a' + random.random_range(0..26_u8)),
    }
    letters.into_iter().collect()
}
