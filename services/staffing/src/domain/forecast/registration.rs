//! How many are registered for each who lives in a borough, and how that grows: lists hold people who have left, and grow faster than
//! residents. Need that follows residents is that of the list less what the list outgrows them by.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    inputs::{Inputs, InputsProblem, PatientBasis},
    random::Key,
    range::Range,
};
use crate::domain::{
    missing::PracticeYear,
    residents::{Residents, financial_year, key},
    units::Patients,
};

/// Parameters that only runs by residents are made from begin so.
pub(super) const PARAMETERS: &str = "list.registered-to-resident.";

/// The last count of a borough's residents up to the base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoroughResidents {
    /// Borough, as its practices have it.
    pub borough: String,
    /// Financial year ending that the residents were counted in.
    pub year: i32,
    /// Residents.
    pub residents: i64,
    /// Financial year ending of the lists beside them: the same, or the base where no lists of the same are known.
    pub lists_of: i32,
    /// Registered patients of its practices in that year.
    pub registered: Patients,
}

/// Registered patients and residents of the boroughs that both are known of, in two years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatioGrowth {
    /// The two financial years ending.
    pub years: [i32; 2],
    /// Registered patients.
    pub registered: [Patients; 2],
    /// Residents.
    pub residents: [i64; 2],
}

impl RatioGrowth {
    /// Registered patients for each resident in the first or second year.
    pub fn ratio(&self, at: usize) -> f64 {
        self.registered[at].milli() as f64 / 1e3 / self.residents[at].max(1) as f64
    }

    /// Growth of the ratio a year, as a logarithm.
    fn log_a_year(&self) -> f64 {
        (self.ratio(1) / self.ratio(0)).ln() / self.span()
    }

    fn span(&self) -> f64 {
        f64::from(self.years[1] - self.years[0]).max(1.0)
    }
}

/// What is known of residents at the base; nothing where the registered count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// By borough.
    pub boroughs: Vec<BoroughResidents>,
    /// From each year that both lists and residents are known of to the next.
    pub growth: Vec<RatioGrowth>,
}

/// Registered patients by financial year ending and borough's key.
type Lists = BTreeMap<i32, BTreeMap<String, Patients>>;

fn lists(of: impl Iterator<Item = (i32, String, Patients)>) -> Lists {
    let mut lists = Lists::new();
    for (year, borough, list) in of {
        *lists.entry(year).or_default().entry(borough).or_default() += list;
    }
    lists
}

impl Registration {
    /// Reads what is known up to the base year from residents, from what practices returned, and from the lists of the payments files
    /// (`paid`: borough, financial year ending, list). Two years are compared by one kind of lists: by returns where both years have
    /// them, otherwise by payments.
    pub(crate) fn read<'a>(
        residents: &[Residents],
        known: &[&PracticeYear],
        paid: impl Iterator<Item = (&'a str, i32, Patients)>,
        base: i32,
    ) -> Self {
        if residents.is_empty() {
            return Self::default();
        }
        let counted = lists(known.iter().map(|row| (row.year, key(&row.borough), row.list)));
        let paid =
            lists(paid.filter(|(_, year, _)| *year <= base).map(|(of, year, list)| (year, key(of), list)));
        let mut people: BTreeMap<i32, BTreeMap<String, i64>> = BTreeMap::new();
        let mut in_order: Vec<&Residents> = residents.iter().collect();
        in_order.sort_by_key(|of| of.day);
        for of in in_order.into_iter().filter(|of| financial_year(of.day) <= base && of.residents > 0) {
            people.entry(financial_year(of.day)).or_default().insert(key(&of.borough), of.residents);
        }
        let named: BTreeMap<String, &str> = known
            .iter()
            .filter(|row| row.year == base && !row.borough.is_empty() && row.list.is_positive())
            .map(|row| (key(&row.borough), row.borough.as_str()))
            .collect();
        let boroughs =
            named.iter().filter_map(|(of, name)| last(&people, [&counted, &paid], (of, name, base)));
        Self { boroughs: boroughs.collect(), growth: growth(&people, [&counted, &paid]) }
    }

