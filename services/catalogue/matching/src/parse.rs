//! What a description says: words, figures with their dimension, codes, size and pack.

use crate::{
    lexer::{Atom, atoms},
    units::{Dimension, extra, is_filler, is_pack, is_single, size, unit},
};

/// A figure with its dimension, in thousandths of the dimension's base; its order is that of the number it is packed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Figure(u64);

impl Figure {
    pub(crate) fn new(dimension: Dimension, milli: u64) -> Self {
        Self((dimension as u64) << 56 | milli.min((1 << 56) - 1))
    }

    /// Number of the dimension.
    pub(crate) fn dimension(self) -> u8 {
        u8::try_from(self.0 >> 56).unwrap_or(u8::MAX)
    }

    /// As one number.
    pub(crate) fn packed(self) -> u64 {
        self.0
    }
}

/// What a description says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Words in the order of the text, singular, without fillers; what is denied is one word with `non` before it.
    pub(crate) words: Vec<String>,
    /// Figures, sorted, each once.
    pub(crate) figures: Vec<Figure>,
    /// Codes, sorted, each once.
    pub(crate) codes: Vec<String>,
    /// A bit for each size by letters or words.
    pub(crate) size: u8,
    /// Pieces in a pack; 0 = not said.
    pub(crate) pack: u32,
}

/// Reads a description.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut reader = Reader { atoms: atoms(text), at: 0, parsed: Parsed::default() };
    while reader.at < reader.atoms.len() {
        reader.step();
    }
    let mut parsed = reader.parsed;
    parsed.figures.sort_unstable();
    parsed.figures.dedup();
    parsed.codes.sort_unstable();
    parsed.codes.dedup();
    parsed
}

struct Reader {
    atoms: Vec<Atom>,
    at: usize,
    parsed: Parsed,
}

