//! What was typed, piece by piece, with everything that each piece may stand for.

use tantivy::Searcher;

use crate::{
    Error,
    schema::Fields,
    spelling::{self, Spelling},
    words::{code, may_be_code, words},
};

/// Words of a text that are looked at; more are not.
pub const MOST_WORDS: usize = 16;

/// Shortest and longest stretch of a code that is looked for, in letters and digits.
const CODE: std::ops::RangeInclusive<usize> = 4..=64;

/// A word with the words it may stand for.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// As typed, folded.
    pub(crate) word: String,
    /// What of it there is in the index.
    pub(crate) spelling: Spelling,
}

/// A code, whole or in part, with the codes it may stand for.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// As typed, without punctuation.
    pub(crate) plain: String,
    /// The same without zeros before it, where it is all figures: the beginning of a GTIN as a longer form has it.
    pub(crate) bare: Option<String>,
    /// Codes a typing mistake away, where the code itself is not there.
    pub(crate) near: Vec<String>,
}

impl Code {
    fn new(plain: String, near: Vec<String>) -> Self {
        let bare = plain.trim_start_matches('0');
        let figures = plain.bytes().all(|b| b.is_ascii_digit());
        let bare =
            (figures && bare.len() < plain.len() && bare.len() >= *CODE.start()).then(|| bare.to_owned());
        Self { plain, bare, near }
    }
}

/// What stands between two spaces.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// As typed.
    pub(crate) typed: String,
    /// Its words: all must be there...
    pub(crate) words: Vec<Word>,
    /// ...or the code.
    pub(crate) code: Option<Code>,
}

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) pieces: Vec<Piece>,
    /// All of it read as one code that was typed with spaces.
    pub(crate) spaced_code: Option<Code>,
}

/// Reads what was typed.
pub(crate) fn read(text: &str, searcher: &Searcher, fields: Fields) -> Result<Typed, Error> {
    let mut typed = Typed::default();
    let parts: Vec<&str> = text.split_whitespace().take(MOST_WORDS).collect();
    let mut left = MOST_WORDS;
    for part in &parts {
        let said = words(part);
        // a piece of letters only, such as `latex-free`, is as good as several
        let groups: Vec<Vec<String>> =
            if may_be_code(part, 1) { vec![said] } else { said.into_iter().map(|word| vec![word]).collect() };
        for group in groups {
            if left < group.len() {
                break;
            }
            left -= group.len();
            typed.pieces.push(piece(part, group, searcher, fields)?);
        }
    }
    let whole = code(&parts.concat());
    let spaced = (2..=4).contains(&parts.len()) && parts.iter().any(|part| may_be_code(part, 2));
    if spaced && may_be_code(&whole, 6) && whole.len() <= 20 {
        typed.spaced_code = Some(Code::new(whole, Vec::new()));
    }
    Ok(typed)
}

fn piece(part: &str, group: Vec<String>, searcher: &Searcher, fields: Fields) -> Result<Piece, Error> {
    let plain = code(part);
    let code = if may_be_code(&plain, *CODE.start()) && CODE.contains(&plain.len()) {
        let near = spelling::near_codes(&plain, searcher, fields)?;
        Some(Code::new(plain, near))
    } else {
        None
    };
    let typed = if code.is_some() { part.to_owned() } else { group.join(" ") };
    let mut words = Vec::with_capacity(group.len());
    for word in group {
        let spelling = spelling::of(&word, searcher, fields)?;
        words.push(Word { word, spelling });
    }
    Ok(Piece { typed, words, code })
}
