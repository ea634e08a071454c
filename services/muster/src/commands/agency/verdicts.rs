//! `muster agency verdicts FILE`

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use muster_agency::{
    domain::{
        Judge, Judged, London, Shift, Supply, Verdict,
        pay::pounds,
        words::{TimeBand, Word},
    },
    import::{read_shifts, shipped_lists},
};
use muster_kit::Error;
use serde_json::{Value, json};

use super::{rules, say, spend::finding};
use crate::{cli::Shared, exit::Failure, output};

/// Most shifts that the table for people shows.
const SHOWN: usize = 20;

/// What all shifts come to.
#[derive(Default)]
struct Summary {
    shifts: BTreeMap<&'static str, u64>,
    verdicts: BTreeMap<Verdict, u64>,
    minutes: i64,
    over_cap_pence: i64,
    not_judged: u64,
    framework_unknown: u64,
}

impl Summary {
    fn add(&mut self, shift: &Shift, judged: &Judged) {
        *self.shifts.entry(shift.supply.word()).or_default() += 1;
        let worked = !matches!(shift.supply, Supply::Unfilled | Supply::Cancelled);
        if worked {
            self.minutes += judged.minutes.total();
            self.not_judged += u64::from(judged.verdicts.is_empty());
        }
        self.over_cap_pence += judged.over_cap.unwrap_or_default();
        self.framework_unknown += u64::from(shift.supply == Supply::Agency && shift.framework.is_none());
        for verdict in &judged.verdicts {
            *self.verdicts.entry(*verdict).or_default() += 1;
        }
    }

    fn document(&self, rows: u64, refused: u64) -> Value {
        let verdicts: serde_json::Map<String, Value> = Verdict::WORDS
            .iter()
            .map(|(word, it)| ((*word).to_owned(), self.verdicts.get(it).copied().unwrap_or(0).into()))
            .collect();
        json!({
            "rows": rows, "refused": refused, "by_supply": self.shifts, "verdicts": verdicts,
            "hours": hours(self.minutes), "over_cap_pence": self.over_cap_pence,
            "not_judged": self.not_judged, "framework_unknown": self.framework_unknown,
        })
    }
}

/// Prices a file of shifts; stores nothing.
pub(super) fn run(path: &PathBuf, rates: &[PathBuf], shared: &Shared) -> Result<(), Failure> {
    let lists = shipped_lists().map_err(|_| Error::internal("a shipped list is damaged"))?;
    let london = London::new().ok_or_else(|| Error::internal("the time zone of London is not known"))?;
    let mut judge = Judge::new(rules(rates)?, lists, london.clone());
    let shown = path.display();
    let file = File::open(path).map_err(|error| Failure::Usage(format!("cannot read `{shown}`: {error}")))?;
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut summary, mut shown_rows, mut written) = (Summary::default(), Vec::new(), Ok(()));
    let mut first = true;
    if shared.json {
        out.write_all(b"{\"rows\":[")?;
    }
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let read = read_shifts(&name, file, &london, |shift| {
        let judged = judge.judge(&shift);
        summary.add(&shift, &judged);
        if shared.json {
            if written.is_ok() {
                written = row(&mut out, &shift, &judged, first);
            }
            first = false;
        } else if shown_rows.len() < SHOWN && judged.verdicts.iter().any(|it| *it != Verdict::Within) {
            shown_rows.push(cells(&shift, &judged));
        }
    });
    written?;
    if shared.json {
        let findings: Vec<Value> = read.findings.sorted().into_iter().map(finding).collect();
        let rest = json!({ "summary": summary.document(read.rows, read.refused), "findings": findings });
        let rest = rest.to_string();
        writeln!(out, "\n],{}", rest.strip_prefix('{').unwrap_or(&rest))?;
    }
    out.flush()?;
    drop(out);
    say(&read.findings);
    if !shared.json {
        print(&summary, &shown_rows, read.rows)?;
    }
    if read.refused > 0 || read.findings.has_errors() { Err(Failure::Refused) } else { Ok(()) }
}

#[expect(clippy::cast_precision_loss, reason = "for display; minutes stay far below 2^53")]
fn hours(minutes: i64) -> f64 {
    minutes as f64 / 60.0
}

fn row(out: &mut impl Write, shift: &Shift, it: &Judged, first: bool) -> io::Result<()> {
    out.write_all(if first { b"\n" } else { b",\n" })?;
    let minutes = it.minutes;
    let by_band: serde_json::Map<String, Value> = minutes
        .by_band()
        .into_iter()
        .map(|(band, minutes): (TimeBand, i64)| (band.word().replace('-', "_"), hours(minutes).into()))
        .collect();
    let verdicts: Vec<&str> = it.verdicts.iter().map(|verdict| verdict.word()).collect();
    let document = json!({
        "shift_ref": shift.reference.as_str(), "organisation": shift.organisation.as_str(), "supply": shift.supply.word(),
        "hours": hours(minutes.total()), "minutes": minutes.total(), "hours_by_band": by_band,
        "cap_pence_per_hour": it.cap, "over_cap_pence": it.over_cap, "verdicts": verdicts, "remarks": it.remarks,
    });
    serde_json::to_writer(out, &document).map_err(io::Error::from)
}

fn cells(shift: &Shift, it: &Judged) -> Vec<String> {
    let verdicts: Vec<&str> = it.verdicts.iter().map(|verdict| verdict.word()).collect();
    vec![
        shift.reference.to_string(),
        shift.on.to_string(),
        shift.grade.to_string(),
        format!("{:.2}", hours(it.minutes.total())),
        shift.charge.map(pounds).unwrap_or_default(),
        it.cap.map(pounds).unwrap_or_default(),
        it.over_cap.map(pounds).unwrap_or_default(),
        verdicts.join(", "),
    ]
}

fn print(summary: &Summary, rows: &[Vec<String>], read: u64) -> Result<(), Failure> {
    let over = pounds(summary.over_cap_pence);
    output::line(&format!(
        "{read} shifts, {:.1} hours worked, {over} pounds above cap\n",
        hours(summary.minutes)
    ))?;
    let count = |it: &Verdict| summary.verdicts.get(it).copied().unwrap_or(0).to_string();
    let table: Vec<Vec<String>> =
        Verdict::WORDS.iter().map(|(word, it)| vec![(*word).to_owned(), count(it)]).collect();
    output::table(&["verdict", "shifts"], &table)?;
    output::line(&format!(
        "\n{} could not be judged, {} do not say whether the agency is on a framework",
        summary.not_judged, summary.framework_unknown
    ))?;
    if !rows.is_empty() {
        output::line(&format!("\nfirst {} with something to report; --json has every shift:\n", rows.len()))?;
        output::table(&["shift", "date", "grade", "hours", "charge", "cap", "above cap", "verdicts"], rows)?;
    }
    Ok(())
}
