//! A month of an organisation: what bank and agency cost, what was filled, and what moved from one to the other.

use std::collections::BTreeMap;

use muster_proto::agency::v1::{GetSpendTableResponse, SpendChange, SpendMeasures, Supply};

use super::{count, counted, money, month_words};
use crate::{
    figures,
    table::{Cell, Table},
};

/// What shifts come to by supply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// Pounds of agency shifts, pence.
    pub(crate) agency: i64,
    /// Of bank shifts, with those of a shared bank.
    pub(crate) bank: i64,
    /// Of agency shifts above the cap.
    pub(crate) over_cap: i64,
    pub(crate) agency_shifts: u64,
    pub(crate) bank_shifts: u64,
    pub(crate) unfilled: u64,
    pub(crate) cancelled: u64,
    /// Worked at an unknown price: their pounds are missing above.
    pub(crate) without_price: u64,
}

/// Adds rows up by a key; rows of other organisations are left out where one is named.
pub(crate) fn sums<'a, K: Ord>(
    told: &'a GetSpendTableResponse,
    organisation: &str,
    key: impl Fn(&'a muster_proto::agency::v1::SpendTableRow) -> K,
) -> BTreeMap<K, Sums> {
    let mut all: BTreeMap<K, Sums> = BTreeMap::new();
    for row in told.rows.iter().filter(|row| organisation.is_empty() || row.organisation == organisation) {
        let Some(cell) = &row.cell else { continue };
        let sum = all.entry(key(row)).or_default();
        sum.without_price += cell.without_price;
        match Supply::try_from(cell.supply).unwrap_or_default() {
            Supply::Agency => {
                sum.agency += cell.pence;
                sum.over_cap += cell.over_cap_pence;
                sum.agency_shifts += cell.shifts;
            }
            Supply::Bank | Supply::SharedBank => {
                sum.bank += cell.pence;
                sum.bank_shifts += cell.shifts;
            }
            Supply::Unfilled => sum.unfilled += cell.shifts,
            Supply::Cancelled => sum.cancelled += cell.shifts,
            Supply::Unspecified => {}
        }
    }
    all
}

/// Measures of an organisation in a month.
pub(crate) fn measures<'a>(
    told: &'a GetSpendTableResponse,
    organisation: &str,
    month: &str,
) -> Option<&'a SpendMeasures> {
    told.measures.iter().find(|it| it.organisation == organisation && it.month == month)
}

/// One figure of the first page, with what belongs to it.
pub(crate) struct Headline {
    pub(crate) key: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) number: String,
    pub(crate) unit: &'static str,
    pub(crate) note: String,
}

fn share(ppm: Option<i64>) -> String {
    ppm.map_or_else(|| "unknown".into(), figures::percent)
}

/// The month in one sentence.
pub(crate) fn finding(name: &str, month: &str, sum: &Sums, measured: Option<&SpendMeasures>) -> String {
    let filled = measured.and_then(|it| it.filled_ppm).map_or_else(String::new, |ppm| {
        format!(" {} of the shifts that were asked for were filled.", figures::percent(ppm))
    });
    let over = match sum.over_cap {
        0 => "nothing of it above the price caps".to_owned(),
        pence => format!("{} of it above the price caps", money(pence)),
    };
    format!(
        "In {} {name} spent {} on temporary staff: {} on agencies, {over}, and {} on its bank.{filled}",
        month_words(month),
        money(sum.agency + sum.bank),
        money(sum.agency),
        money(sum.bank),
    )
}

/// How spending moved, in words: where agency falls and bank rises, the smaller of the two has moved and was not saved.
pub(crate) fn moved(change: &SpendChange) -> String {
    let before = if change.before_from == change.before_until {
        month_words(&change.before_from)
    } else {
        format!("{} to {}", month_words(&change.before_from), month_words(&change.before_until))
    };
    let went = |pence: i64| match pence {
        0 => "stayed the same".to_owned(),
        1.. => format!("rose by {}", money(pence)),
        _ => format!("fell by {}", money(pence)),
    };
    let whole = match change.saved_pence {
        0 => "both together cost the same".to_owned(),
        1.. => format!("both together cost {} less", money(change.saved_pence)),
        _ => format!("both together cost {} more", money(change.saved_pence)),
    };
    let displaced = if change.displaced_pence > 0 {
        format!(
            " All groups of staff together, {} of the fall is displacement: the bank took it over, and it is no saving.",
            money(change.displaced_pence)
        )
    } else {
        String::new()
    };
    format!(
        "Against {before}, agency spending {} and bank spending {}; {whole}.{displaced}",
        went(change.agency_pence),
        went(change.bank_pence)
    )
}

