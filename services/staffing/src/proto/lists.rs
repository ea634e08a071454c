//! Weighted lists as the contract has them.

use muster_kit::Result;
use muster_proto::staffing::v1 as pb;

use crate::{
    app::get_weighted_lists::{Listed, Question, WeightedLists},
    domain::{
        age_lists::{WEIGHTS, WEIGHTS_SOURCE, ages},
        deprivation::{POINT_PPM, POINT_SOURCE},
        units::divide_rounded,
    },
};

/// What lists are asked for.
///
/// # Errors
/// Bad request for a basis of patients that nobody knows.
pub(crate) fn question(of: pb::GetWeightedListsRequest) -> Result<Question> {
    let patients = super::patients_of(of.patients)?;
    Ok(Question { area: of.area, year: of.year, deprivation: of.deprivation, patients })
}

/// Lists with their weights.
pub(crate) fn weighted(of: WeightedLists) -> pb::GetWeightedListsResponse {
    let lists: Vec<pb::WeightedList> = of.lists.iter().map(list).collect();
    let weights = WEIGHTS.iter().enumerate().map(|(place, of)| pb::WorkloadWeight {
        ages: ages(place),
        male_milli: of.male_milli,
        female_milli: of.female_milli,
    });
    let sources = [(of.by_age, WEIGHTS_SOURCE), (of.by_deprivation, POINT_SOURCE)];
    let sources: Vec<&str> =
        sources.into_iter().filter_map(|(used, source)| used.then_some(source)).collect();
    pb::GetWeightedListsResponse {
        findings: findings(&of, &lists),
        area: of.area,
        year: of.year,
        lists,
        weights: if of.by_age { weights.collect() } else { Vec::new() },
        weights_source: sources.join("; "),
        caveats: of.caveats,
        sources: of.sources,
        deprivation_point_ppm: if of.by_deprivation { POINT_PPM } else { 0 },
    }
}

fn list(of: &Listed) -> pb::WeightedList {
    let relative = divide_rounded(i128::from(of.weighted.milli()) * 1_000_000, i128::from(of.list.milli()));
    pb::WeightedList {
        place: of.place.clone(),
        level: if of.borough { "borough" } else { "practice" }.to_owned(),
        name: of.name.clone(),
        list_milli: of.list.milli(),
        weighted_milli: of.weighted.milli(),
        relative_ppm: relative,
        ages_of: of.ages_of.map(|day| day.to_string()).unwrap_or_default(),
        deprivation_milli: of.deprivation_milli,
        deprivation_of: of.deprivation_of.map(|year| year.to_string()).unwrap_or_default(),
        registered_per_resident_ppm: of.ratio_ppm,
        residents_of: of.residents_of.map(|day| day.to_string()).unwrap_or_default(),
    }
}

fn findings(of: &WeightedLists, lists: &[pb::WeightedList]) -> Vec<String> {
    let percent = |of: &pb::WeightedList| {
        let tenths = divide_rounded(i128::from(of.relative_ppm - 1_000_000), 1_000);
        format!("{}{}.{}%", if tenths < 0 { "-" } else { "+" }, tenths.abs() / 10, tenths.abs() % 10)
    };
    let of_level = |level: &'static str| lists.iter().filter(move |of| of.level == level);
    let by = of.by.join(" and ");
    let mut sentences = Vec::new();
    for (level, whose) in [("borough", "boroughs"), ("practice", "practices")] {
        let most = of_level(level).max_by_key(|of| of.relative_ppm);
        let least = of_level(level).min_by_key(|of| of.relative_ppm);
        if let Some((most, least)) = most.zip(least).filter(|(most, least)| most.place != least.place) {
            sentences.push(format!(
                "Of the {whose}, weighting by {by} makes the most of the need of {} ({}) and the least of that of {} ({}).",
                most.name,
                percent(most),
                least.name,
                percent(least)
            ));
        }
    }
    if of.alone.len() > 1 {
        sentences.extend(of.alone.iter().filter_map(|(by, boroughs)| alone(by, boroughs)));
    }
    let all = of_level("practice").count();
    let mut lacking = |what: &str, counts: bool, has: &dyn Fn(&pb::WeightedList) -> bool| {
        let unknown = of_level("practice").filter(|of| !has(of)).count();
        if counts && unknown > 0 {
            sentences.push(format!(
                "{unknown} of {all} practices have no {what}: they take their borough's mean."
            ));
        }
    };
    lacking("list by age and sex", of.by_age, &|of| !of.ages_of.is_empty());
    lacking("score of deprivation", of.by_deprivation, &|of| of.deprivation_milli.is_some());
    let uncounted: Vec<&str> = of_level("borough")
        .filter(|row| of.by.contains(&"residents") && row.registered_per_resident_ppm.is_none())
        .map(|row| row.name.as_str())
        .collect();
    if !uncounted.is_empty() {
        let names = uncounted.join(", ");
        sentences.push(format!("Nobody counted the residents of {names}: what the area has stands in."));
    }
    sentences
}

/// What one thing alone makes of the need of boroughs, the most first.
fn alone(by: &str, boroughs: &[(String, f64)]) -> Option<String> {
    let ((most, more), (least, less)) = boroughs.first().zip(boroughs.last())?;
    (most != least)
        .then(|| format!("By {by} alone, the need of {most} is {more:+.1}% and that of {least} {less:+.1}%."))
}
