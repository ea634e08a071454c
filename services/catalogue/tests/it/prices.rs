//! The price in force, against vectors and a plain search through every record.

use jiff::civil::{Date, date};
use muster_catalogue::domain::{
    book::{PriceBook, Query, Record, Why},
    offer::{EVERYONE, Offer, Territory},
    pack::{Normalised, Pack},
    ratio::Ratio,
    unit::{Quantity, Unit},
    validity::Validity,
};
use proptest::prelude::*;

fn unit(code: &str) -> Unit {
    Unit::of(code).expect("a unit")
}

fn offer(organisation: &str, supplier: &str, price: i64, min_quantity: i64, from: Date) -> Offer {
    Offer {
        line: 0,
        item: "gloves".into(),
        organisation: organisation.into(),
        supplier: supplier.into(),
        price,
        per_quantity: 1_000,
        unit: unit("BX"),
        min_quantity,
        max_quantity: None,
        valid: Validity { from: Some(from), to: None },
        territory: Territory::default(),
        lead_days: None,
        contract: None,
    }
}

fn query(organisation: &str, quantity: i64, on: Date) -> Query {
    Query {
        item: "gloves".into(),
        organisation: organisation.into(),
        quantity,
        unit: None,
        on,
        known: None,
        place: Territory::default(),
        pack: None,
    }
}

fn book(offers: Vec<Offer>) -> PriceBook {
    let mut book = PriceBook::default();
    for (recorded, offer) in (0..).zip(offers) {
        book.record(Record { offer, recorded, withdrawn: false });
    }
    book
}

fn prices(book: &PriceBook, query: &Query) -> Vec<(String, i64)> {
    book.in_force(query).in_force.iter().map(|it| (it.offer.supplier.clone(), it.offer.price)).collect()
}

#[test]
fn breaks_dates_and_owners() {
    let january = date(2020, 1, 1);
    let book = book(vec![
        offer(EVERYONE, "A", 50_000, 0, january),
        offer(EVERYONE, "A", 45_000, 10_000, january),
        offer(EVERYONE, "A", 52_000, 0, date(2020, 6, 1)),
        offer("RJ1", "A", 48_000, 0, january),
        offer(EVERYONE, "B", 49_000, 5_000, january),
    ]);
    let ask = |organisation: &str, quantity, on| prices(&book, &query(organisation, quantity, on));
    let a = |price| ("A".to_owned(), price);
    assert_eq!(ask("RJ2", 1_000, date(2020, 5, 31)), [a(50_000)]);
    assert_eq!(ask("RJ2", 1_000, date(2020, 6, 1)), [a(52_000)]);
    assert_eq!(ask("RJ2", 10_000, date(2020, 5, 31)), [a(45_000), ("B".into(), 49_000)]);
    // an own price goes before everybody's, whatever the break
    assert_eq!(ask("RJ1", 10_000, date(2020, 5, 31)), [a(48_000), ("B".into(), 49_000)]);
    assert!(ask("RJ1", 1_000, date(2019, 12, 31)).is_empty());
    // the old break beside a newer list is answered and asked about
    let asked = query("RJ2", 10_000, date(2020, 7, 1));
    let answer = book.in_force(&asked);
    assert_eq!((answer.in_force[0].offer.price, answer.in_force[0].questions.len()), (45_000, 1));
    assert!(
        answer.not.iter().any(|(offer, why)| offer.organisation == "RJ1" && *why == Why::OtherOrganisation)
    );
}

#[test]
fn history_is_never_overwritten() {
    let mut book = PriceBook::default();
    let first = offer("RJ1", "A", 50_000, 0, date(2020, 1, 1));
    book.record(Record { offer: first.clone(), recorded: 100, withdrawn: false });
    // a correction known later, then the offer is taken back
    book.record(Record { offer: Offer { price: 60_000, ..first.clone() }, recorded: 200, withdrawn: false });
    book.record(Record { offer: first, recorded: 300, withdrawn: true });
    let known = |known| prices(&book, &Query { known, ..query("RJ1", 1_000, date(2020, 2, 1)) });
    assert_eq!(known(Some(99)), []);
    assert_eq!(known(Some(100)), [("A".into(), 50_000)]);
    assert_eq!(known(Some(299)), [("A".into(), 60_000)]);
    assert_eq!(known(None), []);
    assert_eq!(book.records().len(), 3);
}

#[test]
fn what_is_taken_back_held_until_then() {
    let mut book = book(vec![
        offer("RJ1", "A", 50_000, 0, date(2020, 1, 1)),
        offer("RJ1", "A", 45_000, 10_000, date(2020, 1, 1)),
        offer("RJ1", "B", 60_000, 0, date(2020, 1, 1)),
    ]);
    // supplier A sends a catalogue that stands in place of all it sent before, at a moment later than all
    book.withdraw(9, None, |offer| offer.supplier == "A");
    let again = offer("RJ1", "A", 52_000, 0, date(2020, 1, 1));
    book.record(Record { offer: again, recorded: 9, withdrawn: false });
    let known = |known| prices(&book, &Query { known, ..query("RJ1", 10_000, date(2020, 2, 1)) });
    assert_eq!(known(None), [("A".into(), 52_000), ("B".into(), 60_000)]);
    assert_eq!(known(Some(8)), [("A".into(), 45_000), ("B".into(), 60_000)]);
}

