//! Looks for records that describe the same item, and puts them up for review.

use std::{collections::HashMap, sync::Arc};

use muster_kit::{Action, Actor, Error, OrgScope, Resource, Result, audit::AuditEntry};
use muster_matching::{Model, Options, Record, WordWeights, match_records};
use muster_proto::catalogue::v1::ProposeEquivalencesResponse;
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use super::Deps;
use crate::{
    domain::{cluster::clusters, evidence::evidence, item::Item, relation::Relation},
    events,
    store::{
        codec, decisions,
        items::{self, Stored},
        proposals::{self, Proposed},
        versions,
    },
};

/// Is told how far it is.
pub(crate) type Told = Arc<dyn Fn(ProposeEquivalencesResponse) + Send + Sync>;

/// Items read at a time.
const PIECE: u32 = 5_000;

/// A pair with its score and relation.
type Scored = (i64, i64, i64, i32);

/// Matches all records of the group with each other and stores what is new. Confirmed records hang together, so that of every group of
/// likely same records as few pairs are proposed as hold it together, the surest first; what was rejected is not proposed again.
///
/// # Errors
/// Forbidden; bad request when the threshold is no share; what the database says.
pub(crate) async fn propose_equivalences(
    deps: &Deps,
    actor: &Actor,
    threshold_ppm: i64,
    told: Told,
) -> Result<ProposeEquivalencesResponse> {
    let permit = deps.permit(actor, Action::Plan, Resource::all("equivalence")).await?;
    let threshold = threshold(threshold_ppm)?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let tell = |phase: &str, items: u64, pairs: u64| {
        let phase = phase.to_owned();
        told(ProposeEquivalencesResponse { phase, items, pairs, new_proposals: 0 });
    };
    tell("reading", 0, 0);
    let rows = read(conn, &scope).await?;
    let count = rows.len() as u64;
    tell("matching", count, 0);
    let (rows, pairs, model) = matched(rows, threshold).await?;
    let found = pairs.len() as u64;
    tell("storing", count, found);
    let new = thinned(conn, &scope, pairs).await?;
    let new = with_evidence(&rows, new)?;
    let mut uow = deps.db.begin(actor).await?;
    let at = versions::instant(&uow).await?;
    let added = proposals::add(&uow, &model, at, new).await?;
    let version = versions::next(&uow, "proposals").await?;
    uow.publish(events::equivalence_proposed(scope.as_str(), (added, count), &model, version))?;
    let detail = format!("items={count} pairs={found} new={added}");
    uow.commit(AuditEntry::new(permit, detail)).await?;
    Ok(ProposeEquivalencesResponse {
        phase: "done".to_owned(),
        items: count,
        pairs: found,
        new_proposals: added,
    })
}

fn threshold(ppm: i64) -> Result<Option<u32>> {
    match u32::try_from(ppm) {
        Ok(0) => Ok(None),
        Ok(ppm) if ppm <= 1_000_000 => Ok(Some(ppm)),
        _ => Err(Error::bad_request("the threshold is a share: 0 to 1,000,000 ppm")),
    }
}

async fn read(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Stored>> {
    let mut rows: Vec<Stored> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.item_number);
        let piece = items::after(conn, scope, after, PIECE).await?;
        if piece.is_empty() {
            return Ok(rows);
        }
        rows.extend(piece);
    }
}

/// Scores pairs beside the worker threads; gives the rows back with the pairs and the hash of the model. Prices are no part of it: those of
/// others must not show in a score.
async fn matched(
    rows: Vec<Stored>,
    threshold_ppm: Option<u32>,
) -> Result<(Vec<Stored>, Vec<Scored>, String)> {
    let work = move || {
        let model = Model::shipped();
        let records: Vec<Record> = rows.iter().map(record).collect();
        let options = Options { threshold_ppm, weights: WordWeights::Fitting, ..Options::default() };
        let outcome = match_records(&records, &[], &model, options);
        let number = |at: u32| rows[at as usize].item_number;
        let pairs = outcome.pairs.iter().map(|pair| {
            let relation = match pair.relation {
                muster_matching::Relation::SameItemOtherPack => 2,
                _ => 1,
            };
            let (one, other) = (number(pair.left), number(pair.right));
            (one.min(other), one.max(other), i64::from(pair.score_ppm), relation)
        });
        let pairs: Vec<Scored> = pairs.collect();
        let hash = hex::encode(Sha256::digest(model.write().as_bytes()));
        (rows, pairs, hash)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::internal("matching failed").with_source(error))
}

