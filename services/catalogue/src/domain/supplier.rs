//! Suppliers across organisations: which spellings are one legal entity, and which might be and are to be reviewed.
//!
//! Joined without asking: names that are alike once the words of the legal form are written one way (LIMITED and LTD),
//! a ledger's own code is taken off (`:03529700`), and what follows `T/A` stands apart as trading name. A name without a
//! legal form joins the one with a form when there is only one such. Everything else (another form, a trading name, a name
//! cut off by a ledger, one letter apart) is proposed with its reason, and a person decides.

use std::collections::{BTreeMap, BTreeSet};

use super::legal_name::LegalName;

/// Why two suppliers might be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The same name with another legal form, or with none where several have one.
    OtherForm,
    /// One trades under the name of the other.
    TradingName,
    /// One name is the beginning of the other, as ledgers cut them.
    CutOff,
    /// One letter apart.
    Spelling,
    /// The same words but for common ones, in whatever order.
    SameWords,
}

impl Reason {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::OtherForm => "the same name with another legal form, or without one",
            Self::TradingName => "one trades under the name of the other",
            Self::CutOff => "one name is the beginning of the other",
            Self::Spelling => "the names are one letter apart",
            Self::SameWords => "the names have the same words but for common ones",
        }
    }
}

/// What a person decided of two names, as ledgers have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// One name.
    pub one: String,
    /// The other.
    pub other: String,
    /// They are one supplier.
    pub same: bool,
}

/// A supplier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supplier {
    /// Its names as ledgers have them.
    pub names: BTreeSet<String>,
    /// Codes of ledgers.
    pub codes: BTreeSet<String>,
}

/// Suppliers, and which of them to review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppliers {
    /// By id: the first of its keys in alphabetical order. Names that have nothing to do with it never change it.
    pub by_id: BTreeMap<String, Supplier>,
    /// Pairs of ids that might be one, with the reason.
    pub proposals: Vec<(String, String, Reason)>,
    ids: BTreeMap<String, String>,
}

impl Suppliers {
    /// Recognises suppliers among names.
    pub fn recognise<'a>(names: impl Iterator<Item = &'a str>, decisions: &[Decision]) -> Self {
        let read: BTreeMap<&str, LegalName> = names.map(|name| (name, LegalName::read(name))).collect();
        let mut forms: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for name in read.values() {
            forms.entry(&name.core).or_default().insert(name.form);
        }
        let key = |name: &LegalName| match forms.get(name.core.as_str()) {
            // the form that all others with this name have
            Some(forms) if name.form.is_empty() && forms.len() == 2 => {
                let form = forms.iter().find(|form| !form.is_empty()).copied().unwrap_or_default();
                format!("{} {form}", name.core)
            }
            _ => name.key(),
        };
        let mut groups = Groups::default();
        let mut keys: BTreeMap<String, LegalName> = BTreeMap::new();
        for name in read.values() {
            groups.add(&key(name));
            let entry = keys.entry(key(name)).or_insert_with(|| name.clone());
            entry.trading = entry.trading.take().or_else(|| name.trading.clone());
        }
        let key_of = |name: &str| key(&LegalName::read(name));
        for decision in decisions.iter().filter(|decision| decision.same) {
            groups.join(&key_of(&decision.one), &key_of(&decision.other));
        }
        let mut suppliers = Self::default();
        for (name, legal) in &read {
            let id = groups.id(&key(legal));
            let supplier = suppliers.by_id.entry(id.clone()).or_default();
            supplier.names.insert((*name).to_owned());
            supplier.codes.extend(legal.code.clone());
            suppliers.ids.insert((*name).to_owned(), id);
        }
        let mut apart: BTreeSet<(String, String)> = BTreeSet::new();
        for decision in decisions.iter().filter(|decision| !decision.same) {
            let pair = (groups.id(&key_of(&decision.one)), groups.id(&key_of(&decision.other)));
            apart.insert((pair.1.clone(), pair.0.clone()));
            apart.insert(pair);
        }
        let mut proposals: BTreeMap<(String, String), Reason> = BTreeMap::new();
        for (one, other, reason) in propose(&keys) {
            let (one, other) = (groups.id(&one), groups.id(&other));
            let pair = if one < other { (one, other) } else { (other, one) };
            if pair.0 != pair.1 && !apart.contains(&pair) {
                let entry = proposals.entry(pair).or_insert(reason);
                *entry = (*entry).min(reason);
            }
        }
        suppliers.proposals = proposals.into_iter().map(|((one, other), why)| (one, other, why)).collect();
        suppliers
    }

    /// The supplier of a name that was among those recognised.
    pub fn id(&self, name: &str) -> Option<&str> {
        self.ids.get(name).map(String::as_str)
    }
}

