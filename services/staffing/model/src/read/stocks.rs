//! Stocks: cohorts, who leaves, who joins, who is trained.

use super::Reading;
use muster_document::{Node, Problem, one_of};

use crate::{
    cursor::{At, Fields, Holds as _, Optional as _},
    document::{Cohort, Flow, Measure, Pipeline, Spread, Stock},
    expr::{Expr, Reach},
    profile::Profile,
    shape::{BY_COHORT, COHORT, FLOW, ORDER, PIPELINE, PROFILE, STOCK, UNIT},
};

/// Longest training, in years.
const MAX_LAG: i32 = 30;

impl Reading {
    pub(super) fn read_stocks(&self, named: &[(&str, At<'_>)]) -> Result<Vec<Stock>, Problem> {
        named.iter().zip(&self.stocks).map(|((_, at), (_, cohorts))| self.stock(at, cohorts)).collect()
    }

    fn stock(&self, at: &At<'_>, names: &[String]) -> Result<Stock, Problem> {
        let fields = at.object(&STOCK)?;
        let in_fte = fields.word("unit", &UNIT)? == "FTE";
        let order = fields.word("order", &ORDER)?;
        fields.text("note")?;
        if names.is_empty() {
            return Err(fields.need("cohorts")?.problem("has no cohort", "name at least one, such as `all`"));
        }
        let mut cohorts = Vec::new();
        for (name, place) in fields.named("cohorts")? {
            cohorts.push(self.cohort(name, &place, in_fte)?);
        }
        if let Some(place) = fields.named("cohorts")?.last().and_then(|(_, last)| ageing_of(last)) {
            return Err(
                place.problem("leads beyond the last cohort", "leave it out, or let people leave by a rate")
            );
        }
        let flows = |key: &str| -> Result<Vec<Flow>, Problem> {
            fields.named(key)?.iter().map(|(_, place)| self.flow(place, names)).collect()
        };
        Ok(Stock {
            path: at.path().to_owned(),
            cohorts,
            join_first: order == "join-then-leave",
            outflows: flows("outflows")?,
            inflows: flows("inflows")?,
            pipelines: fields
                .named("pipelines")?
                .iter()
                .map(|(_, place)| self.pipeline(place, names, in_fte))
                .collect::<Result<_, _>>()?,
        })
    }

    fn cohort(&self, name: &str, at: &At<'_>, in_fte: bool) -> Result<Cohort, Problem> {
        let fields = at.object(&COHORT)?;
        for key in ["fte_per_head", "fte_trend"] {
            if let (true, Some(place)) = (in_fte, fields.get(key)) {
                return Err(
                    place.problem("is given for a stock of FTE", "leave it out, or count the stock in heads")
                );
            }
        }
        Ok(Cohort {
            name: name.to_owned(),
            start: self.quantity(&fields.need("start")?, Reach::Parameters)?,
            fte_per_head: self.or(fields.get("fte_per_head"), Reach::Inputs, 1.0)?,
            fte_trend: self.or(fields.get("fte_trend"), Reach::Inputs, 0.0)?,
            ageing: self.or(fields.get("ageing"), Reach::Inputs, 0.0)?,
        })
    }

    fn flow(&self, at: &At<'_>, cohorts: &[String]) -> Result<Flow, Problem> {
        let fields = at.object(&FLOW)?;
        fields.text("note")?;
        let profile = fields.word("profile", &PROFILE)?;
        let given: Vec<At<'_>> =
            ["over_window", "per_year", "rate"].iter().filter_map(|key| fields.get(key)).collect();
        let [amount] = given.as_slice() else {
            return Err(at.problem(
                format!("has {} amounts", given.len()),
                "give exactly one of `over_window`, `per_year` and `rate`",
            ));
        };
        let measure = if fields.get("rate").is_some() {
            Measure::Rate
        } else if fields.get("per_year").is_some() {
            Measure::PerYear
        } else {
            Measure::OverWindow(Profile::of(profile))
        };
        if let (false, Some(place)) = (matches!(measure, Measure::OverWindow(_)), fields.get("profile")) {
            return Err(
                place.problem("spreads a number over the window", "leave it out, or use `over_window`")
            );
        }
        let amount = if measure == Measure::Rate {
            self.rate(amount, cohorts, &fields)?
        } else {
            self.spread(amount, cohorts, &fields)?
        };
        Ok(Flow { path: at.path().to_owned(), measure, amount })
    }

    /// A share of each cohort's heads: one for all, or one for each.
    fn rate(&self, at: &At<'_>, cohorts: &[String], fields: &Fields<'_>) -> Result<Spread, Problem> {
        if let Some(place) = fields.get("mix") {
            return Err(place.problem("is given with a rate", "leave it out, or give a rate for each cohort"));
        }
        if is_by_cohort(at) {
            return Ok(Spread::Each(self.for_cohorts(&at.object(&BY_COHORT)?.need("cohorts")?, cohorts)?));
        }
        Ok(Spread::Each(vec![self.quantity(at, Reach::Inputs)?; cohorts.len()]))
    }

    /// A number for each cohort, or one with a mix.
    fn spread(&self, at: &At<'_>, cohorts: &[String], fields: &Fields<'_>) -> Result<Spread, Problem> {
        let mix = fields.get("mix");
        if is_by_cohort(at) {
            if let Some(place) = mix {
                return Err(
                    place.problem("is given beside a number for each cohort", "leave one of the two out")
                );
            }
            return Ok(Spread::Each(self.for_cohorts(&at.object(&BY_COHORT)?.need("cohorts")?, cohorts)?));
        }
        let number = self.quantity(at, Reach::Inputs)?;
        match mix {
            Some(place) => Ok(Spread::Mixed(number, self.for_cohorts(&place, cohorts)?)),
            None if cohorts.len() == 1 => Ok(Spread::Each(vec![number])),
            None => Err(at.problem(
                "is one number for several cohorts",
                "add a `mix`, or write {\"cohorts\": {...}} with a number for each",
            )),
        }
    }

    /// One quantity for each cohort, in the order of the cohorts.
    fn for_cohorts(&self, at: &At<'_>, cohorts: &[String]) -> Result<Vec<Expr>, Problem> {
        let named = at.named()?;
        for (name, place) in &named {
            if !cohorts.iter().any(|cohort| cohort == name) {
                return Err(place.problem(
                    "is no cohort of this stock",
                    one_of(name, cohorts.iter().map(String::as_str)),
                ));
            }
        }
        let mut values = Vec::new();
        for cohort in cohorts {
            let Some((_, place)) = named.iter().find(|(name, _)| name == cohort) else {
                return Err(
                    at.problem(format!("has no value for cohort `{cohort}`"), "give one, 0 if need be")
                );
            };
            values.push(self.quantity(place, Reach::Inputs)?);
        }
        Ok(values)
    }

    fn pipeline(&self, at: &At<'_>, cohorts: &[String], in_fte: bool) -> Result<Pipeline, Problem> {
        let fields = at.object(&PIPELINE)?;
        fields.text("note")?;
        if let (false, Some(place)) = (in_fte, fields.get("fte_per_joiner")) {
            return Err(
                place.problem("is given for a stock of heads", "leave it out, or count the stock in FTE")
            );
        }
        let first = fields.year("first_year")?.unwrap_or(i32::MIN);
        let last = fields.year("last_year")?.unwrap_or(i32::MAX);
        if first > last {
            return Err(at.problem("ends before it begins", "write first_year <= last_year"));
        }
        Ok(Pipeline {
            path: at.path().to_owned(),
            intake: self.spread(&fields.need("intake")?, cohorts, &fields)?,
            lag: fields.need("lag_years")?.small(0, MAX_LAG)?,
            entry: (first, last),
            completion: self.or(fields.get("completion"), Reach::Inputs, 1.0)?,
            active: self.or(fields.get("active"), Reach::Inputs, 1.0)?,
            fte_per_joiner: self.or(fields.get("fte_per_joiner"), Reach::Inputs, 1.0)?,
        })
    }
}

/// Ageing that a cohort gives, other than none.
fn ageing_of<'a>(cohort: &At<'a>) -> Option<At<'a>> {
    let ageing = cohort.object(&COHORT).ok()?.get("ageing")?;
    (ageing.node() != &Node::Number(0.0)).then_some(ageing)
}

fn is_by_cohort(at: &At<'_>) -> bool {
    matches!(at.node(), Node::Object(entries) if entries.iter().any(|(key, _)| key == "cohorts"))
}
