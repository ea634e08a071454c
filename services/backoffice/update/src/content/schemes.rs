//! Schemes of the tracker, gathered from their figures: `scheme/NAME/MEASURE`.

use std::collections::BTreeMap;

use super::{book::Book, rag::Rag};
use crate::edition::Figure;

/// A scheme, or several together; pence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scheme<'a> {
    pub(crate) title: &'a str,
    pub(crate) programme: &'a str,
    /// Part-year effect of the plan.
    pub(crate) pye: i128,
    /// Full-year effect.
    pub(crate) fye: i128,
    /// What next year adds without anybody doing more.
    pub(crate) carry_forward: i128,
    /// What came once and is gone next year.
    pub(crate) new_gap: i128,
    pub(crate) risk_adjusted: i128,
    pub(crate) plan_to_date: i128,
    pub(crate) actual_to_date: i128,
    pub(crate) plan_year: i128,
    pub(crate) forecast_year: i128,
    /// Every figure of it.
    pub(crate) figures: Vec<&'a Figure>,
}

impl<'a> Scheme<'a> {
    fn add(&mut self, measure: &str, of: &'a Figure) {
        let place = match measure {
            "pye" => &mut self.pye,
            "fye" => &mut self.fye,
            "carry-forward" => &mut self.carry_forward,
            "new-gap" => &mut self.new_gap,
            "risk-adjusted" => &mut self.risk_adjusted,
            "plan-to-date" => &mut self.plan_to_date,
            "actual-to-date" => &mut self.actual_to_date,
            "plan-year" => &mut self.plan_year,
            "forecast-year" => &mut self.forecast_year,
            _ => return,
        };
        *place += i128::from(of.value.unwrap_or_default());
        self.figures.push(of);
    }

    fn plus(&mut self, of: &Self) {
        for (sum, it) in [
            (&mut self.pye, of.pye),
            (&mut self.fye, of.fye),
            (&mut self.carry_forward, of.carry_forward),
            (&mut self.new_gap, of.new_gap),
            (&mut self.risk_adjusted, of.risk_adjusted),
            (&mut self.plan_to_date, of.plan_to_date),
            (&mut self.actual_to_date, of.actual_to_date),
            (&mut self.plan_year, of.plan_year),
            (&mut self.forecast_year, of.forecast_year),
        ] {
            *sum += it;
        }
        self.figures.extend(&of.figures);
    }

    /// The part of the part-year effect that comes again: what came once is a gap next year.
    pub(crate) fn recurrent(&self) -> i128 {
        self.pye - self.new_gap
    }

    /// Green to date, and red for the year: the usual deception.
    pub(crate) fn deceives(&self) -> bool {
        self.to_date() == Some(Rag::Green) && self.year() == Some(Rag::Red)
    }

    pub(crate) fn to_date(&self) -> Option<Rag> {
        Rag::of(self.actual_to_date, self.plan_to_date)
    }

    pub(crate) fn year(&self) -> Option<Rag> {
        Rag::of(self.forecast_year, self.plan_year)
    }
}

/// Schemes of an edition by name.
pub(crate) fn schemes<'a>(book: &Book<'a>) -> Vec<Scheme<'a>> {
    let mut schemes: BTreeMap<&str, Scheme<'a>> = BTreeMap::new();
    for it in book.under("scheme/") {
        let Some((name, measure)) = it.key["scheme/".len()..].rsplit_once('/') else { continue };
        let scheme = schemes.entry(name).or_default();
        // the title of a figure is the scheme's with the measure behind it
        scheme.title = it.title.rsplit_once(": ").map_or(it.title.as_str(), |(title, _)| title);
        scheme.programme = &it.base;
        scheme.add(measure, it);
    }
    schemes.into_values().collect()
}

/// Schemes by programme.
pub(crate) fn by_programme<'a>(schemes: &[Scheme<'a>]) -> BTreeMap<&'a str, Scheme<'a>> {
    let mut programmes: BTreeMap<&str, Scheme<'a>> = BTreeMap::new();
    for scheme in schemes {
        programmes.entry(scheme.programme).or_default().plus(scheme);
    }
    programmes
}

/// All schemes together.
pub(crate) fn whole<'a>(schemes: &[Scheme<'a>]) -> Scheme<'a> {
    let mut whole = Scheme::default();
    for it in schemes {
        whole.plus(it);
    }
    whole
}
