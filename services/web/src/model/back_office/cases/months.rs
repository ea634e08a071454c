//! The months of an option: flows as planned and as they came or are forecast now, and their running sums as a chart.

use muster_proto::backoffice::v1::{CaseMonth, GetCaseResponse};

use super::title;
use crate::{
    chart::flow::{self, At, Flow},
    model::{
        agency::month_words,
        back_office::{money, whole},
        catalogue::variance::ChartView,
    },
    table::{Cell, Table},
};

fn running(months: &[CaseMonth], of: impl Fn(&CaseMonth) -> i64) -> Vec<i64> {
    let sums = months.iter().scan(0_i64, |sum, month| {
        *sum = sum.saturating_add(of(month));
        Some(*sum)
    });
    sums.collect()
}

/// Is every month forecast anew?
fn reforecast(months: &[CaseMonth]) -> bool {
    months.iter().all(|month| month.reforecast_pence.is_some())
}

/// The running sums; nothing where there are fewer than two months.
pub(crate) fn chart(told: &GetCaseResponse) -> Option<ChartView> {
    let months = &told.months;
    if months.len() < 2 {
        return None;
    }
    let [planned, low, high] = [
        running(months, |it| it.planned_pence),
        running(months, |it| it.low_pence),
        running(months, |it| it.high_pence),
    ];
    let now = reforecast(months).then(|| running(months, |it| it.reforecast_pence.unwrap_or_default()));
    let points: Vec<At<'_>> = months
        .iter()
        .enumerate()
        .map(|(place, it)| At {
            month: &it.month,
            planned: planned[place],
            low: low[place].min(high[place]),
            high: high[place].max(low[place]),
            now: now.as_ref().map(|now| now[place]),
        })
        .collect();
    let last = points.last()?;
    let known = told.reforecast.as_ref().filter(|_| now.is_some());
    let as_of = known.map_or("", |it| it.as_of.as_str());
    let by = last.now.map_or_else(String::new, |pence| {
        format!("; by what was attested to {} it comes to {}", month_words(as_of), money(pence))
    });
    let finding = format!(
        "By the end of {} the plan comes to {}, undiscounted{by}.",
        month_words(last.month),
        money(last.planned)
    );
    let heading = format!("Running sum of “{}”", title(told, &told.option));
    let svg = flow::svg(&Flow { id: "flow", title: &heading, finding: &finding, points: &points, as_of });
    let lines =
        if last.now.is_some() { "Dashed: as planned. Solid: as it came and is forecast now. " } else { "" };
    let note =
        format!("{lines}Band: low to high case of the plan. Below nought more has been spent than saved.");
    Some(ChartView { title: heading, finding, svg, note })
}

/// Every month.
pub(crate) fn table(told: &GetCaseResponse) -> Table {
    let months = &told.months;
    let table = Table::new("months", format!("Months of “{}”", title(told, &told.option)))
        .text("Month", "month")
        .number("Planned", "planned_pounds")
        .number("Planned, running sum", "planned_sum_pounds")
        .number("Low", "low_pounds")
        .number("High", "high_pounds")
        .number("Attested", "attested_pounds")
        .number("Came, or forecast now", "reforecast_pounds")
        .number("The same, running sum", "reforecast_sum_pounds")
        .number("Transition", "transition_pounds")
        .number("Dual running", "dual_running_pounds")
        .number("Stranded", "stranded_pounds")
        .number("Saving", "saving_pounds")
        .number("Stated", "stated_pounds");
    let sums = running(months, |it| it.planned_pence);
    let now = reforecast(months).then(|| running(months, |it| it.reforecast_pence.unwrap_or_default()));
    let any = |pence: Option<i64>| pence.map_or_else(Cell::none, whole);
    let row = |(place, it): (usize, &CaseMonth)| {
        let parts = it.parts.unwrap_or_default();
        vec![
            Cell::text(it.month.clone()).shown(month_words(&it.month)),
            whole(it.planned_pence),
            whole(sums[place]),
            whole(it.low_pence),
            whole(it.high_pence),
            any(it.attested_pence),
            any(it.reforecast_pence),
            any(now.as_ref().map(|now| now[place])),
            whole(parts.transition_pence),
            whole(parts.dual_running_pence),
            whole(parts.stranded_pence),
            whole(parts.saving_pence),
            whole(parts.stated_pence),
        ]
    };
    table.rows(months.iter().enumerate().map(row).collect::<Vec<_>>())
}
