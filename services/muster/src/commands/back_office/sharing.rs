//! `muster back-office sharing`

use muster_backoffice::domain::figure::decimal;
use muster_proto::{backoffice::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Prints stored sharings, or one of them worked out.
pub(super) async fn run(title: String, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    if title.is_empty() {
        return list(shared, clients).await;
    }
    let request = clients.request(pb::GetGainSharingRequest { title });
    let answer = clients.backoffice().get_gain_sharing(request).await?.into_inner();
    let sharing = answer.sharing.unwrap_or_default();
    if shared.json { Ok(output::json(&document(&sharing))?) } else { print(&sharing) }
}

async fn list(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListGainSharingsRequest { page: Some(PageRequest { size: 500, token }) };
        let answer = clients.backoffice().list_gain_sharings(clients.request(request)).await?.into_inner();
        all.extend(answer.sharings);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        let all: Vec<Value> = all
            .iter()
            .map(|it| json!({ "title": it.title, "players": it.players, "import_id": it.import_id }))
            .collect();
        return Ok(output::json(&json!({ "sharings": all }))?);
    }
    if all.is_empty() {
        return Ok(output::line(
            "no gain to share yet: `muster import --template gain-sharing` prints one to begin from",
        )?);
    }
    let rows: Vec<Vec<String>> = all.iter().map(|it| vec![it.title.clone(), it.players.join(", ")]).collect();
    Ok(output::table(&["title", "players"], &rows)?)
}

fn print(of: &pb::GainSharing) -> Result<(), Failure> {
    let shown = |micros: i64| decimal(micros / 10_000, 2);
    let maybe = |micros: Option<i64>| micros.map_or_else(|| "none".to_owned(), shown);
    output::line(&format!("{}: all save {} together\n", of.title, shown(of.saving_micros)))?;
    let rows: Vec<Vec<String>> = of
        .shares
        .iter()
        .map(|it| {
            vec![
                it.player.clone(),
                shown(it.alone_micros),
                it.shapley_exact.clone(),
                maybe(it.proportional_micros),
                maybe(it.equal_price_micros),
            ]
        })
        .collect();
    output::table(&["player", "alone", "shapley", "proportional", "equal price"], &rows)?;
    for it in &of.rules {
        if it.in_core {
            output::line(&format!("\n{}: in the core, no group does better by itself", it.rule))?;
        } else {
            let group = it.worst_group.join(" with ");
            let (groups, gain) = (it.blocking_groups, shown(it.worst_gain_micros));
            output::line(&format!(
                "\n{}: not in the core, {groups} groups would do better by themselves; {group} most, by {gain}",
                it.rule
            ))?;
        }
        for leaver in &it.leavers {
            let worth = if leaver.worth_paying {
                "worth it to the others"
            } else {
                "more than it is worth to the others"
            };
            let payment = shown(leaver.side_payment_micros);
            output::line(&format!("  a side payment of {payment} keeps {}: {worth}", leaver.player))?;
        }
    }
    Ok(())
}

/// A sharing as JSON.
pub(super) fn document(of: &pb::GainSharing) -> Value {
    let share = |it: &pb::GainShare| {
        json!({
            "player": it.player, "alone_micros": it.alone_micros, "shapley_micros": it.shapley_micros,
            "shapley_exact": it.shapley_exact, "proportional_micros": it.proportional_micros,
            "equal_price_micros": it.equal_price_micros,
        })
    };
    let leaver = |it: &pb::GainLeaver| {
        json!({
            "player": it.player, "with": it.with, "side_payment_micros": it.side_payment_micros,
            "worth_paying": it.worth_paying,
        })
    };
    let rule = |it: &pb::GainRule| {
        json!({
            "rule": it.rule, "in_core": it.in_core, "blocking_groups": it.blocking_groups,
            "worst_group": it.worst_group, "worst_gain_micros": it.worst_gain_micros,
            "leavers": it.leavers.iter().map(leaver).collect::<Vec<_>>(),
        })
    };
    json!({
        "title": of.title, "kind": of.kind, "total_micros": of.total_micros, "saving_micros": of.saving_micros,
        "weighed_by": of.weighed_by, "shares": of.shares.iter().map(share).collect::<Vec<_>>(),
        "rules": of.rules.iter().map(rule).collect::<Vec<_>>(), "assumed": of.assumed, "import_id": of.import_id,
    })
}
