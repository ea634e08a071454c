//! Savings schemes: what they are worth in the year and after, and how delivery stands.

use muster_proto::backoffice::v1::{Delivery, Gate, Risk, Scheme, SchemeEffect, SchemeLine};

use super::{money, rag_cell, traced, traced_whole};
use crate::{
    figures,
    model::agency::month_words,
    pages::encode,
    table::{Cell, Table},
};

/// The page of a scheme.
pub(crate) fn href(scheme: &str) -> String {
    format!("/back-office/schemes/{}", encode(scheme))
}

/// How far a scheme is.
pub(crate) fn gate_words(gate: i32) -> &'static str {
    match Gate::try_from(gate).unwrap_or_default() {
        Gate::Unspecified => "not said",
        Gate::Idea => "idea",
        Gate::Outline => "outline",
        Gate::Documented => "documented, quality impact signed",
        Gate::Approved => "approved",
        Gate::InDelivery => "in delivery",
        Gate::Closed => "closed and validated",
    }
}

/// Risk of delivery.
pub(crate) fn risk_words(risk: i32) -> &'static str {
    match Risk::try_from(risk).unwrap_or_default() {
        Risk::Unspecified => "not said",
        Risk::High => "high",
        Risk::Medium => "medium",
        Risk::Low => "low",
    }
}

/// Filters of the list by delivery: name in addresses, words.
pub(crate) const STANDINGS: [(&str, &str); 6] = [
    ("green", "green for the year"),
    ("amber", "amber for the year"),
    ("red", "red for the year"),
    ("deceiving", "green to date, red for the year"),
    ("unsigned", "quality impact not signed"),
    ("own", "within own programme"),
];

fn of(line: &SchemeLine) -> Scheme {
    line.scheme.clone().unwrap_or_default()
}

fn delivered(line: &SchemeLine) -> Delivery {
    line.delivery.unwrap_or_default()
}

/// Does a scheme stand so? Every scheme does where nothing is asked.
pub(crate) fn stands(line: &SchemeLine, standing: &str) -> bool {
    let delivery = delivered(line);
    match standing {
        "green" | "amber" | "red" => super::rag(delivery.year).0 == standing,
        "deceiving" => delivery.green_to_date_red_for_the_year,
        "unsigned" => !of(line).quality_signed,
        "own" => !of(line).over_and_above,
        _ => true,
    }
}

/// The sum of some schemes in a sentence; `as_of` is the month that was asked for.
pub(crate) fn finding(lines: &[SchemeLine], as_of: &str) -> String {
    let effect = |part: fn(&SchemeEffect) -> i64| -> i64 {
        lines.iter().filter_map(|line| line.effect.as_ref()).map(part).sum()
    };
    let attested: i64 = lines.iter().map(|line| line.attested_pence).sum();
    let deceiving = lines.iter().filter(|line| delivered(line).green_to_date_red_for_the_year).count();
    let when =
        if as_of.is_empty() { String::new() } else { format!(" up to the end of {}", month_words(as_of)) };
    let schemes =
        if lines.len() == 1 { "1 scheme plans".to_owned() } else { format!("{} schemes plan", lines.len()) };
    let warning = match deceiving {
        0 => String::new(),
        1 => " One looks green to date and is red for the year.".to_owned(),
        many => format!(" {many} look green to date and are red for the year."),
    };
    format!(
        "{schemes} {} in the year, {} weighed by risk; finance has attested {} in all{when}.{warning}",
        money(effect(|it| it.pye_pence)),
        money(effect(|it| it.risk_adjusted_pence)),
        money(attested),
    )
}

/// What schemes are worth.
pub(crate) fn worth(lines: &[SchemeLine]) -> Table {
    let table = Table::new("worth", "What the plans are worth")
        .text("Scheme", "scheme")
        .text("Title", "title")
        .text("Organisation", "organisation")
        .text("Gate", "gate")
        .text("Risk", "risk")
        .number("This year (PYE)", "part_year_effect_pounds")
        .number("Full year (FYE)", "full_year_effect_pounds")
        .number("Carried forward", "carry_forward_pounds")
        .number("Gone next year", "new_gap_pounds")
        .number("Risk-adjusted", "risk_adjusted_pounds")
        .number("Attested", "attested_pounds")
        .empty("No scheme fits.");
    let row = |line: &SchemeLine| {
        let (scheme, effect) = (of(line), line.effect.unwrap_or_default());
        let traced = |pence, part: &str| traced_whole(pence, &format!("scheme/{}/{part}", scheme.scheme));
        vec![
            Cell::link(scheme.scheme.clone(), href(&scheme.scheme)).tagged(tag(&scheme)),
            Cell::text(scheme.title.clone()),
            Cell::text(scheme.organisation.clone()),
            Cell::text(gate_words(scheme.gate)),
            Cell::text(risk_words(scheme.risk)),
            traced(effect.pye_pence, "pye"),
            traced(effect.fye_pence, "fye"),
            traced(effect.carry_forward_pence, "carry-forward"),
            traced(effect.new_gap_pence, "new-gap"),
            traced(effect.risk_adjusted_pence, "risk-adjusted"),
            Cell::pounds(line.attested_pence)
                .shown(money(line.attested_pence))
                .to(super::claims::of_scheme(&scheme.scheme)),
        ]
    };
    table.rows(lines.iter().map(row).collect::<Vec<_>>())
}

