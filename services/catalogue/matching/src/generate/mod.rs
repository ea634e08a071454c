//! Catalogues of made-up consumables with known truth: seven organisations describe the same products, each in its own words.
//!
//! Every product has near misses: the same line in other sizes, materials and finishes, and the same product in other packs.
//! All of it follows from the seed; no name, code or price is of a real maker.

mod dialect;
mod families;
mod names;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::{
    corpus::Record,
    fold::{hash, mix},
    gtin::check_digit,
};
use dialect::{DIALECTS, Dialect};
use families::{FAMILIES, Family};

/// What is true of a record, whatever it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// Organisation, from 0.
    pub organisation: u8,
    /// Number of the product: records of one product are the same item, whatever the pack.
    pub product: u64,
    /// Pieces in the pack ordered.
    pub pack: u32,
    /// The maker's code.
    pub maker_code: String,
    /// GTIN of the product in this pack.
    pub gtin: u64,
    /// The maker.
    pub brand: String,
}

/// A made-up catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// What organisations write.
    pub records: Vec<Record>,
    /// What is true of each record.
    pub truth: Vec<Truth>,
}

/// Organisations that catalogues are of.
pub const ORGANISATIONS: u8 = 7;

/// Most products of a line; numbers of products leave room for as many.
const OF_LINE: u64 = 64;

/// A line: products of one maker and kind that differ in size and finish.
struct Line {
    family: &'static Family,
    brand: String,
    name: String,
    letters: String,
    number: u64,
    pence: i64,
}

/// A product of a line.
struct Product {
    qualifiers: Vec<&'static str>,
    size: &'static str,
    number: u64,
    code: String,
}

/// Makes a catalogue of so many records up. Fewer records of the same seed are not a part of more: makers grow with the market.
pub fn generate(records: usize, seed: u64) -> Catalogue {
    let lines = (records / 20).max(4) as u64;
    let mut entries = Vec::with_capacity(records + records / 8);
    let mut next = 0;
    while entries.len() < records {
        let more: Vec<Vec<(Record, Truth)>> =
            (next..next + lines).into_par_iter().map(|line| of_line(line, lines, seed)).collect();
        entries.extend(more.into_iter().flatten());
        next += lines;
    }
    entries.truncate(records);
    entries.par_sort_unstable_by_key(|entry| (mix(seed ^ hash(entry.0.id.as_bytes())), entry.1.product));
    let (records, truth) = entries.into_iter().unzip();
    Catalogue { records, truth }
}

/// Records of all products of a line.
fn of_line(number: u64, lines: u64, seed: u64) -> Vec<(Record, Truth)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(number + 1);
    let family = &FAMILIES[random.random_range(0..FAMILIES.len())];
    let brands = 12 + lines / 12;
    let brand = random.random_range(0..brands);
    let line = Line {
        family,
        brand: names::brand(mix(seed ^ brand)),
        name: names::line(mix(seed ^ mix(number))),
        letters: names::letters(mix(seed ^ brand)),
        number,
        pence: random.random_range(family.pence.0..=family.pence.1),
    };
    let mut entries = Vec::new();
    for product in line.products(&mut random) {
        for organisation in 0..ORGANISATIONS {
            if !random.random_bool(0.47) {
                continue;
            }
            entries.push(line.entry(&product, &DIALECTS[usize::from(organisation)], &mut random));
            if random.random_bool(0.06) {
                // the same organisation has it twice: another pack, or entered again
                entries.push(line.entry(&product, &DIALECTS[usize::from(organisation)], &mut random));
            }
        }
    }
    for (at, entry) in entries.iter_mut().enumerate() {
        entry.0.id = format!("{}-{:07}", (b'A' + entry.1.organisation) as char, number * 500 + at as u64);
    }
    entries
}

