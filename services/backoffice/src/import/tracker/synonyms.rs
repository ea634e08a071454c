//! Names under which trackers know our fields, and words for their values. They are from trackers' common usage; a name that is missing
//! here is mapped by hand.

use super::{Field, Measure, Unit};
use crate::domain::{
    Month, Word,
    savings::{Category, Gate, Risk, SavingType},
};

/// Names of columns by field, the first our own.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::Scheme,
        &[
            "scheme",
            "scheme ref",
            "scheme reference",
            "scheme id",
            "scheme no",
            "ref",
            "reference",
            "cip ref",
            "project ref",
            "id",
        ],
    ),
    (
        Field::Organisation,
        &[
            "organisation",
            "trust",
            "provider",
            "org",
            "org code",
            "ods code",
            "organisation code",
            "trust code",
            "entity",
        ],
    ),
    (Field::Programme, &["programme", "workstream", "work stream", "theme", "programme area", "portfolio"]),
    (
        Field::Title,
        &[
            "title",
            "scheme name",
            "scheme title",
            "description",
            "scheme description",
            "project",
            "project name",
            "initiative",
        ],
    ),
    (
        Field::Category,
        &[
            "category",
            "pay/non-pay",
            "pay or non pay",
            "saving category",
            "expenditure type",
            "spend category",
        ],
    ),
    (Field::Type, &["type", "saving type", "savings type", "type of saving", "scheme type", "benefit type"]),
    (
        Field::Recurrent,
        &["recurrent", "r/nr", "rec/non rec", "recurrent or non recurrent", "recurrency", "recurring"],
    ),
    (Field::StartMonth, &["start month", "start", "start date", "go live", "go live date", "commencement"]),
    (Field::Gate, &["gate", "stage", "status", "gateway", "maturity", "scheme status", "development stage"]),
    (Field::Risk, &["risk", "risk rating", "delivery risk", "risk h/m/l", "risk level"]),
    (
        Field::Owner,
        &[
            "owner",
            "lead",
            "scheme owner",
            "scheme lead",
            "responsible",
            "sro",
            "project lead",
            "accountable",
        ],
    ),
    (
        Field::OneOffCost,
        &["one off cost", "one-off costs", "investment", "implementation cost", "set up cost"],
    ),
    (
        Field::QualitySigned,
        &["quality signed", "qia", "qia signed", "qia signed off", "qia complete", "quality impact signed"],
    ),
    (
        Field::OverAndAbove,
        &["over and above", "above cip", "additional to cip", "over and above cip", "collaborative"],
    ),
    (Field::Month, &["month", "period", "reporting month", "month ending"]),
    (
        Field::Measure,
        &["measure", "plan/actual", "plan or actual", "plan/forecast/actual", "figure", "scenario", "line"],
    ),
    (Field::Total, &["total", "full year", "year total", "fy total", "annual total", "in year total"]),
];

/// Names of a field's columns, our own first; those of an amount by its measure are [`measure_names`].
pub fn names(field: Field) -> &'static [&'static str] {
    NAMES.iter().find(|(of, _)| *of == field).map_or(&[], |(_, names)| *names)
}

/// Words for a measure, the first our own.
pub(super) const MEASURES: &[(Measure, &[&str])] = &[
    (
        Measure::Plan,
        &["plan", "planned", "budget", "target", "planned saving", "planned savings", "plan value"],
    ),
    (Measure::Forecast, &["forecast", "fot", "forecast outturn", "outturn", "fcast", "forecast saving"]),
    (
        Measure::Actual,
        &["actual", "actuals", "delivered", "achieved", "actual saving", "actual savings", "act"],
    ),
];

/// Letters and digits only, lower case: `R / NR` and `r/nr` are the same name.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The name of a header without a unit at its end: `One-off cost (£k)`.
pub(super) fn without_unit(header: &str) -> String {
    let lower = header.to_lowercase();
    let cut = ["(£", "£", "(in £"].iter().filter_map(|mark| lower.find(mark)).min();
    let kept = cut.map_or(lower.as_str(), |at| &lower[..at]);
    if plain(kept).is_empty() { plain(&lower.replace('£', " ")) } else { plain(kept) }
}

/// The field of a name, exactly.
pub(super) fn field_of(header: &str) -> Option<Field> {
    let name = without_unit(header);
    let known = |names: &&[&str]| names.iter().any(|it| plain(it) == name);
    NAMES.iter().find(|(_, names)| known(names)).map(|(field, _)| *field)
}

