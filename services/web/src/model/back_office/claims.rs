//! Claims: what waits for finance, what it rests on, and what became of it.

use muster_proto::backoffice::v1::{Claim, ClaimState, LedgerLine};

use super::{Rests, money, rests, trace_href, traced};
use crate::{
    figures,
    model::agency::month_words,
    pages::encode,
    table::{Cell, Table},
};

/// States: name in addresses, words.
pub(crate) const STATES: [(&str, &str, ClaimState); 5] = [
    ("proposed", "proposed by events", ClaimState::Proposed),
    ("claimed", "claimed by an owner", ClaimState::Claimed),
    ("attested", "attested by finance", ClaimState::Attested),
    ("rejected", "rejected", ClaimState::Rejected),
    ("lapsed", "no longer proposed", ClaimState::Lapsed),
];

/// The page of one claim.
pub(crate) fn href(claim: &str) -> String {
    format!("/back-office/claims?claim={}", encode(claim))
}

/// Attested claims of a scheme.
pub(crate) fn of_scheme(scheme: &str) -> String {
    format!("/back-office/claims?state=attested&scheme={}", encode(scheme))
}

/// Attested claims of a month.
pub(crate) fn of_month(month: &str) -> String {
    format!("/back-office/claims?state=attested&month={}", encode(month))
}

fn words(state: ClaimState) -> &'static str {
    STATES.iter().find(|(_, _, known)| *known == state).map_or("not known", |(_, words, _)| words)
}

/// A line of the ledger in words.
fn line_words(line: &LedgerLine) -> String {
    let centre = if line.cost_centre.is_empty() {
        String::new()
    } else {
        format!(", cost centre {}", line.cost_centre)
    };
    format!("account {}{centre}, {}, {}", line.account, month_words(&line.month), line.organisation)
}

/// Is it among the figures that are followed? What was rejected or lapsed is none.
fn stands(state: ClaimState) -> bool {
    matches!(state, ClaimState::Proposed | ClaimState::Claimed | ClaimState::Attested)
}

fn key(claim: &Claim) -> String {
    format!("savings/claim/{}", claim.claim_id)
}

/// What a claim is about, within a sentence: its scheme, or what proposed it.
pub(crate) fn about(claim: &Claim) -> String {
    let source = match claim.source.as_str() {
        "owner" | "" => "claimed by its owner".to_owned(),
        "agency-displacement" => "agency hours that moved to the bank".to_owned(),
        "price-realised" => "prices really paid after an award".to_owned(),
        other => other.replace('-', " "),
    };
    if claim.scheme.is_empty() { source } else { format!("scheme {}, {source}", claim.scheme) }
}

/// A claim with everything that a decision needs.
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) state: &'static str,
    /// How it came, and who decided.
    pub(crate) story: String,
    /// Amount in words, and where it leads.
    pub(crate) amount: String,
    pub(crate) trace: String,
    pub(crate) line: String,
    pub(crate) held: String,
    pub(crate) changed: String,
    pub(crate) evidence: Vec<Rests>,
    pub(crate) caveats: Vec<String>,
    /// Where it stands: what may be done with it follows from that.
    stands: ClaimState,
    /// What the forms begin with.
    pub(crate) scheme: String,
    pub(crate) organisation: String,
    pub(crate) month: String,
    pub(crate) account: String,
    pub(crate) cost_centre: String,
    pub(crate) pounds: String,
}

impl Card {
    /// It came by itself, and its owner may take it on.
    pub(crate) fn proposed(&self) -> bool {
        self.stands == ClaimState::Proposed
    }

    /// Finance may attest it.
    pub(crate) fn attestable(&self) -> bool {
        matches!(self.stands, ClaimState::Proposed | ClaimState::Claimed | ClaimState::Rejected)
    }

    /// Finance may reject it, or take its attestation back.
    pub(crate) fn rejectable(&self) -> bool {
        matches!(self.stands, ClaimState::Proposed | ClaimState::Claimed | ClaimState::Attested)
    }

    /// Finance attested it.
    pub(crate) fn attested(&self) -> bool {
        self.stands == ClaimState::Attested
    }
}

/// Who decided, when and why; nothing where nobody did.
fn decision(claim: &Claim) -> String {
    if claim.decided_by.is_empty() {
        return String::new();
    }
    let reason = if claim.reason.is_empty() { String::new() } else { format!(": {}", claim.reason) };
    let verb = if claim.state() == ClaimState::Attested { "Attested" } else { "Decided" };
    format!(" {verb} by {} on {}{reason}.", claim.decided_by, figures::instant(claim.decided_at_micros))
}

