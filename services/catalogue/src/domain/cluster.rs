//! Groups of records of the same item, by what people confirmed. A group is called by the lowest number in it: numbers count up and
//! are never given again, so that records which come later and have nothing to do with a group never change its name.

use std::collections::{BTreeMap, BTreeSet};

/// The group of every item that is linked, by the lowest number in it.
pub fn clusters(links: impl IntoIterator<Item = (i64, i64)>) -> BTreeMap<i64, i64> {
    let mut parent: BTreeMap<i64, i64> = BTreeMap::new();
    for (one, other) in links {
        let (one, other) = (root(&mut parent, one), root(&mut parent, other));
        // the lower number stays the root, whatever order links come in
        parent.insert(one.max(other), one.min(other));
    }
    let items: Vec<i64> = parent.keys().copied().collect();
    items.into_iter().map(|item| (item, root(&mut parent, item))).collect()
}

fn root(parent: &mut BTreeMap<i64, i64>, item: i64) -> i64 {
    let mut at = item;
    loop {
        let up = *parent.entry(at).or_insert(at);
        if up == at {
            break;
        }
        at = up;
    }
    let mut on = item;
    while let Some(up) = parent.insert(on, at).filter(|up| *up != at) {
        on = up;
    }
    at
}

/// Items that hang together with some items over the links, those among them.
pub fn together(from: impl IntoIterator<Item = i64>, links: &[(i64, i64)]) -> BTreeSet<i64> {
    let mut beside: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (one, other) in links {
        beside.entry(*one).or_default().push(*other);
        beside.entry(*other).or_default().push(*one);
    }
    let mut found = BTreeSet::new();
    let mut open: Vec<i64> = from.into_iter().collect();
    while let Some(item) = open.pop() {
        if found.insert(item) {
            open.extend(beside.get(&item).into_iter().flatten());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_do_not_depend_on_order_nor_on_what_comes_later(
            links in prop::collection::vec((1_i64..40, 1_i64..40), 0..40),
            later in prop::collection::vec((100_i64..140, 100_i64..140), 0..40),
        ) {
            let found = clusters(links.iter().copied());
            let mut turned: Vec<(i64, i64)> = links.iter().map(|(one, other)| (*other, *one)).collect();
            turned.reverse();
            turned.extend(later);
            let more = clusters(turned);
            for (item, cluster) in &found {
                prop_assert_eq!(more.get(item), Some(cluster));
                let same: BTreeSet<i64> = found.iter().filter(|(_, it)| *it == cluster).map(|(it, _)| *it).collect();
                prop_assert_eq!(same.first(), Some(cluster));
                prop_assert_eq!(&together([*item], &links), &same);
            }
        }
    }
}
