//! Reads a document: lots first, then bids, then what names both.

use std::collections::{BTreeMap, BTreeSet};

use muster_document::{Node, Problem};

use crate::{
    cursor::{At, Fields, Holds},
    document::{Bid, Constraints, Kind, Lot, Price, Round, SCHEMA, Share, ShareOf, Tier, Veto},
    shape::{BID, CONSTRAINTS, DOCUMENT, LOT, TIER, VETO},
};

/// Most that a bid may ask, and switching may cost: ten billion pounds.
const MOST_PENCE: i64 = 1_000_000_000_000;
/// Most that all bids together may ask: sums of 1/1000 pence stay far from the end of 64 bits.
const MOST_TOGETHER: i64 = 1_000_000_000_000_000;
/// Largest quantity of a lot.
const MOST_QUANTITY: i64 = 1_000_000_000;

/// Positions by name.
type Places = BTreeMap<String, usize>;

impl Round {
    /// Reads a document.
    ///
    /// # Errors
    /// The first problem, with its place, the value there and what helps.
    pub fn read(text: &str) -> Result<Self, Problem> {
        // a field that is null counts as not given
        let root = Node::read(text)?.without_nulls();
        let document = At::root(&root).object(&DOCUMENT)?;
        if let Some(schema) = document.get("schema")
            && schema.text()? != SCHEMA
        {
            return Err(schema.problem("is another schema", format!("this version reads \"{SCHEMA}\"")));
        }
        let lots = document.need("lots")?;
        let (lots, lot_places) = listed(&lots, lot, |it: &Lot| it.id.clone())?;
        let mut suppliers = Suppliers::default();
        let bid_list = document.need("bids")?;
        let (mut bids, bid_places) =
            listed(&bid_list, |at| bid(at, &lot_places, &mut suppliers), |it: &Bid| it.id.clone())?;
        for (bid, at) in bids.iter_mut().zip(bid_list.list()?) {
            bid.requires = requires(&at.object(&BID)?, &bid_places)?;
        }
        let mut round = Self {
            title: document.or("title", String::new(), |at| at.text().map(str::to_owned))?,
            constraints: Constraints::default(),
            suppliers: Vec::new(),
            lots,
            bids,
        };
        if let Some(at) = document.get("constraints") {
            round.constraints = constraints(&at, &lot_places, &mut suppliers)?;
        }
        round.suppliers = suppliers.names;
        within_bounds(&round, &bid_list)?;
        Ok(round)
    }
}

fn within_bounds(round: &Round, at: &At<'_>) -> Result<(), Problem> {
    let mut sum = round.constraints.switching.iter().map(|(_, pence)| pence).sum::<i64>();
    for (bid, at) in round.bids.iter().zip(at.list()?) {
        let price = round.price(bid).unwrap_or(0);
        sum += price;
        if price > MOST_PENCE || sum > MOST_TOGETHER {
            return Err(at.problem("asks more than can be computed", "write prices in pence, and fewer bids"));
        }
    }
    Ok(())
}

/// Suppliers as they come to be named.
#[derive(Default)]
struct Suppliers {
    names: Vec<String>,
    places: Places,
}

impl Suppliers {
    fn place(&mut self, at: &At<'_>) -> Result<usize, Problem> {
        Ok(self.named(at.code()?))
    }

    fn named(&mut self, name: String) -> usize {
        let next = self.names.len();
        let place = *self.places.entry(name.clone()).or_insert(next);
        if place == next {
            self.names.push(name);
        }
        place
    }
}

/// The entries of a list, no two of them with the same id.
fn listed<'a, T>(
    list: &At<'a>,
    mut read: impl FnMut(&At<'a>) -> Result<T, Problem>,
    id: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Places), Problem> {
    let (mut items, mut places) = (Vec::new(), Places::new());
    for at in list.list()? {
        let item = read(&at)?;
        if places.insert(id(&item), items.len()).is_some() {
            return Err(at.problem("has an id that stands twice", "give each its own id"));
        }
        items.push(item);
    }
    Ok((items, places))
}

fn names(places: &Places) -> Vec<&str> {
    places.keys().map(String::as_str).collect()
}

fn place(at: &At<'_>, what: &str, places: &Places) -> Result<usize, Problem> {
    at.known(what, |name| places.get(name).copied(), &names(places))
}

fn lot(at: &At<'_>) -> Result<Lot, Problem> {
    let fields = at.object(&LOT)?;
    Ok(Lot { id: fields.need("id")?.code()?, quantity: fields.need("quantity")?.whole(0, MOST_QUANTITY)? })
}

