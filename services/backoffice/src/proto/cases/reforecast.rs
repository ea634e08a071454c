//! How a case stands after what finance attested.

use muster_proto::backoffice::v1 as pb;

use crate::{
    app::cases::Worked,
    domain::business_case::{Delivered, Past, Reforecast},
};

/// A re-forecast.
pub(super) fn reforecast(worked: &Worked<'_>, of: &Reforecast) -> pb::CaseReforecast {
    let known = worked.known;
    let mut caveats = of.caveats.clone();
    // approving counts as one version, publishing again as another
    if known.approval().is_some_and(|it| known.version > it.case_version + 1) {
        caveats
            .push("the case was published again after this approval: look whether it still holds".to_owned());
    }
    pb::CaseReforecast {
        as_of: of.as_of.to_string(),
        total: Some(delivered(&of.total)),
        organisations: of.organisations.iter().map(delivered).collect(),
        history: of.history.iter().map(past).collect(),
        planned_decay_ppm: known.case.moving.decay,
        observed_decay_ppm: of.observed_decay,
        caveats,
    }
}

fn delivered(of: &Delivered) -> pb::CaseDelivered {
    pb::CaseDelivered {
        organisation: of.organisation.clone().unwrap_or_default(),
        planned_pence: of.planned,
        attested_pence: of.attested,
        realised_ppm: of.realised(),
        npv_pence: of.npv,
        low_pence: of.low,
        high_pence: of.high,
        stranded_to_come_pence: of.stranded_to_come,
    }
}

fn past(of: &Past) -> pb::CaseHistory {
    pb::CaseHistory { month: of.month.to_string(), npv_pence: of.npv, attested_pence: of.attested }
}
