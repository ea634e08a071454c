//! The shipped sample: made-up practices of South East London, calibrated to what is known of its boroughs, and made-up shifts
//! of its providers. It goes in through the same imports as real files.

mod backoffice;
mod catalogue;

use muster_kit::Error;
use muster_proto::{agency::v1 as agency, directory::v1 as directory, staffing::v1 as staffing};

use crate::{
    commands::{forecast::start_and_wait, import::upload_text},
    connect::Clients,
    exit::Failure,
};

/// Seed of the sample: the same practices on every machine.
pub(crate) const SEED: u64 = 2016;

/// Loads the sample and runs its first forecast, unless something was ever imported.
pub(crate) async fn load_once(clients: &Clients) -> Result<(), Failure> {
    if !is_empty(clients).await? {
        return Ok(());
    }
    tracing::info!("first start: loading the sample of South East London");
    load(clients).await?;
    load_agency(clients).await?;
    catalogue::load(clients, SEED).await?;
    let spec = staffing::ForecastSpec {
        scenario: "do-nothing".into(),
        area: "SEL".into(),
        base_year: 2016,
        to_year: 2021,
        draws: 1024,
        seed: 1,
        ..staffing::ForecastSpec::default()
    };
    start_and_wait(spec, clients).await?;
    // last: its editions are of all that the others made
    backoffice::load(clients, SEED).await
}

async fn is_empty(clients: &Clients) -> Result<bool, Failure> {
    let request = clients.request(directory::ListImportsRequest { page: None });
    let places = clients.directory().list_imports(request).await?.into_inner().imports;
    let request = clients.request(staffing::ListImportsRequest { page: None });
    let staff = clients.staffing().list_imports(request).await?.into_inner().imports;
    Ok(places.is_empty() && staff.is_empty())
}

/// Imports every file of the sample.
pub(crate) async fn load(clients: &Clients) -> Result<(), Failure> {
    for file in muster_directory::sample::files(SEED) {
        import(file.kind, &file.name, file.year, file.text, clients).await?;
    }
    import("gp-workforce", "sample-gp-workforce.csv", None, workforce(SEED), clients).await?;
    let scores = muster_staffing::sample::deprivation_csv(SEED, &practices(SEED));
    import("deprivation", "sample-deprivation.csv", None, scores, clients).await?;
    let residents = muster_staffing::sample::residents_csv();
    import("residents", "sample-residents.csv", None, residents, clients).await?;
    let trusts = muster_staffing::sample::trust_workforce_csv();
    import("trust-workforce", "sample-trust-workforce.csv", None, trusts, clients).await
}

/// Imports shifts of the providers, with what they are judged and measured by.
async fn load_agency(clients: &Clients) -> Result<(), Failure> {
    for file in muster_agency::sample::files(SEED) {
        import(file.kind, &file.name, None, file.text, clients).await?;
    }
    ask_for_overrides(clients).await
}

/// Asks for leave for two shifts to come, which nobody has decided on.
async fn ask_for_overrides(clients: &Clients) -> Result<(), Failure> {
    let day = muster_kit::clock::today().saturating_add(jiff::Span::new().days(2));
    for (number, organisation, grade, price_pence) in
        [(1, "RJZ", "band-6", 5_900), (2, "RN7", "band-5", 10_400)]
    {
        let request = agency::OverrideRequest {
            organisation: organisation.into(),
            shift_ref: format!("SAMPLE-TO-COME-{number}"),
            site: format!("{organisation}-SAMPLE"),
            staff_group: "nursing".into(),
            grade: grade.into(),
            start: format!("{day}T07:30"),
            end: format!("{day}T20:00"),
            break_minutes: 60,
            framework: Some(true),
            agency: "Sample Agency".into(),
            reason: "escalation beds".into(),
            price_pence,
            ..agency::OverrideRequest::default()
        };
        let request = clients.request(agency::RequestOverrideRequest { request: Some(request) });
        clients.agency().request_override(request).await?;
    }
    Ok(())
}

/// The staff of the sample's practices, as a file.
pub(crate) fn workforce(seed: u64) -> String {
    muster_staffing::sample::workforce_csv(seed, &practices(seed))
}

/// The sample's practices, as staffing knows them.
fn practices(seed: u64) -> Vec<muster_staffing::sample::SamplePractice> {
    muster_directory::sample::practices(seed)
        .into_iter()
        .map(|practice| muster_staffing::sample::SamplePractice {
            code: practice.code,
            name: practice.name,
            borough: practice.borough,
            lists: practice.lists,
        })
        .collect()
}

async fn import(
    kind: &str,
    name: &str,
    year: Option<i32>,
    text: String,
    clients: &Clients,
) -> Result<(), Failure> {
    let outcome = upload_text(kind, name, year, text, clients).await?;
    if outcome.refused {
        let first = outcome.findings.first().map(|f| f.problem.clone()).unwrap_or_default();
        return Err(Failure::Failed(Error::internal(format!("the sample file {name} was refused: {first}"))));
    }
    Ok(())
}
