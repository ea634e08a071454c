//! Benchmarks: cost per driver, drivers per FTE, cost per 100 pounds of income and service level, always together.
//!
//! A cost alone says nothing: who pays little for a payslip may pay late, or may count the clerks elsewhere. A row that
//! lacks FTE or service level is shown and not ranked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Word, figure::divide_i64};

/// Functions of the back office, as the national collection names them.
pub const FUNCTIONS: [&str; 13] = [
    "payroll",
    "management accounting",
    "payables and receivables",
    "other finance",
    "audit",
    "procurement",
    "hr",
    "im&t",
    "estates administration",
    "occupational health",
    "legal",
    "governance and risk",
    "communications",
];

/// What drives their cost.
pub const DRIVERS: [&str; 11] = [
    "payslips",
    "invoices in",
    "invoices out",
    "vacancies filled",
    "headcount",
    "fte",
    "tickets",
    "devices",
    "contracts",
    "purchase orders",
    "income",
];

/// Complete rows that a quartile needs.
const PEERS: usize = 4;

/// A function of an organisation in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benchmark {
    /// Line in the file.
    pub line: u64,
    /// ODS code.
    pub organisation: String,
    /// Financial year, by the calendar year in which it ends.
    pub year: i32,
    /// Function, in lower case.
    pub function: String,
    /// Driver, in lower case.
    pub driver: String,
    /// Pence.
    pub cost: i64,
    /// Units of the driver, in 1/1000, above zero.
    pub volume: i64,
    /// FTE in 1/1000.
    pub fte: Option<i64>,
    /// Service level in 1/1000 of what is measured; more is better.
    pub service_level: Option<i64>,
    /// What is measured.
    pub service_measure: String,
    /// Income of the organisation, in pence.
    pub income: Option<i64>,
    /// Where it comes from.
    pub source: String,
}

/// The figures of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratios {
    /// Cost of a unit of the driver, in 1/100 pence.
    pub cost_per_driver: i64,
    /// Units of the driver for each FTE, in 1/1000.
    pub drivers_per_fte: Option<i64>,
    /// Cost for each 100 pounds of income, in 1/100 pence.
    pub cost_per_100_income: Option<i64>,
    /// Service level in 1/1000.
    pub service_level: Option<i64>,
}

impl Benchmark {
    /// The figures.
    pub fn ratios(&self) -> Ratios {
        let (cost, volume) = (i128::from(self.cost), i128::from(self.volume));
        let above_zero = |it: Option<i64>| it.map(i128::from).filter(|it| *it > 0);
        Ratios {
            cost_per_driver: divide_i64(cost * 100 * 1_000, volume),
            drivers_per_fte: above_zero(self.fte).map(|fte| divide_i64(volume * 1_000, fte)),
            // 100 pounds are 10,000 pence
            cost_per_100_income: above_zero(self.income)
                .map(|income| divide_i64(cost * 100 * 10_000, income)),
            service_level: self.service_level,
        }
    }

    /// Does it have what a cost must be shown beside?
    pub fn complete(&self) -> bool {
        let it = self.ratios();
        it.drivers_per_fte.is_some() && it.service_level.is_some()
    }
}

/// Quartiles: a quarter, half, and three quarters of the peers are at or below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quartiles {
    /// Lower.
    pub lower: i64,
    /// Middle.
    pub median: i64,
    /// Upper.
    pub upper: i64,
}

impl Quartiles {
    /// Quartiles with even steps between neighbours (R's type 7); none of fewer than four values.
    pub fn of(mut values: Vec<i64>) -> Option<Self> {
        if values.len() < PEERS {
            return None;
        }
        values.sort_unstable();
        let at = |quarter: usize| {
            let place = (values.len() - 1) * quarter;
            let (below, rest) =
                (i128::from(values[place / 4]), i128::try_from(place % 4).unwrap_or_default());
            let above = i128::from(*values.get(place / 4 + 1).unwrap_or(&values[place / 4]));
            divide_i64(below * 4 + (above - below) * rest, 4)
        };
        Some(Self { lower: at(1), median: at(2), upper: at(3) })
    }

