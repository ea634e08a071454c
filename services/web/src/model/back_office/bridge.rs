//! The affordability bridge: how each printed figure is said to come about, and plainly whether it does.

use muster_proto::backoffice::v1::{
    AttributeDifference, Bridge, BridgeComparison, BridgeDerivation, BridgeFigure, BridgeRoll, BridgeWay,
};

use super::{large, trace_href};
use crate::{
    chart::waterfall::{self, Bar, Waterfall},
    model::catalogue::variance::ChartView,
    table::{Cell, Table},
};

/// Figures of different things: nothing is worked out.
const REFUSED: &str = "refused";

/// A way to a figure.
pub(crate) struct Way {
    /// Nothing where no sum may be made.
    pub(crate) chart: Option<ChartView>,
    pub(crate) table: Table,
}

/// A printed figure with the ways to it.
pub(crate) struct Derived {
    pub(crate) id: String,
    pub(crate) heading: String,
    /// A word and its ground.
    pub(crate) verdict: (&'static str, &'static str),
    pub(crate) says: String,
    pub(crate) note: String,
    pub(crate) ways: Vec<Way>,
}

impl Derived {
    /// Is there anything to draw?
    pub(crate) fn charted(&self) -> bool {
        self.ways.iter().any(|way| way.chart.is_some())
    }
}

fn title<'a>(bridge: &'a Bridge, id: &'a str) -> &'a str {
    bridge.figures.iter().find(|figure| figure.id == id).map_or(id, |figure| figure.title.as_str())
}

fn verdict(word: &str) -> (&'static str, &'static str) {
    match word {
        "adds-up" => ("adds up", "yes"),
        "rounding" => ("adds up but for rounding", "yes"),
        "irreconcilable" => ("does not add up", "no"),
        "refused" => ("may not be compared", "no"),
        _ => ("not judged", ""),
    }
}

