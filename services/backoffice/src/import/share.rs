//! The document of `muster finance share`: who buys how much at which prices, or what every group saves or costs.

use std::collections::BTreeMap;

use muster_kit::intake::{Column, Findings, ImportKind, RawFile};

use super::{At, document::parse};
use crate::domain::{
    Problem, Word,
    sharing::{Break, Coalition, Game, Kind, Purchase},
};

/// The kind.
pub const GAIN_SHARING: ImportKind = ImportKind {
    name: "gain-sharing",
    summary: "a gain to be shared, a JSON document: who buys how much at which prices, or what every group saves",
    publisher: "muster",
    header: false,
    columns: &[Column::required(
        "document",
        SHARE_EXAMPLE,
        "title, players, and quantities with price_breaks, or values of every group",
    )],
};

/// A document to begin from.
pub const SHARE_EXAMPLE: &str = include_str!("../../data/share-example.json");

/// Decimals of values.
const VALUE_PLACES: usize = 6;
/// Units of a value in one.
const VALUE_SCALE: i64 = 1_000_000;
/// Most players for whom a group that is left out may count as its best parts: every way to split is tried.
const MOST_WITH_PARTS: usize = 14;

/// What is to be shared.
#[derive(Clone, Debug)]
pub struct Share {
    /// Title; empty where the document gives none.
    pub title: String,
    /// The game.
    pub game: Game,
    /// What is bought, when the saving comes from that.
    pub purchase: Option<Purchase>,
    /// Weights of the proportional rule, by player.
    pub weights: Vec<i64>,
    /// What these weights are, in words.
    pub weighed_by: &'static str,
    /// Groups whose value was not given and was taken from their parts.
    pub assumed: Vec<Coalition>,
}

/// What stands for groups that are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    /// Nothing: the document is refused. A single player who is left out saves nothing alone.
    Refuse,
    /// The best that the group can do in parts whose values are given.
    Parts,
}

impl Word for Missing {
    const WORDS: &'static [(&'static str, Self)] = &[("refuse", Self::Refuse), ("parts", Self::Parts)];
}

/// Reads the file of a gain that is to be stored: it needs a title.
///
/// # Errors
/// The finding that refuses it.
pub fn read_share_file(file: &RawFile) -> Result<(String, Share), Findings> {
    super::document::of_file(file, |text| {
        let share = read_share(text)?;
        if share.title.is_empty() {
            return Err(Problem::new(
                "document",
                "`title` is missing",
                "add `title`: sharings are known by it",
            ));
        }
        // names are parts of the keys of figures
        if let Some(name) = share.game.players().iter().chain([&share.title]).find(|it| it.contains('/')) {
            return Err(Problem::new("document", "a name has a slash", "write it without").with(name));
        }
        Ok(share)
    })
}

/// Reads a document.
///
/// # Errors
/// The first problem, with its place, the value there and what helps.
pub fn read_share(text: &str) -> Result<Share, Problem> {
    let value = parse(text)?;
    let root = At::root(&value);
    root.only(&["title", "players", "quantities", "price_breaks", "values", "kind", "missing", "weights"])?;
    let title = root.text_of("title")?;
    let players: Vec<String> = root
        .need("players")?
        .list()?
        .iter()
        .map(|at| at.text().map(str::to_owned))
        .collect::<Result<_, _>>()?;
    let share = match (root.get("quantities")?, root.get("values")?) {
        (Some(quantities), None) => purchase(&root, players, &quantities),
        (None, Some(values)) => game(&root, players, &values),
        (Some(_), Some(values)) => Err(values
            .problem("stands beside `quantities`", "give one of the two: values follow from quantities")),
        (None, None) => {
            let remedy = "add `quantities` with `price_breaks`, or `values` of every group";
            Err(Problem::new("document", "nothing to share is there", remedy))
        }
    }?;
    Ok(Share { title, ..share })
}

fn purchase(root: &At<'_>, players: Vec<String>, quantities: &At<'_>) -> Result<Share, Problem> {
    for key in ["kind", "missing", "weights"] {
        if let Some(at) = root.get(key)? {
            return Err(at.problem("belongs to `values`", "leave it out beside `quantities`"));
        }
    }
    let quantities = by_player(&players, quantities, 3)?;
    let breaks: Result<Vec<Break>, Problem> = root
        .need("price_breaks")?
        .list()?
        .iter()
        .map(|at| {
            at.only(&["from", "price"])?;
            let most = i64::MAX / 1_000_000;
            let from = at.need("from")?.number_in(3, 0, most)?;
            Ok(Break { from, price: at.need("price")?.number_in(4, 0, most)? })
        })
        .collect();
    let purchase = Purchase::new(players, quantities.clone(), breaks?)?;
    Ok(Share {
        title: String::new(),
        game: purchase.game()?,
        purchase: Some(purchase),
        weights: quantities,
        weighed_by: "quantity",
        assumed: Vec::new(),
    })
}

