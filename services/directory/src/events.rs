//! What the directory tells others, and when: only what an import really changed, each payload a snapshot with its
//! version. The directory acts on nobody's events.

use std::collections::BTreeMap;

use jiff::civil::Date;
use muster_kit::{Classification, NewEvent, OrgCode, Result, UnitOfWork, imports};
use muster_proto::directory::v1 as pb;
use prost::Message as _;

use crate::{
    domain::{Change, Map, Succession},
    proto,
    store::map::Versions,
};

/// Organisations in one event at most: it must stay well under the bus's limit of a message.
const BATCH: usize = 500;

/// What an import changed.
pub(crate) struct Told<'a> {
    /// The map after it.
    pub(crate) map: &'a Map,
    /// What became different.
    pub(crate) change: &'a Change<'a>,
    /// Versions after it.
    pub(crate) versions: &'a Versions,
    /// The import.
    pub(crate) import: &'a imports::Model,
}

impl Told<'_> {
    /// Puts every event of the import in the outbox.
    pub(crate) fn publish(&self, uow: &mut UnitOfWork, today: Date) -> Result<()> {
        self.registered(uow, today)?;
        self.merged(uow)?;
        self.closed(uow, today)?;
        self.grouping_changed(uow, today)
    }

    fn registered(&self, uow: &mut UnitOfWork, today: Date) -> Result<()> {
        for (place, part) in self.change.organisations.chunks(BATCH).enumerate() {
            let organisations = part
                .iter()
                .map(|of| proto::organisation(of, today, self.version_of(&of.code), Some(self.import)))
                .collect();
            let payload = pb::OrganisationsRegistered {
                organisations,
                provenance: Some(imports::provenance(self.import)),
            };
            let version = i64::try_from(place).unwrap_or(i64::MAX) + 1;
            let event = event("organisation", "registered", self.import.import_id.clone(), version);
            uow.publish(NewEvent { payload: payload.encode_to_vec(), ..event })?;
        }
        Ok(())
    }

    fn merged(&self, uow: &mut UnitOfWork) -> Result<()> {
        let mut by_predecessor: BTreeMap<&OrgCode, Vec<&Succession>> = BTreeMap::new();
        for row in &self.change.successions {
            by_predecessor.entry(&row.predecessor).or_default().push(row);
        }
        for (predecessor, rows) in by_predecessor {
            let version = self.version_of(predecessor);
            let provenance = || Some(imports::provenance(self.import));
            let payload = pb::OrganisationMerged {
                predecessor: predecessor.to_string(),
                successions: rows.into_iter().map(|row| proto::succession(row, provenance())).collect(),
                version,
            };
            let event = event("organisation", "merged", predecessor.to_string(), version);
            uow.publish(NewEvent { payload: payload.encode_to_vec(), ..event })?;
        }
        Ok(())
    }

    fn closed(&self, uow: &mut UnitOfWork, today: Date) -> Result<()> {
        for of in &self.change.closed {
            let version = self.version_of(&of.code);
            let organisation = proto::organisation(of, today, version, Some(self.import));
            let payload = pb::OrganisationClosed { organisation: Some(organisation) };
            let event = event("organisation", "closed", of.code.to_string(), version);
            uow.publish(NewEvent { payload: payload.encode_to_vec(), ..event })?;
        }
        Ok(())
    }

    fn grouping_changed(&self, uow: &mut UnitOfWork, today: Date) -> Result<()> {
        for of in &self.change.groupings {
            let version = self.versions.groupings.get(&of.key).copied().unwrap_or(1);
            let payload = pb::GroupingChanged {
                grouping: Some(proto::grouping(of, self.map.size_of(of, today))),
                members: of.members.iter().map(proto::member).collect(),
                version,
                provenance: Some(imports::provenance(self.import)),
            };
            let event = event("grouping", "changed", of.key.id(), version);
            uow.publish(NewEvent { payload: payload.encode_to_vec(), ..event })?;
        }
        Ok(())
    }

    /// Version of an organisation after the import. A predecessor that no file describes has none of its own: 1.
    fn version_of(&self, code: &OrgCode) -> i64 {
        self.versions.organisations.get(code).copied().unwrap_or(1)
    }
}

/// The map is for the whole group: every event of the directory may be shared.
fn event(
    aggregate: &'static str,
    event: &'static str,
    aggregate_id: String,
    aggregate_version: i64,
) -> NewEvent {
    NewEvent {
        context: "directory",
        aggregate,
        event,
        classification: Classification::Group,
        aggregate_id,
        aggregate_version,
        payload: Vec::new(),
    }
}
