//! `/agency`: a month of an organisation, and its year against the ceiling.

use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
};
use jiff::ToSpan as _;
use muster_kit::{Actor, Error, Result};
use muster_proto::agency::v1::{GetSpendTableResponse, ListInversionsResponse};
use serde::Deserialize;

use crate::{
    calls::{Caller, Months},
    data::files,
    deps::Deps,
    failure::PageResult,
    model::agency::{
        inversion,
        month::{self as model, Headline},
        month_words,
        year::{self, YearView},
    },
    pages::{choices::Choice, encode, page},
    shell::Shell,
    table::Table,
};

/// The form as it was filled in; empty is the caller's own organisation and its last month.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    month: String,
}

/// What is shown of a month.
struct MonthView {
    organisation: String,
    name: String,
    month: String,
    finding: String,
    moved: String,
    headlines: Vec<Headline>,
    groups: Table,
    organisations: Table,
    months: Table,
    year: Option<YearView>,
    /// First of the twelve months in which bank and agencies are compared.
    compared_from: String,
    inverted: String,
    inversions: Table,
    offered: Vec<Choice>,
    offered_months: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "agency/month.html")]
struct Page {
    shell: Shell,
    shown: Option<MonthView>,
}

/// An organisation and a month that there are, in `/agency?organisation=RJZ&month=2016-04`.
struct Chosen {
    organisation: String,
    month: String,
}

impl Chosen {
    /// The own organisation if it has shifts, else the one that spends most; its last month.
    fn of(told: &GetSpendTableResponse, wanted: &Wanted, own: &str) -> Result<Option<Self>> {
        let organisations = model::sums(told, "", |row| row.organisation.as_str());
        if organisations.is_empty() {
            return Ok(None);
        }
        let asked = wanted.organisation.trim().to_ascii_uppercase();
        let largest = organisations.iter().max_by_key(|(_, sum)| sum.agency + sum.bank);
        let organisation = match (asked.as_str(), largest) {
            ("", _) if organisations.contains_key(own) => own.to_owned(),
            ("", Some((code, _))) => (*code).to_owned(),
            _ => asked,
        };
        let months = model::sums(told, &organisation, |row| row.month.as_str());
        let Some(last) = months.keys().next_back() else {
            return Err(Error::not_found(format!("no shift line of `{organisation}` is known")));
        };
        let month = match wanted.month.trim() {
            "" => (*last).to_owned(),
            month if months.contains_key(month) => month.to_owned(),
            month => {
                return Err(Error::not_found(format!(
                    "no shift line of `{organisation}` in `{month}` is known"
                )));
            }
        };
        Ok(Some(Self { organisation, month }))
    }

    fn query(&self) -> String {
        format!("organisation={}&month={}", encode(&self.organisation), encode(&self.month))
    }

    /// First of the twelve months that end with the month: one month alone seldom has both at each grade, site and time.
    fn year_before(&self) -> String {
        let day = format!("{}-01", self.month).parse::<jiff::civil::Date>();
        let first = day.ok().and_then(|day| day.checked_sub(11.months()).ok());
        first.map_or_else(|| self.month.clone(), |day| day.strftime("%Y-%m").to_string())
    }

    /// Where the bank was no cheaper than agencies in the twelve months up to the month.
    async fn inversions(&self, caller: &Caller<'_>) -> Result<ListInversionsResponse> {
        let months = Months { from: &self.year_before(), until: &self.month };
        caller.inversions(&self.organisation, months).await
    }

    /// The month alone, of every organisation.
    async fn table(&self, caller: &Caller<'_>) -> Result<GetSpendTableResponse> {
        caller.spend_table("", Months { from: &self.month, until: &self.month }).await
    }
}

/// Organisations to choose from, by name and code.
async fn named(caller: &Caller<'_>, all: &GetSpendTableResponse, chosen: &str) -> Vec<Choice> {
    let known = model::sums(all, "", |row| row.organisation.as_str());
    let named = known.into_keys().map(async |code| match caller.name_of(code).await {
        name if name == code => Choice::new(code, code, chosen),
        name => Choice::new(code, format!("{name} ({code})"), chosen),
    });
    futures::future::join_all(named).await
}

/// Every month of every organisation, and what was chosen among them.
async fn chosen(caller: &Caller<'_>, wanted: &Wanted) -> Result<(GetSpendTableResponse, Option<Chosen>)> {
    let all = caller.spend_table("", Months::default()).await?;
    let chosen = Chosen::of(&all, wanted, caller.actor.organisation.as_str())?;
    Ok((all, chosen))
}

