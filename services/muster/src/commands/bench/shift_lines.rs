//! Made-up shift lines of seven organisations over a year, as an export would have them: in order of request.

use std::io::{self, Write};

use jiff::{ToSpan as _, civil::DateTime};

/// Columns of the file.
pub(super) const COLUMNS: [&str; 23] = [
    "shift_ref",
    "organisation",
    "site",
    "staff_group",
    "grade",
    "start",
    "end",
    "break_minutes",
    "supply",
    "framework",
    "pay_per_hour",
    "charge_per_hour",
    "ward",
    "specialty",
    "reason",
    "worker_ref",
    "home_organisation",
    "agency",
    "tier",
    "vat",
    "requested_at",
    "booked_at",
    "cost_centre",
];

/// Organisations, the larger ones more often.
const ORGANISATIONS: [&str; 10] = ["RJZ", "RJ1", "RJ2", "RV5", "RPG", "RN7", "Z9B01", "RJZ", "RJ1", "RJ2"];
/// Group, grade, pay of the bank and usual charge of an agency, pence an hour.
const ROLES: [(&str, &str, u32, u32); 8] = [
    ("nursing", "band-5", 1_410, 2_250),
    ("nursing", "band-5", 1_450, 2_180),
    ("nursing", "band-6", 1_760, 2_790),
    ("healthcare", "band-2", 910, 1_390),
    ("healthcare", "band-3", 1_010, 1_520),
    ("allied health", "band-7", 2_130, 3_400),
    ("medical", "consultant", 5_100, 7_600),
    ("admin", "band-4", 1_130, 1_650),
];
const AGENCIES: [&str; 6] = [
    "ALDER STAFFING LTD",
    "BRIDGE MEDICAL",
    "CITY NURSES LIMITED",
    "DELTA CARE",
    "ELM LOCUMS LLP",
    "FORD HEALTH",
];
const SPECIALTIES: [&str; 6] =
    ["general medicine", "surgery", "paediatrics", "emergency", "critical care", "maternity"];
const REASONS: [&str; 6] =
    ["vacancy", "vacancy", "sickness", "annual leave", "escalation beds", "enhanced observation"];
/// Hour and minute of the start, minutes from start to end, break.
const SHIFTS: [(i8, i8, i64, u32); 5] =
    [(7, 30, 750, 60), (7, 30, 450, 30), (14, 0, 450, 30), (19, 30, 750, 60), (9, 0, 480, 60)];

/// Random numbers of its own, so that a seed means the same file for ever: the generator SplitMix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let drawn = ((z ^ (z >> 31)) >> 32) % (n.max(1) as u64);
        usize::try_from(drawn).unwrap_or_default()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Writes the file; the same seed and rows give the same bytes.
///
/// # Errors
/// What the disk says.
pub(super) fn write(out: &mut impl Write, rows: u32, seed: u64) -> io::Result<()> {
    let mut draw = Draw(seed);
    writeln!(out, "{}", COLUMNS.join(","))?;
    for row in 0..rows {
        line(out, &mut draw, (row, rows))?;
    }
    out.flush()
}

fn line(out: &mut impl Write, draw: &mut Draw, (row, rows): (u32, u32)) -> io::Result<()> {
    let organisation = draw.one(&ORGANISATIONS);
    let (group, grade, pay, charge) = draw.one(&ROLES);
    let (hour, minute, length, pause) = draw.one(&SHIFTS);
    // requests come in evenly over a year; a shift is up to six weeks after its request
    let year = i64::from(row) * 525_600 / i64::from(rows);
    let requested = DateTime::constant(2016, 4, 4, 6, 0, 0, 0).saturating_add(year.minutes());
    let day = requested.date().saturating_add(i64::try_from(draw.below(42)).unwrap_or_default().days());
    let start = off_the_clock_change(day.at(hour, minute, 0, 0));
    let end = start.saturating_add(length.minutes());
    let supply = match draw.below(100) {
        0..45 => "bank",
        45..49 => "shared-bank",
        49..82 => "agency",
        82..95 => "unfilled",
        _ => "cancelled",
    };
    write!(
        out,
        "B{row:08},{organisation},{organisation}{:02},{group},{grade},{start},{end},{pause},{supply},",
        draw.below(3) + 1,
        start = clock(start),
        end = clock(end),
    )?;
    let ward = draw.below(30) + 1;
    let (specialty, reason) = (draw.one(&SPECIALTIES), draw.one(&REASONS));
    let money = |pence: usize| format!("{}.{:02}", pence / 100, pence % 100);
    let percent = |pence: u32, percent: usize| money(pence as usize * percent / 100);
    match supply {
        "agency" => {
            let framework = if draw.below(20) == 0 { "N" } else { "Y" };
            write!(out, "{framework},{},", percent(pay, 95 + draw.below(30)))?;
            write!(out, "{},", percent(charge, 85 + draw.below(70)))?;
        }
        "bank" | "shared-bank" => {
            write!(out, ",{},{},", percent(pay, 90 + draw.below(25)), percent(pay, 120 + draw.below(25)))?;
        }
        _ => write!(out, ",,,")?,
    }
    write!(out, "WARD {ward:02},{specialty},{reason},")?;
    match supply {
        "agency" => {
            write!(out, "A{:06},,{},{},", draw.below(9_000), draw.one(&AGENCIES), draw.below(2) + 1)?;
            write!(out, "{},", money(2_000 + draw.below(9_000)))?;
        }
        "bank" => write!(out, "W{:06},,,,,", draw.below(25_000))?,
        "shared-bank" => write!(out, "W{:06},{},,,,", draw.below(25_000), draw.one(&ORGANISATIONS))?,
        _ => write!(out, ",,,,,")?,
    }
    write!(out, "{},", clock(off_the_clock_change(requested)))?;
    if supply != "unfilled" {
        let booked = requested.saturating_add(i64::try_from(draw.below(2_000)).unwrap_or_default().minutes());
        write!(out, "{}", clock(off_the_clock_change(booked)))?;
    }
    writeln!(out, ",CC{:04}", 1_000 + draw.below(400))
}

fn clock(time: DateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Times of the hour that is skipped or comes twice when the clocks change are moved past it.
fn off_the_clock_change(time: DateTime) -> DateTime {
    let last_sunday = time.weekday() == jiff::civil::Weekday::Sunday && time.day() > 24;
    let risky = last_sunday && matches!(time.month(), 3 | 10) && matches!(time.hour(), 0..=2);
    if risky { time.saturating_add(3.hours()) } else { time }
}
