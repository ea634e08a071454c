//! The document of a business case.

use std::collections::BTreeMap;

use muster_kit::intake::{Column, Findings, ImportKind, RawFile};

use super::{
    At,
    document::parse,
    options::{MOST, MOST_UNITS, setting},
};
use crate::domain::{
    Bias, Month, Problem,
    business_case::{BusinessCase, CaseOption, Moving, Range, StatedLine},
    case::Flow,
    discount::{GREEN_BOOK_PPM, RateTerms, Terms},
    figure::{PPM, divide_i64},
    options::{Choice, Organisation, Setting},
};

/// The kind.
pub const BUSINESS_CASE: ImportKind = ImportKind {
    name: "business-case",
    summary: "a business case of one function, a JSON document: organisations, hosts, options, rules, and the schemes it is re-forecast from",
    publisher: "muster",
    header: false,
    columns: &[Column::required(
        "document",
        BUSINESS_CASE_EXAMPLE,
        "id, title, function, start, months, organisations, hosts, outsourced, rules, options, schemes",
    )],
};

/// A document to begin from.
pub const BUSINESS_CASE_EXAMPLE: &str = include_str!("../../data/business-case-example.json");

/// Most months: beyond thirty years the rate of the Green Book is another one.
const MOST_MONTHS: i64 = 360;

/// Most options of a case.
const MOST_OPTIONS: usize = 12;

/// Reads an import: the document and the case that it is.
///
/// # Errors
/// Findings that name the file, the place, the value and what helps.
pub fn read_business_case_file(file: &RawFile) -> Result<(String, BusinessCase), Findings> {
    super::document::of_file(file, |text| {
        let case = read_business_case(text)?;
        appraisable(&case)?;
        Ok(case)
    })
}

/// Reads a document.
///
/// # Errors
/// The first problem, with its place, the value there and what helps.
pub fn read_business_case(text: &str) -> Result<BusinessCase, Problem> {
    let value = parse(text)?;
    let root = At::root(&value);
    root.only(&[
        "id",
        "title",
        "function",
        "driver",
        "start",
        "months",
        "discount",
        "optimism_bias",
        "moving",
        "range",
        "organisations",
        "hosts",
        "outsourced",
        "rules",
        "options",
        "schemes",
    ])?;
    let months = i32::try_from(root.need("months")?.number_in(0, 1, MOST_MONTHS)?).unwrap_or_default();
    let start = root.need("start")?.month()?;
    let mut moving_once = Vec::new();
    let mut organisations = Vec::new();
    for at in root.need("organisations")?.list()? {
        let (organisation, once) = organisation(&at, months)?;
        organisations.push(organisation);
        moving_once.push(once);
    }
    let setting = setting(&root, organisations)?;
    let options = root.need("options")?;
    let listed = options.list()?;
    if listed.is_empty() || listed.len() > MOST_OPTIONS {
        return Err(options.problem("not a number of options that can be shown", "give 1 to 12"));
    }
    let read = |at: &At<'_>| option(at, &setting, (start, months));
    let options = listed.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    if let Some(at) = (1..options.len()).find(|at| options[..*at].iter().any(|it| it.id == options[*at].id)) {
        return Err(listed[at].need("id")?.problem("stands twice", "name every option once"));
    }
    Ok(BusinessCase {
        id: name(&root.need("id")?)?,
        title: root.need("title")?.text()?.to_owned(),
        function: root.need("function")?.text()?.to_owned(),
        driver: root.get("driver")?.map_or(Ok("units"), |at| at.text())?.to_owned(),
        start,
        months,
        terms: root.get("discount")?.map_or(Ok(GREEN_BOOK), |at| terms(&at))?,
        bias: root.get("optimism_bias")?.map_or(Ok(Bias::default()), |at| bias(&at))?,
        moving: root.get("moving")?.map_or(Ok(Moving::default()), |at| moving(&at))?,
        range: root.get("range")?.map_or(Ok(Range::default()), |at| range(&at))?,
        setting,
        moving_once,
        options,
        schemes: root.texts_of("schemes")?,
    })
}

