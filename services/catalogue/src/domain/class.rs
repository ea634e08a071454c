//! Classes of items: which scheme, which code, and the tree of a scheme once its list was imported.

use std::collections::{BTreeMap, BTreeSet};

/// A scheme of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Common Procurement Vocabulary of the European Union, 2008: eight digits and a check digit.
    Cpv,
    /// United Nations Standard Products and Services Code: eight digits, ten with the business function.
    Unspsc,
    /// Classification of goods and services of the NHS: three letters.
    NhsEclass,
    /// ECLASS: eight digits.
    Eclass,
    /// Dictionary of medicines and devices: a number of SNOMED CT.
    Dmd,
}

impl Scheme {
    /// Every scheme with its word in files and its code in lists of UN/EDIFACT 7143, which UBL refers to.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Cpv, "cpv", "STI"),
        (Self::Unspsc, "unspsc", "TST"),
        (Self::NhsEclass, "nhs-eclass", "SUA"),
        (Self::Eclass, "eclass", "STQ"),
        (Self::Dmd, "dmd", "STP"),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(scheme, _, _)| *scheme == self).map_or("", |(_, word, _)| word)
    }

    /// Its code in UN/EDIFACT 7143.
    pub fn list_id(self) -> &'static str {
        Self::ALL.iter().find(|(scheme, _, _)| *scheme == self).map_or("", |(_, _, list)| list)
    }

    /// A scheme by its word, in any case.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(word)).map(|(scheme, _, _)| *scheme)
    }

    /// A scheme by its code in UN/EDIFACT 7143; `MP` is what UNSPSC had before.
    pub fn of_list(id: &str) -> Option<Self> {
        if id == "MP" {
            return Some(Self::Unspsc);
        }
        Self::ALL.iter().find(|(_, _, list)| *list == id).map(|(scheme, _, _)| *scheme)
    }

    /// The code in the form in which it is kept; nothing when it has not the form of the scheme.
    ///
    /// Check digits of CPV are kept and not computed: 532 of the 9,454 published codes, most of them in divisions that
    /// were new or moved in 2008, do not follow the sum that the others do. The published list decides.
    pub fn code(self, text: &str) -> Option<String> {
        let text = text.trim();
        let digits = |text: &str, lengths: &[usize]| {
            lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let fits = match self {
            Self::Cpv => match text.split_once('-') {
                Some((code, check)) => digits(code, &[8]) && digits(check, &[1]),
                None => digits(text, &[8]),
            },
            Self::Unspsc => digits(text, &[8, 10]),
            Self::NhsEclass => text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic()),
            Self::Eclass => return Some(text.replace('-', "")).filter(|code| digits(code, &[8])),
            Self::Dmd => (6..=18).contains(&text.len()) && digits(text, &[text.len()]),
        };
        fits.then(|| text.to_ascii_uppercase())
    }

    /// What a code looks like, for a remedy.
    pub fn example(self) -> &'static str {
        match self {
            Self::Cpv => "eight digits, such as 33141420-0",
            Self::Unspsc => "eight digits, such as 42132203",
            Self::NhsEclass => "three letters, such as FTE",
            Self::Eclass => "eight digits, such as 34-37-01-90",
            Self::Dmd => "a number of SNOMED CT, such as 8991611000001104",
        }
    }
}

/// A class of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class {
    /// The scheme.
    pub scheme: Scheme,
    /// The code, in the form in which it is kept.
    pub code: String,
}

/// A class as the list of its scheme has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code.
    pub code: String,
    /// The class above it; nothing at the top.
    pub parent: Option<String>,
    /// What it is called.
    pub name: String,
}

/// The list of a scheme.
#[derive(Clone, Debug, Default)]
pub struct ClassList {
    entries: BTreeMap<String, Entry>,
}

/// What is wrong with an entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The code stands twice.
    Twice,
    /// The class above it is not in the list.
    NoParent,
    /// It is above itself.
    Circle,
}