/// Keys joined; a group is called by the first of its keys.
#[derive(Default)]
struct Groups(BTreeMap<String, String>);

impl Groups {
    fn add(&mut self, key: &str) {
        self.0.entry(key.to_owned()).or_insert_with(|| key.to_owned());
    }

    fn id(&self, key: &str) -> String {
        let mut at = key;
        while let Some(next) = self.0.get(at).filter(|next| *next != at) {
            at = next;
        }
        at.to_owned()
    }

    fn join(&mut self, one: &str, other: &str) {
        if self.0.contains_key(one) && self.0.contains_key(other) {
            let (one, other) = (self.id(one), self.id(other));
            let (first, second) = if one < other { (one, other) } else { (other, one) };
            self.0.insert(second, first);
        }
    }
}

/// Least letters of a name that is taken as the beginning of another, and for which a letter may differ.
const LEAST: usize = 12;

fn propose(keys: &BTreeMap<String, LegalName>) -> Vec<(String, String, Reason)> {
    let mut found = Vec::new();
    let mut by_core: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (key, name) in keys {
        by_core.entry(&name.core).or_default().push(key);
    }
    for same in by_core.values() {
        for (at, one) in same.iter().enumerate() {
            found.extend(
                same[at + 1..].iter().map(|other| ((*one).clone(), (*other).clone(), Reason::OtherForm)),
            );
        }
    }
    for (key, name) in keys {
        let trading = name.trading.as_deref().map(|trading| LegalName::read(trading).core);
        for other in trading.iter().filter_map(|core| by_core.get(core.as_str())).flatten() {
            found.push((key.clone(), (*other).clone(), Reason::TradingName));
        }
    }
    // in alphabetical order a beginning stands right before what it begins
    let cores: Vec<(&&str, &Vec<&String>)> = by_core.iter().collect();
    for (at, (core, keys)) in cores.iter().enumerate().filter(|(_, (core, _))| core.len() >= LEAST) {
        for (other, others) in cores[at + 1..].iter().take_while(|(other, _)| other.starts_with(**core)) {
            let whole_words = other[core.len()..].starts_with(' ');
            let few = other.len() - core.len() <= 4 || !whole_words;
            if few {
                found.push((keys[0].clone(), others[0].clone(), Reason::CutOff));
            }
        }
    }
    found.extend(one_letter_apart(&by_core));
    found.extend(same_words(&by_core));
    found
}

/// Words that tell no supplier from another.
const COMMON: &[&str] = &[
    "AND",
    "CO",
    "COMPANY",
    "EUROPE",
    "FOUNDATION",
    "GB",
    "GROUP",
    "HOLDINGS",
    "HOSPITAL",
    "HOSPITALS",
    "INTERNATIONAL",
    "NHS",
    "OF",
    "SERVICE",
    "SERVICES",
    "THE",
    "TRUST",
    "UK",
];

