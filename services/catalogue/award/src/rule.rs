//! The constraints of a round one by one: what an award costs with each of them and without.

use serde::Serialize;

use crate::document::{Round, ShareOf, Veto};

/// Which of a round's constraints hold.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) max_suppliers: bool,
    pub(crate) max_share: bool,
    pub(crate) vetoes: Vec<bool>,
    /// Of each veto the first one by the same organisation.
    first_by: Vec<usize>,
    pub(crate) switching: Vec<bool>,
}

/// A constraint, or all of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    MaxSuppliers,
    MaxShare,
    /// All vetoes together, or the one at this place.
    Excluded(Option<usize>),
    /// The vetoes of the organisation that the one at this place is by.
    ExcludedBy(usize),
    /// All switching costs together, or the one at this place.
    Switching(Option<usize>),
}

/// Kind of a constraint, by its key in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Most suppliers.
    MaxSuppliers,
    /// Most that a supplier may have.
    MaxSharePerSupplier,
    /// Vetoes.
    Excluded,
    /// Cost of switching.
    SwitchingCostPence,
}

impl Held {
    pub(crate) fn all(round: &Round) -> Self {
        Self {
            max_suppliers: true,
            max_share: true,
            vetoes: vec![true; round.constraints.excluded.len()],
            first_by: first_by(round),
            switching: vec![true; round.constraints.switching.len()],
        }
    }

    /// No constraint at all.
    pub(crate) fn none(round: &Round) -> Self {
        let all = Self::all(round);
        Rule::kinds(round).into_iter().fold(all, Held::without)
    }

    pub(crate) fn without(mut self, rule: Rule) -> Self {
        match rule {
            Rule::MaxSuppliers => self.max_suppliers = false,
            Rule::MaxShare => self.max_share = false,
            Rule::Excluded(None) => self.vetoes.fill(false),
            Rule::Excluded(Some(at)) => self.vetoes[at] = false,
            Rule::ExcludedBy(first) => {
                let own = self.first_by.iter().zip(&mut self.vetoes).filter(|(by, _)| **by == first);
                own.for_each(|(_, held)| *held = false);
            }
            Rule::Switching(None) => self.switching.fill(false),
            Rule::Switching(Some(at)) => self.switching[at] = false,
        }
        self
    }
}

impl Rule {
    /// The kinds that a round has.
    pub(crate) fn kinds(round: &Round) -> Vec<Self> {
        let of = &round.constraints;
        [
            (of.max_suppliers.is_some(), Self::MaxSuppliers),
            (of.max_share.is_some(), Self::MaxShare),
            (!of.excluded.is_empty(), Self::Excluded(None)),
            (!of.switching.is_empty(), Self::Switching(None)),
        ]
        .into_iter()
        .filter_map(|(there, rule)| there.then_some(rule))
        .collect()
    }

    /// The kinds, then vetoes by organisation, then one by one what there are several of.
    pub(crate) fn each(round: &Round) -> Vec<Self> {
        let of = &round.constraints;
        let several = |count: usize| if count > 1 { 0..count } else { 0..0 };
        let by = first_by(round);
        let count = |first: usize| by.iter().filter(|it| **it == first).count();
        let organisations = (0..by.len())
            .filter(|at| by[*at] == *at && !of.excluded[*at].organisation.is_empty())
            .filter(|at| count(*at) > 1 && count(*at) < by.len())
            .map(Self::ExcludedBy);
        let vetoes = several(of.excluded.len()).map(|at| Self::Excluded(Some(at)));
        let switching = several(of.switching.len()).map(|at| Self::Switching(Some(at)));
        Self::kinds(round).into_iter().chain(organisations).chain(vetoes).chain(switching).collect()
    }

    pub(crate) fn kind(self) -> RuleKind {
        match self {
            Self::MaxSuppliers => RuleKind::MaxSuppliers,
            Self::MaxShare => RuleKind::MaxSharePerSupplier,
            Self::Excluded(_) | Self::ExcludedBy(_) => RuleKind::Excluded,
            Self::Switching(_) => RuleKind::SwitchingCostPence,
        }
    }

    /// Does it stand for all of its kind?
    pub(crate) fn whole(self) -> bool {
        !matches!(self, Self::Excluded(Some(_)) | Self::ExcludedBy(_) | Self::Switching(Some(_)))
    }

    /// In words.
    pub(crate) fn words(self, round: &Round) -> String {
        let of = &round.constraints;
        match self {
            Self::MaxSuppliers => format!("at most {} suppliers", of.max_suppliers.unwrap_or(0)),
            Self::MaxShare => of.max_share.map_or_else(String::new, |share| {
                let what = match share.of {
                    ShareOf::Value => "the value",
                    ShareOf::Quantity => "the quantity",
                    ShareOf::Lots => "the lots",
                };
                format!("no supplier above {} of {what}", percent(share.ppm))
            }),
            Self::Excluded(place) => match place.or((of.excluded.len() == 1).then_some(0)) {
                None => format!("all {} vetoes", of.excluded.len()),
                Some(at) => {
                    let veto = &of.excluded[at];
                    let by = if veto.organisation.is_empty() { "" } else { " by " };
                    let (supplier, lot) = (&round.suppliers[veto.supplier], &round.lots[veto.lot].id);
                    format!("veto{by}{}: {supplier} not for {lot}", veto.organisation)
                }
            },
            Self::ExcludedBy(first) => {
                let count = first_by(round).iter().filter(|it| **it == first).count();
                format!("all {count} vetoes by {}", of.excluded[first].organisation)
            }
            Self::Switching(place) => match place.or((of.switching.len() == 1).then_some(0)) {
                None => format!("all {} switching costs", of.switching.len()),
                Some(at) => format!("cost of switching to {}", round.suppliers[of.switching[at].0]),
            },
        }
    }
}

/// Of each veto the first one by the same organisation.
fn first_by(round: &Round) -> Vec<usize> {
    let of = &round.constraints.excluded;
    let first = |veto: &Veto| of.iter().position(|it| it.organisation == veto.organisation).unwrap_or(0);
    of.iter().map(first).collect()
}

/// Ppm as per cent, with as many decimals as it takes.
pub(crate) fn percent(ppm: i64) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}
