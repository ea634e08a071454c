//! A month of bank and agency was posted: it is kept as the cover that was used.

use std::collections::BTreeMap;

use muster_kit::{Event, Result, UnitOfWork};
use muster_proto::agency::v1::{SpendPosted, Supply};

use crate::store::observed::{self, Cover, Month};

/// Keeps a month, unless a later posting of it is there.
///
/// # Errors
/// Internal or unavailable when the database cannot.
pub(crate) async fn heard_spend(uow: &UnitOfWork, event: &Event, told: SpendPosted) -> Result<()> {
    let org = uow.scope().as_str().to_owned();
    let mut groups: BTreeMap<String, Cover> = BTreeMap::new();
    for cell in told.cells {
        let supply = cell.supply();
        let row = groups.entry(cell.staff_group.clone()).or_insert_with(|| Cover {
            org: org.clone(),
            organisation: told.organisation.clone(),
            month: told.month.clone(),
            staff_group: cell.staff_group.clone(),
            bank_minutes: 0,
            agency_minutes: 0,
            unfilled_minutes: 0,
            bank_pence: 0,
            agency_pence: 0,
        });
        match supply {
            Supply::Bank | Supply::SharedBank => {
                row.bank_minutes += cell.minutes;
                row.bank_pence += cell.pence;
            }
            Supply::Agency => {
                row.agency_minutes += cell.minutes;
                row.agency_pence += cell.pence;
            }
            Supply::Unfilled => row.unfilled_minutes += cell.minutes,
            Supply::Cancelled | Supply::Unspecified => {}
        }
    }
    let month = Month {
        org,
        organisation: told.organisation,
        month: told.month,
        version: told.version,
        event_id: event.id.to_string(),
    };
    observed::put(uow, month, groups.into_values().collect()).await
}
