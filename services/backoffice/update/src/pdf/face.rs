//! The fonts: DejaVu Sans Condensed, which may be embedded by anybody.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider as _,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

use crate::UpdateError;

/// Stands for what the font lacks.
const REPLACEMENT: char = '\u{fffd}';

/// A font with what lays it out.
pub(super) struct Face {
    pub(super) font: Font,
    glyphs: Charmap<'static>,
    widths: GlyphMetrics<'static>,
    units: f32,
    replacement: u32,
    /// Glyphs of the characters that most texts are made of.
    common: Vec<(u32, f32)>,
}

/// Characters whose glyphs are looked up once: Latin script.
const COMMON: u32 = 0x250;

impl Face {
    fn load(bytes: &'static [u8]) -> Result<Self, UpdateError> {
        let unreadable = |what: &str| UpdateError::Pdf(format!("the font cannot be read: {what}"));
        let known = FontRef::new(bytes).map_err(|error| unreadable(&error.to_string()))?;
        let font = Font::new(bytes.into(), 0).ok_or_else(|| unreadable("not a font"))?;
        let glyphs = known.charmap();
        let replacement = glyphs.map(REPLACEMENT).or_else(|| glyphs.map('?'));
        let mut face = Self {
            widths: known.glyph_metrics(Size::unscaled(), LocationRef::default()),
            units: font.units_per_em(),
            replacement: replacement.ok_or_else(|| unreadable("no replacement character"))?.to_u32(),
            glyphs,
            font,
            common: Vec::new(),
        };
        let latin = (0..COMMON).map(|code| char::from_u32(code).unwrap_or(REPLACEMENT));
        face.common = latin.map(|c| face.looked_up(c)).collect();
        Ok(face)
    }

    /// Number of a character's glyph, and its width for a size of one.
    fn glyph(&self, of: char) -> (u32, f32) {
        self.common.get(of as usize).copied().unwrap_or_else(|| self.looked_up(of))
    }

    fn looked_up(&self, of: char) -> (u32, f32) {
        // glyph 0 is what a font draws for a character that it lacks, and no standard for readers allows it
        let known = self.glyphs.map(of).map(skrifa::GlyphId::to_u32).filter(|it| *it != 0);
        let number = known.unwrap_or(self.replacement);
        let width = self.widths.advance_width(skrifa::GlyphId::new(number)).unwrap_or_default();
        (number, width / self.units)
    }

    /// Width of a text in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.glyph(c).1).sum::<f32>() * size
    }

    /// Glyphs of a text, each with the character that it stands for.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, c): (usize, char)| {
            let (number, width) = self.glyph(c);
            KrillaGlyph::new(GlyphId::new(number), width, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
        };
        text.char_indices().map(glyph).collect()
    }

    /// Lines of words that fit into a width. A word that is too long is broken where it has to be.
    pub(super) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut used = 0.0;
        let space = self.width(" ", size);
        for word in text.split_whitespace() {
            let wide = self.width(word, size);
            let line = lines.last_mut().filter(|line| !line.is_empty());
            if let Some(line) = line {
                // the space stays on the line, so that words do not run together for who reads aloud
                line.push(' ');
                used += space;
                if used + wide > width {
                    lines.push(String::new());
                    used = 0.0;
                }
            }
            for c in word.chars() {
                let wide = self.glyph(c).1 * size;
                let full = used + wide > width;
                if full && lines.last().is_some_and(|line| !line.is_empty()) {
                    lines.push(String::new());
                    used = 0.0;
                }
                if let Some(line) = lines.last_mut() {
                    line.push(c);
                    used += wide;
                }
            }
        }
        lines.retain(|line| !line.is_empty());
        lines
    }
}

/// Regular and bold.
pub(crate) struct Faces {
    pub(super) regular: Face,
    pub(super) bold: Face,
}

impl Faces {
    pub(crate) fn load() -> Result<Self, UpdateError> {
        Ok(Self {
            regular: Face::load(dejavu::sans_condensed::regular())?,
            bold: Face::load(dejavu::sans_condensed::bold())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_fit_and_lose_nothing(text in "[a-zA-Z0-9é漢 ]{0,80}", width in 20.0_f32..200.0) {
            let face = Faces::load().unwrap().regular;
            let lines = face.wrap(&text, 9.0, width);
            let kept: String = lines.concat().split_whitespace().collect();
            prop_assert_eq!(kept, text.split_whitespace().collect::<String>());
            for line in &lines {
                let wide = face.width(line.trim_end(), 9.0);
                prop_assert!(wide <= width + 0.01 || line.chars().count() == 1, "{line}: {wide} of {width}");
            }
        }
    }
}
