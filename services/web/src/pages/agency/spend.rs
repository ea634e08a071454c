//! `/agency/spend`: published spend, what of it is temporary staffing, what is not, and why.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, Query, State},
};
use muster_kit::{Actor, Error, Result};
use muster_proto::agency::v1::SpendSum;
use serde::Deserialize;

use crate::{
    calls::{Caller, Months},
    data::files,
    deps::Deps,
    failure::PageResult,
    model::agency::spend as model,
    pages::{choices::Choice, encode, page},
    shell::Shell,
    table::Table,
};

/// The form as it was filled in; empty is everything.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    /// Payer as the files name it.
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    /// Words of the supplier.
    #[serde(default)]
    supplier: String,
}

#[derive(Template)]
#[template(path = "agency/spend.html")]
struct Spend {
    shell: Shell,
    wanted: Wanted,
    payers: Vec<Choice>,
    /// Something was imported, whatever the form leaves of it.
    any: bool,
    finding: String,
    kinds: Table,
    months: Table,
    suppliers: Table,
    more: usize,
}

impl Wanted {
    /// Payers there are, and the sums that the form leaves.
    async fn sums(&self, caller: &Caller<'_>) -> Result<(Vec<SpendSum>, Vec<SpendSum>)> {
        let months = Months { from: self.from.trim(), until: self.until.trim() };
        let all = caller.published_spend(months).await?;
        let words = self.supplier.trim().to_lowercase();
        let fits = |sum: &&SpendSum| {
            (self.organisation.is_empty() || sum.entity == self.organisation)
                && (words.is_empty() || sum.supplier.to_lowercase().contains(&words))
        };
        let left = all.iter().filter(fits).cloned().collect();
        Ok((all, left))
    }

    fn csv(&self, table: &str) -> String {
        let [organisation, from, until, supplier] =
            [&self.organisation, &self.from, &self.until, &self.supplier].map(|text| encode(text.trim()));
        format!(
            "/agency/spend/{table}.csv?organisation={organisation}&from={from}&until={until}&supplier={supplier}"
        )
    }
}

pub(crate) async fn spend(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let (all, sums) = wanted.sums(&Caller::new(&deps, &actor)).await?;
    let (suppliers, many) = model::shown(model::suppliers(&sums));
    page(&Spend {
        shell: Shell::agency("Published spend", "/agency/spend"),
        payers: model::payers(&all)
            .into_iter()
            .map(|payer| Choice::new(payer, payer, &wanted.organisation))
            .collect(),
        any: !all.is_empty(),
        finding: if sums.is_empty() { String::new() } else { model::finding(&sums) },
        kinds: model::kinds(&sums).csv(wanted.csv("kinds")),
        months: model::months(&sums).csv(wanted.csv("months")),
        more: many.saturating_sub(suppliers.rows.len()),
        suppliers: suppliers.csv(wanted.csv("suppliers")),
        wanted,
    })
}

/// A table of the page as a file, with all its rows.
pub(crate) async fn file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(file): Path<String>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let table: fn(&[SpendSum]) -> Table = match file.as_str() {
        "kinds.csv" => model::kinds,
        "months.csv" => model::months,
        "suppliers.csv" => model::suppliers,
        _ => return Err(Error::not_found("there is no such table of published spend").into()),
    };
    let (_, sums) = wanted.sums(&Caller::new(&deps, &actor)).await?;
    files::file("published-spend", &table(&sums))
}
