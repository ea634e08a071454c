//! Words of the index that a typed word may stand for.

use std::collections::HashMap;

use tantivy::{Searcher, Term, query::FuzzyTermQuery, schema::Field, termdict::TermDictionary};

use crate::{Error, schema::Fields};

/// Most words of a kind that a word may stand for: those in most items.
const MOST: usize = 32;

/// Longest word that is forgiven, in letters: what is longer takes an automaton that is too large.
const LONGEST: usize = 32;

/// Words of the index with the items they stand in, most items first.
pub(crate) type Counted = Vec<(String, u64)>;

/// What of a word there is in the index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spelling {
    /// Items that have the word as it is.
    pub(crate) exact: u64,
    /// Words one mistake away: a letter wrong, missing or too many, or two neighbours swapped.
    pub(crate) one: Counted,
    /// Words two mistakes away, where the word itself is not there.
    pub(crate) two: Counted,
    /// Words that begin so, where the word itself is not there.
    pub(crate) longer: Counted,
}

/// What of a word there is in the index. Figures are never forgiven: 16 is another size than 18.
pub(crate) fn of(word: &str, searcher: &Searcher, fields: Fields) -> Result<Spelling, Error> {
    let exact = searcher.doc_freq(&Term::from_field_text(fields.words, word))?;
    let mut spelling = Spelling { exact, ..Spelling::default() };
    let length = word.chars().count();
    if length > LONGEST || word.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(spelling);
    }
    if length >= 4 || (length == 3 && exact == 0) {
        spelling.one = near(word, 1, searcher, fields.words)?;
    }
    if exact == 0 {
        if length >= 6 {
            spelling.two = near(word, 2, searcher, fields.words)?;
            spelling.two.retain(|two| !spelling.one.contains(two));
        }
        spelling.longer = longer(word, searcher, fields.words)?;
    }
    Ok(spelling)
}

/// Codes a mistake away from one that is not there.
pub(crate) fn near_codes(code: &str, searcher: &Searcher, fields: Fields) -> Result<Vec<String>, Error> {
    let there = searcher.doc_freq(&Term::from_field_text(fields.codes, code))?;
    if there > 0 || !(6..=LONGEST).contains(&code.chars().count()) {
        return Ok(Vec::new());
    }
    Ok(near(code, 1, searcher, fields.codes)?.into_iter().map(|(code, _)| code).collect())
}

/// Words so many mistakes away, but not the word itself.
fn near(word: &str, mistakes: u8, searcher: &Searcher, field: Field) -> Result<Counted, Error> {
    let query = FuzzyTermQuery::new(Term::from_field_text(field, word), mistakes, true);
    let mut counted = HashMap::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        let mut stream = inverted.terms().search(query.automaton()?).into_stream()?;
        while stream.advance() {
            if stream.key() != word.as_bytes() {
                count(&mut counted, stream.key(), stream.value().doc_freq);
            }
        }
    }
    Ok(most(counted))
}

/// Words that begin with a word, but not the word itself.
fn longer(word: &str, searcher: &Searcher, field: Field) -> Result<Counted, Error> {
    let mut counted = HashMap::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        begin_with(inverted.terms(), word, &mut counted)?;
    }
    Ok(most(counted))
}

fn begin_with(terms: &TermDictionary, word: &str, counted: &mut HashMap<Vec<u8>, u64>) -> Result<(), Error> {
    let mut stream = terms.range().ge(word.as_bytes()).into_stream()?;
    while stream.advance() && stream.key().starts_with(word.as_bytes()) {
        if stream.key().len() > word.len() {
            count(counted, stream.key(), stream.value().doc_freq);
        }
    }
    Ok(())
}

fn count(counted: &mut HashMap<Vec<u8>, u64>, term: &[u8], items: u32) {
    if let Some(known) = counted.get_mut(term) {
        *known += u64::from(items);
    } else {
        counted.insert(term.to_owned(), u64::from(items));
    }
}

fn most(counted: HashMap<Vec<u8>, u64>) -> Counted {
    let words = counted.into_iter().filter_map(|(term, items)| Some((String::from_utf8(term).ok()?, items)));
    let mut words: Counted = words.collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words.truncate(MOST);
    words
}