impl ClassList {
    /// A list of entries in the order of a file, and what is wrong with which of them. Entries at fault are left out; of
    /// two with one code the first stays.
    pub fn new(entries: Vec<Entry>) -> (Self, Vec<(usize, Fault)>) {
        let mut faults = Vec::new();
        let mut list = Self::default();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (at, entry) in entries.into_iter().enumerate() {
            if list.entries.contains_key(&entry.code) {
                faults.push((at, Fault::Twice));
            } else {
                places.insert(entry.code.clone(), at);
                list.entries.insert(entry.code.clone(), entry);
            }
        }
        // leaving one out may orphan others
        loop {
            let wrong: Vec<(String, Fault)> =
                list.entries.keys().filter_map(|code| list.fault(code)).collect();
            if wrong.is_empty() {
                faults.sort_by_key(|(at, _)| *at);
                return (list, faults);
            }
            for (code, fault) in wrong {
                list.entries.remove(&code);
                faults.extend(places.get(&code).map(|at| (*at, fault)));
            }
        }
    }

    fn fault(&self, code: &str) -> Option<(String, Fault)> {
        let parent = self.entries.get(code)?.parent.as_ref()?;
        if !self.entries.contains_key(parent) {
            return Some((code.to_owned(), Fault::NoParent));
        }
        let mut above = BTreeSet::new();
        let mut at = code;
        while let Some(parent) = self.entries.get(at).and_then(|entry| entry.parent.as_deref()) {
            if parent == code {
                return Some((code.to_owned(), Fault::Circle));
            }
            if !above.insert(parent) {
                return None;
            }
            at = parent;
        }
        None
    }

    /// Classes in it.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Is it empty?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A class by its code; of CPV also without the check digit.
    pub fn get(&self, code: &str) -> Option<&Entry> {
        self.entries.get(code).or_else(|| {
            let (short, wanted) = (code.len() == 8, format!("{code}-"));
            let next = self.entries.range(wanted.clone()..).next();
            next.filter(|(found, _)| short && found.starts_with(&wanted)).map(|(_, entry)| entry)
        })
    }

    /// The class and those above it, from the top.
    pub fn path(&self, code: &str) -> Vec<&Entry> {
        let mut path = Vec::new();
        let mut next = self.get(code);
        while let Some(entry) = next {
            path.push(entry);
            next = entry.parent.as_deref().and_then(|parent| self.entries.get(parent));
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(code: &str, parent: Option<&str>) -> Entry {
        Entry { code: code.into(), parent: parent.map(str::to_owned), name: format!("class {code}") }
    }

    #[test]
    fn codes_have_the_form_of_their_scheme() {
        for (scheme, text, kept) in [
            (Scheme::Cpv, "33141420-0", Some("33141420-0")),
            (Scheme::Cpv, "33141420", Some("33141420")),
            (Scheme::Cpv, "3314142-0", None),
            (Scheme::Unspsc, "42132203", Some("42132203")),
            (Scheme::Unspsc, "4213220", None),
            (Scheme::NhsEclass, "fte", Some("FTE")),
            (Scheme::NhsEclass, "FT1", None),
            (Scheme::Eclass, "34-37-01-90", Some("34370190")),
            (Scheme::Dmd, "8991611000001104", Some("8991611000001104")),
        ] {
            assert_eq!(scheme.code(text).as_deref(), kept, "{text}");
        }
        assert!(Scheme::ALL.iter().all(|(scheme, word, list)| {
            Scheme::of(word) == Some(*scheme) && Scheme::of_list(list) == Some(*scheme)
        }));
    }

    #[test]
    fn a_list_is_a_tree_and_says_what_is_not() {
        let (list, faults) = ClassList::new(vec![
            entry("03000000-1", None),
            entry("03100000-2", Some("03000000-1")),
            entry("03100000-2", None),
            entry("1", Some("2")),
            entry("2", Some("1")),
            entry("3", Some("4")),
            entry("5", Some("3")),
        ]);
        assert_eq!(
            faults,
            [
                (2, Fault::Twice),
                (3, Fault::Circle),
                (4, Fault::Circle),
                (5, Fault::NoParent),
                (6, Fault::NoParent)
            ]
        );
        let path: Vec<&str> = list.path("03100000").iter().map(|it| it.code.as_str()).collect();
        assert_eq!(path, ["03000000-1", "03100000-2"]);
        assert!(list.get("0310000").is_none() && list.len() == 2);
    }
}