    /// Which quarter a value is in: 1 is the lowest.
    pub fn quarter(&self, value: i64) -> u8 {
        1 + u8::from(value > self.lower) + u8::from(value > self.median) + u8::from(value > self.upper)
    }

    /// Is a value further off than one and a half times the middle half is wide (J. W. Tukey, 1977)?
    pub fn far(&self, value: i64) -> bool {
        let width = self.upper.saturating_sub(self.lower);
        let fence = width.saturating_add(width / 2);
        value > self.upper.saturating_add(fence) || value < self.lower.saturating_sub(fence)
    }
}

/// The organisations of a function, driver and year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peers {
    /// Rows.
    pub organisations: usize,
    /// Rows with FTE and service level; only these are ranked.
    pub complete: usize,
    /// Of cost per driver, in 1/100 pence.
    pub cost_per_driver: Option<Quartiles>,
    /// Of drivers per FTE, in 1/1000.
    pub drivers_per_fte: Option<Quartiles>,
    /// Of service levels, in 1/1000.
    pub service_level: Option<Quartiles>,
}

/// What is asked of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// FTE or service level is missing.
    Incomplete,
    /// Dearer than what the national collection calls poor.
    NationalPoor,
    /// Near what it calls an outlier: a wrong volume is likelier than such a cost.
    NationalOutlier,
    /// Far from its peers.
    PeerOutlier,
    /// Among the cheapest and among the worst served.
    CheapAndPoorlyServed,
}

impl Word for Question {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("incomplete", Self::Incomplete),
        ("national-poor", Self::NationalPoor),
        ("national-outlier", Self::NationalOutlier),
        ("peer-outlier", Self::PeerOutlier),
        ("cheap-and-poorly-served", Self::CheapAndPoorlyServed),
    ];
}

impl Question {
    /// The question, for a person.
    pub fn text(self) -> &'static str {
        match self {
            Self::Incomplete => "a cost is not judged alone: add FTE and service level",
            Self::NationalPoor => "dearer than what the national collection calls poor: what is in the cost?",
            Self::NationalOutlier => {
                "near the national outliers: is the volume a whole year's, and the cost this function's only?"
            }
            Self::PeerOutlier => "far from its peers: do they count the same cost and volume?",
            Self::CheapAndPoorlyServed => {
                "among the cheapest and the worst served: is the saving paid for in service?"
            }
        }
    }
}

/// What a published figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Mean.
    Mean,
    /// Mean of smaller organisations.
    MeanSmaller,
    /// Mean of larger ones.
    MeanLarger,
    /// What is above is called poor.
    PoorAbove,
    /// Outliers are near.
    OutlierNear,
    /// The dearest tenth.
    DearestTenth,
    /// The cheapest.
    Cheapest,
    /// A service level.
    ServiceLevel,
    /// A target that was dropped.
    HistoricTarget,
}

impl Word for Measure {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("mean", Self::Mean),
        ("mean-smaller", Self::MeanSmaller),
        ("mean-larger", Self::MeanLarger),
        ("poor-above", Self::PoorAbove),
        ("outlier-near", Self::OutlierNear),
        ("dearest-tenth", Self::DearestTenth),
        ("cheapest", Self::Cheapest),
        ("service-level", Self::ServiceLevel),
        ("historic-target", Self::HistoricTarget),
    ];
}

/// A published figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct National {
    /// Function, or `all`.
    pub function: String,
    /// Driver.
    pub driver: String,
    /// What it is.
    pub measure: Measure,
    /// 1/100 of the unit.
    pub amount: i64,
    /// Unit.
    pub unit: String,
    /// Year as published.
    pub year: String,
    /// Of whom.
    pub scope: String,
    /// Where it stands.
    pub source: String,
    /// Has somebody compared it with the source?
    pub verified: bool,
}