    /// Registered patients for each resident of a borough; of the whole area for an empty key. None where nobody counted.
    pub(crate) fn ratio(&self, borough: &str) -> Option<f64> {
        let of = self.boroughs.iter().filter(|of| borough.is_empty() || key(&of.borough) == borough);
        let (registered, residents) = of.fold((0.0, 0.0), |sum, of| {
            (sum.0 + of.registered.milli() as f64 / 1e3, sum.1 + of.residents as f64)
        });
        (registered > 0.0 && residents > 0.0).then(|| registered / residents)
    }
}

/// The last count of a borough beside lists of its year; without lists of any such year, the last count beside those of the base.
fn last(
    people: &BTreeMap<i32, BTreeMap<String, i64>>,
    lists: [&Lists; 2],
    (borough, name, base): (&String, &str, i32),
) -> Option<BoroughResidents> {
    let counts = || people.iter().rev().filter_map(|(year, of)| Some((*year, *of.get(borough)?)));
    let list = |year: i32| {
        let of = lists.iter().find_map(|lists| lists.get(&year)?.get(borough));
        of.copied().filter(|list| list.is_positive())
    };
    let found = |(year, residents): (i32, i64), lists_of: i32| {
        let registered = list(lists_of)?;
        Some(BoroughResidents { borough: name.to_owned(), year, residents, lists_of, registered })
    };
    let same = counts().find_map(|count| found(count, count.0));
    same.or_else(|| counts().find_map(|count| found(count, base)))
}

/// From each year with residents to the next, over the boroughs that lists and residents are known of in both.
fn growth(people: &BTreeMap<i32, BTreeMap<String, i64>>, lists: [&Lists; 2]) -> Vec<RatioGrowth> {
    let listed = people.iter().filter(|(year, _)| lists.iter().any(|of| of.contains_key(*year)));
    let years: Vec<(&i32, &BTreeMap<String, i64>)> = listed.collect();
    let pair = |pair: &[(&i32, &BTreeMap<String, i64>)]| {
        let [(before, then), (after, now)] = pair else { return None };
        let (first, second) = lists.iter().find_map(|of| Some((of.get(*before)?, of.get(*after)?)))?;
        let both: BTreeSet<&String> = then
            .keys()
            .filter(|of| now.contains_key(*of))
            .filter(|of| {
                [first, second].iter().all(|lists| lists.get(*of).is_some_and(|list| list.is_positive()))
            })
            .collect();
        let registered = [first, second]
            .map(|lists| both.iter().filter_map(|of| lists.get(*of)).copied().sum::<Patients>());
        let residents = [then, now].map(|people| both.iter().filter_map(|of| people.get(*of)).sum::<i64>());
        (!both.is_empty()).then_some(RatioGrowth { years: [**before, **after], registered, residents })
    };
    years.windows(2).filter_map(pair).collect()
}

/// How much faster the registered list grows than residents, a year, as a logarithm.
///
/// The prior is updated with the years known at the base (normal with known spread, as the growth of lists is). It lasts over the
/// horizon: so does the growth of lists that it is taken off, and were it alone to fade, residents would have to grow ever faster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Outgrowth {
    /// Its middle.
    pub(super) mean: f64,
    /// How far it is known: standard deviation.
    pub(super) sd: f64,
}

impl Outgrowth {
    /// None where the registered count.
    pub(super) fn of(inputs: &Inputs) -> Result<Option<Self>, InputsProblem> {
        if inputs.spec.patients == PatientBasis::Registered {
            return Ok(None);
        }
        let get = |name: &str| inputs.parameters.get(&format!("{PARAMETERS}{name}")).map(Range::of);
        let (prior, observation) = (get("growth")?, get("observation-sd")?.value.max(1e-6));
        let mut precision = prior.sd().max(1e-9).powi(-2);
        let mut weighted = prior.value * precision;
        for growth in &inputs.registration.growth {
            // a mean over several years is known the better
            let weight = growth.span() / observation.powi(2);
            precision += weight;
            weighted += growth.log_a_year() * weight;
        }
        Ok(Some(Self { mean: weighted / precision, sd: precision.powf(-0.5) }))
    }
}

