//! The cover that forecast gaps would need and what it would cost, beside the cover that was observed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use muster_kit::{Action, Actor, Resource, Result};

use super::{Deps, reference, year};
use crate::{
    domain::{
        AllIn, Cover, CoverRule, Filling, Reference, Supply,
        cover::{cover, percentiles},
        in_force,
        projection::Interval,
        spend_table::share,
        words::plain,
    },
    store::{
        cells, codec,
        entity::spend_cell,
        gaps::{self, Gap, Head, Wanted},
    },
};

/// Months of shifts that are too few to tell how shifts are filled.
const FEW_MONTHS: usize = 3;

/// Where fill, mix and hourly costs are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// The organisation's own shifts.
    Organisation,
    /// The shifts of all organisations together.
    All,
    /// The cover rules.
    Rule,
}

/// Cover as shift lines show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observed {
    /// ODS code; empty = all together.
    pub(crate) organisation: String,
    /// First and last month.
    pub(crate) months: (String, String),
    /// Minutes of bank, agencies and nobody.
    pub(crate) minutes: [i64; 3],
    /// Pence of bank and agencies as the lines have it.
    pub(crate) pence: [i64; 2],
}

/// A gap with the cover that it would need.
pub(crate) struct Covered {
    pub(crate) head: Head,
    pub(crate) gap: Gap,
    pub(crate) staff_group: String,
    pub(crate) filling: Filling,
    pub(crate) cover: Cover,
    pub(crate) basis: Basis,
    pub(crate) observed: Option<Observed>,
    pub(crate) caveats: Vec<String>,
}

/// The answer.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) rows: Vec<Covered>,
    pub(crate) years: Vec<i64>,
    pub(crate) scenarios: Vec<String>,
    pub(crate) caveats: Vec<String>,
}

/// Works out the cover of the gaps that are wanted; without a year, those of the last one.
///
/// # Errors
/// Forbidden, or what the database says.
pub(crate) async fn list_cover(deps: &Deps, actor: &Actor, mut wanted: Wanted) -> Result<Found> {
    deps.permit(actor, Action::Read, Resource::new("cover", wanted.node.clone())).await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let scenarios = gaps::scenarios(conn, &scope).await?;
    let years = gaps::years(conn, &scope, (&wanted.scenario, &wanted.level)).await?;
    // a forecast that is stored between the two reads would otherwise be given with all its years
    let Some(year) = wanted.year.or_else(|| years.last().copied()) else {
        return Ok(Found { years, scenarios, ..Found::default() });
    };
    wanted.year = Some(year);
    let gaps = gaps::list(conn, &scope, &wanted).await?;
    if gaps.is_empty() {
        return Ok(Found { years, scenarios, ..Found::default() });
    }
    let reference = reference(conn, &scope, None).await?.reference;
    let mut shifts = Shifts::default();
    if let Some(days) = year::last_year(conn, &scope).await? {
        let (from, until) = year::months(days);
        let wanted = cells::Wanted { organisation: None, from: &from, until: &until };
        let rows = cells::list(conn, &scope, &wanted).await?;
        let sums = year::sums(conn, &scope, "", days).await?;
        let costs = year::costs(&reference.on_costs, &sums, |sum| {
            let group = plain(&sum.staff_group);
            vec![(sum.organisation.clone(), group.clone()), (String::new(), group)]
        })?;
        shifts = Shifts::of(&rows, costs, (from, until))?;
    }
    let mut found = Found { years, scenarios, ..Found::default() };
    let mut without: BTreeSet<String> = BTreeSet::new();
    for (head, gap) in gaps {
        match rule(&reference, &gap) {
            Some(rule) => found.rows.push(shifts.cover(rule, head, gap)),
            None => {
                without.insert(gap.role);
            }
        }
    }
    found.caveats.extend(without.into_iter().map(|role| {
        format!("no cover rule for role {role}: import cover-rules that name its group of staff")
    }));
    Ok(found)
}

/// The rule in force when the forecast year begins.
fn rule<'a>(reference: &'a Reference, gap: &Gap) -> Option<&'a CoverRule> {
    let year = i16::try_from(gap.year).ok()?;
    let on = date((year - 1).clamp(1, 9_998), 4, 1);
    in_force(&reference.cover_rules, on, |rule| rule.role == gap.role).map(|rule| &rule.value)
}

/// Minutes of a month by bank, agencies and nobody.
type Month = [i64; 3];

/// What is known of an organisation's shifts of a group of staff; an empty code is all organisations.
#[derive(Default)]
struct Known {
    months: BTreeMap<String, Month>,
    pence: [i64; 2],
    costs: [AllIn; 2],
}

