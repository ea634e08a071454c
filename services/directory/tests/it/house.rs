//! A directory over an empty database, and small files of the publishers' shape.

use std::{path::PathBuf, sync::Arc};

use jiff::civil::Date;
use muster_directory::{
    Deps,
    app::{
        import_file::{self, Imported},
        list_groupings, list_places,
    },
    domain::{Area, GroupingKind},
    store::groupings::Sized,
};
use muster_kit::{
    Actor, OrgCode,
    authz::RoleTable,
    imports::{Summary, Upload},
    intake::RawFile,
    outbox,
    page::Page,
};
use muster_testkit::{TestDb, sqlite_db};
use sea_orm::EntityTrait;

/// A directory with the actor of its one user.
pub(crate) struct House {
    pub(crate) deps: Deps,
    pub(crate) actor: Actor,
    _db: TestDb,
}

impl House {
    /// A house on SQLite.
    pub(crate) async fn new() -> Self {
        Self::over(sqlite_db::<muster_directory::Migrator>("directory").await)
    }

    /// A house on a database of either kind.
    pub(crate) fn over(db: TestDb) -> Self {
        let deps = Deps { db: (*db).clone(), authorizer: Arc::new(RoleTable) };
        Self { deps, actor: Actor::local(OrgCode::new("QKK").unwrap()), _db: db }
    }

    pub(crate) async fn import(&self, kind: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Imported {
        self.import_as(kind, name, bytes.into(), false).await
    }

    pub(crate) async fn import_as(
        &self,
        kind: &str,
        name: &str,
        bytes: Vec<u8>,
        keep_good: bool,
    ) -> Imported {
        let file = RawFile::new(name, bytes);
        let upload = Arc::new(Upload { kind: kind.to_owned(), file, keep_good, year: None });
        import_file::run(&self.deps, &self.actor, upload, &|_, _, _| ()).await.unwrap()
    }

    /// Imports a file that must be stored.
    pub(crate) async fn store(&self, kind: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Summary {
        match self.import(kind, name, bytes).await {
            Imported::Stored(summary, _) => summary,
            other => panic!("{name} was not stored: {other:#?}"),
        }
    }

    /// Every page of the places of an area.
    pub(crate) async fn places(
        &self,
        area: &str,
        as_of: Date,
        include_closed: bool,
    ) -> Vec<list_places::Place> {
        let mut page = Page::first(5_000);
        let mut places = Vec::new();
        loop {
            let query = list_places::Query { as_of, area: Area::parse(area), include_closed };
            let found = list_places::run(&self.deps, &self.actor, query, &page).await.unwrap();
            places.extend(found.rows);
            if found.next_token.is_empty() {
                return places;
            }
            page = Page::new(5_000, &found.next_token).unwrap();
        }
    }

    pub(crate) async fn groupings(&self, kind: GroupingKind, as_of: Date) -> Vec<Sized> {
        let page = Page::first(5_000);
        list_groupings::run(&self.deps, &self.actor, Some(kind), as_of, &page).await.unwrap().rows
    }

    /// Types of the events in the outbox, in order.
    pub(crate) async fn events(&self) -> Vec<String> {
        let rows = outbox::Entity::find().all(self.deps.db.read()).await.unwrap();
        rows.into_iter().map(|row| row.kind).collect()
    }

    /// Every practice with its dates, borough, lists and memberships, as text that can be compared.
    pub(crate) async fn state(&self) -> Vec<String> {
        let mut state = Vec::new();
        for place in self.places("ENGLAND", Date::constant(2026, 1, 1), true).await {
            let of = &place.stored.organisation;
            let memberships: Vec<String> =
                place.memberships.iter().map(|m| format!("{} {:?}", m.key.id(), m.period)).collect();
            state.push(format!("{of:?} {memberships:?}"));
        }
        state
    }
}

/// The folder of published data, when it is there.
pub(crate) fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("MUSTER_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    named.into_iter().chain([beside]).find(|folder| folder.join("data/gp_payments").is_dir())
}

/// A payments file with these practices: code, commissioner, closing date, registered list.
pub(crate) fn payments(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut text = String::from(
        "NHS England (Region) code,CCG Code,CCG NAME,Practice Code,Practice Name,Practice Postcode,Practice Open Date,\
         Practice Close Date,Quarter used for patient data,Number of Registered Patients (Last Known Figure),\
         Number of Weighted Patients (Last Known Figure),Total NHS Payments to General Practice\r\n",
    );
    for (code, commissioner, closed, list) in rows {
        text += &format!(
            "Q71,{commissioner},NHS {commissioner} CCG,{code},PRACTICE {code},SE1  6JP,,{closed},Q4,{list},{list},-12.5\r\n"
        );
    }
    text
}
