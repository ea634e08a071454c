//! Business cases: what each option comes to, what was approved, and how the approved one stands by what finance attested.

pub(crate) mod months;
pub(crate) mod options;
pub(crate) mod rules;
pub(crate) mod standing;

use muster_proto::backoffice::v1::{CaseHead, CaseReforecast, GetCaseResponse};

use super::{money, schemes, trace_href, traced_whole, whole};
use crate::{
    figures,
    model::agency::{counted, month_words},
    pages::encode,
    table::{Cell, Table},
};

/// The page of a case.
pub(crate) fn href(case: &str) -> String {
    format!("/back-office/cases/{}", encode(case))
}

/// Key of a figure of a case: `npv`, `reforecast`.
pub(crate) fn key(case: &str, part: &str) -> String {
    format!("case/{case}/{part}")
}

/// Who serves: `local` is the organisation itself.
pub(crate) fn provider_words(provider: &str) -> &str {
    if provider == "local" { "itself" } else { provider }
}

/// Was it approved, by whom and when; else what its figures are of.
pub(crate) fn state(of: &CaseHead) -> String {
    match &of.approval {
        Some(by) => format!("approved by {} on {}", by.approved_by, figures::day(by.approved_at_micros)),
        None => "not approved: highest NPV shown".into(),
    }
}

/// The cases in a sentence.
pub(crate) fn finding(all: &[CaseHead]) -> String {
    let approved: Vec<&CaseHead> = all.iter().filter(|it| it.approval.is_some()).collect();
    let planned: i64 = approved.iter().map(|it| it.biased_pence).sum();
    let are = |many: usize| if many == 1 { "is" } else { "are" };
    let cases = counted(all.len() as u64, "business case");
    if approved.is_empty() {
        return format!("{cases} {} known; no option is approved yet.", are(all.len()));
    }
    let known: Vec<i64> = approved.iter().filter_map(|it| it.reforecast_npv_pence).collect();
    let forecast = match known.len() {
        0 => " Finance has attested nothing of them yet.".to_owned(),
        some => format!(
            " By what finance attested, {some} of them {} forecast at {}.",
            are(some),
            money(known.iter().sum())
        ),
    };
    format!(
        "{} of {cases} {} approved: worth {} after the correction for optimism.{forecast}",
        approved.len(),
        are(approved.len()),
        money(planned),
    )
}

/// Cases with what they are worth.
pub(crate) fn table(all: &[CaseHead]) -> Table {
    let table = Table::new("cases", "Business cases: net present value against staying as it is")
        .text("Case", "case")
        .text("Title", "title")
        .text("Function", "function")
        .text("Start", "start_month")
        .text("Option", "option")
        .number("NPV planned", "npv_pounds")
        .number("After optimism", "npv_after_optimism_pounds")
        .number("NPV re-forecast", "npv_reforecast_pounds")
        .text("Attested to", "as_of")
        .text("State", "state");
    let row = |of: &CaseHead| {
        let reforecast = of.reforecast_npv_pence;
        vec![
            Cell::link(of.case_id.clone(), href(&of.case_id)),
            Cell::text(of.title.clone()),
            Cell::text(of.function.clone()),
            Cell::text(of.start_month.clone()).shown(month_words(&of.start_month)),
            Cell::text(of.option.clone()),
            traced_whole(of.npv_pence, &key(&of.case_id, "npv")),
            whole(of.biased_pence),
            reforecast.map_or_else(Cell::none, |pence| traced_whole(pence, &key(&of.case_id, "reforecast"))),
            Cell::text(of.as_of.clone()).shown(month_words(&of.as_of)),
            Cell::text(state(of)).toned(if of.approval.is_some() { "yes" } else { "warn" }),
        ]
    };
    table.rows(all.iter().map(row).collect::<Vec<_>>())
}

/// Title of an option; its name where the case has no such option.
pub(crate) fn title<'a>(told: &'a GetCaseResponse, option: &'a str) -> &'a str {
    told.options.iter().find(|it| it.option == option).map_or(option, |it| it.title.as_str())
}

/// How much of the planned saving came, as the end of a sentence.
fn because(of: &CaseReforecast) -> String {
    let total = of.total.clone().unwrap_or_default();
    match total.realised_ppm {
        Some(ppm) => format!(", because {} of the planned saving came", figures::percent(ppm)),
        None => ", because no saving was planned up to then".into(),
    }
}