impl Reader {
    fn word(&self, at: usize) -> Option<&str> {
        match self.atoms.get(at) {
            Some(Atom::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn figure(&self, at: usize) -> Option<u64> {
        match self.atoms.get(at) {
            Some(Atom::Figure(milli)) => Some(*milli),
            _ => None,
        }
    }

    fn step(&mut self) {
        match &self.atoms[self.at] {
            Atom::Code(code) => {
                let code = code.clone();
                self.parsed.codes.push(code);
                self.at += 1;
            }
            Atom::Times => {
                // `x100` at an end or before a word that is no unit
                if let Some(milli) = self.figure(self.at + 1)
                    && self.word(self.at + 2).and_then(unit).is_none()
                    && self.at > 0
                    && !matches!(self.atoms[self.at - 1], Atom::Figure(_))
                {
                    self.packed(milli);
                    self.at += 1;
                }
                self.at += 1;
            }
            Atom::Stroke => self.at += 1,
            Atom::Figure(milli) => {
                let milli = *milli;
                self.figures(milli);
            }
            Atom::Word(word) => {
                let word = word.clone();
                self.said(&word);
            }
        }
    }

    /// Multiplies the pack: a case of 10 boxes of 100 has a thousand.
    fn packed(&mut self, milli: u64) {
        let pieces = u32::try_from(milli / 1_000).unwrap_or(0);
        if !milli.is_multiple_of(1_000) || pieces == 0 || pieces > 100_000 {
            return;
        }
        let before = self.parsed.pack.max(1);
        if before == pieces && before > 1 {
            // said twice: `box of 100 (100/box)`
            return;
        }
        self.parsed.pack = before.saturating_mul(pieces).min(10_000_000);
    }

    /// A figure, or several with `x` or a stroke between them, and what follows: a unit, a pack, nothing.
    fn figures(&mut self, first: u64) {
        let mut chain = vec![(first, None)];
        let mut at = self.at + 1;
        loop {
            if let Some(found) = self.word(at).and_then(unit) {
                if let Some(last) = chain.last_mut() {
                    last.1 = Some(found);
                }
                at += 1;
            }
            let between = matches!(self.atoms.get(at), Some(Atom::Times | Atom::Stroke));
            match self.figure(at + 1) {
                Some(next) if between => chain.push((next, None)),
                _ => break,
            }
            at += 2;
        }
        self.at = at;
        if chain.len() == 1 && chain[0].1.is_none() && self.pack_after(first) {
            return;
        }
        // a unit at the end holds for the figures before it: 10 x 12 cm
        let mut carried = None;
        for (milli, unit) in chain.into_iter().rev() {
            carried = unit.or(carried);
            let (dimension, factor) = carried.unwrap_or((Dimension::Bare, 1_000));
            let value = u64::try_from(u128::from(milli) * u128::from(factor) / 1_000).unwrap_or(u64::MAX);
            self.parsed.figures.push(Figure::new(dimension, value));
        }
    }

    /// `100/box`, `100 per box`, `100 pack`, `100s`, `12 pcs`.
    fn pack_after(&mut self, milli: u64) -> bool {
        let mut at = self.at;
        if matches!(self.atoms.get(at), Some(Atom::Stroke)) || self.word(at) == Some("per") {
            at += 1;
        }
        let Some(word) = self.word(at) else { return false };
        let plural = at == self.at && word == "s" && milli >= 2_000;
        if !plural && !is_pack(word) {
            return false;
        }
        self.at = at + 1;
        self.packed(milli);
        true
    }

    fn said(&mut self, word: &str) {
        if let Some(milli) = self.pack_before(word) {
            self.packed(milli);
            return;
        }
        self.at += 1;
        if is_single(word) {
            self.parsed.pack = self.parsed.pack.max(1);
            return;
        }
        if let Some(milli) = self.figure(self.at)
            && matches!(word, "ch" | "fr" | "fg" | "size" | "sz")
        {
            // CH12 is 12 charrière
            let dimension = unit(word).map_or(Dimension::Bare, |found| found.0);
            self.parsed.figures.push(Figure::new(dimension, milli));
            self.at += 1;
            return;
        }
        if self.denied(word) || self.sized(word) || is_filler(word) {
            return;
        }
        let word = singular(word);
        self.parsed.words.push(word.to_owned());
    }

    /// `pack of 100`, `bx100`, `box 50`, `x 100` where no figure stands before.
    fn pack_before(&mut self, word: &str) -> Option<u64> {
        let times = word == "x";
        if !times && !is_pack(word) {
            return None;
        }
        let mut at = self.at + 1;
        if matches!(self.word(at), Some("of" | "x" | "qty"))
            || matches!(self.atoms.get(at), Some(Atom::Stroke | Atom::Times))
        {
            at += 1;
        }
        let milli = self.figure(at)?;
        let dimension = self.word(at + 1).and_then(unit).is_some();
        let chained = matches!(self.atoms.get(at + 1), Some(Atom::Times));
        if dimension || (chained && times) {
            return None;
        }
        self.at = at + 1;
        Some(milli)
    }

    /// `non sterile`, `latex free`, `without port`: one word, so that it never agrees with what it denies.
    fn denied(&mut self, word: &str) -> bool {
        let next = self.word(self.at).map(str::to_owned);
        if matches!(word, "non" | "not" | "without")
            && let Some(next) = next.filter(|next| next.len() > 2)
        {
            self.parsed.words.push(format!("non{}", singular(&next)));
            self.at += 1;
            return true;
        }
        if self.word(self.at) == Some("free") && word.len() > 2 {
            self.parsed.words.push(format!("non{}", singular(word)));
            self.at += 1;
            return true;
        }
        false
    }

    /// Sizes by letters and words.
    fn sized(&mut self, word: &str) -> bool {
        let alone = match word {
            "s" => Some(4),
            "l" => Some(16),
            "m" => Some(8),
            _ => size(word),
        };
        if matches!(word, "extra" | "x")
            && let Some(next) = self.word(self.at).and_then(size)
        {
            self.parsed.size |= extra(next);
            self.at += 1;
            return true;
        }
        let Some(bit) = alone else { return false };
        self.parsed.size |= bit;
        true
    }
}

/// Without the s of a plural.
fn singular(word: &str) -> &str {
    let plural = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us");
    if plural && word.is_char_boundary(word.len() - 1) { &word[..word.len() - 1] } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(text: &str) -> u32 {
        parse(text).pack
    }

    #[test]
    fn packs_are_read_in_every_dialect() {
        for text in [
            "gloves pack of 100",
            "gloves bx100",
            "gloves 100/box",
            "gloves 100s",
            "gloves (100's)",
            "gloves x100",
            "gloves box 100",
            "gloves, 100 per box",
            "gloves 100 pk",
            "gloves box of 100 (100/box)",
        ] {
            assert_eq!(pack(text), 100, "{text}");
        }
        assert_eq!(pack("case of 10 boxes of 100"), 1_000);
        assert_eq!(pack("carrying case for 15 in laptop"), 0);
        assert_eq!(pack("syringe each"), 1);
        assert_eq!(pack("swab 10x10cm"), 0);
    }

    #[test]
    fn figures_agree_whatever_their_unit() {
        assert_eq!(parse("10 x 12 cm").figures, parse("100mm x 120mm").figures);
        assert_eq!(parse("0.5 litre").figures, parse("500ml").figures);
        assert_eq!(parse("CH12").figures, parse("12 Fr").figures);
        assert_eq!(parse("21 gauge").figures, parse("21G").figures);
        assert_ne!(parse("10 ml").figures, parse("10 mm").figures);
    }

    #[test]
    fn what_is_denied_is_another_word() {
        assert_eq!(parse("latex-free glove").words, ["nonlatex", "glove"]);
        assert_eq!(parse("Non-Latex Gloves").words, ["nonlatex", "glove"]);
        assert_eq!(parse("non sterile swabs").words, ["nonsterile", "swab"]);
        assert_eq!(parse("glove extra large").size, parse("glove XL").size);
        assert_eq!(parse("glove x-small").size, parse("glove XS").size);
    }
}
