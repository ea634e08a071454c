//! Computes a model once: parameters, then stocks year by year, then everything that depends on them.

use muster_document::Problem;

use crate::{
    document::{Base, Demand, Growth, Kind, Model, Series},
    expr::{Expr, Ref, Scope},
    paths::{Path, walk},
};

/// Values that parameters are set to; none where the document's own holds.
pub(crate) type Settings = Vec<Option<f64>>;

/// Everything that was computed.
pub(crate) struct Values<'a> {
    model: &'a Model,
    parameters: Vec<f64>,
    paths: Vec<Path>,
    /// By item, then by year.
    items: Vec<Vec<f64>>,
}

impl Model {
    /// Settings of a scenario.
    pub(crate) fn settings(&self, scenario: Option<&str>) -> Result<Settings, Problem> {
        let mut settings = vec![None; self.values.len()];
        let Some(name) = scenario.filter(|name| *name != crate::BASE) else { return Ok(settings) };
        let Some(scenario) = self.scenarios.iter().find(|scenario| scenario.name == name) else {
            let names = self.scenarios.iter().map(|scenario| scenario.name.as_str());
            return Err(Problem::new(
                "scenario",
                format!("`{name}` is no scenario"),
                muster_document::one_of(name, names),
            ));
        };
        for (parameter, value) in &scenario.set {
            settings[*parameter] = Some(*value);
        }
        Ok(settings)
    }

    /// Every year of the window.
    pub(crate) fn years(&self) -> impl Iterator<Item = i32> + use<> {
        self.first..=self.last
    }
}

/// Computes a model.
///
/// # Errors
/// When a value is not a number, or a share, rate or number of people is impossible.
pub(crate) fn evaluate<'a>(model: &'a Model, settings: &Settings) -> Result<Values<'a>, Problem> {
    let mut values = Values {
        model,
        parameters: vec![f64::NAN; model.values.len()],
        paths: Vec::new(),
        items: vec![Vec::new(); model.items.len()],
    };
    for position in &model.value_order {
        let own = &model.values[*position];
        let value = settings[*position].unwrap_or_else(|| own.value(&values, model.first));
        let name = &model.parameters[*position].name;
        values.parameters[*position] = number(value, &format!("parameters.{name}"), model.first)?;
    }
    for stock in &model.stocks {
        let path = walk(stock, &values)?;
        values.paths.push(path);
    }
    for position in &model.item_order {
        let item = &model.items[*position];
        let by_year = match &item.kind {
            Kind::Formula(expr) => model.years().map(|year| expr.value(&values, year)).collect(),
            Kind::Demand(demand) => required(demand, &values),
        };
        values.items[*position] = by_year;
    }
    // A value may be missing in a year that nobody asks about, but not in an output.
    for output in &model.outputs {
        for (year, value) in model.years().zip(&values.items[output.item]) {
            number(*value, &model.items[output.item].path, year)?;
        }
    }
    Ok(values)
}

/// A value, if it is a number.
pub(crate) fn number(value: f64, path: &str, year: i32) -> Result<f64, Problem> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(Problem::new(
        path,
        format!("gives no number in {year}"),
        "look for a division by zero, an impossible power, or a year outside the window",
    ))
}

impl Values<'_> {
    /// An item in a year.
    pub(crate) fn item(&self, item: usize, year: i32) -> f64 {
        self.in_window(year).and_then(|at| self.items[item].get(at)).copied().unwrap_or(f64::NAN)
    }

    /// A term in a year, with its place for what is said when it is no number.
    pub(crate) fn term(&self, expr: &Expr, year: i32, path: &str) -> Result<f64, Problem> {
        number(expr.value(self, year), path, year)
    }

    /// A term that must lie in 0..=1.
    pub(crate) fn share(&self, expr: &Expr, year: i32, path: &str) -> Result<f64, Problem> {
        let value = self.term(expr, year, path)?;
        if (0.0..=1.0).contains(&value) {
            return Ok(value);
        }
        Err(Problem::new(path, format!("is no share in {year}"), "keep it between 0 and 1")
            .with(value.to_string()))
    }

    fn in_window(&self, year: i32) -> Option<usize> {
        if year > self.model.last {
            return None;
        }
        usize::try_from(year - self.model.first).ok()
    }

    fn path(&self, stock: usize, year: i32, figure: impl Fn(&Path, usize) -> f64) -> f64 {
        match (self.paths.get(stock), self.in_window(year)) {
            (Some(path), Some(at)) => figure(path, at),
            _ => f64::NAN,
        }
    }
}

