//! `muster catalogue propose|proposals|decide|revoke|decisions`

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use muster_proto::{catalogue::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::documents::{self, pounds, relation};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Rows of a page.
const PAGE: u32 = 500;

#[derive(Args, Debug)]
pub(crate) struct ProposeArgs {
    /// Least score that is proposed, 0 to 1 [default: the model's]
    #[arg(long, value_name = "SCORE", value_parser = super::super::matching::share)]
    threshold: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct ProposalsArgs {
    /// Only of this item
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    item: i64,
    /// Proposals at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    limit: u32,
}

/// What two items are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Judged {
    /// Different items
    Different,
    /// Two records of one item
    SameItem,
    /// The same item in another pack
    SameItemOtherPack,
    /// One may be used for the other, for a use and until a day
    ClinicallySubstitutable,
}

#[derive(Args, Debug)]
pub(crate) struct DecideArgs {
    /// Id of the proposal
    #[arg(required_unless_present = "pair")]
    proposal: Option<String>,
    /// Numbers of two items that nobody proposed: 12,4711
    #[arg(long, value_name = "ITEM,ITEM", value_delimiter = ',', num_args = 2, conflicts_with = "proposal")]
    pair: Vec<i64>,
    /// What they are to each other
    #[arg(long, value_enum)]
    relation: Judged,
    /// Why
    #[arg(long)]
    reason: String,
    /// What one may be used for in place of the other
    #[arg(long, default_value = "", hide_default_value = true)]
    clinical_use: String,
    /// Last day of a substitution
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

#[derive(Args, Debug)]
pub(crate) struct RevokeArgs {
    /// Id of the decision
    decision: String,
    /// Why
    #[arg(long)]
    reason: String,
}

/// Makes proposals.
pub(super) async fn propose(args: ProposeArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::ProposeEquivalencesRequest { threshold_ppm: args.threshold.map_or(0, i64::from) };
    let mut told = clients.catalogue().propose_equivalences(clients.request(request)).await?.into_inner();
    let mut last = pb::ProposeEquivalencesResponse::default();
    while let Some(progress) = told.message().await? {
        last = progress;
    }
    if shared.json {
        let document =
            json!({ "items": last.items, "pairs": last.pairs, "new_proposals": last.new_proposals });
        return Ok(output::json(&document)?);
    }
    let text = format!(
        "{} items compared, {} pairs alike, {} new proposals; look at them with `muster catalogue proposals`",
        last.items, last.pairs, last.new_proposals
    );
    Ok(output::line(&text)?)
}

/// Prints proposals.
pub(super) async fn proposals(
    args: ProposalsArgs,
    shared: &Shared,
    clients: &Clients,
) -> Result<(), Failure> {
    let page = Some(PageRequest { size: args.limit, token: String::new() });
    let request = pb::ListProposalsRequest { item: args.item, page };
    let answer = clients.catalogue().list_proposals(clients.request(request)).await?.into_inner();
    let total = answer.page.and_then(|page| page.total).unwrap_or_default();
    if shared.json {
        let row = |it: &pb::Proposal| {
            json!({
                "proposal_id": it.proposal_id, "left": documents::maybe_item(it.left.as_ref()),
                "right": documents::maybe_item(it.right.as_ref()), "score_ppm": it.score_ppm,
                "relation": relation(it.relation()), "evidence": it.evidence, "at_stake_pence": it.at_stake_pence,
            })
        };
        let rows: Vec<Value> = answer.proposals.iter().map(row).collect();
        return Ok(output::json(&json!({ "total": total, "proposals": rows }))?);
    }
    if answer.proposals.is_empty() {
        return Ok(output::line(
            "nothing waits; `muster catalogue propose` looks for records of the same item",
        )?);
    }
    for it in &answer.proposals {
        let side = |item: Option<&pb::Item>| {
            item.map(|it| format!("{} {} {}", it.number, it.organisation, it.description)).unwrap_or_default()
        };
        output::line(&format!(
            "{}: {} ({:.3}), {} pounds at stake",
            it.proposal_id,
            relation(it.relation()),
            it.score_ppm as f64 / 1e6,
            pounds(it.at_stake_pence)
        ))?;
        output::line(&format!("    {}", side(it.left.as_ref())))?;
        output::line(&format!("    {}", side(it.right.as_ref())))?;
        output::line(&format!("    {}", it.evidence.join("; ")))?;
    }
    Ok(output::line(&format!("{} of {total} proposals", answer.proposals.len()))?)
}

/// Decides.
pub(super) async fn decide(args: DecideArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let relation = match args.relation {
        Judged::Different => pb::Relation::Unspecified,
        Judged::SameItem => pb::Relation::SameItem,
        Judged::SameItemOtherPack => pb::Relation::OtherPack,
        Judged::ClinicallySubstitutable => pb::Relation::Substitutable,
    };
    let number = |at: usize| args.pair.get(at).copied().unwrap_or(0);
    let request = pb::DecideEquivalenceRequest {
        proposal_id: args.proposal.clone().unwrap_or_default(),
        left: number(0),
        right: number(1),
        relation: relation.into(),
        reason: args.reason,
        clinical_use: args.clinical_use,
        until: args.until.map(|it| it.to_string()).unwrap_or_default(),
    };
    let answer = clients.catalogue().decide_equivalence(clients.request(request)).await?.into_inner();
    one(&answer.decision.unwrap_or_default(), shared)
}

/// Takes a decision back.
pub(super) async fn revoke(args: RevokeArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::RevokeEquivalenceRequest { decision_id: args.decision, reason: args.reason };
    let answer = clients.catalogue().revoke_equivalence(clients.request(request)).await?.into_inner();
    one(&answer.decision.unwrap_or_default(), shared)
}

fn one(decision: &pb::Decision, shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        return Ok(output::json(&documents::decision(decision))?);
    }
    Ok(output::line(&text(decision))?)
}

fn text(of: &pb::Decision) -> String {
    let number = |item: Option<&pb::Item>| item.map_or(0, |it| it.number);
    let end =
        if of.revoked_at_micros > 0 { format!("; taken back: {}", of.revoke_reason) } else { String::new() };
    format!(
        "{}: {} and {} {}: {}{end}",
        of.decision_id,
        number(of.left.as_ref()),
        number(of.right.as_ref()),
        relation(of.relation()),
        of.reason
    )
}

/// Prints every decision.
pub(super) async fn decisions(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (mut decisions, mut token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListDecisionsRequest { page: Some(PageRequest { size: PAGE, token }) };
        let answer = clients.catalogue().list_decisions(clients.request(request)).await?.into_inner();
        decisions.extend(answer.decisions);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        let rows: Vec<Value> = decisions.iter().map(documents::decision).collect();
        return Ok(output::json(&json!({ "decisions": rows }))?);
    }
    if decisions.is_empty() {
        return Ok(output::line("nothing is decided yet")?);
    }
    decisions.iter().try_for_each(|of| Ok(output::line(&text(of))?))
}