/// The same where a file needs something to hold.
async fn needed(caller: &Caller<'_>, wanted: &Wanted) -> Result<(GetSpendTableResponse, Chosen)> {
    let (all, chosen) = chosen(caller, wanted).await?;
    Ok((all, chosen.ok_or_else(|| Error::not_found("no shift line is known: import a file of shifts"))?))
}

pub(crate) async fn month(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (all, chosen) = chosen(&caller, &wanted).await?;
    let shown = match &chosen {
        Some(chosen) => Some(view(&caller, &all, chosen).await?),
        None => None,
    };
    let title = match &shown {
        Some(shown) => format!("Bank and agency in {}", month_words(&shown.month)),
        None => "Bank and agency".to_owned(),
    };
    page(&Page { shell: Shell::agency(title, "/agency"), shown })
}

async fn view(caller: &Caller<'_>, all: &GetSpendTableResponse, chosen: &Chosen) -> Result<MonthView> {
    let (code, month) = (chosen.organisation.as_str(), chosen.month.as_str());
    let inversions = async {
        // twelve months of single shifts are read for it: the rest of the month does not wait for a database that is too busy
        let found = chosen.inversions(caller).await;
        Ok::<_, Error>(
            found.inspect_err(|error| tracing::warn!(%error, "cost inversions are left out of a page")).ok(),
        )
    };
    let (of_month, projection, inverted) =
        futures::try_join!(chosen.table(caller), caller.projection(code, month), inversions)?;
    let name = caller.name_of(code).await;
    let sums = model::sums(&of_month, code, |_| ()).remove(&()).unwrap_or_default();
    let measured = model::measures(&of_month, code, month);
    let whole = of_month.changes.iter().find(|it| it.organisation == code && it.staff_group.is_empty());
    let query = chosen.query();
    let year_csv = format!("/agency/year.csv?{query}");
    let months = model::sums(all, code, |row| row.month.as_str());
    Ok(MonthView {
        finding: model::finding(&name, month, &sums, measured),
        moved: whole.map(model::moved).unwrap_or_default(),
        headlines: model::headlines(&sums, measured),
        groups: model::groups(&of_month, code).csv(format!("/agency/groups.csv?{query}")),
        organisations: model::organisations(&of_month, month)
            .csv(format!("/agency/organisations.csv?{query}")),
        months: model::months(all, code).csv(format!("/agency/months.csv?{query}")),
        year: projection.and_then(|it| year::view(&it, &name, year_csv)),
        compared_from: chosen.year_before(),
        inverted: inverted.as_ref().map_or_else(
            || "Bank and agency were not compared: load the page again in a while.".to_owned(),
            inversion::finding,
        ),
        inversions: inversion::table(&inverted.unwrap_or_default())
            .csv(format!("/agency/inversions.csv?{query}")),
        offered: named(caller, all, code).await,
        offered_months: months
            .keys()
            .rev()
            .map(|known| Choice::new(*known, month_words(known), month))
            .collect(),
        organisation: code.to_owned(),
        month: month.to_owned(),
        name,
    })
}

pub(crate) async fn months_file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let (all, chosen) = needed(&Caller::new(&deps, &actor), &wanted).await?;
    files::file("agency-months", &model::months(&all, &chosen.organisation))
}

pub(crate) async fn groups_file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (_, chosen) = needed(&caller, &wanted).await?;
    files::file("agency-groups", &model::groups(&chosen.table(&caller).await?, &chosen.organisation))
}

pub(crate) async fn organisations_file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (_, chosen) = needed(&caller, &wanted).await?;
    let table = model::organisations(&chosen.table(&caller).await?, &chosen.month);
    files::file("agency-organisations", &table)
}

pub(crate) async fn inversions_file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (_, chosen) = needed(&caller, &wanted).await?;
    files::file("cost-inversion", &inversion::table(&chosen.inversions(&caller).await?))
}

pub(crate) async fn year_file(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Query(wanted): Query<Wanted>,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let (_, chosen) = needed(&caller, &wanted).await?;
    let unknown = || Error::not_found("no year of this organisation can be projected");
    let found = caller.projection(&chosen.organisation, &chosen.month).await?.ok_or_else(unknown)?;
    let view = year::view(&found, &chosen.organisation, String::new()).ok_or_else(unknown)?;
    files::file("agency-year", &view.table)
}
