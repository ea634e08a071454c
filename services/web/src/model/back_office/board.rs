//! The board: attested money in the headline, everything else beside it, and how delivery stands.

use muster_proto::backoffice::v1::{BoardSum, GetBoardResponse, SchemeLine};

use super::{claims, money, schemes, trace_href, traced};
use crate::{
    chart::waterfall::{self, Bar, Waterfall},
    figures,
    model::{agency::month_words, catalogue::variance::ChartView},
    table::{Cell, Table},
};

/// A figure of the board.
pub(crate) struct Tile {
    pub(crate) key: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) amount: String,
    /// The same to the penny.
    pub(crate) exact: String,
    pub(crate) note: &'static str,
    pub(crate) trace: String,
}

/// The headline, and what is never in it.
pub(crate) fn tiles(of: &GetBoardResponse) -> [Tile; 5] {
    [
        (
            "attested",
            "Attested",
            of.attested_pence,
            "found in a ledger by finance, above the organisations’ own programmes",
        ),
        (
            "recurrent",
            "Of it, from recurrent schemes",
            of.recurrent_pence,
            "the recurrent part: the rest came once and is a gap again next year",
        ),
        (
            "within-own",
            "Within own programmes",
            of.within_own_pence,
            "attested too, and none of this programme’s: not in the headline",
        ),
        (
            "unattested",
            "Claimed, not attested",
            of.unattested_pence,
            "owners say so and finance has not decided: never in the headline",
        ),
        (
            "proposed",
            "Proposed by events",
            of.proposed_pence,
            "worked out from posted spend and prices; nobody has taken it on",
        ),
    ]
    .map(|(key, heading, pence, note)| Tile {
        key,
        heading,
        amount: money(pence),
        exact: figures::exact_pounds(pence),
        note,
        trace: trace_href(&format!("savings/{key}"), 0),
    })
}

/// The answer in a sentence or two.
pub(crate) fn finding(of: &GetBoardResponse) -> String {
    let whose = match of.organisations.len() {
        0 => String::new(),
        1 => " from one organisation".to_owned(),
        many => format!(" from {many} organisations"),
    };
    let waits = of.unattested_pence + of.proposed_pence;
    let more = if waits == 0 {
        String::new()
    } else {
        format!(
            " A further {} is claimed or proposed and counts for nothing until finance finds it in a ledger.",
            money(waits)
        )
    };
    format!(
        "Finance has attested {}{whose} above their own programmes; {} of it comes from recurrent schemes.{more}",
        money(of.attested_pence),
        money(of.recurrent_pence)
    )
}

/// Has nothing come in yet?
pub(crate) fn is_empty(of: &GetBoardResponse, schemes: &[SchemeLine]) -> bool {
    schemes.is_empty()
        && of.attested_pence == 0
        && of.within_own_pence == 0
        && of.unattested_pence == 0
        && of.proposed_pence == 0
        && of.held.is_empty()
}

/// What to do now: words before the link, address, words of the link.
pub(crate) fn next_step(of: &GetBoardResponse, undecided: usize) -> (String, String, &'static str) {
    if undecided > 0 {
        let claims =
            if undecided == 1 { "1 claim waits".to_owned() } else { format!("{undecided} claims wait") };
        return (format!("{claims} for finance."), "/back-office/claims".into(), "Decide on them");
    }
    if !of.held.is_empty() {
        let text = "Attested claims do not count any more, because what they rest on has changed.".to_owned();
        return (text, "#held-heading".into(), "See which, and why");
    }
    if !of.deceiving_schemes.is_empty() {
        let text =
            "Nothing waits for finance, but schemes that look green to date will miss their year.".to_owned();
        return (text, "/back-office/schemes?standing=deceiving".into(), "See which");
    }
    ("Nothing waits for finance.".into(), "/editions".into(), "Freeze these figures as an edition")
}

fn sums(id: &'static str, caption: &str, head: &'static str, column: &'static str) -> Table {
    Table::new(id, caption)
        .text(head, column)
        .empty("Nothing is attested yet.")
        .csv(format!("/back-office/board/{id}.csv"))
}

