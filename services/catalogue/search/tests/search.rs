//! Items are found by what people type, and the index says how far it is.

use std::{fs, thread};

use muster_search::{Class, Error, Filters, Found, How, Index, Item, MOST_HITS};
use proptest::{prelude::*, sample::Index as Place};

fn item(key: &str, text: &str, codes: &[&str]) -> Item {
    Item {
        key: key.into(),
        texts: vec![text.into()],
        codes: codes.iter().map(|code| (*code).to_owned()).collect(),
        ..Item::default()
    }
}

fn catalogue() -> Vec<Item> {
    let mut items = vec![
        item(
            "glove",
            "Examination gloves, nitrile, powder free, medium (200/box)",
            &["BD-300912", "05012345678900"],
        ),
        item("glove-l", "Examination glove nitrile powder free LARGE PK200", &["BD-300913"]),
        item("dressing", "Hydrocolloid dressing sterile 10 x 12.5 cm", &["731-01163", "9638527"]),
        item("cannula", "IV Cannula ported 18G 45mm Orvénox", &["KX TS/208.W"]),
        item("syringe", "Syringe luer lock 50 ml", &["04.LRC118"]),
    ];
    for (at, item) in items.iter_mut().enumerate() {
        item.classes = vec![
            Class { scheme: "unspsc".into(), code: format!("4213220{at}") },
            Class { scheme: "eclass".into(), code: ["FTA", "FTB", "ELA", "FSB", "FSC"][at].into() },
        ];
        item.suppliers = vec![["North", "South"][at % 2].into(), format!("S{at}")];
        item.organisations = vec![["RJ1", "RJZ", "RAX"][at % 3].into()];
    }
    items
}

fn filled() -> Index {
    let index = Index::in_memory().expect("an index");
    put(&index, &catalogue(), 7);
    index
}

fn put(index: &Index, items: &[Item], change: u64) {
    let mut writer = index.writer().expect("the only writer");
    for item in items {
        writer.put(item).expect("an item with a key");
    }
    writer.commit(change).expect("a later change");
}

fn all(index: &Index, text: &str) -> Found {
    index.search(text, &Filters::default(), 10, 0).expect("a search")
}

fn keys(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.key.as_str()).collect()
}

#[test]
fn words_are_found_in_any_order_and_form() {
    let index = filled();
    assert_eq!(keys(&all(&index, "nitrile GLOVE medium")), ["glove"]);
    assert_eq!(keys(&all(&index, "dressings 10x12.50cm")), ["dressing"]);
    assert_eq!(keys(&all(&index, "orvenox 45 mm")), ["cannula"]);
    assert_eq!(all(&index, "powder-free glove").total, 2);
    assert_eq!(keys(&all(&index, "exam glove large")), ["glove-l"], "words may be cut short");
    // nobody has all of it, so whoever has most of it
    let part = all(&index, "purple luer syringe");
    assert_eq!((keys(&part), part.in_part), (vec!["syringe"], true));
    assert_eq!(
        part.hits[0].matched.iter().map(|it| it.how).collect::<Vec<_>>(),
        [How::Missing, How::Word, How::Word]
    );
    assert_eq!((all(&index, "zzzzzz").total, all(&index, "--- !").total), (0, 0));
    assert_eq!(all(&index, " ").total, 5, "nothing typed leaves nothing out");
}

#[test]
fn codes_are_found_whole_in_part_and_without_punctuation() {
    let index = filled();
    let first = |text: &str| {
        let found = all(&index, text);
        let hit = found.hits.into_iter().next().unwrap_or_else(|| panic!("`{text}` finds nothing"));
        (hit.key, hit.matched[0].how, hit.matched[0].found.clone())
    };
    let expect = |key: &str, how: How, found: &str| (key.to_owned(), how, found.to_owned());
    assert_eq!(first("bd300912"), expect("glove", How::Code, "bd300912"));
    assert_eq!(first("BD 300 912"), expect("glove", How::Code, "bd300912"));
    assert_eq!(first("5012345678900"), expect("glove", How::Code, "5012345678900"));
    assert_eq!(first("05012345678900"), expect("glove", How::Code, "5012345678900"));
    assert_eq!(first("kx-ts20"), expect("cannula", How::CodeBegins, "kxts208w"));
    assert_eq!(first("1-0116"), expect("dressing", How::PartOfCode, "73101163"));
    assert_eq!(first("0501234567"), expect("glove", How::CodeBegins, "5012345678900"));
    assert_eq!(first("73101136"), expect("dressing", How::CodeForgiven, "73101163"));
    assert_eq!(first("04lrc118 syringe"), expect("syringe", How::Code, "04lrc118"));
    // a phrase of threes does not run from one code into the next
    assert_eq!(all(&index, "639638527").total, 0);
    // figures of sizes are not forgiven
    assert_eq!(all(&index, "19G").total, 0);
}

