//! What owners of the sample's schemes claim, and what finance says of it.

use super::{
    CLOSED, ORGANISATIONS, figures, ledger, month,
    office::PAYROLL,
    scheme_id,
    schemes::{BUYING, ROWS, Row, STAFFING},
};

/// Months before the last closed one for which savings are claimed.
const CLAIMED: i32 = 3;

/// What becomes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Finance has not decided yet.
    Claimed,
    /// Attested before the first edition.
    Attested,
    /// Attested after it.
    AttestedLater,
    /// Four fifths of it are attested.
    InPart,
    /// Rejected.
    Rejected,
    /// Attested, and held since its line was corrected.
    Held,
}

/// A claim of an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleClaim {
    /// Scheme.
    pub scheme: String,
    /// ODS code.
    pub organisation: String,
    /// Month, `YYYY-MM`.
    pub month: String,
    /// Pence.
    pub pence: i64,
    /// Account of the line that supports it.
    pub account: String,
    /// Its cost centre.
    pub cost_centre: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// Every claim: some months of each scheme whose months are not proposed by events, and all months of those with a business case.
pub fn claims(seed: u64) -> Vec<SampleClaim> {
    let mut claims: Vec<SampleClaim> = Vec::new();
    for (place, row) in
        ROWS.iter().enumerate().filter(|(_, row)| ![STAFFING, BUYING].contains(&row.programme))
    {
        for at in CLOSED - CLAIMED..CLOSED {
            let actual = figures(seed, (place, row), at).and_then(|it| it.actual).unwrap_or_default();
            if actual > 0 {
                let fate = fate(CLOSED - 1 - at, claims.len());
                claims.extend(claim((place, row), (at, actual), fate));
            }
        }
    }
    claims.extend(earlier(seed));
    claims
}

/// Earlier months of the schemes that the business case is re-forecast from: all of them are attested.
fn earlier(seed: u64) -> Vec<SampleClaim> {
    let mut claims = Vec::new();
    for (place, row) in ROWS.iter().enumerate().filter(|(_, row)| row.title == PAYROLL) {
        for at in row.start..CLOSED - CLAIMED {
            let actual = figures(seed, (place, row), at).and_then(|it| it.actual).unwrap_or_default();
            if actual > 0 {
                claims.extend(claim((place, row), (at, actual), Fate::Attested));
            }
        }
    }
    claims
}

/// A claim of a month of a scheme.
fn claim((place, row): (usize, &Row), (at, pence): (i32, i64), fate: Fate) -> Option<SampleClaim> {
    Some(SampleClaim {
        scheme: scheme_id(place),
        organisation: ORGANISATIONS[row.of].to_owned(),
        month: month(at)?.to_string(),
        pence,
        account: ledger::account(row.category).to_owned(),
        cost_centre: scheme_id(place),
        fate,
    })
}

/// What becomes of a claim so many months old: finance is through with the oldest.
fn fate(age: i32, place: usize) -> Fate {
    match (age, place % 7) {
        (0, _) => Fate::Claimed,
        (1, _) => Fate::AttestedLater,
        _ if place == 3 => Fate::Held,
        (_, 2 | 4) => Fate::Rejected,
        (_, 6) => Fate::InPart,
        _ => Fate::Attested,
    }
}

/// Where a proposed claim belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Scheme.
    pub scheme: String,
    /// Account of the line that supports it.
    pub account: &'static str,
    /// Its cost centre.
    pub cost_centre: &'static str,
}

/// The scheme and line to which a proposal of a source belongs; none where the sample has none.
pub fn proposed(source: &str, organisation: &str) -> Option<Proposed> {
    let (programme, (account, cost_centre)) = match source {
        "agency-displacement" => (STAFFING, ledger::AGENCY),
        "price-realised" => (BUYING, ledger::SUPPLIES),
        _ => return None,
    };
    let place =
        ROWS.iter().position(|row| row.programme == programme && ORGANISATIONS[row.of] == organisation)?;
    Some(Proposed { scheme: scheme_id(place), account, cost_centre })
}