fn bid(at: &At<'_>, lots: &Places, suppliers: &mut Suppliers) -> Result<Bid, Problem> {
    let fields = at.object(&BID)?;
    let list = fields.need("lots")?;
    let mut chosen = BTreeSet::new();
    for at in list.list()? {
        if !chosen.insert(place(&at, "lot", lots)?) {
            return Err(at.problem("stands twice in one bid", "name each lot once"));
        }
    }
    if chosen.is_empty() {
        return Err(list.problem("is empty", "name the lots that the bid is for"));
    }
    Ok(Bid {
        id: fields.need("id")?.code()?,
        supplier: suppliers.place(&fields.need("supplier")?)?,
        lots: chosen.into_iter().collect(),
        price: price(&fields)?,
        requires: Vec::new(),
    })
}

fn requires(fields: &Fields<'_>, bids: &Places) -> Result<Vec<usize>, Problem> {
    let own = fields.need("id")?.code()?;
    let each = fields.each("requires", |at| {
        if at.code()? == own {
            return Err(at.problem("is the bid itself", "name other bids"));
        }
        place(at, "bid", bids)
    })?;
    Ok(each.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
}

fn price(fields: &Fields<'_>) -> Result<Price, Problem> {
    let mut tiers = Vec::new();
    for (number, at) in fields.get("tiers").map_or(Ok(Vec::new()), |at| at.list())?.iter().enumerate() {
        let next = tier(at)?;
        if number > 0 && tiers.last().is_some_and(|last: &Tier| last.min_quantity >= next.min_quantity) {
            return Err(
                at.problem("does not begin above the tier before", "write tiers by rising min_quantity")
            );
        }
        tiers.push(next);
    }
    match (fields.get("price_pence"), tiers.is_empty()) {
        (Some(price), true) => {
            if let Some(kind) = fields.get("kind") {
                return Err(
                    kind.problem("is a kind of tiers, and there are none", "add `tiers` or leave `kind` out")
                );
            }
            Ok(Price::Total(price.whole(0, MOST_PENCE)?))
        }
        (None, false) => Ok(Price::Tiers(fields.or("kind", Kind::AllUnits, kind)?, tiers)),
        (Some(_), false) => Err(fields.at.problem("asks two prices", "write price_pence or tiers, not both")),
        (None, true) => Err(fields.at.problem("asks no price", "add `price_pence` or `tiers`")),
    }
}

fn tier(at: &At<'_>) -> Result<Tier, Problem> {
    let fields = at.object(&TIER)?;
    Ok(Tier {
        min_quantity: fields.need("min_quantity")?.whole(0, MOST_QUANTITY)?,
        unit_price: fields.need("unit_price_pence")?.scaled(2, (0, 10_000_000_000))?,
    })
}

fn kind(at: &At<'_>) -> Result<Kind, Problem> {
    match at.text()? {
        "all-units" => Ok(Kind::AllUnits),
        "incremental" => Ok(Kind::Incremental),
        _ => Err(at.problem("is no kind of tiers", "write all-units or incremental")),
    }
}

fn constraints(at: &At<'_>, lots: &Places, suppliers: &mut Suppliers) -> Result<Constraints, Problem> {
    let fields = at.object(&CONSTRAINTS)?;
    let most = fields.or("max_suppliers", None, |at| at.whole(1, 1_000_000).map(Some))?;
    let of = fields.or("share_of", ShareOf::Value, share_of)?;
    let max_share = fields.or("max_share_per_supplier", None, |at| at.scaled(6, (0, 1)).map(Some))?;
    if let (None, Some(at)) = (max_share, fields.get("share_of")) {
        return Err(at.problem("says of what a share is that is not given", "add `max_share_per_supplier`"));
    }
    let mut switching = Vec::new();
    for (name, at) in fields.get("switching_cost_pence").map_or(Ok(Vec::new()), |at| at.entries())? {
        switching.push((suppliers.named(name.trim().to_owned()), at.whole(0, MOST_PENCE)?));
    }
    Ok(Constraints {
        max_suppliers: most.and_then(|it| usize::try_from(it).ok()),
        max_share: max_share.map(|ppm| Share { ppm, of }),
        excluded: fields.each("excluded", |at| veto(at, lots, suppliers))?,
        switching,
    })
}

fn share_of(at: &At<'_>) -> Result<ShareOf, Problem> {
    match at.text()? {
        "value" => Ok(ShareOf::Value),
        "quantity" => Ok(ShareOf::Quantity),
        "lots" => Ok(ShareOf::Lots),
        _ => Err(at.problem("is nothing that shares are of", "write value, quantity or lots")),
    }
}

fn veto(at: &At<'_>, lots: &Places, suppliers: &mut Suppliers) -> Result<Veto, Problem> {
    let fields = at.object(&VETO)?;
    Ok(Veto {
        supplier: suppliers.place(&fields.need("supplier")?)?,
        lot: place(&fields.need("lot")?, "lot", lots)?,
        organisation: fields.or("organisation", String::new(), At::code)?,
    })
}
