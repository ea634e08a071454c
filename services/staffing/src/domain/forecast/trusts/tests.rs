//! Invariants of the forecast of trusts, with the counts of the six trusts of South East London (NHS Digital, supplementary
//! information: FTE of nurses and health visitors, September 2017 and June 2018).

use super::{super::random::Z90, *};
use crate::domain::{trusts::parameters::shipped, units::Fte};

const COUNTS: [(&str, i64, i64); 6] = [
    ("RJ1", 4_018_800, 4_219_800),
    ("RJ2", 1_642_900, 1_614_600),
    ("RJZ", 3_433_600, 3_713_200),
    ("RN7", 813_200, 820_600),
    ("RPG", 924_500, 997_700),
    ("RV5", 1_264_900, 1_236_700),
];

fn trusts() -> Vec<Known> {
    let month = |text: &str| text.parse().unwrap();
    let known = |(code, first, last): &(&str, i64, i64)| Known {
        code: (*code).into(),
        name: format!("Trust {code}"),
        first: (month("2017-09"), Fte::from_milli(*first)),
        last: (month("2018-06"), Fte::from_milli(*last)),
        counts: 2,
    };
    COUNTS.iter().map(known).collect()
}

fn spec(seed: u64) -> TrustSpec {
    TrustSpec { group: TrustGroup::Nurses, years: 5, draws: 1_024, seed, need_growth_ppm: Some(10_000) }
}

fn made(trusts: &[Known], seed: u64) -> TrustForecast {
    forecast_trusts(trusts, &spec(seed), shipped()).unwrap()
}

fn width(of: Interval) -> i64 {
    of.p90 - of.p10
}

#[test]
fn it_begins_with_the_count_and_widens() {
    let of = made(&trusts(), 1);
    assert_eq!(of, made(&trusts(), 1));
    assert_ne!(of.rows, made(&trusts(), 2).rows);
    assert_eq!(of.rows.len(), 7 * 6);
    let last: i64 = COUNTS.iter().map(|(_, _, last)| last).sum();
    assert_eq!(of.rows[0].supply, Interval { p10: last, p50: last, p90: last });
    for rows in of.rows.chunks(6) {
        assert!(rows.windows(2).all(|pair| width(pair[0].supply) < width(pair[1].supply)), "{rows:?}");
        // honest about what two counts say: after five years a single trust is not known to a tenth
        let (end, code) = (rows[5].supply, &rows[5].code);
        assert!(code.is_empty() || width(end) * 10 > end.p50 * 2, "{code} {end:?}");
        assert_eq!(rows[5].shortfall.p10, rows[5].wanted_milli - end.p90);
    }
    let wanted = (last as f64 * 1.01_f64.powi(5)).round() as i64;
    assert_eq!((of.rows[5].wanted_milli, of.rows[5].month.to_string().as_str()), (wanted, "2023-06"));
}

/// All together move less, relatively, than one by one, and more than if they moved independently of each other.
#[test]
fn what_trusts_share_does_not_average_out() {
    let of = made(&trusts(), 1);
    let spread = |rows: &[TrustRow]| width(rows[5].supply) as f64;
    let mut chunks = of.rows.chunks(6);
    let together = spread(chunks.next().unwrap());
    let alone: Vec<f64> = chunks.map(spread).collect();
    let sum: f64 = alone.iter().sum();
    let independent = alone.iter().map(|of| of * of).sum::<f64>().sqrt();
    assert!(together < 0.95 * sum && together > 1.1 * independent, "{together} {sum} {independent}");
}

/// Nine months decide little: growth lies between the prior and what was observed, nearer to the prior.
#[test]
fn what_was_observed_is_shrunk_to_the_prior() {
    let of = made(&trusts(), 1);
    let prior = of_group(shipped(), TrustGroup::Nurses, "growth.prior").unwrap().value;
    for evidence in of.evidence.iter().skip(1) {
        let (seen, kept) = (evidence.observed_ppm - prior, evidence.growth_ppm - prior);
        assert!(kept.abs() < 30_000 && (seen.abs() < 40_000 || kept.abs() * 2 < seen.abs()), "{evidence:?}");
        assert!((10_000..250_000).contains(&evidence.weight_ppm), "{evidence:?}");
        assert!(evidence.observed_sd_ppm > 2 * evidence.growth_sd_ppm, "{evidence:?}");
    }
    let (king, slam) = (&of.evidence[3], &of.evidence[6]);
    assert!(king.growth_ppm > slam.growth_ppm, "{king:?} {slam:?}");
    // what is known less of is nearer to the prior and wider
    let mut fewer = trusts();
    fewer[2].first = fewer[2].last;
    let less = &made(&fewer, 1).evidence[3];
    assert!(
        less.growth_ppm < king.growth_ppm && less.growth_sd_ppm > king.growth_sd_ppm && less.weight_ppm == 0
    );
}

/// Leavers are binomial and joiners Poisson: with all growth at rest, heads stay on average and spread as those laws say.
#[test]
fn chance_alone_spreads_as_binomial_and_poisson() {
    let mut parameters = shipped().to_vec();
    for of in &mut parameters {
        if of.name.contains("growth") {
            (of.low, of.value, of.high) = (0, 0, 0);
        } else {
            (of.low, of.high) = (of.value, of.value);
        }
    }
    let mut few = trusts();
    few.truncate(1);
    few[0].first = few[0].last;
    let spec = TrustSpec { years: 1, draws: 8_192, ..spec(3) };
    let rows = forecast_trusts(&few, &spec, &parameters).unwrap().rows;
    let heads = (4_219.8_f64 / 0.89).round();
    let sd = 4_219.8 / heads * (heads * 0.145 * (1.0 - 0.145) + heads * 0.145).sqrt();
    let measured = width(rows[1].supply) as f64 / 2.0 / Z90 / 1e3;
    assert!((measured / sd - 1.0).abs() < 0.06, "{measured} {sd}");
    assert!((rows[1].supply.p50 - 4_219_800).abs() < 3_000, "{rows:?}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let refused = |change: &dyn Fn(&mut TrustSpec)| {
        let mut spec = spec(1);
        change(&mut spec);
        forecast_trusts(&trusts(), &spec, shipped()).unwrap_err()
    };
    assert_eq!(refused(&|spec| spec.years = 0), TrustsProblem::Years(0));
    assert_eq!(refused(&|spec| spec.draws = 3), TrustsProblem::Draws(3));
    assert_eq!(refused(&|spec| spec.need_growth_ppm = Some(500_000)), TrustsProblem::Need(500_000));
    assert_eq!(forecast_trusts(&[], &spec(1), shipped()).unwrap_err(), TrustsProblem::NoCounts("nurses"));
}
