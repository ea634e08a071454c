//! Pages whose figures are those of the shipped sample say so: made-up figures must not be quoted.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use muster_kit::Actor;

use crate::{calls::Caller, deps::Deps, model::back_office};

tokio::task_local! {
    /// Whether the page that is being made shows figures of the sample.
    static MADE_UP: bool;
}

/// Whose sample a page's figures may be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Directory,
    Agency,
    Catalogue,
    BackOffice,
}

/// Pages that do not look at the sources of their figures themselves. What is published elsewhere and shipped with the program (rates,
/// caps, the affordability bridge) is not made up.
const PAGES: [(&str, Of); 12] = [
    ("/areas", Of::Directory),
    ("/staffing/scenarios", Of::Directory),
    ("/staffing/sensitivity", Of::Directory),
    ("/staffing/plan", Of::Directory),
    ("/staffing/quality", Of::Directory),
    ("/staffing/backtest", Of::Directory),
    ("/agency/cover", Of::Agency),
    ("/agency/drift", Of::Agency),
    ("/agency/shared-bank", Of::Agency),
    ("/agency/returns", Of::Agency),
    ("/agency/overrides", Of::Agency),
    ("/editions", Of::BackOffice),
];

/// Whose sample the page at this address may show.
fn of(path: &str) -> Option<Of> {
    // pages under it, unless they are files
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let below = |page: &str| path.strip_prefix(page).is_some_and(|rest| rest.starts_with('/'));
    if is_file {
        return None;
    }
    if path == "/catalogue" || below("/catalogue") {
        return Some(Of::Catalogue);
    }
    // the pages of single areas look for themselves
    let found = PAGES.iter().find(|(page, _)| path == *page || (*page != "/areas" && below(page)));
    found.map(|(_, of)| *of)
}

/// Whether the page that is being made shows figures of the sample.
pub(crate) fn is_made_up() -> bool {
    MADE_UP.try_with(|made_up| *made_up).unwrap_or(false)
}

/// Finds out before the page is made. Whoever cannot say has no sample.
pub(crate) async fn look(State(deps): State<Deps>, request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Actor>().cloned();
    let made_up = match (of(request.uri().path()), actor) {
        (Some(of), Some(actor)) => has_sample(&Caller::new(&deps, &actor), of).await,
        _ => false,
    };
    MADE_UP.scope(made_up, next.run(request)).await
}

async fn has_sample(caller: &Caller<'_>, of: Of) -> bool {
    let imports = match of {
        Of::Directory => return caller.has_sample().await.unwrap_or(false),
        Of::Agency => caller.agency_imports().await,
        Of::Catalogue => caller.catalogue_imports().await,
        Of::BackOffice => caller.back_office_imports().await,
    };
    back_office::is_sample(imports.ok().flatten().as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_what_is_below_them_are_looked_at_and_files_are_not() {
        for (path, wanted) in [
            ("/catalogue", Some(Of::Catalogue)),
            ("/catalogue/items/17", Some(Of::Catalogue)),
            ("/catalogue/variance.csv", None),
            ("/catalogued", None),
            ("/areas", Some(Of::Directory)),
            ("/areas/borough/LAM", None),
            ("/editions/2", Some(Of::BackOffice)),
            ("/agency/rates", None),
            ("/back-office/bridge", None),
            ("/", None),
        ] {
            assert_eq!(of(path), wanted, "{path}");
        }
    }
}
