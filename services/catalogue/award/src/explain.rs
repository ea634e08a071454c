//! Why there is no award.

use crate::{
    admit::Admitted,
    budget::Budget,
    document::Round,
    outcome::Priced,
    parts::solve,
    programme::{Column, Programme},
    rule::Held,
    search::Start,
};

/// Most lots among which a smallest set that cannot be covered together is looked for.
const MOST_LOTS: usize = 60;

/// Reasons, the plainest first: lots without a bid; else a constraint without which there is an award; else lots that no choice of
/// bids covers once each.
pub(crate) fn why(round: &Round, all: &Admitted, priced: &[Priced], budget: &mut dyn Budget) -> Vec<String> {
    let mut reasons: Vec<String> = (0..round.lots.len())
        .filter(|lot| all.programme.by_lot[*lot].is_empty())
        .map(|lot| bare(round, all, lot))
        .collect();
    for it in priced.iter().filter(|it| it.price_pence.is_none()) {
        if let Some(pence) = it.without_pence {
            reasons.push(format!("without \"{}\" alone there is an award for {pence} pence", it.constraint));
        }
    }
    if !reasons.is_empty() {
        return reasons;
    }
    let free = Admitted::of(round, &Held::none(round));
    if solve(&free.programme, &Start::default(), budget).best.is_some() {
        return vec!["no single constraint stands in the way: it takes two of them together".to_owned()];
    }
    let lots = clash(&free.programme, budget);
    let names: Vec<&str> = lots.iter().map(|lot| round.lots[*lot].id.as_str()).collect();
    vec![format!("no choice of bids covers each of these lots exactly once: {}", names.join(", "))]
}

fn bare(round: &Round, all: &Admitted, lot: usize) -> String {
    let id = &round.lots[lot].id;
    let of = all.left_out.iter().filter(|(bid, _)| round.bids[*bid].lots.contains(&lot));
    let each: Vec<String> = of.map(|(bid, reason)| format!("{}: {reason}", round.bids[*bid].id)).collect();
    if each.is_empty() {
        format!("nobody bids for lot {id}")
    } else {
        format!("lot {id} has no bid that can be awarded ({})", each.join("; "))
    }
}

/// A set of lots that cannot be covered together and none of which can be spared from it: one lot after the other is let go, and
/// stays gone where the rest cannot be covered without it either.
fn clash(of: &Programme, budget: &mut dyn Budget) -> Vec<usize> {
    let mut asked: Vec<usize> = (0..of.lots).collect();
    if of.lots > MOST_LOTS {
        return asked;
    }
    for lot in 0..of.lots {
        let fewer: Vec<usize> = asked.iter().copied().filter(|other| *other != lot).collect();
        let found = solve(&with_gaps(of, &fewer), &Start::default(), budget);
        if found.best.is_none() && found.proven() {
            asked = fewer;
        }
    }
    asked
}

/// The programme where every lot but these may be left.
fn with_gaps(of: &Programme, asked: &[usize]) -> Programme {
    let mut open = of.clone();
    for lot in (0..of.lots).filter(|lot| !asked.contains(lot)) {
        open.columns.push(Column {
            price: 0,
            weight: 0,
            supplier: of.suppliers,
            lots: vec![lot],
            requires: Vec::new(),
        });
    }
    open.suppliers += 1;
    open.most = open.suppliers;
    open.switching.push(0);
    open.linked()
}
