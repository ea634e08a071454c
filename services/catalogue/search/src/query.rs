//! What was typed as a query of the engine.

use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery, Query,
        TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use crate::{
    Filters,
    schema::{Fields, class_term},
    spelling::Counted,
    typed::{Code, Piece, Typed, Word},
    words::{Part, is_size, threes},
};

/// What a match is worth beside that of the word as typed.
mod worth {
    /// One mistake away from a word that is likely a mistake itself.
    pub(super) const MISTYPED: f32 = 0.9;
    pub(super) const ONE_MISTAKE: f32 = 0.6;
    pub(super) const TWO_MISTAKES: f32 = 0.4;
    pub(super) const LONGER: f32 = 0.5;
    pub(super) const CODE_BEGINS: f32 = 0.8;
    pub(super) const PART_OF_CODE: f32 = 0.7;
    pub(super) const NEAR_CODE: f32 = 0.75;
}

/// A word of the index is likely a mistake where one a letter away stands in so many times as many items.
const MISTYPED: u64 = 20;

/// How many of the pieces must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Every one.
    All,
    /// Half of them, and one at least.
    Most,
}

/// The query for what was typed, within the filters.
pub(crate) fn of(
    typed: &Typed,
    filters: &Filters,
    need: Need,
    (searcher, fields): (&Searcher, Fields),
) -> Box<dyn Query> {
    let maker = Maker { searcher, fields, items: searcher.num_docs() };
    let mut clauses = maker.filters(filters);
    if !typed.pieces.is_empty() {
        clauses.push((Occur::Must, maker.text(typed, need)));
    }
    if clauses.is_empty() {
        return Box::new(AllQuery);
    }
    Box::new(BooleanQuery::new(clauses))
}

struct Maker<'a> {
    searcher: &'a Searcher,
    fields: Fields,
    items: u64,
}

type Clauses = Vec<(Occur, Box<dyn Query>)>;

impl Maker<'_> {
    fn filters(&self, filters: &Filters) -> Clauses {
        let mut clauses = Clauses::new();
        if let Some(class) = &filters.class {
            clauses.push((Occur::Must, flat(term(self.fields.classes, &class_term(class)), 0.0)));
        }
        for (field, names) in
            [(self.fields.suppliers, &filters.suppliers), (self.fields.organisations, &filters.organisations)]
        {
            if !names.is_empty() {
                let any = names.iter().map(|name| term(field, name)).collect();
                clauses.push((Occur::Must, flat(Box::new(BooleanQuery::union(any)), 0.0)));
            }
        }
        clauses
    }

    fn text(&self, typed: &Typed, need: Need) -> Box<dyn Query> {
        let pieces: Vec<Box<dyn Query>> = typed.pieces.iter().map(|piece| self.piece(piece)).collect();
        let count = pieces.len();
        let pieces: Box<dyn Query> = match need {
            Need::All => Box::new(BooleanQuery::intersection(pieces)),
            Need::Most => {
                Box::new(BooleanQuery::union_with_minimum_required_clauses(pieces, count.div_ceil(2)))
            }
        };
        let Some(code) = &typed.spaced_code else { return pieces };
        let mut either = self.code(code);
        either.push(pieces);
        Box::new(DisjunctionMaxQuery::new(either))
    }

    fn piece(&self, piece: &Piece) -> Box<dyn Query> {
        let mut either = piece.code.as_ref().map(|code| self.code(code)).unwrap_or_default();
        let mut words: Vec<Box<dyn Query>> = piece.words.iter().map(|word| self.word(word)).collect();
        match words.len() {
            0 => {}
            1 => either.append(&mut words),
            _ => either.push(Box::new(BooleanQuery::intersection(words))),
        }
        any(either)
    }

    /// What a word is worth that stands in so many items: rare words say more. As in BM25.
    fn rarity(&self, items: u64) -> f32 {
        let (all, with) = (self.items.max(items) as f64, items as f64);
        ratio((1.0 + (all - with + 0.5) / (with + 0.5)).ln())
    }

    fn word(&self, word: &Word) -> Box<dyn Query> {
        let spelling = &word.spelling;
        let most = |words: &Counted| words.first().map_or(0, |(_, items)| *items);
        let near = most(&spelling.one);
        let mistyped = spelling.exact > 0 && near > spelling.exact * MISTYPED;
        let mut either: Vec<Box<dyn Query>> = Vec::new();
        // what stands for a word must not be worth more than the word for being rarer
        let (items, one_mistake) = if mistyped {
            either.push(flat(term(self.fields.words, &word.word), self.rarity(near)));
            (near, worth::MISTYPED)
        } else if spelling.exact > 0 {
            let term = Term::from_field_text(self.fields.words, &word.word);
            either.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
            (spelling.exact, worth::ONE_MISTAKE)
        } else {
            (near.max(most(&spelling.two)).max(most(&spelling.longer)), worth::ONE_MISTAKE)
        };
        let rarity = self.rarity(items);
        let kinds = [
            (&spelling.one, one_mistake),
            (&spelling.two, worth::TWO_MISTAKES),
            (&spelling.longer, worth::LONGER),
        ];
        for (words, worth) in kinds {
            for (near, _) in words {
                either.push(flat(term(self.fields.words, near), rarity * worth));
            }
        }
        any(either)
    }

    fn code(&self, code: &Code) -> Vec<Box<dyn Query>> {
        let most = self.rarity(1);
        let whole = flat(term(self.fields.codes, &code.plain), most);
        if is_size(&code.plain) {
            return vec![whole];
        }
        let mut either = vec![
            whole,
            self.part(&code.plain, Part::Beginning, most * worth::CODE_BEGINS),
            self.part(&code.plain, Part::Any, most * worth::PART_OF_CODE),
        ];
        if let Some(bare) = &code.bare {
            either.push(self.part(bare, Part::Beginning, most * worth::PART_OF_CODE));
        }
        for near in &code.near {
            either.push(flat(term(self.fields.codes, near), most * worth::NEAR_CODE));
        }
        either
    }

    /// A stretch of a code is a phrase of its threes.
    fn part(&self, code: &str, part: Part, worth: f32) -> Box<dyn Query> {
        let terms: Vec<Term> =
            threes(code, part).iter().map(|three| Term::from_field_text(self.fields.threes, three)).collect();
        let absent = terms.iter().any(|term| self.searcher.doc_freq(term).unwrap_or(0) == 0);
        match terms.as_slice() {
            _ if absent => Box::new(EmptyQuery),
            [] => Box::new(EmptyQuery),
            [_] => flat(Box::new(TermQuery::new(terms[0].clone(), IndexRecordOption::Basic)), worth),
            _ => flat(Box::new(PhraseQuery::new(terms)), worth),
        }
    }
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

#[expect(clippy::cast_possible_truncation, reason = "a weight needs no more digits")]
fn ratio(value: f64) -> f32 {
    value as f32
}

/// A match that is worth the same in every item.
fn flat(query: Box<dyn Query>, worth: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, worth))
}

/// The best of several.
fn any(mut either: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match either.len() {
        0 => Box::new(EmptyQuery),
        1 => either.remove(0),
        _ => Box::new(DisjunctionMaxQuery::new(either)),
    }
}
