use std::collections::{BTreeMap, BTreeSet};

use super::{files, practices};

#[test]
fn the_sample_adds_up_to_the_published_figures() {
    for seed in 0..20 {
        let practices = practices(seed);
        assert_eq!(practices.len(), 246);
        let codes: BTreeSet<&str> = practices.iter().map(|practice| practice.code.as_str()).collect();
        let names: BTreeSet<&str> = practices.iter().map(|practice| practice.name.as_str()).collect();
        assert_eq!((codes.len(), names.len()), (246, 246));
        assert!(names.iter().all(|name| name.ends_with("(sample)")));
        // NHS general practice workforce, year ending 2016: the list of South East London
        assert_eq!(practices.iter().map(|practice| practice.lists[1].1).sum::<i64>(), 1_850_051);
        let mut lcns: BTreeMap<&str, i64> = BTreeMap::new();
        let mut federations: BTreeSet<&str> = BTreeSet::new();
        for practice in &practices {
            *lcns.entry(&practice.lcn).or_default() += practice.lists[1].1;
            federations.insert(&practice.federation);
        }
        assert_eq!((lcns.len(), federations.len()), (23, 15));
        assert!(lcns.values().all(|people| (50_000..=100_000).contains(people)), "{lcns:?}");
        let smallest = practices.iter().map(|practice| practice.lists[1].1).min().unwrap();
        let largest = practices.iter().map(|practice| practice.lists[1].1).max().unwrap();
        assert!(smallest > 1_000 && largest < 27_000, "{smallest} {largest}");
    }
}

#[test]
fn the_same_seed_gives_the_same_files() {
    assert_eq!(files(1), files(1));
    assert_ne!(files(1), files(2));
}
