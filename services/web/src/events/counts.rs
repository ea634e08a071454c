//! What staffing tells of trusts and of what patients count for, as lines of the feed.

use muster_proto::staffing::v1::{
    AgeListsRecorded, DeprivationRecorded, ResidentsRecorded, TrustWorkforceRecorded,
};

use super::Told;
use crate::figures;

/// Staff of trusts came in.
pub(super) fn trusts_told(told: &TrustWorkforceRecorded) -> Told {
    let fte: i64 = told.totals.iter().map(|total| total.fte_milli).sum();
    let source = told.provenance.as_ref().map(|of| of.source.clone()).unwrap_or_default();
    Told {
        headline: format!(
            "Staff of {} organisations outside general practice recorded for {}",
            figures::count(told.organisations.into()),
            told.month
        ),
        detail: format!("{} FTE; {source}", figures::tenths(fte)),
        link: "/staffing/trusts".into(),
    }
}

/// Lists by age and sex came in.
pub(super) fn lists_told(told: &AgeListsRecorded) -> Told {
    let source = told.provenance.as_ref().map(|of| of.source.clone()).unwrap_or_default();
    Told {
        headline: format!(
            "Lists by age and sex of {} recorded for {} practices",
            figures::date(&told.date),
            figures::count(told.practices.into())
        ),
        detail: format!("{} patients; {source}", figures::count(told.patients)),
        link: "/imports".into(),
    }
}

/// Scores of deprivation came in.
pub(super) fn deprivation_told(told: &DeprivationRecorded) -> Told {
    let headline = format!(
        "Deprivation of the patients of {} practices recorded, indices of {}",
        figures::count(told.practices.into()),
        told.year
    );
    let detail = told.provenance.as_ref().map(|of| of.source.clone()).unwrap_or_default();
    Told { headline, detail, link: "/staffing/need".into() }
}

/// Residents of boroughs came in.
pub(super) fn residents_told(told: &ResidentsRecorded) -> Told {
    let source = told.provenance.as_ref().map(|of| of.source.clone()).unwrap_or_default();
    Told {
        headline: format!(
            "Residents of {} boroughs recorded for {}",
            figures::count(told.boroughs.into()),
            figures::date(&told.date)
        ),
        detail: format!("{} residents; {source}", figures::count(told.residents)),
        link: "/staffing/need".into(),
    }
}
