//! Shifts of the shipped sample: made-up shift lines, ceilings, pay and payments of the providers of South East London, as files
//! that the normal imports read.
//!
//! What is real: the codes of six providers (the seventh has none in public papers), and the price caps that the shipped rules
//! put beside the lines. Everything else is made up: few enough shifts that a start stays quick, so that no sum is anywhere near
//! a provider's own. Over the months agency falls and the bank rises, at some places as displacement; one partner raises what its
//! bank pays band 5 by 15%; workers of the banks could fill some of the last month's shifts that nobody worked.

use std::fmt::Write as _;

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

/// A provider: ODS code, zone of its sites, shifts a month, and what share of the worked ones agencies have at the start, in
/// per cent.
struct Provider {
    code: &'static str,
    zone: &'static str,
    shifts: u32,
    agency: u32,
}

const PROVIDERS: [Provider; 7] = [
    provider("RJ1", "inner", 40, 30),
    provider("RJZ", "inner", 40, 44),
    provider("RJ2", "inner", 34, 40),
    provider("RV5", "inner", 26, 36),
    provider("RPG", "outer", 24, 32),
    provider("RN7", "fringe", 22, 48),
    provider("Z9B01", "outer", 12, 28),
];

const fn provider(code: &'static str, zone: &'static str, shifts: u32, agency: u32) -> Provider {
    Provider { code, zone, shifts, agency }
}

/// First month, and how many there are: a whole financial year and half of the next, so that a month has one a year before it and
/// the year is open.
const FIRST: (i32, u32) = (2025, 4);
const MONTHS: u32 = 18;

/// The partner whose bank pays band 5 by 15% more, and from which month on.
const STEP: (&str, u32) = ("RJZ", 13);

/// Who is asked for: group of staff, grade, usual charge of an agency and pay of the bank, pence an hour.
const ROLES: [(&str, &str, i64, i64); 6] = [
    ("nursing", "band-5", 3_050, 2_410),
    ("nursing", "band-6", 3_720, 2_960),
    ("nursing", "band-5", 3_180, 2_450),
    ("healthcare", "band-3", 2_050, 1_760),
    ("nursing", "band-7", 4_300, 3_470),
    ("healthcare", "band-2", 1_880, 1_640),
];

const REASONS: [&str; 5] = ["vacancy", "sickness", "vacancy", "annual leave", "escalation beds"];

/// The sample's own random numbers: the same on every machine, whatever becomes of a library's.
struct Draw(u64);

impl Draw {
    /// A number below `n`, by the generator SplitMix64.
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        // the upper half; its remainder is below n, which fits
        u32::try_from(((z ^ (z >> 31)) >> 32) % u64::from(n.max(1))).unwrap_or_default()
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }
}

/// Year and month, `n` after the first.
fn month(n: u32) -> (i32, u32) {
    let place = FIRST.1 - 1 + n;
    (FIRST.0 + i32::try_from(place / 12).unwrap_or_default(), place % 12 + 1)
}

/// Every file of the sample, in the order in which they go in.
pub fn files(seed: u64) -> Vec<SampleFile> {
    let file =
        |kind: &'static str, text: String| SampleFile { kind, name: format!("sample-{kind}.csv"), text };
    vec![
        file("site-zones", sites()),
        file("ceilings", ceilings()),
        file("pay-bill", pay_bill()),
        file("shifts", shifts(seed)),
        file("workers", workers(seed)),
        file("spend", spend(seed)),
    ]
}

fn sites() -> String {
    let mut text = String::from("site,zone,valid_from,valid_to,source,verified\n");
    for Provider { code, zone, .. } in &PROVIDERS {
        let _ = writeln!(text, "{code}-SAMPLE,{zone},2025-04-01,,made-up site of the sample,N");
    }
    text
}

