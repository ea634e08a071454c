//! From a forecast gap to its cover and back over the bus: in one process, and in four over PostgreSQL and NATS with the process of
//! bank and agency killed on the way.

use serde_json::Value;

use crate::{
    system::{Shape, System},
    the_loop::{forecast, import_sample, rows},
};

/// Imports what is shipped of bank and agency.
fn import_shifts(system: &System) {
    for file in muster_agency::sample::files(7) {
        let path = system.file(&file.name, &file.text).display().to_string();
        let report = system.json("agency", &["import", file.kind, &path]);
        let report = report["files"].get(0).unwrap_or(&report);
        assert!(report["import_id"].as_str().is_some_and(|id| !id.is_empty()), "{report}");
    }
}

/// Waits until the cover is that of a run; gives its rows.
async fn cover(system: &System, run: &Value) -> Vec<Value> {
    let found = || {
        let document = system.json("agency", &["agency", "cover"]);
        let rows = rows(&document).clone();
        (!rows.is_empty() && rows.iter().all(|row| row["run_id"] == *run)).then_some(rows)
    };
    system.eventually("the cover is that of the run", found).await
}

fn sum(rows: &[Value], field: &str) -> i64 {
    rows.iter().map(|row| row[field].as_i64().unwrap_or_else(|| panic!("no {field} in {row}"))).sum()
}

async fn a_gap_becomes_cover_and_shifts_come_back(shape: Shape) {
    let Some(mut system) = System::start(shape).await else { return };
    import_sample(&system, 7);
    import_shifts(&system);
    let first = forecast(&system, 1);
    let rows = cover(&system, &first["run_id"]).await;
    let nurses: Vec<&Value> = rows.iter().filter(|row| row["role"] == "nurse").collect();
    assert_eq!(nurses.len(), 6, "a row a borough");
    for row in &nurses {
        assert_eq!((row["year"].as_i64(), row["basis"].as_str()), (Some(2018), Some("all")), "{row}");
        let (hours, bank) = (&row["hours"], row["bank_hour_pence"].as_i64());
        assert!(hours["p10"].as_i64() <= hours["p90"].as_i64() && bank > Some(2_000), "{row}");
    }
    // what shifts show comes back to staffing to the minute and the penny
    let table = system.json("agency", &["agency", "spend-table"]);
    let spent: Vec<Value> = table["rows"].as_array().cloned().unwrap_or_default();
    let of = |supplies: &[&str], field: &str| -> i64 {
        let rows = spent.iter().filter(|row| supplies.contains(&row["supply"].as_str().unwrap_or_default()));
        rows.map(|row| row[field].as_i64().unwrap_or_else(|| panic!("no {field} in {row}"))).sum()
    };
    let wanted = [
        of(&["bank", "shared-bank"], "minutes"),
        of(&["agency"], "minutes"),
        of(&["bank", "shared-bank"], "pence"),
        of(&["agency"], "pence"),
    ];
    assert!(wanted.iter().all(|it| *it > 100_000), "{wanted:?}");
    let back = || {
        let document = system.json("staffing", &["staffing", "observed-cover"]);
        let rows = document["rows"].as_array().cloned().unwrap_or_default();
        let fields = ["bank_minutes", "agency_minutes", "bank_pence", "agency_pence"];
        (fields.map(|field| sum(&rows, field)) == wanted).then_some(())
    };
    system.eventually("the cover that was used is what shifts show", back).await;
    // the partner of the sample that raised its bank's pay
    let drifts = || {
        let document = system.json("agency", &["agency", "drift"]);
        document["drifts"].as_array().filter(|drifts| !drifts.is_empty()).cloned()
    };
    let drifts = system.eventually("the step in rates is found", drifts).await;
    assert!(drifts.iter().all(|it| it["organisation"] == "RJZ" && it["grade"] == "band-5"), "{drifts:?}");
    // a process that dies misses nothing, and says nothing twice
    if shape == Shape::WithAgency {
        system.kill(3);
    }
    let second = forecast(&system, 2);
    if shape == Shape::WithAgency {
        system.start_part(3).await;
    }
    cover(&system, &second["run_id"]).await;
    let again = system.json("agency", &["agency", "drift"]);
    assert_eq!(again["drifts"].as_array().map(Vec::len), Some(drifts.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_becomes_cover_in_one_process() {
    a_gap_becomes_cover_and_shifts_come_back(Shape::OneProcess).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_becomes_cover_over_nats_and_postgres() {
    a_gap_becomes_cover_and_shifts_come_back(Shape::WithAgency).await;
}
