//! Parts of a description: words, figures, and signs between figures.

use crate::fold::fold;

/// A part of a description, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Atom {
    /// Letters; or letters and digits of fewer than four characters, such as `cs3`.
    Word(String),
    /// A figure in thousandths.
    Figure(u64),
    /// Letters mixed with digits, or five digits and more: what makers number their models by.
    Code(String),
    /// `x` between figures.
    Times,
    /// A stroke.
    Stroke,
}

/// Parts a description.
pub(crate) fn atoms(text: &str) -> Vec<Atom> {
    let folded = fold(text);
    let mut atoms = Vec::new();
    for piece in folded.split([' ', ',', '&']) {
        let piece = piece.trim_matches(['-', '.', '\'', '/']);
        if !piece.is_empty() {
            parted(piece, &mut atoms);
        }
    }
    atoms
}

/// Parts a piece between spaces.
fn parted(piece: &str, atoms: &mut Vec<Atom>) {
    if matches!(piece, "w/o" | "wo" | "w/out") {
        atoms.push(Atom::Word("without".to_owned()));
        return;
    }
    if piece == "c/w" {
        return;
    }
    if let Some(code) = code(piece) {
        atoms.push(Atom::Code(code));
        return;
    }
    let mut first = true;
    for part in piece.split('/') {
        if !first {
            atoms.push(Atom::Stroke);
        }
        first = false;
        for word in part.split('-').filter(|it| !it.is_empty()) {
            match code(word) {
                Some(code) => atoms.push(Atom::Code(code)),
                None => scanned(word, atoms),
            }
        }
    }
}

/// Runs of one kind of character within a piece.
fn runs(piece: &str) -> Vec<(bool, &str)> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut digits = None;
    for (at, c) in piece.char_indices() {
        let now = c.is_ascii_digit();
        if digits.is_some_and(|before| before != now) {
            runs.push((!now, &piece[start..at]));
            start = at;
        }
        digits = Some(now);
    }
    if let Some(last) = digits {
        runs.push((last, &piece[start..]));
    }
    runs
}

/// Is a run of letters what stands beside figures: a unit, a pack, `x`?
fn goes_with_figures(word: &str) -> bool {
    matches!(word, "x" | "s" | "'s" | "%")
        || crate::units::unit(word).is_some()
        || crate::units::is_pack(word)
        || crate::units::is_single(word)
        || word.strip_suffix('x').is_some_and(|before| crate::units::unit(before).is_some())
}

/// Is the piece a code? Then its letters and digits.
fn code(piece: &str) -> Option<String> {
    if !piece.bytes().any(|b| b.is_ascii_digit()) || piece.contains(['%', '\'']) {
        return None;
    }
    let parts: Vec<&str> = piece.split(['-', '/', '.']).filter(|it| !it.is_empty()).collect();
    let joined = parts.concat();
    if joined.len() < 4 {
        return None;
    }
    if joined.bytes().all(|b| b.is_ascii_digit()) {
        // 300912 and 731-01163, but neither 10/100 nor 1.25
        let long = parts.iter().map(|it| it.len()).max().unwrap_or(0) >= 5;
        return (long && !piece.contains(['.', '/'])).then_some(joined);
    }
    let runs = runs(&joined);
    let letters = |run: &(bool, &str)| !run.0 && goes_with_figures(run.1);
    if runs.iter().all(|run| run.0 || letters(run)) {
        return None;
    }
    if parts.len() == 1 {
        return Some(joined);
    }
    // of several parts one must be a code by itself, or letters must be few and digits many
    let mixed = |part: &&str| {
        let (digits, others) = part.chars().partition::<String, _>(char::is_ascii_digit);
        !digits.is_empty() && !others.is_empty() && part.len() >= 3 && !goes_with_figures(&others)
    };
    let short = parts.iter().all(|it| {
        let digits = it.bytes().all(|b| b.is_ascii_digit());
        if digits { it.len() >= 2 } else { it.len() <= 4 }
    });
    let many = joined.bytes().filter(u8::is_ascii_digit).count() >= 3;
    let named = short && many && !piece.contains('/') && !parts.iter().any(|it| goes_with_figures(it));
    (parts.iter().any(mixed) && !piece.contains('/') || named).then_some(joined)
}

/// Parts a piece that is no code into figures and words.
fn scanned(piece: &str, atoms: &mut Vec<Atom>) {
    let short = piece.chars().count() < 4 && piece.chars().next().is_some_and(char::is_alphabetic);
    let mixed = piece.bytes().any(|b| b.is_ascii_digit()) && !piece.contains(['%', '.', '\'']);
    let runs = runs(piece);
    if short && mixed && !runs.iter().any(|run| !run.0 && goes_with_figures(run.1)) {
        atoms.push(Atom::Word(piece.to_owned()));
        return;
    }
    let mut at = 0;
    while at < runs.len() {
        let (digits, text) = runs[at];
        if !digits {
            letters(text, atoms);
            at += 1;
            continue;
        }
        // a decimal point or a thousands comma has been kept as a run of its own
        let decimals = match (runs.get(at + 1), runs.get(at + 2)) {
            (Some((false, ".")), Some((true, decimals))) => Some(*decimals),
            _ => None,
        };
        atoms.push(Atom::Figure(thousandths(text, decimals.unwrap_or(""))));
        at += if decimals.is_some() { 3 } else { 1 };
    }
}

fn letters(text: &str, atoms: &mut Vec<Atom>) {
    for word in text.split(['.', '\'']).filter(|it| !it.is_empty()) {
        let after_figure = matches!(atoms.last(), Some(Atom::Figure(_)));
        if word == "x" && after_figure {
            atoms.push(Atom::Times);
        } else if let Some(rest) = word
            .strip_suffix('x')
            .filter(|rest| after_figure && !rest.is_empty() && crate::units::unit(rest).is_some())
        {
            atoms.push(Atom::Word(rest.to_owned()));
            atoms.push(Atom::Times);
        } else {
            atoms.push(Atom::Word(word.to_owned()));
        }
    }
}

/// A figure in thousandths; digits past the third decimal are cut, and a figure too large is the largest.
fn thousandths(whole: &str, decimals: &str) -> u64 {
    let whole: u64 = whole.parse().unwrap_or(u64::from(u32::MAX));
    let mut part = 0;
    for place in 0..3 {
        let digit = decimals.as_bytes().get(place).map_or(0, |b| u64::from(b - b'0'));
        part = part * 10 + digit;
    }
    whole.min(u64::from(u32::MAX)) * 1_000 + part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let words: Vec<String> = atoms(text)
            .into_iter()
            .map(|atom| match atom {
                Atom::Word(word) => word,
                Atom::Figure(milli) => format!("{}.{:03}", milli / 1000, milli % 1000),
                Atom::Code(code) => format!("[{code}]"),
                Atom::Times => "x".into(),
                Atom::Stroke => "/".into(),
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn figures_units_and_codes_are_told_apart() {
        assert_eq!(said("10x10cm"), "10.000 x 10.000 cm");
        assert_eq!(said("10cmx12.5cm 21G"), "10.000 cm x 12.500 cm 21.000 g");
        assert_eq!(said("Sony KX-TS208W"), "sony [kxts208w]");
        assert_eq!(said("6-Disc changer 731-01163"), "6.000 disc changer [73101163]");
        assert_eq!(said("10/100 switch bx100"), "10.000 / 100.000 switch bx 100.000");
        assert_eq!(said("Adobe CS3, 100's"), "adobe cs3 100.000 s");
        assert_eq!(said("latex-free BD-300912"), "latex free [bd300912]");
    }
}