pub(crate) fn card(claim: &Claim) -> Card {
    let state = claim.state();
    let line = claim.line.clone().unwrap_or_default();
    let decided = decision(claim);
    let attested = state == ClaimState::Attested;
    let amount = match claim.attested_pence {
        Some(pence) if attested => {
            format!(
                "{} attested of {} claimed",
                figures::exact_pounds(pence),
                figures::exact_pounds(claim.claimed_pence)
            )
        }
        _ => figures::exact_pounds(claim.claimed_pence),
    };
    let changed =
        claim.evidence_pence.filter(|now| *now != claim.claimed_pence).map_or_else(String::new, |now| {
            format!(
                "Its evidence has changed since: by now it comes to {}, not {}.",
                figures::exact_pounds(now),
                figures::exact_pounds(claim.claimed_pence)
            )
        });
    Card {
        heading: format!(
            "{} of {}, {}",
            money(claim.claimed_pence),
            claim.organisation,
            month_words(&claim.month)
        ),
        state: words(state),
        story: format!(
            "{} by {} on {}; {}.{decided}",
            if claim.source == "owner" { "Claimed" } else { "Brought in" },
            claim.claimed_by,
            figures::instant(claim.claimed_at_micros),
            about(claim)
        ),
        amount,
        trace: if stands(state) { trace_href(&key(claim), 0) } else { String::new() },
        line: claim.line.as_ref().filter(|line| !line.account.is_empty()).map(line_words).unwrap_or_default(),
        held: claim.held.clone(),
        changed,
        evidence: claim.evidence.iter().map(rests).collect(),
        caveats: claim.caveats.clone(),
        stands: state,
        scheme: claim.scheme.clone(),
        organisation: claim.organisation.clone(),
        month: if line.month.is_empty() { claim.month.clone() } else { line.month },
        account: line.account,
        cost_centre: line.cost_centre,
        pounds: figures::plain_pounds(claim.claimed_pence),
        id: claim.claim_id.clone(),
    }
}

/// How many and how much, in a sentence.
pub(crate) fn finding(claims: &[Claim], undecided: bool) -> String {
    let sum: i64 = claims.iter().map(|claim| claim.claimed_pence).sum();
    let many = claims.len();
    let what = if many == 1 { "claim".to_owned() } else { "claims".to_owned() };
    if undecided {
        let verb = if many == 1 { "waits" } else { "wait" };
        return format!("{many} {what} {verb} for a decision: {}, none of it in the headline.", money(sum));
    }
    let counts: i64 = claims.iter().map(|claim| claim.headline_pence).sum();
    format!("{many} {what} of {}; {} of it counts in the headline.", money(sum), money(counts))
}

/// Claims as rows.
pub(crate) fn table(id: &'static str, caption: &str, claims: &[Claim]) -> Table {
    let table = Table::new(id, caption)
        .text("Claim", "claim")
        .text("State", "state")
        .text("Scheme", "scheme")
        .text("Organisation", "organisation")
        .text("Month", "month")
        .number("Claimed", "claimed_pounds")
        .number("Attested", "attested_pounds")
        .number("In the headline", "headline_pounds")
        .text("Line of the ledger", "ledger_line")
        .text("Claimed by", "claimed_by")
        .text("Decided by", "decided_by")
        .text("Why not", "why_not")
        .empty("No claim fits.");
    let row = |claim: &Claim| {
        let why = if claim.held.is_empty() { &claim.reason } else { &claim.held };
        let claimed = Cell::pounds(claim.claimed_pence);
        let headline = Cell::pounds(claim.headline_pence);
        let trace = trace_href(&key(claim), 0);
        let attested = claim.state() == ClaimState::Attested;
        vec![
            Cell::link(claim.claim_id.clone(), href(&claim.claim_id)).shown(short_id(&claim.claim_id)),
            Cell::text(words(claim.state())),
            Cell::text(claim.scheme.clone()),
            Cell::text(claim.organisation.clone()),
            Cell::text(claim.month.clone()).shown(month_words(&claim.month)),
            if stands(claim.state()) && !attested { claimed.to(&trace) } else { claimed },
            claim.attested_pence.map_or_else(Cell::none, Cell::pounds),
            if attested { headline.to(&trace) } else { headline },
            Cell::text(claim.line.as_ref().map(line_words).unwrap_or_default()),
            Cell::text(claim.claimed_by.clone()),
            Cell::text(claim.decided_by.clone()),
            Cell::text(why.clone()),
        ]
    };
    table.rows(claims.iter().map(row).collect::<Vec<_>>())
}

/// The last letters of an id, which tell one from another.
pub(crate) fn short_id(id: &str) -> String {
    let letters: Vec<char> = id.chars().collect();
    if letters.len() <= 12 { id.to_owned() } else { letters[letters.len() - 8..].iter().collect() }
}

/// Attested claims that do not count, or whose evidence has moved: what is wrong with each.
pub(crate) fn doubtful(id: &'static str, caption: &str, claims: &[Claim]) -> Table {
    let table = Table::new(id, caption)
        .text("Claim", "claim")
        .text("Organisation", "organisation")
        .text("Month", "month")
        .number("Attested", "attested_pounds")
        .number("Evidence now", "evidence_pounds")
        .text("Why", "why");
    let row = |claim: &Claim| {
        let why = if claim.held.is_empty() { "its evidence has changed since" } else { claim.held.as_str() };
        vec![
            Cell::link(claim.claim_id.clone(), href(&claim.claim_id)).shown(short_id(&claim.claim_id)),
            Cell::text(claim.organisation.clone()),
            Cell::text(claim.month.clone()).shown(month_words(&claim.month)),
            traced(claim.attested_pence.unwrap_or_default(), &key(claim)),
            claim.evidence_pence.map_or_else(Cell::none, Cell::pounds),
            Cell::text(why),
        ]
    };
    table.rows(claims.iter().map(row).collect::<Vec<_>>())
}