#[test]
fn a_search_is_narrowed_by_class_supplier_and_organisation() {
    let index = filled();
    let search = |text: &str, filters: &Filters| index.search(text, filters, 10, 0).unwrap();
    let class = |scheme: &str, code: &str| {
        let class = Some(Class { scheme: scheme.into(), code: code.into() });
        Filters { class, ..Filters::default() }
    };
    assert_eq!(search("", &class("unspsc", "4213")).total, 5);
    assert_eq!(keys(&search("", &class("UNSPSC", "42132202"))), ["dressing"]);
    assert_eq!(search("", &class("eclass", "ft")).total, 2);
    assert_eq!(search("", &class("cpv", "42")).total, 0);
    let south = Filters { suppliers: vec!["South".into()], ..Filters::default() };
    assert_eq!(keys(&search("glove", &south)), ["glove-l"]);
    let two = Filters { organisations: vec!["RJZ".into(), "RAX".into()], ..Filters::default() };
    assert_eq!(search("", &two).total, 3);
    let hit = search("glove", &south).hits.remove(0);
    assert!((hit.score - all(&index, "glove large").hits[0].score).abs() < f32::MAX && hit.score > 0.0);
}

#[test]
fn pages_follow_one_another_and_end() {
    let index = Index::in_memory().unwrap();
    let items: Vec<Item> = (0..95).map(|at| item(&format!("k{at:02}"), "gauze swab", &[])).collect();
    put(&index, &items, 1);
    let mut seen: Vec<String> = Vec::new();
    for page in 0..10 {
        let found = index.search("swab", &Filters::default(), 10, page * 10).unwrap();
        assert_eq!(found.total, 95);
        seen.extend(found.hits.into_iter().map(|hit| hit.key));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 95);
    assert_eq!(index.search("swab", &Filters::default(), 0, 0).unwrap().total, 95);
    let deep = index.search("swab", &Filters::default(), 10, MOST_HITS).unwrap_err();
    assert!(matches!(deep, Error::TooDeep { most: MOST_HITS }), "{deep}");
}

#[test]
fn items_are_replaced_and_removed_and_the_index_knows_its_change() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    assert_eq!((index.current().unwrap(), index.items()), (0, 0));
    put(&index, &catalogue(), 41);
    let mut writer = index.writer().unwrap();
    assert!(matches!(index.writer(), Err(Error::Busy)));
    writer.put(&item("glove", "Theatre mask", &[])).unwrap();
    writer.remove("syringe").unwrap();
    assert_eq!(all(&index, "syringe").total, 1, "not committed yet");
    writer.commit(42).unwrap();
    assert_eq!((all(&index, "syringe").total, all(&index, "mask").total, index.items()), (0, 1, 4));
    assert!(matches!(writer.commit(41), Err(Error::Backwards { at: 42, asked: 41 })));
    assert!(matches!(writer.put(&item("", "x", &[])), Err(Error::Key(_))));
    for change in 43..60 {
        writer.put(&item("mask", "another mask", &[])).unwrap();
        writer.commit(change).unwrap();
    }
    writer.compact().unwrap();
    let writer = index.writer().unwrap();
    writer.put(&item("lost", "never committed", &[])).unwrap();
    drop(writer);
    drop(index);
    let index = Index::open(folder.path()).unwrap();
    assert_eq!((index.current().unwrap(), index.items(), all(&index, "mask").total), (59, 5, 2));
    assert_eq!(all(&index, "never").total, 0);
}

