//! What must hold of any records: no order, side, thread or stranger changes what two records are to each other.

use std::collections::BTreeMap;

use muster_matching::{
    Label, Model, Options, Outcome, Record, Relation, Use, WordWeights, evaluate, generate::generate,
    match_records, train,
};
use proptest::prelude::*;

type Found = BTreeMap<(String, String), (u32, Relation)>;

fn by_id(outcome: &Outcome, left: &[Record], right: &[Record]) -> Found {
    let others = if right.is_empty() { left } else { right };
    let key = |pair: &muster_matching::Pair| {
        (left[pair.left as usize].id.clone(), others[pair.right as usize].id.clone())
    };
    outcome.pairs.iter().map(|pair| (key(pair), (pair.score_ppm, pair.relation))).collect()
}

fn options() -> Options {
    Options { weights: WordWeights::Model, threshold_ppm: Some(50_000), ..Options::default() }
}

fn found(left: &[Record], right: &[Record]) -> Found {
    by_id(&match_records(left, right, &Model::shipped(), options()), left, right)
}

fn record(id: &str, description: &str, code: &str) -> Record {
    Record { id: id.into(), description: description.into(), code: code.into(), ..Record::default() }
}

/// Fails with the first pairs that differ.
fn same(one: &Found, other: &Found, what: &str) {
    let missing = |a: &Found, b: &Found| -> Vec<String> {
        a.iter()
            .filter(|(key, value)| b.get(*key) != Some(value))
            .take(3)
            .map(|it| format!("{it:?}"))
            .collect()
    };
    assert!(
        one == other,
        "{what}: only before {:?}, only after {:?}",
        missing(one, other),
        missing(other, one)
    );
}

#[test]
fn neither_the_order_of_rows_nor_threads_change_anything() {
    let mut records = generate(1_500, 5).records;
    let before = found(&records, &[]);
    records.reverse();
    records.rotate_left(137);
    same(&before, &found(&records, &[]), "another order");
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        same(&before, &pool.install(|| found(&records, &[])), "threads");
    }
    assert!(before.len() > 1_000);
}

#[test]
fn left_and_right_are_alike() {
    let records = generate(1_500, 6).records;
    let (left, right) = records.split_at(700);
    let one_way = found(left, right);
    let other_way: Found =
        found(right, left).into_iter().map(|((left, right), found)| ((right, left), found)).collect();
    same(&one_way, &other_way, "sides");
    assert!(one_way.len() > 400);
}

#[test]
fn strangers_change_no_score() {
    let mut records = generate(1_200, 7).records;
    let before = found(&records, &[]);
    let paper = ["ballpoint", "envelope", "notebook", "stapling", "crayon", "inkjet"];
    for at in 0..600_usize {
        let words = format!("{} {} {}", paper[at % 6], paper[(at / 6) % 6], at * 7_919);
        records.push(record(&format!("paper-{at}"), &words, ""));
    }
    let mut after = found(&records, &[]);
    after.retain(|(left, _), _| !left.starts_with("paper"));
    same(&before, &after, "strangers");
}

#[test]
fn a_made_up_catalogue_is_matched_far_better_than_by_joins() {
    let catalogue = generate(4_000, 8);
    let outcome = match_records(&catalogue.records, &[], &Model::shipped(), Options::default());
    let of = evaluate::evaluate(&catalogue.truth, &outcome);
    assert!(of.f1_ppm > 955_000, "{of:?}");
    assert!(evaluate::exact_join(&catalogue).f1_ppm < 100_000);
    assert!(evaluate::code_join(&catalogue).f1_ppm < 700_000);
    assert!(evaluate::relations_right_ppm(&catalogue.truth, &outcome) > 800_000);
}

