//! Schemes and the board.

use muster_proto::backoffice::v1 as pb;

use super::claims;
use crate::{
    app::savings::{Savings, SchemeLine},
    domain::{
        Month, Word as _,
        claim::{ClaimState, SavingClaim},
        savings::{Delivery, Effect, Gate, Rag, Risk, Scheme},
    },
};

/// A gate.
pub(crate) fn gate(of: Gate) -> pb::Gate {
    match of {
        Gate::Idea => pb::Gate::Idea,
        Gate::Outline => pb::Gate::Outline,
        Gate::Documented => pb::Gate::Documented,
        Gate::Approved => pb::Gate::Approved,
        Gate::InDelivery => pb::Gate::InDelivery,
        Gate::Closed => pb::Gate::Closed,
    }
}

/// A scheme.
pub(crate) fn scheme(of: &Scheme) -> pb::Scheme {
    let risk = match of.risk {
        Risk::High => pb::Risk::High,
        Risk::Medium => pb::Risk::Medium,
        Risk::Low => pb::Risk::Low,
    };
    pb::Scheme {
        scheme: of.id.clone(),
        organisation: of.organisation.clone(),
        programme: of.programme.clone(),
        title: of.title.clone(),
        category: of.category.word().to_owned(),
        r#type: of.kind.word().to_owned(),
        recurrent: of.recurrent,
        start_month: of.start.to_string(),
        gate: gate(of.gate).into(),
        risk: risk.into(),
        owner: of.owner.clone(),
        one_off_cost_pence: of.one_off_cost,
        quality_signed: of.quality_signed,
        over_and_above: of.over_and_above,
    }
}

fn rag(of: Option<Rag>) -> i32 {
    let rag = match of {
        None => pb::Rag::Unspecified,
        Some(Rag::Red) => pb::Rag::Red,
        Some(Rag::Amber) => pb::Rag::Amber,
        Some(Rag::Green) => pb::Rag::Green,
    };
    rag.into()
}

fn delivery(of: &Delivery) -> pb::Delivery {
    pb::Delivery {
        plan_to_date_pence: of.plan_to_date,
        actual_to_date_pence: of.actual_to_date,
        plan_year_pence: of.plan_year,
        forecast_year_pence: of.forecast_year,
        unknown_months: of.unknown_months,
        to_date: rag(of.to_date),
        year: rag(of.year),
        green_to_date_red_for_the_year: of.deceives(),
    }
}

fn effect(of: Effect, risk_adjusted_pence: i64) -> pb::SchemeEffect {
    pb::SchemeEffect {
        pye_pence: of.pye,
        fye_pence: of.fye,
        carry_forward_pence: of.carry_forward,
        new_gap_pence: of.new_gap,
        risk_adjusted_pence,
    }
}

/// A scheme as it stands.
pub(crate) fn line(of: &SchemeLine<'_>) -> pb::SchemeLine {
    pb::SchemeLine {
        scheme: Some(scheme(&of.of.scheme)),
        effect: Some(effect(of.effect, of.risk_adjusted)),
        delivery: Some(delivery(&of.delivery)),
        attested_pence: of.attested,
        import_id: of.of.import_id.clone(),
    }
}

/// A month, or nothing.
pub(crate) fn month(of: Option<Month>) -> String {
    of.map(|month| month.to_string()).unwrap_or_default()
}

/// What the board sees.
pub(crate) fn board(savings: &Savings, at: Option<Month>) -> pb::GetBoardResponse {
    let board = &savings.board;
    let sum = |(of, pence): (String, &i64)| pb::BoardSum { of, attested_pence: *pence };
    let lines = savings.scheme_lines(at, None);
    let whole = lines.iter().fold(Delivery::default(), |sum, line| sum.plus(&line.delivery));
    let (mut effects, mut risk_adjusted) = (Effect::default(), 0);
    for line in &lines {
        effects.pye += line.effect.pye;
        effects.fye += line.effect.fye;
        effects.carry_forward += line.effect.carry_forward;
        effects.new_gap += line.effect.new_gap;
        risk_adjusted += line.risk_adjusted;
    }
    let some = |wanted: &dyn Fn(&SavingClaim) -> bool| {
        savings.claims.iter().filter(|it| wanted(it)).map(|it| claims::claim(it, savings)).collect()
    };
    let moved = |it: &SavingClaim| {
        it.state == ClaimState::Attested
            && it.evidence_pence.is_some_and(|now| now < it.attested.unwrap_or(now))
    };
    let proposed = savings.proposed();
    pb::GetBoardResponse {
        attested_pence: board.total,
        recurrent_pence: board.recurrent,
        within_own_pence: board.within_own,
        unattested_pence: board.unattested - proposed,
        proposed_pence: proposed,
        organisations: board.organisations.iter().map(|(of, it)| sum((of.clone(), it))).collect(),
        months: board.months.iter().map(|(of, it)| sum((of.to_string(), it))).collect(),
        schemes: board.schemes.iter().map(|(of, it)| sum((of.clone(), it))).collect(),
        delivery: Some(delivery(&whole)),
        effect: Some(effect(effects, risk_adjusted)),
        as_of: month(at),
        held: some(&|it| !savings.standing(it).0.is_empty()),
        deceiving_schemes: lines
            .iter()
            .filter(|line| line.delivery.deceives())
            .map(|line| line.of.scheme.id.clone())
            .collect(),
        evidence_changed: some(&moved),
    }
}
