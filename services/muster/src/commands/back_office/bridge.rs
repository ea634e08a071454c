//! `muster back-office bridge`

use muster_backoffice::domain::figure::pounds;
use muster_proto::backoffice::v1 as pb;
use serde_json::{Value, json};

use super::{plan, words::BridgeArgs};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints the bridge.
pub(super) async fn run(args: BridgeArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let pair = match &args.compare {
        None => None,
        Some(text) => Some(text.split_once(',').ok_or_else(|| {
            Failure::Usage("compare two figures by their ids: --compare one,other".to_owned())
        })?),
    };
    let (compare, with) =
        pair.map_or_else(Default::default, |(one, other)| (one.to_owned(), other.to_owned()));
    let request = pb::GetBridgeRequest { title: args.title, shipped: args.shipped, compare, with };
    let found = clients.backoffice().get_bridge(clients.request(request)).await?.into_inner();
    let bridge = found.bridge.clone().unwrap_or_default();
    if shared.json {
        output::json(&document(&found, &bridge))?;
    } else {
        print(&found, &bridge)?;
    }
    // somebody who asks about one pair in a script wants to know whether it may be compared
    let refused = bridge.comparisons.last().is_some_and(|it| it.verdict == "refused");
    if pair.is_some() && refused { Err(Failure::Refused) } else { Ok(()) }
}

fn natures(of: &[pb::NatureSum]) -> Value {
    let sums: serde_json::Map<String, Value> =
        of.iter().map(|it| (it.nature.clone(), it.pence.into())).collect();
    sums.into()
}

fn differences(of: &[pb::AttributeDifference]) -> Vec<Value> {
    of.iter()
        .map(|it| json!({ "figure": it.figure, "attribute": it.attribute, "one": it.one, "other": it.other }))
        .collect()
}

fn document(found: &pb::GetBridgeResponse, of: &pb::Bridge) -> Value {
    let figure = |it: &pb::BridgeFigure| {
        json!({
            "id": it.id, "title": it.title, "pence": it.pence, "window": it.window, "base": it.base,
            "outturn": it.outturn, "scope": it.scope, "recurrence": it.recurrence, "version": it.version,
            "source": it.source,
        })
    };
    let comparison = |it: &pb::BridgeComparison| {
        json!({
            "one": it.one, "other": it.other, "verdict": it.verdict, "change_pence": it.change_pence, "by": it.by,
            "by_nature": natures(&it.by_nature), "differs": differences(&it.differs),
        })
    };
    let roll = |it: &pb::BridgeRoll| {
        json!({
            "id": it.id, "from": it.from, "gap_pence": it.gap_pence, "planned_pence": it.planned_pence,
            "delivered_pence": it.delivered_pence, "non_recurrent_pence": it.non_recurrent_pence,
            "not_delivered_pence": it.not_delivered_pence, "opening_pence": it.opening_pence, "source": it.source,
        })
    };
    let from = found.provenance.as_ref().map(|it| {
        json!({ "source": it.source, "sha256": it.sha256, "import_id": it.reference_id, "actor": it.actor })
    });
    json!({
        "title": of.title, "unit": of.unit, "shipped": found.shipped, "version": found.version, "provenance": from,
        "figures": of.figures.iter().map(figure).collect::<Vec<_>>(),
        "derivations": of.derivations.iter().map(derivation).collect::<Vec<_>>(),
        "comparisons": of.comparisons.iter().map(comparison).collect::<Vec<_>>(),
        "rolls": of.rolls.iter().map(roll).collect::<Vec<_>>(),
        "pressures": found.pressures.iter().map(plan::document).collect::<Vec<_>>(),
    })
}

fn derivation(of: &pb::BridgeDerivation) -> Value {
    let step = |it: &pb::BridgeStep| {
        json!({
            "title": it.title, "pence": it.pence, "figure": it.figure, "nature": it.nature, "explains": it.explains,
            "source": it.source,
        })
    };
    let way = |it: &pb::BridgeWay| {
        json!({
            "from": it.from, "steps": it.steps.iter().map(step).collect::<Vec<_>>(),
            "computed_pence": it.computed_pence, "difference_pence": it.difference_pence,
            "rounding_allows_pence": it.rounding_allows_pence, "verdict": it.verdict,
            "by_nature": natures(&it.by_nature), "unexplained": differences(&it.unexplained),
        })
    };
    json!({
        "id": of.id, "to": of.to, "printed_pence": of.printed_pence, "verdict": of.verdict, "note": of.note,
        "ways": of.ways.iter().map(way).collect::<Vec<_>>(),
    })
}

fn print(found: &pb::GetBridgeResponse, of: &pb::Bridge) -> Result<(), Failure> {
    let from =
        if found.shipped { "the shipped example".to_owned() } else { format!("version {}", found.version) };
    output::line(&format!("{}, {from}; pounds\n", of.title))?;
    for it in &of.derivations {
        for way in &it.ways {
            output::line(&format!(
                "{}: {} computed, {} printed: {}",
                it.id,
                pounds(way.computed_pence),
                pounds(it.printed_pence),
                way.verdict
            ))?;
        }
        if !it.note.is_empty() {
            output::line(&format!("  {}", it.note))?;
        }
    }
    for it in &of.comparisons {
        output::line(&format!("\n{} against {}: {}", it.one, it.other, sentence(it)))?;
    }
    for it in &of.rolls {
        output::line(&format!(
            "\n{}: {} + {} not delivered + {} delivered once only = {}{}",
            it.id,
            pounds(it.gap_pence),
            pounds(it.not_delivered_pence),
            pounds(it.non_recurrent_pence),
            pounds(it.opening_pence),
            match it.attested_year {
                0 => String::new(),
                year => format!(" (delivered is what finance attested of the year ending {year})"),
            }
        ))?;
    }
    if found.pressures.is_empty() {
        return Ok(());
    }
    output::line("\npressures of the latest forecasts; none is netted with the figures above")?;
    plan::table(&found.pressures)
}

fn sentence(of: &pb::BridgeComparison) -> String {
    let change = pounds(of.change_pence.unwrap_or_default());
    match of.verdict.as_str() {
        "same" => format!("{change} more"),
        "joined" => format!("{change} by the bridge `{}`", of.by),
        _ => {
            let said: Vec<String> =
                of.differs.iter().map(|it| format!("{} ({}; {})", it.attribute, it.one, it.other)).collect();
            format!("refused, they differ in {} and no bridge joins them", said.join(", "))
        }
    }
}