impl Line {
    /// Products: every size in one or two finishes.
    fn products(&self, random: &mut ChaCha8Rng) -> Vec<Product> {
        let mut finishes: Vec<Vec<&'static str>> = Vec::new();
        for _ in 0..random.random_range(1..=3) {
            let mut pick = |group: &&'static [&'static str]| group[random.random_range(0..group.len())];
            let finish: Vec<&'static str> = self.family.qualifiers.iter().map(&mut pick).collect();
            if !finishes.contains(&finish) {
                finishes.push(finish);
            }
        }
        let mut products = Vec::new();
        let base = random.random_range(10..900_u64);
        for (finish, qualifiers) in finishes.iter().enumerate() {
            for (place, size) in self.family.sizes.iter().enumerate() {
                let at = products.len() as u64;
                if at >= OF_LINE || (self.family.sizes.len() > 3 && random.random_bool(0.15)) {
                    continue;
                }
                let code = match self.number % 4 {
                    0 => format!("{}{:03}{:02}{:02}", self.letters, base, finish + 1, place + 1),
                    1 => format!("{}-{:04}-{:02}", self.letters, base * 7 + finish as u64, place + 1),
                    2 => format!("{:05}{:02}", base * 90 + finish as u64, place * 5 + 10),
                    _ => format!("{:03}.{}{:02}", base, self.letters, finish * 20 + place),
                };
                let number = self.number * OF_LINE + at;
                products.push(Product { qualifiers: qualifiers.clone(), size, number, code });
            }
        }
        products
    }

    fn entry(&self, product: &Product, dialect: &Dialect, random: &mut ChaCha8Rng) -> (Record, Truth) {
        let packs = self.family.packs;
        let pack =
            if random.random_bool(0.75) { packs[0] } else { packs[random.random_range(0..packs.len())] };
        let place = packs.iter().position(|it| *it == pack).unwrap_or(0) as u64;
        let body = 50_000_000_000 + (product.number * 8 + place) % 49_999_999_999;
        let gtin = body * 10 + check_digit(body);
        let said = dialect::Said {
            noun: if random.random_bool(dialect.other) { self.family.other } else { self.family.noun },
            brand: &self.brand,
            line: &self.name,
            qualifiers: &product.qualifiers,
            size: product.size,
            pack,
            code: &product.code,
        };
        let description = dialect.describe(&said, random);
        let code = dialect.code(&product.code, gtin, random);
        // a larger pack is cheaper a piece; organisations pay what they bargained for
        let piece = self.pence as f64 * (1.0 - 0.02 * f64::from(pack).log2());
        let bargain = random.random_range(0.8..1.25);
        let price = random
            .random_bool(dialect.price)
            .then_some((piece * f64::from(pack) * bargain).round().max(1.0))
            .map(pence);
        let brand = dialect.brand(&self.brand, random);
        let record = Record { description, code, brand, price, ..Record::default() };
        let truth = Truth {
            organisation: dialect.organisation,
            product: product.number,
            pack,
            maker_code: product.code.clone(),
            gtin,
            brand: self.brand.clone(),
        };
        (record, truth)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "prices of packs stay far below 2^53 pence")]
fn pence(price: f64) -> i64 {
    price as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_catalogue_and_near_misses_are_there() {
        let catalogue = generate(2_000, 3);
        assert_eq!(catalogue, generate(2_000, 3));
        assert_ne!(catalogue, generate(2_000, 4));
        let truth = &catalogue.truth;
        assert_eq!((catalogue.records.len(), truth.len()), (2_000, 2_000));
        let count = |like: &dyn Fn(&Truth, &Truth) -> bool| {
            truth.iter().flat_map(|a| truth.iter().map(move |b| (a, b))).filter(|(a, b)| like(a, b)).count()
        };
        assert!(count(&|a, b| a.product != b.product && a.product / OF_LINE == b.product / OF_LINE) > 5_000);
        assert!(count(&|a, b| a.product == b.product && a.pack != b.pack) > 500);
    }
}
