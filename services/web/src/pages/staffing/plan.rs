//! `/staffing/plan`: the least-cost mix of levers that keeps shortages unlikely.

use std::{fmt::Write as _, time::Duration};

use askama::Template;
use axum::{
    Extension,
    extract::{Request, State},
    response::IntoResponse,
};
use http::{Method, StatusCode};
use muster_kit::{Actor, ErrorCode, Result};
use muster_proto::staffing::v1 as staffing;

use super::{form::Fields, sensitivity::asked_wrongly};
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    model::{
        Role,
        plan::{self, PlanView},
    },
    pages::{
        choices::{self, Choice, Problem},
        page,
    },
    shell::Shell,
};

/// The longest that the page waits.
const DEADLINE: Duration = Duration::from_secs(25);

/// Levers that a plan may use: name, words, unit of the limit, what one unit is.
const LEVERS: [(&str, &str, &str, &str); 4] = [
    ("leavers", "Fewer leavers", "%", "1% fewer"),
    ("joiners", "More joiners", "%", "1% more"),
    ("posts", "More posts", "FTE", "one FTE"),
    ("hours", "More hours", "%", "1% more"),
];

/// One lever's fields.
struct Row {
    key: &'static str,
    name: &'static str,
    unit: &'static str,
    each: &'static str,
    cap: String,
    cost: String,
    starts: String,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct Plan {
    shell: Shell,
    problems: Vec<Problem>,
    areas: Vec<Choice>,
    roles: Vec<Choice>,
    scenarios: Vec<Choice>,
    lists: Vec<Choice>,
    deprivations: Vec<Choice>,
    bases: Vec<Choice>,
    rows: Vec<Row>,
    chance: String,
    shortage: String,
    from_year: String,
    fields: Fields,
    found: Option<PlanView>,
    command: String,
    has_data: bool,
}

pub(crate) async fn plan(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let asked = request.method() == Method::POST;
    let mut fields = Fields::read(request).await?;
    fields.defaults(&caller).await?;
    for (name, value) in [("role", "gp"), ("scenario", "do-nothing"), ("chance", "20"), ("shortage", "10")] {
        fields.fill(name, value);
    }
    let has_data = caller.history(fields.get("area"), staffing::MissingReturns::BoroughMean).await?.is_some();
    let (mut found, mut problems, mut command) = (None, Vec::new(), String::new());
    if asked {
        match request_of(&fields) {
            Err(wrong) => problems = wrong,
            Ok(request) => {
                let (accepted, late) = (request.chance_ppm, command_of(&fields, &request));
                match tokio::time::timeout(DEADLINE, caller.plan(request)).await {
                    Ok(Ok(told)) => found = Some(plan::read(&told, accepted)),
                    Ok(Err(error)) if asked_wrongly(&error) => {
                        problems.push(Problem { field: "area".into(), text: error.message().to_owned() });
                    }
                    Ok(Err(error)) if error.code() != ErrorCode::Timeout => return Err(error.into()),
                    _ => command = late,
                }
            }
        }
    }
    let status = match (problems.is_empty(), command.is_empty()) {
        (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, false) => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::OK,
    };
    let body = whole(&caller, fields, problems).await?;
    Ok((status, page(&Plan { found, command, has_data, ..body })?).into_response())
}

async fn whole(caller: &Caller<'_>, fields: Fields, problems: Vec<Problem>) -> Result<Plan> {
    let shipped = caller.scenarios().await?;
    let first = fields.get("base_year").parse::<i32>().map_or(0, |year| year + 1).to_string();
    let row = |(key, name, unit, each): (&'static str, &'static str, &'static str, &'static str)| {
        let of = |what: &str| fields.get(&format!("{key}-{what}")).to_owned();
        let starts = if of("starts").is_empty() { first.clone() } else { of("starts") };
        Row { key, name, unit, each, cap: of("cap"), cost: of("cost"), starts }
    };
    let title = if problems.is_empty() { "Least-cost plan" } else { "Error: Least-cost plan" };
    Ok(Plan {
        shell: Shell::staffing(title, "/staffing/plan"),
        problems,
        areas: choices::areas(caller, fields.get("area")).await?,
        roles: [Role::Gp, Role::Nurse]
            .map(|of| Choice::new(of.key(), of.heading(), fields.get("role")))
            .into(),
        scenarios: shipped
            .iter()
            .map(|of| Choice::new(&of.name, &of.title, fields.get("scenario")))
            .collect(),
        lists: choices::lists(fields.get("list")),
        deprivations: choices::deprivations(fields.get("deprivation")),
        bases: choices::bases(fields.get("patients")),
        rows: LEVERS.map(row).into(),
        chance: fields.get("chance").into(),
        shortage: fields.get("shortage").into(),
        from_year: fields.get("from_year").into(),
        fields,
        found: None,
        command: String::new(),
        has_data: false,
    })
}

/// A decimal in a unit of `1/scale`; wrong text is named.
fn decimal(
    fields: &Fields,
    (field, name): (&str, &str),
    (scale, high): (f64, f64),
    problems: &mut Vec<Problem>,
) -> i64 {
    let text = fields.get(field).trim_start_matches('\u{a3}').replace(',', "");
    match text.parse::<f64>() {
        #[expect(clippy::cast_possible_truncation, reason = "held between 0 and the limit")]
        Ok(value) if (0.0..=high).contains(&value) => (value * scale).round() as i64,
        _ => {
            problems.push(Problem {
                field: field.into(),
                text: format!("{name}: `{text}` must be a number from 0 to {high}"),
            });
            0
        }
    }
}

fn request_of(fields: &Fields) -> Result<staffing::PlanLeversRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    let spec = fields.spec(fields.get("scenario")).map_err(|found| problems.extend(found));
    let role = Role::by_key(fields.get("role")).unwrap_or(Role::Gp).number();
    let chance_ppm = decimal(fields, ("chance", "Chance accepted"), (10_000.0, 100.0), &mut problems);
    let shortage_ppm = decimal(fields, ("shortage", "Shortage"), (10_000.0, 100.0), &mut problems);
    let year = |field: &str, name: &str, problems: &mut Vec<Problem>| match fields.get(field).parse::<i32>() {
        Ok(year) if (2000..=2100).contains(&year) => year,
        _ => {
            let text = format!("{name}: `{}` must be a year from 2000 to 2100", fields.get(field));
            problems.push(Problem { field: field.into(), text });
            0
        }
    };
    let from_year =
        if fields.get("from_year").is_empty() { 0 } else { year("from_year", "First year", &mut problems) };
    let first = fields.get("base_year").parse::<i32>().map_or(0, |year| year + 1);
    let mut levers = Vec::new();
    for (key, name, unit, _) in LEVERS {
        let (cap, cost, starts) = (format!("{key}-cap"), format!("{key}-cost"), format!("{key}-starts"));
        if fields.get(&cap).is_empty() && fields.get(&cost).is_empty() {
            continue;
        }
        let scale = if unit == "%" { (10_000.0, 95.0) } else { (1_000_000.0, 100_000.0) };
        let most = decimal(fields, (&cap, &format!("{name}, the most")), scale, &mut problems);
        levers.push(staffing::PlanLever {
            lever: key.into(),
            role,
            cap_micro: if key == "leavers" { -most } else { most },
            unit_cost_pence: decimal(fields, (&cost, &format!("{name}, cost")), (100.0, 1e9), &mut problems),
            starts_in: if fields.get(&starts).is_empty() {
                first
            } else {
                year(&starts, name, &mut problems)
            },
            source: "set by hand on the page of the plan".into(),
            place: String::new(),
            shared_cap_micro: 0,
        });
    }
    match spec {
        Ok(spec) if problems.is_empty() => Ok(staffing::PlanLeversRequest {
            spec: Some(spec),
            role,
            levers,
            shortage_ppm,
            chance_ppm,
            from_year,
            everywhere: false,
        }),
        _ => Err(problems),
    }
}

/// The same plan as a command.
fn command_of(fields: &Fields, asked: &staffing::PlanLeversRequest) -> String {
    let share = |millionths: i64| millionths as f64 / 1e6;
    let mut command = fields.command("plan");
    for (option, value, usual) in
        [("shortage", asked.shortage_ppm, 100_000), ("chance", asked.chance_ppm, 200_000)]
    {
        if value != usual {
            let _ = write!(command, " --{option} {}", share(value));
        }
    }
    if asked.from_year != 0 {
        let _ = write!(command, " --from {}", asked.from_year);
    }
    for lever in &asked.levers {
        let (cap, pounds) = (share(lever.cap_micro), lever.unit_cost_pence as f64 / 100.0);
        let _ = write!(command, " --lever {}:{cap}:{pounds}:{}", lever.lever, lever.starts_in);
    }
    command
}
