//! Weighted lists as the contract has them.

use muster_proto::staffing::v1 as pb;

use crate::{
    app::get_weighted_lists::{Listed, WeightedLists},
    domain::{
        age_lists::{WEIGHTS, WEIGHTS_SOURCE, ages},
        units::divide_rounded,
    },
};

/// Lists with their weights.
pub(crate) fn weighted(of: WeightedLists) -> pb::GetWeightedListsResponse {
    let lists: Vec<pb::WeightedList> = of.lists.iter().map(list).collect();
    let weights = WEIGHTS.iter().enumerate().map(|(place, of)| pb::WorkloadWeight {
        ages: ages(place),
        male_milli: of.male_milli,
        female_milli: of.female_milli,
    });
    pb::GetWeightedListsResponse {
        area: of.area,
        year: of.year,
        findings: findings(&lists),
        lists,
        weights: weights.collect(),
        weights_source: WEIGHTS_SOURCE.to_owned(),
        caveats: of.caveats,
        sources: of.sources,
        deprivation_point_ppm: 0,
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
        ..pb::WeightedList::default()
    }
}

fn findings(lists: &[pb::WeightedList]) -> Vec<String> {
    let percent = |of: &pb::WeightedList| {
        let tenths = divide_rounded(i128::from(of.relative_ppm - 1_000_000), 1_000);
        format!("{}{}.{}%", if tenths < 0 { "-" } else { "+" }, tenths.abs() / 10, tenths.abs() % 10)
    };
    let of_level = |level: &'static str| lists.iter().filter(move |of| of.level == level);
    let mut sentences = Vec::new();
    for (level, whose) in [("borough", "boroughs"), ("practice", "practices")] {
        let most = of_level(level).max_by_key(|of| of.relative_ppm);
        let least = of_level(level).min_by_key(|of| of.relative_ppm);
        if let Some((most, least)) = most.zip(least).filter(|(most, least)| most.place != least.place) {
            sentences.push(format!(
                "Of the {whose}, weighting by age and sex makes the most of the need of {} ({}) and the least of that of {} ({}).",
                most.name,
                percent(most),
                least.name,
                percent(least)
            ));
        }
    }
    let unknown = of_level("practice").filter(|of| of.ages_of.is_empty()).count();
    if unknown > 0 {
        let all = of_level("practice").count();
        sentences.push(format!(
            "{unknown} of {all} practices have no list by age and sex: they take their borough's mean."
        ));
    }
    sentences
}
