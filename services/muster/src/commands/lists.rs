//! `muster staffing lists`

use muster_proto::staffing::v1 as pb;
use serde_json::{Value, json};

use crate::{
    cli::{ListsArgs, Shared},
    connect::Clients,
    exit::Failure,
    output::{self, milli},
};

/// Says what weighting patients by the work that they make does to the need of each place.
pub(crate) async fn run(args: ListsArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::GetWeightedListsRequest { area: args.area, year: args.year, ..Default::default() };
    let found = clients.staffing().get_weighted_lists(clients.request(request)).await?.into_inner();
    if shared.json { Ok(output::json(&document(&found))?) } else { print(&found) }
}

#[expect(clippy::cast_precision_loss, reason = "a share for display")]
fn share(ppm: i64) -> f64 {
    ppm as f64 / 1e6
}

fn document(of: &pb::GetWeightedListsResponse) -> Value {
    let lists: Vec<Value> = of
        .lists
        .iter()
        .map(|row| {
            json!({
                "place": row.place, "level": row.level, "name": row.name, "list": milli(row.list_milli),
                "weighted": milli(row.weighted_milli), "relative": share(row.relative_ppm),
                "ages_of": Some(row.ages_of.as_str()).filter(|day| !day.is_empty()),
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
        "findings": of.findings, "caveats": of.caveats,
        "units": { "list, weighted": "patients", "relative": "weighted over plain" },
    })
}

fn print(of: &pb::GetWeightedListsResponse) -> Result<(), Failure> {
    for finding in &of.findings {
        output::line(finding)?;
    }
    output::line(&format!("\nLists of {} in {}, weighted by age and sex\n", of.area, of.year))?;
    let rows: Vec<Vec<String>> = of
        .lists
        .iter()
        .map(|row| {
            let ages = match (row.level.as_str(), row.ages_of.as_str()) {
                ("borough", _) => String::new(),
                (_, "") => "its borough's mean".to_owned(),
                (_, day) => day.to_owned(),
            };
            vec![
                row.level.clone(),
                row.place.clone(),
                row.name.clone(),
                (row.list_milli / 1_000).to_string(),
                (row.weighted_milli / 1_000).to_string(),
                format!("{:+.1}%", (share(row.relative_ppm) - 1.0) * 100.0),
                ages,
            ]
        })
        .collect();
    output::table(&["level", "code", "name", "patients", "weighted", "need", "ages of"], &rows)?;
    output::line("\nWork of a patient, a boy of 5 to 14 = 1\n")?;
    let weight = |thousandths: i64| format!("{:.3}", milli(thousandths));
    let rows: Vec<Vec<String>> = of
        .weights
        .iter()
        .map(|row| vec![row.ages.clone(), weight(row.male_milli), weight(row.female_milli)])
        .collect();
    output::table(&["ages", "male", "female"], &rows)?;
    output::line(&format!("\n  source: {}", of.weights_source))?;
    for caveat in &of.caveats {
        output::line(&format!("  note: {caveat}"))?;
    }
    Ok(())
}
