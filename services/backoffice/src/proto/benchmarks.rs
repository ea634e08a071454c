//! Benchmarks.

use muster_proto::backoffice::v1 as pb;

use crate::{
    app::list_benchmarks::{Benchmarks, Listed, Wanted},
    domain::{
        Word as _,
        benchmark::{National, PeerKey, Peers, Quartiles, Question},
    },
};

/// Which rows are wanted.
pub(crate) fn wanted(of: &pb::ListBenchmarksRequest) -> Wanted {
    Wanted {
        function: of.function.trim().to_lowercase(),
        organisation: of.organisation.trim().to_ascii_uppercase(),
        year: of.year,
    }
}

/// What was found.
pub(crate) fn found(of: Benchmarks) -> pb::ListBenchmarksResponse {
    pb::ListBenchmarksResponse {
        rows: of.rows.into_iter().map(row).collect(),
        peers: of.peers.into_iter().map(peers).collect(),
        national: of.national.into_iter().map(national).collect(),
    }
}

fn row(of: Listed) -> pb::BenchmarkRow {
    let Listed { row, ratios, quarter, questions, import_id } = of;
    let question =
        |it: Question| pb::BenchmarkQuestion { question: it.word().to_owned(), text: it.text().to_owned() };
    pb::BenchmarkRow {
        organisation: row.organisation,
        year: row.year,
        function: row.function,
        driver: row.driver,
        cost_pence: row.cost,
        volume_milli: row.volume,
        fte_milli: row.fte,
        service_level_milli: row.service_level,
        service_measure: row.service_measure,
        income_pence: row.income,
        source: row.source,
        cost_per_driver_centipence: ratios.cost_per_driver,
        drivers_per_fte_milli: ratios.drivers_per_fte,
        cost_per_100_income_centipence: ratios.cost_per_100_income,
        quarter: quarter.map_or(0, u32::from),
        questions: questions.into_iter().map(question).collect(),
        import_id,
    }
}

fn peers(((function, driver, year), of): (PeerKey, Peers)) -> pb::BenchmarkPeers {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let quartiles = |it: Option<Quartiles>| {
        it.map(|it| pb::Quartiles { lower: it.lower, median: it.median, upper: it.upper })
    };
    pb::BenchmarkPeers {
        function,
        driver,
        year,
        organisations: count(of.organisations),
        ranked: count(of.complete),
        cost_per_driver_centipence: quartiles(of.cost_per_driver),
        drivers_per_fte_milli: quartiles(of.drivers_per_fte),
        service_level_milli: quartiles(of.service_level),
    }
}

fn national(of: National) -> pb::NationalFigure {
    pb::NationalFigure {
        function: of.function,
        driver: of.driver,
        measure: of.measure.word().to_owned(),
        amount_centi: of.amount,
        unit: of.unit,
        year: of.year,
        scope: of.scope,
        source: of.source,
        verified: of.verified,
    }
}
