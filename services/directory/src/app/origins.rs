//! The imports that rows came from, loaded once a page.

use std::collections::{BTreeMap, BTreeSet};

use muster_kit::{OrgScope, Result, imports};
use sea_orm::ConnectionTrait;

/// Imports by id.
#[derive(Clone, Debug, Default)]
pub struct Origins(BTreeMap<String, imports::Model>);

impl Origins {
    /// Loads the imports of these ids.
    pub(super) async fn load<'a>(
        conn: &impl ConnectionTrait,
        scope: &OrgScope,
        ids: impl Iterator<Item = &'a str>,
    ) -> Result<Self> {
        let ids: BTreeSet<&str> = ids.collect();
        let mut origins = BTreeMap::new();
        for id in ids {
            origins.insert(id.to_owned(), imports::get(conn, scope, id).await?);
        }
        Ok(Self(origins))
    }

    /// The import of an id.
    pub fn get(&self, import_id: &str) -> Option<&imports::Model> {
        self.0.get(import_id)
    }
}
