//! A case, its options and months, and what its rules cost.

use muster_proto::backoffice::v1 as pb;

use super::{reforecast::reforecast, sharing::of_gain};
use crate::{
    app::{cases::Worked, get_case::Found},
    domain::{
        Word as _,
        business_case::{Appraised, BusinessCase, Parts},
        case::{CaseRow, Flow},
        options::{Choice, Plan},
    },
};

/// The head of a case.
pub(crate) fn head(of: &Worked<'_>) -> pb::CaseHead {
    let (known, chosen) = (of.known, of.chosen());
    let case = &known.case;
    let approval = known.approval().map(|it| pb::CaseApproval {
        option: it.option.clone(),
        reason: it.reason.clone(),
        approved_by: it.by.clone(),
        approved_at_micros: it.at,
        case_version: it.case_version,
    });
    pb::CaseHead {
        case_id: case.id.clone(),
        title: case.title.clone(),
        function: case.function.clone(),
        start_month: case.start.to_string(),
        months: case.months.unsigned_abs(),
        rate_ppm: case.terms.rate_ppm,
        terms: vec![case.terms.rate.word().to_owned(), case.terms.flows.word().to_owned()],
        schemes: case.schemes.clone(),
        approval,
        option: chosen.option.id.clone(),
        npv_pence: chosen.result.total.npv_pence,
        biased_pence: chosen.result.total.biased_pence,
        reforecast_npv_pence: of.reforecast.as_ref().map(|it| it.total.npv),
        as_of: of.reforecast.as_ref().map(|it| it.as_of.to_string()).unwrap_or_default(),
        import_id: known.record.import_id.clone(),
        version: known.version,
        published_by: known.import.actor.clone(),
        published_at_micros: known.record.recorded_at,
    }
}

/// A case with everything.
pub(crate) fn whole(of: &Found<'_>) -> pb::GetCaseResponse {
    let (worked, case) = (&of.worked, &of.worked.known.case);
    let shown = &worked.options[of.shown];
    let plan = |plan: &Plan| assignment(case, plan);
    let rules = of.rules.iter().map(|it| pb::CaseRule {
        rule: case.setting.rule_text(it.rule),
        costs_pence: it.costs,
        without: it.without.as_ref().map(plan),
    });
    pb::GetCaseResponse {
        case: Some(head(worked)),
        options: worked.options.iter().map(|it| option(case, it)).collect(),
        option: shown.option.id.clone(),
        months: months(of),
        reforecast: worked.reforecast.as_ref().map(|it| reforecast(worked, it)),
        cheapest: of.cheapest.as_ref().map(plan),
        all_local_pence: case.setting.organisations.iter().map(|it| it.local_cost).sum(),
        rules: rules.collect(),
        sharing: of
            .gains
            .iter()
            .map(|it| pb::CaseSharing { provider: it.provider.clone(), sharing: Some(of_gain(it)) })
            .collect(),
        document: worked.known.record.body.clone(),
        driver: case.driver.clone(),
    }
}

fn assignment(case: &BusinessCase, plan: &Plan) -> pb::CaseAssignment {
    let provider = |choice: &Choice| match choice {
        Choice::Local => "local".to_owned(),
        Choice::Served(p) => case.setting.providers[*p].id.clone(),
    };
    let each = case.setting.organisations.iter().zip(&plan.choices);
    pb::CaseAssignment {
        organisations: each
            .map(|(it, choice)| pb::CaseServed { organisation: it.id.clone(), provider: provider(choice) })
            .collect(),
        cost_pence: plan.cost,
        unproven: !plan.proven,
    }
}

fn parts(of: &Parts) -> pb::CaseParts {
    pb::CaseParts {
        transition_pence: of.transition,
        dual_running_pence: of.dual_running,
        stranded_pence: of.stranded,
        saving_pence: of.saving,
        stated_pence: of.stated.amount,
    }
}

fn option(case: &BusinessCase, of: &Appraised<'_>) -> pb::CaseOption {
    let mut all = Parts::default();
    let mut organisations = Vec::new();
    for (o, organisation) in case.setting.organisations.iter().enumerate() {
        let whole = of.flows.whole(o);
        all.add(&whole);
        let row =
            of.result.organisations.iter().find(|row| row.organisation.as_ref() == Some(&organisation.id));
        organisations.extend(row.map(|row| pb::CaseAppraisal {
            provider: case.provider(of.option, o).to_owned(),
            service_milli: case.service(of.option, o),
            local_service_milli: organisation.local_service,
            ..appraisal(row, &whole)
        }));
    }
    pb::CaseOption {
        option: of.option.id.clone(),
        title: of.option.title.clone(),
        total: Some(appraisal(&of.result.total, &all)),
        organisations,
        annual_cost_pence: of.annual_cost,
        broken_rules: of.broken.clone(),
    }
}

fn appraisal(row: &CaseRow, whole: &Parts) -> pb::CaseAppraisal {
    let switching = row.planned.switching();
    pb::CaseAppraisal {
        organisation: row.organisation.clone().unwrap_or_default(),
        provider: String::new(),
        npv_pence: row.npv_pence,
        low_pence: row.low_pence,
        high_pence: row.high_pence,
        biased_pence: row.biased_pence,
        payback_milli: row.planned.payback,
        discounted_payback_milli: row.planned.discounted_payback,
        peak_cash_pence: row.planned.peak_cash,
        peak_month: row.peak_month.to_string(),
        benefits_may_fall_ppm: switching.benefits_may_fall,
        costs_may_rise_ppm: switching.costs_may_rise,
        parts: Some(parts(whole)),
        service_milli: 0,
        local_service_milli: 0,
    }
}

/// Months of the option that is shown; what came and what is forecast only of the approved one.
fn months(of: &Found<'_>) -> Vec<pb::CaseMonth> {
    let (worked, case) = (&of.worked, &of.worked.known.case);
    let shown = &worked.options[of.shown];
    let parts_of = shown.flows.months();
    let cash = shown.flows.case(case).months(case.start, parts_of.len());
    let reforecast = worked.reforecast.as_ref().filter(|_| of.shown == worked.chosen);
    let came = |at: usize| reforecast?.attested.get(at).copied();
    let month = |(m, (of, sum)): (usize, (&Parts, &Flow))| {
        let at = case.start.plus(i32::try_from(m).unwrap_or_default());
        pb::CaseMonth {
            month: at.to_string(),
            planned_pence: sum.amount,
            low_pence: sum.low,
            high_pence: sum.high,
            parts: Some(parts(of)),
            attested_pence: came(m),
            reforecast_pence: reforecast.and_then(|it| it.months.get(m).copied()),
        }
    };
    parts_of.iter().zip(&cash).enumerate().map(month).collect()
}
