//! The back office of the shipped sample: a made-up programme of savings, its ledger and its benchmarks as files that the normal imports
//! read, and what owners claim and finance says of it.
//!
//! What is real: the codes of six providers (the seventh has none in public papers), and the names of functions and drivers. Everything
//! else is made up and says so: schemes, amounts, accounts, benchmarks. Some schemes are green to date and red for the year, some late,
//! some save once, some lie within an organisation's own programme, and some have no signed impact on quality.

mod benchmarks;
mod claims;
mod ledger;
mod office;
mod schemes;

use std::fmt::Write as _;

pub use claims::{Fate, Proposed, SampleClaim, claims, proposed};
pub use office::{APPROVED, CASE};

use self::schemes::{Pace, ROWS, Row};
use crate::{
    domain::{Month, Word, figure::pounds, savings::MonthFigures},
    import::BRIDGE_EXAMPLE,
};

/// Organisations of the sample.
pub const ORGANISATIONS: [&str; 7] = ["RJ1", "RJZ", "RJ2", "RV5", "RPG", "RN7", "Z9B01"];

/// Months of the sample: two financial years, of which the later is half over.
const MONTHS: i32 = 24;
/// Months with an actual.
const CLOSED: i32 = 18;

/// A file of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFile {
    /// Kind.
    pub kind: &'static str,
    /// Name, marked as sample.
    pub name: String,
    /// Content.
    pub text: String,
}

/// Every file, in the order in which they go in.
pub fn files(seed: u64) -> Vec<SampleFile> {
    let file =
        |kind: &'static str, text: String| SampleFile { kind, name: format!("sample-{kind}.csv"), text };
    let mut files = vec![
        file("schemes", scheme_rows()),
        file("scheme-months", scheme_months(seed)),
        file("ledger", ledger::ledger(seed)),
        file("benchmarks", benchmarks::benchmarks(seed)),
        // figures of public papers, not made up
        SampleFile { kind: "bridge", name: "shipped-bridge.json".into(), text: BRIDGE_EXAMPLE.to_owned() },
    ];
    files.extend(office::files(seed));
    files
}

/// The line of the ledger under a claim that was attested, as its organisation corrected it later: it moved less, so the claim is held.
pub fn correction(seed: u64) -> SampleFile {
    let held = claims(seed).into_iter().find(|it| it.fate == Fate::Held);
    let text = held.map(|it| ledger::corrected(&it)).unwrap_or_default();
    SampleFile { kind: "ledger", name: "sample-ledger-corrected.csv".into(), text }
}

/// The month at a place of the sample, 0 = April 2025.
fn month(place: i32) -> Option<Month> {
    Month::new(2025, 4).map(|first| first.plus(place))
}

fn scheme_id(place: usize) -> String {
    format!("SAMPLE-{:02}", place + 1)
}

fn scheme_rows() -> String {
    let mut text = String::from(
        "scheme,organisation,programme,title,category,type,recurrent,start_month,gate,risk,owner,one_off_cost,quality_signed,\
         over_and_above\n",
    );
    let yes = |it: bool| if it { "Y" } else { "N" };
    for (place, row) in ROWS.iter().enumerate() {
        let start = month(row.start).map(|it| it.to_string()).unwrap_or_default();
        let _ = writeln!(
            text,
            "{},{},{},Sample: {},{},{},{},{start},{},{},sample owner,{}.00,{},{}",
            scheme_id(place),
            ORGANISATIONS[row.of],
            row.programme,
            row.title,
            row.category.word(),
            row.kind.word(),
            yes(row.pace != Pace::Once),
            row.gate.word(),
            row.risk.word(),
            row.pounds * 3,
            yes(row.signed),
            yes(row.above),
        );
    }
    text
}

fn scheme_months(seed: u64) -> String {
    let mut text = String::from("scheme,organisation,month,plan,forecast,actual\n");
    let cell = |pence: Option<i64>| pence.map(pounds).unwrap_or_default();
    for (place, row) in ROWS.iter().enumerate() {
        for at in row.start..MONTHS {
            let (Some(month), Some(of)) = (month(at), figures(seed, (place, row), at)) else { continue };
            let _ = writeln!(
                text,
                "{},{},{month},{},{},{}",
                scheme_id(place),
                ORGANISATIONS[row.of],
                cell(of.plan),
                cell(of.forecast),
                cell(of.actual)
            );
        }
    }
    text
}

/// A month of a scheme, in pence; none where it is planned to save nothing.
fn figures(seed: u64, (place, row): (usize, &Row), at: i32) -> Option<MonthFigures> {
    let since = at - row.start;
    if since < 0 || (row.pace == Pace::Once && since > 2) {
        return None;
    }
    // the first two months are half a month's worth
    let plan = row.pounds * if since < 2 && row.pace != Pace::Once { 50 } else { 100 };
    let chance = draw(seed, place * 100 + usize::try_from(at).unwrap_or_default());
    let near = |percent: i64| plan * (percent - 3 + i64::try_from(chance % 7).unwrap_or_default()) / 100;
    let outcome = match row.pace {
        Pace::Steady | Pace::Once => near(100),
        Pace::Late(months) if since < months => 0,
        Pace::Late(_) => near(99),
        Pace::Fading if at < CLOSED => near(101),
        Pace::Fading => plan * 12 / 100,
        Pace::Short => near(81),
        Pace::Waiting => plan,
    };
    let actual = (at < CLOSED && row.pace != Pace::Waiting).then_some(outcome);
    // what was forecast of a month that is over stays as it was said: the plan
    let forecast = if actual.is_some() { plan } else { outcome };
    Some(MonthFigures { plan: Some(plan), forecast: Some(forecast), actual })
}

/// A number that looks like chance, the same on every machine (the mixer of `SplitMix64`, Steele and others 2014).
fn draw(seed: u64, place: usize) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(place as u64 + 1);
    z = z.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
