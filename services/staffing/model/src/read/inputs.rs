//! Parameters and series.

use super::Reading;
use muster_document::{Node, Problem};

use crate::{
    cursor::{At, Fields, Holds as _, Optional as _},
    document::{Parameter, Series, Stated},
    expr::{Expr, Reach},
    profile::Profile,
    shape::{ANCHOR, PARAMETER, PROFILE, SERIES},
};

impl Reading {
    pub(super) fn parameters(
        &self,
        named: &[(&str, At<'_>)],
    ) -> Result<(Vec<Parameter>, Vec<Expr>), Problem> {
        let (mut parameters, mut values) = (Vec::new(), Vec::new());
        for (name, at) in named {
            let (parameter, value) = self.parameter(name, at)?;
            parameters.push(parameter);
            values.push(value);
        }
        Ok((parameters, values))
    }

    /// A bare number or formula, or an object that says more.
    fn parameter(&self, name: &str, at: &At<'_>) -> Result<(Parameter, Expr), Problem> {
        let mut parameter = Parameter {
            name: name.to_owned(),
            value: None,
            interval: None,
            limits: (None, None),
            unit: String::new(),
            source: String::new(),
            note: String::new(),
        };
        let value = if matches!(at.node(), Node::Object(_)) {
            let fields = at.object(&PARAMETER)?;
            let value = fields.need("value")?;
            parameter.value = value.number().ok();
            parameter.limits = (fields.number("at_least")?, fields.number("at_most")?);
            parameter.interval = interval(&fields, &parameter)?;
            parameter.unit = fields.text("unit")?;
            parameter.source = fields.text("source")?;
            parameter.note = fields.text("note")?;
            self.state(at, &fields)?;
            value
        } else {
            parameter.value = at.number().ok();
            at.clone()
        };
        if matches!(value.node(), Node::Object(_)) {
            return Err(value.problem("is no number or formula", "write one of them"));
        }
        Ok((parameter, self.quantity(&value, Reach::Parameters)?))
    }

    pub(super) fn series(&self, named: &[(&str, At<'_>)]) -> Result<Vec<Series>, Problem> {
        named.iter().map(|(_, at)| self.one_series(at)).collect()
    }

    fn one_series(&self, at: &At<'_>) -> Result<Series, Problem> {
        let fields = at.object(&SERIES)?;
        let (unit, source) = (fields.text("unit")?, fields.text("source")?);
        let list = fields.need("anchors")?;
        let mut anchors: Vec<(i32, Expr)> = Vec::new();
        for place in list.list()? {
            let anchor = place.object(&ANCHOR)?;
            let place = anchor.need("year")?;
            let year = place.year()?;
            let stated = anchor.need("value")?;
            let value = self.quantity(&stated, Reach::Parameters)?;
            let own = anchor.text("source")?;
            let source = if own.is_empty() { source.clone() } else { own };
            let (path, value_text, unit) = (stated.path().to_owned(), stated.node().short(), unit.clone());
            self.numbers.borrow_mut().push(Stated { path, value: value_text, unit, source });
            if anchors.last().is_some_and(|(before, _)| *before >= year) {
                return Err(
                    place.problem("is not after the anchor before it", "put the anchors in order of year")
                );
            }
            anchors.push((year, value));
        }
        if anchors.is_empty() {
            return Err(list.problem("has no anchor", "give at least one year with its value"));
        }
        fields.text("note")?;
        Ok(Series { anchors, profile: Profile::of(fields.word("profile", &PROFILE)?) })
    }
}

/// The 80% interval, checked against the value and the limits.
fn interval(fields: &Fields<'_>, parameter: &Parameter) -> Result<Option<(f64, f64)>, Problem> {
    let (low, high) = (fields.number("low")?, fields.number("high")?);
    let (Some(low), Some(high)) = (low, high) else {
        return match fields.get("low").or_else(|| fields.get("high")) {
            Some(alone) => Err(alone.problem("is one end of an interval", "give both `low` and `high`")),
            None => Ok(None),
        };
    };
    let Some(value) = parameter.value else {
        return Err(fields.at.problem(
            "is a formula with an interval of its own",
            "give the intervals to the parameters that the formula uses",
        ));
    };
    if !(low <= value && value <= high) {
        return Err(fields
            .at
            .problem("has an interval that does not hold its value", "write low <= value <= high"));
    }
    let (least, most) = parameter.limits;
    if least.is_some_and(|least| low < least) || most.is_some_and(|most| high > most) {
        return Err(fields
            .at
            .problem("has an interval beyond its limits", "write at_least <= low and high <= at_most"));
    }
    Ok(Some((low, high)))
}
