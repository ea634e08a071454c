//! What owners of the sample's schemes claim, and what finance says of it.

use super::{
    CLOSED, ORGANISATIONS, figures, ledger, month, scheme_id,
    schemes::{BUYING, ROWS, STAFFING},
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

/// Every claim: some months of each scheme whose months are not proposed by events.
pub fn claims(seed: u64) -> Vec<SampleClaim> {
    let mut claims: Vec<SampleClaim> = Vec::new();
    for (place, row) in
        ROWS.iter().enumerate().filter(|(_, row)| ![STAFFING, BUYING].contains(&row.programme))
    {
        for at in CLOSED - CLAIMED..CLOSED {
            let actual = figures(seed, (place, row), at).and_then(|it| it.actual).unwrap_or_default();
            let Some(month) = month(at).filter(|_| actual > 0) else { continue };
            claims.push(SampleClaim {
                scheme: scheme_id(place),
                organisation: ORGANISATIONS[row.of].to_owned(),
                month: month.to_string(),
                pence: actual,
                account: ledger::account(row.category).to_owned(),
                cost_centre: scheme_id(place),
                fate: fate(CLOSED - 1 - at, claims.len()),
            });
        }
    }
    claims
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