/// What cannot be appraised is refused when it comes in, not when somebody looks.
fn appraisable(case: &BusinessCase) -> Result<(), Problem> {
    case.discount().map_err(|problem| {
        let key = if problem.place == "flows" { "flows_are" } else { &problem.place };
        Problem { place: format!("discount.{key}"), ..problem }
    })?;
    for (at, option) in case.options.iter().enumerate() {
        case.appraise_option(option)
            .map_err(|problem| Problem { place: format!("options[{at}]: {}", problem.place), ..problem })?;
    }
    Ok(())
}

/// Real flows at the real rate of the Green Book.
const GREEN_BOOK: RateTerms =
    RateTerms { rate_ppm: GREEN_BOOK_PPM, rate: Terms::Real, flows: Terms::Real, inflation_ppm: None };

/// A name that can stand in an address.
fn name(at: &At<'_>) -> Result<String, Problem> {
    let text = at.text()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.chars().all(fits) && text.len() <= 64 {
        return Ok(text.to_owned());
    }
    Err(at.problem("is no name", "use letters, digits, dots and hyphens, such as payroll-2018"))
}

/// The ODS code of an organisation.
fn code(at: &At<'_>) -> Result<String, Problem> {
    let text = at.text()?;
    if text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(at.problem("is no ODS code", "write capital letters and digits only, such as RJ1"))
}

fn organisation(at: &At<'_>, months: i32) -> Result<(Organisation, i64), Problem> {
    at.only(&["id", "volume", "local_cost", "local_service", "transition_cost"])?;
    let once = at.get("transition_cost")?.map_or(Ok(0), |at| at.number_in(2, 0, MOST))?;
    let organisation = Organisation {
        id: code(&at.need("id")?)?,
        volume: at.need("volume")?.number_in(3, 0, MOST_UNITS)?,
        local_cost: at.need("local_cost")?.number_in(2, 0, MOST)?,
        local_service: at.need("local_service")?.number_in(3, 0, MOST_UNITS)?,
        moving_cost: divide_i64(i128::from(once) * 12, i128::from(months)),
    };
    Ok((organisation, once))
}

fn option(at: &At<'_>, setting: &Setting, (start, months): (Month, i32)) -> Result<CaseOption, Problem> {
    at.only(&["id", "title", "members", "joins", "lines"])?;
    let place = |at: &At<'_>, name: &str| {
        let found = setting.organisations.iter().position(|it| it.id == name);
        found.ok_or_else(|| {
            at.problem(format!("`{name}` is no organisation of the case"), "use one of those above")
        })
    };
    let mut choices = vec![Choice::Local; setting.organisations.len()];
    for (name, at) in at.need("members")?.named()? {
        choices[place(&at, name)?] = choice(&at, setting)?;
    }
    let within = |at: &At<'_>| {
        let month = at.month()?;
        if (0..months).contains(&month.since(start)) {
            return Ok(month);
        }
        let last = start.plus(months - 1);
        Err(at.problem("is outside the case", format!("write a month from {start} to {last}")))
    };
    let mut joins = BTreeMap::new();
    if let Some(at) = at.get("joins")? {
        for (name, at) in at.named()? {
            let organisation = place(&at, name)?;
            if choices[organisation] == Choice::Local {
                return Err(
                    at.problem("joins and stays local", "name it under `members`, or leave it out here")
                );
            }
            joins.insert(organisation, within(&at)?);
        }
    }
    let mut lines = Vec::new();
    for at in at.list_of("lines")? {
        at.only(&["organisation", "month", "amount", "low", "high", "what"])?;
        let name = at.need("organisation")?;
        let organisation = place(&name, name.text()?)?;
        lines.push(StatedLine { organisation, month: within(&at.need("month")?)?, flow: flow(&at)? });
    }
    let id = name(&at.need("id")?)?;
    let title = at.get("title")?.map_or(Ok(id.as_str()), |at| at.text())?.to_owned();
    Ok(CaseOption { id, title, choices, joins, lines })
}