/// A row beside its peers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The row.
    pub row: &'a Benchmark,
    /// Its figures.
    pub ratios: Ratios,
    /// Quarter of cost per driver: 1 is the cheapest; none where it is not ranked.
    pub quarter: Option<u8>,
    /// What is asked of it.
    pub questions: Vec<Question>,
}

/// Function, driver and year.
pub type PeerKey = (String, String, i32);

/// The peers of every function, driver and year.
pub fn peers(rows: &[Benchmark]) -> BTreeMap<PeerKey, Peers> {
    let mut groups: BTreeMap<PeerKey, Vec<&Benchmark>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    let of = |rows: Vec<&Benchmark>| {
        let complete: Vec<Ratios> =
            rows.iter().filter(|row| row.complete()).map(|row| row.ratios()).collect();
        Peers {
            organisations: rows.len(),
            complete: complete.len(),
            cost_per_driver: Quartiles::of(complete.iter().map(|it| it.cost_per_driver).collect()),
            drivers_per_fte: Quartiles::of(complete.iter().filter_map(|it| it.drivers_per_fte).collect()),
            service_level: Quartiles::of(complete.iter().filter_map(|it| it.service_level).collect()),
        }
    };
    groups.into_iter().map(|(key, rows)| (key, of(rows))).collect()
}

fn key(row: &Benchmark) -> PeerKey {
    (row.function.clone(), row.driver.clone(), row.year)
}

/// Every row beside its peers and the national figures.
pub fn place<'a>(rows: &'a [Benchmark], national: &[National]) -> Vec<Placed<'a>> {
    let peers = peers(rows);
    rows.iter()
        .map(|row| {
            let (ratios, peers) = (row.ratios(), &peers[&key(row)]);
            let ranked = peers.cost_per_driver.filter(|_| row.complete());
            let mut questions = Vec::new();
            if !row.complete() {
                questions.push(Question::Incomplete);
            }
            questions.extend(against_national(row, ratios, national));
            if ranked.is_some() {
                questions.extend(against_peers(ratios, peers));
            }
            Placed { row, ratios, quarter: ranked.map(|it| it.quarter(ratios.cost_per_driver)), questions }
        })
        .collect()
}

/// Within five per cent of an outlier is near it.
const NEAR: (i64, i64) = (95, 100);

fn against_national(row: &Benchmark, ratios: Ratios, national: &[National]) -> Option<Question> {
    let mark = |measure| {
        let of =
            |it: &&National| it.function == row.function && it.driver == row.driver && it.measure == measure;
        // 1/100 pounds are pence; costs per driver are in 1/100 pence
        national.iter().find(of).map(|it| it.amount * 100)
    };
    let cost = ratios.cost_per_driver;
    match (mark(Measure::OutlierNear), mark(Measure::PoorAbove)) {
        (Some(outlier), _) if cost.saturating_mul(NEAR.1) >= outlier * NEAR.0 => {
            Some(Question::NationalOutlier)
        }
        (_, Some(poor)) if cost > poor => Some(Question::NationalPoor),
        _ => None,
    }
}

fn against_peers(ratios: Ratios, peers: &Peers) -> Vec<Question> {
    let far = |quartiles: Option<Quartiles>, value: Option<i64>| {
        quartiles.zip(value).is_some_and(|(quartiles, value)| quartiles.far(value))
    };
    let quarter = |quartiles: Option<Quartiles>, value: Option<i64>| {
        quartiles.zip(value).map(|(quartiles, value)| quartiles.quarter(value))
    };
    let cost = Some(ratios.cost_per_driver);
    let mut questions = Vec::new();
    if far(peers.cost_per_driver, cost) || far(peers.drivers_per_fte, ratios.drivers_per_fte) {
        questions.push(Question::PeerOutlier);
    }
    let served = quarter(peers.service_level, ratios.service_level);
    let spread = peers.service_level.is_some_and(|it| it.lower < it.upper);
    if quarter(peers.cost_per_driver, cost) == Some(1) && served == Some(1) && spread {
        questions.push(Question::CheapAndPoorlyServed);
    }
    questions
}
