//! How wide the columns of a table are.

use super::{
    face::Face,
    flow::{Flow, Style, WIDTH},
};
use crate::document::Table;

/// Between two columns.
pub(super) const GAP: f32 = 9.0;
/// Most that a column of words asks for.
const WIDEST: f32 = 300.0;

/// What a few words need: a colour with its per cent.
const FEW_WORDS: f32 = 56.0;

/// Width of the longest word.
fn longest_word(face: &Face, text: &str, size: f32) -> f32 {
    text.split_whitespace().map(|word| face.width(word, size)).fold(0.0, f32::max)
}

/// Least and natural width of each column: numbers stay on a line, words may be wrapped.
fn wishes(flow: &Flow<'_>, of: &Table) -> Vec<(f32, f32)> {
    let (style, heading) = (Style::SMALL, Style::SMALL.bold());
    let wish = |(at, column): (usize, &crate::document::Column)| {
        let face = flow.face(heading);
        let mut least = longest_word(face, column.heading, heading.size);
        let mut natural = face.width(column.heading, heading.size);
        for cell in of.rows.iter().filter_map(|row| row.get(at)) {
            let wide = flow.face(style).width(&cell.text, style.size);
            let word = longest_word(flow.face(style), &cell.text, style.size);
            // numbers and a few words stay on a line
            let whole = column.numeric || wide <= FEW_WORDS;
            least = least.max(if whole { wide.min(WIDEST / 2.6) } else { word.min(WIDEST / 3.9) });
            natural = natural.max(wide.min(WIDEST));
        }
        (least, natural.max(least))
    };
    of.columns.iter().enumerate().map(wish).collect()
}

/// Widths that fill the sheet. Who asks for more than the least gets a share of what is left.
pub(super) fn widths(flow: &Flow<'_>, of: &Table) -> Vec<f32> {
    let wishes = wishes(flow, of);
    let all = WIDTH - GAP * (wishes.len().max(1) - 1) as f32;
    let (least, natural) = wishes.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    if least >= all {
        return wishes.iter().map(|(it, _)| it * all / least).collect();
    }
    if natural <= all {
        // the first column takes what nobody asked for
        let mut widths: Vec<f32> = wishes.iter().map(|(_, it)| *it).collect();
        if let Some(first) = widths.first_mut() {
            *first += all - natural;
        }
        return widths;
    }
    let share = (all - least) / (natural - least);
    wishes.iter().map(|(least, natural)| least + (natural - least) * share).collect()
}
