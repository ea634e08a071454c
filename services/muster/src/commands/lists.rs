//! `muster staffing lists`

use muster_proto::staffing::v1 as pb;
use serde_json::{Value, json};

use super::forecast::patients_of;
use crate::{
    cli::{ListsArgs, PatientsBy, Shared},
    connect::Clients,
    exit::Failure,
    output::{self, milli},
};

/// Says what counting patients by the work that they make, or by residents, does to the need of each place.
pub(crate) async fn run(args: ListsArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::GetWeightedListsRequest {
        area: args.area,
        year: args.year,
        deprivation: args.deprivation,
        patients: patients_of(args.patients).into(),
    };
    let found = clients.staffing().get_weighted_lists(clients.request(request)).await?.into_inner();
    let asked = (args.deprivation, args.patients);
    if shared.json { Ok(output::json(&document(&found, asked))?) } else { print(&found) }
}

#[expect(clippy::cast_precision_loss, reason = "a share for display")]
fn share(ppm: i64) -> f64 {
    ppm as f64 / 1e6
}

/// Text where there is any.
fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn document(of: &pb::GetWeightedListsResponse, (deprivation, patients): (bool, PatientsBy)) -> Value {
    let lists: Vec<Value> = of
        .lists
        .iter()
        .map(|row| {
            json!({
                "place": row.place, "level": row.level, "name": row.name, "list": milli(row.list_milli),
                "weighted": milli(row.weighted_milli), "relative": share(row.relative_ppm),
                "ages_of": some(&row.ages_of), "deprivation": row.deprivation_milli.map(milli),
                "deprivation_of": some(&row.deprivation_of),
                "registered_per_resident": row.registered_per_resident_ppm.map(share),
                "residents_of": some(&row.residents_of),
            })
        })
        .collect();
    let weights: Vec<Value> = of
        .weights
        .iter()
        .map(|row| json!({ "ages": row.ages, "male": milli(row.male_milli), "female": milli(row.female_milli) }))
        .collect();
    json!({
        "area": of.area, "year": of.year, "lists": lists, "weights": weights, "weights_source": of.weights_source,
        "deprivation": deprivation,
        "deprivation_point": Some(share(of.deprivation_point_ppm)).filter(|point| *point > 0.0),
        "patients": if patients == PatientsBy::Resident { "resident" } else { "registered" },
        "findings": of.findings, "caveats": of.caveats,
        "units": {
            "list, weighted": "patients", "relative": "weighted over plain",
            "deprivation": "points of the health domain's score",
            "registered_per_resident": "registered patients for each resident",
        },
    })
}

/// A row of the table: what is not known is left empty, and stands in where the ages say so.
fn cells(of: &pb::GetWeightedListsResponse, row: &pb::WeightedList) -> Vec<String> {
    let ages = match (row.level.as_str(), row.ages_of.as_str()) {
        ("borough", _) => String::new(),
        (_, "") if of.weights.is_empty() => String::new(),
        (_, "") => "its borough's mean".to_owned(),
        (_, day) => day.to_owned(),
    };
    let score = |score: i64| format!("{:+.2}", milli(score));
    let ratio = |ppm: i64| format!("{:.3}", share(ppm));
    vec![
        row.level.clone(),
        row.place.clone(),
        row.name.clone(),
        (row.list_milli / 1_000).to_string(),
        (row.weighted_milli / 1_000).to_string(),
        format!("{:+.1}%", (share(row.relative_ppm) - 1.0) * 100.0),
        ages,
        row.deprivation_milli.map(score).unwrap_or_default(),
        row.registered_per_resident_ppm.map(ratio).unwrap_or_default(),
        row.residents_of.clone(),
    ]
}

fn print(of: &pb::GetWeightedListsResponse) -> Result<(), Failure> {
    for finding in &of.findings {
        output::line(finding)?;
    }
    output::line(&format!("\nLists of {} in {}, weighted\n", of.area, of.year))?;
    let rows: Vec<Vec<String>> = of.lists.iter().map(|row| cells(of, row)).collect();
    let columns = [
        "level",
        "code",
        "name",
        "patients",
        "weighted",
        "need",
        "ages of",
        "deprivation",
        "registered per resident",
        "residents of",
    ];
    output::table(&columns, &rows)?;
    if !of.weights.is_empty() {
        output::line("\nWork of a patient, a boy of 5 to 14 = 1\n")?;
        let weight = |thousandths: i64| format!("{:.3}", milli(thousandths));
        let rows: Vec<Vec<String>> = of
            .weights
            .iter()
            .map(|row| vec![row.ages.clone(), weight(row.male_milli), weight(row.female_milli)])
            .collect();
        output::table(&["ages", "male", "female"], &rows)?;
    }
    if of.deprivation_point_ppm > 0 {
        let point = share(of.deprivation_point_ppm);
        output::line(&format!("\nWork of a patient times {point:.3} a point of deprivation"))?;
    }
    if !of.weights_source.is_empty() {
        output::line(&format!("\n  source: {}", of.weights_source))?;
    }
    for caveat in &of.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}
