//! What is wrong with a document is named with its place, its value and what helps.

use proptest::prelude::*;

use crate::{Case, EXAMPLE};

#[test]
fn a_wrong_document_says_where_what_and_what_helps() {
    for (from, to, path, what, remedy) in [
        ("muster-shared-bank/1", "muster-shared-bank/2", "schema", "another schema", "/1"),
        (r#""rest_hours": 11"#, r#""rest_hours": 7"#, "rules.rest_hours", "out of range", "8 to 24"),
        (r#""rest_hours": 11"#, r#""rest_hour": 11"#, "rules.rest_hour", "no field of rules", "rest_hours"),
        (r#""fair_hours": 24"#, r#""continuity_pence": 1"#, "document", "stands twice", "mend"),
        (r#", "fair_hours": 24"#, "", "weights", "names no fair ones", "fair_hours"),
        ("2026-12-25", "25 December", "holidays[0]", "no date", "2026-12-25"),
        (r#""code": "RJ2""#, r#""code": "RJ1""#, "organisations[1]", "stands twice", "another"),
        (
            r#""organisation": "RJ2", "grade": "band-5", "core": 1932"#,
            r#""organisation": "RJX", "grade": "band-5", "core": 1932"#,
            "rates[1].organisation",
            "no organisation of this document",
            "RJ1",
        ),
        (
            r#""ward": "Avery", "grade": "band-2""#,
            r#""ward": "Avery", "grade": "band-4""#,
            "shifts[3].grade",
            "has no rate at RPG",
            "rates",
        ),
        ("2026-12-03T20:00", "2026-12-03 20:00", "shifts[0].end", "no time", "2026-12-03T19:30"),
        ("2026-12-03T20:00", "2026-12-03T07:30", "shifts[0].end", "within a day", "ends"),
        ("2026-12-03T07:30", "2026-03-29T01:30", "shifts[0].start", "skip", "after the change"),
        ("2026-12-03T07:30", "2026-10-25T01:30", "shifts[0].start", "twice", "+01:00"),
        (r#""shortage_pence": 16000"#, "", "shifts[3].unfilled", "not exactly one", "agency_pence"),
        (
            r#""shortage_pence": 16000"#,
            r#""shortage_pence": -1"#,
            "shifts[3].unfilled.shortage_pence",
            "range",
            "0",
        ),
        (r#""worker_ref": "A","#, "", "workers[0]", "`worker_ref` is missing", "add"),
        (
            "2026-12-03T08:00\", \"nights_run",
            "x\", \"nights_run",
            "workers[1].last_shift_end",
            "no time",
            "write",
        ),
        (
            r#""last_shift_end": "2026-12-03T08:00", "#,
            "",
            "workers[1].nights_run",
            "ended at no time",
            "last_shift_end",
        ),
        (r#""opted_out": true"#, r#""opted_out": "Y""#, "workers[2].opted_out", "neither", "true"),
        (r#""consents": ["RPG"]"#, r#""consents": "RPG""#, "workers[3].consents", "no list", "brackets"),
    ] {
        assert!(EXAMPLE.contains(from), "{from}");
        let problem = Case::read(&EXAMPLE.replacen(from, to, 1)).expect_err(path);
        assert_eq!(problem.path, path, "{problem}");
        assert!(problem.what.contains(what) && problem.remedy.contains(remedy), "{problem}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(cut in 0_usize..EXAMPLE.len(), text in "[-{}\\[\\]\":,0-9a-z. T+]{0,12}") {
        let mut changed = EXAMPLE.to_owned();
        if changed.is_char_boundary(cut) {
            changed.insert_str(cut, &text);
        }
        let _ = Case::read(&changed);
        let _ = Case::read(&EXAMPLE[..cut]);
    }
}