fn choice(at: &At<'_>, setting: &Setting) -> Result<Choice, Problem> {
    let text = at.text()?;
    if text == "local" {
        return Ok(Choice::Local);
    }
    let found = setting.providers.iter().position(|it| it.id == text);
    found.map(Choice::Served).ok_or_else(|| {
        let names: Vec<&str> = setting.providers.iter().map(|it| it.id.as_str()).collect();
        at.problem("is no host or firm of the case", format!("use local or one of: {}", names.join(", ")))
    })
}

fn flow(at: &At<'_>) -> Result<Flow, Problem> {
    let amount = at.need("amount")?.number_in(2, -MOST, MOST)?;
    let low = at.get("low")?.map_or(Ok(amount), |at| at.number_in(2, -MOST, MOST))?;
    let high = at.get("high")?.map_or(Ok(amount), |at| at.number_in(2, -MOST, MOST))?;
    if (low..=high).contains(&amount) {
        return Ok(Flow { amount, low, high });
    }
    let remedy = "give low <= amount <= high; a dearer cost is lower, since costs are negative";
    Err(at.need("amount")?.problem("is not between low and high", remedy))
}

fn terms(at: &At<'_>) -> Result<RateTerms, Problem> {
    at.only(&["rate", "rate_is", "flows_are", "inflation"])?;
    Ok(RateTerms {
        rate_ppm: at.get("rate")?.map_or(Ok(GREEN_BOOK_PPM), |at| at.share())?,
        rate: at.get("rate_is")?.map_or(Ok(Terms::Real), |at| at.word())?,
        flows: at.get("flows_are")?.map_or(Ok(Terms::Real), |at| at.word())?,
        inflation_ppm: at.get("inflation")?.map(|at| at.share()).transpose()?,
    })
}

/// A share that may be missing; then nothing.
fn share_of(at: &At<'_>, key: &str) -> Result<i64, Problem> {
    at.get(key)?.map_or(Ok(0), |at| at.share())
}

fn bias(at: &At<'_>) -> Result<Bias, Problem> {
    at.only(&["costs", "benefits"])?;
    // costs have more than doubled before (Green Book, supplementary guidance: up to 200% for equipment)
    let costs_ppm = at.get("costs")?.map_or(Ok(0), |at| at.number_in(6, 0, 3 * PPM))?;
    Ok(Bias { costs_ppm, benefits_ppm: share_of(at, "benefits")? })
}

fn moving(at: &At<'_>) -> Result<Moving, Problem> {
    at.only(&["dual_running_months", "stranded_share", "stranded_months", "decay"])?;
    let months = |key: &str| {
        let months = at.get(key)?.map_or(Ok(0), |at| at.number_in(0, 0, MOST_MONTHS))?;
        Ok::<i32, Problem>(i32::try_from(months).unwrap_or_default())
    };
    let moving = Moving {
        dual_running_months: months("dual_running_months")?,
        stranded_share: share_of(at, "stranded_share")?,
        stranded_months: months("stranded_months")?,
        decay: share_of(at, "decay")?,
    };
    if (moving.stranded_share > 0) == (moving.stranded_months > 0) {
        return Ok(moving);
    }
    Err(at.problem("has one of stranded_share and stranded_months only", "give both or none of the two"))
}

fn range(at: &At<'_>) -> Result<Range, Problem> {
    at.only(&["costs_up", "costs_down", "savings_down", "savings_up"])?;
    let wide = |key: &str| at.get(key)?.map_or(Ok(0), |at| at.number_in(6, 0, 10 * PPM));
    Ok(Range {
        costs_up: wide("costs_up")?,
        costs_down: share_of(at, "costs_down")?,
        savings_down: share_of(at, "savings_down")?,
        savings_up: wide("savings_up")?,
    })
}
