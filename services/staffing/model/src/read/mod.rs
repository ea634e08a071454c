//! Reads a document: first all names, then what they stand for, so that the order of the document does not matter.

mod asked;
mod inputs;
mod results;
mod stocks;

use std::{cell::RefCell, collections::BTreeMap};

use muster_document::{Node, Problem};

use crate::{
    cursor::{At, Fields, Holds as _, Optional as _},
    document::{Item, Model, Parameter, SCHEMA, Stated},
    expr::{Expr, Reach, Ref, ordered},
    parse::parse,
    shape::{DOCUMENT, QUANTITY, STOCK, YEARS},
};

/// Figures that each capacity gives.
const CAPACITY_FIGURES: [&str; 5] = ["workload", "available", "factor", "staff", "staff_with_allowance"];

/// Longest window, in years.
const MAX_YEARS: i32 = 100;

/// Names, known before anything else is read, and the numbers met on the way.
struct Reading {
    names: BTreeMap<String, Ref>,
    stocks: Vec<(String, Vec<String>)>,
    window: (i32, i32),
    numbers: RefCell<Vec<Stated>>,
}

impl Model {
    /// Reads a document.
    ///
    /// # Errors
    /// The first problem, with its place, the value there and what helps.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let root = Node::read(text)?;
        let document = At::root(&root).object(&DOCUMENT)?;
        let schema = document.need("schema")?;
        if schema.text()? != SCHEMA {
            return Err(schema.problem("is another schema", format!("this version reads \"{SCHEMA}\"")));
        }
        let years = document.need("years")?.object(&YEARS)?;
        let first = years.need("first")?.year()?;
        let last = years.need("last")?.small(first, first + MAX_YEARS)?;
        let mut reading = Reading {
            names: BTreeMap::new(),
            stocks: Vec::new(),
            window: (first, last),
            numbers: RefCell::default(),
        };
        reading.collect(&document)?;
        let (parameters, values) = reading.parameters(&document.named("parameters")?)?;
        let (outputs, items) = reading.items(&document)?;
        let mut model = Self {
            name: document.text("name")?,
            title: document.text("title")?,
            source: document.text("source")?,
            notes: texts(document.get("notes"))?,
            first,
            last,
            value_order: parameters_in_order(&parameters, &values)?,
            parameters,
            numbers: Vec::new(),
            outputs,
            scenarios: Vec::new(),
            expected: Vec::new(),
            solves: Vec::new(),
            values,
            series: reading.series(&document.named("series")?)?,
            stocks: reading.read_stocks(&document.named("stocks")?)?,
            item_order: items_in_order(&items)?,
            items,
        };
        model.scenarios = reading.scenarios(&document.named("scenarios")?)?;
        model.solves = reading.solves(&document.named("solve")?, &model)?;
        model.expected = reading.expected(document.get("expected"), &model)?;
        model.numbers = reading.numbers.into_inner();
        Ok(model)
    }
}

/// Each position after those it depends on, given the places and the names of each.
fn in_order(places: &[String], needed: &[Vec<usize>]) -> Result<Vec<usize>, Problem> {
    ordered(needed)
        .map_err(|at| Problem::new(&places[at], "depends on itself", "break the circle of formulas"))
}

fn parameters_in_order(parameters: &[Parameter], values: &[Expr]) -> Result<Vec<usize>, Problem> {
    let places: Vec<String> =
        parameters.iter().map(|parameter| format!("parameters.{}", parameter.name)).collect();
    let needed = values.iter().map(|expr| {
        let mut needed = Vec::new();
        expr.names(&mut |name| {
            if let Ref::Parameter(at) = name {
                needed.push(at);
            }
        });
        needed
    });
    in_order(&places, &needed.collect::<Vec<_>>())
}

fn items_in_order(items: &[Item]) -> Result<Vec<usize>, Problem> {
    let places: Vec<String> = items.iter().map(|item| item.path.clone()).collect();
    let needed = items.iter().map(|item| {
        let mut needed = Vec::new();
        item.kind.names(&mut |name| {
            if let Ref::Item(at) = name {
                needed.push(at);
            }
        });
        needed
    });
    in_order(&places, &needed.collect::<Vec<_>>())
}

