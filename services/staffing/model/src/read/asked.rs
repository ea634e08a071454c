//! Scenarios, questions, and what the source printed.

use super::Reading;
use muster_document::{Problem, one_of};

use crate::{
    cursor::{At, Fields, Holds as _, Optional as _},
    document::{BASE, Claim, Expected, Model, Scenario, SolveRequest},
    draws::Draws,
    expr::{Expr, Reach, Ref, Scope},
    shape::{CLAIM, EXPECTED, SCENARIO, SOLVE},
};

/// Most draws of a question.
const MAX_DRAWS: i32 = 65_536;

impl Reading {
    pub(super) fn scenarios(&self, named: &[(&str, At<'_>)]) -> Result<Vec<Scenario>, Problem> {
        named.iter().map(|(name, at)| self.scenario(name, at)).collect()
    }

    fn scenario(&self, name: &str, at: &At<'_>) -> Result<Scenario, Problem> {
        if name == BASE {
            return Err(at.problem("`base` is the scenario that changes nothing", "give it another name"));
        }
        let fields = at.object(&SCENARIO)?;
        let mut set = Vec::new();
        for (parameter, place) in fields.named("set")? {
            let position = self.position(parameter, &place)?;
            let expr = self.quantity(&place, Reach::Parameters)?;
            set.push((position, constant(&expr, &place)?));
        }
        Ok(Scenario { name: name.to_owned(), title: fields.text("title")?, set, note: fields.text("note")? })
    }

    /// Position of a parameter.
    fn position(&self, name: &str, at: &At<'_>) -> Result<usize, Problem> {
        let parameters = self.names.iter().filter(|(_, it)| matches!(it, Ref::Parameter(_)));
        match self.names.get(name) {
            Some(Ref::Parameter(position)) => Ok(*position),
            _ => Err(at.problem("is no parameter", one_of(name, parameters.map(|(name, _)| name.as_str())))),
        }
    }

    pub(super) fn solves(
        &self,
        named: &[(&str, At<'_>)],
        model: &Model,
    ) -> Result<Vec<(String, SolveRequest)>, Problem> {
        named.iter().map(|(name, at)| Ok(((*name).to_owned(), self.solve(at, model)?))).collect()
    }

    fn solve(&self, at: &At<'_>, model: &Model) -> Result<SolveRequest, Problem> {
        let fields = at.object(&SOLVE)?;
        fields.text("note")?;
        let find = fields.need("find")?;
        self.position(find.text()?, &find)?;
        let output = fields.need("output")?;
        known_output(&output, model)?;
        let place = fields.need("bounds")?;
        let bounds = place.list()?;
        let (low, high) = match bounds.as_slice() {
            [low, high] if low.number()? < high.number()? => (low.number()?, high.number()?),
            _ => return Err(place.problem("are no bounds", "write [lowest, highest]")),
        };
        let standard = Draws::default();
        let draws = fields.get("draws").map(|draws| draws.small(0, MAX_DRAWS)).transpose()?;
        let seed = fields.get("seed").map(|seed| seed.small(0, i32::MAX)).transpose()?;
        Ok(SolveRequest {
            find: find.text()?.to_owned(),
            output: output.text()?.to_owned(),
            target: fields.need("target")?.number()?,
            bounds: (low, high),
            scenario: scenario_of(&fields, model)?,
            year: self.year_of(&fields)?,
            draws: draws.and_then(|draws| usize::try_from(draws).ok()).unwrap_or(standard.count),
            seed: seed.and_then(|seed| u64::try_from(seed).ok()).unwrap_or(standard.seed),
        })
    }

    fn year_of(&self, fields: &Fields<'_>) -> Result<Option<i32>, Problem> {
        let (first, last) = self.window;
        fields.get("year").map(|at| at.small(first, last)).transpose()
    }

    pub(super) fn expected(&self, at: Option<At<'_>>, model: &Model) -> Result<Vec<Expected>, Problem> {
        let Some(at) = at else { return Ok(Vec::new()) };
        at.list()?.iter().map(|place| self.one_expected(place, model)).collect()
    }

    fn one_expected(&self, at: &At<'_>, model: &Model) -> Result<Expected, Problem> {
        let fields = at.object(&EXPECTED)?;
        let claim = match fields.word("claim", &CLAIM)? {
            "does-not-reconcile" => Claim::DoesNotReconcile,
            "cannot-be-recomputed" => Claim::CannotBeRecomputed,
            _ => Claim::Agrees,
        };
        let (place, solved) = match (fields.get("output"), fields.get("solve")) {
            (Some(output), None) => (output, false),
            (None, Some(solve)) => (solve, true),
            _ => return Err(at.problem("names no figure", "give exactly one of `output` and `solve`")),
        };
        if let (true, Some(own)) = (solved, fields.get("scenario").or_else(|| fields.get("year"))) {
            return Err(own.problem("is given for a solve request", "leave it out: the request has its own"));
        }
        if claim == Claim::CannotBeRecomputed {
            if known_output(&place, model).is_ok() {
                return Err(
                    place.problem("is an output of this model", "compare it, or name the other figure")
                );
            }
        } else if solved {
            known_solve(&place, model)?;
        } else {
            known_output(&place, model)?;
        }
        let tolerance = match fields.get("tolerance") {
            Some(tolerance) if tolerance.number()? < 0.0 => {
                return Err(tolerance.problem("is negative", "write 0 or more"));
            }
            Some(tolerance) => tolerance.number()?,
            None if claim == Claim::CannotBeRecomputed => 0.0,
            None => return Err(at.problem("has no tolerance", "add `tolerance`, 0 for an exact figure")),
        };
        Ok(Expected {
            path: at.path().to_owned(),
            output: place.text()?.to_owned(),
            solved,
            scenario: scenario_of(&fields, model)?.unwrap_or_else(|| BASE.to_owned()),
            year: self.year_of(&fields)?.unwrap_or(model.last),
            value: fields.need("value")?.number()?,
            tolerance,
            claim,
            source: fields.need("source")?.text()?.to_owned(),
            note: fields.text("note")?,
        })
    }
}

/// A number, or arithmetic of numbers.
fn constant(expr: &Expr, at: &At<'_>) -> Result<f64, Problem> {
    struct Nothing;
    impl Scope for Nothing {
        fn value(&self, _: Ref, _: i32) -> f64 {
            f64::NAN
        }

        fn window(&self) -> (i32, i32) {
            (0, 0)
        }
    }
    let value = expr.value(&Nothing, 0);
    if value.is_finite() {
        return Ok(value);
    }
    Err(at.problem("is no number", "set a parameter to a number, or to arithmetic of numbers"))
}

fn known_output(at: &At<'_>, model: &Model) -> Result<(), Problem> {
    let name = at.text()?;
    if model.outputs.iter().any(|output| output.name == name) {
        return Ok(());
    }
    Err(at.problem("is no output", one_of(name, model.outputs.iter().map(|output| output.name.as_str()))))
}

fn known_solve(at: &At<'_>, model: &Model) -> Result<(), Problem> {
    let name = at.text()?;
    if model.solves.iter().any(|(solve, _)| solve == name) {
        return Ok(());
    }
    Err(at.problem("is no solve request", one_of(name, model.solves.iter().map(|(solve, _)| solve.as_str()))))
}

fn scenario_of(fields: &Fields<'_>, model: &Model) -> Result<Option<String>, Problem> {
    let Some(at) = fields.get("scenario") else { return Ok(None) };
    let name = at.text()?;
    if name == BASE {
        return Ok(None);
    }
    if model.scenarios.iter().any(|scenario| scenario.name == name) {
        return Ok(Some(name.to_owned()));
    }
    Err(at.problem("is no scenario", one_of(name, model.scenarios.iter().map(|one| one.name.as_str()))))
}
