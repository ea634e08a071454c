//! Text that means harm.

use std::io::Read as _;

use calamine::{Data, Reader as _};

use super::{page, sample::figure, tables, words_of_pdf};
use crate::{Edition, Figure, Format, Head, write};

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
const FORMULA: &str = "=HYPERLINK(\"x\",\"y\")";

/// An edition that says a text wherever it can.
fn saying(text: &str) -> Edition {
    let of = |key: &str| Figure {
        context: text.into(),
        title: format!("{text} printed less computed: irreconcilable"),
        window: text.into(),
        base: text.into(),
        version: text.into(),
        source: text.into(),
        ..figure(key, text, -5)
    };
    let keys = [
        format!("bridge/{text}/derivation/{text}"),
        format!("savings/attested/{text}"),
        format!("scheme/{text}/plan-year"),
        format!("benchmark/a/2016/{}/b/cost-per-driver", text.replace('/', "")),
        format!("plan/{text}"),
        text.to_owned(),
    ];
    let mut figures: Vec<Figure> = keys.iter().map(|key| of(key)).collect();
    figures.push(Figure { unit: text.into(), ..of("staffing/unit") });
    let head = Head {
        frozen_by: text.into(),
        signed_as: text.into(),
        note: text.into(),
        as_of: text.into(),
        sha256: text.into(),
        previous_sha256: text.into(),
        frozen_at_micros: i64::MIN,
        number: i64::MAX,
        ..Head::default()
    };
    Edition { head, figures, ..Edition::default() }
}

#[test]
fn markup_is_text_on_the_page() {
    let page = page(&saying(SCRIPT));
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(page.contains("&#60;script&#62;alert(1)"), "{page}");
    // what it says of its own policy leaves no room for scripts either
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"), "{page}");
}

#[test]
fn a_formula_is_text_in_a_cell() {
    for text in [FORMULA, "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"] {
        let of = saying(text);
        let mut book = tables::book(&of);
        let sheet = book.worksheet_range("savings").unwrap();
        assert_eq!(sheet.get((1, 6)), Some(&Data::String(text.into())), "{text:?}");
        let written = write(of, Format::Xlsx).unwrap().content;
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(written)).unwrap();
        for at in 0..zip.len() {
            let mut part = zip.by_index(at).unwrap();
            let (mut xml, name) = (String::new(), part.name().unwrap().into_owned());
            part.read_to_string(&mut xml).unwrap();
            assert!(!xml.contains("<f>") && !xml.contains("<f "), "{name} holds a formula");
            if name.ends_with("styles.xml") {
                assert!(
                    xml.contains("quotePrefix=\"1\""),
                    "a cell of {text:?} is a formula once it is edited"
                );
            }
        }
    }
}

#[test]
fn text_that_steers_or_that_no_font_has_is_drawn() {
    for text in [
        "\u{202e}desrever\u{202c}",
        "a\0b\u{1b}[31m\u{feff}\u{fffe}\u{ffff}",
        "漢字 العربية 🏥 \u{e000}\u{10ffff}",
        "e\u{301}\u{301}\u{301}\u{200d}\u{200b}",
        "%PDF-1.4 (endobj) >> stream /JS (app.alert(1))",
    ] {
        let of = saying(text);
        let words = words_of_pdf(&of);
        assert!(!words.contains(['\0', '\u{1b}', '\u{202e}', '\u{feff}']), "{words:?}");
        for format in Format::ALL {
            write(of.clone(), format).unwrap_or_else(|error| panic!("{format:?} of {text:?}: {error}"));
        }
    }
    // a character that the font lacks stays itself for who searches
    assert!(words_of_pdf(&saying("漢字")).contains("漢字"));
}

#[test]
fn a_text_without_end_has_one() {
    let long = "endless".repeat(20_000);
    let of = saying(&long);
    for format in [Format::Html, Format::Pdf, Format::Xlsx] {
        let size = write(of.clone(), format).unwrap().content.len();
        assert!(size < 6_000_000, "{format:?}: {size} bytes");
    }
}
