//! `muster finance bridge [FILE]`

use std::collections::BTreeMap;

use muster_backoffice::{
    domain::{
        Word,
        bridge::{Attribute, Comparison, Derived, Figure, Nature, Rolled, WayResult},
        figure::{decimal, divide_i64, pounds},
    },
    import::{BRIDGE_EXAMPLE, BridgeDocument, Unit, read_bridge},
};
use serde_json::{Value, json};

use super::{document_or, number, refused_document};
use crate::{
    cli::{BridgeArgs, Shared},
    exit::Failure,
    output,
};

/// Two figures and what is said of them.
type Compared = (String, String, Comparison);

/// Runs the command.
pub(super) fn run(args: &BridgeArgs, shared: &Shared) -> Result<(), Failure> {
    if args.example {
        return Ok(output::line(BRIDGE_EXAMPLE.trim_end())?);
    }
    let (name, it) = document_or(args.file.as_deref(), BRIDGE_EXAMPLE, read_bridge)?;
    let bridge = &it.bridge;
    let wrong = |problem| refused_document(&name, &problem);
    let derived = bridge.derive().map_err(wrong)?;
    if let Some(roll) = bridge.rolls.iter().find(|roll| roll.attested_year.is_some()) {
        return Err(Failure::Usage(format!(
            "the gap `{}` is taken on by what finance attested, which a file does not know: `muster import bridge`, then \
             `muster back-office bridge`",
            roll.id
        )));
    }
    let rolled = bridge.roll().map_err(wrong)?;
    let mut pairs = bridge.comparisons.clone();
    let asked = match &args.compare {
        Some(text) => Some(text.split_once(',').ok_or_else(|| {
            Failure::Usage("compare two figures by their ids: --compare one,other".to_owned())
        })?),
        None => None,
    };
    if let Some((one, other)) = asked {
        pairs = vec![(one.trim().to_owned(), other.trim().to_owned())];
    }
    let compared: Result<Vec<Compared>, _> = pairs
        .into_iter()
        .map(|(one, other)| bridge.compare(&one, &other).map(|it| (one, other, it)))
        .collect();
    let compared = compared.map_err(wrong)?;
    if shared.json {
        output::json(&whole(&it, &derived, &compared, &rolled))?;
    } else {
        print(&it, &derived, &compared, &rolled)?;
    }
    // somebody who asks about one pair in a script wants to know whether it may be compared
    let refused = compared.iter().any(|(_, _, it)| matches!(it, Comparison::Refused(_)));
    if asked.is_some() && refused { Err(Failure::Refused) } else { Ok(()) }
}

/// Pence in the unit of the document, as a number.
fn amount(unit: Unit, pence: i64) -> Value {
    number(pence, i32::try_from(unit.places()).unwrap_or(2))
}

