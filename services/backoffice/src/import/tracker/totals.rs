//! Totals that a tracker states, beside the sums of its rows.

use std::collections::BTreeMap;

use super::Measure;

/// A stated total beside what the rows come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalCompared {
    /// Line of the total.
    pub line: u64,
    /// Column, as its header says.
    pub column: String,
    /// Pence stated.
    pub stated: i64,
    /// Pence that the rows come to.
    pub computed: i64,
    /// What was added up: `rows since line 4`, `every row`, `months of this row`.
    pub of: String,
    /// Is it the sum of a row, rather than of rows?
    pub across: bool,
    /// Do they agree? Rounding of each amount to a penny is allowed for.
    pub agrees: bool,
}

/// A money column's sums, by measure of the row; none where columns or document say it.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    all: i64,
    since: i64,
    rows: i64,
}

/// Sums of columns while rows go by.
#[derive(Debug, Default)]
pub(super) struct Running {
    sums: BTreeMap<(usize, Option<Measure>), Sums>,
    since_line: u64,
}

impl Running {
    pub(super) fn new(header_line: u64) -> Self {
        Self { sums: BTreeMap::new(), since_line: header_line }
    }

    /// Adds a row's amount of a column.
    pub(super) fn add(&mut self, place: usize, measure: Option<Measure>, pence: i64) {
        let sums = self.sums.entry((place, measure)).or_default();
        sums.all = sums.all.saturating_add(pence);
        sums.since = sums.since.saturating_add(pence);
        sums.rows += 1;
    }

    /// Compares a total of a column: with the rows since the last totals row, or with every row.
    pub(super) fn compare(
        &self,
        (line, place, header): (u64, usize, &str),
        measure: Option<Measure>,
        stated: i64,
    ) -> TotalCompared {
        let of = self
            .sums
            .iter()
            .filter(|((at, of), _)| *at == place && (measure.is_none() || of.is_none() || *of == measure));
        let sums = of.fold(Sums::default(), |sum, (_, it)| Sums {
            all: sum.all.saturating_add(it.all),
            since: sum.since.saturating_add(it.since),
            rows: sum.rows + it.rows,
        });
        let near = |computed: i64| close(stated, computed, sums.rows);
        let all = (!near(sums.since) && near(sums.all)) || sums.since == sums.all;
        let (computed, of) = if all {
            (sums.all, "every row".to_owned())
        } else {
            (sums.since, format!("rows since line {}", self.since_line))
        };
        TotalCompared {
            line,
            column: header.to_owned(),
            stated,
            computed,
            of,
            across: false,
            agrees: near(computed),
        }
    }

    /// A totals row is over: the next one begins after it.
    pub(super) fn begin(&mut self, line: u64) {
        self.since_line = line;
        self.sums.values_mut().for_each(|it| it.since = 0);
    }
}

/// Do a total and the sum of so many amounts agree, each of them rounded to a penny?
pub(super) fn close(stated: i64, computed: i64, amounts: i64) -> bool {
    stated.abs_diff(computed) <= amounts.unsigned_abs()
}
