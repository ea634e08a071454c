//! What speaks for and against two records being one item, in words, for who decides.

use std::collections::BTreeSet;

use super::item::Item;

/// Words on each side by which descriptions differ that are told at most.
const MOST_WORDS: usize = 6;

/// What speaks for it and against it, a clause each.
pub fn evidence(one: &Item, other: &Item) -> Vec<String> {
    let mut said = Vec::new();
    codes(one, other, &mut said);
    let (left, right) = (words(&one.description), words(&other.description));
    let differ = |of: &BTreeSet<String>, from: &BTreeSet<String>| {
        of.difference(from).take(MOST_WORDS).cloned().collect::<Vec<_>>().join(" ")
    };
    match (differ(&left, &right), differ(&right, &left)) {
        (a, b) if a.is_empty() && b.is_empty() => {
            said.push("the descriptions have the same words".to_owned());
        }
        (a, b) if a.is_empty() || b.is_empty() => said.push(format!("only one says `{a}{b}`")),
        (a, b) => said.push(format!("one says `{a}`, the other `{b}`")),
    }
    packs(one, other, &mut said);
    said
}

fn codes(one: &Item, other: &Item, said: &mut Vec<String>) {
    let plain = |code: &str| -> String {
        code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
    };
    match (&one.gtin, &other.gtin) {
        (Some(one), Some(other)) if one.padded() == other.padded() => said.push("the same GTIN".to_owned()),
        (Some(one), Some(other)) => said.push(format!("GTIN {one} against {other}")),
        _ => {}
    }
    match (&one.manufacturer_code, &other.manufacturer_code) {
        (Some(one), Some(other)) if plain(one) == plain(other) => {
            said.push(format!("the same manufacturer code `{one}`"));
        }
        (Some(one), Some(other)) => said.push(format!("manufacturer codes `{one}` and `{other}`")),
        _ => {}
    }
    match (&one.manufacturer, &other.manufacturer) {
        (Some(one), Some(other)) if plain(one) == plain(other) => said.push(format!("both made by {one}")),
        (Some(one), Some(other)) => said.push(format!("made by {one} and by {other}")),
        _ => {}
    }
}

fn packs(one: &Item, other: &Item, said: &mut Vec<String>) {
    match (one.pack.normalise(), other.pack.normalise()) {
        (Ok(a), Ok(b)) if a.consumables == b.consumables => {
            said.push(format!("both hold {} consumable units", a.consumables));
        }
        (Ok(a), Ok(b)) => {
            said.push(format!("one holds {} consumable units, the other {}", a.consumables, b.consumables));
        }
        (Err(found), _) | (_, Err(found)) => said.push(format!("a pack is in question: {}", found.what)),
    }
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_lowercase).collect()
}
