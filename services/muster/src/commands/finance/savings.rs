//! `muster finance savings`

use std::{collections::BTreeMap, path::Path};

use muster_backoffice::{
    domain::{
        Month, Word,
        figure::pounds,
        savings::{
            Board, ClaimRow, Delivery, Effect, Event, Rag, Recorded, SavingsLedger, Scheme, SchemeMonths,
            Standing, Weights, delivery, effect,
        },
    },
    import::{
        CLAIMS, LEDGER, SCHEME_MONTHS, SCHEMES, read_claims, read_ledger, read_scheme_months, read_schemes,
    },
};
use muster_kit::intake::{Findings, RawFile};
use serde_json::{Value, json};

use super::{open, refused, say};
use crate::{
    cli::{SavingsArgs, Shared},
    exit::Failure,
    output,
};

/// A scheme with what it is worth and how it stands.
struct Line {
    scheme: Scheme,
    effect: Effect,
    risk_adjusted: i64,
    delivery: Delivery,
}

/// Runs the command.
pub(super) fn run(args: &SavingsArgs, shared: &Shared) -> Result<(), Failure> {
    if let Some(kind) = &args.template {
        let kinds = [&SCHEMES, &SCHEME_MONTHS, &LEDGER, &CLAIMS];
        let found = kinds.into_iter().find(|it| it.name == kind);
        let kind = found.ok_or_else(|| {
            let names: Vec<&str> = kinds.iter().map(|it| it.name).collect();
            Failure::Usage(format!("no kind `{kind}`; use one of: {}", names.join(", ")))
        })?;
        return Ok(output::line(kind.template().trim_end())?);
    }
    let schemes = all(&args.schemes, read_schemes)?.into_iter().flatten().collect::<Vec<Scheme>>();
    let months: BTreeMap<String, SchemeMonths> =
        all(&args.months, read_scheme_months)?.into_iter().flatten().collect();
    let known = |id: &String| schemes.iter().any(|scheme| scheme.id == *id);
    if let Some(id) = months.keys().find(|id| !known(id)) {
        return Err(Failure::Usage(format!(
            "the months name the scheme `{id}`, which no file of --schemes has"
        )));
    }
    let Some(at) = args.as_of.or_else(|| latest(&months)) else {
        return Err(Failure::Usage("give --as-of YYYY-MM: no file has an actual".into()));
    };
    let board = board(&schemes, args)?;
    let nothing = SchemeMonths::new();
    let lines: Vec<Line> = schemes
        .into_iter()
        .map(|scheme| {
            let months = months.get(&scheme.id).unwrap_or(&nothing);
            let effect = effect(&scheme, months, at.year_ending());
            let risk_adjusted = Weights::default().adjusted(effect.pye, scheme.risk);
            Line { effect, risk_adjusted, delivery: delivery(&scheme, months, at), scheme }
        })
        .collect();
    if shared.json { Ok(output::json(&document(at, &lines, &board))?) } else { print(at, &lines, &board) }
}

/// Reads files of a kind; all of them are read before one is refused.
fn all<T>(
    paths: &[std::path::PathBuf],
    read: impl Fn(&RawFile) -> Result<(T, Findings), Findings>,
) -> Result<Vec<T>, Failure> {
    let mut kept = Vec::new();
    let mut wrong = None;
    for path in paths {
        match read(&open(Path::new(path))?) {
            Ok((it, findings)) => {
                say(&findings);
                kept.push(it);
            }
            Err(findings) => wrong = Some(refused(&findings)),
        }
    }
    wrong.map_or(Ok(kept), Err)
}

/// The last month for which something came.
fn latest(months: &BTreeMap<String, SchemeMonths>) -> Option<Month> {
    let came =
        |months: &SchemeMonths| months.iter().filter(|(_, it)| it.actual.is_some()).map(|(at, _)| *at).max();
    months.values().filter_map(came).max()
}

/// The board of what the files say, in their order.
fn board(schemes: &[Scheme], args: &SavingsArgs) -> Result<Board, Failure> {
    let mut events: Vec<Event> = schemes.iter().cloned().map(Event::Registered).collect();
    events.extend(all(&args.ledger, read_ledger)?.into_iter().map(Event::Imported));
    for (claim, decided) in all(&args.claims, read_claims)?.into_iter().flatten() {
        let id = claim.id.clone();
        events.push(Event::Claimed(claim));
        events.extend(decided.map(|(decision, by)| Event::Decided { claim: id, decision, by }));
    }
    let mut ledger = SavingsLedger::default();
    for (at, event) in (0..).zip(events) {
        ledger.apply(Recorded { at, id: format!("{at:012}"), event });
    }
    Ok(ledger.board())
}

