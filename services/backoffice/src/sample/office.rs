//! The shared back office of the sample: the case of one payroll bureau, a gain to be shared, and quarters of a shared service.

use serde_json::{Value, json};

use super::{CLOSED, ORGANISATIONS, SampleFile, draw, month, scheme_id, schemes::ROWS};
use crate::domain::figure::pounds;

/// Title of the schemes that the case is re-forecast from.
pub(super) const PAYROLL: &str = "one payroll bureau";

/// Name of the case.
pub const CASE: &str = "SAMPLE-PAYROLL";

/// Option of it that is approved.
pub const APPROVED: &str = "bureau";

/// Payslips a year, and what payroll costs a year in pounds, by organisation in the order of the sample's: so dear that moving to the
/// bureau saves what the schemes plan.
const PAYROLLS: [(i64, i64); 7] = [
    (180_000, 745_000),
    (170_000, 690_000),
    (140_000, 566_000),
    (90_000, 372_000),
    (85_000, 352_000),
    (70_000, 289_000),
    (12_000, 51_000),
];

/// Month (place in the sample) in which each moves, two months of dual running before its scheme begins; the last stays.
const JOINS: [Option<i32>; 7] = [Some(1), Some(1), Some(7), Some(7), Some(17), Some(19), None];

/// Members of the shared recruitment service, and the share of its fixed cost that each bears, ppm.
const MEMBERS: [(usize, i64); 3] = [(0, 450_000), (4, 350_000), (6, 200_000)];

/// Quarters of it that are settled: the first place of each.
const QUARTERS: [i32; 4] = [6, 9, 12, 15];

/// Documents of the office.
pub(super) fn files(seed: u64) -> Vec<SampleFile> {
    let file = |kind: &'static str, name: String, document: &Value| SampleFile {
        kind,
        name,
        text: format!("{document:#}\n"),
    };
    let mut files = vec![
        file("business-case", "sample-business-case.json".into(), &case()),
        file("gain-sharing", "sample-gain-sharing.json".into(), &gain()),
    ];
    for at in QUARTERS {
        files.push(file("recharge", format!("sample-recharge-{}.json", named(at)), &quarter(seed, at)));
    }
    files
}

fn named(at: i32) -> String {
    month(at).map(|it| it.to_string()).unwrap_or_default()
}

fn case() -> Value {
    let organisation = |(of, (volume, cost)): (usize, &(i64, i64))| {
        json!({
            "id": ORGANISATIONS[of], "volume": volume, "local_cost": cost, "local_service": 98.5,
            "transition_cost": volume / 3,
        })
    };
    let schemes: Vec<String> = ROWS
        .iter()
        .enumerate()
        .filter(|(_, row)| row.title == PAYROLL)
        .map(|(at, _)| scheme_id(at))
        .collect();
    json!({
        "id": CASE, "title": "Sample: one payroll bureau", "function": "payroll", "driver": "payslips",
        "start": named(0), "months": 72,
        "discount": { "rate": 0.035, "rate_is": "real", "flows_are": "real" },
        "optimism_bias": { "costs": 0.1, "benefits": 0.15 },
        "moving": { "dual_running_months": 2, "stranded_share": 0.12, "stranded_months": 18, "decay": 0.02 },
        "range": { "costs_up": 0.25, "costs_down": 0.1, "savings_down": 0.3, "savings_up": 0.1 },
        "organisations": PAYROLLS.iter().enumerate().map(organisation).collect::<Vec<_>>(),
        "hosts": [
            { "id": ORGANISATIONS[0], "fixed_cost": 240_000, "price": 2.6, "service": 98.9, "capacity": 780_000 },
            { "id": ORGANISATIONS[3], "fixed_cost": 110_000, "price": 2.9, "service": 98.7, "capacity": 260_000 },
        ],
        "outsourced": [{ "id": "outside bureau", "fixed_cost": 30_000, "price": 3.55, "service": 97.6 }],
        "rules": { "service_floor": 98, "must_stay": [ORGANISATIONS[6]], "most_hosts": 1 },
        "options": options(),
        "schemes": schemes,
    })
}

