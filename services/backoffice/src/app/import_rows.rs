//! Imports benchmarks, and what displacement is worked out with; proposals that rest on the latter are worked out anew.

use muster_kit::{Result, imports::Summary, intake::Findings};
use muster_proto::common::v1::ImportOutcome;
use serde::Serialize;

use super::{
    heard_spend,
    import_file::{Import, summary},
};
use crate::{
    domain::{benchmark::Benchmark, displacement::AllInShare},
    import::{
        ALL_IN_SHARES, BENCHMARKS, RowsRead, StatedBaseline, all_in_rows, benchmark_rows,
        displacement_baseline_rows,
    },
    store::records::{self, New, key},
};

/// Reads the file and stores its rows.
pub(super) async fn run(import: Import<'_>, kind: &'static str) -> Result<ImportOutcome> {
    let name = kind;
    let read = move |upload: &muster_kit::imports::Upload| -> Result<Read, Findings> {
        let file = &upload.file;
        if name == BENCHMARKS.name {
            let mut read = benchmark_rows(file)?;
            // the line is kept beside the row: at another line it says the same
            read.rows.iter_mut().for_each(|row| row.value.line = 0);
            Ok(Read::of(&read, benchmark_key))
        } else if name == ALL_IN_SHARES.name {
            Ok(Read::of(&all_in_rows(file)?, share_key))
        } else {
            Ok(Read::of(&displacement_baseline_rows(file)?, baseline_key))
        }
    };
    let read = match import.read(read).await? {
        Ok(read) => read,
        Err(findings) => return Ok(import.refused(&Summary::unreadable(findings))),
    };
    let mut summary = read.summary;
    if summary.refused(&import.upload) {
        return Ok(import.refused(&summary));
    }
    let mut begun = import.begin(&summary).await?;
    let changed = records::write(&begun.uow, kind, (&begun.import_id, begun.at), read.rows?).await?;
    summary.totals.push(("rows_new_or_changed", i64::try_from(changed.len()).unwrap_or(i64::MAX)));
    if kind != BENCHMARKS.name && !changed.is_empty() {
        import.tell("working proposals out again", summary.rows_kept, summary.rows_read);
        heard_spend::renew_all(&mut begun.uow).await?;
    }
    import.commit(begun, &summary).await
}

/// Rows of any of these kinds, ready to be stored.
struct Read {
    rows: Result<Vec<New>>,
    summary: Summary,
}

impl Read {
    fn of<T: Serialize>(read: &RowsRead<T>, key: impl Fn(&T) -> String) -> Self {
        let summary = summary(read);
        let rows = read.rows.iter().map(|row| New::of(key(&row.value), &row.value, row.line)).collect();
        Self { rows, summary }
    }
}

fn benchmark_key(of: &Benchmark) -> String {
    key(&[&of.organisation, &of.year.to_string(), &of.function, &of.driver])
}

fn share_key(of: &AllInShare) -> String {
    use crate::domain::Word as _;
    key(&[of.supply.word(), &of.from.to_string()])
}

fn baseline_key(of: &StatedBaseline) -> String {
    key(&[&of.organisation, &of.month.to_string(), &of.staff_group])
}