#[test]
fn packs_make_another_relation_and_codes_are_not_believed_alone() {
    let left = [
        record(
            "a",
            "Corivena Clarifax examination glove nitrile powder free non-sterile medium pack of 100",
            "CRV-4100-03",
        ),
        record("b", "Hypodermic needle 21G x 40mm Tordex regular bevel box of 100", "05012345678900"),
    ];
    let right = [
        record(
            "x",
            "EXAM GLOVE, NITRILE, POWDER FREE, NON-STERILE, M, CLARIFAX, CORIVENA, BX100",
            "CRV410003",
        ),
        record(
            "y",
            "exam gloves clarifax nitrile powder-free non sterile med corivena case of 1000",
            "CRV-4100-03",
        ),
        record("z", "Wound drain silicone flat CH10 with trocar each", "05012345678900"),
    ];
    let found = found(&left, &right);
    let of = |left: &str, right: &str| found.get(&(left.to_owned(), right.to_owned())).copied();
    assert_eq!(of("a", "x").map(|it| it.1), Some(Relation::SameItem));
    assert_eq!(of("a", "y").map(|it| it.1), Some(Relation::SameItemOtherPack));
    assert!(of("b", "z").is_none_or(|it| it.0 < Model::shipped().threshold_ppm));
}

#[test]
fn one_to_one_takes_each_record_once() {
    let records = generate(1_500, 9).records;
    let (left, right) = records.split_at(600);
    let asked = Options { one_to_one: true, ..options() };
    let outcome = match_records(left, right, &Model::shipped(), asked);
    let mut lefts: Vec<u32> = outcome.pairs.iter().map(|pair| pair.left).collect();
    let mut rights: Vec<u32> = outcome.pairs.iter().map(|pair| pair.right).collect();
    for places in [&mut lefts, &mut rights] {
        let all = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), all);
    }
}

#[test]
fn a_model_is_trained_from_labels_written_and_read_again() {
    let catalogue = generate(900, 10);
    let (records, truth) = (&catalogue.records, &catalogue.truth);
    let mut labels = Vec::new();
    for (left, right) in muster_matching::proposed(records, &[], Options::default()) {
        let matches = truth[left as usize].product == truth[right as usize].product;
        labels.push(Label { left, right, matches });
    }
    let model = train(records, &[], &labels, "labels", Use::TheseFiles).unwrap();
    assert!(model.report.f1_ppm > 850_000, "{:?}", model.report);
    assert_eq!(model.report.calibration.iter().map(|band| band.pairs).sum::<u64>(), model.report.pairs);
    assert!(Model::read(&model.write()).unwrap() == model);
    // the order of labels does not matter
    labels.reverse();
    assert!(train(records, &[], &labels, "labels", Use::TheseFiles).unwrap() == model);
    labels.truncate(30);
    let problem = train(records, &[], &labels, "labels", Use::TheseFiles).unwrap_err();
    assert!(problem.to_string().contains("label at least"), "{problem}");
}

#[test]
fn damaged_models_are_refused_with_their_place() {
    let text = Model::shipped().write();
    for (from, to, place) in [
        ("muster-matching-model-1", "muster-matching-model-0", "format"),
        ("words-dice", "words-rice", "features"),
        ("\"threshold_ppm\":", "\"threshold_ppm\":9000000,\"x\":", "line 1"),
        ("\"left\":[1,", "\"left\":[0,", "alone"),
    ] {
        let problem = Model::read(&text.replacen(from, to, 1)).unwrap_err();
        assert!(problem.to_string().contains(place), "{problem}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_text_is_taken(texts in prop::collection::vec("\\PC{0,40}", 2..12)) {
        let records: Vec<Record> =
            texts.iter().enumerate().map(|(at, text)| record(&at.to_string(), text, text)).collect();
        let all = Options { threshold_ppm: Some(0), ..options() };
        let outcome = match_records(&records, &[], &Model::shipped(), all);
        for pair in outcome.pairs {
            prop_assert!(pair.score_ppm <= 1_000_000);
            prop_assert!(pair.left != pair.right);
        }
    }
}
