//! The reconciliation note: what adds up, and what does not and is shown so.

use super::{
    affordability::{Derived, Verdict, derived},
    book::Book,
};
use crate::{
    document::{Block, Section},
    value::{pounds, sentence, shown},
};

pub(crate) fn section(book: &Book<'_>) -> Section {
    let mut points = Vec::new();
    if let Some(headline) = book.value("savings/attested") {
        let parts = book.under("savings/attested/").filter_map(|it| it.value);
        let sum: i128 = parts.map(i128::from).sum();
        points.push(if sum == headline {
            format!("Attested savings of {} are the sum of the organisations', to the penny.", pounds(headline))
        } else {
            format!(
                "Attested savings of {} are not the sum of the organisations', which is {}: a difference of {}, which is shown and \
                 not forced.",
                pounds(headline),
                pounds(sum),
                pounds(headline - sum)
            )
        });
    }
    let derived = derived(book);
    let holding = |wanted: Verdict| derived.iter().filter(|it| it.verdict == Some(wanted)).count();
    if !derived.is_empty() {
        points.push(format!(
            "Of {} printed figures of the bridge {} add up, {} do as far as rounding allows, {} do not, and {} are refused, because \
             figures of different things were joined.",
            derived.len(),
            holding(Verdict::AddsUp),
            holding(Verdict::Rounding),
            holding(Verdict::Irreconcilable),
            holding(Verdict::Refused)
        ));
    }
    points.extend(derived.iter().filter(|it| !it.verdict.is_some_and(Verdict::holds)).map(open));
    if book.under("plan/").next().is_some() {
        points.push(
            "Pressures of forecasts are of other windows and bases than the bridge. They stand beside it and are netted with nothing."
                .to_owned(),
        );
    }
    let blocks = if points.is_empty() { Vec::new() } else { vec![Block::List(points)] };
    let nothing = "There is nothing to reconcile in this edition.".to_owned();
    super::section("reconciliation", "Reconciliation note", blocks, nothing)
}

/// A figure that does not come out, and what its bridge says of it.
fn open(of: &Derived<'_>) -> String {
    let says = of.verdict.map_or("of an unknown verdict", Verdict::says);
    let note = sentence(&of.figure.source);
    let note = if note.is_empty() { String::new() } else { format!(" {note}") };
    format!("{}: printed less computed is {}; {says}.{note}", sentence(of.title), shown(of.figure))
}