fn standing(it: &Standing) -> (&'static str, String) {
    match it {
        Standing::Claimed => ("claimed", String::new()),
        Standing::Attested(_) => ("attested", String::new()),
        Standing::Rejected(reason) => ("rejected", reason.clone()),
        Standing::Withdrawn => ("withdrawn", String::new()),
        Standing::Held(held) => ("held", held.to_string()),
    }
}

fn document(at: Month, lines: &[Line], board: &Board) -> Value {
    let claim = |it: &ClaimRow| {
        let (standing, why) = standing(&it.standing);
        json!({
            "claim": it.claim.id, "scheme": it.claim.scheme, "organisation": it.claim.line.organisation,
            "month": it.claim.line.month.to_string(), "account": it.claim.line.account,
            "cost_centre": it.claim.line.cost_centre, "claimed_pence": it.claim.pence, "standing": standing,
            "why": why, "headline_pence": it.headline(),
        })
    };
    let months: BTreeMap<String, i64> =
        board.months.iter().map(|(at, pence)| (at.to_string(), *pence)).collect();
    let total = sum(lines);
    json!({
        "as_of": at.to_string(), "financial_year_ending": at.year_ending(),
        "board": {
            "attested_pence": board.total, "recurrent_pence": board.recurrent,
            "non_recurrent_pence": board.total - board.recurrent, "within_own_programme_pence": board.within_own,
            "unattested_pence": board.unattested, "by_organisation": board.organisations, "by_month": months,
            "by_scheme": board.schemes, "claims_made_twice": board.doubled,
        },
        "claims": board.claims.values().map(claim).collect::<Vec<_>>(),
        "schemes": lines.iter().map(scheme).collect::<Vec<_>>(),
        "all_schemes": delivery_of(&total),
    })
}

fn sum(lines: &[Line]) -> Delivery {
    lines.iter().fold(Delivery::default(), |sum, line| sum.plus(&line.delivery))
}

fn delivery_of(it: &Delivery) -> Value {
    json!({
        "plan_to_date_pence": it.plan_to_date, "actual_to_date_pence": it.actual_to_date,
        "plan_year_pence": it.plan_year, "forecast_year_pence": it.forecast_year,
        "to_date": it.to_date.map(Word::word), "year": it.year.map(Word::word),
        "green_to_date_red_for_the_year": it.deceives(), "unknown_months": it.unknown_months,
    })
}

fn scheme(it: &Line) -> Value {
    let Line { scheme, effect, risk_adjusted, delivery } = it;
    json!({
        "scheme": scheme.id, "organisation": scheme.organisation, "programme": scheme.programme, "title": scheme.title,
        "category": scheme.category.word(), "type": scheme.kind.word(), "recurrent": scheme.recurrent,
        "gate": scheme.gate.word(), "risk": scheme.risk.word(), "quality_signed": scheme.quality_signed,
        "over_and_above": scheme.over_and_above, "one_off_cost_pence": scheme.one_off_cost,
        "pye_pence": effect.pye, "fye_pence": effect.fye, "carry_forward_pence": effect.carry_forward,
        "new_gap_pence": effect.new_gap, "risk_adjusted_pence": risk_adjusted, "delivery": delivery_of(delivery),
    })
}

fn print(at: Month, lines: &[Line], board: &Board) -> Result<(), Failure> {
    output::line(&format!(
        "attested {} pounds ({} recurrent), not attested {}; within own programmes {}\n",
        pounds(board.total),
        pounds(board.recurrent),
        pounds(board.unattested),
        pounds(board.within_own)
    ))?;
    let rows: Vec<Vec<String>> =
        board.organisations.iter().map(|(name, pence)| vec![name.clone(), pounds(*pence)]).collect();
    if !rows.is_empty() {
        output::table(&["organisation", "attested"], &rows)?;
        output::line("")?;
    }
    output::line(&format!("schemes at the end of {at}, pounds; year to date and full year apart"))?;
    let colour = |it: Option<Rag>| it.map_or("none", Word::word).to_owned();
    let row = |it: &Line| {
        let mut row = vec![it.scheme.id.clone(), it.scheme.organisation.clone()];
        let effect = it.effect;
        row.extend(
            [effect.pye, effect.fye, effect.carry_forward, effect.new_gap, it.risk_adjusted].map(pounds),
        );
        row.extend([colour(it.delivery.to_date), colour(it.delivery.year)]);
        row
    };
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    let header = [
        "scheme",
        "organisation",
        "pye",
        "fye",
        "carried",
        "new gap",
        "risk-adjusted",
        "to date",
        "full year",
    ];
    output::table(&header, &rows)?;
    for it in lines.iter().filter(|it| it.delivery.deceives()) {
        output::line(&format!("{}: green to date, red for the year", it.scheme.id))?;
    }
    for it in board.claims.values() {
        let (standing, why) = standing(&it.standing);
        if !why.is_empty() {
            output::line(&format!("{}: {standing}, {why}", it.claim.id))?;
        }
    }
    Ok(())
}
