//! What an organisation pays for one consumable unit against what others pay for the same item.
//!
//! Compared are purchases of one year, of one group of confirmed same items, bought the same way. What does not fit stands aside with
//! its reason: a pack that contradicts itself, a price many times above or below the others (a wrong unit, or another pack), a
//! quantity so small that its price says nothing (a pallet bought in error once looked best in class). The figures of others are
//! quantiles over at least three organisations.

use std::collections::BTreeMap;

use super::ratio::Ratio;

/// Organisations whose prices a quantile needs at least.
pub const LEAST_PEERS: usize = 3;

/// A price is out of line when it is so many times the median of the organisations, or the median so many times it.
const OUT_OF_LINE: i64 = 5;

/// A comparator must have bought at least one such part of what organisations buy in the middle.
const LEAST_PART: i128 = 10;

/// Purchases of an organisation at one price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bought {
    /// Whose record it is: who may see the price. Several organisations may have their records kept by one.
    pub owner: String,
    /// Who bought, by ODS code.
    pub organisation: String,
    /// The item, by number.
    pub item: i64,
    /// Group of same items.
    pub cluster: i64,
    /// Way that it was bought; empty = not said.
    pub channel: String,
    /// Consumable units, in 1/1000; why there is no number of them.
    pub consumables: Result<i64, &'static str>,
    /// What was paid, in pence.
    pub pence: i64,
}

/// A line that stands aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// The line.
    pub bought: Bought,
    /// Why.
    pub reason: &'static str,
}

/// An organisation's purchases of a group of items, against the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose record it is.
    pub owner: String,
    /// Who bought.
    pub organisation: String,
    /// An item of it, by number: the one most was paid for.
    pub item: i64,
    /// Group of same items.
    pub cluster: i64,
    /// Way that it was bought.
    pub channel: String,
    /// Consumable units, in 1/1000.
    pub consumables: i64,
    /// Pence.
    pub pence: i64,
    /// What was paid for 1,000 consumable units, in 1/100 pence.
    pub paid: i64,
    /// The others, where there are enough of them.
    pub peers: Option<Peers>,
    /// How many others count.
    pub peer_count: usize,
    /// Paid above the lower quartile, times quantity, in pence; 0 without peers.
    pub opportunity: i64,
}

/// What others pay for 1,000 consumable units, in 1/100 pence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peers {
    /// Least, where whoever sees the row keeps the records of all of them: the least price is always somebody's own.
    pub minimum: Option<i64>,
    /// Median; of three prices that somebody else keeps it would be one of them, and is not told.
    pub median: Option<i64>,
    /// Lower quartile.
    pub lower_quartile: i64,
}

/// What comes of purchases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Most opportunity first.
    pub rows: Vec<Row>,
    /// What stands aside.
    pub aside: Vec<Aside>,
}

/// Compares purchases of a year.
pub fn compare(bought: Vec<Bought>) -> Found {
    let mut groups: BTreeMap<(i64, String), Vec<Bought>> = BTreeMap::new();
    for one in bought {
        groups.entry((one.cluster, one.channel.clone())).or_default().push(one);
    }
    let mut found = Found::default();
    for ((cluster, channel), group) in groups {
        let sums = sums(group, &mut found.aside);
        found.rows.extend(rows((cluster, &channel), &sums));
    }
    found.rows.sort_by(|one, other| {
        let key = |row: &Row| (std::cmp::Reverse(row.opportunity), row.cluster, row.organisation.clone());
        key(one).cmp(&key(other))
    });
    found
}

/// Pence and consumables of an organisation.
#[derive(Default)]
struct Sum {
    consumables: i128,
    pence: i128,
    most: (i64, i64),
}

impl Sum {
    fn price(&self) -> Option<Ratio> {
        Ratio::new(self.pence * 100_000, self.consumables).filter(|_| self.consumables > 0)
    }
}