fn same_words(by_core: &BTreeMap<&str, Vec<&String>>) -> Vec<(String, String, Reason)> {
    let mut alike: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for core in by_core.keys() {
        let mut words: Vec<&str> = core.split(' ').filter(|word| !COMMON.contains(word)).collect();
        words.sort_unstable();
        if words.iter().map(|word| word.len()).sum::<usize>() >= 6 {
            alike.entry(words).or_default().push(core);
        }
    }
    let mut found = Vec::new();
    for cores in alike.into_values() {
        for (at, one) in cores.iter().enumerate() {
            let others = cores[at + 1..].iter();
            found.extend(
                others.map(|other| (by_core[one][0].clone(), by_core[other][0].clone(), Reason::SameWords)),
            );
        }
    }
    found
}

/// Names that are alike once one letter is left out of each, or of one.
fn one_letter_apart(by_core: &BTreeMap<&str, Vec<&String>>) -> Vec<(String, String, Reason)> {
    let mut shapes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for core in by_core.keys().filter(|core| core.len() >= LEAST) {
        let letters: String = core.chars().filter(|c| *c != ' ').collect();
        for (at, gone) in letters.char_indices().filter(|(_, c)| c.is_alphabetic()) {
            let shape = format!("{}{}", &letters[..at], &letters[at + gone.len_utf8()..]);
            shapes.entry(shape).or_default().push(core);
        }
        shapes.entry(letters).or_default().push(core);
    }
    let mut found = Vec::new();
    for mut alike in shapes.into_values().filter(|alike| alike.len() > 1) {
        alike.dedup();
        for (at, one) in alike.iter().enumerate() {
            for other in alike[at + 1..].iter().filter(|other| digits(one) == digits(other) && *other != one)
            {
                found.push((by_core[one][0].clone(), by_core[other][0].clone(), Reason::Spelling));
            }
        }
    }
    found
}

/// Figures in a name tell branches apart.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_join_and_the_rest_is_asked() {
        let names = [
            "SYSCAP LEASING LTD",
            "Syscap Leasing Limited",
            "SYSCAP LEASING",
            "LONDON BOROUGH OF SOUTHWARK:04102500",
            "LONDON BOROUGH OF SOUTHWARK:69728500",
            "VIAPATH ANALYTICS LLP",
            "VIAPATH ANALYTICS LTD",
            "CALLITECH LIMITED T/A MONEYPENNY",
            "MONEYPENNY LTD",
            "AAH PHARMACEUTICALS LTD",
            "AAH PHARMACEUTICA",
            "G4S FACILITIES MANAGEMENT LTD",
            "G4S FACILITIES MANAGMENT LTD",
            "SUPPLIER BRANCH 1",
            "SUPPLIER BRANCH 2",
            "TRUST GUYS AND ST THOMAS HOSPITAL NHS FT",
            "GUYS&ST THOMAS NHS FOUNDATION TRUST",
        ];
        let found = Suppliers::recognise(names.into_iter(), &[]);
        let id = |name: &str| found.id(name).map(str::to_owned);
        assert_eq!(id(names[0]), id(names[1]));
        assert_eq!(id(names[2]).as_deref(), Some("SYSCAP LEASING LTD"));
        assert_eq!(found.by_id["LONDON BOROUGH OF SOUTHWARK"].codes.len(), 2);
        assert_ne!(id(names[5]), id(names[6]));
        let reasons: Vec<Reason> = found.proposals.iter().map(|(_, _, why)| *why).collect();
        assert_eq!(
            reasons,
            [Reason::CutOff, Reason::TradingName, Reason::Spelling, Reason::SameWords, Reason::OtherForm],
            "{:?}",
            found.proposals
        );
        // a person decides; a name that has nothing to do with it changes no id
        let decide = |one: &str, other: &str, same| Decision { one: one.into(), other: other.into(), same };
        let decisions = [decide(names[9], names[10], true), decide(names[5], names[6], false)];
        let more = names.into_iter().chain(["A NEW SUPPLIER LTD"]);
        let decided = Suppliers::recognise(more, &decisions);
        assert_eq!(decided.id(names[10]), decided.id(names[9]));
        assert_eq!(decided.proposals.len(), 3);
        for name in names.iter().filter(|name| !name.starts_with("AAH")) {
            assert_eq!(found.id(name), decided.id(name));
        }
    }
}
