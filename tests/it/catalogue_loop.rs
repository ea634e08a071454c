//! The catalogue over the bus: in one process, and in four over PostgreSQL and NATS with its process killed on the way. Purchases become
//! variance, an award becomes realised prices, and prices stay on the own branch of subjects.

use std::{fmt::Write as _, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::system::{Shape, System};

const ORGANISATIONS: [(&str, i64); 5] =
    [("RJ1", 900), ("RJ2", 811), ("RJZ", 733), ("RV5", 677), ("RPG", 621)];

pub(crate) fn import(system: &System, kind: &str, name: &str, text: &str) {
    let path = system.file(name, text).display().to_string();
    let report = system.json("catalogue", &["import", kind, &path]);
    assert!(report["files"][0]["import_id"].as_str().is_some_and(|id| !id.is_empty()), "{report}");
}

fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

/// Six months of ten boxes of a hundred for each organisation.
pub(crate) fn purchases(year: u16, price: impl Fn(&str, i64) -> i64) -> String {
    let mut lines = String::from(
        "line_ref,organisation,date,supplier,description,quantity,unit,unit_price,net,item_ref,channel\n",
    );
    for (organisation, pence) in ORGANISATIONS {
        let pence = price(organisation, pence);
        for month in 1..=6 {
            let _ = writeln!(
                lines,
                "P{year}-{month},{organisation},{year}-{month:02}-10,Medical Ltd,gloves,10,BX,{},{},G,direct",
                pounds(pence),
                pounds(pence * 10)
            );
        }
    }
    lines
}

pub(crate) fn bring_in(system: &System) {
    let (mut items, mut pairs) = (
        String::from("item_ref,organisation,supplier,description,orderable_unit,pack_size\n"),
        String::from("organisation,item_ref,other_organisation,other_item_ref,relation,reason\n"),
    );
    for (organisation, _) in ORGANISATIONS {
        let _ = writeln!(items, "G,{organisation},Medical Ltd,nitrile gloves,BX,100");
    }
    for pair in ORGANISATIONS.windows(2) {
        let _ = writeln!(pairs, "{},G,{},G,same-item,the labels say so", pair[0].0, pair[1].0);
    }
    import(system, "items", "items.csv", &items);
    import(system, "equivalences", "equivalences.csv", &pairs);
    import(system, "purchases", "purchases.csv", &purchases(2019, |_, pence| pence));
}

/// Subjects of the catalogue's events with their versions.
fn told(system: &System) -> Vec<String> {
    let log = system.json("catalogue", &["events", "tail", "--filter", "muster.v1.*.*.catalogue.>"]);
    let events = log["events"].as_array().cloned().unwrap_or_default();
    events.iter().filter_map(|it| it["subject"].as_str().map(str::to_owned)).collect()
}

pub(crate) fn round(system: &System) -> String {
    let number = system.json("catalogue", &["catalogue", "search", "nitrile", "--organisation", "RJ1"])["items"][0]["number"].clone();
    let partners: Vec<Value> =
        ["RJ1", "RJ2"].iter().map(|it| json!({ "organisation": it, "central": true })).collect();
    let document = json!({
        "title": "Gloves", "partners": partners,
        "lots": [{ "id": "gloves", "item": number, "estimated_unit_price_hundredths": 90_000, "consumables": 100 }],
    });
    let path = system.file("round.json", &document.to_string()).display().to_string();
    let at = |seconds: i64| (Timestamp::now() + Duration::from_secs(seconds.unsigned_abs())).to_string();
    let (pledge_by, bids_by, approve_by) = (at(6), at(10), at(600));
    let arguments = [
        "catalogue",
        "round",
        "open",
        &path,
        "--pledge-by",
        &pledge_by,
        "--bids-by",
        &bids_by,
        "--approve-by",
        &approve_by,
    ];
    let round = system.json("catalogue", &arguments);
    let id = round["round_id"].as_str().expect("an id").to_owned();
    let act = |arguments: &[&str]| system.json("catalogue", &[&["catalogue", "round"], arguments].concat());
    for organisation in ["RJ1", "RJ2"] {
        act(&["pledge", &id, "--organisation", organisation, "--lot", "gloves", "--quantity", "120"]);
    }
    wait_until(&round, "pledge_by_micros");
    act(&["close", &id]);
    let bid = json!({ "id": "a", "supplier": "MEDICAL LIMITED", "lots": ["gloves"], "price_pence": 144_000 });
    act(&["bid", &id, &system.file("bid.json", &bid.to_string()).display().to_string()]);
    wait_until(&round, "bids_by_micros");
    let computed = act(&["compute", &id]);
    assert_eq!(computed["award"]["cost_pence"], 144_000, "{computed}");
    for organisation in ["RJ1", "RJ2"] {
        act(&["approve", &id, "--organisation", organisation]);
    }
    let awarded = act(&["award", &id, "--from", "2020-01-01", "--until", "2020-12-31"]);
    assert_eq!(awarded["phase"], "awarded");
    id
}

fn wait_until(round: &Value, field: &str) {
    let micros = round[field].as_i64().expect("a deadline");
    while Timestamp::now().as_microsecond() <= micros {
        std::thread::sleep(Duration::from_millis(50));
    }
}

async fn purchases_become_variance_and_an_award_realised_prices(shape: Shape) {
    let Some(mut system) = System::start(shape).await else { return };
    bring_in(&system);
    // 9.00 a box against a lower quartile of 6.63 of the four others, sixty boxes
    let variance = system.json("catalogue", &["catalogue", "variance", "--organisation", "RJ1"]);
    assert_eq!(variance["rows"][0]["lower_quartile_hundredths"], 663_000, "{variance}");
    assert_eq!(variance["opportunity_pence"], 60 * (900 - 663));
    let found = || {
        let subjects = told(&system);
        (subjects.iter().filter(|it| it.ends_with(".variance.found")).count() >= 3).then_some(subjects)
    };
    let subjects = system.eventually("variance is told", found).await;
    let own = ["variance.found", "purchases.recorded", "offer.changed", "price.realised", "award.approved"];
    for subject in &subjects {
        assert_eq!(own.iter().any(|it| subject.ends_with(it)), subject.contains(".own."), "{subject}");
    }
    let id = round(&system);
    if shape == Shape::WithCatalogue {
        system.kill(3);
        system.start_part(3).await;
    }
    // at the award for one, a tenth dearer for the other
    import(
        &system,
        "purchases",
        "later.csv",
        &purchases(2020, |organisation, pence| match organisation {
            "RJ1" => 600,
            "RJ2" => 660,
            _ => pence,
        }),
    );
    let realised = || {
        let document = system.json("catalogue", &["catalogue", "realised", "--round", &id]);
        document["rows"].as_array().filter(|rows| rows.len() == 12).cloned()
    };
    let rows = system.eventually("what was paid is compared with the award", realised).await;
    let sum = |organisation: &str, field: &str| -> i64 {
        rows.iter()
            .filter(|row| row["organisation"] == organisation)
            .filter_map(|row| row[field].as_i64())
            .sum()
    };
    let figures =
        |organisation| ["baseline_pence", "award_pence", "paid_pence"].map(|field| sum(organisation, field));
    assert_eq!(figures("RJ1"), [54_000, 36_000, 36_000]);
    assert_eq!(figures("RJ2"), [48_660, 36_000, 39_600]);
    if shape == Shape::OneProcess {
        savings_are_proposed(&system).await;
    }
    // each month is told once, whatever died on the way
    let told: Vec<String> = told(&system).into_iter().filter(|it| it.ends_with(".price.realised")).collect();
    assert_eq!(told.len(), 12, "{told:?}");
}

/// The back office hears of it: what the award is to save is planned, what was saved is proposed month by month, and nobody is credited
/// before finance attests.
async fn savings_are_proposed(system: &System) {
    let proposed = || {
        let document = system.json("backoffice", &["back-office", "claims"]);
        let claims = document["claims"].as_array().cloned().unwrap_or_default();
        (claims.len() == 12).then_some(claims)
    };
    let claims = system.eventually("realised prices are proposed as savings", proposed).await;
    let sum: i64 = claims.iter().filter_map(|it| it["claimed_pence"].as_i64()).sum();
    assert_eq!(sum, 54_000 - 36_000 + 48_660 - 39_600, "{claims:?}");
    let board = system.json("backoffice", &["back-office", "board"]);
    assert_eq!(board["attested_pence"], 0, "{board}");
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_become_variance_in_one_process() {
    purchases_become_variance_and_an_award_realised_prices(Shape::OneProcess).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_become_variance_over_nats_and_postgres() {
    purchases_become_variance_and_an_award_realised_prices(Shape::WithCatalogue).await;
}
