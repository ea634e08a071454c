//! What becomes of a monthly snapshot: late, duplicate, or with practices missing.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{Actor, ErrorCode, Result, UnitOfWork, clock};
use muster_proto::directory::v1::GroupingKind;

use super::{Deps, area::places_of};
use crate::{
    domain::{
        baseline::CountSet,
        snapshots::{Snapshot, missing_members},
        units::Fte,
    },
    store::snapshots,
};

/// Federation of each practice, and practices of each federation, as they are today.
#[derive(Default)]
pub(crate) struct Federations {
    of_practice: BTreeMap<String, String>,
    members: BTreeMap<String, BTreeSet<String>>,
}

/// Asks the directory.
///
/// # Errors
/// What the directory says; one that knows nothing yet is none.
pub(crate) async fn federations(deps: &Deps, actor: &Actor) -> Result<Federations> {
    let places = match places_of(deps, actor, "ENGLAND", "").await {
        Ok(places) => places,
        Err(error) if error.code() == ErrorCode::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let mut federations = Federations::default();
    for place in places.iter().filter(|place| place.closed.is_empty()) {
        for membership in place.memberships.iter().filter(|one| one.kind() == GroupingKind::Federation) {
            federations.of_practice.insert(place.ods_code.clone(), membership.code.clone());
            federations.members.entry(membership.code.clone()).or_default().insert(place.ods_code.clone());
        }
    }
    Ok(federations)
}

/// Writes a snapshot for each federation (or organisation outside any) and month of the file.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn write(
    uow: &UnitOfWork,
    import_id: &str,
    sets: &[CountSet],
    federations: &Federations,
) -> Result<()> {
    let received_at = clock::now_micros();
    for set in sets {
        for snapshot in snapshots_of(set, federations, clock::date_of(received_at)) {
            snapshots::write(uow, import_id, &snapshot, received_at).await?;
        }
    }
    Ok(())
}

fn snapshots_of(set: &CountSet, federations: &Federations, received: jiff::civil::Date) -> Vec<Snapshot> {
    let mut reported: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for place in &set.places {
        let sender = federations.of_practice.get(&place.place).unwrap_or(&place.place);
        reported.entry(sender).or_default().insert(place.place.clone());
    }
    reported
        .into_iter()
        .map(|(organisation, reported)| Snapshot {
            organisation: organisation.to_owned(),
            month_end: set.date,
            received,
            missing: federations
                .members
                .get(organisation)
                .map(|members| missing_members(members, &reported))
                .unwrap_or_default(),
            fte: set
                .counts
                .iter()
                .filter(|count| count.is_total() && reported.contains(&count.place))
                .filter_map(|count| count.fte)
                .sum::<Fte>(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Content, read};
    use jiff::civil::date;
    use muster_kit::intake::RawFile;

    #[test]
    fn a_federation_that_leaves_out_a_practice_is_told_so() {
        let text = "organisation,month_end,role,fte,heads\nG99001,2018-03-31,nurse,1.5,2\nG99009,2018-03-31,gp,3,4\n";
        let Content::Snapshots(sets) =
            read("workforce-snapshot", &RawFile::new("a.csv", text.into()), None).unwrap().content
        else {
            panic!("no snapshot")
        };
        let mut federations = Federations::default();
        for practice in ["G99001", "G99002"] {
            federations.of_practice.insert(practice.into(), "FED1".into());
            federations.members.entry("FED1".into()).or_default().insert(practice.into());
        }
        let snapshots = snapshots_of(&sets[0], &federations, date(2018, 4, 6));
        assert_eq!(snapshots.len(), 2);
        assert_eq!(
            (snapshots[0].organisation.as_str(), snapshots[0].missing.as_slice()),
            ("FED1", &["G99002".to_owned()][..])
        );
        assert_eq!(snapshots[0].fte.milli(), 1_500);
        assert!(snapshots[0].is_late());
        assert_eq!((snapshots[1].organisation.as_str(), snapshots[1].missing.len()), ("G99009", 0));
    }
}
