//! What is computed after the stocks: demand, substitution, capacity, outputs.

use super::{CAPACITY_FIGURES, Reading};
use muster_document::{Problem, one_of};

use crate::{
    cursor::{At, Fields, Holds as _, Optional as _},
    document::{Base, Demand, Growth, Item, Kind, Output},
    expr::{Expr, Op, Reach, Ref},
    profile::Profile,
    shape::{BASE, CAPACITY, COMBINE, DEMAND, GROWTH, OUTPUT, PER, PROFILE, SUBSTITUTION},
};

impl Reading {
    /// Outputs, and all items in the order in which their names were learnt.
    pub(super) fn items(&self, document: &Fields<'_>) -> Result<(Vec<Output>, Vec<Item>), Problem> {
        let (mut outputs, mut items) = (Vec::new(), Vec::new());
        for (_, at) in document.named("demand")? {
            items.push(Item { path: at.path().to_owned(), kind: Kind::Demand(self.demand(&at)?) });
        }
        for (_, at) in document.named("substitution")? {
            items.push(Item { path: at.path().to_owned(), kind: Kind::Formula(self.substitution(&at)?) });
        }
        for (name, at) in document.named("capacity")? {
            self.capacity(name, &at, &mut items)?;
        }
        let named = document.named("outputs")?;
        if named.is_empty() {
            return Err(document.need("outputs")?.problem("is empty", "name at least one output"));
        }
        for (name, at) in named {
            let fields = at.object(&OUTPUT)?;
            let formula = fields.need("formula")?;
            formula.text()?;
            outputs.push(Output {
                name: name.to_owned(),
                unit: fields.text("unit")?,
                note: fields.text("note")?,
                item: items.len(),
            });
            let kind = Kind::Formula(self.quantity(&formula, Reach::Results)?);
            items.push(Item { path: formula.path().to_owned(), kind });
        }
        Ok((outputs, items))
    }

    fn demand(&self, at: &At<'_>) -> Result<Demand, Problem> {
        let fields = at.object(&DEMAND)?;
        fields.text("note")?;
        let growth = fields.get("growth").map_or(Ok(Vec::new()), |list| list.list())?;
        Ok(Demand {
            base: self.base(&fields.need("base")?)?,
            growth: growth.iter().map(|place| self.growth(place)).collect::<Result<_, _>>()?,
        })
    }

    fn base(&self, at: &At<'_>) -> Result<Base, Problem> {
        let fields = at.object(&BASE)?;
        match (fields.get("level"), fields.get("stock"), fields.get("unmet_share")) {
            (Some(level), None, None) => Ok(Base::Level(self.quantity(&level, Reach::Inputs)?)),
            (None, Some(place), unmet) => {
                let name = place.text()?;
                let Some(stock) = self.stocks.iter().position(|(stock, _)| stock == name) else {
                    let names = self.stocks.iter().map(|(stock, _)| stock.as_str());
                    return Err(place.problem("is no stock", one_of(name, names)));
                };
                Ok(Base::Stock(stock, self.or(unmet, Reach::Inputs, 0.0)?))
            }
            _ => Err(at.problem(
                "is neither a level nor a stock",
                "give `level`, or `stock` with the `unmet_share` of its FTE",
            )),
        }
    }

    fn growth(&self, at: &At<'_>) -> Result<Growth, Problem> {
        let fields = at.object(&GROWTH)?;
        fields.text("note")?;
        let a_year = fields.need("per")?.word(&PER)? == "year";
        if let (true, Some(place)) = (a_year, fields.get("profile")) {
            return Err(
                place.problem("spreads growth over the window", "leave it out, or measure per window")
            );
        }
        let mut factors = Vec::new();
        for (_, place) in fields.named("factors")? {
            factors.push(self.quantity(&place, Reach::Inputs)?);
        }
        Ok(Growth {
            factors,
            a_year,
            compound: fields.word("combine", &COMBINE)? == "compound",
            profile: Profile::of(fields.word("profile", &PROFILE)?),
        })
    }

    /// FTE that other roles take over, less the FTE that supervising them costs.
    fn substitution(&self, at: &At<'_>) -> Result<Expr, Problem> {
        let fields = at.object(&SUBSTITUTION)?;
        fields.text("note")?;
        let share = self.quantity(&fields.need("share")?, Reach::Results)?;
        let supervision = self.or(fields.get("supervision"), Reach::Results, 0.0)?;
        let staff = self.quantity(&fields.need("staff")?, Reach::Results)?;
        Ok(Expr::binary(Op::Multiply, staff, Expr::binary(Op::Subtract, share, supervision)))
    }

    /// Workload over available time, with the allowances: five figures under the name of the capacity.
    fn capacity(&self, name: &str, at: &At<'_>, items: &mut Vec<Item>) -> Result<(), Problem> {
        let fields = at.object(&CAPACITY)?;
        fields.text("note")?;
        let figure = |figure: &str| {
            Expr::Name(self.names.get(&format!("{name}.{figure}")).copied().unwrap_or(Ref::Year))
        };
        let support = self.or(fields.get("category_allowance"), Reach::Results, 0.0)?;
        let added = self.or(fields.get("individual_allowance"), Reach::Results, 0.0)?;
        let support = Expr::binary(Op::Divide, support, figure("available"));
        let left = Expr::binary(Op::Subtract, Expr::Number(1.0), support);
        let with_support = Expr::binary(Op::Multiply, figure("staff"), figure("factor"));
        let formulas = [
            self.quantity(&fields.need("workload")?, Reach::Results)?,
            self.quantity(&fields.need("available")?, Reach::Results)?,
            Expr::binary(Op::Divide, Expr::Number(1.0), left),
            Expr::binary(Op::Divide, figure("workload"), figure("available")),
            Expr::binary(Op::Add, with_support, added),
        ];
        for (figure, formula) in CAPACITY_FIGURES.iter().zip(formulas) {
            items.push(Item { path: format!("{}.{figure}", at.path()), kind: Kind::Formula(formula) });
        }
        Ok(())
    }
}

impl Kind {
    /// Calls `seen` for every name. Demand is computed from inputs and stocks alone.
    pub(super) fn names(&self, seen: &mut dyn FnMut(Ref)) {
        if let Self::Formula(expr) = self {
            expr.names(seen);
        }
    }
}