/// The nearest name, by the share of letters that agree, in per cent.
pub(super) fn nearest(header: &str) -> Option<(Field, &'static str, u8)> {
    let name = without_unit(header);
    let all = NAMES.iter().flat_map(|(field, names)| names.iter().map(move |it| (*field, *it)));
    let scored = all.map(|(field, it)| {
        let plain = plain(it);
        (field, it, rapidfuzz::fuzz::ratio(plain.chars(), name.chars()))
    });
    let best = scored.max_by(|one, other| one.2.total_cmp(&other.2))?;
    // a percentage, or a share of one
    let percent = if best.2 <= 1.0 { best.2 * 100.0 } else { best.2 };
    let percent = (0..=100_u8).rev().find(|it| f64::from(*it) <= percent)?;
    (percent >= 82 && name.len() > 3).then_some((best.0, best.1, percent))
}

/// The measure that a text names.
pub(super) fn measure_of(text: &str) -> Option<Measure> {
    let name = plain(text);
    MEASURES.iter().find(|(_, names)| names.iter().any(|it| plain(it) == name)).map(|(measure, _)| *measure)
}

/// Names of a measure's columns, our own first.
pub fn measure_names(of: Measure) -> &'static [&'static str] {
    MEASURES.iter().find(|(measure, _)| *measure == of).map_or(&[], |(_, names)| *names)
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const FULL: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A month as it stands in a cell or header, and what is left of the text: `Apr-17 Plan`, `2017-04`, `01/04/2017`, `April 2017`.
pub(super) fn month_in(text: &str) -> Option<(Month, String)> {
    let mut words: Vec<String> = text
        .split(|it: char| {
            it.is_whitespace() || matches!(it, '-' | '/' | '\'' | '(' | ')' | ',' | '_' | '.' | ':')
        })
        .filter(|it| !it.is_empty())
        .map(str::to_lowercase)
        .collect();
    let named = words
        .iter()
        .position(|it| MONTHS.contains(&it.as_str()) || FULL.contains(&it.as_str()) || it == "sept");
    let found = match named {
        Some(at) => {
            let number = MONTHS.iter().position(|it| words[at].starts_with(it))?;
            let (year, from) = match words.get(at + 1).and_then(|it| year_in(it)) {
                Some(year) => (year, at),
                None => (words.get(at.checked_sub(1)?).and_then(|it| year_in(it))?, at - 1),
            };
            words.drain(from..=from + 1);
            // the day of a date such as 01-Apr-2017
            if from > 0 && words[from - 1].parse::<u32>().is_ok_and(|day| (1..32).contains(&day)) {
                words.remove(from - 1);
            }
            Month::new(year, i32::try_from(number).ok()? + 1)
        }
        None => numeric(&mut words, text.contains('/')),
    };
    found.map(|month| (month, words.join(" ")))
}

/// `2017 04`, `2017 04 01`, `04 2017`, `01 04 2017`; but `2011/12` is a year.
fn numeric(words: &mut Vec<String>, slash: bool) -> Option<Month> {
    let number =
        |it: &String| it.bytes().all(|byte| byte.is_ascii_digit()).then(|| it.parse::<i32>().ok())?;
    let at = words
        .iter()
        .position(|it| it.len() == 4 && number(it).is_some_and(|it| (1900..2200).contains(&it)))?;
    let year = number(&words[at])?;
    let next = words.get(at + 1).filter(|it| it.len() == 2).and_then(number);
    if let Some(month) = next {
        let day = words.get(at + 2).is_some_and(|it| it.len() <= 2 && number(it).is_some());
        if slash && !day && month == (year + 1) % 100 {
            return None;
        }
        words.drain(at..=at + 1 + usize::from(day));
        return Month::new(year, month);
    }
    let month = number(words.get(at.checked_sub(1)?)?)?;
    let day = at >= 2 && words.get(at - 2).is_some_and(|it| it.len() <= 2 && number(it).is_some());
    words.drain(at - 1 - usize::from(day)..=at);
    Month::new(year, month)
}

/// `17` or `2017`.
fn year_in(text: &str) -> Option<i32> {
    let year: i32 = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())??;
    match text.len() {
        2 => Some(2000 + year),
        4 => Some(year),
        _ => None,
    }
}

/// The financial year that a header names, as it ends: `Total 17/18`, `2017/18 total`.
pub(super) fn year_of(header: &str) -> Option<i32> {
    let words: Vec<&str> =
        header.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    let (begins, ends) = words.windows(2).find_map(|two| Some((year_in(two[0])?, year_in(two[1])?)))?;
    (begins + 1 == ends).then_some(ends)
}

