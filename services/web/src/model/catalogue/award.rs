//! An award: what it costs, what each constraint costs, what comes next to it, and what partners say.

use muster_proto::catalogue::v1::{Award, AwardVerdict, Round};

use crate::{
    figures,
    model::agency::money,
    table::{Cell, Table},
};

/// The award in a sentence or two.
pub(crate) fn finding(award: &Award) -> String {
    let mut text = format!("The award costs {}", figures::exact_pounds(award.cost_pence));
    if award.switching_pence > 0 {
        text.push_str(&format!(", {} of it for switching", figures::exact_pounds(award.switching_pence)));
    }
    text.push('.');
    let against = |text: &mut String, pence: i64, what: &str| {
        if pence > 0 {
            let less = pence - award.cost_pence;
            let than = match less {
                0 => "as much as".to_owned(),
                1.. => format!("{} less than", money(less)),
                _ => format!("{} more than", money(less)),
            };
            text.push_str(&format!(" That is {than} {what} ({}).", figures::exact_pounds(pence)));
        }
    };
    against(&mut text, award.separate_pence, "the best bid for each lot alone");
    against(&mut text, award.baseline_pence, "what the partners paid for the same in the year before");
    text
}

/// How good it is.
pub(crate) fn proof(award: &Award) -> String {
    if award.optimal {
        return "Nothing cheaper is possible under these constraints.".into();
    }
    format!(
        "It is the best that was found in the time given, at most {} above the least that is possible.",
        figures::percent(award.gap_ppm)
    )
}

/// The next best award in a sentence.
pub(crate) fn runner_up(award: &Award) -> String {
    if award.runner_up.is_empty() {
        return "There is no other award that keeps the constraints.".into();
    }
    let bids = award.runner_up.join(", ");
    let plural = if award.runner_up.len() == 1 { "" } else { "s" };
    match award.runner_up_difference_pence {
        0 => format!("The runner-up costs as much; it takes bid{plural} {bids} instead."),
        more => format!(
            "The runner-up costs {} more; it takes bid{plural} {bids} instead.",
            figures::exact_pounds(more)
        ),
    }
}

/// Lots with the bids that they go to.
pub(crate) fn lots(award: &Award) -> Table {
    let table = Table::new("awarded", "Lots and the bids that they go to")
        .text("Lot", "lot_id")
        .text("Supplier", "supplier")
        .text("Bid", "bid_id")
        .number("Units", "quantity")
        .number("Price of one unit", "unit_price_pounds")
        .empty("No lot is awarded.");
    let rows = award.lots.iter().map(|lot| {
        vec![
            Cell::text(lot.lot_id.clone()),
            Cell::text(lot.supplier.clone()),
            Cell::text(lot.bid_id.clone()),
            Cell::count(lot.quantity),
            Cell::unit_price(lot.unit_price_hundredths),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// What each constraint costs.
pub(crate) fn constraints(award: &Award) -> Table {
    let table = Table::new("constraints", "What each constraint costs")
        .text("Constraint", "constraint")
        .number("Without it, less", "price_pounds")
        .text("Proven", "proven")
        .empty("The award was computed without constraints.");
    let rows = award.constraint_prices.iter().map(|of| {
        vec![
            Cell::text(of.constraint.clone()),
            of.price_pence.map_or_else(|| Cell::none().shown("not known"), Cell::pounds),
            Cell::text(if of.proven { "yes" } else { "no" }),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// What partners said, and who has still to say something.
pub(crate) fn verdicts(round: &Round) -> Table {
    let table = Table::new("verdicts", "What partners say of the award")
        .text("Partner", "organisation")
        .text("Says", "verdict")
        .text("Why", "reason")
        .empty("Nobody has to approve this award.");
    let said = |of: &AwardVerdict| {
        let word = if of.approved { "approved" } else { "refused" };
        vec![Cell::text(of.organisation.clone()), Cell::text(word), Cell::text(of.reason.clone())]
    };
    let missing = round
        .missing
        .iter()
        .map(|code| vec![Cell::text(code.clone()), Cell::text("has still to say"), Cell::text("")]);
    table.rows(round.verdicts.iter().map(said).chain(missing).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_award_is_set_against_separate_bids_and_todays_prices() {
        let award = Award {
            optimal: true,
            cost_pence: 18_000_000,
            separate_pence: 20_000_000,
            baseline_pence: 23_000_000,
            runner_up: vec!["A-1".into(), "B-2".into()],
            runner_up_difference_pence: 2_000_000,
            ..Award::default()
        };
        let told = finding(&award);
        assert!(
            told.contains("costs £180,000.00. That is £20,000 less than the best bid for each lot alone"),
            "{told}"
        );
        assert!(told.contains("£50,000 less than what the partners paid"));
        assert_eq!(runner_up(&award), "The runner-up costs £20,000.00 more; it takes bids A-1, B-2 instead.");
        assert!(proof(&award).starts_with("Nothing cheaper"));
        let found = Award { optimal: false, gap_ppm: 12_500, baseline_pence: 17_000_000, ..award };
        assert!(
            proof(&found).contains("at most 1.3% above")
                && finding(&found).contains("£10,000 more than what")
        );
    }
}