/// Sums by owner and organisation of what can be compared.
fn sums(group: Vec<Bought>, aside: &mut Vec<Aside>) -> BTreeMap<(String, String), Sum> {
    let (mut kept, mut prices) = (Vec::new(), BTreeMap::<_, Vec<Ratio>>::new());
    for one in group {
        let reason = match one.consumables {
            Err(reason) => Some(reason),
            Ok(many) if many <= 0 || one.pence <= 0 => Some("sent back, or given without a price"),
            Ok(_) => None,
        };
        if let Some(reason) = reason {
            aside.push(Aside { bought: one, reason });
        } else {
            prices.entry(key(&one)).or_default().extend(price(&one));
            kept.push(one);
        }
    }
    let each: Vec<Ratio> = prices.into_values().filter_map(median_of).collect();
    let middle = if each.len() < LEAST_PEERS { None } else { median_of(each) };
    let mut sums: BTreeMap<(String, String), Sum> = BTreeMap::new();
    for one in kept {
        if middle.zip(price(&one)).is_some_and(|(middle, price)| out_of_line(price, middle)) {
            let reason = "many times above or below what organisations pay: is the unit or the pack right?";
            aside.push(Aside { bought: one, reason });
            continue;
        }
        let sum = sums.entry(key(&one)).or_default();
        sum.consumables += i128::from(one.consumables.unwrap_or(0));
        sum.pence += i128::from(one.pence);
        sum.most = sum.most.max((one.pence, one.item));
    }
    sums
}

fn key(one: &Bought) -> (String, String) {
    (one.owner.clone(), one.organisation.clone())
}

fn price(one: &Bought) -> Option<Ratio> {
    Ratio::new(i128::from(one.pence) * 100_000, one.consumables.ok()?.into())
}

fn out_of_line(price: Ratio, middle: Ratio) -> bool {
    let times = |it: Ratio| it.times(Ratio::whole(OUT_OF_LINE));
    times(middle).is_some_and(|most| price > most) || times(price).is_some_and(|most| middle > most)
}

/// A row for each of the sums of a group.
fn rows((cluster, channel): (i64, &str), sums: &BTreeMap<(String, String), Sum>) -> Vec<Row> {
    let mut quantities: Vec<i128> = sums.values().map(|sum| sum.consumables).collect();
    quantities.sort_unstable();
    let usual = quantities.get(quantities.len() / 2).copied().unwrap_or(0);
    let whole = |value: i128| i64::try_from(value).unwrap_or(i64::MAX);
    let row = |((owner, organisation), sum): (&(String, String), &Sum)| {
        let counts = |((_, other), it): &(&(String, String), &Sum)| {
            other != organisation && it.consumables * LEAST_PART >= usual
        };
        // whoever keeps records of others knows these: a quantile over them and one more would tell that one's price
        let mut foreign: BTreeMap<&str, Ratio> = BTreeMap::new();
        for ((_, other), it) in sums.iter().filter(counts).filter(|((by, _), _)| by != owner) {
            if let Some(price) = it.price() {
                foreign.entry(other).or_insert(price);
            }
        }
        let own = foreign.is_empty();
        let others: Vec<Ratio> = if own {
            sums.iter().filter(counts).filter_map(|(_, it)| it.price()).collect()
        } else {
            foreign.into_values().collect()
        };
        // 1,000 consumable units are a million of their thousandths
        let paid = sum.price().map_or(0, |it| it.rounded(1_000));
        let peer_count = others.len();
        let peers = quantiles(others, own);
        let above = peers.map_or(0, |peers| (paid - peers.lower_quartile).max(0));
        let opportunity = Ratio::new(i128::from(above) * sum.consumables, 100_000_000);
        Row {
            owner: owner.clone(),
            organisation: organisation.clone(),
            item: sum.most.1,
            cluster,
            channel: channel.to_owned(),
            consumables: whole(sum.consumables),
            pence: whole(sum.pence),
            paid,
            peers,
            peer_count,
            opportunity: opportunity.map_or(0, |it| it.rounded(1)),
        }
    };
    sums.iter().map(row).collect()
}

/// Quantiles by linear interpolation between the ordered prices (Hyndman and Fan's definition 7), rounded to 1/100 pence of 1,000
/// units.
fn quantiles(mut prices: Vec<Ratio>, own: bool) -> Option<Peers> {
    if prices.len() < LEAST_PEERS {
        return None;
    }
    prices.sort_unstable();
    let at = |quarters: usize| {
        let place = (prices.len() - 1) * quarters;
        let (low, part) = (place / 4, place % 4);
        let (one, other) =
            (prices[low].rounded(1_000), prices[(low + 1).min(prices.len() - 1)].rounded(1_000));
        let part = i128::try_from(part).unwrap_or(0);
        let value = Ratio::new(i128::from(one) * (4 - part) + i128::from(other) * part, 4);
        value.map_or(0, |it| it.rounded(1))
    };
    let told = own || prices.len() > LEAST_PEERS;
    Some(Peers { minimum: own.then(|| at(0)), median: told.then(|| at(2)), lower_quartile: at(1) })
}

