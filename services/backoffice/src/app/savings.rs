//! Everything that the board is made of, as it is known now.

use std::collections::BTreeMap;

use muster_kit::{Error, OrgScope, Result};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        Month,
        claim::{ClaimState, SavingClaim, savings_ledger},
        savings::{
            Board, Delivery, Effect, LineKey, Scheme, SchemeMonths, Standing, Weights, delivery, effect,
        },
    },
    import::{LEDGER, SCHEME_MONTHS, SCHEMES, SchemeMonth},
    store::{
        claims,
        records::{self, Record},
    },
};

/// A line of the ledger as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Movement {
    /// Pence.
    pub(crate) pence: i64,
    /// What it is in its sender's words.
    pub(crate) description: String,
}

/// The key of a line of the ledger.
pub(crate) fn line_key(of: &LineKey) -> String {
    records::key(&[&of.organisation, &of.month.to_string(), &of.account, &of.cost_centre])
}

/// The key of a month of a scheme.
pub(crate) fn month_key(scheme: &str, month: Month) -> String {
    records::key(&[scheme, &month.to_string()])
}

/// A scheme with its months and the import that its particulars are from.
pub(crate) struct KnownScheme {
    /// The scheme.
    pub(crate) scheme: Scheme,
    /// Its months.
    pub(crate) months: SchemeMonths,
    /// Import.
    pub(crate) import_id: String,
}

/// A scheme with what it is worth in a financial year and how it stands at the end of a month.
pub(crate) struct SchemeLine<'a> {
    /// The scheme.
    pub(crate) of: &'a KnownScheme,
    /// Effect of its plan.
    pub(crate) effect: Effect,
    /// Part-year effect by risk, pence.
    pub(crate) risk_adjusted: i64,
    /// Delivery.
    pub(crate) delivery: Delivery,
    /// Attested of it, pence.
    pub(crate) attested: i64,
}

/// Schemes, claims and the board that they make.
pub(crate) struct Savings {
    /// Schemes by name.
    pub(crate) schemes: BTreeMap<String, KnownScheme>,
    /// Claims, in order of coming in.
    pub(crate) claims: Vec<SavingClaim>,
    /// Lines of the ledger that claims name, pence.
    pub(crate) lines: BTreeMap<LineKey, i64>,
    /// The board.
    pub(crate) board: Board,
}

