//! Who took over from whom, with shares. A practice that ends takes its history to its successors.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muster_kit::OrgCode;

/// A whole, in parts per million.
pub const WHOLE_PPM: i64 = 1_000_000;

/// One organisation taking over a share of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Succession {
    /// The organisation that ended.
    pub predecessor: OrgCode,
    /// The organisation that took over.
    pub successor: OrgCode,
    /// Share of the predecessor that went to this successor, in parts per million.
    pub share_ppm: i64,
    /// The first day of the new state.
    pub on: Date,
}

/// What is wrong with a set of successions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuccessionFault {
    /// The shares of a predecessor do not make a whole.
    #[error("the shares of {predecessor} add up to {sum_ppm} parts per million, not to 1,000,000")]
    Shares {
        /// Whose shares.
        predecessor: OrgCode,
        /// Their sum in parts per million.
        sum_ppm: i64,
    },
    /// Following the successions leads back to where it started.
    #[error("{predecessor} would follow itself: {chain}")]
    Cycle {
        /// Where it starts and ends.
        predecessor: OrgCode,
        /// The way round.
        chain: String,
    },
}

impl SuccessionFault {
    /// Whose successions are wrong.
    pub fn predecessor(&self) -> &OrgCode {
        match self {
            Self::Shares { predecessor, .. } | Self::Cycle { predecessor, .. } => predecessor,
        }
    }
}

/// A set of successions that holds together: shares make a whole and nothing follows itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Successions {
    by_predecessor: BTreeMap<OrgCode, Vec<Succession>>,
}

impl Successions {
    /// Checks a set.
    ///
    /// # Errors
    /// Every fault found, by predecessor.
    pub fn new(rows: impl IntoIterator<Item = Succession>) -> Result<Self, Vec<SuccessionFault>> {
        let mut by_predecessor: BTreeMap<OrgCode, Vec<Succession>> = BTreeMap::new();
        for row in rows {
            by_predecessor.entry(row.predecessor.clone()).or_default().push(row);
        }
        for rows in by_predecessor.values_mut() {
            rows.sort();
        }
        let set = Self { by_predecessor };
        let faults: Vec<SuccessionFault> = set.wrong_shares().chain(set.cycles()).collect();
        if faults.is_empty() { Ok(set) } else { Err(faults) }
    }

    /// All of them, by predecessor and successor.
    pub fn iter(&self) -> impl Iterator<Item = &Succession> {
        self.by_predecessor.values().flatten()
    }

    /// The successions of one predecessor.
    pub fn of(&self, predecessor: &OrgCode) -> &[Succession] {
        self.by_predecessor.get(predecessor).map_or(&[], Vec::as_slice)
    }

    /// Who holds what was the organisation's, as of a day: its successors and theirs, with shares that make a whole.
    /// An organisation without succession by then holds itself.
    pub fn heirs(&self, code: &OrgCode, as_of: Date) -> BTreeMap<OrgCode, i64> {
        let mut heirs = BTreeMap::new();
        self.pass_on(code, WHOLE_PPM, as_of, &mut heirs);
        heirs
    }

    fn pass_on(&self, code: &OrgCode, ppm: i64, as_of: Date, heirs: &mut BTreeMap<OrgCode, i64>) {
        let due: Vec<&Succession> = self.of(code).iter().filter(|row| row.on <= as_of).collect();
        if due.iter().map(|row| row.share_ppm).sum::<i64>() != WHOLE_PPM {
            *heirs.entry(code.clone()).or_default() += ppm;
            return;
        }
        // the last successor gets what is left, so that rounding loses nothing
        let mut left = ppm;
        for (place, row) in due.iter().enumerate() {
            let part = if place + 1 == due.len() { left } else { ppm * row.share_ppm / WHOLE_PPM };
            left -= part;
            self.pass_on(&row.successor, part, as_of, heirs);
        }
    }

