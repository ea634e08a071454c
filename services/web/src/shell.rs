//! What every page has around it.

use crate::{assets, made_up};

/// A link of the menu.
pub(crate) struct Link {
    pub(crate) text: &'static str,
    pub(crate) href: &'static str,
    pub(crate) current: bool,
}

/// What every page has around it.
pub(crate) struct Shell {
    /// Title of the document, without the service's name.
    pub(crate) title: String,
    pub(crate) menu: Vec<Link>,
    /// Links to the pages of a section; empty where it has one page only.
    pub(crate) inner: Vec<Link>,
    /// The section that these links belong to.
    pub(crate) section: &'static str,
    pub(crate) own_css: String,
    pub(crate) own_js: String,
    /// The design system's style sheet and start script, when built in.
    pub(crate) design: Option<(String, String)>,
    pub(crate) htmx: Option<String>,
    /// The figures are those of the shipped sample.
    pub(crate) made_up: bool,
}

const MENU: [(&str, &str); 9] = [
    ("The gap", "/"),
    ("Areas", "/areas"),
    ("Staffing", "/staffing"),
    ("Bank and agency", "/agency"),
    ("Procurement", "/catalogue"),
    ("Back office", "/back-office"),
    ("Forecasts", "/forecasts"),
    ("Imports", "/imports"),
    ("Activity", "/activity"),
];

/// Pages under the menu's `Staffing`.
const STAFFING: [(&str, &str); 8] = [
    ("Gap explorer", "/staffing"),
    ("Scenarios", "/staffing/scenarios"),
    ("What decides the answer", "/staffing/sensitivity"),
    ("Least-cost plan", "/staffing/plan"),
    ("What patients count for", "/staffing/need"),
    ("Trusts", "/staffing/trusts"),
    ("Earlier forecasts", "/staffing/backtest"),
    ("Data quality", "/staffing/quality"),
];

/// Pages under the menu's `Bank and agency`.
const AGENCY: [(&str, &str); 8] = [
    ("This month", "/agency"),
    ("Cover", "/agency/cover"),
    ("Rate drift", "/agency/drift"),
    ("Shared bank", "/agency/shared-bank"),
    ("Published spend", "/agency/spend"),
    ("Weekly returns", "/agency/returns"),
    ("Break glass", "/agency/overrides"),
    ("Rates and caps", "/agency/rates"),
];

/// Pages under the menu's `Procurement`.
const CATALOGUE: [(&str, &str); 6] = [
    ("Catalogue", "/catalogue"),
    ("Review", "/catalogue/review"),
    ("Suppliers and spend", "/catalogue/suppliers"),
    ("Price variance", "/catalogue/variance"),
    ("Collective rounds", "/catalogue/rounds"),
    ("Realised prices", "/catalogue/realised"),
];

/// Pages under the menu's `Back office`.
const BACK_OFFICE: [(&str, &str); 10] = [
    ("The board", "/back-office"),
    ("Schemes", "/back-office/schemes"),
    ("Claims", "/back-office/claims"),
    ("Business cases", "/back-office/cases"),
    ("Gain sharing", "/back-office/sharing"),
    ("Recharges", "/back-office/recharges"),
    ("Benchmarks", "/back-office/benchmarks"),
    ("Affordability bridge", "/back-office/bridge"),
    ("Pressures and plans", "/back-office/plan"),
    ("Editions", "/editions"),
];

fn links(all: &[(&'static str, &'static str)], current: &str) -> Vec<Link> {
    all.iter().map(|(text, href)| Link { text, href, current: *href == current }).collect()
}

impl Shell {
    /// The frame of one of the pages under `/staffing`.
    pub(crate) fn staffing(title: impl Into<String>, page: &str) -> Self {
        Self { inner: links(&STAFFING, page), section: "Staffing", ..Self::new(title, "/staffing") }
    }

    /// The frame of one of the pages under `/agency`.
    pub(crate) fn agency(title: impl Into<String>, page: &str) -> Self {
        Self { inner: links(&AGENCY, page), section: "Bank and agency", ..Self::new(title, "/agency") }
    }

    /// The frame of one of the pages under `/catalogue`.
    pub(crate) fn catalogue(title: impl Into<String>, page: &str) -> Self {
        Self { inner: links(&CATALOGUE, page), section: "Procurement", ..Self::new(title, "/catalogue") }
    }

    /// The frame of one of the pages under `/back-office`, of an edition or of a trace.
    pub(crate) fn back_office(title: impl Into<String>, page: &str) -> Self {
        Self { inner: links(&BACK_OFFICE, page), section: "Back office", ..Self::new(title, "/back-office") }
    }

    /// The frame of a page that belongs to the menu's `section`.
    pub(crate) fn new(title: impl Into<String>, section: &str) -> Self {
        Self {
            title: title.into(),
            menu: links(&MENU, section),
            inner: Vec::new(),
            section: "",
            own_css: assets::url("muster.css"),
            own_js: assets::url("muster.js"),
            design: assets::has_design()
                .then(|| (assets::url("nhsuk-frontend.min.css"), assets::url("design.js"))),
            htmx: assets::has_htmx().then(|| assets::url("htmx.min.js")),
            made_up: made_up::is_made_up(),
        }
    }
}