fn natures(unit: Unit, of: &BTreeMap<Nature, i64>) -> Value {
    of.iter()
        .map(|(nature, pence)| (nature.word().to_owned(), amount(unit, *pence)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn whole(
    it: &BridgeDocument,
    derived: &[Derived<'_>],
    compared: &[Compared],
    rolled: &[Rolled<'_>],
) -> Value {
    let unit = it.unit;
    let figure = |it: &Figure| {
        let mut row = json!({
            "id": it.id, "title": it.title, "amount": amount(unit, it.pence), "pence": it.pence, "source": it.source,
        });
        for (word, attribute) in Attribute::WORDS {
            row[*word] = it.value(*attribute).into();
        }
        row
    };
    json!({
        "title": it.bridge.title, "unit": unit.word(),
        "figures": it.bridge.figures.iter().map(figure).collect::<Vec<_>>(),
        "derivations": derived.iter().map(|it| derivation(unit, it)).collect::<Vec<_>>(),
        "comparisons": compared.iter().map(|it| comparison(unit, it)).collect::<Vec<_>>(),
        "rolls": rolled.iter().map(|it| json!({
            "id": it.roll.id, "from": it.from.id, "gap": amount(unit, it.from.pence),
            "planned": amount(unit, it.roll.planned), "delivered": amount(unit, it.roll.delivered),
            "non_recurrent": amount(unit, it.roll.non_recurrent), "not_delivered": amount(unit, it.shortfall),
            "opening": amount(unit, it.opening), "opening_pence": it.opening, "source": it.roll.source,
        })).collect::<Vec<_>>(),
    })
}

fn derivation(unit: Unit, it: &Derived<'_>) -> Value {
    let way = |(way, result): (&muster_backoffice::domain::bridge::Way, &WayResult)| {
        let steps: Vec<Value> = way
            .steps
            .iter()
            .map(|step| {
                json!({
                    "title": step.title, "amount": amount(unit, step.pence), "figure": step.figure,
                    "nature": step.nature.word(), "source": step.source,
                    "explains": step.explains.iter().map(|it| it.word()).collect::<Vec<_>>(),
                })
            })
            .collect();
        let unexplained: Vec<Value> = result
            .unexplained
            .iter()
            .map(|(figure, attribute, here, there)| {
                json!({ "figure": figure, "attribute": attribute.word(), "there": here, "printed": there })
            })
            .collect();
        json!({
            "from": way.from, "steps": steps, "computed": amount(unit, result.computed),
            "difference": amount(unit, result.difference), "rounding_allows": amount(unit, result.tolerance),
            "by_nature": natures(unit, &result.by_nature), "verdict": result.verdict.word(), "unexplained": unexplained,
        })
    };
    json!({
        "id": it.derivation.id, "to": it.to.id, "printed": amount(unit, it.to.pence), "verdict": it.verdict.word(),
        "note": it.derivation.note,
        "ways": it.derivation.ways.iter().zip(&it.ways).map(way).collect::<Vec<_>>(),
    })
}

fn comparison(unit: Unit, (one, other, it): &Compared) -> Value {
    match it {
        Comparison::Same(change) => {
            json!({ "one": one, "other": other, "verdict": "same", "change": amount(unit, *change) })
        }
        Comparison::Joined { by, change, by_nature } => json!({
            "one": one, "other": other, "verdict": "joined", "by": by, "change": amount(unit, *change),
            "by_nature": natures(unit, by_nature),
        }),
        Comparison::Refused(differs) => {
            let differs: Vec<Value> = differs
                .iter()
                .map(|(it, first, second)| json!({ "attribute": it.word(), "one": first, "other": second }))
                .collect();
            json!({ "one": one, "other": other, "verdict": "refused", "differs": differs })
        }
    }
}

/// Pence in the unit of the document, as text: pounds with pence, else to the thousandth without needless decimals.
fn text(unit: Unit, pence: i64) -> String {
    if unit == Unit::Pounds {
        return pounds(pence);
    }
    let thousandth = 10_i128.pow(u32::try_from(unit.places() - 3).unwrap_or_default());
    let text = decimal(divide_i64(pence.into(), thousandth), 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn print(
    it: &BridgeDocument,
    derived: &[Derived<'_>],
    compared: &[Compared],
    rolled: &[Rolled<'_>],
) -> Result<(), Failure> {
    let unit = it.unit;
    output::line(&format!("{}, in {}\n", it.bridge.title, unit.word()))?;
    for derived in derived {
        print_derived(it, derived)?;
    }
    for (one, other, it) in compared {
        output::line(&format!("\n{one} against {other}: {}", sentence(unit, it)))?;
    }
    for it in rolled {
        output::line(&format!(
            "\n{}: {} + {} not delivered + {} delivered once only = {}",
            it.roll.id,
            text(unit, it.from.pence),
            text(unit, it.shortfall),
            text(unit, it.roll.non_recurrent),
            text(unit, it.opening)
        ))?;
    }
    Ok(())
}

fn print_derived(it: &BridgeDocument, derived: &Derived<'_>) -> Result<(), Failure> {
    let unit = it.unit;
    for (way, result) in derived.derivation.ways.iter().zip(&derived.ways) {
        let start = way.from.as_deref().and_then(|id| it.bridge.figure(id));
        let mut sum = start.map_or_else(String::new, |figure| text(unit, figure.pence));
        for step in &way.steps {
            let sign = match (sum.is_empty(), step.pence < 0) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            sum.push_str(&format!("{sign}{}", text(unit, step.pence.abs())));
        }
        output::line(&format!(
            "{}: {sum} = {}, printed {}: {}",
            derived.derivation.id,
            text(unit, result.computed),
            text(unit, derived.to.pence),
            result.verdict.word()
        ))?;
        for (figure, attribute, here, there) in &result.unexplained {
            output::line(&format!(
                "  {figure} is of another {}: {here}, not {there}; no step explains it",
                attribute.word()
            ))?;
        }
    }
    if derived.derivation.note.is_empty() {
        return Ok(());
    }
    Ok(output::line(&format!("  {}", derived.derivation.note))?)
}

fn sentence(unit: Unit, it: &Comparison) -> String {
    match it {
        Comparison::Same(change) => format!("{} more", text(unit, *change)),
        Comparison::Joined { by, change, by_nature } => {
            let parts: Vec<String> = by_nature
                .iter()
                .map(|(nature, pence)| format!("{} {}", text(unit, *pence), nature.word()))
                .collect();
            format!("{} by the bridge `{by}` ({})", text(unit, *change), parts.join(", "))
        }
        Comparison::Refused(differs) => {
            let said: Vec<String> = differs
                .iter()
                .map(|(it, first, second)| format!("{} ({first}; {second})", it.word()))
                .collect();
            format!("refused, they differ in {} and no bridge joins them", said.join(", "))
        }
    }
}
