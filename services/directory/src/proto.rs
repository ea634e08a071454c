//! The words of the contract for what the domain has, and back.

use jiff::civil::Date;
use muster_kit::{Error, Result, imports};
use muster_proto::{common::v1::Provenance, directory::v1 as pb};

use crate::{
    app::{Origins, get_organisation, list_places},
    domain::{
        Grouping, GroupingKind, Membership, Organisation, OrganisationKind, RegisteredList, Succession,
        grouping::size_warning,
    },
    store::{
        groupings::Sized,
        organisations::{NamedMembership, Stored},
        successions,
    },
};

/// An organisation as of a day.
pub(crate) fn organisation(
    of: &Organisation,
    day: Date,
    version: i64,
    import: Option<&imports::Model>,
) -> pb::Organisation {
    let identity = of.identity_on(day);
    let list = RegisteredList::on(&of.lists, day);
    // a closing that had not come yet on the day is not told: the map is as it stood then
    let closed = of.closed.filter(|(closed, _)| *closed <= day);
    pb::Organisation {
        ods_code: of.code.to_string(),
        kind: kind_word(of.kind).into(),
        name: identity.map(|identity| identity.name.clone()).unwrap_or_default(),
        postcode: identity.map(|identity| identity.postcode.clone()).unwrap_or_default(),
        borough: of.borough.map(|(borough, _)| borough.to_owned()).unwrap_or_default(),
        opened: date(of.opened),
        closed: date(closed.map(|(day, _)| day)),
        registered_patients: list.map(|list| whole(list.registered_milli)),
        provenance: import.map(imports::provenance),
        sample: of.is_sample(),
        version,
        borough_basis: of.borough.map(|(_, basis)| basis.explain().to_owned()).unwrap_or_default(),
        closing_basis: closed.map(|(_, basis)| basis.explain().to_owned()).unwrap_or_default(),
    }
}

/// A stored organisation as of a day.
pub(crate) fn stored(stored: &Stored, day: Date, origins: &Origins) -> pb::Organisation {
    organisation(&stored.organisation, day, stored.version, origins.get(&stored.import_id))
}

/// One organisation with what belongs to it.
pub(crate) fn found(found: &get_organisation::Found, day: Date) -> pb::GetOrganisationResponse {
    pb::GetOrganisationResponse {
        organisation: Some(stored(&found.stored, day, &found.origins)),
        memberships: found.memberships.iter().map(membership).collect(),
        successions: found.successions.iter().map(|row| stored_succession(row, &found.origins)).collect(),
    }
}

/// A practice and where it belongs.
pub(crate) fn place(place: &list_places::Place, day: Date) -> pb::Place {
    let of = &place.stored.organisation;
    pb::Place {
        ods_code: of.code.to_string(),
        name: of.identity_on(day).map(|identity| identity.name.clone()).unwrap_or_default(),
        borough: of.borough.map(|(borough, _)| borough.to_owned()).unwrap_or_default(),
        opened: date(of.opened),
        closed: date(of.closed.map(|(closed, _)| closed).filter(|closed| *closed <= day)),
        memberships: place.memberships.iter().map(membership).collect(),
        lists: of.lists.iter().map(list).collect(),
    }
}

fn list(list: &RegisteredList) -> pb::RegisteredList {
    pb::RegisteredList {
        year: list.year.year(),
        registered_milli: list.registered_milli,
        weighted_milli: list.weighted_milli,
        counted_twice_milli: list.counted_twice_milli,
    }
}

fn membership(of: &NamedMembership) -> pb::Membership {
    pb::Membership {
        kind: grouping_word(of.key.kind).into(),
        code: of.key.code.clone(),
        name: of.name.clone(),
        valid_from: of.period.from().to_string(),
        valid_to: date(of.period.to()),
        placeholder: of.placeholder,
    }
}

