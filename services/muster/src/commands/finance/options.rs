//! `muster finance options FILE`

use muster_backoffice::{
    domain::{
        figure::{decimal, pounds},
        options::{Choice, Plan, Priced, SEARCH, Setting, choose, price_of_rules},
    },
    import::{OPTIONS_EXAMPLE, read_options},
};
use serde_json::{Value, json};

use super::{document, number};
use crate::{
    cli::{DocumentArgs, Shared},
    exit::Failure,
    output,
};

/// Runs the command.
pub(super) fn run(args: &DocumentArgs, shared: &Shared) -> Result<(), Failure> {
    if args.example {
        return Ok(output::line(OPTIONS_EXAMPLE.trim_end())?);
    }
    let (setting, plan, priced) = document(args, |text| {
        let setting = read_options(text)?;
        let plan = choose(&setting, &setting.rules, SEARCH)?;
        let priced = price_of_rules(&setting, plan.as_ref(), SEARCH)?;
        Ok((setting, plan, priced))
    })?;
    if shared.json {
        output::json(&whole(&setting, plan.as_ref(), &priced))?;
    } else {
        print(&setting, plan.as_ref(), &priced)?;
    }
    // a question without an answer is told from one with an answer by the exit code, too
    if plan.is_some() { Ok(()) } else { Err(Failure::Refused) }
}

/// What an organisation does, in words, and with whom.
fn words(setting: &Setting, choice: Choice) -> (&'static str, Option<&str>) {
    match choice {
        Choice::Local => ("local", None),
        Choice::Served(at) => {
            let provider = &setting.providers[at];
            (if provider.shared { "shared" } else { "outsourced" }, Some(&provider.id))
        }
    }
}

fn service(setting: &Setting, organisation: usize, choice: Choice) -> i64 {
    match choice {
        Choice::Local => setting.organisations[organisation].local_service,
        Choice::Served(at) => setting.providers[at].service,
    }
}

fn local(setting: &Setting) -> i64 {
    setting.organisations.iter().map(|it| it.local_cost).sum()
}

fn assignment(setting: &Setting, plan: &Plan) -> Value {
    let row = |(at, choice): (usize, &Choice)| {
        let (option, with) = words(setting, *choice);
        let organisation = &setting.organisations[at];
        json!({
            "organisation": organisation.id, "option": option, "with": with,
            "service": number(service(setting, at, *choice), 3),
            "local_service": number(organisation.local_service, 3), "local_cost_pence": organisation.local_cost,
        })
    };
    plan.choices.iter().enumerate().map(row).collect::<Vec<_>>().into()
}

fn whole(setting: &Setting, plan: Option<&Plan>, priced: &[Priced]) -> Value {
    let rule = |it: &Priced| {
        json!({
            "rule": setting.rule_text(it.rule), "costs_pence": it.costs,
            "without_it_pence": it.without.as_ref().map(|plan| plan.cost),
            "without_it": it.without.as_ref().map(|plan| assignment(setting, plan)),
        })
    };
    json!({
        "feasible": plan.is_some(), "proven": plan.is_some_and(|it| it.proven), "cost_pence": plan.map(|it| it.cost), "all_local_pence": local(setting),
        "saving_pence": plan.map(|it| local(setting) - it.cost),
        "assignment": plan.map(|it| assignment(setting, it)),
        "rules": priced.iter().map(rule).collect::<Vec<_>>(),
    })
}

fn print(setting: &Setting, plan: Option<&Plan>, priced: &[Priced]) -> Result<(), Failure> {
    let Some(plan) = plan else {
        output::line("no assignment keeps every rule; there is one without this rule alone:")?;
        for it in priced {
            if let Some(plan) = &it.without {
                output::line(&format!(
                    "  {}: {} pounds a year",
                    setting.rule_text(it.rule),
                    pounds(plan.cost)
                ))?;
            }
        }
        return Ok(());
    };
    let less = pounds(local(setting) - plan.cost);
    output::line(&format!("{} pounds a year, {less} less than all local\n", pounds(plan.cost)))?;
    if !plan.proven {
        output::line("the search ended at its time limit: there may be a cheaper assignment\n")?;
    }
    let row = |(at, choice): (usize, &Choice)| {
        let (option, with) = words(setting, *choice);
        let level = |it: i64| decimal(it, 3);
        vec![
            setting.organisations[at].id.clone(),
            option.to_owned(),
            with.unwrap_or_default().to_owned(),
            level(service(setting, at, *choice)),
            level(setting.organisations[at].local_service),
        ]
    };
    let rows: Vec<Vec<String>> = plan.choices.iter().enumerate().map(row).collect();
    output::table(&["organisation", "option", "with", "service", "local service"], &rows)?;
    output::line("\nwhat each rule costs, pounds a year")?;
    let row = |it: &Priced| vec![setting.rule_text(it.rule), it.costs.map_or_else(String::new, pounds)];
    let rows: Vec<Vec<String>> = priced.iter().map(row).collect();
    Ok(output::table(&["rule", "costs"], &rows)?)
}
