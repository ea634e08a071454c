//! A practice series as large as England's through the import, beside plain reading of the same bytes.

use std::time::Instant;

use serde_json::{Value, json};

use super::{Bench, failed};
use crate::{commands::import::upload_text, exit::Failure};

/// Practices in the made-up series; England had about 7,600 in 2016.
const PRACTICES: u32 = 7_200;

/// Imports a made-up series and compares.
pub(super) async fn measure(rows: u32) -> Result<Value, Failure> {
    let text = series(rows);
    let bytes = text.len();
    let begun = Instant::now();
    let read = plain_read(&text)?;
    let plain = begun.elapsed().as_secs_f64();
    let bench = Bench::open().await?;
    let begun = Instant::now();
    let outcome = upload_text("gp-workforce", "bench.csv", None, text, &bench.clients).await?;
    let taken = begun.elapsed().as_secs_f64();
    bench.close().await?;
    if outcome.refused || outcome.rows_kept != u64::from(rows) || read != rows as usize {
        return Err(failed("the made-up series was not imported whole"));
    }
    Ok(json!({
        "rows": rows, "bytes": bytes, "seconds": taken, "rows_per_second": f64::from(rows) / taken,
        "plain_read_seconds": plain, "times_plain_read": taken / plain,
    }))
}

/// What cannot be avoided: every field of every row looked at once. Gives the number of rows.
pub(super) fn plain_read(text: &str) -> Result<usize, Failure> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut rows = 0;
    for record in reader.records() {
        let record = record.map_err(|_| failed("the made-up series is no CSV"))?;
        rows += usize::from(record.iter().map(str::len).sum::<usize>() > 0);
    }
    Ok(rows)
}

/// The layout of the England series, six years of made-up practices.
fn series(rows: u32) -> String {
    let mut text = String::from(
        "Practice.Code,Year,TOTAL_PATIENTS,TOTAL_GP_EXTGL_FTE,TOTAL_LOCUUM_TRN_FTE,TOTAL_NURSES_FTE,TOTAL_DPC_FTE,\
         TOTAL_ADMIN_FTE,IMD,IMD_quintile\n",
    );
    for row in 0..rows {
        let (practice, year) = (row % PRACTICES, 2016 + row / PRACTICES);
        let patients = 3_000 + practice * 7 % 12_000;
        let tenths = patients / 200;
        let fte = |share: u32| format!("{}.{}", tenths * share / 100, tenths * share % 10);
        text.push_str(&format!(
            "Z{:05},{year},{patients},{},{},{},{},{},21.5,3\n",
            practice,
            fte(10),
            fte(1),
            fte(4),
            fte(2),
            fte(20)
        ));
    }
    text
}
