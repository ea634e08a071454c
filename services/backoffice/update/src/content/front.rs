//! The first page: at a glance, looking forward, key issues.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    affordability::{Verdict, derived, rolls},
    book::Book,
    groups::BACKTEST,
    rag::Rag,
    schemes::{schemes, whole},
};
use crate::{
    document::{Block, Cell, Highlight, Section, Table},
    edition::Figure,
    value::{interval, of_plan, plain, pounds, sentence, shown},
};

/// Most pressures that are looked forward to.
const PRESSURES: usize = 5;
/// Most schemes of an issue that are named.
const NAMED: usize = 5;

pub(crate) fn at_a_glance(book: &Book<'_>) -> Section {
    let found = [attested(book), against_plan(book), bridge(book), workforce(book), changes(book)];
    let highlights: Vec<Highlight> = found.into_iter().flatten().collect();
    let blocks = if highlights.is_empty() { Vec::new() } else { vec![Block::Highlights(highlights)] };
    let nothing = "No figure of this edition is one that a board sees first.".to_owned();
    super::section("at-a-glance", "At a glance", blocks, nothing)
}

fn highlight(label: &str, value: String, note: String) -> Highlight {
    Highlight { label: label.to_owned(), value, note }
}

fn attested(book: &Book<'_>) -> Option<Highlight> {
    let all = book.value("savings/attested")?;
    let note = match book.value("savings/recurrent") {
        Some(recurrent) => format!("{} recurrent, {} once", pounds(recurrent), pounds(all - recurrent)),
        None => "above organisations' own programmes".to_owned(),
    };
    Some(highlight("Attested savings above own programmes", pounds(all), note))
}

fn against_plan(book: &Book<'_>) -> Option<Highlight> {
    let schemes = schemes(book);
    if schemes.is_empty() {
        return None;
    }
    let whole = whole(&schemes);
    let word = |of: Option<Rag>| of.map_or("no plan", Rag::word);
    let share = of_plan(whole.actual_to_date, whole.plan_to_date).unwrap_or_else(|| "no plan".to_owned());
    let note = format!(
        "{} of {} to date: {}. Full year {} of {}: {}",
        pounds(whole.actual_to_date),
        pounds(whole.plan_to_date),
        word(whole.to_date()),
        pounds(whole.forecast_year),
        pounds(whole.plan_year),
        word(whole.year())
    );
    Some(highlight("Schemes against plan, to date", share, note))
}

fn bridge(book: &Book<'_>) -> Option<Highlight> {
    let derived = derived(book);
    let holds = derived.iter().filter(|it| it.verdict.is_some_and(Verdict::holds)).count();
    let note = if holds == derived.len() {
        "all come out".to_owned()
    } else {
        format!("not explained, and shown as printed: {}", derived.len() - holds)
    };
    let value = format!("{holds} of {}", derived.len());
    (!derived.is_empty()).then(|| highlight("Printed figures of the bridge that come out", value, note))
}

/// The figure of the workforce that is nearest to the top: the gap of the whole area at the end of the forecast, where there is one.
fn workforce(book: &Book<'_>) -> Option<Highlight> {
    let known = book.under("staffing/").filter(|it| !it.key.starts_with(BACKTEST)).chain(book.under("plan/"));
    let first = known.min_by_key(|it| {
        let gap = it.key.starts_with("staffing/gap/");
        (!gap, !it.key.contains("/system/"), it.key.matches('/').count(), Reverse(&it.window))
    })?;
    let interval = interval(first)
        .map_or_else(|| "no interval".to_owned(), |it| format!("10th to 90th percentile {it}"));
    let note = format!("{}, {interval}", plain(&first.window));
    Some(highlight(&sentence(&first.title), shown(first), note))
}

fn changes(book: &Book<'_>) -> Option<Highlight> {
    let since = book.edition.since.as_ref()?;
    let note = format!("since edition {}", since.number);
    Some(highlight("Figures that changed", since.changes.len().to_string(), note))
}

