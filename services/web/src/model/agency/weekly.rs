//! A weekly return: its figures by group of staff, its versions, and what stands beside the counts.

use muster_proto::agency::v1::{ReturnCounts, ReturnFigures, ReturnHead, ReturnState};

use super::{count, signatory_words};
use crate::{
    figures,
    pages::encode,
    table::{Cell, Table},
};

/// Where a week of an organisation is.
pub(crate) fn href(head: &ReturnHead) -> String {
    format!("/agency/returns/{}/{}", encode(&head.organisation), encode(&head.week_commencing))
}

/// How a version stands.
pub(crate) fn state_words(state: i32) -> &'static str {
    match ReturnState::try_from(state).unwrap_or_default() {
        ReturnState::Unspecified => "draft",
        ReturnState::Open => "waits to be attested",
        ReturnState::Attested => "attested",
        ReturnState::Closed => "closed",
    }
}

/// `Version 2 (correction 1)`, or what is counted now.
pub(crate) fn version_words(head: &ReturnHead) -> String {
    let correction =
        if head.correction > 0 { format!(" (correction {})", head.correction) } else { String::new() };
    if head.version == 0 {
        "As it is counted now".into()
    } else {
        format!("Version {}{correction}", head.version)
    }
}

/// Versions; of one week the first one first, of many as they come.
pub(crate) fn versions(heads: &[ReturnHead], of_week: bool) -> Table {
    let table = if of_week {
        Table::new("versions", "Versions and corrections of this week").text("Version", "version")
    } else {
        Table::new("returns", "Versions of weekly returns, newest week first")
            .text("Week commencing", "week_commencing")
            .text("Organisation", "organisation")
            .text("Version", "version")
    };
    let table = table
        .text("State", "state")
        .text("Attested by", "attested_by")
        .text("Attested", "attested_at")
        .text("Submitted by", "submitted_by")
        .text("Closed", "closed_at")
        .empty("No version of a return is stored yet.");
    let rows = heads.iter().map(|head| {
        let link = format!("{}?version={}", href(head), head.version);
        let mut row = if of_week {
            vec![Cell::link(version_words(head), link)]
        } else {
            let mut week = Cell::link(head.week_commencing.clone(), link);
            week = week.shown(figures::date(&head.week_commencing));
            vec![week, Cell::text(head.organisation.clone()), Cell::text(version_words(head))]
        };
        let instant =
            |micros: i64| Cell::text(figures::plain_instant(micros)).shown(figures::instant(micros));
        let maybe = |micros: i64| if micros == 0 { Cell::text("") } else { instant(micros) };
        row.extend([
            Cell::text(state_words(head.state)),
            Cell::text(head.attested_by.clone()),
            maybe(head.attested_at_micros),
            Cell::text(head.submitted_by.clone()),
            maybe(head.closed_at_micros),
        ]);
        row
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// A row of the return: its name, and what it counts.
type Measure = (&'static str, fn(&ReturnCounts) -> u64);

const MEASURES: [Measure; 18] = [
    ("Shifts worked by bank and agency", |it| it.worked),
    ("Bank", |it| it.bank),
    ("Agency", |it| it.agency),
    ("Unfilled", |it| it.unfilled),
    ("Cancelled", |it| it.cancelled),
    ("Price-cap overrides", |it| it.price_cap),
    ("Wage-cap overrides", |it| it.wage_cap),
    ("Off framework", |it| it.off_framework),
    ("Both price cap and framework", |it| it.both),
    ("Either of the two", |it| it.either),
    ("50% or more above the cap, under the threshold", |it| it.over_50),
    ("At the threshold or above, agency and bank", |it| it.over_threshold),
    ("Signed off", |it| it.sign_offs),
    ("Not signed off, and should have been", |it| it.without_sign_off),
    ("Agency shifts of bands 2 and 3", |it| it.band_2_3),
    ("Agency shifts of admin and estates", |it| it.admin_estates),
    ("Not judged: a rule or a price is missing", |it| it.not_judged),
    ("Hours worked", |it| u64::try_from(it.minutes).unwrap_or_default().saturating_add(30) / 60),
];

/// Counts by group of staff: a row a measure, so that a phone shows them too.
pub(crate) fn counts(figures: &ReturnFigures) -> Table {
    let mut table = Table::new("counts", "Shifts by group of staff")
        .text("Measure", "measure")
        .empty("No shift began in this week.");
    let groups: Vec<&ReturnCounts> = figures.groups.iter().chain(figures.total.as_ref()).collect();
    if figures.groups.is_empty() {
        return table;
    }
    for group in &groups {
        let name = if group.staff_group.is_empty() { "all" } else { &group.staff_group };
        table = table.number(name, name.to_owned());
    }
    let rows = MEASURES.map(|(name, of)| {
        let counts = groups.iter().map(|group| Cell::count(count(of(group))));
        std::iter::once(Cell::text(name)).chain(counts).collect::<Vec<_>>()
    });
    let over = groups.iter().map(|group| Cell::pounds(group.over_cap_pence));
    let over = std::iter::once(Cell::text("Above the price cap")).chain(over).collect();
    table.rows(rows).rows([over])
}

/// The answer in a sentence.
pub(crate) fn finding(figures: &ReturnFigures) -> String {
    let Some(total) = figures.total.as_ref().filter(|_| !figures.groups.is_empty()) else {
        return "No shift of this week is known.".into();
    };
    let n = |count: u64| super::counted(count, "shift");
    let without = match total.without_sign_off {
        0 => "Every shift that needed somebody’s leave had it.".to_owned(),
        1 => "1 shift needed somebody’s leave and did not have it.".to_owned(),
        many => format!("{} needed somebody’s leave and did not have it.", n(many)),
    };
    format!(
        "{} worked: {} by the bank and {} by agencies; {} unfilled. {} above the price cap or off framework. {without}",
        n(total.worked),
        n(total.bank),
        n(total.agency),
        n(total.unfilled),
        n(total.either)
    )
}

/// Shifts off framework, one by one.
pub(crate) fn off_framework(of: &ReturnFigures) -> Table {
    let table = Table::new("off-framework", "Shifts off framework")
        .text("Day", "date")
        .text("Group of staff", "staff_group")
        .text("Shift", "shift_ref")
        .text("Reason", "reason")
        .number("Price an hour", "price_pounds_an_hour")
        .text("Agency", "agency")
        .empty("No shift of this week was off framework.");
    let rows = of.off_framework.iter().map(|it| {
        vec![
            Cell::text(it.date.clone()).shown(figures::date(&it.date)),
            Cell::text(it.staff_group.clone()),
            Cell::text(it.shift_ref.clone()),
            Cell::text(it.reason.clone()),
            it.price_pence.map_or_else(Cell::none, Cell::pounds),
            Cell::text(it.agency.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Overrides that were asked for, one by one.
pub(crate) fn break_glass(of: &ReturnFigures) -> Table {
    let table = Table::new("break-glass", "Overrides asked for (break glass)")
        .text("Day", "date")
        .text("Group of staff", "staff_group")
        .text("Shift", "shift_ref")
        .text("Reason", "reason")
        .number("Price an hour", "price_pounds_an_hour")
        .text("Agency", "agency")
        .text("To be signed by", "demanded")
        .text("State", "state")
        .empty("No override was asked for in this week.");
    let rows = of.break_glass.iter().map(|it| {
        vec![
            Cell::text(it.date.clone()).shown(figures::date(&it.date)),
            Cell::text(it.staff_group.clone()),
            Cell::text(it.shift_ref.clone()),
            Cell::text(it.reason.clone()),
            Cell::pounds(it.price_pence),
            Cell::text(it.agency.clone()),
            Cell::text(it.demanded.clone()).shown(signatory_words(&it.demanded)),
            Cell::text(it.state.clone()),
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}
