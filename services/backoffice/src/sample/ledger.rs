//! The ledger of the sample: a line for each month of a scheme that saved something, and lines of temporary staffing and supplies.

use std::fmt::Write as _;

use super::{CLOSED, ORGANISATIONS, SampleClaim, draw, figures, month, scheme_id, schemes::ROWS};
use crate::domain::{figure::pounds, savings::Category};

/// Account and cost centre of what agencies are paid.
pub(super) const AGENCY: (&str, &str) = ("52110", "SAMPLE-BANK");
/// Account and cost centre of what theatres consume.
pub(super) const SUPPLIES: (&str, &str) = ("54310", "SAMPLE-THEATRES");

const HEADER: &str = "organisation,month,account,cost_centre,amount,description\n";

/// The account that a scheme moves.
pub(super) fn account(of: Category) -> &'static str {
    match of {
        Category::Pay => "51000",
        Category::NonPay => "54000",
        Category::Income => "41000",
    }
}

pub(super) fn ledger(seed: u64) -> String {
    let (mut text, mut total) = (HEADER.to_owned(), 0_i64);
    for at in 0..CLOSED {
        let Some(month) = month(at) else { continue };
        for (place, row) in ROWS.iter().enumerate() {
            let actual = figures(seed, (place, row), at).and_then(|it| it.actual).unwrap_or_default();
            if actual == 0 {
                continue;
            }
            let pence = if row.category == Category::Income { actual } else { -actual };
            total += pence;
            let _ = writeln!(
                text,
                "{},{month},{},{},{},sample: {}",
                ORGANISATIONS[row.of],
                account(row.category),
                scheme_id(place),
                pounds(pence),
                row.title
            );
        }
        for (of, organisation) in ORGANISATIONS.iter().enumerate() {
            for (turn, ((account, centre), what)) in
                [(AGENCY, "agency staff against a year before"), (SUPPLIES, "consumables of theatres")]
                    .into_iter()
                    .enumerate()
            {
                let chance = draw(seed ^ 0x4c45_4447, turn * 10_000 + of * 100 + at.unsigned_abs() as usize);
                let pence = -4_000_000 - i64::try_from(chance % 2_000_000).unwrap_or_default();
                total += pence;
                let _ = writeln!(
                    text,
                    "{organisation},{month},{account},{centre},{},sample: {what}",
                    pounds(pence)
                );
            }
        }
    }
    let _ = writeln!(text, "TOTAL,,,,{},", pounds(total));
    text
}

/// A ledger of the one line under a claim, at half of what is claimed.
pub(super) fn corrected(of: &SampleClaim) -> String {
    let amount = pounds(-of.pence / 2);
    format!(
        "{HEADER}{},{},{},{},{amount},sample: corrected\nTOTAL,,,,{amount},\n",
        of.organisation, of.month, of.account, of.cost_centre
    )
}
