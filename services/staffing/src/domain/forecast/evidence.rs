//! What the years up to the base say about how staff moves: turnover, growth, closures. The engine's priors are updated with it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::prepare::closure_weight;
use crate::domain::{
    missing::{LastValues, MissingReturns, PracticeYear, filled_micro},
    role::Role,
    units::whole,
};

/// A practice's list may change by this much, as a logarithm, and still be the same practice for the turnover of its staff.
const SAME_LIST: f64 = 0.15;
/// A change counts as at most so many heads' worth.
const CLIP: f64 = 3.0;
/// A billion, in which logarithms and variances are kept as integers.
const NANO: f64 = 1e9;

/// Growth of a role's FTE over the whole area in one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// Financial year ending at which it ends.
    pub year: i32,
    /// Logarithm of the ratio, in billionths.
    pub log_nano: i64,
}

impl Growth {
    /// As a logarithm.
    pub fn log(&self) -> f64 {
        self.log_nano as f64 / NANO
    }
}

/// Heads of one sex and age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeGroup {
    /// Women, or men.
    pub women: bool,
    /// Youngest age.
    pub from: u8,
    /// Oldest age; absent for an open end, the same as the youngest for a single year.
    pub to: Option<u8>,
    /// Heads.
    pub heads: u32,
    /// FTE in 1/1000, absent when unknown.
    pub fte_milli: Option<i64>,
}

/// The heads of a role over a whole area by sex and age, where the publisher's individual-level file has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// By sex and age; heads of unknown sex or age are left out.
    pub groups: Vec<AgeGroup>,
}

/// Evidence on one role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleEvidence {
    /// Pairs of consecutive years of one practice that turnover is read from.
    pub changes: u32,
    /// Mean of the squared change of a practice's FTE per FTE and FTE per head, in billionths: what turnover adds to the
    /// variance a head and year.
    pub turnover_nano: i64,
    /// FTE of the area in the base year, in 1/1000, codes without patients among it.
    pub total_milli: i64,
    /// Growth of the years up to the base.
    pub growth: Vec<Growth>,
    /// The area's heads by sex and age, newest known at the base.
    #[serde(default)]
    pub people: Option<People>,
}

impl RoleEvidence {
    pub(super) fn turnover(&self) -> f64 {
        self.turnover_nano as f64 / NANO
    }

    pub(super) fn total(&self) -> f64 {
        self.total_milli as f64 / 1e3
    }
}

/// Evidence on all roles of a run, in their order, and on closures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// By role of the spec.
    pub roles: Vec<RoleEvidence>,
    /// Practices that closed from one year to the next.
    pub closed: u32,
    /// Practices at risk over the same years, weighted by how often their size closes, in 1/1000.
    pub exposure_milli: i64,
}

impl Evidence {
    /// Reads the evidence from what practices returned up to the base year, sorted by year and practice. `heads_fte` is the FTE
    /// per head of a role.
    pub fn read(known: &[&PracticeYear], roles: &[Role], heads_fte: impl Fn(Role) -> f64) -> Self {
        let mut years: BTreeMap<i32, Vec<&PracticeYear>> = BTreeMap::new();
        for row in known {
            years.entry(row.year).or_default().push(row);
        }
        let mut evidence = Self {
            roles: roles.iter().map(|role| of_role(&years, *role, heads_fte(*role))).collect(),
            ..Self::default()
        };
        for (before, after) in neighbours(&years) {
            let after: HashMap<&str, &PracticeYear> = by_code(after);
            for row in before.iter().filter(|row| row.list.is_positive()) {
                let list = row.list.milli() as f64 / 1e3;
                evidence.exposure_milli += whole(closure_weight(list) * 1e3);
                let open = after.get(row.practice.as_str()).is_some_and(|after| after.list.is_positive());
                evidence.closed += u32::from(!open);
            }
        }
        evidence
    }

    pub(super) fn closures(&self) -> (f64, f64) {
        (f64::from(self.closed), self.exposure_milli as f64 / 1e3)
    }
}

type Years<'a> = BTreeMap<i32, Vec<&'a PracticeYear>>;

/// Pairs of consecutive years.
fn neighbours<'a, 'b>(
    years: &'b Years<'a>,
) -> impl Iterator<Item = (&'b Vec<&'a PracticeYear>, &'b Vec<&'a PracticeYear>)> {
    years.iter().filter_map(|(year, rows)| Some((rows, years.get(&(year + 1))?)))
}

fn by_code<'a>(rows: &[&'a PracticeYear]) -> HashMap<&'a str, &'a PracticeYear> {
    rows.iter().map(|row| (row.practice.as_str(), *row)).collect()
}

fn of_role(years: &Years<'_>, role: Role, head: f64) -> RoleEvidence {
    let (mut sum, mut changes) = (0.0, 0_u32);
    for (before, after) in neighbours(years) {
        let after = by_code(after);
        for row in before {
            let Some(later) = after.get(row.practice.as_str()) else { continue };
            let (Some(from), Some(to)) = (row.fte[role], later.fte[role]) else { continue };
            let lists = (row.list.milli() as f64, later.list.milli() as f64);
            if !from.is_positive() || !to.is_positive() || lists.0 <= 0.0 || lists.1 <= 0.0 {
                continue;
            }
            if (lists.1 / lists.0).ln().abs() < SAME_LIST {
                let (from, to) = (from.milli() as f64 / 1e3, to.milli() as f64 / 1e3);
                sum += ((to - from) / (from * head).sqrt()).clamp(-CLIP, CLIP).powi(2);
                changes += 1;
            }
        }
    }
    let mut last = LastValues::default();
    let mut totals: Vec<(i32, f64)> = Vec::new();
    for (year, rows) in years {
        for row in rows {
            last.see(row);
        }
        totals.push((*year, total(rows, role, &last)));
    }
    let growth =
        totals.windows(2).filter(|pair| pair[0].0 + 1 == pair[1].0 && pair[0].1 > 0.0 && pair[1].1 > 0.0);
    RoleEvidence {
        changes,
        turnover_nano: whole(sum / f64::from(changes.max(1)) * NANO),
        total_milli: totals.last().map_or(0, |(_, total)| whole(total * 1e3)),
        growth: growth
            .map(|pair| Growth { year: pair[1].0, log_nano: whole((pair[1].1 / pair[0].1).ln() * NANO) })
            .collect(),
        people: None,
    }
}

/// FTE of all codes: those with patients filled, and the staff that lingers at codes whose patients have gone.
fn total(rows: &[&PracticeYear], role: Role, last: &LastValues) -> f64 {
    let filled = filled_micro(rows, role, last, MissingReturns::BoroughMean) as f64 / 1e6;
    let lingering = rows.iter().filter(|row| !row.list.is_positive()).filter_map(|row| row.fte[role]);
    filled + lingering.map(|fte| fte.milli() as f64 / 1e3).sum::<f64>()
}
