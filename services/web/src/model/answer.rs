//! The answer to "how many GPs and nurses are missing": headlines, charts, comparison and origin of one run.

use muster_kit::Result;
use muster_proto::staffing::v1 as staffing;

use super::{
    Role, SYSTEM,
    charts::{self, ChartView},
    history,
    nodes::{self, Node},
    run::RunView,
};
use crate::{
    calls::{Caller, RowsWanted},
    figures::{self, Interval},
    pages::encode,
    table::Table,
};

/// One role's gap in the last year.
pub(crate) struct Headline {
    pub(crate) role: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) number: String,
    pub(crate) way: &'static str,
    pub(crate) interval: String,
    pub(crate) finding: String,
    pub(crate) cost: String,
    pub(crate) cost_interval: String,
}

/// The programme's own figures for the same question, as its October 2016 plan printed them.
pub(crate) struct Plan {
    pub(crate) gps: &'static str,
    pub(crate) nurses: &'static str,
    pub(crate) cost: &'static str,
    pub(crate) source: &'static str,
}

/// Source: the programme's October 2016 plan; GBP 17 million over 216 posts, 45 thousand a nurse, 99.3 thousand a GP.
const PLAN: Plan = Plan {
    gps: "134",
    nurses: "82",
    cost: "about £17 million",
    source: "the programme\u{2019}s October 2016 plan",
};

/// Everything that the first page, a run's page and an area's page say.
pub(crate) struct Answer {
    pub(crate) place: String,
    pub(crate) year: i32,
    pub(crate) headlines: Vec<Headline>,
    pub(crate) total: String,
    pub(crate) plan: Option<Plan>,
    pub(crate) charts: Vec<ChartView>,
    pub(crate) tables: Vec<Table>,
    pub(crate) history: Option<Table>,
    pub(crate) run: RunView,
    pub(crate) sample: bool,
}

/// Gathers the answer of a finished run, for the area that it was asked for.
pub(crate) async fn of_run(
    caller: &Caller<'_>,
    run: &staffing::ForecastRun,
    named: bool,
) -> Result<Option<Answer>> {
    let view = RunView::read(run);
    let Some(top) = top(caller, &view).await? else { return Ok(None) };
    let mut tables = Vec::new();
    for (level, id, caption) in
        [("borough", "boroughs", "By borough"), ("federation", "federations", "By federation")]
    {
        if level == top.level {
            continue;
        }
        let wanted = RowsWanted { level: level.into(), year: view.to_year, ..RowsWanted::default() };
        let mut found = nodes::gather(caller.rows(&view.id, &wanted).await?);
        nodes::by_gap(&mut found, view.to_year);
        if !found.is_empty() {
            let caption = format!("{caption}, {}, largest GP gap first", view.to_year);
            let csv = format!("/csv/gaps.csv?level={level}&run={}", encode(&view.id));
            let table = Table::new(id, caption).csv(csv);
            tables.push(nodes::compare(table, &found, view.to_year, named.then_some(view.id.as_str())));
        }
    }
    let way = run
        .spec
        .as_ref()
        .map_or(staffing::MissingReturns::Unspecified, staffing::ForecastSpec::missing_returns);
    let record = caller.history(&view.area, way).await?;
    let sample =
        view.is_sample() || top.name.to_lowercase().contains("sample") || caller.has_sample().await?;
    Ok(Some(Answer { tables, sample, ..of_node(&top, record.as_ref(), view) }))
}

/// The node that the run was asked for: the whole of it.
pub(crate) async fn top(caller: &Caller<'_>, run: &RunView) -> Result<Option<Node>> {
    for level in ["system", "borough", "commissioner", "federation"] {
        let wanted = RowsWanted { level: level.into(), ..RowsWanted::default() };
        let mut found = nodes::gather(caller.rows(&run.id, &wanted).await?);
        let named = found.iter().position(|node| node.code.eq_ignore_ascii_case(&run.area));
        let place = named.or(if found.len() == 1 { Some(0) } else { None });
        if let Some(place) = place {
            return Ok(Some(found.swap_remove(place)));
        }
    }
    Ok(None)
}

/// The answer for one node, without comparison.
pub(crate) fn of_node(node: &Node, record: Option<&staffing::GetHistoryResponse>, run: RunView) -> Answer {
    let year = run.to_year;
    let headlines = node.roles().into_iter().filter_map(|role| headline(node, role, &run)).collect();
    let charts = node
        .roles()
        .into_iter()
        .filter_map(|role| {
            charts::of(node, role, &history::recorded(record, role), charts::csv(&run.id, node, role))
        })
        .collect();
    let fits = node.level == "system"
        && node.code.eq_ignore_ascii_case(SYSTEM)
        && run.scenario == "do-nothing"
        && run.base_year <= 2016
        && year == 2021;
    Answer {
        place: node.name.clone(),
        year,
        headlines,
        total: figures::pounds(node.cost(year)),
        plan: fits.then_some(PLAN),
        charts,
        tables: Vec::new(),
        history: record
            .map(|record| history::table(record, format!("/csv/history.csv?area={}", encode(&run.area)))),
        sample: run.is_sample(),
        run,
    }
}

fn headline(node: &Node, role: Role, run: &RunView) -> Option<Headline> {
    let figure = node.figure(role, run.to_year)?;
    // a practice's or a small area's gap would round to nothing
    let small = figure.demand.p50 < 100_000;
    let show = if small { figures::tenths } else { figures::whole };
    let amount = show(figure.gap.p50).trim_start_matches('\u{2212}').to_owned();
    let few = figure.gap.p50 >= 0;
    let finding = format!(
        "{}, {} will have {amount} {} full-time {} than its patients need by {}: {} of the {} needed{}.",
        run.premise(),
        node.name,
        if few { "fewer" } else { "more" },
        role.plural(),
        run.to_year,
        figures::percent(figure.shortfall.p50.abs()),
        show(figure.demand.p50),
        if few { "" } else { ", on top of them" },
    );
    Some(Headline {
        role: role.key(),
        heading: role.heading(),
        number: amount,
        way: if few { "too few" } else { "too many" },
        interval: range(figure.gap, show),
        finding,
        cost: figures::pounds(figure.cost.p50),
        cost_interval: format!(
            "{} to {}",
            figures::pounds(figure.cost.p10),
            figures::pounds(figure.cost.p90)
        ),
    })
}

/// `80 to 160`, with words where it reaches below zero.
fn range(gap: Interval, show: fn(i64) -> String) -> String {
    let amount = |milli: i64| show(milli).trim_start_matches('\u{2212}').to_owned();
    match (gap.p10 < 0, gap.p90 < 0) {
        (false, _) => format!("{} to {}", show(gap.p10), show(gap.p90)),
        (true, false) => format!("{} too many to {} too few", amount(gap.p10), amount(gap.p90)),
        (true, true) => format!("{} to {} too many", amount(gap.p90), amount(gap.p10)),
    }
}
