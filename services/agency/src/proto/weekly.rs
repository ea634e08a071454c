//! Messages of weekly returns and overrides.

use jiff::civil::DateTime;
use muster_kit::{Error, OrgCode, Result};
use muster_proto::agency::v1 as pb;

use crate::{
    app::{get_return::Found, request_override::Asked},
    domain::{
        London, Supply, Week,
        break_glass::State,
        weekly::{Counts, Figures},
        words::Word,
    },
    store::{
        overrides::Stored,
        returns::{self, Model},
    },
};

/// Organisation and week of a request.
///
/// # Errors
/// Bad request when one of them is none.
pub(crate) fn key(key: Option<&pb::ReturnKey>) -> Result<(OrgCode, Week)> {
    let key = key.ok_or_else(|| Error::bad_request("no return is named: give organisation and week"))?;
    Ok((OrgCode::new(&key.organisation)?, key.week.trim().parse().map_err(Error::bad_request)?))
}

/// Head of a version.
pub(crate) fn head(of: &Model, stored: bool) -> pb::ReturnHead {
    let state = match of.standing() {
        Ok(returns::State::Open) if stored => pb::ReturnState::Open,
        Ok(returns::State::Attested) => pb::ReturnState::Attested,
        Ok(returns::State::Closed) => pb::ReturnState::Closed,
        _ => pb::ReturnState::Unspecified,
    };
    pb::ReturnHead {
        organisation: of.organisation.clone(),
        week_commencing: of.week.clone(),
        version: if stored { of.number } else { 0 },
        correction: of.number - 1,
        state: state.into(),
        template_version: of.template.clone(),
        attested_by: of.attested_by.clone().unwrap_or_default(),
        attested_at_micros: of.attested_at.unwrap_or_default(),
        submitted_by: of.submitted_by.clone().unwrap_or_default(),
        closed_at_micros: of.closed_at.unwrap_or_default(),
        known_at_micros: of.known_at,
        rules_sha256: of.rules_sha256.clone(),
        engine: of.engine.clone(),
    }
}

fn counts((staff_group, of): (String, Counts)) -> pb::ReturnCounts {
    pb::ReturnCounts {
        staff_group,
        worked: of.worked,
        bank: of.bank,
        agency: of.agency,
        unfilled: of.unfilled,
        cancelled: of.cancelled,
        price_cap: of.price_cap,
        wage_cap: of.wage_cap,
        off_framework: of.off_framework,
        both: of.both,
        either: of.either,
        over_50: of.over_50,
        over_threshold: of.over_threshold,
        sign_offs: of.sign_offs,
        without_sign_off: of.without_sign_off,
        band_2_3: of.band_2_3,
        admin_estates: of.admin_estates,
        not_judged: of.not_judged,
        minutes: of.minutes,
        over_cap_pence: of.over_cap_pence,
    }
}

/// Figures of a return.
pub(crate) fn figures(of: Figures) -> pb::ReturnFigures {
    let total = Some(counts((String::new(), of.total())));
    let off_framework = of.off_framework.into_iter().map(|it| pb::OffFrameworkShift {
        date: it.date,
        staff_group: it.staff_group,
        shift_ref: it.shift,
        reason: it.reason,
        price_pence: it.price_pence,
        agency: it.agency,
    });
    let break_glass = of.break_glass.into_iter().map(|it| pb::BreakGlassEntry {
        date: it.date,
        staff_group: it.staff_group,
        shift_ref: it.shift,
        reason: it.reason,
        price_pence: it.price_pence,
        agency: it.agency,
        demanded: it.demanded,
        state: it.state,
    });
    pb::ReturnFigures {
        off_framework: off_framework.collect(),
        break_glass: break_glass.collect(),
        groups: of.groups.into_iter().map(counts).collect(),
        total,
    }
}

/// A return.
pub(crate) fn found(of: Found) -> pb::GetReturnResponse {
    pb::GetReturnResponse {
        head: Some(head(&of.head, of.stored)),
        figures: Some(figures(of.figures)),
        same_figures: of.same.map(|it| it.0),
        same_rules: of.same.map(|it| it.1),
        versions: of.versions.iter().map(|it| head(it, true)).collect(),
    }
}

/// What is asked for.
///
/// # Errors
/// Bad request when a field cannot be read.
pub(crate) fn asked(of: pb::OverrideRequest) -> Result<Asked> {
    let supply = match of.supply() {
        pb::Supply::Unspecified | pb::Supply::Agency => Supply::Agency,
        pb::Supply::Bank => Supply::Bank,
        pb::Supply::SharedBank => Supply::SharedBank,
        pb::Supply::Unfilled => Supply::Unfilled,
        pb::Supply::Cancelled => Supply::Cancelled,
    };
    let time = |name: &str, text: &str| {
        text.parse::<DateTime>().map_err(|_| {
            Error::bad_request(format!("the {name} `{text}` is no local time: write it as 2016-04-04T07:30"))
        })
    };
    Ok(Asked {
        organisation: OrgCode::new(&of.organisation)?,
        start: time("start", &of.start)?,
        end: time("end", &of.end)?,
        expires: if of.expires.is_empty() { None } else { Some(time("expiry", &of.expires)?) },
        shift_ref: of.shift_ref.trim().to_owned(),
        site: of.site.trim().to_owned(),
        staff_group: of.staff_group.trim().to_owned(),
        grade: of.grade,
        break_minutes: of.break_minutes,
        supply,
        framework: of.framework,
        agency: of.agency.trim().to_owned(),
        reason: of.reason.trim().to_lowercase(),
        price_pence: of.price_pence,
    })
}

/// An override as it stands at an instant, microseconds UTC.
pub(crate) fn break_glass(of: &Stored, at: i64) -> pb::Override {
    let (it, shift) = (&of.it, &of.it.request.shift);
    let london = London::new();
    let local = |minutes: i64| {
        let time = london.as_ref().and_then(|london| london.local(minutes));
        time.map(|time| time.strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
    };
    let request = pb::OverrideRequest {
        organisation: shift.organisation.to_string(),
        shift_ref: shift.reference.to_string(),
        site: shift.site.to_string(),
        staff_group: shift.staff_group.to_string(),
        grade: shift.grade.to_string(),
        start: local(shift.time.0),
        end: local(shift.time.1),
        break_minutes: shift.break_minutes,
        supply: super::supply(shift.supply).into(),
        framework: shift.framework,
        agency: shift.booking.agency.to_string(),
        reason: shift.booking.reason.to_string(),
        price_pence: shift.charge.unwrap_or_default(),
        expires: local(it.request.expires),
    };
    let state = match it.state(at) {
        State::Requested => pb::OverrideState::Requested,
        State::Approved => pb::OverrideState::Approved,
        State::Refused => pb::OverrideState::Refused,
        State::Expired => pb::OverrideState::Expired,
    };
    pb::Override {
        override_id: of.id.clone(),
        request: Some(request),
        verdicts: it.verdicts.iter().map(|verdict| super::verdict(*verdict).into()).collect(),
        demanded: it.demanded.word().to_owned(),
        state: state.into(),
        requested_by: it.requested_by.clone(),
        requested_at_micros: it.requested_at,
        decided_by: it.decision.as_ref().map(|it| it.by.clone()).unwrap_or_default(),
        decided_at_micros: it.decision.as_ref().map(|it| it.at).unwrap_or_default(),
        expires_at_micros: it.request.expires * 60_000_000,
        version: of.version,
    }
}