fn above_cap(sum: &Sums) -> String {
    let shifts = counted(sum.agency_shifts, "agency shift");
    match (sum.over_cap, sum.agency_shifts) {
        (0, 0) => "No shift was worked by an agency.".into(),
        (0, _) => format!("Of {shifts}, none at a known price cost more than the cap of its own date."),
        _ => format!("Hours times what shifts cost above the cap of their own date, of {shifts} in all."),
    }
}

/// The figures at the top.
pub(crate) fn headlines(sum: &Sums, measured: Option<&SpendMeasures>) -> Vec<Headline> {
    let none = SpendMeasures::default();
    let it = measured.unwrap_or(&none);
    let unpriced = match sum.without_price {
        0 => String::new(),
        n => format!(" {} at an unknown price are not in it.", counted(n, "worked shift")),
    };
    let pay = it.agency_ppm.map_or_else(
        || " Import the month’s pay bill to see agency as a share of pay.".to_owned(),
        |ppm| format!(" Agency is {} of pay.", figures::percent(ppm)),
    );
    vec![
        Headline {
            key: "spend",
            heading: "Temporary staff",
            number: money(sum.agency + sum.bank),
            unit: "in the month",
            note: format!("Agency {}, bank {}.{unpriced}{pay}", money(sum.agency), money(sum.bank)),
        },
        Headline {
            key: "over-cap",
            heading: "Above the price caps",
            number: money(sum.over_cap),
            unit: "in the month",
            note: above_cap(sum),
        },
        Headline {
            key: "filled",
            heading: "Shifts filled",
            number: share(it.filled_ppm),
            unit: "of those asked for",
            note: format!(
                "Bank {}, shared bank {}, agency {}, nobody {}. Taken back: {} of all.",
                share(it.filled_bank_ppm),
                share(it.filled_shared_ppm),
                share(it.filled_agency_ppm),
                share(it.unfilled_ppm),
                share(it.cancelled_ppm)
            ),
        },
        Headline {
            key: "bank-share",
            heading: "Bank share",
            number: share(it.bank_by_pounds_ppm),
            unit: "by pounds",
            note: format!(
                "Of bank and agency together; {} by hours, {} by shifts.",
                share(it.bank_by_hours_ppm),
                share(it.bank_by_shifts_ppm)
            ),
        },
        intensity(it),
    ]
}

/// Agency shifts above the cap or off framework, measured by the size of the organisation.
fn intensity(it: &SpendMeasures) -> Headline {
    let made = format!(
        "{} above the price cap or off framework, each counted once",
        counted(it.overrides, "agency shift")
    );
    let note = match (it.override_intensity_milli, it.substantive_fte_milli) {
        (Some(_), Some(fte)) => format!(
            "{made}, beside {} substantive FTE: it lets large and small organisations be compared.",
            figures::whole(fte)
        ),
        _ => format!(
            "{made}. Import the month’s pay bill with its FTE to measure them by the size of the organisation."
        ),
    };
    Headline {
        key: "overrides",
        heading: "Override intensity",
        number: it.override_intensity_milli.map_or_else(|| "unknown".into(), figures::tenths),
        unit: "per 100 FTE",
        note,
    }
}

fn ratio(ppm: Option<i64>) -> Cell {
    ppm.map_or_else(Cell::none, Cell::share)
}

fn heads(table: Table) -> Table {
    table
        .number("Agency", "agency_pounds")
        .number("Bank", "bank_pounds")
        .number("Above the cap", "above_cap_pounds")
        .number("Agency shifts", "agency_shifts")
        .number("Bank shifts", "bank_shifts")
        .number("Unfilled", "unfilled_shifts")
        .number("Cancelled", "cancelled_shifts")
}

/// Overrides, and how many for each 100 substantive FTE.
fn overrides(measured: Option<&SpendMeasures>) -> [Cell; 2] {
    let intensity = measured.and_then(|it| it.override_intensity_milli);
    [
        measured.map_or_else(Cell::none, |it| Cell::count(count(it.overrides))),
        intensity.map_or_else(Cell::none, Cell::fte),
    ]
}