/// What the list outgrows residents by, draw by draw: a factor on the need of all roles.
pub(super) struct Outgrown(Vec<f64>);

impl Outgrown {
    pub(super) fn of(inputs: &Inputs) -> Result<Self, InputsProblem> {
        let Some(growth) = Outgrowth::of(inputs)? else { return Ok(Self(Vec::new())) };
        let key = Key::new(inputs.spec.seed, "registered-to-resident", "list");
        let draw = |draw| growth.mean + growth.sd * key.stream(draw).normal();
        Ok(Self((0..inputs.spec.draws).map(draw).collect()))
    }

    /// Need of residents relative to that of the registered, `year` years after the base; exactly one where the registered count.
    pub(super) fn factor(&self, draw: usize, year: usize) -> f64 {
        self.0.get(draw).map_or(1.0, |growth| (-growth * year as f64).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::ByRole;
    use jiff::civil::date;

    fn row(practice: &str, borough: &str, year: i32, list: i64) -> PracticeYear {
        let list = Patients::from_milli(list * 1_000);
        PracticeYear {
            practice: practice.into(),
            year,
            borough: borough.into(),
            list,
            fte: ByRole::default(),
        }
    }

    fn people(borough: &str, year: i16, residents: i64) -> Residents {
        Residents { borough: borough.into(), day: date(year, 6, 30), residents }
    }

    #[test]
    fn years_are_matched_and_nothing_from_after_the_base_gets_in() {
        let rows = [
            row("A", "East", 2016, 110),
            row("B", "West", 2016, 300),
            row("A", "East", 2018, 132),
            row("B", "West", 2018, 330),
            row("A", "East", 2019, 999),
        ];
        let residents = [
            people("EAST", 2015, 100),
            people("West", 2015, 290),
            people("East", 2017, 110),
            people("East", 2018, 1),
        ];
        let known: Vec<&PracticeYear> = rows.iter().filter(|row| row.year <= 2018).collect();
        let found = Registration::read(&residents, &known, std::iter::empty(), 2018);
        let of: Vec<_> = found
            .boroughs
            .iter()
            .map(|of| (of.borough.as_str(), of.year, of.lists_of, of.residents))
            .collect();
        // the West was not counted again: its last count stands beside the lists of that year
        assert_eq!(of, [("East", 2018, 2018, 110), ("West", 2016, 2016, 290)]);
        assert!((found.ratio("east").unwrap() - 1.2).abs() < 1e-12 && found.ratio("north").is_none());
        let [growth] = found.growth.as_slice() else { panic!("{:?}", found.growth) };
        assert_eq!((growth.years, growth.residents), ([2016, 2018], [100, 110]));
        assert!((growth.log_a_year() - (1.2_f64 / 1.1).ln() / 2.0).abs() < 1e-12);
        let early: Vec<&PracticeYear> = rows.iter().filter(|row| row.year <= 2016).collect();
        let paid = [("east", 2015, Patients::from_milli(105_000)), ("East", 2018, Patients::from_milli(9))];
        let found = Registration::read(&residents, &early, paid.into_iter(), 2016);
        assert!(found.growth.is_empty() && found.boroughs.iter().all(|of| of.year == 2016), "{found:?}");
        // residents older than any list stand beside the lists of the base
        let old = Registration::read(&[people("East", 2011, 100)], &early, std::iter::empty(), 2016);
        assert_eq!((old.boroughs[0].year, old.boroughs[0].lists_of, old.boroughs.len()), (2012, 2016, 1));
    }
}
