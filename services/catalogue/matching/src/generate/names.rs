//! Names of makers and lines, made of syllables.

use crate::fold::mix;

const FIRST: &[&str] = &[
    "al", "ben", "cor", "dal", "el", "fen", "gar", "hal", "in", "jor", "kel", "lor", "mar", "nor", "or",
    "pel", "quin", "ros", "sal", "tor", "ul", "ver", "wil", "yar", "zen", "bra", "cla", "dro", "fle", "gri",
    "pro", "sta",
];
const MIDDLE: &[&str] =
    &["a", "e", "i", "o", "ta", "vi", "mo", "ri", "la", "ne", "so", "du", "ca", "be", "fi", "ra"];
const LAST: &[&str] = &[
    "ris", "ven", "lon", "dex", "mar", "tis", "nox", "cor", "fax", "line", "sted", "wick", "ton", "gard",
    "plex", "via", "cel", "dor", "syn", "pax",
];

fn pick(list: &[&'static str], number: u64) -> &'static str {
    list[usize::try_from(number % list.len() as u64).unwrap_or(0)]
}

fn word(seed: u64) -> String {
    let (first, middle, last) = (mix(seed ^ 1), mix(seed ^ 2), mix(seed ^ 3));
    let mut word = pick(FIRST, first).to_owned();
    word.push_str(pick(MIDDLE, middle));
    if seed.is_multiple_of(3) {
        word.push_str(pick(MIDDLE, mix(seed ^ 4)));
    }
    word.push_str(pick(LAST, last));
    word
}

/// A maker: `Corivena`, sometimes with a second word.
pub(super) fn brand(seed: u64) -> String {
    let name = title(&word(seed));
    match seed % 7 {
        0 => format!("{name} Medical"),
        1 => format!("{name} Healthcare"),
        _ => name,
    }
}

/// A line of products.
pub(super) fn line(seed: u64) -> String {
    title(&word(mix(seed ^ 0x11e)))
}

/// Letters that a maker's codes begin with.
pub(super) fn letters(seed: u64) -> String {
    word(seed).to_uppercase().chars().filter(|c| !"AEIOU".contains(*c)).take(3).collect()
}

pub(super) fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