fn differences(of: &[AttributeDifference]) -> String {
    let one =
        |it: &AttributeDifference| format!("{} ({} against {})", attribute(&it.attribute), it.one, it.other);
    of.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn attribute(name: &str) -> &str {
    match name {
        "window" => "the years",
        "base" => "the base year",
        "outturn" => "planned or actual",
        "scope" => "who and what is in it",
        "recurrence" => "recurrent or not",
        other => other,
    }
}

fn says(of: &BridgeWay, printed: i64) -> String {
    let (computed, off) = (large(of.computed_pence), large(of.difference_pence.abs()));
    let way = if of.difference_pence < 0 { "less" } else { "more" };
    match of.verdict.as_str() {
        "adds-up" => format!("The steps come to {computed}, which is what was printed."),
        "rounding" => format!(
            "The steps come to {computed}; {} was printed, {off} {way}. Rounding of the parts can explain up to {}, so this is shown and not forced.",
            large(printed),
            large(of.rounding_allows_pence)
        ),
        "irreconcilable" => format!(
            "The steps come to {computed}; {} was printed, {off} {way}. No rounding explains that: do not quote this figure without saying so.",
            large(printed)
        ),
        _ => format!(
            "No step says why the figures differ in {}. They are not figures of the same thing, so nothing is worked out.",
            differences(&of.unexplained)
        ),
    }
}

/// The derivations of a bridge.
pub(crate) fn derived(bridge: &Bridge, trace: bool) -> Vec<Derived> {
    let one = |of: &BridgeDerivation| {
        let ways = of.ways.iter().enumerate().map(|(place, it)| way(bridge, of, (it, place), trace));
        let best = of.ways.iter().find(|it| it.verdict == of.verdict).or(of.ways.first());
        Derived {
            id: format!("derivation-{}", of.id),
            heading: format!("{}: {}", capital(title(bridge, &of.to)), large(of.printed_pence)),
            verdict: verdict(&of.verdict),
            says: best.map(|it| says(it, of.printed_pence)).unwrap_or_default(),
            note: capital(&of.note),
            ways: ways.collect(),
        }
    };
    bridge.derivations.iter().map(one).collect()
}

fn way(bridge: &Bridge, of: &BridgeDerivation, (it, place): (&BridgeWay, usize), trace: bool) -> Way {
    let from = bridge.figures.iter().find(|figure| figure.id == it.from);
    let begins = from.map_or(0, |figure| figure.pence);
    let id = format!("{}-{place}", of.id);
    let mut bars: Vec<Bar> = from
        .map(|figure| Bar::whole(capital(&figure.title), figure.pence, large(figure.pence)))
        .into_iter()
        .collect();
    let mut at = begins;
    for step in &it.steps {
        bars.push(Bar::step(capital(&step.title), at, step.pence));
        at = at.saturating_add(step.pence);
    }
    bars.push(Bar::whole("Worked out", it.computed_pence, large(it.computed_pence)));
    bars.push(Bar::whole("Printed", of.printed_pence, large(of.printed_pence)));
    let start = from.map_or_else(|| "From its parts".to_owned(), |figure| format!("From {}", figure.title));
    let finding = says(it, of.printed_pence);
    let name = format!("{} to {}", start, title(bridge, &of.to));
    let svg = waterfall::svg(&Waterfall { id: &id, title: &name, finding: &finding, bars: &bars });
    let note = "Grey: figures. Red: makes the gap larger. Blue: makes it smaller.".to_owned();
    Way {
        chart: (it.verdict != REFUSED).then_some(ChartView { title: start, finding, svg, note }),
        table: steps(bridge, of, (it, &id), trace),
    }
}

fn steps(bridge: &Bridge, of: &BridgeDerivation, (it, id): (&BridgeWay, &str), trace: bool) -> Table {
    let start = if it.from.is_empty() { "its parts" } else { title(bridge, &it.from) };
    let caption = format!("Steps to {}, from {start}", title(bridge, &of.to));
    let table = Table::new(format!("steps-{id}"), caption)
        .text("Step", "step")
        .number("Amount", "pounds")
        .text("What it is", "nature")
        .text("Source", "source");
    let figure = |id: &str, pence: i64| linked(bridge, id, Cell::pounds(pence), trace);
    let begin = bridge.figures.iter().find(|figure| figure.id == it.from).map(|from| {
        vec![
            Cell::text(from.title.clone()),
            figure(&from.id, from.pence),
            Cell::text("where it begins"),
            Cell::text(from.source.clone()),
        ]
    });
    let steps = it.steps.iter().map(|step| {
        let amount = Cell::pounds(step.pence);
        vec![
            Cell::text(step.title.clone()),
            if step.figure.is_empty() { amount } else { linked(bridge, &step.figure, amount, trace) },
            Cell::text(step.nature.clone()),
            Cell::text(step.source.clone()),
        ]
    });
    let printed = vec![
        Cell::text("Printed"),
        figure(&of.to, of.printed_pence),
        Cell::text("as published"),
        Cell::text(""),
    ];
    let ends = if it.verdict == REFUSED {
        vec![printed]
    } else {
        vec![computed(it), printed, difference(bridge, of, it, trace)]
    };
    table.rows(begin.into_iter().chain(steps).chain(ends).collect::<Vec<_>>())
}

fn computed(it: &BridgeWay) -> Vec<Cell> {
    vec![Cell::text("Worked out"), Cell::pounds(it.computed_pence), Cell::text("sum"), Cell::text("")]
}

/// An edition keeps how far the best way is off.
fn difference(bridge: &Bridge, of: &BridgeDerivation, it: &BridgeWay, trace: bool) -> Vec<Cell> {
    let least = of.ways.iter().map(|way| way.difference_pence.abs()).min();
    let own = trace && least == Some(it.difference_pence.abs());
    let amount = Cell::pounds(it.difference_pence);
    vec![
        Cell::text("Printed less worked out"),
        linked(bridge, &format!("derivation/{}", of.id), amount, own),
        Cell::text(verdict(&it.verdict).0),
        Cell::text(""),
    ]
}

/// The steps of every way, as one file.
pub(crate) fn all_steps(bridge: &Bridge) -> Table {
    let table = Table::new("steps", "")
        .text("Derivation", "derivation")
        .text("To", "to")
        .text("Verdict", "verdict")
        .text("Step", "step")
        .number("Amount", "pounds")
        .text("What it is", "nature")
        .text("Source", "source");
    let of = |of: &BridgeDerivation| {
        let each = of
            .ways
            .iter()
            .flat_map(|it| steps(bridge, of, (it, ""), false).rows.into_iter().map(move |row| (it, row)));
        each.map(|(it, row)| {
            let head = [Cell::text(of.id.clone()), Cell::text(of.to.clone()), Cell::text(it.verdict.clone())];
            head.into_iter().chain(row).collect::<Vec<_>>()
        })
        .collect::<Vec<_>>()
    };
    table.rows(bridge.derivations.iter().flat_map(of).collect::<Vec<_>>())
}

fn linked(bridge: &Bridge, id: &str, cell: Cell, trace: bool) -> Cell {
    if trace { cell.to(trace_href(&format!("bridge/{}/{id}", bridge.title), 0)) } else { cell }
}

/// The first letter large.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Whether two figures may be compared, and what comes of it.
pub(crate) struct Compared {
    pub(crate) heading: String,
    pub(crate) verdict: (&'static str, &'static str),
    pub(crate) says: String,
}

pub(crate) fn compared(bridge: &Bridge, of: &BridgeComparison) -> Compared {
    let change = of.change_pence.unwrap_or_default();
    let amount = large(change.abs());
    let way = if change < 0 { "less" } else { "more" };
    let natures: Vec<String> =
        of.by_nature.iter().map(|it| format!("{} of it is {}", large(it.pence.abs()), it.nature)).collect();
    let (verdict, says) = match of.verdict.as_str() {
        "same" => (
            ("compared directly", "yes"),
            format!("The second is {amount} {way}: both are figures of the same thing."),
        ),
        "joined" => {
            (("joined by a bridge", "yes"), format!("The second is {amount} {way}; {}.", natures.join(", ")))
        }
        _ => (
            ("may not be compared", "no"),
            format!(
                "They differ in {}, and no bridge joins them: no difference is shown, because it would mean nothing.",
                differences(&of.differs)
            ),
        ),
    };
    Compared {
        heading: format!("{} against {}", capital(title(bridge, &of.one)), title(bridge, &of.other)),
        verdict,
        says,
    }
}

/// Gaps taken on to the next year.
pub(crate) fn rolls(bridge: &Bridge, trace: bool) -> Table {
    let table = Table::new("rolls", "Gaps taken on from year to year")
        .text("From", "from")
        .number("Gap", "gap_pounds")
        .number("Planned", "planned_pounds")
        .number("Delivered", "delivered_pounds")
        .number("Of it once only", "non_recurrent_pounds")
        .number("Not delivered", "not_delivered_pounds")
        .number("Opens with", "opening_pounds")
        .text("Source", "source");
    let row = |of: &BridgeRoll| {
        vec![
            Cell::text(title(bridge, &of.from)),
            Cell::pounds(of.gap_pence),
            Cell::pounds(of.planned_pence),
            Cell::pounds(of.delivered_pence),
            Cell::pounds(of.non_recurrent_pence),
            Cell::pounds(of.not_delivered_pence),
            linked(bridge, &format!("roll/{}", of.id), Cell::pounds(of.opening_pence), trace),
            Cell::text(match of.attested_year {
                0 => of.source.clone(),
                year => {
                    format!("{}; delivered is what finance attested of the year ending {year}", of.source)
                }
            }),
        ]
    };
    table.rows(bridge.rolls.iter().map(row).collect::<Vec<_>>())
}

/// The figures, with what each is a figure of.
pub(crate) fn figures(bridge: &Bridge, trace: bool) -> Table {
    let table = Table::new("figures", "Every figure, and what it is a figure of")
        .text("Figure", "title")
        .number("Amount", "pounds")
        .text("Years", "window")
        .text("Base year", "base")
        .text("Kind", "outturn")
        .text("Who and what is in it", "scope")
        .text("Recurrent", "recurrence")
        .text("Version", "version")
        .text("Source", "source");
    let row = |of: &BridgeFigure| {
        vec![
            Cell::text(of.title.clone()),
            linked(bridge, &of.id, Cell::pounds(of.pence), trace),
            Cell::text(of.window.clone()),
            Cell::text(of.base.clone()),
            Cell::text(of.outturn.clone()),
            Cell::text(of.scope.clone()),
            Cell::text(of.recurrence.replace('-', " ")),
            Cell::text(of.version.clone()),
            Cell::text(of.source.clone()),
        ]
    };
    table.rows(bridge.figures.iter().map(row).collect::<Vec<_>>())
}

/// How many printed figures add up, in a sentence.
pub(crate) fn finding(bridge: &Bridge) -> String {
    let of =
        |words: &[&str]| bridge.derivations.iter().filter(|it| words.contains(&it.verdict.as_str())).count();
    let (good, bad) = (of(&["adds-up", "rounding"]), of(&["irreconcilable"]));
    let refused = of(&["refused"]);
    let mut says =
        format!("{good} of {} printed figures can be worked out from others", bridge.derivations.len());
    if bad > 0 {
        says.push_str(&format!("; {bad} cannot, and {} shown so", if bad == 1 { "is" } else { "are" }));
    }
    if refused > 0 {
        says.push_str(&format!(
            "; {refused} would mix figures of different things and {} refused",
            if refused == 1 { "is" } else { "are" }
        ));
    }
    says.push('.');
    says
}
