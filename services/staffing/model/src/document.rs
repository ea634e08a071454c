//! A model as it was read: names resolved to positions, formulas parsed.

use serde::Serialize;

use crate::{draws::Draws, expr::Expr, profile::Profile};

/// Name of the schema that documents say they follow.
pub const SCHEMA: &str = "muster-model/1";

/// Name of the scenario that changes nothing.
pub const BASE: &str = "base";

/// A workforce model: inputs, what they make, what the source printed, and questions that it answers.
#[derive(Clone, Debug)]
pub struct Model {
    /// Short name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Publication, with its tables.
    pub source: String,
    /// Assumptions, and what cannot be recomputed.
    pub notes: Vec<String>,
    /// First year: the state that everything starts from.
    pub first: i32,
    /// Last year.
    pub last: i32,
    /// Named inputs.
    pub parameters: Vec<Parameter>,
    /// Every number of the document that carries a unit or a source.
    pub numbers: Vec<Stated>,
    /// Named results.
    pub outputs: Vec<Output>,
    /// Sets of parameters that differ from the base.
    pub scenarios: Vec<Scenario>,
    /// What the source printed.
    pub expected: Vec<Expected>,
    /// Questions that the document asks, with their names.
    pub solves: Vec<(String, SolveRequest)>,
    pub(crate) values: Vec<Expr>,
    pub(crate) value_order: Vec<usize>,
    pub(crate) series: Vec<Series>,
    pub(crate) stocks: Vec<Stock>,
    pub(crate) items: Vec<Item>,
    pub(crate) item_order: Vec<usize>,
}

/// A named input.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Name.
    pub name: String,
    /// Value, in the unit; none when it is derived from others by a formula.
    pub value: Option<f64>,
    /// 10th and 90th percentile, in the unit; none when it is taken as known.
    pub interval: Option<(f64, f64)>,
    /// Least and greatest value that makes sense; draws stay between them.
    pub limits: (Option<f64>, Option<f64>),
    /// Unit; empty when not given.
    pub unit: String,
    /// Publication, table and year; empty when not given.
    pub source: String,
    /// Remark; empty when not given.
    pub note: String,
}

/// A number with its place, unit and source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stated {
    /// Place in the document.
    pub path: String,
    /// The number or formula as written.
    pub value: String,
    /// Unit; empty when not given.
    pub unit: String,
    /// Source; empty when not given.
    pub source: String,
}

/// A named result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Output {
    /// Name.
    pub name: String,
    /// Unit; empty when not given.
    pub unit: String,
    /// Remark; empty when not given.
    pub note: String,
    #[serde(skip)]
    pub(crate) item: usize,
}

/// Parameters that differ from the base. A parameter that a scenario sets is taken as known in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    /// Name.
    pub name: String,
    /// Title for people; empty when not given.
    pub title: String,
    /// Positions of parameters, and their values.
    pub set: Vec<(usize, f64)>,
    /// Remark; empty when not given.
    pub note: String,
}

/// What the document says of a published figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// The model gives it within the tolerance.
    Agrees,
    /// The published inputs do not give it; the difference is shown, not forced away.
    DoesNotReconcile,
    /// The source does not print what it takes.
    CannotBeRecomputed,
}

/// A figure that the source printed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expected {
    /// Place in the document.
    pub path: String,
    /// Output or solve request that should give it; for what cannot be recomputed, what it would be called.
    pub output: String,
    /// The answer of a solve request is meant.
    pub solved: bool,
    /// Scenario; [`BASE`] when not given.
    pub scenario: String,
    /// Year; the last when not given.
    pub year: i32,
    /// Printed value, in the unit of the output.
    pub value: f64,
    /// Greatest difference that still agrees, in the same unit.
    pub tolerance: f64,
    /// What the document says of it.
    pub claim: Claim,
    /// Where it is printed.
    pub source: String,
    /// Remark; empty when not given.
    pub note: String,
}

/// A question: which value of a parameter makes an output meet a target?
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SolveRequest {
    /// Parameter that is searched.
    pub find: String,
    /// Output that is to meet the target.
    pub output: String,
    /// Target, in the unit of the output.
    pub target: f64,
    /// Bounds of the search, in the unit of the parameter.
    pub bounds: (f64, f64),
    /// Scenario; the base when none.
    pub scenario: Option<String>,
    /// Year of the output; the last when none.
    pub year: Option<i32>,
    /// Draws of the uncertain inputs that the interval is made from.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl SolveRequest {
    /// A question about the last year of the base, with the standard draws. Target and bounds are in the units of output and
    /// parameter.
    pub fn new(find: &str, output: &str, target: f64, bounds: (f64, f64)) -> Self {
        let Draws { count, seed } = Draws::default();
        Self {
            find: find.to_owned(),
            output: output.to_owned(),
            target,
            bounds,
            scenario: None,
            year: None,
            draws: count,
            seed,
        }
    }
}

/// Values by year between anchors; before the first and after the last anchor its value holds.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) anchors: Vec<(i32, Expr)>,
    pub(crate) profile: Profile,
}

#[derive(Clone, Debug)]
pub(crate) struct Stock {
    pub(crate) path: String,
    pub(crate) cohorts: Vec<Cohort>,
    pub(crate) join_first: bool,
    pub(crate) outflows: Vec<Flow>,
    pub(crate) inflows: Vec<Flow>,
    pub(crate) pipelines: Vec<Pipeline>,
}

#[derive(Clone, Debug)]
pub(crate) struct Cohort {
    pub(crate) name: String,
    pub(crate) start: Expr,
    pub(crate) fte_per_head: Expr,
    pub(crate) fte_trend: Expr,
    pub(crate) ageing: Expr,
}

/// A number for each cohort, or one that a mix spreads over them.
#[derive(Clone, Debug)]
pub(crate) enum Spread {
    Each(Vec<Expr>),
    Mixed(Expr, Vec<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    OverWindow(Profile),
    PerYear,
    Rate,
}

#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) path: String,
    pub(crate) measure: Measure,
    pub(crate) amount: Spread,
}

#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) path: String,
    pub(crate) intake: Spread,
    pub(crate) lag: i32,
    pub(crate) entry: (i32, i32),
    pub(crate) completion: Expr,
    pub(crate) active: Expr,
    pub(crate) fte_per_joiner: Expr,
}

/// Something that is computed for each year after the stocks.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) path: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Formula(Expr),
    Demand(Demand),
}

#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) base: Base,
    pub(crate) growth: Vec<Growth>,
}

#[derive(Clone, Debug)]
pub(crate) enum Base {
    Level(Expr),
    /// FTE of a stock in the first year, and the share of it that was missing.
    Stock(usize, Expr),
}

/// Factors that grow together; several of these multiply.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    pub(crate) factors: Vec<Expr>,
    pub(crate) a_year: bool,
    pub(crate) compound: bool,
    pub(crate) profile: Profile,
}
