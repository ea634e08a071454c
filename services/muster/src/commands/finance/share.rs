//! `muster finance share FILE`

use std::collections::BTreeMap;

use muster_backoffice::{
    domain::{
        Word,
        sharing::{Allocation, CoreCheck, Game, check, proportional, shapley},
    },
    import::{SHARE_EXAMPLE, Share, read_share},
};
use serde_json::{Value, json};

use super::{document, scaled};
use crate::{
    cli::{DocumentArgs, Shared},
    exit::Failure,
    output,
};

/// A rule with what it gives.
struct Rule {
    name: &'static str,
    parts: Option<(Allocation, CoreCheck)>,
}

/// Runs the command.
pub(super) fn run(args: &DocumentArgs, shared: &Shared) -> Result<(), Failure> {
    if args.example {
        return Ok(output::line(SHARE_EXAMPLE.trim_end())?);
    }
    let share = document(args, read_share)?;
    let game = &share.game;
    let rule = |name, allocation: Option<Allocation>| Rule {
        name,
        parts: allocation.map(|it| {
            let check = check(game, &it);
            (it, check)
        }),
    };
    let rules = [
        rule("shapley", Some(shapley(game))),
        rule("proportional", proportional(game, &share.weights)),
        rule("equal_price", share.purchase.as_ref().map(|it| it.equal_price(game))),
    ];
    if shared.json { Ok(output::json(&whole(&share, &rules))?) } else { print(&share, &rules) }
}

/// A value of the game in ones.
fn one(game: &Game, value: i64) -> f64 {
    let places = i32::try_from(game.scale().ilog10()).unwrap_or_default();
    scaled(value, places)
}

/// What all save together: a game of costs saves what its players would pay alone.
fn saving(game: &Game) -> i64 {
    match game.kind().word() {
        "cost" => game.alone().iter().sum::<i64>() - game.total(),
        _ => game.total(),
    }
}

fn whole(share: &Share, rules: &[Rule]) -> Value {
    let game = &share.game;
    let mut document = json!({
        "kind": game.kind().word(), "total": one(game, game.total()), "saving": one(game, saving(game)),
        "proportional_to": share.weighed_by,
        "assumed": share.assumed.iter().map(|it| game.names(*it).join(",")).collect::<Vec<_>>(),
        "in_core": rules[0].parts.as_ref().is_some_and(|(_, check)| check.in_core),
    });
    let mut core = serde_json::Map::new();
    for Rule { name, parts } in rules {
        let Some((allocation, check)) = parts else {
            document[*name] = Value::Null;
            continue;
        };
        let players = || game.players().iter().enumerate();
        let values: BTreeMap<&String, f64> =
            players().map(|(at, name)| (name, allocation.part(at))).collect();
        let exact: BTreeMap<&String, String> =
            players().map(|(at, name)| (name, allocation.exact(at))).collect();
        document[*name] = json!(values);
        document[format!("{name}_exact")] = json!(exact);
        core.insert((*name).to_owned(), core_of(game, check));
    }
    document["core"] = core.into();
    document
}

fn core_of(game: &Game, check: &CoreCheck) -> Value {
    let leavers: Vec<Value> = check
        .leavers
        .iter()
        .map(|it| {
            json!({
                "player": game.players()[it.player], "with": game.names(it.with),
                "side_payment": it.side_payment, "worth_paying": it.worth_paying,
            })
        })
        .collect();
    let worst = check.worst.map(|(group, gain)| json!({ "players": game.names(group), "would_gain": gain }));
    json!({ "in_core": check.in_core, "blocking_groups": check.blocking, "worst": worst, "leavers": leavers })
}

fn print(share: &Share, rules: &[Rule]) -> Result<(), Failure> {
    let game = &share.game;
    output::line(&format!(
        "{} players save {} together; proportional to {}\n",
        game.players().len(),
        one(game, saving(game)),
        share.weighed_by
    ))?;
    let row = |(at, name): (usize, &String)| {
        let part = |rule: &Rule| {
            rule.parts.as_ref().map_or_else(|| "none".into(), |(it, _)| format!("{:.2}", it.part(at)))
        };
        let mut row = vec![name.clone(), format!("{:.2}", one(game, game.alone()[at]))];
        row.extend(rules.iter().map(part));
        row
    };
    let rows: Vec<Vec<String>> = game.players().iter().enumerate().map(row).collect();
    output::table(&["player", "alone", "shapley", "proportional", "equal price"], &rows)?;
    for Rule { name, parts } in rules {
        let Some((_, check)) = parts else { continue };
        let name = name.replace('_', " ");
        match check.worst {
            None => output::line(&format!("\n{name}: in the core, no group does better by itself"))?,
            Some((group, gain)) => output::line(&format!(
                "\n{name}: not in the core, {} groups would do better by themselves; {} most, by {gain:.2}",
                check.blocking,
                game.names(group).join(" with "),
            ))?,
        }
        for it in &check.leavers {
            let worth = if it.worth_paying {
                "worth it to the others"
            } else {
                "more than it is worth to the others"
            };
            let player = &game.players()[it.player];
            output::line(&format!("  a side payment of {:.2} keeps {player}: {worth}", it.side_payment))?;
        }
    }
    Ok(())
}
