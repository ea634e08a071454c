//! The published files, where they are at hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::Instant,
};

use jiff::civil::date;
use muster_directory::domain::{GroupingKind, organisation::BoroughBasis};

use crate::house::{House, shared};

const YEARS: [&str; 7] = ["14-15", "15-16", "16-17", "17-18", "18-19", "19-20", "20-21"];

async fn import_years(house: &House, shared: &Path, years: impl IntoIterator<Item = &str>) {
    for year in years {
        let name = format!("sel_nhspaymentsgp_{year}.csv");
        let bytes = fs::read(shared.join("data/gp_payments").join(&name)).unwrap();
        let summary = house.store("gp-payments", &name, bytes).await;
        assert_eq!(summary.rows_read, summary.rows_kept, "{name}");
    }
}

/// Practice code and borough of every row of the workforce series.
fn workforce_boroughs(shared: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read(shared.join("data/gp_workforce/sel_gp_workforce_practice_fy.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let mut boroughs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        boroughs.entry(row["PRAC_CODE"].clone()).or_default().insert(row["BOROUGH"].clone());
    }
    boroughs
}

#[tokio::test]
async fn every_practice_of_the_workforce_series_ends_up_in_its_borough() {
    let Some(shared) = shared() else { return };
    let house = House::new().await;
    import_years(&house, &shared, YEARS).await;
    let places = house.places("SEL", date(2026, 1, 1), true).await;
    let mapped: BTreeMap<String, String> = places
        .iter()
        .map(|place| {
            (
                place.stored.organisation.code.to_string(),
                place.stored.organisation.borough.unwrap().0.to_owned(),
            )
        })
        .collect();
    let wanted = workforce_boroughs(&shared);
    assert_eq!(wanted.len(), 246);
    for (code, boroughs) in wanted {
        assert_eq!(mapped.get(&code), boroughs.first(), "{code}");
    }
    for place in &places {
        let kinds = |kind| place.memberships.iter().filter(|m| m.key.kind == kind).count();
        assert_eq!(kinds(GroupingKind::Borough), 1, "{place:?}");
        assert_eq!(kinds(GroupingKind::System), 1, "{place:?}");
        assert_eq!(kinds(GroupingKind::Commissioner), 1, "{place:?}");
    }
}

#[tokio::test]
async fn the_year_20_21_alone_finds_boroughs_by_postcode() {
    let Some(shared) = shared() else { return };
    let house = House::new().await;
    import_years(&house, &shared, ["20-21"]).await;
    let wanted = workforce_boroughs(&shared);
    let places = house.places("SEL", date(2021, 3, 31), true).await;
    assert_eq!(places.len(), 213);
    let right = places.iter().filter(|place| {
        let of = &place.stored.organisation;
        let (borough, basis) = of.borough.unwrap();
        assert_eq!(basis, BoroughBasis::Postcode);
        wanted.get(of.code.as_str()).is_none_or(|known| known.contains(borough))
    });
    // a postcode district is no boundary: a few practices lie on the other side of it
    assert!(right.count() >= 200);
}

#[tokio::test]
async fn years_in_any_order_give_the_same_map() {
    let Some(shared) = shared() else { return };
    let (forward, backward) = (House::new().await, House::new().await);
    import_years(&forward, &shared, YEARS).await;
    import_years(&backward, &shared, YEARS.into_iter().rev()).await;
    assert_eq!(forward.state().await, backward.state().await);
    let before = forward.events().await.len();
    for year in YEARS {
        let name = format!("sel_nhspaymentsgp_{year}.csv");
        let bytes = fs::read(shared.join("data/gp_payments").join(&name)).unwrap();
        let again = forward.import("gp-payments", &name, bytes).await;
        assert!(matches!(again, muster_directory::app::import_file::Imported::Before(_)), "{name}");
    }
    assert_eq!(forward.events().await.len(), before);
}

#[tokio::test]
async fn the_double_count_of_2016_17_is_found_and_left_out_of_totals() {
    let Some(shared) = shared() else { return };
    let house = House::new().await;
    import_years(&house, &shared, ["15-16"]).await;
    let name = "sel_nhspaymentsgp_16-17.csv";
    let bytes = fs::read(shared.join("data/gp_payments").join(name)).unwrap();
    let summary = house.store("gp-payments", name, bytes.clone()).await;
    let lines: Vec<&str> = std::str::from_utf8(&bytes).unwrap().lines().collect();
    let mut found: Vec<(String, String)> = Vec::new();
    for finding in summary.findings.by_rule("double-count") {
        let line = lines[usize::try_from(finding.line).unwrap() - 1];
        found.push((line.split(',').nth(4).unwrap().to_owned(), finding.value.clone()));
    }
    found.sort();
    let wanted = [("G83007", "5,155"), ("G85012", "20,697"), ("G85094", "16,717"), ("G85095", "8,380")];
    assert_eq!(found, wanted.map(|(code, list)| (code.to_owned(), list.to_owned())));
    let total = |name| summary.totals.iter().find(|(known, _)| *known == name).unwrap().1;
    assert_eq!(total("registered_patients"), 1_964_924);
    assert_eq!(total("registered_patients_counted_twice"), 45_794 + 5_155);
    // the file has 367,103 patients for Southwark; the workforce publication of September 2016 319,053
    let boroughs = house.groupings(GroupingKind::Borough, date(2017, 3, 31)).await;
    let southwark = boroughs.iter().find(|borough| borough.key.code == "Southwark").unwrap();
    assert_eq!(southwark.patients_milli, (367_103 - 45_794) * 1_000);
}

#[tokio::test]
async fn ods_files_add_dates_and_commissioners() {
    let Some(shared) = shared() else { return };
    let house = House::new().await;
    import_years(&house, &shared, YEARS).await;
    let ods = |name: &str| fs::read(shared.join("data/ods").join(name)).unwrap();
    let summary = house.store("epraccur", "sel_epraccur_2019-10.csv", ods("sel_epraccur_2019-10.csv")).await;
    assert_eq!(summary.totals, [("organisations", 430), ("practices", 273), ("practices_open", 219)]);
    house.store("epcmem", "sel_epcmem_2019-10.csv", ods("sel_epcmem_2019-10.csv")).await;
    let on = |year| house.places("SEL", date(year, 3, 31), false);
    let commissioner = |places: &[muster_directory::app::list_places::Place]| {
        let nexus = places.iter().find(|place| place.stored.organisation.code.as_str() == "G85034").unwrap();
        let all = nexus.memberships.iter().filter(|m| m.key.kind == GroupingKind::Commissioner);
        all.map(|m| m.key.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!(commissioner(&on(2010).await), ["5LE"]);
    assert_eq!(commissioner(&on(2019).await), ["08Q"]);
    assert_eq!(commissioner(&on(2021).await), ["72Q"]);
}

#[tokio::test]
async fn all_england_is_imported_in_time() {
    let Some(shared) = shared() else { return };
    let house = House::new().await;
    let name = "england_nhspaymentsgp_15-16.csv.gz";
    let bytes = fs::read(shared.join("data/gp_payments").join(name)).unwrap();
    let start = Instant::now();
    let summary = house.store("gp-payments", name, bytes).await;
    let imported = start.elapsed();
    assert_eq!(summary.rows_kept, 7_841);
    let start = Instant::now();
    let places = house.places("ENGLAND", date(2016, 3, 31), true).await;
    let listed = start.elapsed();
    assert_eq!(places.len(), 7_841);
    eprintln!("all England: imported in {imported:?}, all places listed in {listed:?}");
    // a debug build; the aim of 10 seconds is for a release build
    assert!(imported.as_secs() < 30, "{imported:?}");
}

#[tokio::test]
async fn files_of_every_kind_in_any_order_give_the_same_map() {
    let Some(shared) = shared() else { return };
    let mut files: Vec<(&str, String)> = ["15-16", "16-17", "20-21"]
        .map(|year| ("gp-payments", format!("gp_payments/sel_nhspaymentsgp_{year}.csv")))
        .into();
    files.push(("epraccur", "ods/sel_epraccur_2019-10.csv".into()));
    files.push(("epcmem", "ods/sel_epcmem_2019-10.csv".into()));
    let mut states = Vec::new();
    for turn in 0..files.len() {
        let house = House::new().await;
        for (kind, path) in files.iter().cycle().skip(turn).take(files.len()) {
            let name = path.rsplit('/').next().unwrap();
            house.store(kind, name, fs::read(shared.join("data").join(path)).unwrap()).await;
        }
        states.push(house.state().await);
    }
    assert!(states.iter().all(|state| *state == states[0]));
}
