//! Items as they are shown: with the names of their classes and where they come from.

use std::collections::{BTreeSet, HashMap};

use muster_kit::{
    OrgScope, Result, imports,
    page::{Page, Paged},
};
use muster_proto::{catalogue::v1 as pb, common::v1::Provenance};
use sea_orm::ConnectionTrait;

use crate::{
    proto,
    store::{
        classes,
        items::{self, Stored, class},
    },
};

/// Items with what is shown of them.
pub(crate) struct Shown {
    org: String,
    items: HashMap<i64, Stored>,
    classes: HashMap<(String, String), String>,
    imports: HashMap<String, Provenance>,
}

impl Shown {
    /// Items by number, as they are described now.
    ///
    /// # Errors
    /// Internal or unavailable when the database cannot.
    pub(crate) async fn of(conn: &impl ConnectionTrait, scope: &OrgScope, numbers: &[i64]) -> Result<Self> {
        let numbers: BTreeSet<i64> = numbers.iter().copied().collect();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let found = items::by_numbers(conn, scope, &numbers).await?;
        let rows: Vec<Stored> = found.into_values().collect();
        Self::with(conn, scope, rows).await
    }

    /// The same of rows that are there already.
    ///
    /// # Errors
    /// Internal or unavailable when the database cannot.
    pub(crate) async fn with(
        conn: &impl ConnectionTrait,
        scope: &OrgScope,
        rows: Vec<Stored>,
    ) -> Result<Self> {
        let of: BTreeSet<(String, String)> = rows.iter().filter_map(class).collect();
        let classes = classes::names(conn, scope, &of.into_iter().collect::<Vec<_>>()).await?;
        let ids: BTreeSet<&str> =
            rows.iter().filter(|it| it.org == scope.as_str()).map(|it| it.import_id.as_str()).collect();
        let mut found = HashMap::new();
        for id in ids {
            let import = imports::get(conn, scope, id).await?;
            found.insert(id.to_owned(), imports::provenance(&import));
        }
        let items = rows.into_iter().map(|row| (row.item_number, row)).collect();
        Ok(Self { org: scope.as_str().to_owned(), items, classes, imports: found })
    }

    /// An item; none where it is not there.
    pub(crate) fn item(&self, number: i64) -> Option<pb::Item> {
        self.items.get(&number).map(|row| self.row(row))
    }

    /// A description of an item, such as an earlier one.
    pub(crate) fn row(&self, row: &Stored) -> pb::Item {
        let mut item = proto::item(row);
        item.own = row.org == self.org;
        item.class_name = class(row).and_then(|of| self.classes.get(&of).cloned()).unwrap_or_default();
        item.provenance = self.imports.get(&row.import_id).cloned();
        item
    }
}

/// A page of rows that are all there, in their order; the token is a place.
///
/// # Errors
/// Bad request on a token that is not ours.
pub(crate) fn cut<T>(rows: Vec<T>, page: &Page) -> Result<(Paged<T>, u64)> {
    let total = rows.len() as u64;
    let begin = place(page)?;
    let size = usize::try_from(page.size).unwrap_or(usize::MAX);
    let rows: Vec<T> = rows.into_iter().skip(begin).take(size.saturating_add(1)).collect();
    Ok((page.cut(rows, |_| (begin + size).to_string()), total))
}

/// Place from which a page begins, in an order that is all there.
///
/// # Errors
/// Bad request on a token that is not ours.
pub(crate) fn place(page: &Page) -> Result<usize> {
    if page.after.is_empty() {
        return Ok(0);
    }
    page.after.parse().map_err(|_| muster_kit::Error::bad_request("the page token is not one of ours"))
}