/// Ceilings in the size of the sample's own sums, some of them too low.
fn ceilings() -> String {
    let mut text = String::from("organisation,year,amount,basis,source\n");
    for provider in &PROVIDERS {
        // an agency shift of the sample costs some 380 pounds
        let year = i64::from(provider.shifts) * 12 * i64::from(provider.agency) / 100 * 380;
        for (ending, percent) in [(2026, 92), (2027, 72)] {
            let _ = writeln!(
                text,
                "{},{ending},{}.00,pounds,made-up ceiling of the sample",
                provider.code,
                year * percent / 100
            );
        }
    }
    text
}

fn pay_bill() -> String {
    let mut text = String::from("organisation,month,staff_group,substantive,bank,agency,substantive_fte\n");
    for provider in &PROVIDERS {
        for (year, month) in (0..MONTHS).map(month) {
            // a whole-time equivalent of the sample costs 45,000 pounds a year
            let pay = u64::from(provider.shifts) * 3_100;
            let _ = writeln!(
                text,
                "{},{year}-{month:02},all,{pay}.00,,,{}.{}",
                provider.code,
                pay * 12 / 45_000,
                pay * 120 / 45_000 % 10
            );
        }
    }
    text
}

fn shifts(seed: u64) -> String {
    let mut text = String::from(
        "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,pay_per_hour,charge_per_hour,\
         ward,reason,agency,home_organisation\n",
    );
    for (place, provider) in (0_u64..).zip(&PROVIDERS) {
        let mut draw = Draw(seed.wrapping_mul(1_000).wrapping_add(place));
        for n in 0..MONTHS {
            for shift in 0..provider.shifts {
                line(&mut text, provider, (n, shift), &mut draw);
            }
        }
    }
    text
}

fn line(text: &mut String, provider: &Provider, (n, shift): (u32, u32), draw: &mut Draw) {
    let (year, month) = month(n);
    let code = provider.code;
    let (group, grade, charge, pay) = ROLES[draw.below(6) as usize];
    let day = 1 + draw.below(28);
    // a day, or a night that ends on the next day; no day of the sample is its month's last
    let night = draw.chance(35);
    let (start, end) = if night { ("19:30", "08:00") } else { ("07:30", "20:00") };
    let last = if night { day + 1 } else { day };
    // a night that ends on the first of the month would need another month's name
    let (day, last) = if last > 28 { (27, 28) } else { (day, last) };
    // agencies lose a point and a half a month, most of it to the bank
    let agency_share = provider.agency.saturating_sub(n * 3 / 2).max(6);
    let (fate, unfilled) = (draw.below(100), 9_u32.saturating_sub(n / 4));
    let supply = match fate {
        _ if fate < 3 => "cancelled",
        _ if fate < 3 + unfilled => "unfilled",
        _ if draw.chance(agency_share) => "agency",
        _ if draw.chance(6) => "shared-bank",
        _ => "bank",
    };
    // the partner that raises its bank's pay does so once, for good
    let pay = if code == STEP.0 && grade == "band-5" && n >= STEP.1 { pay * 115 / 100 } else { pay };
    let step = i64::from(draw.below(12)) * 70;
    let dear = draw.chance(7);
    let pounds = |pence: i64| format!("{}.{:02}", pence / 100, pence % 100);
    let (framework, paid, charged, agency) = match supply {
        "agency" => {
            let charge = if dear { charge * 2 } else { charge + step };
            let framework = if draw.chance(5) { "N" } else { "Y" };
            (framework, pounds(charge * 4 / 5), pounds(charge), "Sample Agency")
        }
        "bank" | "shared-bank" => ("", pounds(pay + step / 8), String::new(), ""),
        _ => ("", String::new(), String::new(), ""),
    };
    let reason = REASONS[draw.below(5) as usize];
    let home = if supply == "shared-bank" { neighbour(code, shift) } else { "" };
    let date = format!("{year}-{month:02}");
    let _ = writeln!(
        text,
        "SAMPLE-{year}{month:02}-{shift:03},{code},{code}-SAMPLE,{group},{grade},{date}-{day:02}T{start},{date}-{last:02}T{end},60,\
         {supply},{framework},{paid},{charged},Sample ward,{reason},{agency},{home}"
    );
}