/// The lower middle of at least so many.
fn median_of(values: Vec<Ratio>) -> Option<Ratio> {
    let mut values = values;
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bought(organisation: &str, consumables: i64, pence: i64) -> Bought {
        Bought {
            owner: organisation.into(),
            organisation: organisation.into(),
            item: 1,
            cluster: 1,
            channel: "direct".into(),
            consumables: Ok(consumables * 1_000),
            pence,
        }
    }

    #[test]
    fn the_opportunity_is_above_the_lower_quartile_of_the_others() {
        // for 1,000 units: 10, 8, 6 and 4 pounds
        let found = compare(vec![
            bought("RJ1", 2_000, 2_000),
            bought("RJ2", 1_000, 800),
            bought("RJZ", 1_000, 600),
            bought("RV5", 1_000, 400),
        ]);
        let first = &found.rows[0];
        assert_eq!((first.organisation.as_str(), first.paid, first.peer_count), ("RJ1", 100_000, 3));
        assert_eq!(first.peers, Some(Peers { minimum: None, median: None, lower_quartile: 50_000 }));
        // 5 pounds for each of two thousand
        assert_eq!(first.opportunity, 1_000);
        assert_eq!(found.rows.iter().map(|row| row.opportunity).sum::<i64>(), 1_300);
    }

    #[test]
    fn records_that_somebody_keeps_do_not_help_to_read_the_price_of_another() {
        let kept = |organisation: &str, pence: i64| Bought {
            owner: "RJ1".into(),
            ..bought(organisation, 1_000, pence)
        };
        let found =
            compare(vec![kept("RJ1", 900), kept("AAA", 100), kept("BBB", 2_000), bought("RJ2", 1_000, 777)]);
        let own = found.rows.iter().find(|row| row.organisation == "RJ1").unwrap();
        assert_eq!((own.peer_count, own.peers), (1, None));
        // the same organisation under two keepers is one
        let twice = |owner: &str| Bought { owner: owner.into(), ..bought("RJ2", 1_000, 777) };
        let found =
            compare(vec![bought("RJ1", 1_000, 900), twice("RJ2"), twice("QKK"), bought("RJZ", 1_000, 700)]);
        let own = found.rows.iter().find(|row| row.organisation == "RJ1").unwrap();
        assert_eq!((own.peer_count, own.peers), (2, None));
    }

    #[test]
    fn nothing_is_said_of_fewer_than_three_and_other_ways_of_buying_are_other_groups() {
        let mut other = bought("RV5", 1_000, 400);
        other.channel = "supply-chain".into();
        let found = compare(vec![bought("RJ1", 1, 900), bought("RJ2", 1, 800), bought("RJZ", 1, 600), other]);
        assert!(found.rows.iter().all(|row| row.peers.is_none() && row.opportunity == 0));
    }

    #[test]
    fn a_wrong_pack_and_a_single_pallet_are_no_comparators() {
        let mut broken = bought("RJ1", 0, 100);
        broken.consumables = Err("the pack is not known");
        let found = compare(vec![
            bought("RJ1", 1_000, 1_000),
            broken,
            bought("RJ2", 1_000, 900),
            bought("RJZ", 1_000, 800),
            bought("RV5", 1_000, 700),
            // priced by the box instead of the piece
            bought("RYX", 10, 1_000),
            // cheap, but next to nothing
            bought("QKK", 5, 3),
        ]);
        let reasons: Vec<(&str, &str)> =
            found.aside.iter().map(|it| (it.bought.organisation.as_str(), &it.reason[..4])).collect();
        assert_eq!(reasons, [("RJ1", "the "), ("RYX", "many")]);
        let first = found.rows.iter().find(|row| row.organisation == "RJ1").unwrap();
        assert_eq!(first.peers.unwrap().lower_quartile, 75_000);
    }

    proptest! {
        #[test]
        fn nobody_pays_less_than_nothing_more(lines in prop::collection::vec((0_usize..6, 1_i64..500, 1_i64..50_000), 0..40)) {
            let names = ["RJ1", "RJ2", "RJZ", "RV5", "RYX", "QKK"];
            let lines: Vec<Bought> = lines.into_iter().map(|(at, many, pence)| bought(names[at], many, pence)).collect();
            let total: i64 = lines.iter().map(|it| it.pence).sum();
            let found = compare(lines);
            let kept: i64 = found.rows.iter().map(|row| row.pence).sum();
            let aside: i64 = found.aside.iter().map(|it| it.bought.pence).sum();
            prop_assert_eq!(kept + aside, total);
            for row in &found.rows {
                prop_assert!(row.opportunity >= 0 && row.opportunity <= row.pence + 1);
                prop_assert_eq!(row.peers.is_some(), row.peer_count >= LEAST_PEERS);
            }
        }
    }
}