/// Lines of the plan at the end of what they look ahead: earlier years lead there.
fn pressures<'a>(book: &Book<'a>) -> Vec<&'a Figure> {
    let mut latest: BTreeMap<&str, &Figure> = BTreeMap::new();
    for it in book.under("plan/") {
        let known = latest.entry(it.title.as_str()).or_insert(it);
        if it.window > known.window {
            *known = it;
        }
    }
    latest.into_values().take(PRESSURES).collect()
}

pub(crate) fn looking_forward(book: &mut Book<'_>) -> Section {
    let mut table = Table::new(
        "What the figures say of the time to come",
        &["What", "#Amount", "#10th to 90th percentile", "Window", "Source"],
    );
    let all = whole(&schemes(book));
    for (end, title, value) in [
        ("/carry-forward", "Carried into next year by recurrent schemes", all.carry_forward),
        ("/new-gap", "Saved once, and a gap again next year", all.new_gap),
    ] {
        let named: Vec<&Figure> = all.figures.iter().filter(|it| it.key.ends_with(end)).copied().collect();
        if let Some(first) = named.first() {
            let window = Cell::text(&first.window);
            let source = book.cite_dated(named);
            table.rows.push(vec![
                Cell::text(title),
                Cell::text(pounds(value)),
                Cell::text(""),
                window,
                source,
            ]);
        }
    }
    let mut figures = rolls(book);
    figures.extend(pressures(book));
    for it in figures {
        let source = book.cite_dated([it]);
        table.rows.push(vec![
            Cell::heading(&it.title),
            Cell::text(shown(it)).of(&it.key),
            Cell::text(interval(it).unwrap_or_default()),
            Cell::text(&it.window),
            source,
        ]);
    }
    let blocks = if table.rows.is_empty() { Vec::new() } else { vec![Block::Table(table)] };
    let nothing = book.nothing("the time to come");
    super::section("looking-forward", "Looking forward", blocks, nothing)
}

pub(crate) fn key_issues(book: &Book<'_>) -> Section {
    let mut issues = of_schemes(book);
    let more_than_none = |key: &str| book.value(key).filter(|it| *it != 0);
    if let Some(pence) = more_than_none("savings/unattested") {
        issues.push(format!(
            "{} are claimed and not attested by finance: they are in no total of attested savings.",
            pounds(pence)
        ));
    }
    if let Some(pence) = more_than_none("savings/proposed") {
        issues.push(format!("{} are proposed by events, and nobody has taken them on.", pounds(pence)));
    }
    let held = book.under("savings/claim/").filter(|it| it.title.contains("; not counted: ")).count();
    if held > 0 {
        issues.push(format!("Attested claims that do not count, because something forbids it: {held}."));
    }
    let open: Vec<_> =
        derived(book).into_iter().filter(|it| !it.verdict.is_some_and(Verdict::holds)).collect();
    for it in open {
        let off = shown(it.figure);
        issues.push(format!(
            "{}: printed less computed is {off}. The difference is not explained.",
            sentence(it.title)
        ));
    }
    let blocks = if issues.is_empty() { Vec::new() } else { vec![Block::List(issues)] };
    let nothing = "No issue follows from the figures of this edition.".to_owned();
    super::section("key-issues", "Key issues", blocks, nothing)
}

fn of_schemes(book: &Book<'_>) -> Vec<String> {
    let schemes = schemes(book);
    let mut issues = Vec::new();
    let red = schemes.iter().filter(|it| it.year() == Some(Rag::Red)).count();
    if red > 0 {
        issues.push(format!("Red for the full year: {red} of {} schemes.", schemes.len()));
    }
    let deceiving: Vec<String> =
        schemes.iter().filter(|it| it.deceives()).map(|it| plain(it.title)).collect();
    if !deceiving.is_empty() {
        let named = deceiving.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let count = deceiving.len();
        let such = if count > NAMED { format!("{count} schemes, such as ") } else { String::new() };
        issues.push(format!("Green to date and red for the full year: {such}{named}."));
    }
    let once = whole(&schemes).new_gap;
    if once != 0 {
        issues
            .push(format!("{} of planned savings come once: they are a gap again next year.", pounds(once)));
    }
    issues
}