/// What is known of shifts, by organisation and group of staff.
#[derive(Default)]
struct Shifts {
    known: BTreeMap<(String, String), Known>,
    months: (String, String),
}

impl Shifts {
    fn of(
        rows: &[spend_cell::Model],
        costs: BTreeMap<(String, String), [AllIn; 2]>,
        months: (String, String),
    ) -> Result<Self> {
        let mut known: BTreeMap<(String, String), Known> = BTreeMap::new();
        for row in rows {
            let place = match codec::supply(row.supply)? {
                Supply::Bank | Supply::SharedBank => 0,
                Supply::Agency => 1,
                Supply::Unfilled => 2,
                Supply::Cancelled => continue,
            };
            for organisation in [row.organisation.as_str(), ""] {
                let of = known.entry((organisation.to_owned(), plain(&row.staff_group))).or_default();
                of.months.entry(row.month.clone()).or_default()[place] += row.minutes;
                if let Some(pence) = of.pence.get_mut(place) {
                    *pence += row.pence;
                }
            }
        }
        for (key, costs) in costs {
            known.entry(key).or_default().costs = costs;
        }
        Ok(Self { known, months })
    }

    fn cover(&self, rule: &CoverRule, head: Head, gap: Gap) -> Covered {
        let group = plain(&rule.staff_group);
        let of = |organisation: &str| {
            self.known
                .get(&(organisation.to_owned(), group.clone()))
                .filter(|known| known.months.len() >= FEW_MONTHS)
        };
        let (basis, known) = match (of(&gap.node), of("")) {
            (Some(own), _) => (Basis::Organisation, Some(own)),
            (None, Some(all)) => (Basis::All, Some(all)),
            (None, None) => (Basis::Rule, None),
        };
        let mut caveats = Vec::new();
        let filling = known.map_or_else(|| by_rule(rule), |known| known.filling(rule, &mut caveats));
        match basis {
            Basis::Organisation => {}
            Basis::All => caveats.push(format!(
                "{} posts too few shifts of {}: those of all organisations together stand for it",
                gap.node, rule.staff_group
            )),
            Basis::Rule => caveats.push(format!(
                "no shifts of {} are known: shares and costs are those of the cover rules",
                rule.staff_group
            )),
        }
        if gap.placeholder != 0 {
            caveats.push("the make-up of the node is a stand-in".to_owned());
        }
        let code = if basis == Basis::Organisation { gap.node.clone() } else { String::new() };
        let observed = known.map(|known| known.observed(code, self.months.clone()));
        let interval = Interval { p10: gap.p10, p50: gap.p50, p90: gap.p90 };
        let cover = cover(interval, &filling);
        let staff_group = rule.staff_group.clone();
        Covered { head, gap, staff_group, filling, cover, basis, observed, caveats }
    }
}

fn by_rule(rule: &CoverRule) -> Filling {
    let CoverRule { hours, fill, bank, bank_hour, agency_hour, .. } = *rule;
    Filling { hours, fill, bank, bank_hour, agency_hour }
}

impl Known {
    /// Shares as the months spread, costs as the year's mean; what shifts do not tell is the rule's.
    fn filling(&self, rule: &CoverRule, caveats: &mut Vec<String>) -> Filling {
        let mut filling = by_rule(rule);
        let worked = |month: &Month| month[0] + month[1];
        let shares = |part: fn(&Month) -> i64, whole: &dyn Fn(&Month) -> i64| {
            let of = self.months.values().filter_map(|month| share(part(month), whole(month)));
            percentiles(of.collect())
        };
        let asked = |month: &Month| worked(month) + month[2];
        let fill = shares(|month| month[0] + month[1], &asked);
        let bank = shares(|month| month[0], &worked);
        filling.fill = fill.unwrap_or(filling.fill);
        filling.bank = bank.unwrap_or(filling.bank);
        for (of, who, into) in [
            (self.costs[0], "the bank", &mut filling.bank_hour),
            (self.costs[1], "agencies", &mut filling.agency_hour),
        ] {
            match of.hour() {
                Some(pence) => *into = pence,
                None => caveats.push(format!("no price of {who} is known: the cover rule's is taken")),
            }
        }
        filling
    }

    fn observed(&self, organisation: String, months: (String, String)) -> Observed {
        let mut minutes = [0; 3];
        for month in self.months.values() {
            for (sum, of) in minutes.iter_mut().zip(month) {
                *sum += of;
            }
        }
        Observed { organisation, months, minutes, pence: self.pence }
    }
}