fn texts(at: Option<At<'_>>) -> Result<Vec<String>, Problem> {
    let Some(at) = at else { return Ok(Vec::new()) };
    at.list()?.iter().map(|item| item.text().map(str::to_owned)).collect()
}

impl Reading {
    /// Learns every name of the document.
    fn collect(&mut self, document: &Fields<'_>) -> Result<(), Problem> {
        self.names.insert("year".into(), Ref::Year);
        self.names.insert("elapsed".into(), Ref::Elapsed);
        for (at, (name, place)) in document.named("parameters")?.into_iter().enumerate() {
            self.learn(name, Ref::Parameter(at), &place)?;
        }
        for (at, (name, place)) in document.named("series")?.into_iter().enumerate() {
            self.learn(name, Ref::Series(at), &place)?;
        }
        for (name, place) in document.named("stocks")? {
            self.learn_stock(name, &place)?;
        }
        let mut items = 0;
        let mut next = || {
            items += 1;
            Ref::Item(items - 1)
        };
        for section in ["demand", "substitution"] {
            for (name, place) in document.named(section)? {
                self.learn(name, next(), &place)?;
            }
        }
        for (name, place) in document.named("capacity")? {
            for figure in CAPACITY_FIGURES {
                self.learn(&format!("{name}.{figure}"), next(), &place)?;
            }
        }
        for (name, place) in document.named("outputs")? {
            self.learn(name, next(), &place)?;
        }
        Ok(())
    }

    fn learn_stock(&mut self, name: &str, place: &At<'_>) -> Result<(), Problem> {
        let stock = self.stocks.len();
        let cohorts = place.object(&STOCK)?.named("cohorts")?;
        for (what, it) in [
            ("heads", Ref::Heads(stock, None)),
            ("fte", Ref::Fte(stock, None)),
            ("left", Ref::Left(stock)),
            ("joined", Ref::Joined(stock)),
        ] {
            self.learn(&format!("{name}.{what}"), it, place)?;
        }
        for (at, (cohort, place)) in cohorts.iter().enumerate() {
            self.learn(&format!("{name}.heads.{cohort}"), Ref::Heads(stock, Some(at)), place)?;
            self.learn(&format!("{name}.fte.{cohort}"), Ref::Fte(stock, Some(at)), place)?;
        }
        self.stocks.push((name.to_owned(), cohorts.iter().map(|(cohort, _)| (*cohort).to_owned()).collect()));
        Ok(())
    }

    fn learn(&mut self, name: &str, it: Ref, place: &At<'_>) -> Result<(), Problem> {
        if self.names.insert(name.to_owned(), it).is_some() {
            return Err(
                place.problem(format!("the name `{name}` is taken"), "give one of the two another name")
            );
        }
        Ok(())
    }

    /// A number, a formula, or one of them with its unit and source.
    fn quantity(&self, at: &At<'_>, reach: Reach) -> Result<Expr, Problem> {
        match at.node() {
            Node::Number(_) => at.number().map(Expr::Number),
            Node::Text(text) => {
                parse(text, &self.names, reach).map_err(|(what, remedy)| at.problem(what, remedy))
            }
            Node::Object(_) => {
                let fields = at.object(&QUANTITY)?;
                let value = fields.need("value")?;
                if matches!(value.node(), Node::Object(_)) {
                    return Err(value.problem("is no number or formula", "write one of them"));
                }
                self.state(at, &fields)?;
                self.quantity(&value, reach)
            }
            _ => {
                Err(at.problem("is no number or formula", "write a number, or a formula in quotation marks"))
            }
        }
    }

    /// A quantity that may be left out.
    fn or(&self, at: Option<At<'_>>, reach: Reach, default: f64) -> Result<Expr, Problem> {
        at.map_or(Ok(Expr::Number(default)), |at| self.quantity(&at, reach))
    }

    /// Keeps a number with its unit and source.
    fn state(&self, at: &At<'_>, fields: &Fields<'_>) -> Result<(), Problem> {
        let (unit, source) = (fields.text("unit")?, fields.text("source")?);
        let value = fields.get("value").map(|value| value.node().short()).unwrap_or_default();
        self.numbers.borrow_mut().push(Stated { path: at.path().to_owned(), value, unit, source });
        Ok(())
    }
}