/// The case in a sentence.
pub(crate) fn case_finding(told: &GetCaseResponse) -> String {
    let of = told.case.clone().unwrap_or_default();
    let option = title(told, &of.option);
    if of.approval.is_none() {
        return format!(
            "No option is approved. “{option}” has the highest net present value after the correction for optimism: {} over \
             {} months ({} as planned).",
            money(of.biased_pence),
            of.months,
            money(of.npv_pence),
        );
    }
    let worth = format!(
        "The approved option, “{option}”, is worth {} over {} months ({} after the correction for optimism)",
        money(of.npv_pence),
        of.months,
        money(of.biased_pence),
    );
    match &told.reforecast {
        Some(now) => format!(
            "{worth}; by what finance attested to {} it is forecast at {}{}.",
            month_words(&now.as_of),
            money(now.total.as_ref().map_or(0, |total| total.npv_pence)),
            because(now),
        ),
        None => format!("{worth}; finance has attested nothing of it yet."),
    }
}

/// A fact of the head: name, words, and addresses with their words.
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    pub(crate) links: Vec<(String, String)>,
}

/// What the case is.
pub(crate) fn facts(told: &GetCaseResponse) -> Vec<Fact> {
    let of = told.case.clone().unwrap_or_default();
    let fact = |name, text: String| Fact { name, text, links: Vec::new() };
    let traced = |name, pence: i64, part: &str| Fact {
        name,
        text: String::new(),
        links: vec![(money(pence), trace_href(&key(&of.case_id, part), 0))],
    };
    let terms = of.terms.join(" rate, ");
    let mut facts = vec![fact("State", state(&of)), traced("NPV as planned", of.npv_pence, "npv")];
    if let Some(pence) = of.reforecast_npv_pence {
        facts.push(traced("NPV re-forecast", pence, "reforecast"));
    }
    facts.extend([
        fact("Function", format!("{}; volumes in {}", of.function, told.driver)),
        fact("Time", format!("{} months from {}", of.months, month_words(&of.start_month))),
        fact("Discounted at", format!("{} a year: {terms} flows", figures::percent(of.rate_ppm))),
        fact("Published", format!("by {} on {}", of.published_by, figures::day(of.published_at_micros))),
    ]);
    if let Some(by) = &of.approval {
        facts.insert(1, fact("Reason", by.reason.clone()));
    }
    if !of.schemes.is_empty() {
        let links = of.schemes.iter().map(|it| (it.clone(), schemes::href(it))).collect();
        facts.push(Fact { name: "Followed by schemes", text: String::new(), links });
    }
    facts
}

/// Was the case published again after its approval? In a sentence.
pub(crate) fn outdated(of: &CaseHead) -> Option<&'static str> {
    let approved = of.approval.as_ref()?.case_version;
    // the approval itself counts as one version
    (of.version > approved + 1).then_some(
        "The case was published again after this approval: look whether it still holds, and decide again.",
    )
}

#[cfg(test)]
mod tests {
    use muster_proto::backoffice::v1::{CaseApproval, CaseDelivered};

    use super::*;

    fn told() -> GetCaseResponse {
        let head = CaseHead {
            option: "shared".into(),
            months: 60,
            npv_pence: 52_876_300,
            biased_pence: 31_000_000,
            ..CaseHead::default()
        };
        GetCaseResponse { case: Some(head), ..GetCaseResponse::default() }
    }

    #[test]
    fn the_sentence_says_what_is_approved_and_what_came() {
        let mut case = told();
        assert!(case_finding(&case).starts_with("No option is approved. “shared” has the highest"));
        case.case.as_mut().unwrap().approval = Some(CaseApproval::default());
        assert!(case_finding(&case).ends_with("; finance has attested nothing of it yet."));
        let total =
            CaseDelivered { npv_pence: -5_000_000, realised_ppm: Some(412_000), ..CaseDelivered::default() };
        case.reforecast =
            Some(CaseReforecast { as_of: "2018-06".into(), total: Some(total), ..CaseReforecast::default() });
        assert_eq!(
            case_finding(&case),
            "The approved option, “shared”, is worth £528,763 over 60 months (£310,000 after the correction for optimism); by \
             what finance attested to June 2018 it is forecast at \u{2212}\u{2060}£50,000, because 41.2% of the planned saving \
             came."
        );
    }

    #[test]
    fn an_approval_of_what_was_published_since_is_said() {
        let approval = CaseApproval { case_version: 1, ..CaseApproval::default() };
        let mut head = CaseHead { version: 2, approval: Some(approval), ..CaseHead::default() };
        assert_eq!(outdated(&head), None, "the approval is the second version");
        head.version = 3;
        assert!(outdated(&head).unwrap().contains("published again"));
    }
}
