//! Catalogues at random, with everything in them that is kept.

use jiff::civil::{Date, date};
use muster_catalogue::{
    domain::{
        gs1::check_digit,
        offer::Territory,
        unit::{Quantity, Unit},
        validity::Validity,
    },
    import::ubl::{Action, Catalogue, Identifier, Line, LineItem, Party, Price},
};
use proptest::{option::of, prelude::*, sample::select};

fn text() -> impl Strategy<Value = String> {
    let inner = "[A-Za-z0-9é&<>\"'€/;:.,+-]{1,8}([ \r\n\t][A-Za-z0-9&<>\\]]{1,8}){0,2}";
    inner.prop_map(|text| text.trim().to_owned())
}

fn quantity() -> impl Strategy<Value = Quantity> {
    let unit = select(vec!["EA", "BX", "CS", "MLT", "LTR", "GRM", "DZN"]);
    (1_i64..10_000_000, unit)
        .prop_map(|(milli, unit)| Quantity { milli, unit: Unit::of(unit).expect("a unit") })
}

fn day() -> impl Strategy<Value = Date> {
    (0_i64..360)
        .prop_map(|days| date(2020, 1, 1).checked_add(jiff::Span::new().days(days)).expect("a day of 2020"))
}

fn period() -> impl Strategy<Value = Validity> {
    (of(day()), of(day())).prop_map(|(one, two)| match (one, two) {
        (Some(one), Some(two)) => Validity::between(one.min(two), one.max(two)),
        (from, to) => Validity { from, to },
    })
}

fn gln() -> impl Strategy<Value = Identifier> {
    "[0-9]{12}".prop_map(|body| {
        let digit = check_digit(&body).expect("digits");
        Identifier { scheme: Some("0088".into()), value: format!("{body}{digit}") }
    })
}

/// Provider and receiver have a legal name, seller and customer a trading name.
fn end() -> impl Strategy<Value = Party> {
    (gln(), of(gln()), text(), of(gln())).prop_map(|(endpoint, id, legal, company)| Party {
        endpoint: Some(endpoint),
        id,
        legal_name: Some(legal),
        company,
        ..Party::default()
    })
}

fn party() -> impl Strategy<Value = Party> {
    (of(gln()), of(gln()), text()).prop_map(|(endpoint, id, name)| Party {
        endpoint,
        id,
        name: Some(name),
        ..Party::default()
    })
}

fn territory() -> impl Strategy<Value = Territory> {
    (select(vec!["GB", "IE"]), of(text()), of(text()), of(text())).prop_map(
        |(country, subentity, city, postal_zone)| Territory {
            country: Some(country.to_owned()),
            subentity,
            city,
            postal_zone,
        },
    )
}

fn price() -> impl Strategy<Value = Price> {
    let quantities = (of(quantity()), of(quantity()), of(quantity()));
    let rest = (0_i64..1_000_000_000, select(vec!["GBP", "EUR"]), of(quantity()), of(1_i64..9_000_000));
    (quantities, prop::collection::vec(territory(), 0..3), rest).prop_map(
        |((lead, min, max), territories, (amount, currency, base, factor))| Price {
            lead,
            min,
            max,
            territories,
            amount,
            currency: currency.to_owned(),
            base,
            factor,
            valid: Validity::default(),
        },
    )
}

fn item() -> impl Strategy<Value = LineItem> {
    let ids = (of(text()), of(text()), of(text()), of(gln()));
    let words = (prop::collection::vec(text(), 0..3), prop::collection::vec(text(), 0..2), text());
    let class = (select(vec!["STI", "TST"]), of(text()), text());
    let class = class.prop_map(|(list, version, code)| (list.to_owned(), version, code));
    let tax = of((1_i64..100_000).prop_map(|rate| ("S".to_owned(), Some(rate), "VAT".to_owned())));
    let rest = (of(quantity()), of(1_i64..1_000), prop::collection::vec(class, 0..3), tax, of(text()));
    (ids, words, rest).prop_map(
        |(
            (buyers, manufacturers, origin, standard),
            (descriptions, keywords, name),
            (packed, pack_size, classes, tax, manufacturer),
        )| {
            LineItem {
                descriptions,
                packed,
                pack_size,
                name,
                keywords,
                brands: Vec::new(),
                buyers,
                sellers: None,
                manufacturers,
                standard,
                origin,
                classes,
                tax,
                manufacturer,
            }
        },
    )
}

fn line() -> impl Strategy<Value = Line> {
    let words = (
        select(vec![None, Some(Action::Add), Some(Action::Update), Some(Action::Delete)]),
        of(any::<bool>()),
    );
    let quantities = (of(quantity()), of(quantity()), of(quantity()), of((text(), quantity())));
    let rest = (of(text()), of(text()), of(1_i64..9_000), prop::collection::vec(price(), 0..4));
    (words, quantities, rest, item()).prop_map(
        |(
            (action, orderable),
            (content, comparison, min_order, component),
            (warranty, level, increment, prices),
            item,
        )| Line {
            at: 0,
            id: String::new(),
            action,
            orderable,
            unit: Unit::of("CS"),
            content,
            increment,
            min_order,
            max_order: None,
            warranty,
            level,
            valid: Validity::default(),
            comparison,
            component,
            prices,
            item,
        },
    )
}

pub(crate) fn document() -> impl Strategy<Value = Catalogue> {
    let head = (text(), of(text()), of(text()), of(text()), day(), period());
    let parties = (end(), end(), of(party()), of(party()));
    let action = select(vec![None, Some(Action::Add), Some(Action::Replace)]);
    let rest = (any::<bool>(), action, prop::collection::vec(text(), 0..3));
    (head, parties, rest, prop::collection::vec(line(), 1..5)).prop_map(
        |(
            (id, name, version, contract, issued, mut valid),
            (provider, receiver, seller, customer),
            rest,
            mut lines,
        )| {
            // a catalogue without a period would hold an empty element
            valid.from = valid.from.or(Some(date(2020, 1, 1)).filter(|_| valid.to.is_none()));
            for (line, number) in lines.iter_mut().zip(1..) {
                line.id = number.to_string();
                line.item.sellers = Some(format!("item {number}"));
            }
            Catalogue {
                answered: rest.0,
                id,
                action: rest.1,
                name,
                issued,
                version,
                valid,
                contract,
                source: None,
                provider,
                receiver,
                seller,
                customer,
                terms: rest.2,
                lines,
            }
        },
    )
}