fn with_total(table: Table, of: &GetBoardResponse, rows: Vec<Vec<Cell>>, between: usize) -> Table {
    if rows.is_empty() {
        return table;
    }
    let mut last = vec![Cell::text("All")];
    last.extend((0..between).map(|_| Cell::text("")));
    last.push(traced(of.attested_pence, "savings/attested"));
    table.rows(rows).rows([last])
}

/// The headline by organisation.
pub(crate) fn organisations(of: &GetBoardResponse) -> Table {
    let table = sums("organisations", "The headline by organisation", "Organisation", "organisation")
        .number("Attested", "attested_pounds");
    let row = |sum: &BoardSum| {
        vec![Cell::text(sum.of.clone()), traced(sum.attested_pence, &format!("savings/attested/{}", sum.of))]
    };
    let rows = of.organisations.iter().map(row).collect();
    with_total(table, of, rows, 0)
}

/// The headline by month of the ledger; a sum leads to the claims that it is made of.
pub(crate) fn months(of: &GetBoardResponse) -> Table {
    let table = sums("months", "The headline by month of the ledger", "Month", "month")
        .number("Attested", "attested_pounds");
    let row = |sum: &BoardSum| {
        let month = Cell::text(sum.of.clone()).shown(month_words(&sum.of));
        vec![month, Cell::pounds(sum.attested_pence).to(claims::of_month(&sum.of))]
    };
    let rows = of.months.iter().map(row).collect();
    with_total(table, of, rows, 0)
}

/// The headline by scheme; a sum leads to the claims that it is made of.
pub(crate) fn by_scheme(of: &GetBoardResponse, schemes: &[SchemeLine]) -> Table {
    let table = sums("schemes", "The headline by scheme", "Scheme", "scheme")
        .text("Title", "title")
        .number("Attested", "attested_pounds");
    let row = |sum: &BoardSum| {
        let known = schemes.iter().filter_map(|line| line.scheme.as_ref()).find(|it| it.scheme == sum.of);
        vec![
            Cell::link(sum.of.clone(), schemes::href(&sum.of)),
            Cell::text(known.map(|it| it.title.clone()).unwrap_or_default()),
            Cell::pounds(sum.attested_pence).to(claims::of_scheme(&sum.of)),
        ]
    };
    let rows = of.schemes.iter().map(row).collect();
    with_total(table, of, rows, 1)
}

/// What each organisation saved; nothing where there are fewer than two.
pub(crate) fn chart(of: &GetBoardResponse) -> Option<ChartView> {
    if of.organisations.len() < 2 {
        return None;
    }
    let mut sorted: Vec<&BoardSum> = of.organisations.iter().collect();
    sorted.sort_by_key(|sum| std::cmp::Reverse(sum.attested_pence));
    let first = *sorted.first()?;
    let bars: Vec<Bar> =
        sorted.iter().map(|sum| Bar::whole(&sum.of, sum.attested_pence, money(sum.attested_pence))).collect();
    let title = "Attested by organisation".to_owned();
    let finding = format!("{} has most of it: {}.", first.of, money(first.attested_pence));
    let svg =
        waterfall::svg(&Waterfall { id: "by-organisation", title: &title, finding: &finding, bars: &bars });
    let note = "Pounds attested above each organisation’s own programme.".to_owned();
    Some(ChartView { title, finding, svg, note })
}

/// Words of the time to date: `April to October 2017`.
pub(crate) fn to_date(as_of: &str) -> String {
    if as_of.is_empty() { "To date".into() } else { format!("April to {}", month_words(as_of)) }
}

/// What stands of a month is not known.
pub(crate) fn unknown(of: &GetBoardResponse) -> Option<String> {
    let months = of.delivery.map_or(0, |it| it.unknown_months);
    (months > 0).then(|| {
        format!(
            "{} of schemes have a plan and no actual or forecast beside it: the full year is understated until they come.",
            if months == 1 { "1 month".to_owned() } else { format!("{} months", figures::count(months.into())) }
        )
    })
}
