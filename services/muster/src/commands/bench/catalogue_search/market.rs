//! A made-up catalogue as items to search, and searches whose right answer is known.

use std::collections::{BTreeSet, HashMap};

use muster_matching::generate::{Catalogue, Truth, generate};
use muster_search::{Class, Filters, Item};

/// A search whose right answer is known.
pub(in crate::commands::bench) struct Asked {
    /// What is typed.
    pub(in crate::commands::bench) text: String,
    pub(in crate::commands::bench) filters: Filters,
    /// Key of the item that is meant.
    pub(in crate::commands::bench) key: String,
    /// Kind of search.
    pub(in crate::commands::bench) kind: &'static str,
}

impl Asked {
    /// Is it asked among some of the items only?
    pub(in crate::commands::bench) fn filtered(&self) -> bool {
        self.filters.class.is_some()
            || !self.filters.suppliers.is_empty()
            || !self.filters.organisations.is_empty()
    }
}

/// Kinds of searches, with mistakes.
const KINDS: &[&str] = &[
    "words",
    "one letter wrong",
    "neighbours swapped",
    "two letters wrong",
    "a mistake in each of two words",
    "code without punctuation",
    "beginning of a code",
    "stretch of a code",
    "code with one sign wrong",
    "words and class",
    "words and supplier",
    "words with a mistake and organisation",
];

/// Items that a search without mistakes may name, so that the one that is meant can be among the first so many.
const FIRST: usize = 10;

/// Numbers that follow from a seed, one after the other; which ones does not matter here.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }
}

fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// So many made-up items.
pub(in crate::commands::bench) fn items(count: usize, seed: u64) -> Vec<Item> {
    let Catalogue { records, truth } = generate(count, seed);
    records
        .into_iter()
        .zip(&truth)
        .map(|(record, truth)| {
            let mut codes = vec![record.code];
            let chance = mix(truth.product ^ mix(u64::from(truth.organisation) ^ seed));
            if chance.is_multiple_of(2) {
                codes.push(format!("{:014}", truth.gtin));
            }
            // the number of a supplier, as a ledger has it
            codes.push(format!(
                "{}{:06}",
                (b'A' + u8::try_from(chance % 20).unwrap_or(0)) as char,
                chance / 32 % 1_000_000
            ));
            codes.retain(|code| !code.is_empty());
            Item {
                key: record.id,
                texts: vec![record.description, record.brand],
                codes,
                classes: vec![class(truth)],
                suppliers: vec![format!("S{:04}", mix(truth.product / 64) % 3_000)],
                organisations: vec![format!("R{}", char::from(b'A' + truth.organisation))],
            }
        })
        .collect()
}

/// A class of eight digits, one for the products of some lines.
fn class(truth: &Truth) -> Class {
    let number = mix((truth.product / 64) ^ 5) % 2_000;
    Class {
        scheme: "unspsc".into(),
        code: format!("42{:02}{:02}{:02}", number / 100, number / 10 % 10 + 10, number % 10),
    }
}

/// Words as somebody would take them from a description: parted at spaces and commas.
fn said(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    parts.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// What stands in which items, found by plain comparison.
struct Known<'a> {
    items: &'a [Item],
    words: HashMap<String, Vec<u32>>,
    codes: Vec<Vec<String>>,
}