/// A number for every player.
fn by_player(players: &[String], at: &At<'_>, places: usize) -> Result<Vec<i64>, Problem> {
    let given: BTreeMap<&str, At<'_>> = at.named()?.into_iter().collect();
    if let Some((name, at)) = given.iter().find(|(name, _)| !players.iter().any(|player| player == *name)) {
        return Err(
            at.problem(format!("`{name}` is no player"), format!("use one of: {}", players.join(", ")))
        );
    }
    let number = |player: &String| match given.get(player.as_str()) {
        Some(at) => at.number_in(places, 0, i64::MAX / 1_000_000),
        None => Err(Problem::new(
            &at.path,
            format!("`{player}` is missing"),
            format!("add `{player}`, 0 for nothing"),
        )),
    };
    players.iter().map(number).collect()
}

fn game(root: &At<'_>, players: Vec<String>, values: &At<'_>) -> Result<Share, Problem> {
    if let Some(at) = root.get("price_breaks")? {
        return Err(at.problem("belongs to `quantities`", "leave it out beside `values`"));
    }
    crate::domain::sharing::check_players(&players)?;
    let kind = root.get("kind")?.map_or(Ok(Kind::Saving), |at| at.word())?;
    let missing = root.get("missing")?.map_or(Ok(Missing::Refuse), |at| at.word())?;
    let mut given: Vec<Option<i64>> = vec![None; 1 << players.len()];
    given[0] = Some(0);
    for (key, at) in values.named()? {
        let coalition = coalition(&players, key, &at)?;
        if coalition != 0 && given[coalition].is_some() {
            return Err(
                at.problem("the same group stands twice", "give every group once, in any order of its names")
            );
        }
        // sums over every player fit in 64 bits
        let most = i64::MAX / 64;
        given[coalition] = Some(at.number_in(VALUE_PLACES, -most, most)?);
    }
    let (values, assumed) = complete(&players, given, kind, missing)?;
    let game = Game::new(players, kind, values, VALUE_SCALE)?;
    let (weights, weighed_by) = match root.get("weights")? {
        Some(at) => (by_player(game.players(), &at, VALUE_PLACES)?, "weights"),
        None => (game.alone(), "value alone"),
    };
    Ok(Share { title: String::new(), game, purchase: None, weights, weighed_by, assumed })
}

/// `a,b` as bits.
fn coalition(players: &[String], key: &str, at: &At<'_>) -> Result<Coalition, Problem> {
    let mut coalition = 0;
    for name in key.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let Some(player) = players.iter().position(|player| player == name) else {
            return Err(
                at.problem(format!("`{name}` is no player"), format!("use one of: {}", players.join(", ")))
            );
        };
        if coalition & (1 << player) != 0 {
            return Err(at.problem(format!("`{name}` stands twice in the group"), "name every player once"));
        }
        coalition |= 1 << player;
    }
    Ok(coalition)
}

/// Values of every group, and which of them were not given.
fn complete(
    players: &[String],
    mut given: Vec<Option<i64>>,
    kind: Kind,
    missing: Missing,
) -> Result<(Vec<i64>, Vec<Coalition>), Problem> {
    let name = |coalition: Coalition| {
        let inside = |(at, _): &(usize, &String)| coalition & (1 << at) != 0;
        players.iter().enumerate().filter(inside).map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(",")
    };
    let mut assumed = Vec::new();
    let absent: Vec<Coalition> = (1..given.len()).filter(|coalition| given[*coalition].is_none()).collect();
    if missing == Missing::Parts && players.len() > MOST_WITH_PARTS {
        let remedy = format!("give the value of every group, or at most {MOST_WITH_PARTS} players");
        return Err(
            Problem::new("missing", "too many players to try every split", remedy).with(players.len())
        );
    }
    for coalition in absent.iter().copied() {
        let single = coalition.is_power_of_two() && kind == Kind::Saving;
        given[coalition] = match missing {
            _ if single => Some(0),
            Missing::Parts => best_split(&given, coalition, kind),
            Missing::Refuse => None,
        };
        if given[coalition].is_none() {
            let what = format!(
                "the group `{}` has no value ({} groups in all have none)",
                name(coalition),
                absent.len()
            );
            let remedy =
                "add it, or write \"missing\": \"parts\" to let a group count as the best of its parts";
            return Err(Problem::new("values", what, remedy));
        }
        assumed.push(coalition);
    }
    Ok((given.into_iter().map(Option::unwrap_or_default).collect(), assumed))
}

/// The best of two parts; smaller groups come first, so that these are the best of theirs.
fn best_split(values: &[Option<i64>], coalition: Coalition, kind: Kind) -> Option<i64> {
    let mut best: Option<i64> = None;
    let mut part = (coalition - 1) & coalition;
    while part != 0 {
        if let (Some(one), Some(other)) = (values[part], values[coalition & !part]) {
            let sum = one.saturating_add(other);
            best = Some(
                best.map_or(sum, |best| if kind == Kind::Saving { best.max(sum) } else { best.min(sum) }),
            );
        }
        part = (part - 1) & coalition;
    }
    best
}
