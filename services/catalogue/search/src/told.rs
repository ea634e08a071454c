//! What of the text a hit has, and what was forgiven.

use std::collections::HashSet;

use crate::{
    typed::{Code, Piece, Typed, Word},
    words::is_size,
};

/// How a hit has what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The very words.
    Word,
    /// Words with mistakes forgiven.
    Forgiven,
    /// Words that begin so.
    Begins,
    /// The very code, whatever its punctuation.
    Code,
    /// A code that begins so.
    CodeBegins,
    /// A stretch of a code.
    PartOfCode,
    /// A code with a mistake forgiven.
    CodeForgiven,
    /// Not at all.
    Missing,
}

/// What a hit has of a piece that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The piece as typed.
    pub typed: String,
    /// How the hit has it.
    pub how: How,
    /// What the hit has: words as they are compared, or the whole code; empty where it is missing.
    pub found: String,
}

/// What an item has of everything that was typed.
pub(crate) fn tell(typed: &Typed, words: &str, codes: &str) -> Vec<Match> {
    let said: HashSet<&str> = words.split(' ').collect();
    let codes: Vec<&str> = codes.split(' ').filter(|it| !it.is_empty()).collect();
    if let Some((how, found)) = typed.spaced_code.as_ref().and_then(|code| of_code(code, &codes)) {
        let all: Vec<&str> = typed.pieces.iter().map(|piece| piece.typed.as_str()).collect();
        return vec![Match { typed: all.join(" "), how, found }];
    }
    typed.pieces.iter().map(|piece| of_piece(piece, &said, &codes)).collect()
}

fn of_piece(piece: &Piece, said: &HashSet<&str>, codes: &[&str]) -> Match {
    let (how, found) = piece
        .code
        .as_ref()
        .and_then(|code| of_code(code, codes))
        .or_else(|| of_words(&piece.words, said))
        .unwrap_or((How::Missing, String::new()));
    Match { typed: piece.typed.clone(), how, found }
}

fn of_code(typed: &Code, codes: &[&str]) -> Option<(How, String)> {
    let code = typed.plain.as_str();
    let looked = |how: How, is: &dyn Fn(&str) -> bool| {
        codes.iter().find(|it| is(it)).map(|it| (how, (*it).to_owned()))
    };
    let whole = looked(How::Code, &|it| it == code);
    if whole.is_some() || is_size(code) {
        return whole;
    }
    looked(How::CodeBegins, &|it| {
        it.starts_with(code) || typed.bare.as_ref().is_some_and(|bare| it.starts_with(bare.as_str()))
    })
    .or_else(|| looked(How::CodeForgiven, &|it| typed.near.iter().any(|near| near == it)))
    .or_else(|| looked(How::PartOfCode, &|it| it.contains(code)))
}

fn of_words(words: &[Word], said: &HashSet<&str>) -> Option<(How, String)> {
    let mut worst = How::Word;
    let mut found = Vec::with_capacity(words.len());
    for word in words {
        let (how, text) = of_word(word, said)?;
        if how != How::Word {
            worst = how;
        }
        found.push(text);
    }
    (!found.is_empty()).then(|| (worst, found.join(" ")))
}

fn of_word(word: &Word, said: &HashSet<&str>) -> Option<(How, String)> {
    if said.contains(word.word.as_str()) {
        return Some((How::Word, word.word.clone()));
    }
    let spelling = &word.spelling;
    let kinds =
        [(How::Forgiven, &spelling.one), (How::Begins, &spelling.longer), (How::Forgiven, &spelling.two)];
    kinds.into_iter().find_map(|(how, words)| {
        words.iter().find(|(near, _)| said.contains(near.as_str())).map(|(near, _)| (how, near.clone()))
    })
}