#[test]
fn a_price_a_consumable_unit_and_a_millilitre() {
    // case of six bottles of 250 ml at 12.00; the pallet of 18 cases at 200.00 by the pallet
    let pack = Pack {
        orderable: unit("CS"),
        pack_size: 6,
        content: Some(Quantity { milli: 1_500_000, unit: unit("MLT") }),
    };
    let pack: Normalised = pack.normalise().unwrap();
    let case = Offer { unit: unit("CS"), ..offer("RJ1", "A", 120_000, 0, date(2020, 1, 1)) };
    let bottle = Offer { unit: unit("EA"), price: 21_000, ..case.clone() };
    let pallet = Offer { unit: unit("PF"), price: 2_000_000, ..case.clone() };
    let book = book(vec![case, bottle, pallet]);
    let asked = Query { pack: Some(pack), ..query("RJ1", 2_000, date(2020, 1, 1)) };
    let answer = book.in_force(&asked);
    let each: Vec<_> = answer.in_force.iter().map(|it| (it.offer.unit.code(), it.per_consumable)).collect();
    assert_eq!(each, [("CS", Some(Ratio::whole(20_000))), ("EA", Some(Ratio::whole(21_000))), ("PX", None)]);
    assert_eq!(answer.in_force[0].per_content.map(|(_, price)| price), Some(Ratio::whole(80)));
    assert_eq!(answer.in_force[0].total, Ratio::whole(240_000));
    // twelve bottles are two cases; how many pallets that is, nobody can tell
    let bottles = Query { quantity: 12_000, unit: Some(unit("EA")), ..asked };
    let answer = book.in_force(&bottles);
    assert_eq!(answer.in_force[0].quantity, Ratio::whole(2));
    assert_eq!(answer.not.iter().map(|(_, why)| *why).collect::<Vec<_>>(), [Why::OtherUnit]);
}

#[derive(Clone, Debug)]
struct Made {
    offer: Offer,
    recorded: i64,
    withdrawn: bool,
}

fn made() -> impl Strategy<Value = Made> {
    let who = (prop::sample::select(vec!["RJ1", "RJ2", EVERYONE]), prop::sample::select(vec!["A", "B"]));
    (who, 1_i64..50, 0_i64..4, 0_i16..20, prop::option::of(0_i16..12), (0_i64..6, any::<bool>())).prop_map(
        |((organisation, supplier), price, least, from, days, (recorded, withdrawn))| {
            let first = date(2020, 1, 1).checked_add(jiff::Span::new().days(i64::from(from))).expect("a day");
            let mut offer = offer(organisation, supplier, price, least * 5_000, first);
            offer.valid.to =
                days.map(|days| first.checked_add(jiff::Span::new().days(i64::from(days))).expect("a day"));
            Made { offer, recorded, withdrawn: withdrawn && recorded % 3 == 0 }
        },
    )
}

/// The rules read one by one, without an index or a sort.
fn by_hand(all: &[Made], supplier: &str, query: &Query) -> Option<i64> {
    let known: Vec<&Made> =
        all.iter().filter(|it| query.known.is_none_or(|known| it.recorded <= known)).collect();
    let holds = |at: usize| {
        let it = known[at];
        let corrected = known.iter().enumerate().any(|(other, later)| {
            later.offer.key() == it.offer.key() && (later.recorded, other) > (it.recorded, at)
        });
        let buyer = it.offer.organisation == query.organisation || it.offer.organisation == EVERYONE;
        !corrected
            && !it.withdrawn
            && buyer
            && it.offer.supplier == supplier
            && it.offer.valid.holds_on(query.on)
            && it.offer.min_quantity <= query.quantity
    };
    let mut best: Option<&Offer> = None;
    for at in (0..known.len()).filter(|at| holds(*at)) {
        let it = &known[at].offer;
        let goes_before = best.is_none_or(|best| {
            let own = |offer: &Offer| offer.organisation != EVERYONE;
            if own(it) != own(best) {
                own(it)
            } else if it.min_quantity == best.min_quantity {
                it.valid.from > best.valid.from
            } else {
                it.min_quantity > best.min_quantity
            }
        });
        if goes_before {
            best = Some(it);
        }
    }
    best.map(|offer| offer.price)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn the_book_answers_as_a_plain_search_does(
        all in prop::collection::vec(made(), 0..24),
        organisation in prop::sample::select(vec!["RJ1", "RJ2", "RJZ"]),
        quantity in 0_i64..20, day in 0_i64..32, known in prop::option::of(0_i64..6),
    ) {
        let on = date(2020, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let query = Query { known, ..query(organisation, quantity * 1_000, on) };
        let mut book = PriceBook::default();
        for it in &all {
            book.record(Record { offer: it.offer.clone(), recorded: it.recorded, withdrawn: it.withdrawn });
        }
        let answer = book.in_force(&query);
        for supplier in ["A", "B"] {
            let found = answer.in_force.iter().find(|it| it.offer.supplier == supplier).map(|it| it.offer.price);
            prop_assert_eq!(found, by_hand(&all, supplier, &query));
        }
    }
}