impl Savings {
    /// Loads it all.
    ///
    /// # Errors
    /// Internal or unavailable when the database cannot.
    pub(crate) async fn load(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Self> {
        let schemes = schemes(conn, scope).await?;
        let claims = claims::all(conn, scope).await?;
        let named: Vec<LineKey> = claims.iter().filter_map(|it| it.line.clone()).collect();
        let lines = lines(conn, scope, &named).await?;
        Ok(Self::new(schemes, claims, lines))
    }

    fn new(
        schemes: BTreeMap<String, KnownScheme>,
        claims: Vec<SavingClaim>,
        lines: BTreeMap<LineKey, i64>,
    ) -> Self {
        let known = schemes.values().map(|it| &it.scheme);
        let board = savings_ledger(known, lines.clone(), &claims).board();
        Self { schemes, claims, lines, board }
    }

    /// The same with one claim as it would be after a change.
    pub(crate) fn with(self, changed: SavingClaim) -> Self {
        let mut claims = self.claims;
        claims.retain(|it| it.id != changed.id);
        claims.push(changed);
        Self::new(self.schemes, claims, self.lines)
    }

    /// A scheme by name.
    ///
    /// # Errors
    /// Bad request when there is none.
    pub(crate) fn scheme(&self, name: &str) -> Result<&Scheme> {
        self.schemes.get(name).map(|it| &it.scheme).ok_or_else(|| {
            Error::bad_request(format!("no scheme `{name}`: `muster back-office schemes` lists them"))
        })
    }

    /// The month asked for (`YYYY-MM`), or the last with an actual; none where nothing came yet.
    ///
    /// # Errors
    /// Bad request when what was asked for is no month.
    pub(crate) fn as_of(&self, asked: &str) -> Result<Option<Month>> {
        if !asked.is_empty() {
            return super::month_of("month", asked).map(Some);
        }
        let came = |it: &KnownScheme| {
            it.months.iter().filter(|(_, it)| it.actual.is_some()).map(|(at, _)| *at).max()
        };
        Ok(self.schemes.values().filter_map(came).max())
    }

    /// What the headline has of a financial year ending, pence, and how much of it comes only once.
    pub(crate) fn attested_in(&self, year: i32) -> (i64, i64) {
        let mut sums = (0, 0);
        for claim in self.claims.iter().filter(|it| it.month.year_ending() == year) {
            let (_, headline) = self.standing(claim);
            sums.0 += headline;
            let scheme = self.schemes.get(&claim.scheme);
            if scheme.is_some_and(|it| !it.scheme.recurrent) {
                sums.1 += headline;
            }
        }
        sums
    }

    /// Every scheme as it stands at the end of a month; what is attested of it is of claims of all months, or of those up to one.
    pub(crate) fn scheme_lines(&self, at: Option<Month>, up_to: Option<Month>) -> Vec<SchemeLine<'_>> {
        let mut attested: BTreeMap<&str, i64> = BTreeMap::new();
        for claim in self.claims.iter().filter(|claim| up_to.is_none_or(|last| claim.month <= last)) {
            let row = self.board.claims.get(&claim.id);
            if let Some(Standing::Attested(pence)) = row.map(|row| &row.standing) {
                *attested.entry(&claim.scheme).or_default() += pence;
            }
        }
        let line = |of: &'_ KnownScheme| {
            let (effect, delivery) = at.map_or_else(Default::default, |at| {
                (effect(&of.scheme, &of.months, at.year_ending()), delivery(&of.scheme, &of.months, at))
            });
            let risk_adjusted = Weights::default().adjusted(effect.pye, of.scheme.risk);
            (effect, risk_adjusted, delivery)
        };
        self.schemes
            .values()
            .map(|of| {
                let (effect, risk_adjusted, delivery) = line(of);
                let attested = attested.get(of.scheme.id.as_str()).copied().unwrap_or_default();
                SchemeLine { of, effect, risk_adjusted, delivery, attested }
            })
            .collect()
    }

    /// Why an attested claim does not count, and what of a claim is in the headline, pence.
    pub(crate) fn standing(&self, of: &SavingClaim) -> (String, i64) {
        let row = self.board.claims.get(&of.id);
        let held = row.and_then(|row| match &row.standing {
            Standing::Held(held) => Some(held.to_string()),
            _ => None,
        });
        (held.unwrap_or_default(), row.map_or(0, crate::domain::savings::ClaimRow::headline))
    }

    /// Pence that events propose and nobody has touched.
    pub(crate) fn proposed(&self) -> i64 {
        self.claims.iter().filter(|it| it.state == ClaimState::Proposed).map(|it| it.pence).sum()
    }
}

/// Schemes with their months.
async fn schemes(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<BTreeMap<String, KnownScheme>> {
    let mut known = BTreeMap::new();
    for row in records::known(conn, scope, SCHEMES.name, None).await? {
        let scheme: Scheme = row.value()?;
        let it = KnownScheme { scheme, months: SchemeMonths::new(), import_id: row.import_id };
        known.insert(row.row_key, it);
    }
    for row in records::known(conn, scope, SCHEME_MONTHS.name, None).await? {
        let month: SchemeMonth = row.value()?;
        if let Some(it) = known.get_mut(&month.scheme) {
            it.months.insert(month.month, month.figures);
        }
    }
    Ok(known)
}

/// Lines of the ledger, pence, those of these that are there.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn lines(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    named: &[LineKey],
) -> Result<BTreeMap<LineKey, i64>> {
    let keys: Vec<String> = named.iter().map(line_key).collect();
    let found: BTreeMap<String, Record> = records::of_keys(conn, scope, LEDGER.name, &keys).await?;
    let mut lines = BTreeMap::new();
    for line in named {
        if let Some(row) = found.get(&line_key(line)) {
            lines.insert(line.clone(), row.value::<Movement>()?.pence);
        }
    }
    Ok(lines)
}
