//! What made a figure: steps, each with what it rests on beneath it.

use muster_proto::backoffice::v1::{TraceNature, TraceStep};

use super::{claims, editions::shown, trace_href};
use crate::{
    figures,
    table::{Cell, Table},
};

/// A step, and how the list opens and closes around it.
pub(crate) struct Step {
    /// A list begins before it.
    pub(crate) opens: bool,
    /// Items that end before it, each with the list that it is in.
    pub(crate) closes: usize,
    pub(crate) first: bool,
    pub(crate) nature: &'static str,
    pub(crate) title: String,
    pub(crate) value: String,
    pub(crate) says: String,
    /// Who and when.
    pub(crate) by: String,
    /// File and line.
    pub(crate) file: String,
    pub(crate) sha256: String,
    /// Where it leads; empty for nowhere.
    pub(crate) href: String,
    /// Id of an event or an import, to look it up.
    pub(crate) id: String,
}

/// Steps, and the lists that are open at their end.
pub(crate) struct Trace {
    pub(crate) steps: Vec<Step>,
    pub(crate) open: usize,
}

fn nature(of: TraceNature) -> &'static str {
    match of {
        TraceNature::Unspecified => "Step",
        TraceNature::Figure => "Figure",
        TraceNature::Event => "Event",
        TraceNature::Decision => "Decision",
        TraceNature::Rule => "Rule",
        TraceNature::Line => "Line of a file",
        TraceNature::File => "File",
    }
}

fn href(of: &TraceStep, edition: i64) -> String {
    match of.nature() {
        TraceNature::Figure if of.depth > 0 => trace_href(&of.id, edition),
        TraceNature::Decision if of.context.is_empty() || of.context == "backoffice" => claims::href(&of.id),
        TraceNature::File => "/imports".to_owned(),
        _ => String::new(),
    }
}

/// The steps as a list of lists.
pub(crate) fn trace(told: &[TraceStep], edition: i64) -> Trace {
    let mut open = 0_usize;
    let mut steps = Vec::with_capacity(told.len());
    for of in told {
        // a step is at most one deeper than the one before
        let depth = (of.depth as usize + 1).min(open + 1);
        let (opens, closes) = (depth > open, open.saturating_sub(depth));
        open = depth;
        let by = [of.actor.clone(), figures::instant(of.at_micros)];
        let by = by.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        let file = match (of.file_name.as_str(), of.line) {
            ("", _) => String::new(),
            (name, 0) => name.to_owned(),
            (name, line) => format!("{name}, line {line}"),
        };
        let kind = of.nature();
        steps.push(Step {
            opens,
            closes,
            first: steps.is_empty(),
            nature: nature(kind),
            title: super::bridge::capital(&of.title),
            value: of.value.map(|value| shown(value, &of.unit)).unwrap_or_default(),
            says: of.says.clone(),
            by,
            file,
            sha256: of.sha256.clone(),
            href: href(of, edition),
            id: if kind == TraceNature::Figure { String::new() } else { of.id.clone() },
        });
    }
    Trace { steps, open }
}

/// The steps as a file.
pub(crate) fn table(told: &[TraceStep]) -> Table {
    let table = Table::new("trace", "Trace")
        .number("Depth", "depth")
        .text("Nature", "nature")
        .text("Id", "id")
        .text("Title", "title")
        .text("Says", "says")
        .text("Context", "context")
        .text("Who", "actor")
        .text("When", "at")
        .number("Value", "value")
        .text("Unit", "unit")
        .text("File", "file_name")
        .number("Line", "line")
        .text("SHA-256", "sha256");
    let row = |of: &TraceStep| {
        let when = if of.at_micros == 0 { String::new() } else { figures::plain_instant(of.at_micros) };
        vec![
            Cell::count(of.depth.into()),
            Cell::text(nature(of.nature()).to_lowercase()),
            Cell::text(of.id.clone()),
            Cell::text(of.title.clone()),
            Cell::text(of.says.clone()),
            Cell::text(of.context.clone()),
            Cell::text(of.actor.clone()),
            Cell::text(when),
            of.value.map_or_else(Cell::none, |value| Cell::number(shown(value, &of.unit), value.to_string())),
            Cell::text(of.unit.clone()),
            Cell::text(of.file_name.clone()),
            if of.line == 0 { Cell::none() } else { Cell::count(of.line) },
            Cell::text(of.sha256.clone()),
        ]
    };
    table.rows(told.iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_open_and_close_as_the_steps_go_deeper_and_come_back() {
        let at = |depth| TraceStep { depth, ..TraceStep::default() };
        let told = trace(&[at(0), at(1), at(2), at(2), at(1), at(5), at(0)], 0);
        let shape: Vec<(bool, usize)> = told.steps.iter().map(|step| (step.opens, step.closes)).collect();
        assert_eq!(shape, [(true, 0), (true, 0), (true, 0), (false, 0), (false, 1), (true, 0), (false, 2)]);
        assert_eq!(told.open, 1);
    }
}
