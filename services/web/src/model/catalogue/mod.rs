//! Procurement: what the contract's messages are in the field's own words.

pub(crate) mod award;
pub(crate) mod item;
pub(crate) mod prices;
pub(crate) mod realised;
pub(crate) mod review;
pub(crate) mod round;
pub(crate) mod spend;
pub(crate) mod suppliers;
pub(crate) mod variance;

use muster_proto::catalogue::v1::{Item, Phase, Relation, Subject};

use crate::figures;

/// The organisation of what is everybody's.
pub(crate) const ALL: &str = "ALL";

/// Relations that can be confirmed: name in forms, words.
pub(crate) const RELATIONS: [(&str, &str, Relation); 3] = [
    ("same-item", "same item", Relation::SameItem),
    ("other-pack", "same item, other pack", Relation::OtherPack),
    ("substitutable", "clinically substitutable", Relation::Substitutable),
];

/// What is bought: name in forms, words.
pub(crate) const SUBJECTS: [(&str, &str, Subject); 3] = [
    ("supplies", "supplies and services", Subject::Supplies),
    ("light-touch", "social and other specific services (light touch)", Subject::LightTouch),
    ("works", "works", Subject::Works),
];

/// Schemes of classes: name in the contract, words.
pub(crate) const SCHEMES: [(&str, &str); 5] = [
    ("cpv", "CPV"),
    ("unspsc", "UNSPSC"),
    ("nhs-eclass", "NHS-eClass"),
    ("eclass", "eClass"),
    ("dmd", "dm+d"),
];

/// What two items are to each other.
pub(crate) fn relation_words(relation: i32) -> &'static str {
    let relation = Relation::try_from(relation).unwrap_or_default();
    RELATIONS.iter().find(|(_, _, known)| *known == relation).map_or("different items", |(_, words, _)| words)
}

/// The name of a relation in forms; empty for none.
pub(crate) fn relation_key(relation: i32) -> &'static str {
    let relation = Relation::try_from(relation).unwrap_or_default();
    RELATIONS.iter().find(|(_, _, known)| *known == relation).map_or("", |(key, _, _)| key)
}

/// What a round buys.
pub(crate) fn subject_words(subject: i32) -> &'static str {
    let subject = Subject::try_from(subject).unwrap_or_default();
    SUBJECTS.iter().find(|(_, _, known)| *known == subject).map_or(SUBJECTS[0].1, |(_, words, _)| words)
}

/// Where a round is.
pub(crate) fn phase_words(phase: i32) -> &'static str {
    match Phase::try_from(phase).unwrap_or_default() {
        Phase::Unspecified => "unknown",
        Phase::Pledging => "takes pledges",
        Phase::Bidding => "takes bids",
        Phase::Computed => "award waits for approval",
        Phase::Refused => "award refused",
        Phase::Awarded => "awarded",
        Phase::Cancelled => "cancelled",
    }
}

/// Has a round come to its end?
pub(crate) fn ended(phase: i32) -> bool {
    matches!(Phase::try_from(phase).unwrap_or_default(), Phase::Awarded | Phase::Cancelled)
}

/// A scheme of classes.
pub(crate) fn scheme_words(scheme: &str) -> &str {
    SCHEMES.iter().find(|(known, _)| *known == scheme).map_or(scheme, |(_, words)| words)
}

/// Whose record or offer it is.
pub(crate) fn organisation_words(organisation: &str) -> &str {
    if organisation == ALL { "everybody (a supplier’s own)" } else { organisation }
}

/// Where an item is shown.
pub(crate) fn item_href(number: i64) -> String {
    format!("/catalogue/items/{number}")
}

/// `RJZ GLV-M`: whose record it is and what they call it.
pub(crate) fn record(item: &Item) -> String {
    let organisation = if item.organisation == ALL { item.supplier.as_str() } else { &item.organisation };
    format!("{organisation} {}", item.item_ref).trim().to_owned()
}

/// A code with a name before it: `Ansell (A-100)`; either may be missing.
pub(crate) fn with_code(name: &str, code: &str) -> String {
    match (name, code) {
        ("", code) => code.to_owned(),
        (name, "") => name.to_owned(),
        (name, code) => format!("{name} ({code})"),
    }
}

/// A unit of UNECE recommendations 20 and 21 within a sentence; the code where it has no usual name here.
pub(crate) fn unit_words(unit: &str) -> &str {
    match unit {
        "EA" | "C62" | "H87" => "each",
        "CS" | "XCS" => "case",
        "PF" | "XPF" | "XPX" => "pallet",
        "PK" | "XPK" | "XPA" => "pack",
        "BX" | "XBX" => "box",
        "CT" | "XCT" => "carton",
        "PR" => "pair",
        "BO" | "XBO" => "bottle",
        "BG" | "XBG" => "bag",
        "TU" | "XTU" => "tube",
        "RO" | "XRO" => "roll",
        "SET" => "set",
        "MLT" => "ml",
        "LTR" => "litre",
        "MGM" => "mg",
        "GRM" => "g",
        "KGM" => "kg",
        "MMT" => "mm",
        "CMT" => "cm",
        "MTR" => "m",
        other => other,
    }
}

/// The pack: `1 case = 200 consumable units, 50,000 ml`.
pub(crate) fn pack(item: &Item) -> String {
    if item.pack_size == 0 {
        return format!("{}: what is in it is not known", unit_words(&item.orderable_unit));
    }
    let plural = if item.pack_size == 1 { "" } else { "s" };
    let units = figures::count(item.pack_size);
    let mut text = format!("1 {} = {units} consumable unit{plural}", unit_words(&item.orderable_unit));
    if item.content_milli > 0 {
        let content = figures::quantity(item.content_milli);
        text.push_str(&format!(", {content} {}", unit_words(&item.content_unit)));
    }
    text
}

/// The class: `33141420 Surgical gloves (CPV)`; empty where there is none.
pub(crate) fn class(item: &Item) -> String {
    if item.class_code.is_empty() {
        return String::new();
    }
    let name = if item.class_name.is_empty() { String::new() } else { format!(" {}", item.class_name) };
    format!("{}{name} ({})", item.class_code, scheme_words(&item.class_scheme))
}

/// The day of an instant: `28 November 2026`; empty for none.
pub(crate) fn day(micros: i64) -> String {
    if micros == 0 {
        return String::new();
    }
    figures::date(&muster_kit::clock::date_of(micros).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_and_classes_read_as_words_and_what_is_unknown_is_said() {
        let case = Item {
            orderable_unit: "CS".into(),
            pack_size: 6,
            content_milli: 1_500_000,
            content_unit: "MLT".into(),
            class_scheme: "cpv".into(),
            class_code: "33141420".into(),
            class_name: "Surgical gloves".into(),
            ..Item::default()
        };
        assert_eq!(pack(&case), "1 case = 6 consumable units, 1,500 ml");
        assert_eq!(class(&case), "33141420 Surgical gloves (CPV)");
        let unknown = Item { orderable_unit: "XYZ".into(), ..Item::default() };
        assert_eq!(pack(&unknown), "XYZ: what is in it is not known");
        assert_eq!(class(&unknown), "");
    }

    #[test]
    fn an_unknown_relation_is_none_of_the_three() {
        assert_eq!([0, 1, 2, 3, 9].map(relation_words)[0], "different items");
        assert_eq!([0, 1, 2, 3, 9].map(relation_key), ["", "same-item", "other-pack", "substitutable", ""]);
    }
}