/// Another provider, in turn.
fn neighbour(code: &str, turn: u32) -> &'static str {
    let others = PROVIDERS.iter().filter(|provider| provider.code != code);
    others.cycle().nth(turn as usize % PROVIDERS.len()).map_or("", |provider| provider.code)
}

/// Bank workers, three of each provider, who can work on some days of the last month and would for some of the others.
fn workers(seed: u64) -> String {
    let mut text = String::from(
        "worker_ref,home_organisation,grade,skills,rate_per_hour,max_hours_week,opted_out,consents,available_from,\
         available_to,hours_worked_week\n",
    );
    let (year, month) = month(MONTHS - 1);
    let mut draw = Draw(seed ^ 0x574F_524B_4552);
    for (place, provider) in (0_u32..).zip(&PROVIDERS) {
        for worker in 0..3 {
            let (_, grade, _, pay) = ROLES[draw.below(6) as usize];
            let consents: Vec<&str> =
                (0..4).map(|turn| neighbour(provider.code, place + worker + turn)).collect();
            let pay = pay + i64::from(draw.below(8)) * 10;
            for turn in 0..8 {
                // no day twice, and none whose night would end in another month
                let day = 1 + turn * 3 + draw.below(2);
                let _ = writeln!(
                    text,
                    "SAMPLE-{}-{worker},{},{grade},,{}.{:02},37.5,N,{},{year}-{month:02}-{day:02}T07:00,{year}-{month:02}-{:02}T08:30,22.5",
                    provider.code,
                    provider.code,
                    pay / 100,
                    pay % 100,
                    consents.join(";"),
                    day + 1
                );
            }
        }
    }
    text
}

/// Payments of one provider under the headers that trusts publish.
fn spend(seed: u64) -> String {
    let mut draw = Draw(seed ^ 0x5350_454E_4400);
    let mut text = String::from("Entity,Date,Expense Type,Supplier,Amount\n");
    let lines = [
        ("Agency Nursing: Band 5", "SAMPLE NURSING AGENCY LTD", 26_000),
        ("Bank Nurses", "SAMPLE BANK LLP", 31_000),
        ("Recruitment Agency Fees", "SAMPLE RECRUITMENT LTD", 3_000),
        ("Drugs", "SAMPLE PHARMACY LTD", 88_000),
    ];
    for (year, month) in (0..MONTHS).map(month) {
        for (expense, supplier, pounds) in lines {
            let amount = pounds + draw.below(pounds / 4);
            let pence = draw.below(100);
            let _ = writeln!(
                text,
                "Sample provider,{:02}/{month:02}/{year},{expense},{supplier},{amount}.{pence:02}",
                1 + draw.below(28)
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::London,
        import::{RuleKind, read_shifts, read_spend},
    };
    use muster_kit::intake::RawFile;

    #[test]
    fn every_file_is_read_without_a_finding_and_is_the_same_again() {
        let london = London::new().expect("the time zone");
        for SampleFile { kind, name, text } in files(2016) {
            assert!(name.starts_with("sample-"));
            let file = RawFile::new(&name, text.clone().into_bytes());
            match kind {
                "shifts" => {
                    let read = read_shifts(&name, text.as_bytes(), &london, |_| {});
                    assert_eq!((read.refused, read.findings.has_errors()), (0, false), "{:?}", read.findings);
                    assert!((3_000..5_000).contains(&read.rows), "{}", read.rows);
                }
                "spend" => assert_eq!(read_spend(&file).expect("spend").refused, 0),
                kind => {
                    let read = RuleKind::named(kind).expect("a kind").read(&file).expect("rules");
                    assert!(!read.findings.has_errors(), "{kind}: {:?}", read.findings);
                }
            }
        }
        assert_eq!(files(2016), files(2016));
        assert_ne!(files(2016), files(2017));
    }
}