    fn wrong_shares(&self) -> impl Iterator<Item = SuccessionFault> {
        self.by_predecessor.iter().filter_map(|(predecessor, rows)| {
            let sum_ppm = rows.iter().map(|row| row.share_ppm).sum();
            (sum_ppm != WHOLE_PPM)
                .then(|| SuccessionFault::Shares { predecessor: predecessor.clone(), sum_ppm })
        })
    }

    fn cycles(&self) -> impl Iterator<Item = SuccessionFault> {
        self.by_predecessor.keys().filter_map(|start| {
            let mut way = vec![start.clone()];
            self.way_back(start, start, &mut BTreeSet::new(), &mut way).then(|| SuccessionFault::Cycle {
                predecessor: start.clone(),
                chain: way.iter().map(OrgCode::as_str).collect::<Vec<_>>().join(" > "),
            })
        })
    }

    /// Depth first from `at`; leaves in `way` the codes from the start back to the start.
    fn way_back(
        &self,
        start: &OrgCode,
        at: &OrgCode,
        seen: &mut BTreeSet<OrgCode>,
        way: &mut Vec<OrgCode>,
    ) -> bool {
        for row in self.of(at) {
            way.push(row.successor.clone());
            if &row.successor == start {
                return true;
            }
            if seen.insert(row.successor.clone()) && self.way_back(start, &row.successor, seen, way) {
                return true;
            }
            way.pop();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn code(n: usize) -> OrgCode {
        OrgCode::new(&format!("Z9{n:04}")).unwrap()
    }

    fn row(predecessor: usize, successor: usize, share_ppm: i64) -> Succession {
        let year = 2015 + i16::try_from(predecessor).unwrap();
        Succession {
            predecessor: code(predecessor),
            successor: code(successor),
            share_ppm,
            on: date(year, 9, 12),
        }
    }

    #[test]
    fn shares_must_make_a_whole() {
        let faults = Successions::new([row(1, 2, 600_000), row(1, 3, 300_000)]).unwrap_err();
        assert_eq!(faults, [SuccessionFault::Shares { predecessor: code(1), sum_ppm: 900_000 }]);
    }

    #[test]
    fn nothing_follows_itself() {
        let faults =
            Successions::new([row(1, 2, WHOLE_PPM), row(2, 3, WHOLE_PPM), row(3, 1, WHOLE_PPM)]).unwrap_err();
        assert_eq!(faults.len(), 3);
        assert_eq!(faults[0].to_string(), "Z90001 would follow itself: Z90001 > Z90002 > Z90003 > Z90001");
        assert!(Successions::new([row(1, 1, WHOLE_PPM)]).is_err());
    }

    #[test]
    fn a_chain_is_followed_as_of_a_day() {
        let set = Successions::new([row(1, 2, 600_000), row(1, 3, 400_000), row(2, 4, WHOLE_PPM)]).unwrap();
        let heirs = |day| set.heirs(&code(1), day).into_iter().collect::<Vec<_>>();
        assert_eq!(heirs(date(2016, 9, 11)), [(code(1), WHOLE_PPM)]);
        assert_eq!(heirs(date(2016, 9, 12)), [(code(2), 600_000), (code(3), 400_000)]);
        assert_eq!(heirs(date(2017, 9, 12)), [(code(3), 400_000), (code(4), 600_000)]);
    }

    proptest! {
        /// Whatever the successions, nothing of a predecessor is lost or doubled on its way to the heirs.
        #[test]
        fn heirs_hold_the_whole(
            splits in prop::collection::vec((1usize..4, 1i64..1_000_000), 1..8),
            day in 0i16..12,
        ) {
            // practice n passes to n+1 and n+1+k, so there is no cycle
            let rows: Vec<Succession> = splits.iter().enumerate().flat_map(|(n, (step, share))| {
                [row(n, n + 1, *share), row(n, n + 1 + step, WHOLE_PPM - share)]
            }).collect();
            let set = Successions::new(rows).unwrap();
            let heirs = set.heirs(&code(0), date(2014 + day, 12, 31));
            prop_assert_eq!(heirs.values().sum::<i64>(), WHOLE_PPM);
            prop_assert!(heirs.values().all(|share| *share >= 0));
        }
    }
}