fn cells(sum: &Sums) -> [Cell; 7] {
    let shifts = |n: u64| Cell::count(count(n));
    [
        Cell::pounds(sum.agency),
        Cell::pounds(sum.bank),
        Cell::pounds(sum.over_cap),
        shifts(sum.agency_shifts),
        shifts(sum.bank_shifts),
        shifts(sum.unfilled),
        shifts(sum.cancelled),
    ]
}

/// Months of an organisation, newest first.
pub(crate) fn months(told: &GetSpendTableResponse, organisation: &str) -> Table {
    let table = heads(Table::new("months", "Months, newest first").text("Month", "month"))
        .number("Filled", "filled_percent")
        .number("Bank share by pounds", "bank_share_by_pounds_percent")
        .number("Overrides", "overrides")
        .number("per 100 FTE", "overrides_per_100_fte");
    let rows = sums(told, organisation, |row| row.month.as_str()).into_iter().rev().map(|(month, sum)| {
        let measured = measures(told, organisation, month);
        let mut row = vec![Cell::text(month).shown(month_words(month))];
        row.extend(cells(&sum));
        row.push(ratio(measured.and_then(|it| it.filled_ppm)));
        row.push(ratio(measured.and_then(|it| it.bank_by_pounds_ppm)));
        row.extend(overrides(measured));
        row
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Groups of staff of an organisation in a month, with what was displaced.
pub(crate) fn groups(told: &GetSpendTableResponse, organisation: &str) -> Table {
    let table = heads(Table::new("groups", "By group of staff").text("Group of staff", "staff_group"))
        .number("Change of agency", "agency_change_pounds")
        .number("Change of bank", "bank_change_pounds")
        .number("Displaced", "displaced_pounds");
    let rows = sums(told, organisation, |row| row.cell.as_ref().map_or("", |cell| cell.staff_group.as_str()));
    let rows = rows.into_iter().map(|(group, sum)| {
        let change =
            told.changes.iter().find(|it| it.organisation == organisation && it.staff_group == group);
        let mut row = vec![Cell::text(group)];
        row.extend(cells(&sum));
        row.extend(match change {
            Some(it) => [it.agency_pence, it.bank_pence, it.displaced_pence].map(Cell::pounds),
            None => [Cell::none(), Cell::none(), Cell::none()],
        });
        row
    });
    table.rows(rows.collect::<Vec<_>>())
}

/// Every organisation in a month; each leads to its own page.
pub(crate) fn organisations(told: &GetSpendTableResponse, month: &str) -> Table {
    let table = heads(Table::new("organisations", "By organisation").text("Organisation", "organisation"))
        .number("Agency of pay", "agency_of_pay_percent")
        .number("Bank share by pounds", "bank_share_by_pounds_percent")
        .number("by hours", "bank_share_by_hours_percent")
        .number("by shifts", "bank_share_by_shifts_percent")
        .number("Filled", "filled_percent")
        .number("Overrides", "overrides")
        .number("per 100 FTE", "overrides_per_100_fte");
    let rows = sums(told, "", |row| row.organisation.as_str()).into_iter().map(|(code, sum)| {
        let it = measures(told, code, month);
        let mut row = vec![Cell::link(code, format!("/agency?organisation={code}&month={month}"))];
        row.extend(cells(&sum));
        row.push(ratio(it.and_then(|it| it.agency_ppm)));
        row.push(ratio(it.and_then(|it| it.bank_by_pounds_ppm)));
        row.push(ratio(it.and_then(|it| it.bank_by_hours_ppm)));
        row.push(ratio(it.and_then(|it| it.bank_by_shifts_ppm)));
        row.push(ratio(it.and_then(|it| it.filled_ppm)));
        row.extend(overrides(it));
        row
    });
    table.rows(rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bank_took_over_is_no_saving() {
        let change = SpendChange {
            before_from: "2015-04".into(),
            before_until: "2015-04".into(),
            agency_pence: -11_000_000,
            bank_pence: 3_000_000,
            displaced_pence: 3_000_000,
            saved_pence: 8_000_000,
            ..Default::default()
        };
        assert_eq!(
            moved(&change),
            "Against April 2015, agency spending fell by £110,000 and bank spending rose by £30,000; both together cost \
             £80,000 less. All groups of staff together, £30,000 of the fall is displacement: the bank took it over, and it is no saving."
        );
        let dearer = SpendChange {
            agency_pence: 5_000,
            bank_pence: 0,
            displaced_pence: 0,
            saved_pence: -5_000,
            ..change
        };
        assert!(moved(&dearer).ends_with("bank spending stayed the same; both together cost £50 more."));
    }
}
