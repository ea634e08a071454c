//! Who pays whom: by home and host, by organisation, and as a journal.

use std::collections::BTreeMap;

use crate::{
    bill::{Bill, bill},
    document::Case,
    outcome::{Position, Posting, Recharge, Side},
    report::Report,
};

/// Cost by home and host, in the order of the organisations.
pub(crate) fn lines(report: Report<'_>) -> Vec<Recharge> {
    let case = report.case;
    let mut sums: BTreeMap<(usize, usize), (u64, i64, Bill)> = BTreeMap::new();
    for (at, by) in report.pairs() {
        let (shift, worker, slot) = (&case.shifts[at], &case.workers[by], &report.roster.pool.slots[at]);
        let one = bill(case, slot, worker, shift);
        let (shifts, minutes, sum) = sums.entry((worker.home, shift.organisation)).or_default();
        *shifts += 1;
        *minutes += slot.minutes;
        sum.pay_pence += one.pay_pence;
        sum.on_cost_pence += one.on_cost_pence;
        sum.fee_pence += one.fee_pence;
    }
    let code = |at: usize| case.organisations[at].code.clone();
    sums.into_iter()
        .map(|((home, host), (shifts, minutes, bill))| Recharge {
            home: code(home),
            host: code(host),
            recharged: home != host,
            shifts,
            minutes,
            bill,
            total_pence: bill.total(),
        })
        .collect()
}

/// What each organisation bears and lends.
pub(crate) fn positions(case: &Case, lines: &[Recharge]) -> Vec<Position> {
    let of = |code: &String| {
        let sum = |which: &dyn Fn(&Recharge) -> bool| {
            lines.iter().filter(|line| which(line)).map(|line| line.total_pence).sum::<i64>()
        };
        let own_pence = sum(&|line| line.host == *code && !line.recharged);
        let borrowed_pence = sum(&|line| line.host == *code && line.recharged);
        Position {
            organisation: code.clone(),
            own_pence,
            borrowed_pence,
            cost_pence: own_pence + borrowed_pence,
            lent_pence: sum(&|line| line.home == *code && line.recharged),
        }
    };
    case.organisations.iter().map(|it| of(&it.code)).collect()
}

/// Two postings for every line that is recharged.
pub(crate) fn journal(lines: &[Recharge]) -> Vec<Posting> {
    let both = |line: &Recharge| {
        let posting = |organisation: &str, counterparty: &str, side, account| Posting {
            organisation: organisation.to_owned(),
            counterparty: counterparty.to_owned(),
            side,
            account,
            pence: line.total_pence,
        };
        [
            posting(&line.host, &line.home, Side::Debit, "shared-bank-cost"),
            posting(&line.home, &line.host, Side::Credit, "shared-bank-income"),
        ]
    };
    lines.iter().filter(|line| line.recharged && line.total_pence > 0).flat_map(both).collect()
}
