//! Every mistake is named with its place, its value and what helps.

use proptest::prelude::*;

use crate::{EXAMPLE, Round};

/// What stands in the example, what is put there, and what is said: place, problem, remedy.
const WRONG: &[(&str, &str, &str, &str, &str)] = &[
    ("muster-award/1", "muster-award/2", "schema", "another schema", "/1"),
    (r#""quantity": 240000"#, r#""quantity": -1"#, "lots[0].quantity", "out of range", "0 to"),
    (r#""quantity": 240000"#, r#""quantity": 1.5"#, "lots[0].quantity", "out of range", "whole"),
    (r#""id": "gowns", "q"#, r#""id": "gloves", "q"#, "lots[1]", "stands twice", "own id"),
    (r#""id": "A2""#, r#""id": "A1""#, "bids[1]", "stands twice", "own id"),
    (r#"["gloves", "masks"]"#, r#"["gloves", "mask"]"#, "bids[2].lots[1]", "no lot", "masks"),
    (r#"["gloves", "masks"]"#, r#"["masks", "masks"]"#, "bids[2].lots[1]", "twice in one bid", "once"),
    (r#"["gloves", "masks"]"#, "[]", "bids[2].lots", "empty", "lots"),
    (r#", "price_pence": 1850000"#, "", "bids[2]", "asks no price", "price_pence"),
    (r#""kind": "incremental","#, r#""price_pence": 5,"#, "bids[4]", "two prices", "not both"),
    ("incremental", "stepped", "bids[4].kind", "no kind", "all-units"),
    (
        r#""price_pence": 1850000"#,
        r#""price_pence": 5, "kind": "all-units""#,
        "bids[2].kind",
        "none",
        "tiers",
    ),
    (r#""min_quantity": 5001"#, r#""min_quantity": 1"#, "bids[4].tiers[1]", "above the tier", "rising"),
    (
        r#""unit_price_pence": 84.5"#,
        r#""unit_price_pence": 84.505"#,
        "bids[4].tiers[1].unit_price_pence",
        "out of range",
        "2 decimals",
    ),
    (r#""requires": ["B2"]"#, r#""requires": ["B9"]"#, "bids[6].requires[0]", "no bid", "B4"),
    (r#""requires": ["B2"]"#, r#""requires": ["B4"]"#, "bids[6].requires[0]", "itself", "other"),
    (r#""max_suppliers": 3"#, r#""max_suppliers": 0"#, "constraints.max_suppliers", "range", "1"),
    (
        r#""max_suppliers": 3"#,
        r#""max_supplier": 3"#,
        "constraints.max_supplier",
        "no field",
        "max_suppliers",
    ),
    ("0.6", "60", "constraints.max_share_per_supplier", "out of range", "0 to 1"),
    (
        r#""max_share_per_supplier": 0.6"#,
        r#""share_of": "value""#,
        "constraints.share_of",
        "not given",
        "max_share",
    ),
    (r#""lot": "drapes""#, r#""lot": "drape""#, "constraints.excluded[0].lot", "no lot", "drapes"),
    (r#""Dogwood": 45000"#, r#""Dogwood": 0.5"#, "constraints.switching_cost_pence.Dogwood", "range", "0"),
    (r#""supplier": "Cedar", "lot""#, r#""lot""#, "constraints.excluded[0]", "`supplier` is missing", "add"),
];

#[test]
fn a_wrong_document_says_where_what_and_what_helps() {
    for &(from, to, path, what, remedy) in WRONG {
        assert!(EXAMPLE.contains(from), "{from}");
        let problem = Round::read(&EXAMPLE.replacen(from, to, 1)).expect_err(path);
        assert_eq!(problem.path, path, "{problem}");
        assert!(problem.what.contains(what) && problem.remedy.contains(remedy), "{problem}");
    }
}

#[test]
fn null_is_as_good_as_nothing_and_a_plain_file_needs_no_schema() {
    let text = r#"{"lots": [{"id": "1", "quantity": 3}], "constraints": {"max_suppliers": null},
        "bids": [{"id": "a", "supplier": "A", "lots": ["1"], "price_pence": 7, "tiers": null, "kind": null}]}"#;
    let round = Round::read(text).unwrap();
    assert_eq!((round.constraints.max_suppliers, round.price(&round.bids[0])), (None, Some(7)));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(cut in 0_usize..EXAMPLE.len(), text in "[-{}\\[\\]\":,0-9a-z. +]{0,12}") {
        let mut changed = EXAMPLE.to_owned();
        if changed.is_char_boundary(cut) {
            changed.insert_str(cut, &text);
        }
        let _ = Round::read(&changed);
        let _ = Round::read(&EXAMPLE[..cut]);
    }
}