/// What can be done: one host in three waves, a firm, or two hosts.
fn options() -> Value {
    let serving = |provider: &str| -> Value {
        let of = |(at, _): &(usize, &Option<i32>)| (ORGANISATIONS[*at].to_owned(), json!(provider));
        JOINS
            .iter()
            .enumerate()
            .filter(|(_, at)| at.is_some())
            .map(|it| of(&it))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let joins: serde_json::Map<String, Value> = JOINS
        .iter()
        .enumerate()
        .filter_map(|(of, at)| Some((ORGANISATIONS[of].to_owned(), json!(named((*at)?)))))
        .collect();
    json!([
        {
            "id": APPROVED, "title": "One bureau, in three waves", "members": serving(ORGANISATIONS[0]), "joins": joins,
            "lines": [{
                "organisation": ORGANISATIONS[0], "month": named(0), "amount": -60_000, "low": -90_000,
                "high": -55_000, "what": "programme team",
            }],
        },
        { "id": "outside", "title": "An outside bureau", "members": serving("outside bureau") },
        {
            "id": "two", "title": "Two hosts",
            "members": {
                (ORGANISATIONS[0]): ORGANISATIONS[0], (ORGANISATIONS[1]): ORGANISATIONS[0],
                (ORGANISATIONS[2]): ORGANISATIONS[0], (ORGANISATIONS[3]): ORGANISATIONS[3],
                (ORGANISATIONS[4]): ORGANISATIONS[3], (ORGANISATIONS[5]): ORGANISATIONS[3],
            },
        },
    ])
}

/// Who buys how many boxes of gloves, and at which prices.
fn gain() -> Value {
    let boxes = [40_000, 60_000, 100_000, 25_000, 18_000];
    let players: Vec<&str> = ORGANISATIONS.iter().take(boxes.len()).copied().collect();
    let quantities: serde_json::Map<String, Value> =
        players.iter().zip(boxes).map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
    json!({
        "title": "Sample: gloves bought together", "players": players, "quantities": quantities,
        "price_breaks": [
            { "from": 0, "price": 2.1 }, { "from": 50_000, "price": 1.95 }, { "from": 100_000, "price": 1.84 },
            { "from": 200_000, "price": 1.79 },
        ],
    })
}

/// A quarter of shared recruitment: vacancies filled. The last member leaves before the last quarter.
fn quarter(seed: u64, at: i32) -> Value {
    let turn = at.unsigned_abs() as usize;
    let chance = |place: usize, most: u64| draw(seed ^ 0x5245_4352, turn * 10 + place) % most;
    let money =
        |pence: u64| pounds(i64::try_from(pence).unwrap_or_default()).parse::<f64>().unwrap_or_default();
    let member = |(place, (of, share)): (usize, &(usize, i64))| {
        let left = place == 2 && at == QUARTERS[3];
        let planned = if left { 0 } else { [90, 70, 30][place] };
        let used = if left { 0 } else { planned - 8 + chance(place, 17) };
        let mut member = json!({
            "organisation": ORGANISATIONS[*of], "planned": planned, "used": used,
            "share": pounds(share / 10_000).parse::<f64>().unwrap_or_default(),
        });
        if left {
            member["left"] = json!(named(at));
        }
        member
    };
    debug_assert!(at + 2 < CLOSED, "only quarters that are over are settled");
    json!({
        "service": "sample: recruitment", "quarter": named(at), "stranded_months": 6,
        "budget": { "fixed_cost": 45_000, "price": 310 },
        "actual": {
            "fixed_cost": money(4_500_000 + chance(7, 300_000)), "running_cost": money(5_600_000 + chance(8, 600_000)),
        },
        "members": MEMBERS.iter().enumerate().map(member).collect::<Vec<_>>(),
    })
}