fn record(row: &Stored) -> Record {
    let code = if row.gtin.is_empty() { &row.manufacturer_code } else { &row.gtin };
    let details = if row.gtin.is_empty() { String::new() } else { row.manufacturer_code.clone() };
    let brand = if row.manufacturer.is_empty() { &row.supplier } else { &row.manufacturer };
    Record {
        id: format!("{:019}", row.item_number),
        description: row.description.clone(),
        details,
        code: code.clone(),
        brand: brand.clone(),
        price: None,
    }
}

/// Of the pairs those that join what nothing joins yet, the surest first.
async fn thinned(
    conn: &impl ConnectionTrait,
    scope: &OrgScope,
    mut pairs: Vec<Scored>,
) -> Result<Vec<Scored>> {
    let decided = decisions::pairs(conn, scope).await?;
    let proposed = proposals::pairs(conn, scope).await?;
    let waiting = proposals::waiting(conn, scope, None).await?;
    let joined = decisions::same(conn, scope).await?.into_iter().map(|(pair, _)| pair);
    let mut joined: Vec<(i64, i64)> =
        joined.chain(waiting.iter().map(|row| (row.left_item, row.right_item))).collect();
    pairs.sort_by_key(|(left, right, score, _)| (std::cmp::Reverse(*score), *left, *right));
    let mut of: HashMap<i64, i64> = clusters(joined.drain(..)).into_iter().collect();
    let mut members: HashMap<i64, Vec<i64>> = HashMap::new();
    for (item, cluster) in &of {
        members.entry(*cluster).or_default().push(*item);
    }
    let mut new = Vec::new();
    for pair in pairs {
        let (left, right) = (pair.0, pair.1);
        let (one, other) = (*of.entry(left).or_insert(left), *of.entry(right).or_insert(right));
        let known = decided.contains(&(left, right)) || proposed.contains(&(left, right));
        if one == other || known {
            continue;
        }
        members.entry(one).or_insert_with(|| vec![left]);
        let moved = members.remove(&other).unwrap_or_else(|| vec![right]);
        for item in &moved {
            of.insert(*item, one);
        }
        members.entry(one).or_default().extend(moved);
        new.push(pair);
    }
    Ok(new)
}

/// What the packs of two records of one item say of their relation; nothing where a pack is in question.
fn by_pack(one: &Item, other: &Item) -> Option<i32> {
    let (one, other) = (one.pack.normalise().ok()?, other.pack.normalise().ok()?);
    let same = one.consumables == other.consumables;
    Some(if same { Relation::SameItem } else { Relation::OtherPack }.number())
}

fn with_evidence(rows: &[Stored], pairs: Vec<Scored>) -> Result<Vec<Proposed>> {
    let by_number: HashMap<i64, &Stored> = rows.iter().map(|row| (row.item_number, row)).collect();
    let mut proposed = Vec::with_capacity(pairs.len());
    for (left, right, score_ppm, relation) in pairs {
        let (Some(one), Some(other)) = (by_number.get(&left), by_number.get(&right)) else { continue };
        let (one, other) = (codec::item(one)?, codec::item(other)?);
        let relation = by_pack(&one, &other).unwrap_or(relation);
        let evidence = evidence(&one, &other);
        proposed.push(Proposed { pair: (left, right), score_ppm, relation, evidence });
    }
    Ok(proposed)
}
