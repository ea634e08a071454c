//! Benchmarks of the sample: every function of every organisation in two years, cost, people and service together.

use std::fmt::Write as _;

use super::{ORGANISATIONS, draw};
use crate::domain::benchmark::FUNCTIONS;

/// What drives a function, units for each million pounds of income, what a unit costs (1/100 pounds), units for each FTE, and how its
/// service is measured, with a usual level. All made up, in the order of [`FUNCTIONS`].
const USUAL: [(&str, i64, i64, i64, &str, i64); 13] = [
    ("payslips", 190, 445, 17_000, "per cent paid right first time", 99),
    ("income", 10_000, 31, 240_000, "reports within five days, per cent", 88),
    ("invoices in", 310, 390, 14_000, "per cent paid in 30 days", 82),
    ("income", 10_000, 22, 310_000, "returns in time, per cent", 96),
    ("income", 10_000, 6, 900_000, "plan finished in the year, per cent", 93),
    ("purchase orders", 95, 1_150, 3_900, "orders on catalogue, per cent", 79),
    ("headcount", 16, 41_000, 92, "vacancies filled in 60 days, per cent", 71),
    ("devices", 14, 96_000, 105, "tickets solved in two days, per cent", 84),
    ("income", 10_000, 45, 190_000, "urgent jobs within a day, per cent", 90),
    ("headcount", 16, 7_800, 420, "seen within ten days, per cent", 77),
    ("contracts", 1, 152_000, 70, "answered in time, per cent", 91),
    ("income", 10_000, 17, 420_000, "incidents closed in time, per cent", 86),
    ("income", 10_000, 9, 700_000, "answered within a day, per cent", 94),
];

/// Income of the organisations, millions of pounds: round figures that are nobody's.
const INCOME: [i64; 7] = [1_400, 1_100, 550, 400, 250, 280, 60];

pub(super) fn benchmarks(seed: u64) -> String {
    let mut text = String::from(
        "organisation,year,function,cost,driver,volume,source,fte,service_level,service_measure,income\n",
    );
    for (year, later) in [("2024/25", 0_usize), ("2025/26", 1)] {
        for (of, organisation) in ORGANISATIONS.iter().enumerate() {
            for (place, (function, usual)) in FUNCTIONS.iter().zip(USUAL).enumerate() {
                let (driver, volume, price, per_fte, measure, level) = usual;
                let chance = |turn: usize, below: u64| {
                    let place = (turn * 2 + later) * 1_000 + of * 20 + place;
                    i64::try_from(draw(seed ^ 0x42_454e_4348, place) % below).unwrap_or_default()
                };
                // an organisation is dear or cheap in both years; the small ones pay more
                let own = i64::try_from(draw(seed ^ 0x004f_574e, of * 20 + place) % 50).unwrap_or_default();
                let small = if INCOME[of] < 300 { 18 } else { 0 };
                let percent = 78 + own + small + chance(0, 6);
                let volume = (volume * INCOME[of] * (96 + chance(1, 9)) / 100).max(1);
                let pence = volume * price * percent / 100;
                let fte_tenths = (volume * 10 * percent / 100 / per_fte).max(2);
                let _ = writeln!(
                    text,
                    "{organisation},{year},{function},{}.{:02},{driver},{volume},sample: made up,{}.{},{}.{},\"{measure}\",{}.00",
                    pence / 100,
                    pence % 100,
                    fte_tenths / 10,
                    fte_tenths % 10,
                    level - 5 + chance(2, 6),
                    chance(3, 10),
                    INCOME[of] * 1_000_000
                );
            }
        }
    }
    text
}