impl<'a> Known<'a> {
    fn of(items: &'a [Item]) -> Self {
        let mut words: HashMap<String, Vec<u32>> = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            let distinct: BTreeSet<String> = item.texts.iter().flat_map(|text| said(text)).collect();
            for word in distinct {
                words.entry(word).or_default().push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        let codes = items.iter().map(|item| item.codes.iter().map(|code| plain(code)).collect()).collect();
        Self { items, words, codes }
    }

    /// Words of an item's texts, in another order, so many that ten items at most have all of them, of those the filters leave.
    fn words(&self, at: usize, random: &mut Random, keep: &dyn Fn(&Item) -> bool) -> Option<Vec<String>> {
        let mut words: Vec<String> = self.items[at]
            .texts
            .iter()
            .flat_map(|text| said(text))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let mut taken: Vec<String> = Vec::new();
        let mut with: Option<Vec<u32>> = None;
        while !words.is_empty() && taken.len() < 7 {
            let word = words.swap_remove(random.below(words.len()));
            let these = &self.words[&word];
            let both: Vec<u32> = match &with {
                None => these.iter().copied().filter(|it| keep(&self.items[*it as usize])).collect(),
                Some(with) => with.iter().copied().filter(|it| these.binary_search(it).is_ok()).collect(),
            };
            taken.push(word);
            let few = both.len() <= FIRST;
            with = Some(both);
            if few && taken.len() >= 2 {
                return Some(taken);
            }
        }
        None
    }

    /// Has a stretch of a code few enough items?
    fn few_with(&self, part: &str, begins: bool) -> bool {
        let has = |code: &String| if begins { code.starts_with(part) } else { code.contains(part) };
        self.codes.iter().filter(|codes| codes.iter().any(has)).take(FIRST + 1).count() <= FIRST
    }
}

/// So many searches, of every kind alike.
pub(in crate::commands::bench) fn searches(items: &[Item], count: usize, seed: u64) -> Vec<Asked> {
    let known = Known::of(items);
    let mut random = Random(mix(seed ^ 0x5ea5));
    let mut searches = Vec::with_capacity(count);
    while searches.len() < count {
        let kind = KINDS[searches.len() % KINDS.len()];
        let at = random.below(items.len());
        if let Some((text, filters)) = search(kind, at, &known, &mut random) {
            searches.push(Asked { text, filters, key: items[at].key.clone(), kind });
        }
    }
    searches
}

fn search(kind: &str, at: usize, known: &Known<'_>, random: &mut Random) -> Option<(String, Filters)> {
    if kind.contains("code") {
        return Some((code(kind, at, known, random)?, Filters::default()));
    }
    let item = &known.items[at];
    let filters = match kind {
        "words and class" => {
            let class = item.classes.first().cloned().map(|it| Class { code: it.code[..6].to_owned(), ..it });
            Filters { class, ..Filters::default() }
        }
        "words and supplier" => Filters { suppliers: item.suppliers.clone(), ..Filters::default() },
        "words with a mistake and organisation" => {
            Filters { organisations: item.organisations.clone(), ..Filters::default() }
        }
        _ => Filters::default(),
    };
    let keep = |other: &Item| {
        filters
            .class
            .as_ref()
            .is_none_or(|class| other.classes.iter().any(|it| it.code.starts_with(&class.code)))
            && (filters.suppliers.is_empty() || other.suppliers == filters.suppliers)
            && (filters.organisations.is_empty() || other.organisations == filters.organisations)
    };
    let mut words = known.words(at, random, &keep)?;
    match kind {
        "one letter wrong" | "words with a mistake and organisation" => {
            one_wrong(&mut words, 4, random, wrong)?;
        }
        "neighbours swapped" => one_wrong(&mut words, 4, random, swapped)?,
        "two letters wrong" => {
            one_wrong(&mut words, 7, random, |word, random| wrong(&wrong(word, random), random))?;
        }
        "a mistake in each of two words" => {
            one_wrong(&mut words, 5, random, wrong)?;
            one_wrong(&mut words, 5, random, swapped)?;
        }
        _ => {}
    }
    Some((words.join(" "), filters))
}

/// Mistypes one of the words of letters that are so long and not mistyped yet.
fn one_wrong(
    words: &mut [String],
    shortest: usize,
    random: &mut Random,
    mistype: impl Fn(&str, &mut Random) -> String,
) -> Option<()> {
    let long: Vec<usize> = (0..words.len())
        .filter(|at| words[*at].len() >= shortest && words[*at].bytes().all(|b| b.is_ascii_lowercase()))
        .collect();
    let at = *long.get(random.below(long.len()))?;
    // an upper-case letter marks that this word has its mistake
    words[at] = mistype(&words[at], random).to_uppercase();
    Some(())
}

/// A letter wrong, missing or too many.
fn wrong(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    let letter = char::from(b'a' + u8::try_from(random.below(26)).unwrap_or(0));
    match random.below(3) {
        0 => letters[at] = letter,
        1 => letters.insert(at, letter),
        _ => {
            letters.remove(at);
        }
    }
    letters.into_iter().collect()
}

/// Two different neighbours swapped, where there are any.
fn swapped(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let places: Vec<usize> = (1..letters.len()).filter(|at| letters[at - 1] != letters[*at]).collect();
    if let Some(at) = places.get(random.below(places.len())) {
        letters.swap(at - 1, *at);
    }
    letters.into_iter().collect()
}

fn code(kind: &str, at: usize, known: &Known<'_>, random: &mut Random) -> Option<String> {
    let codes = &known.codes[at];
    let code = codes.get(random.below(codes.len()))?.clone();
    let length = code.len();
    let text = match kind {
        "beginning of a code" => code[..(length * 3 / 4).max(5).min(length)].to_owned(),
        "stretch of a code" => {
            let part = (length * 2 / 3).max(5).min(length);
            let from = random.below(length - part + 1);
            code[from..from + part].to_owned()
        }
        _ => code,
    };
    if text.len() < 5
        || !text.bytes().any(|b| b.is_ascii_digit())
        || !known.few_with(&text, kind.starts_with('b'))
    {
        return None;
    }
    if kind != "code with one sign wrong" {
        return Some(text);
    }
    let mut signs: Vec<u8> = text.into_bytes();
    let at = random.below(signs.len());
    signs[at] = if signs[at].is_ascii_digit() {
        b'0' + (signs[at] - b'0' + 1 + u8::try_from(random.below(8)).unwrap_or(0)) % 10
    } else {
        b'x'
    };
    String::from_utf8(signs).ok()
}
