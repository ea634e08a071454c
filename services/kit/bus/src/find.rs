//! Events of the log by id or by name, with what caused them.
//!
//! Nothing but the log itself knows an event by its id on both buses, so it is read once from its beginning. Of each event that is passed only
//! ids and position are kept, so that memory stays small; those that are wanted are then read whole.

use std::collections::{BTreeSet, HashMap};

use muster_kit::{Classification, OrgCode, Result};
use uuid::Uuid;

use crate::{Bus, LogFilter, Logged};

/// Events read at a time.
const PAGE: usize = 1_000;

/// Events that one answer holds at most, causes among them.
pub(crate) const MOST: usize = 1_000;

/// Which events are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sought {
    /// By id.
    pub(crate) ids: Vec<Uuid>,
    /// By type, aggregate and its version.
    pub(crate) names: BTreeSet<(String, String, i64)>,
}

/// Those of an organisation, or that all share, with their causes, in the order of the log.
///
/// # Errors
/// What the bus says.
pub(crate) async fn find(bus: &dyn Bus, organisation: &OrgCode, sought: &Sought) -> Result<Vec<Logged>> {
    let filter = LogFilter::all();
    let mut known: HashMap<Uuid, (u64, Option<Uuid>)> = HashMap::new();
    let mut open: Vec<Uuid> = sought.ids.clone();
    let mut from = 1;
    loop {
        let page = bus.log(&filter, from, PAGE).await?;
        let ended = page.len() < PAGE;
        for Logged { position, event } in page {
            from = position + 1;
            if event.classification == Classification::Own && event.organisation != *organisation {
                continue;
            }
            let name = (event.kind, event.aggregate_id, event.aggregate_version);
            if sought.names.contains(&name) {
                open.push(event.id);
            }
            known.insert(event.id, (position, event.causation_id));
        }
        if ended {
            break;
        }
    }
    let mut positions = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some((position, cause)) = known.get(&id) else { continue };
        if positions.len() < MOST && positions.insert(*position) {
            open.extend(cause);
        }
    }
    let mut found = Vec::with_capacity(positions.len());
    for position in positions {
        found.extend(bus.log(&filter, position, 1).await?);
    }
    Ok(found)
}