impl Scope for Values<'_> {
    fn value(&self, name: Ref, year: i32) -> f64 {
        match name {
            Ref::Parameter(at) => self.parameters[at],
            Ref::Series(at) => on_series(&self.model.series[at], self, year),
            Ref::Year => f64::from(year),
            Ref::Elapsed => f64::from(year - self.model.first),
            Ref::Heads(stock, None) => self.path(stock, year, |path, at| path.heads[at].iter().sum()),
            Ref::Heads(stock, Some(cohort)) => self.path(stock, year, |path, at| path.heads[at][cohort]),
            Ref::Fte(stock, None) => self.path(stock, year, |path, at| path.fte[at].iter().sum()),
            Ref::Fte(stock, Some(cohort)) => self.path(stock, year, |path, at| path.fte[at][cohort]),
            Ref::Left(stock) => self.path(stock, year, |path, at| path.moved[at].left),
            Ref::Joined(stock) => self.path(stock, year, |path, at| path.moved[at].joined),
            Ref::Item(item) => self.item(item, year),
        }
    }

    fn window(&self) -> (i32, i32) {
        (self.model.first, self.model.last)
    }
}

/// The value between the anchors around a year.
fn on_series(series: &Series, values: &Values<'_>, year: i32) -> f64 {
    let after = series.anchors.partition_point(|(anchor, _)| *anchor <= year);
    let value = |at: usize| series.anchors[at].1.value(values, year);
    if after == 0 {
        return value(0);
    }
    let (from, before) = (series.anchors[after - 1].0, value(after - 1));
    let Some((to, _)) = series.anchors.get(after) else { return before };
    let done = series.profile.done(f64::from(year - from) / f64::from(to - from));
    before + (value(after) - before) * done
}

/// Demand by year: its base times what each group of factors grew to.
fn required(demand: &Demand, values: &Values<'_>) -> Vec<f64> {
    let (first, last) = values.window();
    let mut required: Vec<f64> = values.model.years().map(|year| base(&demand.base, values, year)).collect();
    for group in &demand.growth {
        let mut grown = Grown::default();
        for (year, value) in (first..=last).zip(&mut required) {
            *value *= if group.a_year { grown.factor(group) } else { over_window(group, values, year) };
            grown.add_year(group, values, year);
        }
    }
    required
}

fn base(base: &Base, values: &Values<'_>, year: i32) -> f64 {
    match base {
        Base::Level(level) => level.value(values, year),
        Base::Stock(stock, unmet) => {
            let first = values.model.first;
            values.value(Ref::Fte(*stock, None), first) * (1.0 + unmet.value(values, first))
        }
    }
}

fn over_window(group: &Growth, values: &Values<'_>, year: i32) -> f64 {
    let (first, last) = values.window();
    let done = if last > first {
        group.profile.done(f64::from(year - first) / f64::from(last - first))
    } else {
        0.0
    };
    let parts = group.factors.iter().map(|factor| factor.value(values, year) * done);
    if group.compound { parts.map(|part| 1.0 + part).product() } else { 1.0 + parts.sum::<f64>() }
}

/// What yearly factors grew to so far.
struct Grown {
    sum: f64,
    product: f64,
}

impl Default for Grown {
    fn default() -> Self {
        Self { sum: 0.0, product: 1.0 }
    }
}

impl Grown {
    fn factor(&self, group: &Growth) -> f64 {
        if group.compound { self.product } else { 1.0 + self.sum }
    }

    fn add_year(&mut self, group: &Growth, values: &Values<'_>, year: i32) {
        for factor in &group.factors {
            let factor = factor.value(values, year);
            self.sum += factor;
            self.product *= 1.0 + factor;
        }
    }
}
