//! Practices of an area with the groupings they are in and their lists: the hierarchy that forecasts are added up along.

use jiff::civil::Date;
use muster_kit::{
    Actor, Error, OrgCode, Result,
    page::{Page, Paged},
};

use super::{Deps, may_read};
use crate::{
    domain::{Area, GroupingKey, GroupingKind, OrganisationKind, territory::SYSTEM_CODE},
    store::{
        groupings,
        organisations::{self, NamedMembership, Stored, Wanted},
    },
};

/// A practice and where it belongs.
#[derive(Clone, Debug)]
pub struct Place {
    /// The practice.
    pub stored: Stored,
    /// Groupings it is in on the day, or was in last when it had closed by then.
    pub memberships: Vec<NamedMembership>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// As of this day.
    pub as_of: Date,
    /// The practices of this area.
    pub area: Area,
    /// Also practices that had closed by then.
    pub include_closed: bool,
}

/// Places of a page at most, however many are asked for: with all its groupings and lists a place takes near a
/// kilobyte, and a message holds four megabytes.
const MOST: u64 = 2_000;

/// Loads a page, by code.
///
/// # Errors
/// Forbidden; not found when no grouping is called so.
pub async fn run(deps: &Deps, actor: &Actor, query: Query, page: &Page) -> Result<Paged<Place>> {
    may_read(deps, actor, "place").await?;
    let (conn, scope) = (deps.db.read(), actor.scope());
    let wanted = Wanted {
        as_of: query.as_of,
        kind: Some(OrganisationKind::Practice),
        search: String::new(),
        include_closed: query.include_closed,
        members_of: members_of(deps, actor, query.area).await?,
    };
    let page = Page { size: page.size.min(MOST), after: page.after.clone() };
    let rows = organisations::page(conn, &scope, &wanted, &page).await?;
    let codes: Vec<&OrgCode> = rows.rows.iter().map(|row| &row.organisation.code).collect();
    let mut memberships = organisations::memberships(conn, &scope, &codes).await?;
    Ok(rows.map(|stored| {
        let closed = stored.organisation.closed.map(|(day, _)| day);
        let day = closed.map_or(query.as_of, |closed| closed.min(query.as_of));
        let mut memberships = memberships.remove(&stored.organisation.code).unwrap_or_default();
        memberships.retain(|membership| membership.period.contains(day));
        Place { stored, memberships }
    }))
}

/// The groupings that make up an area; none for the whole country.
async fn members_of(deps: &Deps, actor: &Actor, area: Area) -> Result<Option<Vec<GroupingKey>>> {
    Ok(match area {
        Area::England => None,
        Area::System => Some(vec![GroupingKey::new(GroupingKind::System, SYSTEM_CODE)]),
        Area::Borough(name) => Some(vec![GroupingKey::new(GroupingKind::Borough, name)]),
        Area::Grouping(text) => {
            let called = groupings::called(deps.db.read(), &actor.scope(), &text).await?;
            if called.is_empty() {
                return Err(Error::not_found(format!(
                    "no area is called `{text}`: write SEL, a borough, ENGLAND, or the code or name of a grouping"
                )));
            }
            Some(called)
        }
    })
}
