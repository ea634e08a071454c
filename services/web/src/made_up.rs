//! Pages whose figures are those of the shipped sample say so: made-up figures must not be quoted.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use muster_kit::Actor;

use crate::{calls::Caller, deps::Deps};

/// How names of the shipped sample's files begin.
const SAMPLE: &str = "sample-";

tokio::task_local! {
    /// Whether the page that is being made shows figures of the sample.
    static MADE_UP: bool;
}

/// Whose sample a page's figures may be of: that of the directory is the forecasts' too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Directory,
    Agency,
    Catalogue,
    BackOffice,
}

use Of::{Agency, BackOffice, Catalogue, Directory};

/// Pages with those below them, the first that fits. What is published elsewhere and shipped with the program (rates, caps, the
/// affordability bridge) is not made up, nor what somebody is about to bring in. Pages that are not here look at the sources of what they
/// show.
const PAGES: [(&str, &[Of]); 17] = [
    ("/areas", &[Directory]),
    ("/staffing/scenarios", &[Directory]),
    ("/staffing/sensitivity", &[Directory]),
    ("/staffing/plan", &[Directory]),
    ("/staffing/quality", &[Directory]),
    ("/data-quality", &[Directory]),
    ("/staffing/backtest", &[Directory]),
    ("/agency/rates", &[]),
    ("/agency/cover", &[Agency, Directory]),
    ("/agency", &[Agency]),
    ("/catalogue", &[Catalogue]),
    ("/back-office/bridge", &[]),
    ("/back-office/tracker", &[]),
    ("/back-office/plan", &[BackOffice, Directory]),
    ("/back-office", &[BackOffice]),
    ("/editions", &[BackOffice, Directory]),
    ("/trace", &[BackOffice, Directory]),
];

/// Whose sample the page at this address may show.
fn of(path: &str) -> &'static [Of] {
    // pages under it, unless they are files
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let below = |page: &str| path.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'));
    if is_file {
        return &[];
    }
    // the pages of single areas look for themselves
    let found = PAGES.iter().find(|(page, _)| path == *page || (*page != "/areas" && below(page)));
    found.map_or(&[], |(_, of)| *of)
}

/// Whether the page that is being made shows figures of the sample.
pub(crate) fn is_made_up() -> bool {
    MADE_UP.try_with(|made_up| *made_up).unwrap_or(false)
}

/// Finds out before the page is made. Whoever cannot say has no sample.
pub(crate) async fn look(State(deps): State<Deps>, request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Actor>().cloned();
    let mut made_up = false;
    if let Some(actor) = actor {
        let caller = Caller::new(&deps, &actor);
        for of in of(request.uri().path()) {
            made_up = made_up || has_sample(&caller, *of).await;
        }
    }
    MADE_UP.scope(made_up, next.run(request)).await
}

async fn has_sample(caller: &Caller<'_>, of: Of) -> bool {
    let imports = match of {
        Directory => return caller.has_sample().await.unwrap_or(false),
        Agency => caller.agency_imports().await,
        Catalogue => caller.catalogue_imports().await,
        BackOffice => caller.back_office_imports().await,
    };
    imports.ok().flatten().unwrap_or_default().iter().any(|import| import.file_name.starts_with(SAMPLE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_what_is_below_them_are_looked_at_and_files_are_not() {
        for (path, wanted) in [
            ("/catalogue", &[Catalogue][..]),
            ("/catalogue/items/17", &[Catalogue]),
            ("/catalogue/variance.csv", &[]),
            ("/catalogued", &[]),
            ("/areas", &[Directory]),
            ("/areas/borough/LAM", &[]),
            ("/editions/2", &[BackOffice, Directory]),
            ("/agency", &[Agency]),
            ("/agency/rates", &[]),
            ("/back-office", &[BackOffice]),
            ("/back-office/cases/1", &[BackOffice]),
            ("/back-office/bridge", &[]),
            ("/", &[]),
        ] {
            assert_eq!(of(path), wanted, "{path}");
        }
    }
}
