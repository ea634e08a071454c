//! What every page has around it.

use crate::assets;

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
    pub(crate) own_css: String,
    pub(crate) own_js: String,
    /// The design system's style sheet and start script, when built in.
    pub(crate) design: Option<(String, String)>,
    pub(crate) htmx: Option<String>,
}

const MENU: [(&str, &str); 6] = [
    ("The gap", "/"),
    ("Areas", "/areas"),
    ("Forecasts", "/forecasts"),
    ("Imports", "/imports"),
    ("Data quality", "/data-quality"),
    ("Activity", "/activity"),
];

impl Shell {
    /// The frame of a page that belongs to the menu's `section`.
    pub(crate) fn new(title: impl Into<String>, section: &str) -> Self {
        Self {
            title: title.into(),
            menu: MENU.map(|(text, href)| Link { text, href, current: href == section }).into(),
            own_css: assets::url("muster.css"),
            own_js: assets::url("muster.js"),
            design: assets::has_design()
                .then(|| (assets::url("nhsuk-frontend.min.css"), assets::url("design.js"))),
            htmx: assets::has_htmx().then(|| assets::url("htmx.min.js")),
        }
    }
}