/// The unit that a text states.
pub(super) fn unit_in(text: &str) -> Option<Unit> {
    let text = text.to_lowercase().replace(['\'', '’', ' ', ','], "");
    let has = |marks: &[&str]| marks.iter().any(|it| text.contains(it));
    if has(&["£k", "£000", "£thousand", "inthousands", "thousandsofpounds"]) {
        return Some(Unit::Thousands);
    }
    if has(&["£m", "£million", "inmillions"]) {
        return Some(Unit::Millions);
    }
    has(&["inpounds", "inwholepounds", "(£)", "£s", "gbp"]).then_some(Unit::Pounds)
}

/// Is this the label of a totals row?
pub(super) fn is_total(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let total = |word: Option<&&str>| word.is_some_and(|it| ["total", "totals", "subtotal"].contains(it));
    let second =
        words.first().is_some_and(|it| ["sub", "grand", "overall"].contains(it)) && total(words.get(1));
    second || total(words.first()) || total(words.last())
}

/// Our word for a value of a field, where trackers have another for it.
pub(super) fn value_of(field: Field, text: &str) -> Option<String> {
    let name = plain(text);
    let of = |words: &[(&str, &[&str])]| {
        let found = words
            .iter()
            .find(|(ours, others)| plain(ours) == name || others.iter().any(|it| plain(it) == name));
        found.map(|(ours, _)| (*ours).to_owned())
    };
    match field {
        Field::Recurrent => of(&[
            ("Y", &["yes", "r", "rec", "recurrent", "recurring", "true"]),
            ("N", &["no", "nr", "non rec", "non-recurrent", "non recurring", "one off", "false"]),
        ]),
        Field::QualitySigned | Field::OverAndAbove => of(&[
            ("Y", &["yes", "signed", "signed off", "complete", "completed", "approved", "true"]),
            ("N", &["no", "not signed", "outstanding", "in progress", "pending", "not started", "false"]),
        ]),
        Field::Category => {
            of(&[("pay", &["staff"]), ("non-pay", &["nonpay", "non pay"]), ("income", &["inc"])])
                .or_else(|| Category::of(text).map(|it| it.word().to_owned()))
        }
        Field::Type => of(&[
            ("cash-releasing", &["cash", "cash releasing", "cashable"]),
            ("cost-avoidance", &["cost avoidance", "avoidance", "cost avoided"]),
            ("productivity", &["efficiency", "non-cash releasing"]),
            ("income", &["income generation"]),
        ])
        .or_else(|| SavingType::of(text).map(|it| it.word().to_owned())),
        Field::Gate => of(&[
            ("idea", &["pipeline", "opportunity", "concept", "0"]),
            ("outline", &["scoping", "in development", "1"]),
            ("documented", &["pid", "pid complete", "2"]),
            ("approved", &["plan approved", "signed off", "3"]),
            ("in-delivery", &["delivery", "in delivery", "live", "in progress", "implementation", "4"]),
            ("closed", &["complete", "completed", "delivered", "5"]),
        ])
        .or_else(|| Gate::of(text).map(|it| it.word().to_owned())),
        Field::Risk => {
            of(&[("H", &["high", "red"]), ("M", &["medium", "med", "amber"]), ("L", &["low", "green"])])
                .or_else(|| Risk::of(text).map(|it| it.word().to_owned()))
        }
        Field::Measure => measure_of(text).map(|it| it.word().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_years_as_headers_have_them() {
        let april = Month::read("2017-04").unwrap();
        for (text, left) in [
            ("Apr-17", ""),
            ("April 2017", ""),
            ("Apr-17 Plan", "plan"),
            ("Plan Apr 17", "plan"),
            ("2017-04", ""),
            ("2017-04-01", ""),
            ("01/04/2017", ""),
            ("04/2017 actual", "actual"),
            ("01-Apr-2017", ""),
            ("APR'17", ""),
        ] {
            assert_eq!(month_in(text), Some((april, left.to_owned())), "{text}");
        }
        for wrong in ["April", "M1", "17/18", "2017", "Risk", "Total 2017/18", "May be", "2017-13", "2011/12"]
        {
            assert_eq!(month_in(wrong), None, "{wrong}");
        }
        assert_eq!(
            (year_of("Total 17/18"), year_of("2017/18 FYE"), year_of("Total")),
            (Some(2018), Some(2018), None)
        );
    }

    #[test]
    fn every_name_is_of_one_field() {
        for (field, names) in NAMES {
            for name in *names {
                assert_eq!(field_of(name), Some(*field), "{name}");
            }
        }
        assert_eq!(nearest("Scheme referance").map(|it| it.0), Some(Field::Scheme));
        assert_eq!(nearest("Comments"), None);
        assert_eq!(unit_in("All figures £'000"), Some(Unit::Thousands));
    }
}
