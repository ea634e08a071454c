//! Formulas: numbers, names, arithmetic and a few functions, computed for a year.

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ref {
    /// A parameter, by position.
    Parameter(usize),
    /// A series, by position.
    Series(usize),
    /// The calendar year.
    Year,
    /// Years since the first.
    Elapsed,
    /// Heads of a stock, or of one of its cohorts.
    Heads(usize, Option<usize>),
    /// FTE of a stock, or of one of its cohorts.
    Fte(usize, Option<usize>),
    /// Who left a stock in the year before.
    Left(usize),
    /// Who joined a stock in the year before.
    Joined(usize),
    /// Demand, substitution, a figure of capacity, or an output, by position.
    Item(usize),
}

/// Which names a formula may use: each reach includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Parameters.
    Parameters,
    /// Also series and the year.
    Inputs,
    /// Also what the model computes.
    Results,
}

impl Ref {
    pub(crate) fn reach(self) -> Reach {
        match self {
            Self::Parameter(_) => Reach::Parameters,
            Self::Series(_) | Self::Year | Self::Elapsed => Reach::Inputs,
            _ => Reach::Results,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Min,
    Max,
    Abs,
    Round,
    At,
    First,
    Last,
}

/// Every function with its name and number of arguments.
pub(crate) const FUNCTIONS: &[(&str, Function, usize)] = &[
    ("min", Function::Min, 2),
    ("max", Function::Max, 2),
    ("abs", Function::Abs, 1),
    ("round", Function::Round, 1),
    ("at", Function::At, 2),
    ("first", Function::First, 1),
    ("last", Function::Last, 1),
];

/// A formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Number(f64),
    Name(Ref),
    Negative(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    Call(Function, Vec<Expr>),
}

/// Where names get their values from. What has no value, such as heads in a year outside the window, is not a number.
pub(crate) trait Scope {
    fn value(&self, name: Ref, year: i32) -> f64;
    /// First and last year.
    fn window(&self) -> (i32, i32);
}

impl Expr {
    /// The value in a year.
    pub(crate) fn value(&self, scope: &dyn Scope, year: i32) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::Name(name) => scope.value(*name, year),
            Self::Negative(inner) => -inner.value(scope, year),
            Self::Binary(op, left, right) => {
                let (left, right) = (left.value(scope, year), right.value(scope, year));
                match op {
                    Op::Add => left + right,
                    Op::Subtract => left - right,
                    Op::Multiply => left * right,
                    Op::Divide => left / right,
                    Op::Power => left.powf(right),
                }
            }
            Self::Call(function, arguments) => call(*function, arguments, scope, year),
        }
    }

    /// Calls `seen` for every name.
    pub(crate) fn names(&self, seen: &mut dyn FnMut(Ref)) {
        match self {
            Self::Number(_) => {}
            Self::Name(name) => seen(*name),
            Self::Negative(inner) => inner.names(seen),
            Self::Binary(_, left, right) => {
                left.names(seen);
                right.names(seen);
            }
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.names(seen)),
        }
    }

    pub(crate) fn binary(op: Op, left: Self, right: Self) -> Self {
        Self::Binary(op, Box::new(left), Box::new(right))
    }
}

fn call(function: Function, arguments: &[Expr], scope: &dyn Scope, year: i32) -> f64 {
    let (first, last) = scope.window();
    let value = |position: usize| arguments[position].value(scope, year);
    match function {
        // a value that is missing stays missing: f64::min would pass the other one on
        Function::Min => lesser(value(0), value(1)),
        Function::Max => -lesser(-value(0), -value(1)),
        Function::Abs => value(0).abs(),
        Function::Round => value(0).round(),
        Function::At => whole_year(value(1)).map_or(f64::NAN, |year| arguments[0].value(scope, year)),
        Function::First => arguments[0].value(scope, first),
        Function::Last => arguments[0].value(scope, last),
    }
}

fn lesser(one: f64, two: f64) -> f64 {
    if one.is_nan() || one < two { one } else { two }
}

#[allow(clippy::cast_possible_truncation)] // whole and within the range of years
fn whole_year(value: f64) -> Option<i32> {
    (value.fract() == 0.0 && (1000.0..3000.0).contains(&value)).then_some(value as i32)
}

/// Positions in an order in which each comes after what it depends on, or one that depends on itself.
pub(crate) fn ordered(dependencies: &[Vec<usize>]) -> Result<Vec<usize>, usize> {
    fn visit(at: usize, all: &[Vec<usize>], state: &mut [u8], order: &mut Vec<usize>) -> Result<(), usize> {
        match state[at] {
            2 => return Ok(()),
            1 => return Err(at),
            _ => state[at] = 1,
        }
        for next in &all[at] {
            visit(*next, all, state, order)?;
        }
        state[at] = 2;
        order.push(at);
        Ok(())
    }
    let (mut state, mut order) = (vec![0; dependencies.len()], Vec::new());
    for at in 0..dependencies.len() {
        visit(at, dependencies, &mut state, &mut order)?;
    }
    Ok(order)
}