/// A grouping with its size.
pub(crate) fn sized(of: &Sized) -> pb::Grouping {
    let registered_patients = whole(of.patients_milli);
    pb::Grouping {
        kind: grouping_word(of.key.kind).into(),
        code: of.key.code.clone(),
        name: of.name.clone(),
        placeholder: of.placeholder,
        practices: of.practices,
        registered_patients,
        warning: size_warning(of.key.kind, registered_patients),
    }
}

/// A grouping of the map with its size.
pub(crate) fn grouping(of: &Grouping, (practices, patients_milli): (u32, i64)) -> pb::Grouping {
    sized(&Sized {
        key: of.key.clone(),
        name: of.name.clone(),
        placeholder: of.placeholder,
        practices,
        patients_milli,
    })
}

/// A member of a grouping.
pub(crate) fn member(of: &Membership) -> pb::GroupingMember {
    pb::GroupingMember {
        practice: of.practice.to_string(),
        valid_from: of.period.from().to_string(),
        valid_to: date(of.period.to()),
    }
}

/// A succession.
pub(crate) fn succession(of: &Succession, provenance: Option<Provenance>) -> pb::Succession {
    pb::Succession {
        predecessor: of.predecessor.to_string(),
        successor: of.successor.to_string(),
        share_ppm: of.share_ppm,
        on: of.on.to_string(),
        provenance,
    }
}

/// A stored succession.
pub(crate) fn stored_succession((of, import_id): &successions::Stored, origins: &Origins) -> pb::Succession {
    succession(of, origins.get(import_id).map(imports::provenance))
}

/// The contract's word for a kind.
fn kind_word(kind: OrganisationKind) -> pb::OrganisationKind {
    match kind {
        OrganisationKind::Practice => pb::OrganisationKind::Practice,
        OrganisationKind::Provider => pb::OrganisationKind::Provider,
        OrganisationKind::Commissioner => pb::OrganisationKind::Commissioner,
        OrganisationKind::Federation => pb::OrganisationKind::Federation,
        OrganisationKind::Other => pb::OrganisationKind::Other,
    }
}

/// The kind that a request names; unspecified means any.
///
/// # Errors
/// Bad request when the number is none of the contract's.
pub(crate) fn wanted_kind(number: i32) -> Result<Option<OrganisationKind>> {
    let known = pb::OrganisationKind::try_from(number);
    let known =
        known.map_err(|_| Error::bad_request(format!("no kind of organisation has the number {number}")))?;
    Ok(OrganisationKind::ALL.into_iter().find(|kind| kind_word(*kind) == known))
}

/// The contract's word for a kind of grouping.
fn grouping_word(kind: GroupingKind) -> pb::GroupingKind {
    match kind {
        GroupingKind::System => pb::GroupingKind::System,
        GroupingKind::Borough => pb::GroupingKind::Borough,
        GroupingKind::Lcn => pb::GroupingKind::Lcn,
        GroupingKind::Federation => pb::GroupingKind::Federation,
        GroupingKind::Pcn => pb::GroupingKind::Pcn,
        GroupingKind::Neighbourhood => pb::GroupingKind::Neighbourhood,
        GroupingKind::Locality => pb::GroupingKind::Locality,
        GroupingKind::Commissioner => pb::GroupingKind::Commissioner,
    }
}

/// The kind of grouping that a request names; unspecified means any.
///
/// # Errors
/// Bad request when the number is none of the contract's.
pub(crate) fn wanted_grouping(number: i32) -> Result<Option<GroupingKind>> {
    let known = pb::GroupingKind::try_from(number);
    let known =
        known.map_err(|_| Error::bad_request(format!("no kind of grouping has the number {number}")))?;
    Ok(GroupingKind::ALL.into_iter().find(|kind| grouping_word(*kind) == known))
}

fn date(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// Patients in 1/1000 as whole patients, rounded half up.
fn whole(milli: i64) -> i64 {
    (milli + 500).div_euclid(1000)
}