#[test]
fn pieces_of_many_short_lived_writers_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    for change in 1..=60 {
        let mut writer = index.writer().unwrap();
        writer.put(&item(&format!("mask-{change}"), "theatre mask", &[])).unwrap();
        writer.commit(change).unwrap();
        writer.finish().unwrap();
    }
    assert!(index.pieces().unwrap() <= 16, "{} pieces", index.pieces().unwrap());
    assert_eq!((index.current().unwrap(), all(&index, "mask").total), (60, 60));
}

#[test]
fn what_cannot_be_read_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    put(&Index::open(folder.path()).unwrap(), &catalogue(), 9);
    let own = folder.path().join("1");
    fs::create_dir(folder.path().join("0")).unwrap();
    fs::create_dir(folder.path().join("other")).unwrap();
    fs::write(own.join("meta.json"), "{ cut").unwrap();
    let index = Index::open(folder.path()).unwrap();
    assert_eq!((index.current().unwrap(), index.items()), (0, 0));
    assert!(!folder.path().join("0").exists() && folder.path().join("other").exists());
    put(&index, &catalogue(), 9);
    drop(index);
    for entry in fs::read_dir(&own).unwrap().flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "idx") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    let index = Index::open(folder.path()).unwrap();
    assert_eq!((index.current().unwrap(), index.items()), (0, 0));
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    assert!(matches!(Index::open(&file), Err(Error::Folder { .. })));
}

#[test]
fn many_threads_search_while_one_writes() {
    let index = filled();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(keys(&all(&index, "hydrocoloid")), ["dressing"]);
                }
            });
        }
        for change in 8..20 {
            put(&index, &[item(&format!("n{change}"), "gauze swab", &[])], change);
        }
    });
    assert_eq!((all(&index, "swab").total, index.current().unwrap()), (12, 19));
}

#[test]
fn long_and_strange_texts_do_no_harm() {
    let index = filled();
    for text in
        ["x".repeat(100_000), "a1".repeat(50_000), "glove ".repeat(5_000), "\u{0}\u{ffff}(*\"'AND:~^$".into()]
    {
        all(&index, &text);
    }
    put(&index, &[item("long", &"y".repeat(200_000), &[&"9".repeat(200_000)])], 8);
    assert_eq!(index.items(), 6);
}

fn mistyped(word: &str, kind: u8, place: Place, letter: char) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = place.index(letters.len() - 1);
    match kind {
        0 => letters[at] = letter,
        1 => letters.insert(at, letter),
        2 => {
            letters.remove(at);
        }
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// One mistake in a word of four letters or more, anywhere in it, and the item is still there and says what was forgiven.
    #[test]
    fn one_mistake_is_forgiven(
        word in prop::sample::select(vec!["examination", "nitrile", "hydrocolloid", "cannula", "ported", "luer", "orvenox"]),
        kind in 0..4_u8,
        place: Place,
        letter in "[a-z]",
    ) {
        let index = filled();
        let typed = mistyped(word, kind, place, letter.chars().next().unwrap());
        let right: Vec<String> = all(&index, word).hits.into_iter().map(|hit| hit.key).collect();
        let found = all(&index, &typed);
        for key in right {
            let hit = found.hits.iter().find(|hit| hit.key == key);
            prop_assert!(hit.is_some(), "`{typed}` does not find {key}: {:?}", keys(&found));
        }
    }

    /// Any stretch of four signs with a digit, of any code, however it is set, finds the item.
    #[test]
    fn any_stretch_of_a_code_is_found(at in 0..5_usize, which: Place, from: Place, to: Place) {
        let index = filled();
        let items = catalogue();
        let code = which.get(&items[at].codes);
        let plain: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).skip_while(|c| *c == '0').collect();
        let start = from.index(plain.len() - 3);
        let end = start + 4 + to.index(plain.len() - start - 3);
        let part: String = plain[start..end].iter().collect();
        prop_assume!(part.bytes().any(|b| b.is_ascii_digit()));
        let found = all(&index, &part);
        prop_assert!(keys(&found).contains(&items[at].key.as_str()), "`{part}` of `{code}`: {:?}", keys(&found));
    }
}