fn tag(scheme: &Scheme) -> Option<&'static str> {
    if !scheme.over_and_above {
        Some("own programme")
    } else if !scheme.quality_signed {
        Some("not signed")
    } else {
        None
    }
}

/// How delivery of schemes stands, to date and for the year apart.
pub(crate) fn standing(lines: &[SchemeLine]) -> Table {
    let table = Table::new("standing", "How delivery stands: to date and for the full year apart")
        .text("Scheme", "scheme")
        .text("Title", "title")
        .number("Planned to date", "plan_to_date_pounds")
        .number("Came to date", "actual_to_date_pounds")
        .text("To date", "rag_to_date")
        .number("Planned in the year", "plan_year_pounds")
        .number("Expected in the year", "forecast_year_pounds")
        .text("The year", "rag_year")
        .text("Beware", "beware")
        .number("Months unknown", "unknown_months")
        .empty("No scheme fits.");
    let row = |line: &SchemeLine| {
        let (scheme, it) = (of(line), delivered(line));
        let traced = |pence, part: &str| traced_whole(pence, &format!("scheme/{}/{part}", scheme.scheme));
        let beware = if it.green_to_date_red_for_the_year { "green to date, red for the year" } else { "" };
        vec![
            Cell::link(scheme.scheme.clone(), href(&scheme.scheme)),
            Cell::text(scheme.title.clone()),
            traced(it.plan_to_date_pence, "plan-to-date"),
            traced(it.actual_to_date_pence, "actual-to-date"),
            rag_cell(it.to_date),
            traced(it.plan_year_pence, "plan-year"),
            traced(it.forecast_year_pence, "forecast-year"),
            rag_cell(it.year),
            Cell::text(beware),
            Cell::count(it.unknown_months.into()),
        ]
    };
    table.rows(lines.iter().map(row).collect::<Vec<_>>())
}

/// A name and what it says.
pub(crate) type Fact = (&'static str, String);

/// What a scheme is.
pub(crate) fn facts(line: &SchemeLine) -> Vec<Fact> {
    let scheme = of(line);
    let yes = |yes: bool, a: &str, b: &str| if yes { a.to_owned() } else { b.to_owned() };
    vec![
        ("Organisation", scheme.organisation),
        ("Programme", scheme.programme),
        ("Owner", scheme.owner),
        ("Saves", format!("{}, {}", scheme.category, scheme.r#type)),
        (
            "Comes again",
            yes(scheme.recurrent, "every year (recurrent)", "once only: next year it is a gap again"),
        ),
        ("Starts", month_words(&scheme.start_month)),
        ("Gate", gate_words(scheme.gate).to_owned()),
        ("Risk of delivery", risk_words(scheme.risk).to_owned()),
        ("Costs once", figures::exact_pounds(scheme.one_off_cost_pence)),
        (
            "Impact on quality",
            yes(scheme.quality_signed, "signed", "not signed: its plan counts for nothing until it is"),
        ),
        (
            "Counts in the headline",
            yes(
                scheme.over_and_above,
                "yes, once finance has attested it",
                "no: it is within the organisation’s own programme and shown apart",
            ),
        ),
        ("Attested so far", figures::exact_pounds(line.attested_pence)),
    ]
}

/// What the plan of a scheme, or of all, is worth.
pub(crate) fn effect(of: &SchemeEffect, scheme: Option<&str>) -> Table {
    let table = Table::new("effect", "What the plans are worth, whatever finance says of them")
        .text("Measure", "measure")
        .number("Amount", "pounds")
        .text("What it is", "meaning");
    let rows = [
        ("This year (part-year effect)", of.pye_pence, "pye", "the months of this financial year"),
        (
            "A full year (full-year effect)",
            of.fye_pence,
            "fye",
            "twelve times the last month planned; of what comes once, the same as this year",
        ),
        (
            "Carried into next year",
            of.carry_forward_pence,
            "carry-forward",
            "full year less this year; nothing of what comes once",
        ),
        (
            "Gone next year",
            of.new_gap_pence,
            "new-gap",
            "what came once only: it opens next year’s gap again",
        ),
        (
            "Weighed by risk",
            of.risk_adjusted_pence,
            "risk-adjusted",
            "this year’s effect times the weight of each risk",
        ),
    ];
    table.rows(rows.map(|(name, pence, key, meaning)| {
        let amount = match scheme {
            Some(scheme) => traced(pence, &format!("scheme/{scheme}/{key}")),
            None => Cell::pounds(pence),
        };
        vec![Cell::text(name), amount, Cell::text(meaning)]
    }))
}
