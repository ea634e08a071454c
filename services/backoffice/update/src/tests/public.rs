//! What everybody reads.

use super::{sample::edition, words_of_page, words_of_pdf};
use crate::{Edition, Format, write};

/// What nobody outside may read, in any format.
const INSIDE: &[&str] = &[
    "amelia.lock",
    "S-001",
    "One payroll",
    "£12,345.67",
    "12345.67",
    "1234567",
    "savings/claim",
    "import-7",
    "42800",
    "4.28",
];

#[test]
fn the_public_version_has_nothing_from_inside_and_says_how_much_is_left_out() {
    let public = Edition { public: true, ..edition() };
    let all = public.figures.len();
    let hidden = public.figures.iter().filter(|it| !it.public).count();
    let texts = [
        words_of_page(&public),
        words_of_pdf(&public),
        String::from_utf8(write(public.clone(), Format::Json).unwrap().content).unwrap(),
        super::tables::text(&public),
    ];
    for text in &texts {
        for inside in INSIDE {
            assert!(!text.contains(inside), "`{inside}` in {text}");
        }
    }
    for text in &texts[..2] {
        assert!(text.contains(&format!("{hidden} of {all} figures are left out of this version")), "{text}");
        assert!(text.contains("Attested savings above own programmes £896,250"));
        // said once, instead of headings over nothing
        assert!(text.contains("This edition has no public figures of schemes, benchmarks."), "{text}");
        // that one is gone is public, and which rows made the other so is not
        assert!(
            text.contains("Figures that are other than in edition 6: 1 with another value, 0 new, 1 gone.")
        );
        assert!(text.contains("£810,000 £896,250 not in the public version"));
    }
    assert!(texts[2].contains(&format!("\"left_out\":{hidden},")));
}

#[test]
fn a_small_number_of_people_is_told_to_nobody_outside() {
    let practice = "harmacists of one practice";
    let inside = words_of_page(&edition());
    assert!(inside.contains(&format!("{practice} 3.0")), "{inside}");
    let public = Edition { public: true, ..edition() };
    for text in [words_of_page(&public), words_of_pdf(&public), super::tables::text(&public)] {
        assert!(text.contains(practice) && !text.contains(&format!("{practice} 3")), "{text}");
        assert!(text.contains("fewer than 5"));
    }
    let json: serde_json::Value =
        serde_json::from_slice(&write(public, Format::Json).unwrap().content).unwrap();
    let figures = json["figures"].as_array().unwrap();
    let it = figures.iter().find(|it| it["title"] == "pharmacists of one practice").unwrap();
    assert!(it["value"].is_null());
    // a gap that a model made is no count of people
    let gap = figures.iter().find(|it| it["key"].as_str().unwrap().starts_with("staffing/gap")).unwrap();
    assert_eq!(gap["value"], 134_000);
}

#[test]
fn a_figure_that_was_not_public_before_is_no_public_change() {
    let mut of = Edition { public: true, ..edition() };
    let since = of.since.as_mut().unwrap();
    since.changes.retain(|it| it.before.is_some() && it.after.is_some());
    since.changes[0].before.as_mut().unwrap().public = false;
    let text = words_of_page(&of);
    assert!(!text.contains("£810,000"), "{text}");
    assert!(text.contains("Nothing is other than in edition 6."), "{text}");
}
